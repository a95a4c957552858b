"""The filled receipt: what the delivery records say, field by field; nothing made up, and every blank by name."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path
from typing import Any

import casefile
import estate
import pytest

from evidence.bundle.receiptsheet import Blank
from evidence.errors import EvidenceError
from evidence.model.delivery import Channel, Outcome
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace
from evidence.workspace.deliveryreceipt import DeliveryReceipt

NUMBER = "2-2026-0001"
WAYBILL = "1234567890123"
WORDS = {
    "zh": ("送达回执（依登记填写）", "见凭证：回执.jpg", "不代替签了名的回执", "2026年11月25日10时30分"),
    "zh-Hant": ("送達回執（依登記填寫）", "見憑證：回执.jpg", "不代替簽了名的回執", "2026年11月25日10時30分"),
}


def text_of(done: DeliveryReceipt) -> str:
    """The PDF's text without blanks, as cells may be broken over lines."""
    made = subprocess.run(["pdftotext", done.pdf, "-"], capture_output=True, check=True)
    return "".join(made.stdout.decode().split())


def filled(folder: Path, checkout: Path, *steps: dict[str, Any], **options: str) -> DeliveryReceipt:
    """The receipt after ``steps`` were recorded for the first owner's demand."""
    root = casefile.issued(folder, checkout)
    with Workspace.open(root, source=casefile.later()) as made:
        for step in steps:
            made.deliver(NUMBER, **{"at": casefile.AT, "outcome": Outcome.DELIVERED, **step})
        return made.delivery_receipt(NUMBER, folder / "out", converter="builtin", **options)


def photo(folder: Path, name: str, shade: int = 90) -> Path:
    path = folder / name
    path.write_bytes(casefile.photo(shade))
    return path


def by_hand(folder: Path) -> dict[str, Any]:
    """Everything that can be recorded of a delivery by hand to somebody authorised."""
    return {
        "channel": Channel.HAND, "place": "样本路1号1栋门口", "servers": ["样甲", "样乙"], "signer": "样本代理",
        "relation": "authorised", "note": "样本备注", "proofs": [(photo(folder, "回执.jpg"), "slip")],
    }  # fmt: skip


@pytest.mark.parametrize("locale", ["zh", "zh-Hant"])
def test_every_field_on_record_stands_in_it(locale: str, tmp_path: Path, checkout: Path) -> None:
    done = filled(tmp_path, checkout, by_hand(tmp_path), locale=locale)
    told = text_of(done)
    owner = estate.OWNERS[0][1].replace(" ", "")
    for word in (*WORDS[locale], owner, "样本路1号1栋门口", "样甲", "样乙", "样本代理", "样本备注"):
        assert word in told
    assert hashlib.sha256((tmp_path / "回执.jpg").read_bytes()).hexdigest() in told
    # Nobody records these; they are written by hand.
    assert done.sheets[0].blanks == (Blank.COPIES, Blank.ID_LAST, Blank.STAFF, Blank.TAKEN)


@pytest.mark.parametrize(
    ("left_out", "blank"),
    [
        ({"place": ""}, Blank.ADDRESS),
        ({"servers": ["样甲"]}, Blank.SERVERS),
        ({"signer": ""}, Blank.SIGNER),
        ({"relation": ""}, Blank.RELATION),
        ({"proofs": []}, Blank.PROOFS),
    ],
    ids=lambda value: value.value if isinstance(value, Blank) else "",
)
def test_what_is_not_on_record_stays_blank_and_is_named(
    left_out: dict[str, Any], blank: Blank, tmp_path: Path, checkout: Path
) -> None:
    done = filled(tmp_path, checkout, by_hand(tmp_path) | left_out)
    assert blank in done.sheets[0].blanks


def test_a_photo_of_which_nobody_said_what_it_shows_is_no_signature(tmp_path: Path, checkout: Path) -> None:
    step = by_hand(tmp_path) | {"proofs": [photo(tmp_path, "门口.jpg")]}
    done = filled(tmp_path, checkout, step)
    assert Blank.SIGNATURE in done.sheets[0].blanks
    assert "见凭证" not in text_of(done)


def test_left_at_the_home_asks_for_a_witness_and_a_reason_but_no_signature(
    tmp_path: Path, checkout: Path
) -> None:
    step = {"channel": Channel.LEFT, "servers": ["样甲", "样乙"], "place": "样本路1号1栋"}
    bare = filled(tmp_path / "a", checkout, step).sheets[0].blanks
    assert {Blank.WITNESS, Blank.WITNESS_UNIT, Blank.REASON} <= set(bare)
    assert not {Blank.SIGNATURE, Blank.SIGNER, Blank.RELATION} & set(bare)
    whole = filled(
        tmp_path / "b", checkout, step | {"reason": "样本：开门后拒绝签收", "witness_name": "样证"}
    )
    assert {Blank.WITNESS, Blank.REASON}.isdisjoint(whole.sheets[0].blanks)
    assert "样证签名：" in text_of(whole)
    assert "留置送达，2026年11月25日10时30分：样本：开门后拒绝签收" in text_of(whole)


