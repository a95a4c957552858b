"""Each readiness rule at the evidence file itself: one file that passes it, one that does not.

One complete case is bundled once, with forms and a timestamp, and passes without any override. Each row below changes one
thing of what the gate saw of that very file; what fails and matters before a court stops it, what only warns is told.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import casefile
import formcase
import pytest
from casefile import ACCOUNT
from complete import PIECES, filing, put

from evidence.claim.limitation import Interruption, InterruptionKind
from evidence.claim.readiness import CaseFacts, Outcome, evaluate
from evidence.claim.readiness.facts import (
    Acceleration,
    Agreement,
    Contact,
    ContactWay,
    LateBasis,
    LateCharge,
    LateTreatment,
    LimitationWaiver,
    Occupier,
    Person,
    Posting,
    SentText,
)
from evidence.claim.readiness.filed import Agent, Exposed
from evidence.clock import CHINA
from evidence.model.delivery import Channel, Grade
from evidence.model.money import Money
from evidence.verify import verify_paths
from evidence.workspace import Workspace, bundles
from evidence.workspace.bundles import BundleResult
from evidence.workspace.gate import BUNDLE, BlockedError, Gate, Passage
from evidence.workspace.readiness import Readiness

sys.path.insert(0, str(Path(__file__).parents[1] / "timestamps"))
from authority import Authority

P, W, F = Outcome.PASS, Outcome.WARN, Outcome.FAIL
FORMS = ("complaint", "authority-special", "authority-general")


@dataclass
class Bundled:
    """The workspace, its one evidence file, and what the gate saw of it, every original carrier noted."""

    made: Workspace
    result: BundleResult
    found: Readiness
    person: str

    def judged(self, facts: CaseFacts) -> Readiness:
        findings = evaluate(facts, self.found.pack, self.found.as_of)
        return replace(self.found, facts=facts, findings=findings)

    def gate(self, found: Readiness, **overrides: str) -> Passage:
        return Gate(self.made._desk, BUNDLE, overrides).passage(found, self.person)


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Iterator[Bundled]:
    folder = tmp_path_factory.mktemp("rules")
    root = casefile.served(folder, checkout)
    authority = Authority.make(folder / "tsa", "样本时间戳")
    with (root / "evidence.toml").open("a", encoding="utf-8") as file:
        file.write(authority.table("tsa").replace("test = true", ""))
    seen: list[Readiness] = []
    with pytest.MonkeyPatch.context() as patch, Workspace.open(root, source=filing()) as made:
        examined = bundles.examined

        def watched(*given: Any) -> Readiness:
            seen.append(examined(*given))
            return seen[-1]

        patch.setattr(bundles, "examined", watched)
        put(made, [(account, kind, data) for account, kind, data, _ in PIECES])
        put(made, formcase.FULL)
        made.anchor()
        result = made.bundle(ACCOUNT, converter="builtin", forms=FORMS)
        (found,) = seen
        filed = found.facts.filed
        assert filed is not None
        noted = tuple(replace(one, carrier=one.carrier or "样本手机") for one in filed.exhibits)
        whole = replace(found.facts, filed=replace(filed, exhibits=noted))
        case = Bundled(made, result, found, "")
        yield replace(case, found=case.judged(whole))


def test_the_complete_case_passes_every_rule_without_an_override(bundled: Bundled) -> None:
    outcomes = {finding.rule: finding.outcome for finding in bundled.found.findings}
    assert {rule: outcome for rule, outcome in outcomes.items() if outcome is not P} == {}
    assert len(outcomes) == 42
    passage = bundled.gate(bundled.found)
    assert (passage.blocked, passage.used, passage.warnings) == ((), (), ())
    assert verify_paths([bundled.result.folder]).ok


# ── one thing changed ───────────────────────────────────────────────────────────────────────────────────────────────

Change = Callable[[CaseFacts], dict[str, Any]]


def first(name: str, **changes: Any) -> Change:
    """The first of a field's values, changed."""

    def change(facts: CaseFacts) -> dict[str, Any]:
        head, *rest = getattr(facts, name)
        return {name: (replace(head, **changes), *rest)}

    return change


