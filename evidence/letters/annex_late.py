"""What the late-charge calculation (违约金计算表) sees: the figures beside each other, and how each is made.

A court is shown what the contract gives and what is claimed. What the reference rate would give is an argument of the
other side, who may ask for a reduction (民法典 585); it stands in the sheet where the claim itself rests on that rate,
or where the office makes a full sheet for its own use.

The steps give base, days, rate and formula of every stretch in which none of them changed, so that a figure can be
redone on a pocket calculator: work out the formulas of one figure, add them, round the sum half-up to the fen, once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from evidence.claim.claim_sentence import limit_words, method_text, rate_words
from evidence.claim.late_charge import ClaimBasis, Figure, Gap, LateLine, Segment
from evidence.claim.late_statement import LateStatement
from evidence.claim.late_terms import LateRules, LateTerms
from evidence.claim.positions import Position
from evidence.claim.rate_text import LprRate, Per, plain
from evidence.errors import fail
from evidence.letters.annex_words import AnnexWords, annex_words
from evidence.letters.annexes import (
    AnnexContext,
    AnnexSource,
    Calculation,
    Values,
    entry_number,
    head,
    in_words,
)
from evidence.letters.figures import period_lines
from evidence.model.money import Money
from evidence.model.office import Office
from evidence.model.period import chinese_date

__all__ = ["late_charge_context"]

_MARKS = "①②③"


def late_charge_context(
    made: Calculation,
    source: AnnexSource,
    *,
    office: Office,
    made_on: date,
    law: Mapping[str, str],
    locale: str,
    doc_created: datetime,
    doc_identifier: str,
    full: bool = False,
) -> AnnexContext:
    """The values of ``late-charge.docx``; ``full`` with the reference figure whatever the claim rests on.

    Raises ``letters.annex-no-late-charge`` where there is nothing to reckon, and as
    :func:`~evidence.letters.annexes.fee_statement_context`.
    """
    words, replay, late, rules = annex_words(locale), made.replay, made.late, made.rules
    if late is None or rules is None or not late.lines:
        raise fail("letters.annex-no-late-charge", account=replay.account.id)
    agreed = rules.terms.basis is not ClaimBasis.REFERENCE
    word = words.penalty if agreed else words.loss
    title = words.late_title.format(word=word)
    lines = [_line(number, line, words) for number, line in enumerate(late.lines, start=1)]
    terms = [line.terms for line in late.lines]
    reference = full or any(one.basis is ClaimBasis.REFERENCE for one in terms)
    published = reference or any(isinstance(one.rate, LprRate) for one in terms)
    parameters = rules.rates.late_charge
    values = head(title, made, source, office, made_on, law, locale, doc_created, doc_identifier) | {
        "word": word,
        "agreed": agreed,
        "has_reference": reference,
        "clause": _clause(rules.terms, source, office, words, locale),
        "reference_name": words.reference.format(
            series=rules.rates.reference.name[locale], factor=plain(parameters.reference_factor)
        ),
        "lines": lines,
        "totals": {
            "contract": _sum(late.contract),
            "reference": _sum(late.reference),
            "claimed": _sum(_all([line.claimed.amount for line in late.lines], late.currency)),
            "settled": Money.total((line.paid + line.waived for line in late.lines), late.currency).grouped,
            "outstanding": _sum(late.claimed),
        },
        "steps": [
            step
            for number, line in enumerate(late.lines, start=1)
            for step in _steps(number, line, words, reference=reference)
        ],
        "methods": _methods(late, rules, words, locale, published=published),
        "sentences": [
            words.sentence.format(
                item=sentence.item, period="".join(period_lines(sentence.period)), text=sentence.text(locale)
            )
            for sentence in made.sentences
        ],
        "summary": _summary(made, late, word, words, locale),
        "notes": _notes(made, late, rules, word, words, locale, reference=reference, published=published),
    }
    wanted = [values["title"], values["debtor"]["name"], values["premises"]["full"], values["as_of"]]
    for line in lines:
        wanted += [*line["period_lines"], line["outstanding"]]
    wanted += [step["formula"] for step in values["steps"]]
    wanted += [*values["methods"], *values["sentences"], *values["summary"], *values["notes"]]
    return AnnexContext(values, tuple(dict.fromkeys([*wanted, values["law"]["applicable_law"]])))


def _sum(amount: Money | None) -> str:
    return "—" if amount is None else amount.grouped


def _all(amounts: Sequence[Money | None], currency: str) -> Money | None:
    """The sum, or ``None`` as soon as one is not there."""
    known = [amount for amount in amounts if amount is not None]
    return Money.total(known, currency) if len(known) == len(amounts) else None


def _clause(terms: LateTerms, source: AnnexSource, office: Office, words: AnnexWords, locale: str) -> str:
    """The rate agreed, its cap and where: ``日万分之五（《…合同》第十二条）``; a contract on file goes by its entry."""
    if terms.rate is None:
        return words.no_clause
    rate = rate_words(terms.rate, locale) + (limit_words(locale) if terms.cap_at_principal else "")
    if source.clause.startswith("#"):
        entries = "、".join(entry_number(one.strip().lstrip("#"), words) for one in source.clause.split(","))
        return words.clause_entry.format(rate=rate, entry=entries)
    name = office.contract.name.strip().removeprefix("《").removesuffix("》")
    if not name:
        return rate
    return words.clause.format(rate=rate, contract=f"《{name}》", place=office.contract.late_clause)


def _figure(figure: Figure, words: AnnexWords) -> str:
    """A figure as the table has it. One that is not there is a dash, explained by a note, or why it cannot be."""
    if figure.gap is Gap.NOT_CLAIMED:
        return words.not_claimed
    if figure.amount is not None:
        return figure.amount.grouped
    return words.no_clause if figure.gap is Gap.NO_CLAUSE else "—"


def _line(number: int, line: LateLine, words: AnnexWords) -> Values:
    settled = line.paid + line.waived
    return {
        "number": str(number),
        "item": line.charge.item,
        "period_lines": list(period_lines(line.charge.period)),
        "base": line.base.grouped,
        "start": chinese_date(line.start),
        "last": chinese_date(line.last),
        "days": str(line.days),
        "contract": _figure(line.contract, words),
        "reference": _figure(line.reference, words),
        "claimed": _figure(line.claimed, words),
        "settled": settled.grouped,
        "outstanding": _sum(line.outstanding),
    }


def _steps(number: int, line: LateLine, words: AnnexWords, *, reference: bool) -> list[Values]:
    """The stretches of every figure of a line; a figure claimed that is one of the others is told with it.

    The charge is named in the first row alone; its number and period stand in each.
    """
    figures: list[tuple[str, Figure]] = []
    printed = (line.contract, *((line.reference,) if reference else ()), line.claimed)
    for name, figure in zip(_MARKS, printed, strict=False):
        same = next((i for i, (_, other) in enumerate(figures) if other == figure), None)
        if same is None:
            figures.append((name, figure))
        else:
            figures[same] = (figures[same][0] + name, figure)
    found: list[Values] = []
    for name, figure in figures:
        if figure.amount is None or figure.gap is Gap.NOT_CLAIMED:
            continue
        for position, segment in enumerate(figure.segments, start=1):
            last = position == len(figure.segments)
            found.append(_step(number, name, figure, segment, words, last=last))
    return [
        {
            **step,
            "item": "" if position else line.charge.item,
            "period_lines": list(period_lines(line.charge.period)),
        }
        for position, step in enumerate(found)
    ]


def _step(
    number: int, name: str, figure: Figure, segment: Segment, words: AnnexWords, *, last: bool
) -> Values:
    per = words.per_day if segment.per is Per.DAY else words.per_year
    amount = figure.amount.grouped if figure.amount is not None and last else ""
    return {
        "number": str(number),
        "figure": name,
        "first": chinese_date(segment.first),
        "last": chinese_date(segment.last),
        "days": str(segment.days),
        "base": segment.base.grouped,
        "rate": per.format(percent=plain(segment.percent)),
        "rate_from": segment.note,
        "formula": segment.formula,
        "unrounded": segment.unrounded,
        "amount": amount,
        "capped": words.capped if figure.capped and last else "",
    }


def _methods(
    late: LateStatement, rules: LateRules, words: AnnexWords, locale: str, *, published: bool
) -> list[str]:
    """How the figures were reckoned, once for each set of terms."""
    items: dict[LateTerms, dict[str, None]] = {}
    for line in late.lines:
        items.setdefault(line.terms, {})[line.charge.item] = None
    texts = {
        terms: method_text(LateRules(terms, rules.rates), locale, reference=published) for terms in items
    }
    if len(items) == 1:
        return list(texts.values())
    return [words.method_of.format(items="、".join(items[terms]), text=text) for terms, text in texts.items()]


def _summary(made: Calculation, late: LateStatement, word: str, words: AnnexWords, locale: str) -> list[str]:
    """The late charge claimed and, with the principal, the whole; empty where either cannot be figured."""
    replay = made.replay
    if late.claimed is None or made.total is None:
        return []
    day = chinese_date(replay.as_of)
    return [
        words.total_late.format(
            day=day, word=word, amount=late.claimed.grouped, words=in_words(late.claimed, replay, locale)
        ),
        words.total_both.format(
            demanded=made.demanded.grouped,
            amount=made.total.grouped,
            words=in_words(made.total, replay, locale),
        ),
    ]


def _notes(
    made: Calculation,
    late: LateStatement,
    rules: LateRules,
    word: str,
    words: AnnexWords,
    locale: str,
    *,
    reference: bool,
    published: bool,
) -> list[str]:
    """What is not in the table and why; which of the rates used nobody has compared with the publication, where a
    figure in the sheet rests on one."""
    series = rules.rates.reference.name[locale]
    found = []
    for gap, text in ((Gap.RATE_ENDED, words.note_ended), (Gap.RATE_NOT_BEGUN, words.note_not_begun)):
        days = [line.reference.day for line in late.lines if line.reference.gap is gap and line.reference.day]
        if days and reference:
            found.append(text.format(series=series, day=chinese_date(min(days)), count=len(days)))
    if late.claimed is None:
        found.append(words.note_claim_open.format(mark=_MARKS[2 if reference else 1]))
    without_due, elsewhere = _left_out(made, late)
    if without_due:
        found.append(words.note_no_due.format(count=without_due, word=word))
    if elsewhere:
        found.append(words.note_outside.format(count=elsewhere, word=word))
    if made.replay.held:
        found.append(words.note_held_late.format(word=word))
    for problem in late.warnings:
        if published and problem.code == "claim.late-rate-unverified":
            days = [date.fromisoformat(day) for day in str(problem.params["days"]).split(", ")]
            found.append(words.note_unverified.format(days="、".join(map(chinese_date, days))))
    return found


def _left_out(made: Calculation, late: LateStatement) -> tuple[int, int]:
    """Overdue charges without a line: those whose due date is unknown, and those the clause does not cover."""
    reckoned = {id(line.charge) for line in late.lines}

    def open_rest(position: Position) -> bool:
        return position.outstanding != position.held and id(position.charge) not in reckoned

    missing = [position.charge for position in made.replay.overdue if open_rest(position)]
    without_due = sum(charge.due is None for charge in missing)
    return without_due, len(missing) - without_due
