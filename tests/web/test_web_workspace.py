"""What stands behind the pages, without HTTP: keys, codes, senders of messages, batches, a changed key, the bundle."""

from __future__ import annotations

import base64
import io
import json
import stat
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path

import pytest
import webcase
from argon2 import PasswordHasher, Type
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image
from webcase import NUMBER, OTHER, Clock

from evidence.delivery.codes import fold_code
from evidence.errors import EvidenceError
from evidence.journal.entries import parse_entry
from evidence.web.facts import fact_rows
from evidence.web.limits import Buckets, address_key
from evidence.web.settings import networks
from evidence.web.visitors import device_of, is_preview
from evidence.web.words import Words
from evidence.workspace import Workspace
from evidence.workspace.devicekeys import DeviceSignature, signed_text
from evidence.workspace.letterpage import LetterPage, clean_name
from evidence.workspace.links import Addressed, mobile
from evidence.workspace.officekeys import fold_key, web_key
from evidence.workspace.receipts import Said
from evidence.workspace.sms import CommandSender, ConsoleSender, sender_named


@pytest.fixture
def made(office: Path) -> Iterator[LetterPage]:
    with webcase.page(office) as page:
        yield page


def code_of(call: object, *args: object, **named: object) -> str:
    with pytest.raises(EvidenceError) as caught:
        call(*args, **named)  # type: ignore[operator]
    return caught.value.problems[0].code


# --- keys --------------------------------------------------------------------------------------------------


def test_each_key_is_made_once_is_its_own_and_is_read_by_its_owner_alone(office: Path) -> None:
    with Workspace.open(office, source=Clock().source()) as workspace:
        desk = workspace._desk
        first, other = fold_key(desk), web_key(desk)
        assert first != other and len(first) == len(other) == 32
        assert (fold_key(desk), web_key(desk)) == (first, other)
        for name in ("fold.key", "web.key"):
            assert stat.S_IMODE((office / "keys" / name).stat().st_mode) == 0o600
        assert set(workspace.fold_codes([NUMBER, OTHER])) == {NUMBER, OTHER}
        assert code_of(workspace.fold_codes, ["2-2026-9999"]) == "workspace.unknown-letter"
        (office / "keys" / "fold.key").write_text("nonsense")
        assert code_of(fold_key, desk) == "stamp.key-unreadable"


def test_the_key_of_the_folds_is_in_the_backup_and_comes_back_with_openssl(
    office: Path, tmp_path: Path
) -> None:
    with Workspace.open(office, source=Clock().source()) as workspace:
        before = workspace.fold_codes([NUMBER])
        workspace.backup_key(tmp_path / "office.pem", "样本口令，足够长的一句话")
    (office / "keys" / "fold.key").unlink()
    # As docs/receipt.zh.md has it: the last 32 bytes of the unlocked key.
    words = [
        "openssl",
        "pkey",
        "-in",
        str(tmp_path / "office.fold.pem"),
        "-passin",
        "pass:样本口令，足够长的一句话",
        "-outform",
        "DER",
    ]
    der = subprocess.run(words, check=True, capture_output=True).stdout
    encoded = subprocess.run(["base32", "-w0"], input=der[-32:], check=True, capture_output=True).stdout
    (office / "keys" / "fold.key").write_bytes(encoded.rstrip(b"="))
    with Workspace.open(office, source=Clock().source("again")) as workspace:
        assert workspace.fold_codes([NUMBER]) == before


def test_the_code_is_nowhere_in_what_is_public(office: Path) -> None:
    with Workspace.open(office, source=Clock().source()) as workspace:
        code = workspace.fold_codes([NUMBER])[NUMBER]
    pdf = next((office / "letters").rglob(f"*_{NUMBER}.pdf")).read_bytes()
    for form in (code, code.replace("-", "")):
        assert form.encode() not in pdf and form not in webcase.token_of(office)
    assert fold_code(b"\0" * 32, b"\0" * 16) != code


def test_a_password_costs_as_much_to_guess_as_the_standard_asks(hasher_of_offices: PasswordHasher) -> None:
    """RFC 9106, second recommended choice: argon2id with 64 MiB, three passes, four lanes."""
    made = hasher_of_offices
    assert (made.type, made.memory_cost, made.time_cost, made.parallelism) == (Type.ID, 65536, 3, 4)


# --- who asks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (webcase.PHONE_AGENT, "wechat"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1", "phone"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb/4.1 Mobile HuaweiBrowser/5.0", "phone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "computer"),
        ("Mozilla/5.0", "unknown"),
    ],
)  # fmt: skip
def test_browsers_of_people_are_devices(agent: str, device: str) -> None:
    assert not is_preview("GET", {"user-agent": agent})
    assert device_of(agent) == device


