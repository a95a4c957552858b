"""A draft becomes a lawyer letter when the lawyer it names answers for it; and letters are taken back, on record."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import casefile
import estate
import pytest

from evidence.claim.ladder_policy import Step
from evidence.clock import fixed_source
from evidence.errors import EvidenceError
from evidence.letters.engine import document_text
from evidence.model.case import CaseKind
from evidence.model.delivery import Channel, Outcome
from evidence.model.letter import LegalEffect, LetterKind
from evidence.verify import verify_paths
from evidence.workspace import Workspace, steps
from evidence.workspace.approval import ApprovalResult

ACCOUNT = estate.OWNERS[0][0]
LAWYER, DRAFT, FINAL = LetterKind.LAWYER_LETTER, "3-2026-0001", "3-2026-0002"
# The lawyer of the sample office.
WHO = {"lawyer": "样律师", "licence": "00000202600000001"}


@pytest.fixture(autouse=True)
def no_hook() -> Iterator[None]:
    yield
    steps.set_hook(None)


@contextmanager
def on(root: Path, day: str) -> Iterator[Workspace]:
    with Workspace.open(root, source=fixed_source(f"{day}T10:00:00+08:00", day)) as made:
        yield made


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """A workspace with one draft, of 21 November; copied, never written to."""
    with estate.workspace(tmp_path_factory.mktemp("drafted"), checkout) as made:
        result = made.issue(LAWYER, accounts=[ACCOUNT], converter="builtin", overrides=estate.UNDEMANDED)
        assert [number.key for number in result.issued] == [DRAFT]
        return made.root


@pytest.fixture
def root(drafted: Path, tmp_path: Path) -> Path:
    return shutil.copytree(drafted, tmp_path / "office")


def approve(made: Workspace, letter: str = DRAFT, **changes: str) -> ApprovalResult:
    return made.approve(letter, **{**WHO, "converter": "builtin", **changes})  # type: ignore[arg-type]


def refused(made: Workspace, letter: str = DRAFT, **changes: str) -> list[str]:
    with pytest.raises(EvidenceError) as caught:
        approve(made, letter, **changes)
    return [problem.code.partition(".")[2] for problem in caught.value.problems]


def text(root: Path, number: str) -> str:
    (path,) = (root / "letters").rglob(f"*_{number}.docx")
    return document_text(path.read_bytes())


def entries(made: Workspace) -> list[dict[str, object]]:
    with made._desk.reading() as connection:
        size = made._desk.journal.size(connection)
        return [json.loads(made._desk.journal.entry(connection, i)) for i in range(size)]


def told(made: Workspace) -> list[tuple[str, object]]:
    """What happened to numbers, in order."""
    return [
        (str(entry["type"]), data["number"])
        for entry in entries(made)
        if isinstance(data := entry["data"], dict) and "number" in data
    ]


def test_the_letter_says_what_the_draft_said_without_the_mark(root: Path) -> None:
    with on(root, "2026-11-23") as made:
        result = approve(made, note="样本：已核对材料")
        assert (result.draft.key, result.number.key, result.already_approved) == (DRAFT, FINAL, False)
        draft, final = text(root, DRAFT), text(root, FINAL)
        assert "草稿　未经律师签发" in draft and "草稿" not in final
        same = draft.replace("草稿　未经律师签发", "").replace("律函字第0001号", "律函字第0002号")
        same = same.replace("样示律函字第1号", "样示律函字第2号")
        # Reckoned to the day of the draft, dated on the day somebody answered for it.
        head, date, rest = same.rpartition("2026年11月21日")
        assert final.split() == (head + "2026年11月23日" + rest).split(), date
        (approval,) = [e for e in entries(made) if e["type"] == "letter.approved"]
        assert isinstance(approval["data"], dict)
        assert (approval["data"]["draft"], approval["data"]["number"]) == (DRAFT, FINAL)
        assert WHO["lawyer"] not in json.dumps(approval, ensure_ascii=False), "no name in the journal"
        (piece,) = [e for e in made.case_events(ACCOUNT) if e.kind is CaseKind.APPROVAL]
        assert (piece.text("by"), piece.text("on"), piece.text("note")) == (
            WHO["lawyer"], "2026-11-23", "样本：已核对材料",
        )  # fmt: skip
        assert made.check_journal()[1] == ()
    (final_pdf,) = (root / "letters").rglob(f"*_{FINAL}.pdf")
    assert verify_paths([final_pdf]).ok


def test_the_facts_are_those_of_the_draft_and_only_the_letter_demands(root: Path) -> None:
    with on(root, "2026-11-23") as made:
        approve(made)
        with made._desk.reading() as connection:
            from evidence.workspace.arrivals import sent_letters

            rows = {one.number: one for own in sent_letters(connection).values() for one in own}
    assert rows[DRAFT].facts == rows[FINAL].facts
    assert [rows[n].row.effect for n in (DRAFT, FINAL)] == [LegalEffect.NONE, LegalEffect.DEMAND]


def test_approving_again_makes_nothing_new(root: Path) -> None:
    with on(root, "2026-11-23") as made:
        first = approve(made)
        before = estate.state(made)
        again = approve(made)
        assert (again.number, again.already_approved) == (first.number, True)
        assert estate.state(made) == before


def test_only_the_lawyer_the_draft_names_can_approve_it(root: Path) -> None:
    with on(root, "2026-11-23") as made:
        before = estate.state(made)
        assert refused(made, lawyer="冯某", licence="1") == ["lawyer-differs", "licence-differs"]
        assert refused(made, "3-2026-0009") == ["unknown-letter"]
        assert estate.state(made) == before


def test_only_a_draft_can_be_approved(root: Path) -> None:
    with on(root, "2026-11-23") as made:
        approve(made)
        made.issue(LetterKind.DEMAND, accounts=[ACCOUNT], converter="builtin")
        assert refused(made, "2-2026-0001") == ["not-a-draft"]
        assert refused(made, FINAL) == ["not-a-draft"]


CHANGES = {
    "payment": {"amount": "20.50", "received_on": "2026-11-22"},
    "hold": {"reason": "service-complaint", "period": "2026-03", "from": "2026-11-22"},
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_claim_that_has_changed_needs_a_new_draft(kind: str, root: Path) -> None:
    with on(root, "2026-11-23") as made:
        made.record_case(CaseKind(kind), ACCOUNT, CHANGES[kind])
        assert refused(made) == ["approval-changed"]
        made.withdraw(DRAFT, reason="样本：金额有变")
        made.issue(LAWYER, accounts=[ACCOUNT], converter="builtin", overrides=estate.UNDEMANDED)
        assert approve(made, FINAL).number.key == "3-2026-0003", (
            "the numbers of the series go on without a gap"
        )


def test_an_approved_letter_that_was_cut_off_is_not_made_of_a_claim_that_has_changed_since(
    root: Path,
) -> None:
    class Cut(BaseException):
        """Stands for the process ending."""

    def cut(name: str) -> None:
        if name == "planned":
            raise Cut

    with on(root, "2026-11-23") as made:
        steps.set_hook(cut)
        with pytest.raises(Cut):
            approve(made)
        steps.set_hook(None)
        made.record_case(CaseKind("payment"), ACCOUNT, CHANGES["payment"])
        assert refused(made) == ["approval-changed"]
        assert told(made)[-2:] == [("letter.approved", FINAL), ("letter.voided", FINAL)]
        assert made.open_runs() == []


def test_another_account_to_pay_to_or_another_template_needs_a_new_draft(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = root / "evidence.toml"
    changed, n = re.subn(r"(?m)^other_ways = .*$", 'other_ways = "样本：前台"', config.read_text("utf-8"))
    assert n == 1
    config.write_text(changed, "utf-8")
    with on(root, "2026-11-23") as made:
        with pytest.raises(EvidenceError) as caught:
            approve(made)
        assert [p.params["what"] for p in caught.value.problems] == ["evidence.toml [bank]"]
        monkeypatch.setattr("evidence.letters.packs.TemplateRef.sha256", property(lambda self: "0" * 64))
        assert refused(made) == ["approval-changed"]


def test_a_draft_that_lay_too_long_leaves_the_owner_too_little_time(root: Path) -> None:
    with on(root, "2026-12-05") as made:
        assert refused(made) == ["approval-late"]


def test_a_draft_is_no_step_and_is_not_made_twice(root: Path) -> None:
    with on(root, "2026-11-21") as made:
        again = made.issue(LAWYER, accounts=[ACCOUNT], converter="builtin", overrides=estate.UNDEMANDED)
        assert again.letters == ()
        assert [p.code for p in again.warnings] == ["workspace.draft-waits"]
        step = made.status()[0].step
        assert step is not None and step.reached is None
        approve(made)
        step = made.status()[0].step
        assert step is not None
        assert (step.reached, step.reached_letter) == (Step.LAWYER_LETTER, FINAL)
        assert (
            made.issue(LAWYER, accounts=[ACCOUNT], converter="builtin", overrides=estate.UNDEMANDED).letters
            == ()
        )


def test_a_draft_that_is_sent_is_told_to_be_none(root: Path) -> None:
    with on(root, "2026-11-25") as made:
        sent = made.deliver(
            DRAFT, channel=Channel.EMS, outcome=Outcome.SENT, at="2026-11-25T09:00+08:00", tracking="YB1"
        )
        assert "workspace.draft-sent" in [p.code for p in sent.warnings]
        step = made.status()[0].step
        assert step is not None and step.reached is None


def test_the_evidence_file_shows_the_letter_and_not_its_draft(root: Path, tmp_path: Path) -> None:
    with on(root, "2026-11-23") as made:
        approve(made)
    with Workspace.open(root, source=casefile.later()) as made:
        casefile.serve(made, tmp_path, FINAL)
        result = casefile.bundle(made)
    assert casefile.about_the_bundle(result) == []
    rows = json.loads((result.folder / "data" / "catalogue.json").read_bytes())["rows"]
    named = {row["name"]: row for row in rows}
    assert "律师函（〔2026〕律函字第0002号）" in named
    assert not [name for name in named if "0001号" in name or "底稿" in name]
    assert named["律师函（〔2026〕律函字第0002号）"]["proves"] == (
        "原告委托律师就所列各期费用书面催告被告，并给予合理期限"
    )
    kept = {json.loads(path.read_bytes())["type"] for path in (result.folder / "journal").glob("0*.json")}
    assert "letter.approved" in kept
    assert verify_paths([result.folder]).ok


# ── cut off and gone on with ──────────────────────────────────────────────────────────────────────────────────────────


class Cut(BaseException):
    """Stands for the process ending."""


@pytest.fixture
def undisturbed(root: Path, tmp_path: Path) -> tuple[object, ...]:
    other = Path(shutil.copytree(root, tmp_path / "other"))
    with on(other, "2026-11-23") as made:
        approve(made)
        return estate.state(made)


@pytest.mark.parametrize("step", ["planned", "made", "stored", "journaled", "copied", "completed"])
def test_an_approval_cut_off_anywhere_ends_like_an_undisturbed_one(
    step: str, root: Path, undisturbed: tuple[object, ...]
) -> None:
    def cut(name: str) -> None:
        if name == step:
            raise Cut

    with on(root, "2026-11-23") as made:
        steps.set_hook(cut)
        with pytest.raises(Cut):
            approve(made)
    steps.set_hook(None)
    with on(root, "2026-11-23") as made:
        assert approve(made).number.key == FINAL
        assert estate.state(made) == undisturbed
        assert made.check_journal()[1] == ()


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import test_approval as story
from evidence.workspace import steps
steps.set_hook(lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == "journaled" else None)
with story.on(Path(sys.argv[2]), "2026-11-23") as made:
    story.approve(made)
"""


