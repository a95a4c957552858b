"""The late charge (违约金) as a letter states it: rate, days, sum, and what principal and charge come to.

One period is claimed in the sentence a statement of claim uses, unless its principal changed; several share one
sentence and show their figures by period. They stand in the arrears table while each runs on its whole balance from
the day after its due date, so that reader and pocket calculator need no more than that table; otherwise in a table of
their own that gives base, first day and days, and below a row each principal it ran on. The reference figure by LPR
is for the office, not for a letter.

Without an agreed rate what is claimed is the loss (逾期付款损失), and the letter uses that word.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from evidence.claim.claim_sentence import ClaimSentence, claim_sentence, limit_words, rate_words
from evidence.claim.late_charge import LateLine
from evidence.claim.rate_text import LateRate, Per, plain
from evidence.claim.statement import Claim
from evidence.claim.words import rmb_words
from evidence.letters.labels import Labels, labels_for
from evidence.letters.periods import period_lines
from evidence.model.letter import Fact, LetterKind
from evidence.model.money import Money
from evidence.model.period import chinese_date

# The longest sum the arrears table holds beside a column for the late charge: 999,999.99.
_COLUMN = len("999,999.99")

# As many stretches of principal as a note tells one by one.
_STAGES = 6
_DAY = timedelta(days=1)

RESERVE, CLAIM, NONE = "reserve", "claim", "none"
STATES_LATE = (LetterKind.DEMAND, LetterKind.LAWYER_LETTER, LetterKind.INSTALMENT_AGREEMENT)


def claims_late(kind: LetterKind, claim: Claim, policy: str) -> bool:
    """Does a letter of ``kind`` state a late charge? A reminder never does, and nothing is stated as nothing.

    True also where the figure is missing: that letter must not be written (``letters.late-unknown``).
    """
    if policy != CLAIM or kind not in STATES_LATE or claim.late is None:
        return False
    return claim.late_claimed is None or bool(claim.late_claimed)


def late_values(kind: LetterKind, claim: Claim, policy: str, locale: str) -> dict[str, Any]:
    """The ``late`` variables of a template, and under ``columns`` the figure of each line of the claim.

    ``reserved``: the letter reserves the right to a late charge; an agreement does so even where the office claims
    none, because it must not be silent (买卖合同解释 18(3)).
    """
    labels = labels_for(locale)
    claimed = claims_late(kind, claim, policy)
    agreement = kind is LetterKind.INSTALMENT_AGREEMENT
    rows = _rows(claim) if claimed else []
    sentences = [sentence for _, sentence in rows]
    column = _by_line(claim, rows) if len(rows) > 1 else None
    plainly = len(rows) == 1 == len(claim.lines) and not _stage_notes(*rows[0], labels)
    alone = sentences[0].text(locale) if plainly else ""
    total = claim.late_claimed if claimed else None
    notes = [_note(row, labels) for row in rows]
    reserved = not claimed and (policy != NONE or agreement)
    return {
        "claimed": claimed,
        "reserved": reserved,
        "spoken": claimed or reserved,
        "word": labels.penalty if all(s.is_penalty for s in sentences) else labels.loss,
        "rate": _rates(sentences, labels, locale),
        "total": total.grouped if total is not None else "",
        "grand_total": claim.grand_total.grouped if claimed else "",
        "grand_total_words": rmb_words(claim.grand_total, locale) if claimed else "",
        "sentence": alone,
        "column": column is not None,
        "table": bool(rows) and column is None and not alone,
        "exceptions": any(notes),
        "lines": [
            _line(row, note, labels) for row, note in zip(rows, notes, strict=True)
        ] if column is None and not alone else [],
        "columns": column or [""] * len(claim.lines),
    }  # fmt: skip


def late_facts(kind: LetterKind, claim: Claim, policy: str) -> tuple[Fact, ...]:
    """``late.total``, ``late.to`` and ``late.rate`` where a late charge is stated; equal for every locale.

    A rate is the share of the principal in per cent per day or year, or a multiple of the LPR: ``0.05%/day``,
    ``1.3 LPR``; several rates are listed with the items they are for.
    """
    if not claims_late(kind, claim, policy) or claim.late_claimed is None:
        return ()
    rates: dict[str, dict[str, None]] = {}
    for _, sentence in _rows(claim):
        rates.setdefault(_machine(sentence), {})[sentence.item] = None
    several = len(rates) > 1
    text = "; ".join(f"{rate} {','.join(items)}" if several else rate for rate, items in rates.items())
    return (
        Fact("late.total", f"{claim.late_claimed.currency} {claim.late_claimed.plain}"),
        Fact("late.to", claim.as_of.isoformat()),
        Fact("late.rate", text),
    )


def _rows(claim: Claim) -> list[tuple[LateLine, ClaimSentence]]:
    """Every line of which something is claimed, with the sentence it is claimed in."""
    assert claim.late is not None
    late = claim.late
    rows = [(line, claim_sentence(line, late.as_of, late.rules)) for line in late.lines]
    return [(line, sentence) for line, sentence in rows if sentence is not None]


def _machine(sentence: ClaimSentence) -> str:
    rate = sentence.rate
    if isinstance(rate, LateRate):
        return f"{plain(rate.value * 100)}%/{'day' if rate.per is Per.DAY else 'year'}"
    return f"{plain(rate.factor)} LPR"


def _rates(sentences: list[ClaimSentence], labels: Labels, locale: str) -> str:
    """The rate in words with the contract's cap; where items differ in it, each with its item. A rate of the day of
    breach differs by period."""
    found: dict[str, dict[str, None]] = {}
    for sentence in sentences:
        words = rate_words(sentence.rate, locale)
        if sentence.rate_day is not None:
            # 同期 (of the same time) speaks of a rate that moves; this one is that of a day.
            words = labels.rate_of_breach.format(rate=words.removeprefix("同期"))
        if sentence.limited:
            limit = limit_words(locale).removeprefix("、")
            words = labels.rate_limited.format(rate=words, limit=limit)
        found.setdefault(words, {})[sentence.item] = None
    if len(found) < 2:
        return next(iter(found), "")
    parts = [labels.rate_of_item.format(item="、".join(items), rate=rate) for rate, items in found.items()]
    return "、".join(parts)


def _by_line(claim: Claim, rows: list[tuple[LateLine, ClaimSentence]]) -> list[str] | None:
    """The late charge of each line of the claim, or ``None`` where the arrears table cannot carry it.

    It can where every charge runs from the day after the due date on the balance shown, at a rate that is not
    that of its own day, and where no column for waivers or holds needs the room.
    """
    found = {}
    for line, sentence in rows:
        simple = (
            sentence.open_ended
            and not sentence.fixed
            and not sentence.deducted
            and sentence.rate_day is None
            and sentence.runs_from == line.start
        )
        if not simple:
            return None
        found[line.charge.item, line.charge.period, line.charge.due] = sentence
    column = []
    for owed in claim.lines:
        stated = found.pop((owed.item, owed.period, owed.due), None)
        if owed.waived or owed.held or (stated is not None and stated.base != owed.outstanding):
            return None
        column.append("—" if stated is None else stated.amount.grouped)
    currency = claim.total.currency
    sums = [Money.total((owed.billed for owed in claim.lines), currency), claim.total, claim.late_claimed]
    fits = max(len(one.grouped) for one in sums if one is not None) <= _COLUMN
    return column if not found and fits and len(column) >= len(rows) else None


def _stages(line: LateLine) -> list[tuple[date, date, Money, int]]:
    """First day, last day, principal and days of each stretch the charge ran on one principal, whatever the rate."""
    stages: list[tuple[date, date, Money, int]] = []
    for segment in line.claimed.segments:
        first, days = segment.first, segment.days
        if stages and stages[-1][2] == segment.base:
            first, _, _, before = stages.pop()
            days += before
        stages.append((first, segment.last, segment.base, days))
    return stages


def _line(row: tuple[LateLine, ClaimSentence], note: str, labels: Labels) -> dict[str, Any]:
    """One row: base, first day and days are those the sum was reckoned on, not those it runs on from here."""
    line, sentence = row
    stages = _stages(line)
    year = sentence.rate_percent
    return {
        "item": sentence.item,
        "period_lines": list(period_lines(sentence.period)),
        "base": labels.in_stages if len(stages) > 1 else stages[0][2].grouped,
        "start": chinese_date(stages[0][0]),
        "rate": ""
        if year is None or isinstance(sentence.rate, LateRate)
        else labels.yearly_rate.format(percent=plain(year * sentence.rate.factor)),
        "days": str(sum(days for *_, days in stages)),
        "amount": sentence.amount.grouped,
        "note": note,
    }


def _note(row: tuple[LateLine, ClaimSentence], labels: Labels) -> str:
    """What sets a line apart from base × days × rate; empty for most."""
    line, sentence = row
    parts = _stage_notes(line, sentence, labels)
    if not line.principal:
        parts.append(labels.late_until_paid.format(day=chinese_date(line.last)))
    if sentence.capped:
        parts.append(labels.late_capped)
    if sentence.deducted:
        parts.append(labels.late_deducted.format(amount=sentence.deducted.grouped))
    return "；".join(parts)


def _stage_notes(line: LateLine, sentence: ClaimSentence, labels: Labels) -> list[str]:
    """Each principal with its days; past :data:`_STAGES` only what the earlier ones came to. One principal needs none,
    but where a payment of the last day leaves less than the base shown, what is left is said."""
    stages = _stages(line)
    *_, (since, _, base, days) = stages
    if sentence.open_ended and len(stages) > _STAGES and since == sentence.runs_from:
        return [
            labels.late_stages_before.format(
                day=chinese_date(since), amount=sentence.fixed.grouped, base=base.grouped, days=days
            )
        ]
    parts = [
        labels.late_stage.format(
            first=chinese_date(first), last=chinese_date(last), base=one.grouped, days=count
        )
        for first, last, one, count in stages
        if len(stages) > 1
    ]
    if line.principal and base != line.principal:
        day = chinese_date(line.last + _DAY)
        parts.append(labels.late_principal_since.format(day=day, base=line.principal.grouped))
    return parts