@pytest.mark.parametrize(
    "agent",
    ["", "curl/8.5", "Mozilla/5.0 (compatible; Baiduspider/2.0)",
     "Mozilla/5.0 (compatible; YandexBot/3.0)", "WhatsApp/2.23 A",
     "TelegramBot (like TwitterBot)", "Mozilla/5.0 (X11) HeadlessChrome/126.0",
     "facebookexternalhit/1.1", "python-httpx/0.27"],
)  # fmt: skip
def test_programs_are_not(agent: str) -> None:
    assert is_preview("GET", {"user-agent": agent})


def test_addresses_of_one_home_are_one_reader() -> None:
    assert (
        address_key("2001:db8:1:2::1")
        == address_key("2001:db8:1:2:ffff::9")
        != address_key("2001:db8:1:3::1")
    )
    assert address_key("::ffff:192.0.2.1") == address_key("192.0.2.1")
    assert address_key("nonsense") == "?"
    assert code_of(networks, ["10.0.0.0/99"]) == "web.address-unreadable"


def test_buckets_forget_whom_they_have_not_seen_for_long() -> None:
    now = [0.0]
    buckets = Buckets(1, 2, keys=3, clock=lambda: now[0])
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 1.0]
    now[0] = 1
    assert buckets.take("a") == 0
    for key in ("b", "c", "d"):
        buckets.take(key)
    assert buckets.take("a") == 0


@pytest.mark.parametrize(
    ("phone", "taken"),
    [("13800000001", "13800000001"), ("138 0000-0001", "13800000001"), ("+85251234567", "+85251234567"),
     ("0912345678", "0912345678"),
     ("0000-5550101", ""), ("", ""), ("12345", ""), ("13800000001,13800000002", ""), ("1380000000１", "")],
)  # fmt: skip
def test_only_mobiles_get_messages(phone: str, taken: str) -> None:
    assert mobile(phone) == taken


def test_names_of_files_are_cleaned() -> None:
    picture = webcase.estate_photo()
    for given, kept in (
        ("收据.png", "收据.jpg"), ("../../a.jpg", "a.jpg"), ("C:\\b\\c.exe", "c.jpg"), ("<b>\u202ex.jpg", "bx.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"), ("a\nb\x00c.jpg", "abc.jpg"), ("x" * 300, "x" * 60 + ".jpg"),
    ):  # fmt: skip
        assert clean_name(given, picture) == kept


@pytest.mark.parametrize(
    ("lang", "shown"),
    [
        ("zh", ["2026年4月至6月 物业费 1,920.95元\n2025年12月至2026年1月 车位费 80.00元",
                "2026年1月5日至2026年1月9日 物业费 3.00元", "1,841.90元", "2026年12月12日 HKD 50.00"]),
        ("en", ["2026-04/2026-06 物业费 CNY 1,920.95\n2025-12/2026-01 车位费 CNY 80.00",
                "2026-01-05/2026-01-09 物业费 CNY 3.00", "CNY 1,841.90", "2026-12-12 HKD 50.00"]),
    ],
)  # fmt: skip
def test_facts_are_shown_as_the_letter_prints_them(lang: str, shown: list[str]) -> None:
    facts = (
        ("addressee", "2026-01-02 CNY 1000"),  # whatever an owner is called
        ("period.1", "2026-04/2026-06 物业费 CNY 1920.95"),
        ("period.2", "2025-12/2026-01 车位费 CNY 80.00"),
        ("reserved.1", "2026-01-05/2026-01-09 物业费 CNY 3.00"),
        ("total", "CNY 1841.90"),
        ("late.rate", "0.05%/day"),  # no word for it: it is in the PDF
        ("instalment.1", "2026-12-12 HKD 50.00"),
    )
    assert [value for _, value in fact_rows(Words(lang), facts)] == ["2026-01-02 CNY 1000", *shown]


# --- messages ----------------------------------------------------------------------------------------------


