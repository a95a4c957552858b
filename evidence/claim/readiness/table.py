"""The rules by their ids: title, what they need to know, and the function that judges it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from evidence.claim.readiness import conduct, demands, fees, file, filing, parties, prices, terms
from evidence.claim.readiness.facts import CaseFacts
from evidence.claim.readiness.marks import Mark, n_
from evidence.claim.readiness.pack import RulePack

Check = Callable[[CaseFacts, RulePack, date], Iterator[Mark]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its id, title, the fields of :class:`CaseFacts` it needs, and the function that judges them.

    ``helped_by`` are fields that it reads where they are known; it answers without them.
    """

    id: str
    title: str
    inputs: tuple[str, ...]
    check: Check
    helped_by: tuple[str, ...] = ()


def _rule(rule: str, title: str, inputs: str, check: Check, helped_by: str = "") -> Rule:
    return Rule(rule, title, tuple(inputs.split()), check, tuple(helped_by.split()))


RULES: tuple[Rule, ...] = (
    _rule(
        "R01",
        n_("The plaintiff is a property service provider"),
        "creditor_name creditor_uscc licence_on_file",
        parties.plaintiff,
    ),
    _rule(
        "R02",
        n_("A contract covers each claimed period"),
        "periods contracts service_continued terminations",
        parties.contract_cover,
    ),
    _rule("R03", n_("Form and signature of the contract"), "contracts", parties.contract_signed, "filed"),
    _rule("R04", n_("The defendant can be told from others"), "defendants", parties.defendant),
    _rule("R05", n_("The defendant was the owner at the time"), "periods titles", parties.owner_then),
    _rule("R06", n_("A user who promised to pay is joined"), "occupiers", parties.occupier_joined),
    _rule("R07", n_("The home had been handed over"), "periods delivered_on", parties.delivered_home),
    _rule("R08", n_("The fee standard is documented"), "periods prices", prices.price_documented),
    _rule("R09", n_("The arithmetic is right"), "periods claimed_total", fees.arithmetic, "prices"),
    _rule("R10", n_("No period is claimed twice"), "periods", fees.no_overlap),
    _rule("R11", n_("A written demand exists for every period"), "periods demands", demands.demanded),
    _rule("R12", n_("The demand is complete"), "periods demands", demands.content),
    _rule("R13", n_("Arrival of the demand is proved"), "periods demands", demands.proof),
    _rule("R14", n_("The courier's slip names its content"), "demands", demands.slip),
    _rule("R15", n_("Whoever signed may sign"), "demands", demands.signer),
    _rule("R16", n_("The reasonable period has run out"), "periods demands", demands.period_over),
    _rule(
        "R17",
        n_("The local rules on demands are met"),
        "place local_rules_known periods demands public_notices",
        demands.local_rule,
    ),
    _rule(
        "R18",
        n_("The owners' committee has urged payment"),
        "committee_exists committee_urged_on",
        demands.committee,
    ),
    _rule("R19", n_("Limitation, period by period"), "periods interruptions", terms.limitation),
    _rule(
        "R20", n_("Interruptions of limitation are proved"), "periods interruptions", terms.interruption_proof
    ),
    _rule("R21", n_("The late charge has a clause"), "late_charge", fees.late_clause),
    _rule(
        "R22",
        n_("The late charge is not excessive"),
        "late_charge lpr_percent claimed_total",
        fees.late_level,
    ),
    _rule("R23", n_("The interest rates are up to date"), "late_charge lpr_through", fees.lpr_fresh),
    _rule("R24", n_("No text threatens what the law forbids"), "texts", conduct.banned_words),
    _rule("R25", n_("Contacts kept to hours and numbers"), "contacts", conduct.contact_caps),
    _rule("R26", n_("No owner was named in public"), "postings", conduct.not_shamed),
    _rule("R27", n_("Service can be shown"), "periods service_records complaints", fees.service_shown),
    _rule("R28", n_("The files are what they were"), "filed", file.intact),
    _rule("R29", n_("The original carrier is noted"), "filed", file.carrier),
    _rule("R30", n_("A third party fixes the time"), "filed", file.third_party_time),
    _rule("R31", n_("The catalogue is complete"), "filed", file.catalogue),
    _rule("R32", n_("There are enough copies"), "defendants copies", filing.copies),
    _rule("R33", n_("The agent's papers are complete"), "agents", file.agents, "filed"),
    _rule("R34", n_("The court's form is complete"), "filed", file.element_form),
    _rule("R35", n_("The court fee is right"), "court_fee claimed_total late_charge", filing.court_fee),
    _rule(
        "R36",
        n_("The way chosen is open"),
        "procedure arbitration_clause disputed whereabouts_known claimed_total",
        filing.track,
    ),
    _rule("R37", n_("The instalment agreement sums up"), "agreements", terms.instalments_sum),
    _rule("R38", n_("The acceleration clause holds"), "agreements", terms.acceleration),
    _rule("R39", n_("Limitation is not given up in advance"), "agreements", terms.limitation_waiver),
    _rule("R40", n_("Whoever signed had the capacity"), "limited_capacity agreements", parties.capacity),
    _rule("R41", n_("The law quoted is in force"), "texts", conduct.law_in_force),
    _rule("R42", n_("Personal data are masked on copies"), "filed", file.masked),
)
"""In the order of their ids."""