def put_in(**changes: Any) -> Change:
    return lambda facts: changes


def arrived(**changes: Any) -> Change:
    def change(facts: CaseFacts) -> dict[str, Any]:
        assert facts.demands
        return {
            "demands": tuple(
                replace(demand, arrivals=tuple(replace(one, **changes) for one in demand.arrivals))
                for demand in facts.demands
            )
        }

    return change


def in_file(make: Callable[[Any], dict[str, Any]]) -> Change:
    def change(facts: CaseFacts) -> dict[str, Any]:
        assert facts.filed is not None
        return {"filed": replace(facts.filed, **make(facts.filed))}

    return change


def text(words: str, *, sent: bool) -> Change:
    return put_in(texts=(SentText("2-2026-0001", words, date(2026, 11, 21), sent),))


def agreed(**changes: Any) -> Change:
    total = Money.of("220.50", "CNY")
    signed = Agreement(
        "纸-1", total, (total,), LateTreatment.KEPT, Acceleration(Decimal("0.2"), 2, 15), LimitationWaiver.NONE, True
    )  # fmt: skip
    return put_in(agreements=(replace(signed, **changes),))


def without_special_words(filed: Any) -> dict[str, Any]:
    return {"forms": tuple(replace(one, text=one.text and "全权代理") for one in filed.forms)}


OLD = date(2020, 1, 1)
LAWYER = (Agent("样律师", "lawyer", "special", licence="1"),)
CHARGED = LateCharge(
    LateBasis.CONTRACT, "第六条", Decimal("3.65"), Money.of("6.45", "CNY"), date(2026, 12, 20)
)
WEAK = Interruption(
    InterruptionKind.DEMAND, date(2026, 11, 25), Grade.D, frozenset({"物业费 2026-02/2026-02"}), "2-2026-0001"
)
NIGHT = datetime(2026, 12, 3, 22, 30, tzinfo=CHINA)

FAILING: dict[str, tuple[Outcome, Change]] = {
    "R01": (F, put_in(licence_on_file=False)),
    "R02": (F, first("contracts", start=date(2026, 3, 1))),
    "R03": (F, put_in(contracts=())),
    "R04": (F, put_in(defendants=(Person("样本"),))),
    "R05": (F, first("titles", since=date(2026, 3, 1))),
    "R06": (W, put_in(occupiers=(Occupier("样本租客", promised_to_pay=True, joined=False),))),
    "R07": (F, put_in(delivered_on=date(2026, 3, 20))),
    "R08": (F, put_in(prices=())),
    "R09": (F, first("periods", quantity=Decimal(51))),
    "R10": (F, lambda facts: {"periods": (*facts.periods, facts.periods[0])}),  # type: ignore[misc,index]
    "R11": (F, put_in(demands=())),
    "R12": (F, first("demands", payee=False)),
    "R13": (F, arrived(grade=Grade.NONE)),
    "R14": (W, arrived(channel=Channel.EMS, item_name="")),
    "R15": (F, arrived(relation="guard", grade=Grade.NONE)),
    "R16": (F, first("demands", deadline=date(2026, 12, 31))),
    "R17": (F, put_in(place="福建省样州市", local_rules_known=True)),
    "R18": (W, put_in(committee_exists=True, committee_urged_on=())),
    "R19": (W, lambda facts: {**first("periods", due=OLD)(facts), "interruptions": ()}),
    "R20": (W, put_in(interruptions=(WEAK,))),
    "R21": (F, put_in(late_charge=replace(CHARGED, clause=""))),
    "R22": (W, put_in(late_charge=replace(CHARGED, annual_percent=Decimal(30)))),
    "R23": (F, put_in(late_charge=replace(CHARGED, basis=LateBasis.LPR), lpr_through=date(2026, 1, 1))),
    "R24": (F, text("逾期将停水停电。", sent=False)),
    "R25": (W, put_in(contacts=(Contact(NIGHT, ContactWay.CALL),))),
    "R26": (W, put_in(postings=(Posting("公告", date(2026, 12, 1), names_owner=True, shows_debt=True),))),
    "R27": (W, put_in(service_records={})),
    "R28": (F, in_file(lambda filed: {"originals": (replace(filed.originals[0], found="00" * 32),)})),
    "R29": (W, in_file(lambda filed: {"exhibits": (replace(filed.exhibits[0], digital=True, carrier=""),)})),
    "R30": (F, in_file(lambda filed: {"stamps": (replace(filed.stamps[0], holds=False),)})),
    "R31": (F, in_file(lambda filed: {"counted": filed.bound + 1})),
    "R32": (F, put_in(copies=1)),
    "R33": (F, lambda facts: {"agents": LAWYER, **in_file(without_special_words)(facts)}),
    "R34": (F, in_file(lambda filed: {"stated": Money.of("1.00", "CNY")})),
    "R35": (F, lambda facts: {"court_fee": replace(facts.court_fee, halved=2)}),  # type: ignore[type-var]
    "R36": (F, put_in(arbitration_clause=True)),
    "R37": (F, agreed(instalments=(Money.of("100.00", "CNY"),))),
    "R38": (W, agreed(acceleration=Acceleration(None, 1, None))),
    "R39": (F, agreed(waiver=LimitationWaiver.ADVANCE)),
    "R40": (W, lambda facts: {"limited_capacity": True, **agreed(signed_by_guardian=False)(facts)}),
    "R41": (F, text("根据《物业服务收费纠纷司法解释》及物业服务纠纷司法解释第六条", sent=True)),
    "R42": (F, in_file(lambda filed: {"exposed": (Exposed("1 样本", "identity"),)})),
}  # fmt: skip