def test_kill_9_leaves_nothing_to_repair(root: Path, undisturbed: tuple[object, ...]) -> None:
    arguments = [str(Path(__file__).parent), str(root)]
    ended = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False, capture_output=True)
    assert ended.returncode == -9, ended.stderr.decode()
    with on(root, "2026-11-23") as made:
        approve(made)
        assert estate.state(made) == undisturbed


def test_an_approval_whose_run_is_given_up_can_be_given_again(root: Path) -> None:
    def cut(name: str) -> None:
        if name == "planned":
            raise Cut

    with on(root, "2026-11-23") as made:
        steps.set_hook(cut)
        with pytest.raises(Cut):
            approve(made)
        steps.set_hook(None)
        assert [n.key for n in made.abandon(LAWYER)] == [FINAL]
        assert approve(made).number.key == "3-2026-0003"
        assert [n for kind, n in told(made) if kind in ("letter.issued", "letter.voided")] == [
            DRAFT, FINAL, "3-2026-0003",
        ]  # fmt: skip


# ── taking back ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_letter_still_in_the_office_is_voided_and_its_number_stays_on_record(root: Path) -> None:
    with on(root, "2026-11-23") as made:
        made.issue(LetterKind.DEMAND, accounts=[ACCOUNT], converter="builtin")
        result = made.withdraw("〔2026〕催字第0001号", reason="样本：面积有误")
        assert (result.number.key, result.voided, result.already_withdrawn) == ("2-2026-0001", True, False)
        assert told(made)[-2:] == [("delivery.recorded", "2-2026-0001"), ("letter.voided", "2-2026-0001")]
        assert list((root / "letters").rglob("*_2-2026-0001.*")) == []
        issued = made.issue(LetterKind.DEMAND, accounts=[ACCOUNT], converter="builtin")
        assert [n.key for n in issued.issued] == ["2-2026-0002"]
        assert (issued.restored, list((root / "letters").rglob("*_2-2026-0001.*"))) == (0, [])
        with made._desk.reading() as connection:
            from evidence.workspace.deliveries import events_of

            ((event, _),) = events_of(connection, "2-2026-0001")
        assert (event.outcome, event.note) == (Outcome.WITHDRAWN, "样本：面积有误")
        before = estate.state(made)
        again = made.withdraw("2-2026-0001", reason="样本")
        assert (again.already_withdrawn, again.voided) == (True, True)
        assert estate.state(made) == before
        assert made.check_journal()[1] == ()


