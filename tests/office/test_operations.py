"""What those who run the machine see: a log without persons, doctor, and the health page."""

from __future__ import annotations

import json
import logging
import re
import shutil
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import casefile
import estate
import pytest
from bucket import Bucket
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from speaking import Command

from evidence import oplog
from evidence.doctor import Check, examine
from evidence.i18n import translate
from evidence.workspace import Workspace
from evidence.workspace.crews import SMALL
from evidence.workspace.health import certificates, ntp_offset
from evidence.workspace.places import faults

NOW = datetime.fromisoformat(estate.NOW)
PRIVATE = [
    "张三",
    "葉樣葦",
    "1栋1单元101",
    "13800138000",
    "138 0013 8000",
    "310101199001011234",
    "6222 0212 3456 7890",
    "zhang.san@example.com",
    "/R/MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK",
    "postgresql://evidence:secret@db/office",
    "SF1234567890123",
    "'John Smith'",
    '"Building 3, Room 101"',
]


@pytest.mark.parametrize("private", PRIVATE)
def test_what_could_be_a_persons_is_covered(private: str) -> None:
    covered = oplog.redact(f"cannot write: {private} (line 7)")
    assert covered.startswith("cannot write: ")
    assert covered.endswith("(line 7)")
    core = private.strip("'\"")
    assert core not in covered
    assert "secret" not in covered
    assert "://" in core or not any(part in covered for part in (core[:4], core[-4:]))


def test_what_libraries_log_passes_the_filter(tmp_path: Path) -> None:
    handler = oplog.listen(str(tmp_path / "log"))
    try:
        try:
            raise ValueError("owner 张三")
        except ValueError:
            logging.getLogger("some.library").exception("while reading %s of %s", "1栋101", "张三")
        logging.getLogger("some.library").info("not even this: 张三")
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
    (text,) = (tmp_path / "log").read_text("utf-8").splitlines()
    assert json.loads(text)["text"] == "while reading * of * (ValueError)"
    assert "张三" not in text
    assert "\\u5f20" not in text
    assert set(json.loads(text)) <= set(oplog.FIELDS)
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600


def test_a_line_holds_codes_and_numbers_alone() -> None:
    text = oplog.line(
        "command",
        command="张三",
        exit_code=3,
        seconds=1.23456,
        codes=["a.b", "张三 owes"],
        counts={"owners": 3, "张三": 1},
    )
    said = json.loads(text)
    assert (said["command"], said["codes"], said["counts"]) == ("", ["a.b"], {"owners": 3})
    assert (said["exit"], said["seconds"]) == (3, 1.235)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    folder = tmp_path_factory.mktemp("made")
    estate.workspace(folder, checkout).close()
    return folder / "office"


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "office"))


