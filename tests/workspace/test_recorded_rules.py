"""Each rule through what a clerk records: it passes with everything on file, and never once a piece of it is missing."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import complete
import pytest
from casefile import ACCOUNT, OWNER
from complete import AGREEMENT, CONTRACT, LINE, OWNED, PIECES, PRICE, TITLE

from evidence.claim.readiness import Finding, Outcome
from evidence.claim.readiness.howto import HOW
from evidence.claim.readiness.table import RULES
from evidence.claim.readiness.words import INPUTS
from evidence.model.case import SHAPES, CaseKind, check_fields
from evidence.model.delivery import Channel
from evidence.model.delivery import Outcome as Came
from evidence.model.problem import Place
from evidence.workspace import Workspace
from evidence.workspace.casewords import in_machine_words

P, W, U, F = Outcome.PASS, Outcome.WARN, Outcome.UNKNOWN, Outcome.FAIL
LATER = {"R28", "R29", "R30", "R31", "R34", "R42"}
DAY = date(2026, 12, 20)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    return complete.complete(tmp_path_factory.mktemp("served"), checkout)


@pytest.fixture
def office(served: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served, tmp_path / "office")


def findings(made: Workspace) -> dict[str, Finding]:
    return {finding.rule: finding for finding in made.ready(ACCOUNT, DAY).findings}


def outcomes(made: Workspace) -> dict[str, Outcome]:
    return {rule: finding.outcome for rule, finding in findings(made).items()}


def without(index: int | None) -> list[tuple[str, str, dict[str, str]]]:
    return [(a, kind, data) for i, (a, kind, data, _) in enumerate(PIECES) if i != index]


def test_with_everything_on_file_every_rule_passes_that_needs_no_later_room(office: Path) -> None:
    with Workspace.open(office, source=complete.filing()) as made:
        complete.put(made, without(None))
        found = outcomes(made)
    assert {rule for rule, outcome in found.items() if outcome is not P} == LATER


@pytest.mark.parametrize("index", range(len(PIECES)), ids=[f"{p[1]}-{p[2].get('of', '')}" for p in PIECES])
def test_without_any_one_piece_its_rules_are_unknown_or_fail(office: Path, index: int) -> None:
    rules = set(PIECES[index][3].split())
    with Workspace.open(office, source=complete.filing()) as made:
        complete.put(made, without(index))
        found = outcomes(made)
    assert {rule for rule in rules if found[rule] not in (U, F)} == set()
    assert {rule for rule, outcome in found.items() if outcome is not P} - LATER - rules == set()


RULE = {"region": "样州市", "rule": "样州市物业管理办法（样本）"}
NAMED = {"name": "公告", "on": "2026-12-01", "names_owner": "true", "shows_debt": "true"}
OPEN = {"received_on": "2026-05-01", "matter": "电梯", "resolved": "false"}
# Rule, how it then stands, the code it gives, and the piece recorded on top of the complete file.
CHANGED = [
    ("R01", F, "no-licence", ("", "licence", {"on_file": "false"})),
    ("R02", F, "contract-gap", ("", "contract", {**CONTRACT, "until": "2026-02-28", "service_continued": "false"})),
    ("R02", F, "stayed-on", ("", "contract", {**CONTRACT, "terminated_on": "2026-01-31", "refused_to_leave": "true"})),
    ("R03", W, "copy-only", ("", "contract", {**CONTRACT, "copy": "copy"})),
    ("R04", W, "number-check", (ACCOUNT, "owner", {**OWNED, "id_number": "990000198001010012"})),
    ("R05", F, "not-owner", (ACCOUNT, "title", {**TITLE, "from": "2026-03-01"})),
    ("R06", W, "not-joined", (ACCOUNT, "lease", {"tenant": "样本租客", "pays_fee": "true", "joined": "false"})),
    ("R07", F, "before-delivery", (ACCOUNT, "handover", {"on": "2026-03-20"})),
    ("R08", F, "above-document", ("", "price", {**PRICE, "price": "2.40"})),
    ("R08", W, "not-published", ("", "price", {**PRICE, "publicity": "false"})),
    ("R09", F, "line", (ACCOUNT, "line", {**LINE, "quantity": "51"})),
    ("R17", W, "local-demands", ("", "local", {**RULE, "demands": "2"})),
    ("R17", W, "local-notice", ("", "local", {**RULE, "notice": "true"})),
    ("R18", W, "not-urged", ("", "committee", {"exists": "true", "urged_on": "-"})),
    ("R25", W, "hours", (ACCOUNT, "contact", {"at": "2026-12-03 22:30", "channel": "call"})),
    ("R26", W, "named", (ACCOUNT, "posting", NAMED)),
    ("R27", W, "complaint-open", (ACCOUNT, "complaint", OPEN)),
    ("R32", F, "too-few", (ACCOUNT, "filing", {"copies": "1"})),
    ("R35", F, "amount", (ACCOUNT, "filing", {"fee_base": "220.50", "fee": "24.00"})),
    ("R35", F, "halved-twice", (ACCOUNT, "filing", {"fee_base": "220.50", "fee": "25.00", "halved": "2"})),
    ("R35", F, "base", (ACCOUNT, "filing", {"fee_base": "200.00", "fee": "25.00"})),
    ("R36", F, "arbitration-clause", ("", "contract", {**CONTRACT, "arbitration_clause": "true"})),
    ("R36", U, "limit-unknown", (ACCOUNT, "filing", {"track": "small-claims"})),
    ("R36", W, "above-limit", (ACCOUNT, "filing", {"track": "small-claims", "limit": "100.00"})),
    ("R36", W, "not-servable", (ACCOUNT, "filing", {"track": "payment-order"})),
    ("R37", F, "sum", (ACCOUNT, "agreement", {**AGREEMENT, "total": "220.60"})),
    ("R37", W, "late-silent", (ACCOUNT, "agreement", {**AGREEMENT, "late": "silent"})),
    ("R38", W, "no-clause", (ACCOUNT, "agreement", {**AGREEMENT, "share": "-", "missed": "-", "accelerates": "false"})),
    ("R38", W, "harsh", (ACCOUNT, "agreement", {**AGREEMENT, "missed": "1"})),
    ("R39", F, "advance", (ACCOUNT, "agreement", {**AGREEMENT, "limitation": "advance"})),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "outcome", "code", "piece"), CHANGED, ids=[f"{row[0]}-{row[2]}" for row in CHANGED]
)
def test_a_recorded_piece_changes_its_rule(
    office: Path, rule: str, outcome: Outcome, code: str, piece: tuple[str, str, dict[str, str]]
) -> None:
    with Workspace.open(office, source=complete.filing()) as made:
        complete.put(made, [*without(None), piece])
        if code == "not-servable":
            complete.put(made, [(ACCOUNT, "whereabouts", {"known": "false"})])
        if code == "not-urged":
            complete.put(made, [("", *complete.none("urging"))])
        finding = findings(made)[rule]
    assert finding.outcome is outcome
    assert code in [mark.code for mark in finding.marks]


@pytest.mark.parametrize(
    ("rule", "field"), [("R37", "late"), ("R37", "total"), ("R38", "share missed"), ("R39", "limitation")]
)
def test_what_an_agreement_says_is_unknown_until_somebody_records_it(
    office: Path, rule: str, field: str
) -> None:
    known = {name: value for name, value in AGREEMENT.items() if name not in field.split()}
    with Workspace.open(office, source=complete.filing()) as made:
        complete.put(made, [*without(None), (ACCOUNT, "agreement", known)])
        assert outcomes(made)[rule] is U
        complete.put(made, [(ACCOUNT, "agreement", AGREEMENT)])
        assert outcomes(made)[rule] is P


def test_an_agreement_of_somebody_without_capacity_needs_the_guardian(office: Path) -> None:
    limited = (ACCOUNT, "owner", {"name": OWNER, "limited_capacity": "true"})
    with Workspace.open(office, source=complete.filing()) as made:
        complete.put(made, [*without(None), limited, (ACCOUNT, "agreement", AGREEMENT)])
        assert outcomes(made)["R40"] is P
        complete.put(made, [(ACCOUNT, "agreement", {**AGREEMENT, "guardian": "false"})])
        assert outcomes(made)["R40"] is W


def test_a_slip_is_known_once_somebody_has_read_it(office: Path) -> None:
    with Workspace.open(office, source=complete.filing()) as made:
        complete.put(made, without(None))
        made.deliver(
            "2-2026-0001", channel=Channel.EMS, outcome=Came.DELIVERED, at="2026-11-25T12:00+08:00",
            tracking="YB1", signer="样人", relation="authorised",
        )  # fmt: skip
        assert outcomes(made)["R14"] is U
        complete.put(made, [(ACCOUNT, "slip", {"letter": "2-2026-0001", "named": "false"})])
        assert outcomes(made)["R14"] is W
        complete.put(
            made,
            [(ACCOUNT, "slip", {"letter": "〔2026〕催字第0001号", "tracking": "YB1", "named": "true"})],
        )  # fmt: skip
        assert outcomes(made)["R14"] is P


def test_a_posted_letter_passes_once_somebody_has_looked_at_it(office: Path) -> None:
    with Workspace.open(office, source=complete.filing()) as made:
        complete.put(made, without(None))
        made.deliver(
            "2-2026-0001", channel=Channel.POSTED, outcome=Came.DELIVERED, at="2026-11-25T13:00+08:00"
        )
        assert outcomes(made)["R26"] is U
        seen = {"name": "2-2026-0001", "on": "2026-11-25", "names_owner": "false", "shows_debt": "true"}
        complete.put(made, [(ACCOUNT, "posting", seen)])
        assert outcomes(made)["R26"] is P


def test_a_promise_interrupts_only_with_its_period_and_a_graded_proof(office: Path) -> None:
    promise = {"made_on": "2026-12-10", "due": "2026-12-31"}
    with Workspace.open(office, source=complete.filing()) as made:
        for data in (promise, {**promise, "period": "2026年2月"}):
            complete.put(made, [(ACCOUNT, "promise", data)])
            assert made.ready(ACCOUNT, DAY).limitation.running[0].nominal == date(2029, 11, 25)
        complete.put(made, [(ACCOUNT, "promise", {**promise, "period": "2026年2月", "grade": "A"})])
        ends = {one.term.key: one.nominal for one in made.ready(ACCOUNT, DAY).limitation.running}
    assert ends["物业费 2026-02/2026-02"] == date(2029, 12, 10)
    assert ends["物业费 2026-03/2026-03"] == date(2029, 11, 25)


def test_later_fields_add_to_a_state_and_a_dash_takes_one_back(office: Path) -> None:
    with Workspace.open(office, source=complete.filing()) as made:
        complete.put(made, without(None))
        complete.put(
            made, [("", "contract", {"name": CONTRACT["name"], "type": "early", "from": "2020-01-01"})]
        )
        assert outcomes(made)["R03"] is P, "who signed was recorded before"
        taken = {"name": CONTRACT["name"], "type": "early", "from": "2020-01-01", "signed_by": "-"}
        complete.put(made, [("", "contract", taken)])
        assert outcomes(made)["R03"] is U


def test_a_late_charge_chosen_for_this_account_is_what_is_judged(office: Path) -> None:
    with Workspace.open(office, source=complete.filing()) as made:
        complete.put(made, without(None))
        complete.put(made, [(ACCOUNT, "late", {"claimed": "contract"})])
        late = made.ready(ACCOUNT, DAY).facts.late_charge
        assert late is not None
        assert late.annual_percent is not None
        assert (str(late.basis), f"{late.annual_percent:.2f}") == ("contract", "3.65")
        complete.put(made, [(ACCOUNT, "late", {"claimed": "reference", "factor": "1.3"})])
        late = made.ready(ACCOUNT, DAY).facts.late_charge
        assert late is not None
        assert late.annual_percent is not None
        assert (str(late.basis), f"{late.annual_percent:.2f}") == ("lpr", "3.90")
        assert {rule: outcomes(made)[rule] for rule in ("R21", "R22", "R23")} == {
            "R21": P,
            "R22": P,
            "R23": P,
        }


# ── the way from an unknown to its command ──────────────────────────────────────────────────────────────────────────


def test_every_input_says_where_it_is_recorded() -> None:
    assert {name for rule in RULES for name in rule.inputs} <= set(HOW)
    assert set(INPUTS) <= set(HOW)


@pytest.mark.parametrize("name", sorted(HOW))
def test_the_commands_name_kinds_and_fields_that_exist(name: str) -> None:
    how = HOW[name]
    for command in (*how.commands, how.none):
        match = re.fullmatch(r"evidence case set (?:\{account\}|-) (\w+) (.*)", command)
        if not match or "…" in match[2].split():
            continue
        kind = CaseKind(match[1])
        for field in match[2].split():
            assert SHAPES[kind].field(field.partition("=")[0]), command
    if how.none:
        field, _, of = how.none.split()[-2].partition("=")
        _, problems = check_fields(CaseKind.NONE, {field: of, "on": "2026-01-01"}, Place())
        assert problems == []


def test_an_unknown_tells_the_command_with_its_own_account(office: Path) -> None:
    from evidence.claim.readiness import finding_json

    with Workspace.open(office, source=complete.filing()) as made:
        found = made.ready(ACCOUNT, DAY)
    told = {f.rule: finding_json(f, found.pack, "zh", ACCOUNT) for f in found.findings}
    (reason,) = told["R06"]["reasons"]
    assert reason["commands"] == [
        f"evidence case set {ACCOUNT} lease tenant=NAME pays_fee=true|false joined=true|false",
        f"evidence case set {ACCOUNT} none of=lease on=YYYY-MM-DD",
    ]


def test_a_kind_says_what_it_reads_in_a_clerks_words() -> None:
    data = {"姓名": "样甲", "身份证号": "X", "出生日期": "1980年1月1日", "行为能力受限": "否"}
    clean, problems = check_fields(CaseKind.OWNER, in_machine_words(CaseKind.OWNER, data), Place())
    assert problems == []
    assert clean == {"name": "样甲", "id_number": "X", "birth": "1980-01-01", "limited_capacity": "false"}
