"""No letter leaves with words nobody may send, wherever they come from."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import estate
import pytest

from evidence.errors import EvidenceError, ExitCode
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace

AS_OF = date(2026, 11, 21)


def with_other_ways(made: Workspace, words: str) -> Workspace:
    """The office opened again after somebody wrote ``words`` into ``bank.other_ways``."""
    path = made.root / "evidence.toml"
    kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("other_ways")]
    at = next(i for i, line in enumerate(kept) if line.startswith("[bank]"))
    kept.insert(at + 1, f'other_ways = "{words}"')
    path.write_text("\n".join(kept) + "\n", "utf-8")
    made.close()
    return Workspace.open(made.root, source=estate.source())


def test_what_the_office_wrote_stops_the_run_before_a_number_is_taken(tmp_path: Path, checkout: Path) -> None:
    made = with_other_ways(estate.workspace(tmp_path, checkout), "微信缴费；逾期停水停电。")
    with made:
        with pytest.raises(EvidenceError) as stop:
            made.issue(LetterKind.DEMAND, as_of=AS_OF, converter="builtin")
        assert stop.value.exit_code is ExitCode.BLOCKED
        (problem,) = stop.value.problems
        assert (problem.code, problem.where.file, problem.where.part) == (
            "law.forbidden-words",
            "evidence.toml",
            "bank.other_ways",
        )
        assert problem.params["words"] == "停水停电"
        assert not list((made.root / "letters").rglob("*.pdf"))
    with with_other_ways(made, "微信缴费；逾期不影响您的水电供应。") as mended:
        done = mended.issue(LetterKind.DEMAND, as_of=AS_OF, converter="builtin")
        assert [number.seq for number in done.issued] == [1, 2, 3, 4]


def test_a_company_beside_the_words_of_the_template_is_no_threat_to_tell_an_employer(
    tmp_path: Path, checkout: Path
) -> None:
    """转账附言：… 杭州样本贸易有限公司 / 如您在收到本提示前已经支付…"""
    owners = [("1栋1单元101", "杭州样本贸易有限公司"), ("1栋1单元102", "样本公司西湖分公司")]
    with estate.workspace(tmp_path, checkout, owners) as made:
        done = made.issue(LetterKind.REMINDER, as_of=AS_OF, converter="builtin")
    assert [number.seq for number in done.issued] == [1, 2]


def test_what_a_ledger_says_of_one_owner_stops_that_letter_alone(tmp_path: Path, checkout: Path) -> None:
    owners = [("1栋1单元101", "张三"), ("1栋1单元102", "李四（老赖）"), ("2栋1单元201", "王五")]
    with estate.workspace(tmp_path, checkout, owners) as made:
        done = made.issue(LetterKind.DEMAND, as_of=AS_OF, converter="builtin")
        assert [letter.account for letter in done.letters] == ["1栋1单元101", "2栋1单元201"]
        (skipped,) = [p for p in done.skipped if p.code == "law.forbidden-words"]
        assert (skipped.where.part, skipped.params["rule"]) == ("1栋1单元102", "insult")


def test_law_that_is_gone_stops_the_run_where_the_office_quotes_it(tmp_path: Path, checkout: Path) -> None:
    made = with_other_ways(estate.workspace(tmp_path, checkout), "依照《物业管理条例》第六十五条交纳。")
    with made:
        with pytest.raises(EvidenceError) as stop:
            made.issue(LetterKind.DEMAND, as_of=AS_OF, converter="builtin")
        assert stop.value.exit_code is ExitCode.BLOCKED
        (problem,) = stop.value.problems
        assert (problem.code, problem.where.part) == ("law.citation-refused", "bank.other_ways")
        assert problem.params["instead"] == "《物业管理条例》第六十四条"
        assert not list((made.root / "letters").rglob("*.pdf"))
    with with_other_ways(made, "依照《物业管理条例》第四十一条交纳。") as mended:
        assert len(mended.issue(LetterKind.DEMAND, as_of=AS_OF, converter="builtin").issued) == 4


def test_law_that_is_gone_stops_the_one_letter_whose_ledger_quotes_it(tmp_path: Path, checkout: Path) -> None:
    owners = [("1栋1单元101", "张三"), ("1栋1单元102", "李四（物业服务纠纷司法解释第六条）")]
    with estate.workspace(tmp_path, checkout, owners) as made:
        done = made.issue(LetterKind.DEMAND, as_of=AS_OF, converter="builtin")
        assert [letter.account for letter in done.letters] == ["1栋1单元101"]
        (skipped,) = [p for p in done.skipped if p.code == "law.citation-refused"]
        assert skipped.where.part == "1栋1单元102"


def test_words_to_be_looked_at_are_named_once_with_the_number_of_letters(
    tmp_path: Path, checkout: Path
) -> None:
    """A warning stops nothing: whoever sends the letters decides."""
    with with_other_ways(estate.workspace(tmp_path, checkout), "滞纳金事宜请到前台询问。") as made:
        done = made.issue(LetterKind.DEMAND, as_of=AS_OF, converter="builtin")
        assert (len(done.letters), done.skipped) == (4, ())
        (warning,) = done.warnings
        assert warning.code == "workspace.doubtful-words"
        told = {key: warning.params[key] for key in ("count", "account", "words", "rule")}
        assert told == {"count": 4, "account": "1栋1单元101", "words": "滞纳金", "rule": "late-word"}
        assert "违约金" in str(warning.params["instead"])
        again = made.issue(LetterKind.DEMAND, as_of=AS_OF, converter="builtin")
        assert again.warnings == (), "no letter was made, so there is none to look at"


def test_only_the_letters_that_were_made_are_counted(tmp_path: Path, checkout: Path) -> None:
    owners = [
        ("1栋1单元101", "张三"),
        ("1栋1单元102", "李四（滞纳金）"),
        ("2栋1单元201", "王五（滞纳金，老赖）"),
        ("2栋1单元202", "赵六（滞纳金、滞纳金）"),
    ]
    with estate.workspace(tmp_path, checkout, owners) as made:
        done = made.issue(LetterKind.DEMAND, as_of=AS_OF, converter="builtin")
        assert len(done.letters) == 3
        (warning,) = done.warnings
        assert (warning.params["count"], warning.params["account"]) == (2, "1栋1单元102")


def test_the_shipped_letters_give_no_cause(tmp_path: Path, checkout: Path) -> None:
    for locale in ("zh", "zh-Hant"):
        with estate.workspace(tmp_path / locale, checkout, locale=locale) as made:
            assert made.issue(LetterKind.DEMAND, as_of=AS_OF, converter="builtin").warnings == ()
