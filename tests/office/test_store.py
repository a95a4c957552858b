"""The store in a folder and on a server that speaks S3 (a stand-in, moto): one contract, the same bytes and tree."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import estate
import midrun
import pytest
from bucket import Bucket
from sqlalchemy import select

from evidence.errors import EvidenceError, ExitCode, fail
from evidence.journal.store import ENTRIES
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace, objectstore
from evidence.workspace.config import parse_text
from evidence.workspace.places import Places, open_store, places_in, with_places
from evidence.workspace.store import Store, write_atomically


def code(caught: pytest.ExceptionInfo[EvidenceError]) -> str:
    (problem,) = caught.value.problems
    return problem.code


@pytest.fixture(params=["folder", "server"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return Store(tmp_path)
    bucket: Bucket = request.getfixturevalue("bucket")
    return open_store(tmp_path, Places(files=bucket.files, endpoint=bucket.endpoint))


def test_what_is_put_is_what_is_got_and_it_is_put_once(store: Store) -> None:
    store.root.mkdir(exist_ok=True)
    first = store.put("样本".encode())
    assert first == hashlib.sha256("样本".encode()).hexdigest()
    assert store.put("样本".encode()) == first
    assert store.put_all([b"a", b"b", b"a", "样本".encode()])[3] == first
    assert sorted(store.names()) == sorted({first, *(hashlib.sha256(x).hexdigest() for x in (b"a", b"b"))})
    assert (store.get(first), store.length(first)) == ("样本".encode(), 6)
    assert store.file(first).read_bytes() == "样本".encode()
    store.remove(first)
    store.remove(first)
    assert store.length(first) is None
    with pytest.raises(EvidenceError) as caught:
        store.get(first)
    assert (code(caught), caught.value.exit_code) == ("workspace.store-missing", ExitCode.MISSING)
    store.close()


def test_bytes_that_somebody_changed_on_the_server_are_not_handed_out(bucket: Bucket, tmp_path: Path) -> None:
    store = open_store(tmp_path, Places(files=bucket.files, endpoint=bucket.endpoint))
    name = store.put(b"letter")
    bucket.put(f"{name[:2]}/{name}", b"rettel")
    for read in (store.get, store.file):
        with pytest.raises(EvidenceError) as caught:
            read(name)
        assert (code(caught), caught.value.exit_code) == ("workspace.store-damaged", ExitCode.VERIFY)
    # Put again it is not overwritten either; one of another length is noticed at once.
    bucket.put(f"{name[:2]}/{name}", b"other length")
    with pytest.raises(EvidenceError) as caught:
        store.put(b"letter")
    assert code(caught) == "workspace.store-damaged"


@pytest.mark.parametrize(
    ("status", "expected", "exit_code"),
    [
        (503, "workspace.store-unreachable", ExitCode.NETWORK),
        (500, "workspace.store-unreachable", ExitCode.NETWORK),
        (403, "workspace.store-refused", ExitCode.MISSING),
        (401, "workspace.store-refused", ExitCode.MISSING),
    ],
)
def test_faults_of_the_server_have_names_and_tell_no_secret(
    status: int, expected: str, exit_code: ExitCode, bucket: Bucket, tmp_path: Path
) -> None:
    store = open_store(tmp_path, Places(files=bucket.files, endpoint=bucket.endpoint))
    name = store.put(b"letter")
    bucket.fail(status)
    calls = (
        lambda: store.put(b"x"),
        lambda: store.get(name),
        lambda: store.length(name),
        lambda: list(store.names()),
        lambda: store.remove(name),
    )
    for call in calls:
        with pytest.raises(EvidenceError) as caught:
            call()
        (problem,) = caught.value.problems
        assert (problem.code, caught.value.exit_code) == (expected, exit_code)
        assert str(status) in str(problem.params["reason"])
        assert problem.params["server"] == bucket.endpoint.removeprefix("http://")
        assert "sample" not in str(problem.params)
    bucket.work()
    assert store.get(name) == b"letter"


def test_a_server_that_nobody_named_is_amazons() -> None:
    assert objectstore.Bucket("s3://b/o").server == "Amazon S3"
    assert objectstore.Bucket("s3://b/o", "https://who:secret@s3.example:9000/x").server == "s3.example:9000"


def test_two_workspaces_do_not_share_a_place(
    bucket: Bucket, config: Callable[[str], Path], tmp_path: Path
) -> None:
    first = Workspace.init(tmp_path / "first", config=config(bucket.place), source=estate.source("1"))
    first.import_ledger([estate.ledger(tmp_path / "ledger.csv")])
    before = bucket.keys()
    with pytest.raises(EvidenceError) as caught:
        Workspace.init(tmp_path / "second", config=config(bucket.place), source=estate.source("2"))
    (problem,) = caught.value.problems
    assert (problem.code, caught.value.exit_code) == ("workspace.store-taken", ExitCode.OUTPUT)
    assert problem.params["found"] == f"WORKSPACE: {first._desk.origin}"
    assert midrun.has_chinese(problem)
    assert not (tmp_path / "second").exists()
    assert bucket.keys() == before
    # Whoever names the place by hand, or restores an old folder over it, is stopped at the first file.
    second = open_store(tmp_path, places_in((first.root / "evidence.toml").read_text("utf-8")), "another")
    for change in (lambda: second.put(b"x"), lambda: second.put_all([b"x"]), lambda: second.remove("0" * 64)):
        with pytest.raises(EvidenceError) as caught:
            change()
        assert code(caught) == "workspace.store-taken"
    assert bucket.keys() == before
    first.close()


def test_a_place_with_files_of_nobody_is_refused_and_an_empty_folder_is_none(
    bucket: Bucket, config: Callable[[str], Path], tmp_path: Path
) -> None:
    bucket.put_folder()
    bucket.put("notes/plan.txt", b"plan")
    with pytest.raises(EvidenceError) as caught:
        Workspace.init(tmp_path / "office", config=config(bucket.place), source=estate.source())
    assert (code(caught), caught.value.problems[0].params["found"]) == (
        "workspace.store-taken",
        "notes/plan.txt",
    )
    bucket.empty()
    Workspace.init(tmp_path / "office", config=config(bucket.place), source=estate.source()).close()


def test_an_init_that_fails_lets_go_of_the_place(
    bucket: Bucket, config: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        if path.name == "evidence.toml":
            assert bucket.keys() == ["evidence/WORKSPACE"]
            raise fail("general.disk-full", path=str(path))
        write_atomically(path, data)

    with monkeypatch.context() as patch, pytest.raises(EvidenceError):
        patch.setattr("evidence.workspace.core.write_atomically", full)
        Workspace.init(tmp_path / "office", config=config(bucket.place), source=estate.source("1"))
    assert bucket.keys() == []
    Workspace.init(tmp_path / "office", config=config(bucket.place), source=estate.source("2")).close()


def test_a_workspace_from_before_the_marker_gets_it_and_asks_for_it_once(
    bucket: Bucket, tmp_path: Path
) -> None:
    places = Places(files=bucket.files, endpoint=bucket.endpoint)
    name = open_store(tmp_path, places).put(b"from before")
    store = open_store(tmp_path, places, "evidence.local/aa")
    assert store.get(name) == b"from before"
    assert bucket.keys() == [f"evidence/{name[:2]}/{name}"], "reading makes no marker"
    store.put(b"x")
    assert bucket.get("WORKSPACE") == b"evidence.local/aa\n"
    assert open_store(tmp_path, places, "evidence.local/aa").length(name) == 11

    again, before = open_store(tmp_path, places, "evidence.local/aa"), bucket.asked
    again.put_all([b"1", b"2", b"3"])
    again.put(b"4")
    assert bucket.asked - before == 1 + 4
    assert sorted(again.lost([name, "0" * 64])) == ["0" * 64]


def test_a_missing_bucket_is_found_when_the_workspace_is_made(
    bucket: Bucket, config: Callable[[str], Path], tmp_path: Path
) -> None:
    nowhere = config(f'files = "s3://nowhere"\nendpoint = "{bucket.endpoint}"')
    with pytest.raises(EvidenceError) as caught:
        Workspace.init(tmp_path / "office", config=nowhere, source=estate.source())
    assert caught.value.problems[0].params["reason"] == "NoSuchBucket"
    assert not (tmp_path / "office").exists()


def test_an_office_on_both_servers_makes_the_letters_and_the_tree_of_one_desk(
    url: str, bucket: Bucket, config: Callable[[str], Path], tmp_path: Path
) -> None:
    """The same run with the same clock and keys: in a folder, and on PostgreSQL and S3."""
    found = []
    for name, store in (("desk", ""), ("servers", f'database = "{url}"\n{bucket.place}')):
        with Workspace.init(tmp_path / name, config=config(store), source=estate.source()) as made:
            made.import_ledger([estate.ledger(tmp_path / "ledger.csv")])
            made.issue(LetterKind.DEMAND, converter="builtin")
            with made._desk.reading() as connection:
                entries = connection.execute(select(ENTRIES.c.entry).order_by(ENTRIES.c.idx)).scalars().all()
            files = sorted(made._desk.store.names())
            found.append((estate.files(made.root / "letters"), files, entries, made.checkpoint()))
            if store:
                assert made.issue(LetterKind.DEMAND, converter="builtin").issued == ()
                done = made.erase(estate.OWNERS[0][0])
                told = [warning.code for warning in done.warnings]
                assert told == [
                    "workspace.erased-ledgers",
                    "workspace.erased-server",
                    "workspace.erased-store",
                ]
                assert len(files) - len(list(made._desk.store.names())) == done.files == 2
    assert found[0] == found[1]
    kept = tmp_path / "servers"
    assert not (kept / "office.db").exists()
    assert list((kept / "store").iterdir()) == []


@pytest.mark.parametrize(
    "line",
    [
        'files = "http://files.example/x"',
        'files = "s3://Bucket"',
        'files = "s3://b/ü"',
        'endpoint = "https://s3.example"',  # of nothing
        'files = "s3://bucket"\nendpoint = "http://s3.example"',  # in the open, through a network
        'database = "mysql://x"',
        "files = 3",
    ],
)
def test_places_that_are_none_are_refused_by_name(line: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        parse_text(f'jurisdiction = "cn"\nlocale = "zh"\n[store]\n{line}\n')
    assert {problem.code for problem in caught.value.problems} == {"workspace.config-value"}
    assert all(str(problem.where.part).startswith("store.") for problem in caught.value.problems)


def test_the_file_is_edited_in_its_one_place() -> None:
    text = 'locale = "zh"  # 字体\n\n[store]\n# 数据库\ndatabase = "postgresql://a/b"\n\n[key]\nlabel = "x"\n'
    places = Places(files="s3://bucket/p", endpoint="https://s3.example", region="cn-north-1")
    edited = with_places(text, places)
    assert places_in(edited) == places
    assert edited.startswith('locale = "zh"  # 字体\n\n[store]\nfiles = ')
    assert "# 数据库\n" in edited
    assert edited.endswith('[key]\nlabel = "x"\n')
    assert places_in(with_places(edited, Places())) == Places()
    assert places_in(with_places('locale = "zh"', places)) == places
    assert with_places('locale = "zh"\n', Places()) == 'locale = "zh"\n'
