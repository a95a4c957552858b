"""What is said of a late charge: by policy or by the case file, in the letter as in the statement about letters."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import estate
import pytest

from evidence.cli._root import run
from evidence.letters.engine import document_text
from evidence.model.case import CaseKind
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace

ACCOUNT, OTHER = estate.OWNERS[0][0], estate.OWNERS[1][0]
RATE = 'late_rate = "日万分之五"'
CONTRACT = {"name": "样本合同", "type": "individual", "from": "2020-01-01", "late_rate": "日万分之五"}


def office(folder: Path, checkout: Path, policy: str, rate: str = RATE) -> Workspace:
    made = estate.workspace(folder, checkout)
    path = made.root / "evidence.toml"
    text = path.read_text("utf-8").replace("\n[contract]", f"\n[contract]\n{rate}", 1)
    path.write_text(text.replace("\n[policy]", f'\n[policy]\nlate_charge = "{policy}"', 1), "utf-8")
    made.close()
    return Workspace.open(made.root, source=estate.source())


def letter(made: Workspace, account: str) -> str:
    result = made.issue(LetterKind.DEMAND, accounts=[account], converter="builtin")
    (path,) = (made.root / "letters" / result.folder).glob("*-20*.docx")
    return document_text(path.read_bytes(), path.name)


def said(made: Workspace, account: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The last line of the statement."""
    capsys.readouterr()
    with pytest.raises(SystemExit):
        run(["-C", str(made.root), "--as-of", "2026-11-21", "--lang", "en", "statement", account])
    return capsys.readouterr().out.strip().splitlines()[-1]


STATED = "Demands and lawyer letters of this day state the late charge beside the principal."
RESERVED = "Letters claim principal only and reserve the right to a late charge."
SILENT = "Letters claim principal only and say nothing of a late charge."


