"""What the facts of a case say in each place of the forms, and whether the sums printed there are the claim's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from evidence.bundle.forms.demands import demand_history
from evidence.bundle.forms.facts import (
    AgentFact,
    ContractFact,
    DefendantFact,
    ExhibitFact,
    Figures,
    FormFacts,
    LineFact,
)
from evidence.bundle.forms.words import WORDS
from evidence.bundle.rows import Standing
from evidence.errors import Place, Problem
from evidence.model.money import Money
from evidence.model.period import chinese_date

__all__ = ["FormValues", "sum_problems", "values_of"]

# So many fee lines are told one by one; of more each year's sum, and the fee statement has the rest.
MOST_LINES = 36
MOST_LATE_LINES = 12


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


def _yes(flag: bool | None) -> str:
    return "" if flag is None else "yes" if flag else "no"


class _Values:
    def __init__(self, facts: FormFacts, locale: str) -> None:
        self.facts, self.words = facts, WORDS[locale]
        self.locale = locale

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
            **self.claim(),
            **self.court(),
            **self.premises(),
            **self.serving(),
            "case.opponent": "、".join(one.name for one in facts.defendants),
            "demand.history": demand_history(facts.demands, self.locale, *self.parties("suit")),
            "demand.application": demand_history(facts.demands, self.locale, *self.parties("application")),
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
            "court.agreed": _yes(one.agreed),
            "court.clause": one.clause,
            "court.preserved": _yes(one.preserved),
            "court.preserved_court": one.preserved_by,
            "court.preserved_on": chinese_date(one.preserved_on) if one.preserved_on else "",
            "court.preserved_case": one.preserved_case,
            "court.other_facts": one.facts,
            "court.mediation": one.mediation,
            "court.mediation_known": _yes(one.mediation_known),
        }

    def premises(self) -> dict[str, str]:
        facts, words = self.facts, self.words
        prices = [
            words["price"].format(
                item=one.item,
                price=one.price,
                unit=one.unit or words["unit"],
                since=words["since"].format(day=chinese_date(one.since)) if one.since else "",
                document=words["document"].format(document=one.document) if one.document else "",
            )
            for one in facts.prices
        ]
        several = len(facts.contracts) > 1
        late = [f"{one.name}：{one.late}" if several else one.late for one in facts.contracts if one.late]
        if late and not several and facts.clauses.get("late"):
            late = [self.clause("late-rate", "late", rate=late[0])]
        return {
            "premises.place": facts.place,
            "premises.area": words["area"].format(area=facts.area) if facts.area else "",
            "premises.owners": "、".join(facts.owners),
            "contract.price": "\n".join(prices) or facts.price_text,
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
            "serving.electronic": _yes(one.electronic),
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

    def claim(self) -> dict[str, str]:
        facts, words, figures = self.facts, self.words, self.facts.figures
        currency = figures.principal.currency
        fees = [line for line in figures.lines if line.property_fee]
        others = [line for line in figures.lines if not line.property_fee]
        fee = Money.total([line.outstanding for line in fees], currency)
        other = [
            words["other"].format(item=item, amount=amount.grouped)
            for item, amount in _by_item(others, currency)
        ]
        late, decided = figures.late, figures.late_claimed
        late_text = late.grouped if late is not None and decided else "0.00" if decided is False else ""
        # Nobody decided on the late charge: then nobody knows the sum in dispute either.
        known = decided is False or (decided is True and late is not None)
        return {
            "claim.day": chinese_date(figures.day),
            "claim.fee": fee.grouped,
            "claim.fee_method": "\n".join(self.method(figures.lines, currency)),
            "claim.late": late_text,
            "claim.late_runs": "" if not known else _yes(figures.late_runs),
            "claim.late_method": self.late_method(),
            "claim.costs": _yes(facts.court.costs),
            "claim.other": "\n".join([*other, *([facts.court.requests] if facts.court.requests else [])]),
            "claim.total": figures.total.grouped if known else "",
            "claim.total_words": facts.total_words if known else "",
            "claim.statement": "\n".join(self.requests(fee, others, late_text, suit=True)),
            "claim.request": "\n".join(self.requests(fee, others, late_text, suit=False)),
            "facts.statement": self.story(*self.parties("suit")),
            "facts.application": self.story(*self.parties("application")),
        }

    def requests(self, fee: Money, others: Sequence[LineFact], late: str, *, suit: bool) -> list[str]:
        """What is asked for, numbered. A payment order is about definite sums alone (民诉法 225)."""
        words, figures, court = self.words, self.facts.figures, self.facts.court
        day, order = chinese_date(figures.day), words["order"] if suit else words["pay"]
        found = []
        if fee:
            found.append(words["ask-fee"].format(order=order, day=day, amount=fee.grouped))
        for item, amount in _by_item(others, fee.currency):
            found.append(words["ask-other"].format(order=order, day=day, item=item, amount=amount.grouped))
        if figures.late_claimed is not False:
            runs = words["ask-runs"] if suit and figures.late_runs else ""
            found.append(
                words["ask-late"].format(order=order, day=day, amount=late or "____________", runs=runs)
            )
        if suit and court.requests:
            found.append(court.requests)
        if suit and court.costs:
            found.append(words["ask-costs"])
        ends = ["；"] * (len(found) - 1) + ["。"]
        return [
            f"{n}. {text.rstrip('；。')}{end}"
            for n, (text, end) in enumerate(zip(found, ends, strict=True), 1)
        ]

    def method(self, lines: Sequence[LineFact], currency: str) -> list[str]:
        """How the principal comes about, line by line, or by years where there are too many."""
        words = self.words
        if len(lines) <= MOST_LINES:
            return [self.line(line) for line in lines]
        years: dict[tuple[str, int], list[LineFact]] = {}
        for line in lines:
            years.setdefault((line.item, line.period.start.year), []).append(line)
        found = [
            words["year"].format(
                year=year,
                item=item,
                count=len(part),
                billed=Money.total([one.billed for one in part], currency).grouped,
                off=Money.total([one.billed - one.outstanding for one in part], currency).grouped,
                rest=Money.total([one.outstanding for one in part], currency).grouped,
            )
            for (item, year), part in years.items()
        ]
        return [*found, words["by-year"]]

    def line(self, line: LineFact) -> str:
        words = self.words
        factors = "" if line.factors is None else words["factors"].format(*line.factors)
        taken = "".join(
            words[key].format(amount=amount.grouped)
            for key, amount in (("waived", line.waived), ("paid", line.paid), ("held", line.held))
            if amount
        )
        return words["line"].format(
            period=line.period.chinese,
            item=line.item,
            billed=line.billed.grouped,
            factors=factors,
            taken=taken,
            rest=line.outstanding.grouped,
        )

    def late_method(self) -> str:
        words, figures = self.words, self.facts.figures
        if figures.late_claimed is False:
            return words["no-late"]
        if figures.late_claimed is None or figures.late is None:
            return ""
        lines = [f"{one.text}；" for one in figures.late_lines[:MOST_LATE_LINES]]
        if len(figures.late_lines) > MOST_LATE_LINES:
            lines = [words["late-many"].format(count=len(figures.late_lines))]
        if figures.credited:
            lines.append(words["credited"].format(amount=figures.credited.grouped))
        return "\n".join([*lines, figures.late_method])

    def parties(self, paper: str) -> tuple[str, str]:
        """What a suit, or an application, calls the two sides."""
        words = self.words
        if paper == "suit":
            return words["plaintiff"], words["defendant"]
        return words["applicant"], words["respondent"]

    def story(self, plaintiff: str, defendant: str) -> str:
        """What happened, in the plaintiff's words, as far as it is on file."""
        facts, words, figures = self.facts, self.words, self.facts.figures
        names = "、".join(one.name for one in facts.defendants)
        contracts = "、".join(one.name for one in facts.contracts)
        if not (names and contracts and figures.lines and facts.owners):
            return ""
        told = words["story"].format(
            plaintiff=plaintiff,
            defendant=defendant,
            names=names,
            place=facts.place or facts.home,
            contracts=contracts,
            day=chinese_date(figures.day),
            count=len(figures.lines),
            items="、".join(dict.fromkeys(line.item for line in figures.lines)),
            amount=figures.principal.grouped,
        )
        due = [
            d for d in facts.demands if d.reached is Standing.ARRIVED and d.pay_by and d.pay_by < figures.day
        ]
        if not due:
            return told
        return told + words["story-demanded"].format(plaintiff=plaintiff, defendant=defendant)


def _by_item(lines: Iterable[LineFact], currency: str) -> list[tuple[str, Money]]:
    found: dict[str, Money] = {}
    for line in lines:
        found[line.item] = found.get(line.item, Money.zero(currency)) + line.outstanding
    return list(found.items())
