"""What is wrong with a call for the other party's copy is told before anything is made; what it made, as data."""

from __future__ import annotations

from pathlib import Path

import casefile
import pytest
from casefile import ACCOUNT
from speaking import Command

from evidence.bundle.masking import MaskKind
from evidence.bundle.maskreasons import Reason
from evidence.cli import redact
from evidence.cli._app import App
from evidence.model.problem import Problem
from evidence.workspace.redaction import Redacted


def test_there_is_no_copy_before_the_evidence_file(served_office: Path, command: Command) -> None:
    pytest.importorskip("pypdfium2")
    done = command("--json", "-C", served_office, "redact", ACCOUNT)
    assert (done.code, [error["code"] for error in done.json["errors"]]) == (3, ["bundle.redact-none"])


@pytest.mark.parametrize("area", ["3", "3:1,2,3", "x:1,2,3,4", "3:a,b,c,d"])
def test_a_place_has_a_page_and_four_measures(area: str, served_office: Path, command: Command) -> None:
    done = command("-C", served_office, "redact", ACCOUNT, "--area", area)
    assert done.code == 2
    assert area in done.err


def test_the_kinds_have_words_and_the_data_no_value() -> None:
    assert set(redact._KINDS) == {kind.value for kind in MaskKind}
    made = Redacted(
        "b-x", "b", Path("b-x"), Path("b-x.zip"), 3, ((1, 2, MaskKind.MOBILE, 4),), ("data/a",), (), "00", 7
    )
    told = redact._as_json(made, ACCOUNT)
    assert told["masked"] == [{"exhibit": 1, "page": 2, "kind": "mobile", "count": 4}]
    assert redact._totals(made) == {"mobile": 4}


def test_why_a_file_stays_back_is_told_in_words_and_as_data() -> None:
    why = (Reason(MaskKind.MOBILE, 2, page=11), Reason(MaskKind.NAME, 1, file_page=3), Reason(MaskKind.ASKED))
    made = Redacted(
        "b-x", "b", Path("b-x"), Path("b-x.zip"), 3, (), ("data/a",), (), "00", 7, reasons={"data/a": why}
    )
    assert redact._as_json(made, ACCOUNT)["reasons"] == [
        {"path": "data/a", "kind": "mobile", "count": 2, "page": 11},
        {"path": "data/a", "kind": "name", "count": 1, "file_page": 3},
        {"path": "data/a", "kind": "asked", "count": 1},
    ]
    app = App("zh", False, False, True, None, None, casefile.later())
    assert [redact._why(app, reason) for reason in why] == [
        "手机号码: 2 · 第 11 页", "其他业主姓名: 1 · 该文件第 3 页", "按您的指定不提供",
    ]  # fmt: skip
    warned = Problem("bundle.redact-form", params={"path": "a", "kinds": "mobile, name", "pages": "1"})
    assert redact._in_words(app, warned).params["kinds"] == "手机号码, 其他业主姓名"
