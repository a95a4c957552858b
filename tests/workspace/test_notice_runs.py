"""Notices in whole runs: for whom they can be written, numbers of their own, slips and messages beside every letter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import casefile
import estate
import pytest

from evidence.errors import EvidenceError
from evidence.letters.engine import document_text
from evidence.model.case import CaseKind
from evidence.model.letter import LegalEffect, LetterKind
from evidence.model.problem import Place
from evidence.verify import verify_paths
from evidence.workspace import Workspace, steps
from evidence.workspace.issue import IssueResult
from evidence.workspace.notices import NoticeRequest

ACCOUNT, OTHER = estate.OWNERS[0][0], estate.OWNERS[1][0]
REPLY, SETTLEMENT = LetterKind.COMPLAINT_REPLY, LetterKind.SETTLEMENT
CORRECTION, BILL = LetterKind.CORRECTION, LetterKind.BILL_NOTICE


@pytest.fixture
def made(tmp_path: Path, checkout: Path) -> Iterator[Workspace]:
    with estate.workspace(tmp_path, checkout) as workspace:
        yield workspace
    steps.set_hook(None)


def issue(made: Workspace, kind: LetterKind, *accounts: str, **about: object) -> IssueResult:
    as_of = about.pop("as_of", None)
    request = NoticeRequest(**about)  # type: ignore[arg-type]
    return made.issue(kind, accounts=accounts or None, converter="builtin", notice=request, as_of=as_of)  # type: ignore[arg-type]


def refused(made: Workspace, kind: LetterKind, *accounts: str, **about: object) -> list[str]:
    with pytest.raises(EvidenceError) as caught:
        issue(made, kind, *accounts, **about)
    return [problem.code.partition(".")[2] for problem in caught.value.problems]


def numbers(result: IssueResult) -> list[str]:
    return [number.key for number in result.issued]


def text(made: Workspace, number: str) -> str:
    (path,) = (made.root / "letters").rglob(f"*_{number}.docx")
    return document_text(path.read_bytes())


def test_a_reply_answers_what_is_on_file(made: Workspace, tmp_path: Path) -> None:
    (hold,) = made.record_case(
        CaseKind.HOLD, ACCOUNT, {"reason": "service-complaint", "period": "2026-03", "from": "2026-11-10"}
    )
    result = issue(
        made, REPLY, ACCOUNT, about=hold.journal_index, text="已于2026年11月12日更换灯具。\n\n谨致歉意。\n"
    )
    assert numbers(result) == ["5-2026-0001"]
    told = text(made, "5-2026-0001")
    assert "2026年11月10日提出的异议（对服务有意见）收悉" in told
    assert "已于2026年11月12日更换灯具。" in told and "谨致歉意。" in told
    assert "2026年3月物业费120.50元" in told and "我司暂不主张" in told
    assert (
        issue(
            made, REPLY, ACCOUNT, about=hold.journal_index, text="已于2026年11月12日更换灯具。\n谨致歉意。"
        ).letters
        == ()
    )
    (pdf,) = (made.root / "letters").rglob("*_5-2026-0001.pdf")
    assert verify_paths([pdf]).ok


def test_what_is_not_on_file_cannot_be_answered(made: Workspace) -> None:
    (mine,) = made.record_case(CaseKind.COMPLAINT, OTHER, {"received_on": "2026-11-01", "matter": "样本"})
    (promise,) = made.record_case(CaseKind.PROMISE, ACCOUNT, {"made_on": "2026-11-01", "due": "2026-12-01"})
    for entry in (mine.journal_index, promise.journal_index, 999):
        assert refused(made, REPLY, ACCOUNT, about=entry, text="样本") == ["notice-about"]
    assert refused(made, REPLY) == ["notice-account", "notice-text", "notice-about"]
    assert refused(made, REPLY, ACCOUNT, OTHER, about=1, text="样本") == ["notice-account"]


def test_only_what_is_paid_is_confirmed(made: Workspace) -> None:
    with pytest.raises(EvidenceError) as caught:
        issue(made, SETTLEMENT, ACCOUNT)
    assert [(p.code, p.params["period"], p.params["amount"]) for p in caught.value.problems] == [
        ("workspace.not-settled", "物业费 2026-02/2026-02", "100.00"),
        ("workspace.not-settled", "物业费 2026-03/2026-03", "120.50"),
    ]
    assert numbers(issue(made, SETTLEMENT, ACCOUNT, until=date(2026, 1, 31))) == ["6-2026-0001"]
    assert "2026年1月" in text(made, "6-2026-0001") and "2026年2月" not in text(made, "6-2026-0001")
    assert refused(made, SETTLEMENT, ACCOUNT, since=date(2030, 1, 1)) == ["nothing-billed"]
    made.record_case(CaseKind.PAYMENT, ACCOUNT, {"amount": "220.50", "received_on": "2026-11-21"})
    assert numbers(issue(made, SETTLEMENT, ACCOUNT)) == ["6-2026-0002"]
    assert "361.50" in text(made, "6-2026-0002")


def test_a_correction_names_the_letter_and_what_became_of_it(made: Workspace) -> None:
    made.issue(LetterKind.DEMAND, accounts=[ACCOUNT, OTHER], converter="builtin")
    words = "2月应付金额应为100.00元。"
    assert numbers(issue(made, CORRECTION, ACCOUNT, corrects="2-2026-0001", text=words)) == ["7-2026-0001"]
    assert "催交物业费通知书（〔2026〕催字第0001号）内容有误" in text(made, "7-2026-0001")
    assert "该文书的其他内容不变" in text(made, "7-2026-0001")
    assert refused(made, CORRECTION, ACCOUNT, corrects="2-2026-0002", text=words) == ["notice-corrects"]
    made.withdraw("2-2026-0001", reason="样本")
    assert numbers(issue(made, CORRECTION, ACCOUNT, corrects="2-2026-0001", text=words)) == ["7-2026-0002"]
    assert "已于2026年11月21日撤回" in text(made, "7-2026-0002")


def test_a_bill_is_announced_once_to_whom_something_falls_due_soon(made: Workspace) -> None:
    day = date(2026, 2, 20)  # the fee of March is due on the 15th
    assert len(numbers(issue(made, BILL, as_of=day))) == 4
    assert "即将到期，合计人民币120.50元" in text(made, "8-2026-0001")
    assert issue(made, BILL, as_of=date(2026, 2, 25)).letters == (), "the same bill, told on another day"
    assert refused(made, BILL, ACCOUNT, as_of=date(2026, 6, 1)) == ["nothing-falls-due"]
    assert issue(made, BILL, as_of=date(2026, 6, 1)).letters == ()


def test_a_notice_is_no_step_and_demands_nothing(made: Workspace) -> None:
    issue(made, BILL, as_of=date(2026, 2, 20))
    issue(made, SETTLEMENT, ACCOUNT, until=date(2026, 1, 31))
    row = made.status()[0]
    assert row.step is not None and row.step.reached is None
    with made._desk.reading() as connection:
        from evidence.workspace.arrivals import sent_letters

        every = [letter for letters in sent_letters(connection).values() for letter in letters]
    assert {letter.row.effect for letter in every} == {LegalEffect.NONE}
    assert len(made.issue(LetterKind.DEMAND, converter="builtin").letters) == 4


def test_notices_go_into_the_evidence_file_under_their_own_words(made: Workspace, tmp_path: Path) -> None:
    (hold,) = made.record_case(
        CaseKind.HOLD, ACCOUNT, {"reason": "service-complaint", "amount": "10.00", "period": "2026-03",
                                 "from": "2026-11-10"},
    )  # fmt: skip
    made.issue(LetterKind.DEMAND, accounts=[ACCOUNT], converter="builtin")
    issue(made, REPLY, ACCOUNT, about=hold.journal_index, text="已更换灯具。")
    root = made.root
    with Workspace.open(root, source=casefile.later()) as later:
        casefile.serve(later, tmp_path)
        result = casefile.bundle(later)
    rows = json.loads((result.folder / "data" / "catalogue.json").read_bytes())["rows"]
    (row,) = (row for row in rows if row["name"].startswith("异议回复函"))
    assert row["proves"] == "原告就被告所提异议作出的书面答复（未附送达凭证）"
    assert verify_paths([result.folder]).ok


class Cut(BaseException):
    """Stands for the process ending."""


@pytest.mark.parametrize("step", ["planned", "stored", "journaled", "copied"])
def test_a_run_of_notices_cut_off_ends_like_an_undisturbed_one(
    step: str, tmp_path: Path, checkout: Path
) -> None:
    states = []
    for name in ("calm", "cut"):
        folder = tmp_path / name
        folder.mkdir()
        with estate.workspace(folder, checkout) as workspace:
            if name == "cut":

                def cut(reached: str) -> None:
                    if reached == step:
                        raise Cut

                steps.set_hook(cut)
                with pytest.raises(Cut):
                    issue(workspace, SETTLEMENT, ACCOUNT, until=date(2026, 1, 31))
                steps.set_hook(None)
        with Workspace.open(folder / "office", source=estate.source()) as workspace:
            issue(workspace, SETTLEMENT, ACCOUNT, until=date(2026, 1, 31))
            states.append(estate.state(workspace))
            assert workspace.check_journal()[1] == ()
    assert states[0] == states[1]


# ── beside the letters ────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_letter_has_its_slip_and_its_message(made: Workspace) -> None:
    made.issue(LetterKind.DEMAND, converter="builtin")
    (slips,) = (made.root / "letters").rglob("0000_送达回执.docx")
    told = document_text(slips.read_bytes())
    assert told.count("送达回执") == 4
    for number, (_, owner) in enumerate(estate.OWNERS, start=1):
        assert f"催交物业费通知书（〔2026〕催字第{number:04d}号）" in told
        assert owner in told
    for field in (
        "受送达人",
        "送达地址",
        "送达方式",
        "送达时间",
        "送达人（二人）",
        "关系",
        "拒收事由和日期",
        "见证人",
        "SHA-256",
    ):
        assert field in told, field
    (pdf,) = (made.root / "letters").rglob("*_2-2026-0001.pdf")
    from evidence.verify.letter import check_letter

    token = check_letter(pdf.read_bytes(), Place()).token
    assert token is not None and token.short_code in told, "the code in the footer of the letter"
    messages = sorted((made.root / "letters").rglob("*.txt"))
    assert len(messages) == 4
    message = messages[0].read_text("utf-8")
    assert "〔2026〕催字第0001号" in message
    for secret in (estate.OWNERS[0][1], "220.50", ACCOUNT, "物业费"):
        assert secret not in message


def test_the_sum_is_in_the_message_where_the_office_says_so(tmp_path: Path, checkout: Path) -> None:
    with estate.workspace(tmp_path, checkout) as made:
        config = made.root / "evidence.toml"
    config.write_text(
        config.read_text("utf-8").replace("[policy]", "[policy]\nmessage_amount = true", 1), "utf-8"
    )
    with Workspace.open(tmp_path / "office", source=estate.source()) as made:
        made.issue(LetterKind.DEMAND, accounts=[ACCOUNT], converter="builtin")
        (path,) = (made.root / "letters").rglob("*.txt")
    assert path.read_text("utf-8").endswith("涉及金额220.50元，支付期限2026年12月11日。\n")


def test_a_draft_has_neither_slip_nor_message(made: Workspace) -> None:
    made.issue(LetterKind.LAWYER_LETTER, accounts=[ACCOUNT], converter="builtin", overrides=estate.UNDEMANDED)
    names = {path.suffix for path in (made.root / "letters").rglob("*") if path.is_file()}
    assert names == {".docx", ".pdf"}
    assert list((made.root / "letters").rglob("0000_*")) == []
    made.approve("3-2026-0001", lawyer="样律师", licence="00000202600000001", converter="builtin")
    (path,) = (made.root / "letters").rglob("*.txt")
    assert path.read_text("utf-8").startswith("【样州示例律师事务所（样本）】")
    (slips,) = (made.root / "letters").rglob("0000_*.docx")
    assert "送达律师函" in document_text(slips.read_bytes())


def test_traditional_letters_have_traditional_slips(tmp_path: Path, checkout: Path) -> None:
    with estate.workspace(tmp_path, checkout, locale="zh-Hant") as made:
        made.issue(LetterKind.DEMAND, accounts=[ACCOUNT], converter="builtin")
        (slips,) = (made.root / "letters").rglob("0000_送達回執.docx")
        assert "拒收事由和日期" in document_text(slips.read_bytes())