@pytest.mark.parametrize(
    ("policy", "recorded", "sentence"),
    [
        ("claim", "", STATED),
        ("reserve", "", RESERVED),
        ("none", "", SILENT),
        ("claim", "none", SILENT),  # the case file goes before the policy
        ("reserve", "none", SILENT),
        ("reserve", "contract", STATED),
        ("none", "contract", STATED),
    ],
)
def test_the_letter_does_what_the_statement_says_of_it(
    policy: str,
    recorded: str,
    sentence: str,
    tmp_path: Path,
    checkout: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with office(tmp_path, checkout, policy) as made:
        if recorded:
            made.record_case(CaseKind.LATE, ACCOUNT, {"claimed": recorded})
        assert said(made, ACCOUNT, capsys) == sentence
        text = letter(made, ACCOUNT)
    assert ("29.07" in text) is (sentence == STATED), "13.95 + 15.12, of 100.00 and 120.50"
    assert ("违约金" in text) is (sentence != SILENT)
    assert ("保留" in text) is (sentence == RESERVED)


def test_a_figure_that_cannot_be_had_stops_the_letter_and_the_statement_says_so(
    tmp_path: Path, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with office(tmp_path, checkout, "claim", 'late_rate = "按LPR的1.3倍"') as made:
        assert "until the late charge claimed can be figured" in said(made, ACCOUNT, capsys)
        result = made.issue(LetterKind.DEMAND, accounts=[ACCOUNT], converter="builtin")
        assert (result.letters, len(result.skipped)) == ((), 1)


def test_a_claim_without_a_rate_is_warned_about_once_and_reserved(
    tmp_path: Path, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with office(tmp_path, checkout, "claim", rate="") as made:
        assert said(made, ACCOUNT, capsys) == RESERVED
        made.record_case(CaseKind.CONTRACT, OTHER, CONTRACT)
        result = made.issue(LetterKind.DEMAND, plan_only=True)
        assert len(result.planned) == 4
        (warning,) = result.warnings
        assert (warning.code, warning.params) == (
            "workspace.late-without-rate",
            {"count": 3, "account": ACCOUNT},
        )
        (alone,) = made.issue(LetterKind.DEMAND, accounts=[OTHER], plan_only=True).planned
        assert alone.late, "it has a contract of its own, with a rate"
        assert made.issue(LetterKind.REMINDER, plan_only=True).warnings == (), "a reminder never states one"
        assert "保留" in letter(made, ACCOUNT)


@pytest.mark.parametrize("policy", ["reserve", "none"])
def test_where_no_late_charge_is_claimed_no_rate_is_missed(
    policy: str, tmp_path: Path, checkout: Path
) -> None:
    with office(tmp_path, checkout, policy, rate="") as made:
        assert made.issue(LetterKind.DEMAND, plan_only=True).warnings == ()
        assert made.statement(ACCOUNT, date(2026, 11, 21)).to_json()["late_policy"] == policy


@pytest.mark.parametrize(("rate", "said_once"), [("日千分之十", ["workspace.late-high"]), ("日万分之一", [])])
def test_a_late_charge_above_the_principal_is_said_when_letters_are_made(
    rate: str, said_once: list[str], tmp_path: Path, checkout: Path
) -> None:
    """Ten per mille a day is more than the principal after a hundred days."""
    with office(tmp_path, checkout, "claim", f'late_rate = "{rate}"') as made:
        warnings = made.issue(LetterKind.DEMAND, plan_only=True).warnings
        assert [w.code for w in warnings] == said_once
        assert all(w.params == {"count": 4, "account": ACCOUNT} for w in warnings)
        assert made.issue(LetterKind.REMINDER, plan_only=True).warnings == ()


def test_without_a_clause_the_loss_by_the_published_rate_can_be_claimed(
    tmp_path: Path, checkout: Path
) -> None:
    """100.00 from 2026-02-16 and 120.50 from 2026-03-16, at 3.00 % × 1.3 a year, to 2026-03-31."""
    with office(tmp_path, checkout, "reserve", rate="") as made:
        made.record_case(CaseKind.LATE, ACCOUNT, {"claimed": "reference"})
        stopped = made.issue(LetterKind.DEMAND, accounts=[ACCOUNT], plan_only=True)
        assert [p.code for p in stopped.skipped] == ["claim.late-claim-rests-on-rate"], (
            "no rate after 2025-05"
        )
        made.add_rate("lpr-1y", date(2025, 6, 20), "3.00", "样本", unchanged_before=True)
        late = made.statement(ACCOUNT, date(2026, 3, 31)).late
        assert late is not None and late.claimed is not None
        assert [line.claimed.amount and line.claimed.amount.plain for line in late.lines] == ["0.47", "0.21"]
        assert late.contract is None, "nothing was agreed"
        (planned,) = made.issue(
            LetterKind.DEMAND, accounts=[ACCOUNT], as_of=date(2026, 3, 31), plan_only=True
        ).planned
        assert planned.late == "0.68"


def test_a_rate_on_file_that_is_not_the_offices_is_told_when_recorded_and_once_in_a_run(
    tmp_path: Path, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def recorded(rate: str) -> tuple[int, str]:
        fields = ("name=样本", "type=early", "from=2020-01-01", f"late_rate={rate}")
        with pytest.raises(SystemExit) as done:
            run(["-C", str(root), "--lang", "zh", "case", "set", "-", "contract", *fields])
        return int(str(done.value.code)), "".join(capsys.readouterr())

    def told(kind: LetterKind) -> list[tuple[object, ...]]:
        with Workspace.open(root, source=estate.source()) as made:
            warnings = made.issue(kind, plan_only=True).warnings
        return [(w.code, w.params["rate"], w.params["configured"]) for w in warnings]

    with office(tmp_path, checkout, "claim", 'late_rate = "日万分之三"') as made:
        root = made.root
    code, said = recorded("0.03%/日")
    assert (code, "两个来源" in said) == (0, False), "the same rate in other words"
    assert told(LetterKind.DEMAND) == []
    code, said = recorded("日万分之五")
    assert code == 0
    assert "claim.rate-two-sources" in said
    assert "日万分之五" in said
    assert "日万分之三" in said
    assert told(LetterKind.DEMAND) == [("claim.rate-two-sources", "日万分之五", "日万分之三")], (
        "of four letters"
    )
    assert told(LetterKind.REMINDER) == [], "a reminder states no late charge"


def test_a_sheet_of_contracts_with_another_rate_is_told_of(
    tmp_path: Path, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with office(tmp_path, checkout, "claim") as made:
        sheet = made.root / "contracts.csv"
        sheet.write_text("kind,account,name,type,from,late_rate\n" + "".join(
            f"contract,{account},样本合同,individual,2020-01-01,日千分之一\n" for account in (ACCOUNT, OTHER)
        ), "utf-8")  # fmt: skip
        capsys.readouterr()
        with pytest.raises(SystemExit):
            run(["-C", str(made.root), "--lang", "en", "case", "import", str(sheet)])
    told = "".join(capsys.readouterr())
    assert told.count("claim.rate-two-sources") == 1, "once for each rate, not for each contract"