def test_every_rule_has_its_row(bundled: Bundled) -> None:
    assert list(FAILING) == [finding.rule for finding in bundled.found.findings]


@pytest.mark.parametrize("rule", FAILING)
def test_what_fails_stops_the_file_unless_a_reason_is_given(bundled: Bundled, rule: str) -> None:
    outcome, change = FAILING[rule]
    found = bundled.judged(replace(bundled.found.facts, **change(bundled.found.facts)))
    finding = next(one for one in found.findings if one.rule == rule)
    assert finding.outcome is outcome, [mark.code for mark in finding.marks]
    stopped = {str(problem.params["rule"]): problem for problem in bundled.gate(found).blocked}
    if outcome is not F or "bundle" not in finding.blocks:
        assert rule not in stopped, "it is told, and stops nothing"
        return
    problem = stopped[rule]
    assert problem.code == "readiness.blocked"
    assert problem.params["reason"], "it says why"
    others = dict.fromkeys(stopped, "样本：有理由")
    passage = bundled.gate(found, **others)
    assert passage.blocked == ()
    assert rule in {one.rule for one in passage.used}


def test_only_r39_fails_without_stopping() -> None:
    """A clause that gives limitation up in advance is void by itself (民法典 197(2)) and takes nothing from the claim."""
    from evidence.claim.readiness import load_rules

    rules = load_rules("cn").rules
    assert {
        rule for rule, (outcome, _) in FAILING.items() if outcome is F and "bundle" not in rules[rule].blocks
    } == {"R39"}


def test_a_rule_of_the_file_itself_stops_it_before_anything_is_written(
    bundled: Bundled, tmp_path: Path
) -> None:
    """A phone number in an exhibit's name goes to the other side with the catalogue (R42). Last: it adds to the case."""
    path = tmp_path / "聊天.png"
    path.write_bytes(casefile.photo(70, "PNG"))
    casefile.add(bundled.made, path, name="与13900001111的聊天记录")
    size = bundled.made.check_journal()[0]
    with pytest.raises(BlockedError) as caught:
        bundled.made.bundle(ACCOUNT, converter="builtin")
    assert [problem.params["rule"] for problem in caught.value.problems] == ["R42"]
    assert bundled.made.check_journal()[0] == size
    assert not list((bundled.made.root / "bundles").glob("*-v2*"))