def test_a_voided_letter_is_in_no_evidence_file(root: Path, tmp_path: Path) -> None:
    with on(root, "2026-11-23") as made:
        made.issue(LetterKind.DEMAND, accounts=[ACCOUNT], converter="builtin")
        made.withdraw("2-2026-0001", reason="样本：面积有误")
        made.issue(LetterKind.DEMAND, accounts=[ACCOUNT], converter="builtin")
    with Workspace.open(root, source=casefile.later()) as made:
        casefile.serve(made, tmp_path, "2-2026-0002")
        result = casefile.bundle(made)
    names = [path.name for path in (result.folder / "data" / "originals" / "letters").glob("*.pdf")]
    assert names == ["2-2026-0002.pdf"]


def test_what_is_on_its_way_is_withdrawn_and_not_voided(root: Path) -> None:
    with on(root, "2026-11-23") as made:
        made.issue(LetterKind.DEMAND, accounts=[ACCOUNT], converter="builtin")
        number = "2-2026-0001"
    with on(root, "2026-11-25") as made:
        made.deliver(
            number, channel=Channel.EMS, outcome=Outcome.SENT, at="2026-11-24T09:00+08:00", tracking="1"
        )
        result = made.withdraw(number, reason="样本：寄错地址")
        assert (result.voided, result.warnings) == (False, ())
        assert told(made)[-1] == ("delivery.recorded", number)
        assert list((root / "letters").rglob(f"*_{number}.pdf")) != []