def test_each_attempt_has_a_sheet_and_a_refusal_its_reason(tmp_path: Path, checkout: Path) -> None:
    sent = {
        "channel": Channel.EMS, "outcome": Outcome.SENT, "at": "2026-11-23T09:00+08:00", "tracking": WAYBILL,
        "sent_to": "样本市样本路1号",
    }  # fmt: skip
    refused = {
        "channel": Channel.EMS, "outcome": Outcome.REFUSED, "at": "2026-11-24T09:00+08:00", "tracking": WAYBILL,
        "reason": "样本：不认可费用",
    }  # fmt: skip
    done = filled(tmp_path, checkout, sent, refused, by_hand(tmp_path))
    assert [(one.channel, one.tracking) for one in done.sheets] == [
        (Channel.EMS, WAYBILL),
        (Channel.HAND, ""),
    ]
    told = text_of(done)
    # Where it went was told when it was posted; that it was refused is not told as an arrival.
    assert "样本市样本路1号" in told
    assert f"单号：{WAYBILL}" in told
    assert "拒收，2026年11月24日09时00分：样本：不认可费用" in told
    assert "2026年11月23日09时00分登记为已发出" in told
    assert Blank.TIME not in done.sheets[0].blanks


def test_two_visits_are_not_put_together(tmp_path: Path, checkout: Path) -> None:
    """The one who signed on the second visit is not said to have been met by the servers of the first."""
    away = {
        "channel": Channel.HAND, "outcome": Outcome.UNREACHABLE, "at": "2026-11-24T09:00+08:00", "servers": ["样丙"],
    }  # fmt: skip
    done = filled(tmp_path, checkout, away, by_hand(tmp_path) | {"servers": ["样甲"]})
    assert len(done.sheets) == 1
    assert Blank.SERVERS in done.sheets[0].blanks
    assert "样丙签名" not in text_of(done)
    assert "送达人：样丙" in text_of(done)


def test_a_guard_who_signed_is_told_as_no_arrival(tmp_path: Path, checkout: Path) -> None:
    done = filled(tmp_path, checkout, by_hand(tmp_path) | {"signer": "样保安", "relation": "guard"})
    told = text_of(done)
    assert "样保安" in told
    assert "登记为已送达（" in told


def test_nothing_is_filled_where_nothing_is_on_record(tmp_path: Path, checkout: Path) -> None:
    prepared = {"channel": Channel.EMS, "outcome": Outcome.PREPARED, "tracking": WAYBILL}
    for steps in ((), (prepared,)):
        with pytest.raises(EvidenceError) as caught:
            filled(tmp_path / str(len(steps)), checkout, *steps)
        assert [problem.code for problem in caught.value.problems] == ["delivery.none-yet"]
        assert not (tmp_path / str(len(steps)) / "out").exists()


def test_it_changes_nothing_and_writes_over_nothing(tmp_path: Path, checkout: Path) -> None:
    root = casefile.served(tmp_path, checkout)
    before = estate.files(root)
    with Workspace.open(root, source=casefile.later()) as made:
        first = made.delivery_receipt(NUMBER, tmp_path / "a", converter="builtin")
        again = made.delivery_receipt(NUMBER, tmp_path / "b", converter="builtin")
        with pytest.raises(EvidenceError) as caught:
            made.delivery_receipt(NUMBER, tmp_path / "a", converter="builtin")
    assert [problem.code for problem in caught.value.problems] == ["general.output-exists"] * 2
    assert first.pdf.read_bytes() == again.pdf.read_bytes()
    assert first.docx.read_bytes() == again.docx.read_bytes()
    assert estate.files(root).keys() == before.keys()


def test_a_draft_has_no_receipt(tmp_path: Path, checkout: Path) -> None:
    root = casefile.issued(tmp_path, checkout)
    with Workspace.open(root, source=casefile.later()) as made:
        result = made.issue(
            LetterKind.LAWYER_LETTER,
            accounts=[casefile.ACCOUNT],
            converter="builtin",
            overrides=dict.fromkeys(("R11", "R13", "R16"), "样本"),
        )
        with pytest.raises(EvidenceError) as caught:
            made.delivery_receipt(result.issued[0].key, tmp_path / "out", converter="builtin")
    assert [problem.code for problem in caught.value.problems] == ["print.draft"]
