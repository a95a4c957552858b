"""`evidence anchor`: the journal's head stamped by every authority of evidence.toml, and everything hashed anew."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from pathlib import Path

import casefile
import estate
import pytest
from authority import Authority
from speaking import Command
from tsa_server import send, serving

from evidence.errors import EvidenceError
from evidence.journal.entries import parse_entry
from evidence.workspace import Workspace
from evidence.workspace.config import fresh_config, load_authorities, parse_text
from evidence.workspace.renewal import Tree, forget


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    monkeypatch.setenv("EVIDENCE_TEST_NOW", casefile.LATER)
    monkeypatch.setenv("EVIDENCE_TEST_SEED", "time")
    monkeypatch.chdir(tmp_path)
    return Command(capfd)


@pytest.fixture(scope="session")
def plain_office(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    folder = tmp_path_factory.mktemp("plain")
    with estate.workspace(folder, checkout) as made:
        return made.root


@pytest.fixture
def office(plain_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(plain_office, tmp_path / "office")


def configure(office: Path, *tables: str) -> None:
    with (office / "evidence.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join(tables))


def entries(office: Path) -> list[dict[str, object]]:
    """Type and data of each entry."""
    with sqlite3.connect(office / "office.db") as base:
        rows = base.execute("select entry from journal_entries order by idx").fetchall()
    return [{"type": (read := parse_entry(raw)).type, **read.data} for (raw,) in rows]


def test_without_an_authority_there_is_a_warning_and_no_time(office: Path, command: Command) -> None:
    before = entries(office)
    for lang, words in (("en", "no independent time"), ("zh", "没有独立时间"), ("zh-Hant", "沒有獨立時間")):
        told = command("--lang", lang, "-C", office, "anchor")
        assert (told.code, words in told.err) == (0, True)
    assert entries(office) == before


def test_a_token_is_kept_and_journaled(office: Path, authority: Authority, command: Command) -> None:
    configure(office, authority.table("tsa1"))
    told = command("-C", office, "--json", "anchor").json
    (row,) = told["results"]
    entry = entries(office)[-1]
    assert (entry["type"], entry["authority"], entry["covers"], entry["test"]) == (
        "time.anchored", "tsa1", "checkpoint", True,
    )  # fmt: skip
    assert row["size"] == told["checkpoint"]["size"] == entry["size"] == row["index"]
    assert (row["token"], row["signer"]) == (entry["token"], "TEST 样本时间戳")
    assert [w["code"] for w in told["warnings"]] == ["stamp.tsa-test"]
    # What openssl itself says of the two files in the store.
    store = office / "store"
    note, token = (store / str(entry[key])[:2] / str(entry[key]) for key in ("stamped", "token"))
    assert note.read_text().splitlines()[1] == str(entry["size"])
    words = [
        "openssl",
        "ts",
        "-verify",
        "-token_in",
        "-in",
        token,
        "-data",
        note,
        "-CAfile",
        authority.ca_file,
    ]
    done = subprocess.run(words, capture_output=True, check=False)
    assert b"Verification: OK" in done.stdout + done.stderr, done.stderr


def test_anchoring_twice_makes_nothing_new(office: Path, authority: Authority, command: Command) -> None:
    configure(office, authority.table("tsa1"))
    assert command("-C", office, "anchor").code == 0
    size = len(entries(office))
    again = command("-C", office, "--json", "anchor").json
    assert (again["counts"], len(entries(office))) == ({"stamped": 0, "unchanged": 1, "failed": 0}, size)
    command("-C", office, "case", "set", "-", "licence", "on_file=true")
    assert command("-C", office, "--json", "anchor").json["counts"]["stamped"] == 1


def test_all_faults_at_once_and_the_others_done(
    office: Path, authority: Authority, stranger: Authority, command: Command, tmp_path: Path
) -> None:
    """Five authorities, one in order: a page of HTML, an error, another CA's token, a CA file that is missing."""

    def page(handler, body):  # type: ignore[no-untyped-def]
        send(handler, b"<html><body>login</body></html>")

    def broken(handler, body):  # type: ignore[no-untyped-def]
        send(handler, b"", 500)

    def foreign(handler, body):  # type: ignore[no-untyped-def]
        send(handler, stranger.answer(body))

    with serving(page) as html, serving(broken) as error, serving(foreign) as other:
        configure(
            office,
            authority.table("html", command="", url=html),
            authority.table("error", command="", url=error),
            authority.table("good", hash="sm3", policy="1.2.3.4.5"),
            authority.table("other", command="", url=other),
            authority.table("no-ca", ca="keys/missing.pem"),
        )
        told = command("-C", office, "--json", "anchor")
    assert told.code == 10
    found = {error["where"]["part"]: error["code"] for error in told.json["errors"]}
    assert found == {
        "html": "stamp.tsa-answer",
        "error": "stamp.tsa-http",
        "other": "stamp.tsa-invalid",
        "no-ca": "stamp.tsa-ca",
    }
    assert [row["authority"] for row in told.json["results"]] == ["good"]
    assert [e["algorithm"] for e in entries(office) if e["type"] == "time.anchored"] == ["sm3"]
    assert "<html><body>login" in str(told.json["errors"])


def test_one_authority_can_be_asked_by_name(
    office: Path, authority: Authority, stranger: Authority, command: Command
) -> None:
    configure(office, authority.table("tsa1"), stranger.table("tsa2"))
    told = command("-C", office, "--json", "anchor", "--tsa", "tsa2").json
    assert [(row["authority"], row["signer"]) for row in told["results"]] == [("tsa2", "TEST 另一样本")]
    wrong = command("-C", office, "anchor", "--tsa", "tsa3")
    assert (wrong.code, "stamp.tsa-unknown" in wrong.err, "tsa1, tsa2" in wrong.err) == (2, True, True)


