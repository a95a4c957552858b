"""What the facts of a case say in each place of the forms, and whether the sums printed there are the claim's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evidence.bundle.forms.claimtexts import ClaimTexts, yes_or_no
from evidence.bundle.forms.demands import delivery_grades, demand_history
from evidence.bundle.forms.facts import (
    AgentFact,
    ContractFact,
    DefendantFact,
    ExhibitFact,
    Figures,
    FormFacts,
)
from evidence.bundle.forms.words import WORDS
from evidence.errors import Place, Problem
from evidence.model.money import Money
from evidence.model.period import chinese_date

__all__ = ["FormValues", "sum_problems", "values_of"]


@dataclass(frozen=True, slots=True)
class FormValues:
    """Texts by field. ``groups`` are rows that repeat; ``idle`` fields are blank because they do not apply."""

    single: Mapping[str, str]
    groups: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    idle: frozenset[str] = frozenset()
    track: str = ""


def sum_problems(figures: Figures, account: str) -> tuple[Problem, ...]:
    """``bundle.form-sums`` for every sum that the lines do not add up to: then no form may be written."""
    currency = figures.principal.currency
    late = Money.total([one.amount for one in figures.late_lines], currency)
    claimed = Money.zero(currency) if figures.late is None else figures.late
    credited = figures.credited or Money.zero(currency)
    checks = [
        ("principal", Money.total([line.outstanding for line in figures.lines], currency), figures.principal),
        *(
            ("line", line.billed - line.waived - line.paid - line.held, line.outstanding)
            for line in figures.lines
        ),
        ("late", late, claimed + credited),
        ("total", figures.principal + claimed, figures.total),
    ]
    return tuple(
        Problem(
            "bundle.form-sums",
            Place(part=account),
            {"account": account, "what": what, "lines": found.plain, "claim": wanted.plain},
        )
        for what, found, wanted in checks
        if found != wanted
    )


def values_of(facts: FormFacts, locale: str) -> FormValues:
    """Every field of the forms that the facts answer, in the script ``locale``."""
    return _Values(facts, locale).made()


class _Values:
    def __init__(self, facts: FormFacts, locale: str) -> None:
        self.facts, self.words = facts, WORDS[locale]
        self.locale = locale
        self.claims = ClaimTexts(facts, self.words)

    def made(self) -> FormValues:
        facts = self.facts
        agents = tuple(self.agent(agent) for agent in facts.agents or ())
        groups: dict[str, tuple[Mapping[str, str], ...]] = {
            "agents": agents,
            "defendants": tuple(self.defendant(one) for one in facts.defendants if not one.company),
            "companies": tuple(self.company(one) for one in facts.defendants if one.company),
            "contracts": tuple(self.contract(one) for one in facts.contracts),
            "exhibits": tuple(self.exhibit(one) for one in facts.exhibits),
            "preservations": tuple(
                {
                    "preservation.property": one.property,
                    "preservation.amount": one.amount,
                    "preservation.reason": one.reason,
                    "preservation.guarantee": one.guarantee,
                }
                for one in facts.preservations
            ),
        }
        for authority in ("general", "special"):
            groups[f"{authority}_agents"] = tuple(a for a in agents if a["agent.authority"] == authority)
        groups["lawyers"] = tuple(a for a in agents if a["agent.relation"] == "lawyer" and facts.firm)
        if facts.agents == ():
            groups["agents"] = (
                {
                    "agent.engaged": "no",
                    "idle": "agent.name agent.unit agent.position agent.phone agent.authority",
                },
            )
        single = {
            **self.plaintiff(),
            **self.claims.fields(),
            **self.court(),
            **self.premises(),
            **self.serving(),
            "case.opponent": "、".join(one.name for one in facts.defendants),
            "demand.history": demand_history(facts.demands, self.locale, self.claims.parties("suit")[1]),
            "demand.application": demand_history(
                facts.demands, self.locale, self.claims.parties("application")[1]
            ),
            "demand.grades": delivery_grades(facts.demands, self.locale),
            "basis.contract": "；".join(
                self.clause(f"clause-{about}", about)
                for about in ("fee", "due", "late")
                if facts.clauses.get(about)
            ),
            "basis.law": "、".join(facts.law),
            "evidence.list": self.evidence(),
            "firm.name": facts.firm,
            "tool.name": facts.tool,
            "tool.fingerprint": facts.fingerprint,
        }
        return FormValues(single, groups, self.idle(), facts.track)

    def clause(self, words: str, about: str, **more: str) -> str:
        """A clause of the contract, named in one of the sentences for it."""
        contract = self.facts.contracts[0].name if self.facts.contracts else ""
        return self.words[words].format(contract=contract, clause=self.facts.clauses[about], **more)

    def idle(self) -> frozenset[str]:
        """What does not apply, by what is known: no clause where nothing was agreed, no court that preserved nothing."""
        facts, found = self.facts, set()
        if facts.court.agreed is False:
            found.add("court.clause")
        if facts.court.preserved is False:
            found |= {"court.preserved_court", "court.preserved_on", "court.preserved_case"}
        if facts.plaintiff.ownership not in ("", "state"):
            found.add("plaintiff.stake")
        if facts.figures.late_claimed is False:
            found.add("contract.late")
        return frozenset(found)

    def plaintiff(self) -> dict[str, str]:
        one = self.facts.plaintiff
        return {
            "plaintiff.name": one.name,
            "plaintiff.address": one.address,
            "plaintiff.registered_at": one.registered_at,
            "plaintiff.representative": one.representative,
            "plaintiff.position": one.position,
            "plaintiff.representative_id": one.id_number,
            "plaintiff.phone": one.phone,
            "plaintiff.uscc": one.uscc,
            "plaintiff.type": one.type,
            "plaintiff.ownership": one.ownership,
            "plaintiff.stake": one.stake,
        }

    def agent(self, one: AgentFact) -> dict[str, str]:
        return {
            "agent.engaged": "yes",
            "agent.name": one.name,
            "agent.unit": one.unit,
            "agent.position": one.position,
            "agent.phone": one.phone,
            "agent.authority": one.authority,
            "agent.id_number": one.id_number,
            "agent.licence": one.licence,
            "agent.relation": one.relation,
            # A lawyer is known by the licence; the number of an identity card is asked of staff.
            "idle": "agent.id_number agent.position" if one.relation == "lawyer" else "",
        }

    def defendant(self, one: DefendantFact) -> dict[str, str]:
        return {
            "defendant.name": one.name,
            "defendant.gender": one.gender,
            "defendant.birth": chinese_date(one.birth) if one.birth else "",
            "defendant.ethnicity": one.ethnicity,
            "defendant.employer": one.employer,
            "defendant.position": one.position,
            "defendant.phone": one.phone,
            "defendant.household": one.household,
            "defendant.residence": one.residence,
            "defendant.id_type": one.id_type,
            "defendant.id_number": one.id_number,
        }

    def company(self, one: DefendantFact) -> dict[str, str]:
        return {
            "company.name": one.name,
            "company.address": one.household,
            "company.phone": one.phone,
            "company.uscc": one.id_number,
        }

    def contract(self, one: ContractFact) -> dict[str, str]:
        party = self.words[f"signed-{one.signed_by}"] if one.signed_by else ""
        named = f"{one.signed_name}（{party}）" if one.signed_name and party else one.signed_name
        return {
            "contract.name": one.name,
            "contract.number": one.number,
            "contract.signed_on": one.signed_on,
            "contract.signed_at": one.signed_at,
            "contract.owner_side": named,
            "contract.from": chinese_date(one.since) if one.since else "",
            "contract.until": chinese_date(one.until) if one.until else "",
        }

    def exhibit(self, one: ExhibitFact) -> dict[str, str]:
        return {
            "exhibit.number": str(one.number or "—"),
            "exhibit.name": one.name,
            "exhibit.source": one.source,
            "exhibit.sha256": one.sha256,
            "exhibit.pages": str(one.pages or ""),
            "exhibit.original": one.original,
        }

    def court(self) -> dict[str, str]:
        one = self.facts.court
        return {
            "court.name": one.name,
            "court.agreed": yes_or_no(one.agreed),
            "court.clause": one.clause,
            "court.preserved": yes_or_no(one.preserved),
            "court.preserved_court": one.preserved_by,
            "court.preserved_on": chinese_date(one.preserved_on) if one.preserved_on else "",
            "court.preserved_case": one.preserved_case,
            "court.mediation": one.mediation,
            "court.mediation_known": yes_or_no(one.mediation_known),
        }

    def premises(self) -> dict[str, str]:
        facts, words = self.facts, self.words
        several = len(facts.contracts) > 1
        rates = [
            (one.name, words["late-limit"].format(rate=one.late) if one.late_capped else one.late)
            for one in facts.contracts
            if one.late
        ]
        late = [f"{name}：{rate}" if several else rate for name, rate in rates]
        if late and not several and facts.clauses.get("late"):
            late = [self.clause("late-rate", "late", rate=late[0])]
        return {
            "premises.place": facts.place,
            "premises.area": words["area"].format(area=facts.area) if facts.area else "",
            "premises.owners": "、".join(facts.owners),
            "contract.price": "\n".join(self.claims.prices(own=True)) or facts.price_text,
            "contract.payment": self.clause("payment", "due") if facts.clauses.get("due") else "",
            "contract.late": "\n".join(late),
        }

    def serving(self) -> dict[str, str]:
        one = self.facts.serving
        return {
            "serving.address": one.address,
            "serving.postcode": one.postcode,
            "serving.recipient": one.recipient,
            "serving.phone": one.phone,
            "serving.electronic": yes_or_no(one.electronic),
            "serving.mobile": one.mobile,
            "serving.wechat": one.wechat,
            "serving.fax": one.fax,
            "serving.email": one.email,
        }

    def evidence(self) -> str:
        facts, words = self.facts, self.words
        if not facts.exhibits:
            return ""
        key = "evidence-file" if facts.page_count else "evidence"
        return words[key].format(count=len(facts.exhibits), pages=facts.page_count)
