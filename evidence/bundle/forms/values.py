"""What the facts of a case say in each place of the forms, and whether the sums printed there are the claim's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evidence.bundle.forms.demands import delivery_grades, demand_history
from evidence.bundle.forms.facts import (
    AgentFact,
    ContractFact,
    DefendantFact,
    ExhibitFact,
    Figures,
    FormFacts,
    LineFact,
)
from evidence.bundle.forms.shares import Share, shares
from evidence.bundle.forms.words import WORDS
from evidence.bundle.rows import Standing
from evidence.errors import Place, Problem
from evidence.model.money import Money
from evidence.model.period import chinese_date

__all__ = ["FormValues", "sum_problems", "values_of"]

# So many fee lines are told one by one; of more each year's sum, and the fee statement has the rest.
MOST_LINES = 36
MOST_LATE_LINES = 12
# What a client writes who has nothing to add; it is not true any more where the form itself adds something.
_NOTHING = ("无", "無")


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
            "demand.history": demand_history(facts.demands, self.locale, self.parties("suit")[1]),
            "demand.application": demand_history(facts.demands, self.locale, self.parties("application")[1]),
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
            "court.agreed": _yes(one.agreed),
            "court.clause": one.clause,
            "court.preserved": _yes(one.preserved),
            "court.preserved_court": one.preserved_by,
            "court.preserved_on": chinese_date(one.preserved_on) if one.preserved_on else "",
            "court.preserved_case": one.preserved_case,
            "court.mediation": one.mediation,
            "court.mediation_known": _yes(one.mediation_known),
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
            "contract.price": "\n".join(self.prices(own=True)) or facts.price_text,
            "contract.payment": self.clause("payment", "due") if facts.clauses.get("due") else "",
            "contract.late": "\n".join(late),
        }

    def prices(self, *, own: bool) -> list[str]:
        """The agreed prices of the property fee, or those of all else."""
        words = self.words
        return [
            words["price"].format(
                item=one.item,
                price=one.price,
                unit=one.unit or words["unit"],
                since=words["since"].format(day=chinese_date(one.since)) if one.since else "",
                document=words["document"].format(document=one.document) if one.document else "",
            )
            for one in self.facts.prices
            if one.property_fee is own
        ]

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
        own, rest = shares(figures)
        decided = figures.late_claimed
        # Nobody decided on the late charge: then nobody knows the sum in dispute either.
        known = decided is False or (decided is True and figures.late is not None)
        late_text = own.late.grouped if known and decided else "0.00" if known else ""
        other = [words["other"].format(item=item, amount=amount.grouped) for item, amount in _by_item(rest)]
        if known and rest.late_lines:
            runs = words["other-runs"] if rest.runs else ""
            day = chinese_date(figures.day)
            other.append(words["other-late"].format(day=day, amount=rest.late.grouped, runs=runs))
        return {
            "claim.day": chinese_date(figures.day),
            "claim.fee": own.principal.grouped,
            "claim.fee_method": "\n".join(self.method(own.lines)) or words["no-fee"],
            "claim.principal_method": "\n".join(self.method(figures.lines)),
            "claim.late": late_text,
            "claim.late_runs": "" if not known else _yes(own.runs),
            "claim.late_method": self.late_method([own]),
            "claim.whole_late_method": self.late_method([own, rest]),
            "claim.costs": _yes(facts.court.costs),
            "claim.other": "\n".join([*other, *([facts.court.requests] if facts.court.requests else [])]),
            "claim.total": figures.total.grouped if known else "",
            "claim.total_words": facts.total_words if known else "",
            "claim.statement": "\n".join(self.requests(own, rest, known=known, suit=True)),
            "claim.request": "\n".join(self.requests(own, rest, known=known, suit=False)),
            "facts.statement": self.story(*self.parties("suit")),
            "facts.application": self.story(*self.parties("application")),
            "court.other_facts": self.other_facts(own, rest, known=known),
        }

    def requests(self, own: Share, rest: Share, *, known: bool, suit: bool) -> list[str]:
        """What is asked for, numbered. A payment order is about definite sums alone (民诉法 225)."""
        words, figures, court = self.words, self.facts.figures, self.facts.court
        day, order = chinese_date(figures.day), words["order"] if suit else words["pay"]
        found = []
        if own.principal:
            found.append(words["ask-fee"].format(order=order, day=day, amount=own.principal.grouped))
        for item, amount in _by_item(rest):
            found.append(words["ask-other"].format(order=order, day=day, item=item, amount=amount.grouped))
        if figures.late_claimed is not False:
            both = known and bool(own.late_lines and rest.late_lines)
            parts = words["ask-parts"].format(fee=own.late.grouped, other=rest.late.grouped) if both else ""
            whole = (own.late + rest.late).grouped if known else "____________"
            runs = words["ask-runs"].format(limit=self.limit()) if suit and (own.runs or rest.runs) else ""
            asked = words["ask-late"].format(order=order, day=day, amount=whole, parts=parts, runs=runs)
            found.append(asked)
        if suit and court.requests:
            found.append(court.requests)
        if suit and court.costs:
            found.append(words["ask-costs"])
        ends = ["；"] * (len(found) - 1) + ["。"]
        return [
            f"{n}. {text.rstrip('；。')}{end}"
            for n, (text, end) in enumerate(zip(found, ends, strict=True), 1)
        ]

    def limit(self) -> str:
        """That what runs on is capped by the contract, as far as it is."""
        limited = {one.limited for one in self.facts.figures.late_lines if one.runs}
        if True not in limited:
            return ""
        return self.words["ask-some-limit" if False in limited else "ask-limit"]

    def other_facts(self, own: Share, rest: Share, *, known: bool) -> str:
        """How the other fees come about, what the sum in dispute is made of, and what the client wants to add."""
        words, said = self.words, self.facts.court.facts
        if not rest.lines:
            return said
        told = [words["other-sum"].format(amount=rest.principal.grouped), *self.method(rest.lines)]
        if prices := self.prices(own=False):
            told += [words["other-prices"], *prices]
        if known and rest.late_lines:
            told.append(words["other-late-sum"].format(amount=rest.late.grouped))
            told += self.late_lines(rest)
        if known:
            parts = (
                ("part-fee", own.principal),
                ("part-late", own.late),
                ("part-other", rest.principal),
                ("part-other-late", rest.late),
            )
            added = "＋".join(words[key].format(amount=amount.grouped) for key, amount in parts if amount)
            told.append(words["parts"].format(total=self.facts.figures.total.grouped, parts=added))
        return "\n".join([*told, *([said] if said not in ("", *_NOTHING) else [])])

    def method(self, lines: Sequence[LineFact]) -> list[str]:
        """How the principal comes about, line by line, or by years where there are too many."""
        words, currency = self.words, self.facts.figures.principal.currency
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

    def late_method(self, told: Sequence[Share]) -> str:
        """How the late charge of ``told`` comes about: each charge it runs on, then the method they share."""
        words, figures = self.words, self.facts.figures
        if figures.late_claimed is False:
            return words["no-late"]
        if figures.late_claimed is None or figures.late is None:
            return ""
        if not any(share.late_lines for share in told):
            return words["no-fee-late"]
        lines = [line for share in told for line in self.late_lines(share)]
        return "\n".join([*lines, figures.late_method])

    def late_lines(self, share: Share) -> list[str]:
        """The charges one by one, those of other fees with the fee they are for; of many only how many they are."""
        words, late = self.words, share.late_lines
        lines = [
            f"{one.text}；"
            if one.property_fee
            else words["other-late-line"].format(
                period=one.period.chinese, item=one.item, text=f"{one.text}；"
            )
            for one in late[:MOST_LATE_LINES]
        ]
        if len(late) > MOST_LATE_LINES:
            lines = [words["late-many"].format(count=len(late))]
        if share.credited:
            lines.append(words["credited"].format(amount=share.credited.grouped))
        return lines

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


def _by_item(share: Share) -> list[tuple[str, Money]]:
    found: dict[str, Money] = {}
    for line in share.lines:
        found[line.item] = found.get(line.item, Money.zero(line.outstanding.currency)) + line.outstanding
    return list(found.items())
