"""The claim in the words of the forms: what is asked for, how it comes about, and what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evidence.bundle.forms.facts import FormFacts, LineFact
from evidence.bundle.forms.shares import Share, shares
from evidence.bundle.rows import Standing
from evidence.model.money import Money
from evidence.model.period import chinese_date

__all__ = ["ClaimTexts", "yes_or_no"]

# So many fee lines are told one by one; of more each year's sum, and the fee statement has the rest.
MOST_LINES = 36
MOST_LATE_LINES = 12
# What a client writes who has nothing to add; it is not true any more where the form itself adds something.
_NOTHING = ("无", "無")


def yes_or_no(flag: bool | None) -> str:
    return "" if flag is None else "yes" if flag else "no"


class ClaimTexts:
    """The fields that rest on figures and demands, in the sentences of ``words``."""

    def __init__(self, facts: FormFacts, words: Mapping[str, str]) -> None:
        self.facts, self.words = facts, words

    def fields(self) -> dict[str, str]:
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
            "claim.late_runs": "" if not known else yes_or_no(own.runs),
            "claim.late_method": self.late_method([own]),
            "claim.whole_late_method": self.late_method([own, rest]),
            "claim.costs": yes_or_no(facts.court.costs),
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


def _by_item(share: Share) -> list[tuple[str, Money]]:
    found: dict[str, Money] = {}
    for line in share.lines:
        found[line.item] = found.get(line.item, Money.zero(line.outstanding.currency)) + line.outstanding
    return list(found.items())