def test_each_command_leaves_one_line_without_persons(office: Path, command: Command, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    room, owner = estate.OWNERS[1]
    for words in (
        ("status",),
        ("statement", room),
        ("statement", "没有此户"),
        ("import", tmp_path / f"{owner}.xlsx"),
        ("issue", "reminder", "--plan"),
        ("nonsense",),
    ):
        command("-C", office, "--log-file", log, *words)
    text = log.read_text("utf-8")
    lines = [json.loads(row) for row in text.splitlines()]
    assert [line["command"] for line in lines] == [
        "status",
        "statement",
        "statement",
        "import",
        "issue",
        "nonsense",
    ][: len(lines)]
    assert [line["exit"] for line in lines][:4] == [0, 0, 3, 3]
    assert set(lines[0]["counts"].values()) & {4}, "how many owners, and not who"
    assert lines[2]["codes"] == ["workspace.unknown-account"]
    for name in (*(word for pair in estate.OWNERS for word in pair), "没有此户", "栋"):
        assert name not in text
        assert json.dumps(name)[1:-1] not in text


def test_a_log_that_cannot_be_written_stops_no_work(office: Path, command: Command, tmp_path: Path) -> None:
    assert command("-C", office, "--log-file", tmp_path / "no" / "log", "status").code == 0


# --- doctor


def certificate(path: Path, ends: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "样本")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(ends - timedelta(days=400))
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    from cryptography.hazmat.primitives.serialization import Encoding

    path.write_bytes(built.public_bytes(Encoding.PEM))


def test_certificates_are_told_before_they_run_out(office: Path) -> None:
    for name, days in (("a-gone.pem", -1), ("b-soon.crt", 30), ("c-long.cer", 300)):
        certificate(office / "keys" / name, NOW + timedelta(days=days))
    (office / "evidence.toml").write_text(
        (office / "evidence.toml").read_text("utf-8")
        + '\n[[timestamp]]\nname = "t"\nurl = "https://tsa.example"\nca = "keys/none.pem"\n',
        "utf-8",
    )
    found = list(certificates(office, NOW, lambda text, **params: text.format(**params)))
    assert [(one.part, one.ok, one.needed) for one in found] == [
        ("none.pem", False, True),
        ("a-gone.pem", False, True),
        ("b-soon.crt", False, False),
        ("c-long.cer", True, True),
    ]
    assert found[1].detail == "ran out on 2026-11-20"


@pytest.fixture
def time_server() -> Iterator[Callable[[float], str]]:
    """A server of time that is ahead by so many seconds."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))

        def serve(ahead: float) -> str:
            def answer() -> None:
                _, address = listening.recvfrom(512)
                at = datetime.now(UTC).timestamp() + ahead + 2208988800
                stamp = struct.pack("!II", int(at), int(at % 1 * 2**32))
                listening.sendto(b"\x24\x01" + bytes(30) + stamp + stamp, address)

            threading.Thread(target=answer, daemon=True).start()
            return f"127.0.0.1:{listening.getsockname()[1]}"

        yield serve


def test_the_clock_is_compared_with_a_server_of_time(time_server: Callable[[float], str]) -> None:
    assert abs(ntp_offset(time_server(3600)) - 3600) < 30
    assert abs(ntp_offset(time_server(-90)) + 90) < 30


def doctor(command: Command, *words: object) -> dict[str, list[dict[str, object]]]:
    spoken = command("--json", *words)
    parts: dict[str, list[dict[str, object]]] = {}
    for row in spoken.json["results"]:
        parts.setdefault(row["part"], []).append(row)
    return parts


def test_doctor_looks_at_the_servers_and_says_which_of_them_fails(
    url: str, bucket: Bucket, config: Callable[[str], Path], command: Command, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, time_server: Callable[[float], str],
) -> None:  # fmt: skip
    monkeypatch.setattr("evidence.doctor.examine", lambda *_: [])
    root = tmp_path / "both"
    both = config(f'database = "{url}"\n{bucket.place}')
    with Workspace.init(root, config=both, source=estate.source()) as made:
        made.import_ledger([estate.ledger(tmp_path / "ledger.csv")])
    found = doctor(command, "-C", root, "doctor", "--ntp", time_server(7200))
    assert (found["database"][0]["ok"], found["store"][0]["ok"]) == (True, True)
    assert "1 of 1 files looked for" in str(found["store"][0]["detail"])
    clocks = {str(row["detail"]): row["ok"] for row in found["clock"]}
    assert any("behind 127.0.0.1" in detail and not ok for detail, ok in clocks.items())
    bucket.fail(503)
    found = doctor(command, "-C", root, "doctor")
    assert (found["store"][0]["ok"], bucket.endpoint[7:] in str(found["store"][0]["detail"])) == (False, True)
    bucket.work()
    bucket.empty()
    (told,) = doctor(command, "-C", root, "doctor")["store"]
    assert (told["ok"], told["needed"]) == (False, True)
    assert "has no file" in str(told["detail"]) and "onto the server of files" in str(told["fix"])
    monkeypatch.setattr("evidence.workspace.health.open_desk", _gone)
    assert doctor(command, "-C", root, "doctor")["workspace"][0]["ok"] is False


def test_doctor_names_converters_fonts_and_room_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {one.part: one for one in examine("en", tmp_path)}
    assert (found["builtin"].ok, found["builtin"].needed) == (True, True)
    assert found["仿宋_GB2312 (zh)"].ok and "Noto" in found["仿宋_GB2312 (zh)"].detail
    assert found["libreoffice"].needed is False

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1 << 29))
    found = {one.part: one for one in examine("en", tmp_path)}
    assert (found["libreoffice"].ok, found["disk"].ok, found["disk"].detail) == (False, False, "0.5 GiB")
    assert found["libreoffice"].fix and found["disk"].fix


@pytest.fixture
def plain(checkout: Path, tmp_path: Path) -> Path:
    """An office in its folder alone, opened at the hour of the commands below."""
    with Workspace.init(tmp_path / "plain", config=estate.config(checkout), source=casefile.later()) as made:
        return made.root


@pytest.mark.parametrize(
    ("held", "last", "code", "word"),
    [
        (True, timedelta(), 0, ""),
        (False, timedelta(), 0, "建议处理"),  # a machine without the net may well be right
        (False, timedelta(hours=1), 6, "须处理"),  # this one is certainly wrong
    ],
)
def test_the_word_for_the_clock_and_the_exit_code_agree(
    held: bool, last: timedelta, code: int, word: str, plain: Path, command: Command, checkout: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("evidence.doctor.examine", lambda *_: [])
    monkeypatch.setattr("evidence.workspace.health._is_held", lambda: held)
    monkeypatch.setenv("EVIDENCE_TEST_NOW", (datetime.fromisoformat(casefile.LATER) - last).isoformat())
    spoken = command("--lang", "zh", "-C", plain, "doctor")
    told = " ".join(line for line in spoken.out.splitlines() if line.startswith("时钟"))
    assert (spoken.code, [w for w in ("须处理", "建议处理") if w in told][:1]) == (
        code,
        [word] if word else [],
    )
    assert ("主线所需各项齐备" in spoken.out) == (code == 0)
    guide = (checkout / "docs" / "office.zh.md").read_text("utf-8")
    assert "标“须处理”的" in guide and "标“建议处理”的" in guide


def test_doctor_begins_with_the_offices_own_and_folds_fonts(
    plain: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    fonts = [Check(f"样本{n} (zh)", True, True, "Noto", is_font=True) for n in range(12)]
    monkeypatch.setattr("evidence.doctor.examine", lambda *_: [Check("Python", True, True, "3"), *fonts])
    spoken = command("--lang", "zh", "-C", plain, "doctor").out
    assert spoken.index("office.db") < spoken.index("Python") < spoken.index("字体")
    assert "12 种" in spoken and "样本" not in spoken
    assert "样本11 (zh)" in command("-v", "-C", plain, "doctor").out
    assert "样本11 (zh)" in doctor(command, "-C", plain, "doctor"), "a program gets every row"


def test_a_server_of_files_in_the_open_is_refused_with_the_reason() -> None:
    ((_, expected),) = faults({"files": "s3://office/a", "endpoint": "http://s3.example"})
    assert "途中会被人看到" in translate(expected, "zh")
    assert not list(faults({"files": "s3://office/a", "endpoint": "http://127.0.0.1:9000"}))
    assert dict(faults({"files": "s3://office/a", "endpoint": "s3.example"})) == {"endpoint": '"https://…"'}


def test_help_and_guide_say_for_how_few_letters_no_process_is_started(
    command: Command, checkout: Path
) -> None:
    for lang in ("en", "zh", "zh-Hant"):
        said = "".join(command("--lang", lang, "issue", "--help").out.split())
        assert re.search(rf"(Upto|。){SMALL}(letters|份)", said), said
    assert f"{SMALL} 份以内不另起进程" in (checkout / "docs" / "office.zh.md").read_text("utf-8")


def test_doctor_says_that_a_scheduler_is_not_there(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evidence.doctor.examine", lambda *_: [])
    monkeypatch.setitem(sys.modules, "distributed", None)  # as where the extra is not installed
    spoken = command("--json", "-C", "/", "doctor", "--cluster", "tcp://127.0.0.1:9")
    (told,) = spoken.json["results"]
    assert (spoken.code, told["part"], told["ok"]) == (6, "cluster", False)
    assert "evidence-kit[cluster]" in told["fix"]


def _gone(*_: object) -> None:
    from evidence.errors import fail

    raise fail("journal.unreachable", path="db", reason="refused")


def test_the_health_page_names_a_fault_by_its_code(
    url: str, bucket: Bucket, config: Callable[[str], Path], tmp_path: Path
) -> None:
    pytest.importorskip("fastapi")
    from starlette.testclient import TestClient

    from evidence.web.app import create_app
    from evidence.web.settings import Settings

    both = config(f'database = "{url}"\n{bucket.place}')
    with (
        Workspace.init(tmp_path / "w", config=both, source=estate.source()) as made,
        made.letter_page() as page,
    ):
        client = TestClient(create_app(page, Settings(is_secure=False)))
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
        made.import_ledger([estate.ledger(tmp_path / "ledger.csv")])
        assert client.get("/healthz").status_code == 200
        bucket.empty()
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()["code"]) == (503, "workspace.store-missing")
        before = bucket.asked
        bucket.fail(503)
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()) == (
            503,
            {"status": "fault", "code": "workspace.store-unreachable"},
        )
        assert bucket.asked == before + 1, "who watches is told at once, without trying again"