def test_every_fault_of_the_configuration_is_named(tmp_path: Path, authority: Authority) -> None:
    text = fresh_config("cn", "zh")
    good = '[[timestamp]]\nname = "a"\nurl = "https://tsa.example/x"\nca = "keys/ca.pem"\n'
    path = tmp_path / "evidence.toml"
    path.write_text(text + good + authority.table("local"), "utf-8")
    assert [one.name for one in load_authorities(path)] == ["a", "local"]
    bad = (
        '[[timestamp]]\nname = "a b"\nurl = "ftp://tsa.example"\nhash = "md5"\npolicy = "1.2.x"\ntest = "yes"\n'
        '[[timestamp]]\nname = "c"\nurl = "https://x.example"\ncommand = "openssl"\nca = "ca.pem"\nhahs = "sm3"\n'
        '[[timestamp]]\nname = "d"\ncommand = "openssl"\nca = "ca.pem"\n'
    )
    with pytest.raises(EvidenceError) as caught:
        parse_text(text + good + bad)
    assert sorted(p.where.part for p in caught.value.problems) == [
        "timestamp.2.ca", "timestamp.2.hash", "timestamp.2.name", "timestamp.2.policy", "timestamp.2.test",
        "timestamp.2.url", "timestamp.3.hahs", "timestamp.3.url", "timestamp.4.command",
    ]  # fmt: skip


# Renewal.


@pytest.mark.parametrize("algorithm", ["sha512", "sm3"])
def test_everything_is_hashed_anew_and_stamped(
    office: Path, authority: Authority, command: Command, algorithm: str
) -> None:
    configure(office, authority.table("tsa1"))
    assert command("-C", office, "anchor").code == 0
    told = command("-C", office, "--json", "anchor", "--renew", algorithm)
    assert told.code == 0, told.err
    kept = entries(office)
    renewed = next(e for e in kept if e["type"] == "time.renewed")
    stamped = [e for e in kept if e["type"] == "time.anchored"]
    assert [(e["covers"], e["algorithm"]) for e in stamped] == [
        ("checkpoint", "sha256"),
        ("renewal", algorithm),
    ]
    assert stamped[-1]["stamped"] == renewed["record"]
    path = office / "store" / str(renewed["record"])[:2] / str(renewed["record"])
    record = json.loads(path.read_bytes())
    tree = Tree(algorithm)
    with sqlite3.connect(office / "office.db") as base:
        for (raw,) in base.execute(
            "select entry from journal_entries order by idx limit ?", [renewed["size"]]
        ):
            tree.add(tree.leaf(raw))
    assert record["entries"] == {"count": renewed["size"], "root": tree.root.hex()}
    assert record["checkpoint"].splitlines()[1] == str(renewed["size"])
    checked = command("-C", office, "--json", "anchor", "--check")
    assert (checked.code, checked.json["counts"]) == (0, {"checked": 3, "failed": 0})
    again = command("-C", office, "--json", "anchor", "--renew", algorithm).json
    assert again["renewed"] == renewed["record"], "nothing new: the same renewal"


def test_the_tree_of_a_renewal_is_that_of_rfc_9162() -> None:
    from hashlib import sha512

    def mth(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return leaves[0]
        k = 1
        while k * 2 < len(leaves):
            k *= 2
        return sha512(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()

    for count in range(1, 18):
        tree = Tree("sha512")
        leaves = [tree.leaf(bytes([i])) for i in range(count)]
        for leaf in leaves:
            tree.add(leaf)
        assert tree.root == mth(leaves), count
    assert Tree("sha512").root == sha512(b"").digest()


def test_a_renewal_shows_what_was_changed_afterwards_and_outlives_an_erased_file(
    office: Path, authority: Authority, command: Command
) -> None:
    with sqlite3.connect(office / "office.db") as base:
        ((ledger,),) = base.execute("select sha256 from snapshot_files").fetchall()
    first = office / "store" / ledger[:2] / ledger
    configure(office, authority.table("tsa1"))
    assert command("-C", office, "anchor", "--renew", "sha512").code == 0
    with Workspace.open(office, source=casefile.later()) as made, made._desk.writing() as connection:
        forget(connection, first.name)
    first.chmod(0o644)
    first.unlink()
    assert command("-C", office, "anchor", "--check").code == 0, "erased: leaf kept, salt and name gone"
    with sqlite3.connect(office / "office.db") as base:
        base.execute("update renewed_files set leaf = zeroblob(64) where position = 0")
    told = command("-C", office, "--json", "anchor", "--check")
    assert (told.code, [e["code"] for e in told.json["errors"]]) == (8, ["stamp.renewal-differs"])


def test_a_damaged_file_is_not_certified_anew(office: Path, authority: Authority, command: Command) -> None:
    configure(office, authority.table("tsa1"))
    first = next(path for path in sorted((office / "store").rglob("*")) if path.is_file())
    first.chmod(0o644)
    first.write_bytes(b"other")
    before = entries(office)
    told = command("-C", office, "anchor", "--renew", "sm3")
    assert "workspace.store-damaged" in told.err
    assert entries(office) == before


def test_a_kept_token_that_was_changed_is_found(office: Path, authority: Authority, command: Command) -> None:
    configure(office, authority.table("tsa1"))
    assert command("-C", office, "anchor").code == 0
    token = str(entries(office)[-1]["token"])
    path = office / "store" / token[:2] / token
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    assert command("-C", office, "anchor", "--check").code != 0