def test_what_has_arrived_cannot_be_taken_back_in_law(root: Path, tmp_path: Path) -> None:
    with on(root, "2026-11-23") as made:
        made.issue(LetterKind.DEMAND, accounts=[ACCOUNT], converter="builtin")
    with Workspace.open(root, source=casefile.later()) as made:
        casefile.serve(made, tmp_path)
        result = made.withdraw("2-2026-0001", reason="样本：面积有误")
        assert (result.voided, [p.code for p in result.warnings]) == (False, ["workspace.withdraw-late"])
        step = made.status()[0].step
        assert step is not None and step.reached is Step.DEMAND, "it arrived before it was withdrawn"


def test_a_draft_and_the_letter_made_of_it(root: Path) -> None:
    with on(root, "2026-11-23") as made:
        approve(made)
        with pytest.raises(EvidenceError) as caught:
            made.withdraw(DRAFT, reason="样本")
        assert caught.value.problems[0].code == "workspace.draft-superseded"
        made.withdraw(FINAL, reason="样本：委托人撤回委托")
        assert refused(made) == ["draft-withdrawn"]
        assert [
            n.key
            for n in made.issue(
                LAWYER, accounts=[ACCOUNT], converter="builtin", overrides=estate.UNDEMANDED
            ).issued
        ] == ["3-2026-0003"]


def test_a_withdrawal_has_a_reason(root: Path) -> None:
    with on(root, "2026-11-23") as made, pytest.raises(EvidenceError) as caught:
        made.withdraw(DRAFT, reason="  ")
    assert caught.value.problems[0].code == "workspace.withdraw-reason"