def test_a_program_of_the_office_sends_and_gives_the_providers_number(tmp_path: Path) -> None:
    program = tmp_path / "send"
    program.write_text(f"#!/bin/sh\ncat > {tmp_path}/told\necho MSG-42\n")
    program.chmod(0o700)
    assert sender_named(f"command:{program}").send("13800000001", "样本") == "MSG-42"  # type: ignore[union-attr]
    assert json.loads((tmp_path / "told").read_text()) == {"phone": "13800000001", "text": "样本"}
    for script in ("exit 1", "echo", "echo a; echo b", "printf '\\377'"):
        program.write_text(f"#!/bin/sh\n{script}\n")
        assert code_of(CommandSender(program).send, "1", "x") == "web.sms-failed"
    assert sender_named("none") is None
    told: list[str] = []
    assert ConsoleSender(told.append).send("13800000001", "样本") == "" and told == ["SMS 13800000001: 样本"]
    for name in ("nobody", "command:", f"command:{tmp_path}/none"):
        assert code_of(sender_named, name) == "web.sms-unknown"


def test_what_nobody_carried_witnesses_nothing(office: Path) -> None:
    told: list[str] = []
    with (
        Workspace.open(office, source=Clock().source()) as workspace,
        workspace.letter_page(sms=ConsoleSender(told.append)) as page,
    ):
        letter = page.find(webcase.token_of(office))
        assert letter is not None
        page.send_code(letter, "zh")
        code = "".join(sign for sign in told[0].partition("验证码")[2][:8] if sign.isdigit())
        entered = page.enter(letter, "sms", code, device="phone", once="a").result()
        assert (entered.receipt.witness, entered.receipt.grade) == ("nobody", "D")


def test_a_number_of_one_receipt_is_none_of_another(office: Path) -> None:
    with (
        Workspace.open(office, source=Clock().source()) as workspace,
        workspace.letter_page() as page,
    ):
        one, other = (page.find(webcase.token_of(office, number)) for number in (NUMBER, OTHER))
        assert one and other
        first = page.say(one, Said("received", "once", method="fold")).result()
        assert page.say(one, Said("received", "once", method="fold")).result().id == first.id
        for letter, action, method in (
            (other, "received", "fold"),
            (one, "disputed", "fold"),
            (one, "received", "sms"),
        ):
            asked = page.say(letter, Said(action, "once", method=method))
            assert code_of(asked.result) == "web.form-unreadable"
        assert page.receipts(OTHER) == []


# --- the writer --------------------------------------------------------------------------------------------


