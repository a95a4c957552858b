"""What an owner states on the letter's page reaches the clerk, the rules and the case file, and stays until answered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import webcase
from webcase import NUMBER, OTHER, Clock

from evidence.claim.readiness import Outcome
from evidence.errors import EvidenceError
from evidence.model.case import CaseKind
from evidence.workspace import Workspace
from evidence.workspace.receipts import Said

HOME, NEXT = "1栋1单元101", "1栋1单元102"
ON = "2026-11-25"


def say(office: Path, number: str, action: str, **detail: str) -> int:
    """One statement on the page; its entry in the journal."""
    with webcase.page(office) as page:
        letter = page.find(webcase.token_of(office, number))
        assert letter is not None
        said = Said(action, f"{action}:{number}:{len(page.receipts())}", method="fold", detail=detail)
        return page.say(letter, said).result().journal_index


def answer(workspace: Workspace, entry: int, result: str, account: str = HOME, on: str = ON) -> None:
    fields = {"entry": str(entry), "on": on, "result": result}
    workspace.record_case(CaseKind.ANSWER, account, fields)


def reasons(workspace: Workspace, rule: str, account: str = HOME) -> Mapping[str, Outcome]:
    found = workspace.ready(account)
    (one,) = [finding for finding in found.findings if finding.rule == rule]
    return {mark.code: mark.outcome for mark in one.marks}


def test_what_waits_for_an_answer_is_listed_until_it_is_answered(office: Path) -> None:
    say(office, NUMBER, "received")  # asks for nothing
    dispute = say(office, NUMBER, "disputed", reason="amount", text="样本：面积不对")
    wish = say(office, OTHER, "instalments", months="6")
    with Workspace.open(office, source=Clock().source("clerk")) as workspace:
        told = [
            (one.entry, one.account, one.action, one.reason, one.months) for one in workspace.unanswered()
        ]
        assert told == [(dispute, HOME, "disputed", "amount", ""), (wish, NEXT, "instalments", "", "6")]
        assert [one.entry for one in workspace.unanswered(building="1栋")] == [dispute, wish]
        assert workspace.unanswered(building="2栋") == []
        assert [one.entry for one in workspace.ready(HOME).waiting] == [dispute]
        # Whatever else is recorded, it stays in the list: nothing guesses that this was the answer.
        workspace.record_case(CaseKind.COMPLAINT, HOME, {"received_on": ON, "matter": "样本：面积"})
        assert [one.entry for one in workspace.unanswered()] == [dispute, wish]
        answer(workspace, dispute, "recorded")
        assert [one.entry for one in workspace.unanswered()] == [wish]
        (given,) = [one for one in workspace.case_events(HOME) if one.kind is CaseKind.ANSWER]
        workspace.record_case(
            CaseKind.CANCEL, HOME, {"entry": str(given.journal_index), "reason": "样本：记错"}
        )
        assert [one.entry for one in workspace.unanswered()] == [
            dispute,
            wish,
        ]  # an answer taken back is none


def test_a_dispute_counts_at_once_and_until_it_is_settled(office: Path) -> None:
    with Workspace.open(office, source=Clock().source("clerk")) as workspace:
        workspace.record_case(CaseKind.FILING, HOME, {"track": "payment-order", "copies": "2"})
        workspace.record_case(CaseKind.NONE, HOME, {"of": "dispute", "on": ON})
        assert workspace.ready(HOME).facts.disputed is False
    entry = say(office, NUMBER, "disputed", reason="paid")
    with Workspace.open(office, source=Clock().source("again")) as workspace:
        assert workspace.ready(HOME).facts.disputed is True
        assert reasons(workspace, "R36")["disputed"] is Outcome.WARN
        assert workspace.ready(NEXT).facts.disputed is None  # of this owner alone
        for result, still in (
            ("recorded", True),
            ("accepted", False),
            ("declined", True),
            ("settled", False),
        ):
            answer(workspace, entry, result)
            assert workspace.ready(HOME).facts.disputed is still
            assert ("disputed" in reasons(workspace, "R36")) is still


def test_a_dispute_about_the_service_is_an_open_complaint(office: Path) -> None:
    entry = say(office, NUMBER, "disputed", reason="service", text="样本：电梯停用")
    with Workspace.open(office, source=Clock().source("clerk")) as workspace:
        (complaint,) = workspace.ready(HOME).facts.complaints or ()
        assert (complaint.name, complaint.on.isoformat(), complaint.resolved) == (f"#{entry}", ON, False)
        answer(workspace, entry, "declined")
        (complaint,) = workspace.ready(HOME).facts.complaints or ()
        assert complaint.resolved is True
        answer(workspace, entry, "recorded")  # it stands in the case file under its own words then
        assert workspace.ready(HOME).facts.complaints is None


def test_the_staffs_pages_mark_what_waits_for_an_answer(office: Path) -> None:
    from test_web_attacks import PASSWORD, Asker, sign_in

    entry = say(office, NUMBER, "disputed", reason="amount")
    with Workspace.open(office, source=Clock().source("staff")) as workspace:
        workspace.add_staff("样乙", "lawyer", PASSWORD)
    with webcase.page(office) as made:
        http = sign_in(Asker(made, webcase.token_of(office)), "样乙")
        paths = ("/staff/receipts", f"/staff/letters/{NUMBER}")
        told = [http.get(path).text for path in paths]
        assert "待答复" in told[0] and f"答复 日志记录号={entry}" in told[1]
        with Workspace.open(office, source=Clock().source("clerk")) as workspace:
            answer(workspace, entry, "declined")
        assert not any(word in http.get(path).text for path in paths for word in ("待答复", "尚未答复"))


def test_an_answer_names_a_statement_of_this_very_owner(office: Path) -> None:
    entry = say(office, NUMBER, "disputed", reason="amount")
    received = say(office, NUMBER, "received")
    with Workspace.open(office, source=Clock().source("clerk")) as workspace:
        for number, account, on, code in (
            (received, HOME, ON, "case.answer-unknown"),
            (entry, NEXT, ON, "case.answer-unknown"),
            (entry, "", ON, "case.answer-unknown"),
            (0, HOME, ON, "case.answer-unknown"),
            (entry, HOME, "2026-11-24", "case.answer-early"),
            (entry, HOME, "2026-11-26", "case.future"),
        ):
            with pytest.raises(EvidenceError) as caught:
                answer(workspace, number, "declined", account, on)
            assert [problem.code for problem in caught.value.problems] == [code]
        assert [one.entry for one in workspace.unanswered()] == [entry]


def test_the_clerk_reads_it_in_the_list_of_arrears_with_the_command_that_answers(
    office: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "cli"))
    from speaking import Command

    monkeypatch.setenv("EVIDENCE_TEST_NOW", webcase.LATER)
    monkeypatch.setenv("EVIDENCE_TEST_SEED", "clerk")
    command = Command(capfd)
    wish = say(office, OTHER, "instalments", months="6")
    told = command("-C", office, "--lang", "zh", "status").out
    assert f"#{wish} " in told and "请求分期付款（6 个月）" in told and NEXT in told
    assert f"evidence case event {NEXT} 答复 日志记录号={wish} 答复日期=YYYY-MM-DD 处理结果=" in told
    assert "请求分期付款" in command("-C", office, "--lang", "zh", "ready", NEXT).out
    found = command("-C", office, "--json", "status").json
    assert found["counts"]["unanswered"] == 1
    assert [(one["entry"], one["account"], one["months"]) for one in found["unanswered"]] == [(wish, NEXT, 6)]
    # The words of the example are the words of the command.
    words = ("答复", f"日志记录号={wish}", f"答复日期={ON}", "处理结果=已另行登记")
    assert command("-C", office, "--lang", "zh", "case", "event", NEXT, *words).code == 0
    assert "请求分期付款" not in command("-C", office, "--lang", "zh", "status").out
