"""Would a court take it: what the workspace knows reaches the rules, and what it does not know stays unknown."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import estate
import pytest
from casefile import ACCOUNT, LATER, OWNER, issued, later, serve, served

from evidence.claim.limitation import LimitationState
from evidence.claim.readiness import Finding, Outcome, finding_json
from evidence.errors import EvidenceError
from evidence.model.account import Debtor
from evidence.model.case import CaseEvent, CaseKind
from evidence.model.delivery import Channel, Grade
from evidence.model.delivery import Outcome as Came
from evidence.workspace import Workspace
from evidence.workspace.casefacts import CaseFile, case_facts

TODAY = date(2026, 11, 25)
PASS, WARN, UNKNOWN, FAIL = Outcome.PASS, Outcome.WARN, Outcome.UNKNOWN, Outcome.FAIL
FEBRUARY, MARCH = "物业费 2026-02/2026-02", "物业费 2026-03/2026-03"


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> dict[str, Path]:
    """An office with demands, and one whose first owner has got theirs."""
    return {
        "issued": issued(tmp_path_factory.mktemp("issued"), checkout),
        "served": served(tmp_path_factory.mktemp("served"), checkout),
    }


@pytest.fixture
def office(offices: dict[str, Path], tmp_path: Path) -> Path:
    return shutil.copytree(offices["served"], tmp_path / "office")


@pytest.fixture
def unserved(offices: dict[str, Path], tmp_path: Path) -> Path:
    return shutil.copytree(offices["issued"], tmp_path / "unserved")


def finding(made: Workspace, rule: str, as_of: date = TODAY, region: str = "strict") -> Finding:
    return next(f for f in made.ready(ACCOUNT, as_of, region=region).findings if f.rule == rule)


def record(made: Workspace, kind: str, account: str = ACCOUNT, **data: str) -> None:
    made.record_case(CaseKind(kind), account, {name.rstrip("_"): value for name, value in data.items()})


# Rule, what is recorded first, how it then stands, what mends it.
MENDED = [
    ("R01", ("licence", {"on_file": "false"}), FAIL, ("licence", {"on_file": "true"})),
    ("R04", None, FAIL, ("owner", {"name": OWNER, "id_number": "11010519491231002X"})),
    (
        "R05",
        ("title", {"owner": OWNER, "from": "2026-03-01"}),
        FAIL,
        ("title", {"owner": OWNER, "from": "2020-05-01", "proof": "登记簿（样本）"}),
    ),
    ("R07", ("handover", {"on": "2026-03-20"}), FAIL, ("handover", {"on": "2020-03-20"})),
    (
        "R02",
        ("contract", {"name": "旧合同（样本）", "type": "early", "from": "2020-01-01", "until": "2026-02-10",
                      "service_continued": "false"}),
        FAIL,
        ("contract", {"name": "新合同（样本）", "type": "owners", "from": "2026-02-11",
                      "service_continued": "true"}),
    ),
    ("R06", ("lease", {"tenant": "样本租客", "pays_fee": "true", "joined": "false"}), WARN,
     ("lease", {"tenant": "样本租客", "pays_fee": "true", "joined": "true"})),
    ("R18", None, UNKNOWN, ("committee", {"exists": "false"})),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "before", "stands", "mends"), MENDED, ids=[row[0] for row in MENDED])
def test_what_fails_passes_once_its_own_piece_is_recorded(
    rule: str,
    before: tuple[str, dict[str, str]] | None,
    stands: Outcome,
    mends: tuple[str, dict[str, str]],
    office: Path,
) -> None:
    with Workspace.open(office, source=later()) as made:
        if before:
            made.record_case(CaseKind(before[0]), ACCOUNT, before[1])
        assert finding(made, rule).outcome is stands
        others = {f.rule: f.outcome for f in made.ready(ACCOUNT, TODAY).findings}
        made.record_case(CaseKind(mends[0]), ACCOUNT, mends[1])
        assert finding(made, rule).outcome is PASS
        now = {f.rule: f.outcome for f in made.ready(ACCOUNT, TODAY).findings}
        assert not [
            name for name, outcome in now.items() if outcome is PASS and others[name] is FAIL and name != rule
        ]


def test_a_piece_of_another_account_mends_nothing(office: Path) -> None:
    with Workspace.open(office, source=later()) as made:
        record(made, "owner", estate.OWNERS[1][0], name=OWNER, id_number="11010519491231002X")
        assert finding(made, "R04").outcome is FAIL
        record(made, "owner", "", name=OWNER, id_number="11010519491231002X")
        assert finding(made, "R04").outcome is FAIL, "an owner of the whole estate is the owner of no home"


def test_what_nobody_recorded_stays_unknown(office: Path) -> None:
    with Workspace.open(office, source=later()) as made:
        found = made.ready(ACCOUNT, TODAY)
    facts = found.facts
    asked = {
        "place", "local_rules_known", "late_charge", "licence_on_file", "contracts",
        "service_continued", "terminations", "prices",
        "titles", "occupiers", "delivered_on", "limited_capacity", "whereabouts_known", "public_notices",
        "committee_exists", "committee_urged_on", "contacts", "postings", "service_records", "complaints",
        "agreements", "agents", "arbitration_clause", "disputed", "procedure", "court_fee", "copies", "filed",
        "lpr_percent",
    }  # fmt: skip
    assert {name for name in facts.__dataclass_fields__ if getattr(facts, name) is None} == asked
    assert {f.rule: f.outcome for f in found.findings if f.outcome is not UNKNOWN} == {
        "R04": FAIL, "R10": PASS, "R11": PASS, "R12": PASS, "R13": PASS, "R14": PASS, "R15": PASS, "R16": FAIL,
        "R19": PASS, "R20": PASS, "R24": PASS, "R41": PASS,
    }  # fmt: skip


def test_a_demand_is_judged_by_how_it_arrived(unserved: Path, tmp_path: Path) -> None:
    with Workspace.open(unserved, source=later()) as made:
        assert finding(made, "R11").outcome is PASS
        assert finding(made, "R13").outcome is FAIL
        made.deliver(
            "2-2026-0001", channel=Channel.HAND, outcome=Came.DELIVERED, at="2026-11-25T09:00+08:00",
            servers=["样甲", "样乙"], signer="样本保安", relation="guard",
        )  # fmt: skip
        assert finding(made, "R15").outcome is FAIL, "a guard may not sign"
        assert finding(made, "R13").outcome is FAIL
        serve(made, tmp_path)
        assert finding(made, "R13").outcome is PASS
        assert finding(made, "R13", date(2026, 11, 24)).outcome is FAIL, "the day before nothing had arrived"
        assert finding(made, "R16").outcome is FAIL, "its time is running"
        assert finding(made, "R16", date(2026, 12, 20)).outcome is PASS


def test_the_periods_a_demand_lists_are_read_from_what_was_sealed(office: Path) -> None:
    with Workspace.open(office, source=later()) as made:
        (demand,) = made.ready(ACCOUNT, TODAY).facts.demands or ()
    assert demand.covers == {FEBRUARY, MARCH}
    assert (demand.number, demand.formal, demand.payee, demand.withdrawn) == (
        "2-2026-0001",
        True,
        True,
        False,
    )
    assert demand.amount is not None
    assert (demand.amount.plain, demand.deadline) == ("220.50", date(2026, 12, 11))
    assert [(a.grade, a.on, a.relation) for a in demand.arrivals] == [(Grade.A, TODAY, "authorised")]


def test_a_demand_withdrawn_before_it_arrived_is_none(unserved: Path, tmp_path: Path) -> None:
    with Workspace.open(unserved, source=later()) as made:
        made.deliver("2-2026-0001", channel=Channel.HAND, outcome=Came.WITHDRAWN, at="2026-11-25T09:00+08:00")
        serve(made, tmp_path)
        assert finding(made, "R11").outcome is FAIL
        assert made.ready(ACCOUNT, TODAY).facts.interruptions == ()


def test_without_a_demand_the_region_decides(tmp_path: Path, checkout: Path) -> None:
    with estate.workspace(tmp_path, checkout) as made:
        assert finding(made, "R11").outcome is FAIL
        assert finding(made, "R11", region="lenient").outcome is WARN
        assert finding(made, "R24").outcome is UNKNOWN, "no text was looked at"


def test_letters_to_whoever_owned_the_home_before_do_not_count(office: Path, tmp_path: Path) -> None:
    owners = [(ACCOUNT, "样本新业主"), *estate.OWNERS[1:]]
    with Workspace.open(office, source=later()) as made:
        made.import_ledger([estate.ledger(tmp_path / "new.csv", owners)])
        assert made.ready(ACCOUNT, TODAY).facts.demands == ()
        assert finding(made, "R11").outcome is FAIL


def test_limitation_begins_anew_where_a_demand_arrived(unserved: Path, tmp_path: Path) -> None:
    with Workspace.open(unserved, source=later()) as made:
        before = made.ready(ACCOUNT, TODAY).limitation
        assert [(one.term.key, one.nominal) for one in before.running] == [
            (FEBRUARY, date(2029, 2, 15)),
            (MARCH, date(2029, 3, 15)),
        ]
        serve(made, tmp_path)
        after = made.ready(ACCOUNT, TODAY).limitation
        assert [one.nominal for one in after.running] == [date(2029, 11, 25)] * 2
        gone = made.ready(ACCOUNT, date(2029, 12, 1)).limitation
        assert [one.state for one in gone.every] == [LimitationState.EXPIRED] * 2
        assert gone.first_lapse is None


def test_a_posted_letter_asks_what_could_be_read(unserved: Path) -> None:
    with Workspace.open(unserved, source=later()) as made:
        made.deliver(
            "2-2026-0001", channel=Channel.POSTED, outcome=Came.DELIVERED, at="2026-11-25T09:00+08:00"
        )
        (mark,) = finding(made, "R26").marks
    assert (mark.code, mark.outcome, mark.subjects) == ("not-looked-at", UNKNOWN, ("2-2026-0001",))


def test_json_has_the_same_keys_for_every_rule(office: Path) -> None:
    with Workspace.open(office, source=later()) as made:
        found = made.ready(ACCOUNT, TODAY)
    rows = [finding_json(f, found.pack, lang) for f in found.findings for lang in ("en", "zh", "zh-Hant")]
    assert {tuple(row) for row in rows} == {
        ("rule", "title", "outcome", "verified", "basis", "reasons", "evidence", "blocks")
    }
    assert {tuple(reason) for row in rows for reason in row["reasons"]} == {
        ("code", "outcome", "text", "todo", "subjects", "commands")
    }
    assert json.loads(json.dumps(rows)) == rows
    assert len(found.findings) == 42


def test_looking_changes_nothing(office: Path) -> None:
    with Workspace.open(office, source=later()) as made:
        before = estate.state(made)
        made.ready(ACCOUNT, TODAY)
        assert estate.state(made) == before


def test_nobody_of_that_name(office: Path) -> None:
    with Workspace.open(office, source=later()) as made, pytest.raises(EvidenceError) as caught:
        made.ready("nobody", TODAY)
    assert [p.code for p in caught.value.problems] == ["workspace.unknown-account"]


# ── the case file, piece by piece ───────────────────────────────────────────────────────────────────────────────────


def told(*pieces: tuple[str, dict[str, str]]) -> dict[str, Any]:
    events = tuple(
        CaseEvent(CaseKind(kind), ACCOUNT, data, LATER, i) for i, (kind, data) in enumerate(pieces)
    )
    return case_facts(CaseFile(ACCOUNT, events), Debtor("样本业主"), TODAY)


def test_a_contact_without_its_hour_leaves_all_contacts_unknown() -> None:
    hour = {"at": "2026-11-20 10:00", "channel": "call"}
    (contact,) = told(("contact", hour))["contacts"]
    assert contact.at.isoformat() == "2026-11-20T10:00:00+08:00"
    assert told(("contact", hour), ("contact", {**hour, "at": "2026-11-21"}))["contacts"] is None
    assert told(("contact", {**hour, "at": "昨天"}))["contacts"] is None


def test_a_complaint_recorded_again_stands_as_it_was_recorded_last() -> None:
    open_ = {"received_on": "2026-03-03", "matter": "电梯"}
    (complaint,) = told(("complaint", open_), ("complaint", {**open_, "resolved": "true"}))["complaints"]
    assert complaint.resolved is True
    (complaint,) = told(("complaint", open_))["complaints"]
    assert complaint.resolved is None


def contract(**data: str) -> tuple[str, dict[str, str]]:
    named = {"name": "合同（样本）", "type": "early", "from_": "2020-01-01", **data}
    return "contract", {name.rstrip("_"): value for name, value in named.items()}


@pytest.mark.parametrize(
    ("pieces", "continued", "terminations"),
    [
        ([contract(until="2025-12-31")], None, None),
        ([contract(until="2025-12-31", service_continued="true")], True, ()),
        ([contract(until="2025-12-31", service_continued="false")], False, ()),
        (
            [contract(until="2027-12-31")],
            True,
            None,
        ),  # its term has not run out; whether it was ended nobody said
        ([contract()], True, None),
        ([contract(service_continued="true")], True, ()),
    ],
)
def test_whether_service_went_on_is_asked_of_terms_that_ran_out(
    pieces: list[tuple[str, dict[str, str]]], continued: bool | None, terminations: tuple[()] | None
) -> None:
    facts = told(*pieces)
    assert (facts["service_continued"], facts["terminations"]) == (continued, terminations)


def test_one_contract_that_went_on_does_not_stretch_another_that_did_not() -> None:
    facts = told(
        contract(name="甲", until="2021-12-31", service_continued="true"),
        contract(name="乙", from_="2023-01-01", until="2024-12-31", service_continued="false"),
    )
    assert [(c.name, c.end) for c in facts["contracts"]] == [
        ("甲", date(2022, 12, 31)),
        ("乙", date(2024, 12, 31)),
    ]
    assert facts["service_continued"] is False


def test_a_hold_for_a_dispute_says_that_the_claim_is_disputed_while_it_lasts() -> None:
    hold = {"reason": "amount-disputed", "from": "2026-11-01"}
    assert told(("hold", hold))["disputed"] is True
    assert told(("hold", {**hold, "until": "2026-11-20"}))["disputed"] is None
    assert told(("hold", {**hold, "reason": "hardship"}))["disputed"] is None