def test_many_at_once_are_each_one_receipt_and_a_fault_is_nobody_elses(
    made: LetterPage, office: Path
) -> None:
    letter = made.find(webcase.token_of(office))
    assert letter is not None
    with ThreadPoolExecutor(8) as pool:
        asked = list(
            pool.map(lambda i: made.say(letter, Said("received", f"many-{i % 30}", method="fold")), range(60))
        )
        broken = made._writer.submit(lambda _: 1 // 0)
        wait([*asked, broken])
    assert isinstance(broken.exception(), ZeroDivisionError)
    assert len({one.result().id for one in asked}) == 30  # sent twice, recorded once
    assert len(made.receipts(NUMBER)) == 30
    with Workspace.open(office, source=Clock().source()) as workspace:
        assert workspace.check_journal()[1] == ()


def test_a_key_changed_while_the_server_runs_is_the_one_its_next_entry_names(
    made: LetterPage, office: Path
) -> None:
    letter = made.find(webcase.token_of(office))
    assert letter is not None
    made.say(letter, Said("received", "before", method="fold")).result()
    with Workspace.open(office, source=Clock().source("rotate")) as workspace:
        workspace.rotate_key()
        new = workspace._desk.signer.public.kid.hex()
    after = made.say(letter, Said("received", "after", method="fold")).result()
    with Workspace.open(office, source=Clock().source("look")) as workspace:
        with workspace._desk.reading() as connection:
            assert parse_entry(workspace._desk.journal.entry(connection, after.journal_index)).by == new
        assert workspace.check_journal()[1] == ()
    assert made.find(webcase.token_of(office)) is not None  # letters of the earlier key open as before


def test_a_receipt_is_taken_while_a_command_of_the_clerks_runs(made: LetterPage, office: Path) -> None:
    letter = made.find(webcase.token_of(office))
    assert letter is not None
    with Workspace.open(office, source=Clock().source("clerk")) as workspace, workspace._desk.locked():
        assert made.say(letter, Said("received", "meanwhile", method="fold")).result(10).action == "received"


# --- the bundle --------------------------------------------------------------------------------------------


def test_a_receipt_travels_in_the_evidence_file_and_is_checked_there(office: Path) -> None:
    import casefile

    from evidence.verify import Status, verify_paths

    with Workspace.open(office, source=Clock().source()) as workspace:
        with workspace.letter_page() as page:
            letter = page.find(webcase.token_of(office))
            assert letter is not None
            page.enter(
                letter, "fold", workspace.fold_codes([NUMBER])[NUMBER], device="phone", once="in"
            ).result()
            page.say(letter, Said("received", "yes", method="fold", name="样人", relation="self")).result()
        made = casefile.bundle(workspace, "1栋1单元101")
    names = [path.name for path in made.folder.rglob("*") if path.is_file()]
    assert sum("receipt-received.json" in name for name in names) == 1
    report = verify_paths([made.zip_path])
    wrong = [fact for subject in report.subjects for fact in subject.facts if fact.status is Status.FAIL]
    assert wrong == []


def device_signs(letter: Addressed, origin: str, number: str) -> DeviceSignature:
    """By a key made here and now, as anybody can make one, the office too."""
    key = ec.generate_private_key(ec.SECP256R1())
    told = {
        "origin": origin, "number": number, "pdf": letter.pdf_sha256, "action": "received", "relation": "self",
        "detail": {"name": "样人"}, "drawn": _picture(), "nonce": "0" * 32,
    }  # fmt: skip
    r, s = decode_dss_signature(key.sign(signed_text(**told), ec.ECDSA(SHA256())))  # type: ignore[arg-type]
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    value = base64.b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()
    return DeviceSignature(base64.b64encode(public).decode(), value, "0" * 32)


@pytest.mark.parametrize(
    ("signed", "reason"),
    [("this letter", ""), ("another letter", "receipt-signature"), ("nothing", "receipt-signature")],
)
def test_a_devices_signature_is_checked_in_the_evidence_file_and_proves_nothing_against_the_sender(
    office: Path, signed: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import casefile

    from evidence.model.report import Question
    from evidence.verify import Status, verify_paths

    # An office that writes what it likes into its own store: nothing asks it to check.
    monkeypatch.setattr("evidence.workspace.letterpage.check_signature", lambda *_: None)
    with Workspace.open(office, source=Clock().source()) as workspace:
        with workspace.letter_page() as page:
            letter = page.find(webcase.token_of(office))
            assert letter is not None
            bears = device_signs(letter, page.origin, OTHER if signed == "another letter" else NUMBER)
            if signed == "nothing":
                bears = replace(bears, value=base64.b64encode(bytes(64)).decode())
            whose = {"name": "样人", "relation": "self", "drawn": _picture()}
            said = Said("received", "yes", method="fold", signature=bears, **whose)  # type: ignore[arg-type]
            receipt = page.say(letter, said).result()
            assert (receipt.witness, receipt.counts, page.counts(NUMBER)) == ("recipient-device", False, 0)
        made = casefile.bundle(workspace, "1栋1单元101")
    (subject,) = verify_paths([made.zip_path]).subjects
    wrong = [(fact.id, fact.reason) for fact in subject.facts if fact.status is Status.FAIL]
    assert wrong == ([("delivery.event", reason)] if reason else [])
    codes = [statement.code for statement in subject.answer(Question.HOW_DELIVERED).statements]
    assert ("delivery-broken" if reason else "delivery-nobody") in codes


def test_more_readers_than_connections_do_not_wait_for_each_other(made: LetterPage, office: Path) -> None:
    token = webcase.token_of(office)
    with ThreadPoolExecutor(40) as pool:
        found = list(
            pool.map(made.find, [token] * 200, timeout=25)
        )  # the pool of connections gives up after 30 s
    assert all(found)


def test_a_letter_that_was_taken_back_says_so_and_one_whose_text_speaks_of_it_does_not(office: Path) -> None:
    tokens = [
        webcase.token_of(office, number) for number in (NUMBER, OTHER)
    ]  # a voided letter's copy is taken away
    with Workspace.open(office, source=Clock().source()) as workspace:
        workspace.withdraw(NUMBER, reason="样本：面积有误")
        details = {"channel": "posted", "outcome": "delivered", "at": "2026-11-25T15:00:00+08:00"}
        note = '"outcome":"withdrawn" %_'
        workspace.deliver(
            OTHER, **details, servers=["样甲", "样乙"], note=note, proofs=[_photo(office.parent)]
        )  # type: ignore[arg-type]
    with webcase.page(office) as page:
        first, second = (page.find(token) for token in tokens)
    assert first and second
    assert (first.is_withdrawn, second.is_withdrawn) == (True, False)


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("1", (60, 30)).save(out, "PNG")
    return out.getvalue()


def _photo(folder: Path) -> Path:
    path = folder / "photo.jpg"
    path.write_bytes(webcase.estate_photo())
    return path
