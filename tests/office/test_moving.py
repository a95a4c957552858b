"""``evidence migrate`` to PostgreSQL and S3 and back: the same tree root; cut off anywhere, the old place still holds."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import estate
import pytest
from bucket import Bucket
from speaking import Command

from evidence.errors import EvidenceError
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace, moving
from evidence.workspace.places import Places

FIRST, SECOND, THIRD, _ = (room for room, _ in estate.OWNERS)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    folder = tmp_path_factory.mktemp("made")
    with estate.workspace(folder, checkout) as office:
        office.issue(LetterKind.DEMAND, accounts=[FIRST], converter="builtin")
        office.issue(LetterKind.REMINDER, accounts=[SECOND], converter="builtin")
    return folder


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made / "office", tmp_path / "office"))


def state(root: Path) -> tuple[str, object, list[str]]:
    with Workspace.open(root, source=estate.source("look")) as office:
        return office.checkpoint(), office.check_journal(), sorted(office._desk.store.names())


def test_there_and_back_with_work_in_between(
    office: Path, url: str, bucket: Bucket, command: Command, tmp_path: Path
) -> None:
    before = state(office)
    there = command(
        "-C", office, "--lang", "zh", "migrate", "--database", url, "--files", bucket.files,
        "--endpoint", bucket.endpoint,
    )  # fmt: skip
    assert there.code == 0, there
    assert before[0].splitlines()[2] not in there.out, "the root is shown in hexadecimal"
    assert f"{len(before[2])} 个文件" in there.out
    assert state(office) == before
    assert (office / "office.db.moved").exists()
    assert not (office / "office.db").exists()
    # Numbers of rows go on where they were.
    issued = command("-C", office, "--json", "issue", "demand", "--account", THIRD, "--converter", "builtin")
    assert issued.code == 0, issued
    assert issued.json["results"][0]["number"] == "2-2026-0002"
    assert command("-C", office, "case", "set", FIRST, "whereabouts", "known=true", "proof=样本").code == 0
    between = state(office)
    back = command("-C", office, "--json", "migrate", "--database", "sqlite", "--files", "folder")
    assert back.code == 0, back
    assert state(office) == between
    assert between[1] == (back.json["results"][0]["size"], ())
    assert [store in text for text in back.json["results"][0]["left"] for store in (bucket.files,)] == [
        True,
        False,
    ]
    assert "[store]" not in (office / "evidence.toml").read_text("utf-8") or "database =" not in "".join(
        line
        for line in (office / "evidence.toml").read_text("utf-8").splitlines()
        if not line.startswith("#")
    )
    # Where it came from knows that it is out of use, and takes it again.
    again = command("-C", office, "migrate", "--database", url)
    assert again.code == 0, again
    assert state(office) == between


def test_the_old_copy_cannot_be_worked_in(office: Path, url: str) -> None:
    elsewhere = Path(shutil.copytree(office, office.parent / "copy"))
    Workspace.move(office, Places(database=url), source=estate.source("move"))
    Workspace.move(office, Places(), source=estate.source("move"))
    text = (elsewhere / "evidence.toml").read_text("utf-8")
    (elsewhere / "evidence.toml").write_text(f'{text}\n[store]\ndatabase = "{url}"\n', "utf-8")
    with pytest.raises(EvidenceError) as caught:
        Workspace.open(elsewhere, source=estate.source("x"))
    assert caught.value.problems[0].code == "workspace.moved"


def test_another_workspace_is_never_overwritten(
    office: Path, url: str, config: Callable[[str], Path], tmp_path: Path
) -> None:
    Workspace.init(
        tmp_path / "other", config=config(f'database = "{url}"'), source=estate.source("o")
    ).close()
    before = state(office)
    with pytest.raises(EvidenceError) as caught:
        Workspace.move(office, Places(database=url), source=estate.source("move"))
    assert caught.value.problems[0].code == "workspace.database-taken"
    assert state(office) == before


def test_only_its_own_files_move_and_never_to_anothers_place(
    office: Path, bucket: Bucket, config: Callable[[str], Path], command: Command, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    Workspace.init(other, config=config(bucket.place), source=estate.source("other")).close()
    before, lying = state(office), bucket.keys()
    taken = command("-C", office, "--json", "migrate", "--files", bucket.files, "--endpoint", bucket.endpoint)
    assert [error["code"] for error in taken.json["errors"]] == ["workspace.store-taken"]
    assert (state(office), bucket.keys()) == (before, lying)

    mine = Places(files=f"s3://{bucket.name}/mine", endpoint=bucket.endpoint)
    Workspace.move(office, mine, source=estate.source("move"))
    shutil.rmtree(office / "store")  # as one is told to
    assert state(office) == before
    with Workspace.open(office, source=estate.source("look")) as moved_office:
        assert moved_office._desk.store.file(before[2][0]).is_file()
    (office / "store").rmdir()
    stranger = hashlib.sha256(b"another's").hexdigest()
    bucket.put(f"/mine/{stranger[:2]}/{stranger}", b"another's")
    # The same place by another name: nothing is left anywhere. Then away from it: what else lies there is not its own.
    moved = Workspace.move(office, replace(mine, files=mine.files + "/"), source=estate.source("move"))
    assert (moved.left, moved.shared) == ((), "")
    back = command("-C", office, "--lang", "zh", "migrate", "--files", "folder")
    assert f"不能整个删除：{mine.files}/ " in back.out
    assert "请删除" not in back.out
    assert state(office) == before


def test_a_server_that_runs_while_the_workspace_moves_writes_nothing_into_the_old_place(
    office: Path, url: str
) -> None:
    """What it wrote before is moved; what it is asked afterwards is refused until it is started again."""
    for places in (Places(database=url), Places()):
        with Workspace.open(office, source=estate.source("server")) as server:
            server.add_staff("样甲", "clerk", "a long enough password")
            Workspace.move(office, places, source=estate.source("move"))
            with pytest.raises(EvidenceError) as caught, server._desk.writing():
                raise AssertionError("not reached")
            assert caught.value.problems[0].code == "workspace.moved"
        with Workspace.open(office, source=estate.source("again")) as server:
            assert [member.name for member in server.staff()] == ["样甲"]


@pytest.mark.parametrize("where", ["copy_files", "with_places", "_finish", "_retire"])
def test_cut_off_at_any_step_it_is_whole_and_asking_again_ends_it(
    where: str, office: Path, url: str, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(office)
    target = Places(database=url, files=bucket.files, endpoint=bucket.endpoint)

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(moving, where, cut_off)
        Workspace.move(office, target, source=estate.source("move"))
    assert state(office) == before, "in the old place or in the new one"
    Workspace.move(office, target, source=estate.source("move"))
    assert state(office) == before
    Workspace.move(office, Places(), source=estate.source("move"))
    assert state(office) == before


def test_what_is_no_place_is_refused(office: Path, command: Command) -> None:
    spoken = command(
        "-C", office, "--json", "migrate", "--database", "mysql://x", "--endpoint", "http://far.example"
    )
    assert spoken.code == 2, spoken
    assert {error["code"] for error in spoken.json["errors"]} == {"workspace.config-value"}
