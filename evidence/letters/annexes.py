"""What the annexes of a claim see: the fee statement (欠费明细表) and the late-charge calculation (违约金计算表).

They are exhibits: unstamped, dated with the day of calculation, and plainly the creditor's own reckoning. Nothing
is computed here but sums of printed rows; every figure comes from the replay of the account and its late statement,
and stands beside the formula or the columns it follows from, so that it can be redone on a pocket calculator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from evidence.claim.claim_sentence import ClaimSentence
from evidence.claim.labels import label
from evidence.claim.late_statement import LateStatement
from evidence.claim.late_terms import LateRules
from evidence.claim.positions import Allocation, Position, Replay
from evidence.claim.rate_text import plain
from evidence.claim.words import WordsError, rmb_words
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.letters.annex_words import AnnexWords, annex_words
from evidence.letters.figures import period_lines
from evidence.letters.labels import labels_for
from evidence.letters.properties import document_properties
from evidence.model.account import Charge
from evidence.model.events import AccountEvents, Part, Target
from evidence.model.money import Money
from evidence.model.office import Office
from evidence.model.period import chinese_date

__all__ = ["AnnexContext", "AnnexKind", "AnnexSource", "Calculation", "fee_statement_context", "head"]

Values = dict[str, Any]


class AnnexKind(StrEnum):
    """The annexes a pack holds, by the key of its ``[annexes]``."""

    FEE_STATEMENT = "fee-statement"
    LATE_CHARGE = "late-charge"


class Calculation(Protocol):
    """What an annex is made from: the account on a day, as a statement holds it."""

    @property
    def replay(self) -> Replay: ...
    @property
    def events(self) -> AccountEvents: ...
    @property
    def demanded(self) -> Money: ...
    @property
    def total(self) -> Money | None: ...
    @property
    def rules(self) -> LateRules | None: ...
    @property
    def late(self) -> LateStatement | None: ...
    @property
    def sentences(self) -> Sequence[ClaimSentence]: ...


@dataclass(frozen=True, slots=True)
class AnnexSource:
    """Where the figures come from and what made the sheet.

    ``snapshot`` is the ledger as imported on ``imported_on``; ``entry`` the journal's entry of that import and
    ``digest`` that entry's SHA-256 in hex. ``tool`` names the program and its version; ``clause`` is where the
    clause on late charge was read: ``#12`` (a journal entry) or nothing (``evidence.toml``).
    """

    snapshot: int
    imported_on: date
    entry: int
    digest: str
    tool: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class AnnexContext:
    """The values of a template and what has to stand in the finished sheet."""

    values: Values
    must_appear: tuple[str, ...]


def fee_statement_context(
    made: Calculation,
    source: AnnexSource,
    *,
    office: Office,
    made_on: date,
    law: Mapping[str, str],
    locale: str,
    doc_created: datetime,
    doc_identifier: str,
) -> AnnexContext:
    """The values of ``fee-statement.docx``: what is overdue, and every other charge that payments or changes touched.

    Raises ``letters.annex-nothing-owed``, ``letters.law-key-missing`` and ``letters.amount-unwritable``.
    """
    words, replay = annex_words(locale), made.replay
    rows = _listed(made)
    if not rows:
        raise fail("letters.annex-nothing-owed", account=replay.account.id, day=replay.as_of.isoformat())
    files = {(row.charge.origin.file, row.charge.origin.sheet) for row in rows if row.charge.origin.row}
    lines = [
        _line(number, row, replay, words, alone=len(files) == 1) for number, row in enumerate(rows, start=1)
    ]
    totals = _totals(rows, replay)
    values = head(
        words.fee_title, made, source, office, made_on, law, locale, doc_created, doc_identifier
    ) | {
        "lines": lines,
        "totals": totals,
        "has_held": bool(replay.held),
        "equation": _equation(rows, replay, words),
        "total": made.demanded.grouped,
        "total_words": in_words(made.demanded, replay, locale),
        "changes": _changes(made, words, locale),
        "payments": _payments(replay, words, locale),
        "payments_equation": _payments_equation(replay, words),
        "payments_total": Money.total(
            (p.amount for p in replay.allocations), replay.account.currency
        ).grouped,
        "statutory": replay.terms.is_statutory,
        "notes": _notes(rows, files, made, words),
    }
    wanted = [values["title"], values["debtor"]["name"], values["premises"]["full"], values["as_of"]]
    for line in lines:
        wanted += [*line["period_lines"], line["demanded"]]
    wanted += [values["total"], values["total_words"], values["equation"], values["law"]["applicable_law"]]
    return AnnexContext(values, tuple(dict.fromkeys(wanted)))


def head(
    title: str,
    made: Calculation,
    source: AnnexSource,
    office: Office,
    made_on: date,
    law: Mapping[str, str],
    locale: str,
    doc_created: datetime,
    doc_identifier: str,
) -> Values:
    """What both annexes print: who, which home, which day, from what source. Raises ``letters.law-key-missing``."""
    missing = [
        Problem("letters.law-key-missing", Place(part=key), {"key": key, "kind": title})
        for key in ("allocation_basis", "applicable_law", "late_charge_quote")
        if not law.get(key)
    ]
    if missing:
        raise EvidenceError(missing)
    words, account = annex_words(locale), made.replay.account
    as_of = chinese_date(made.replay.as_of)
    estate = account.premises.estate or office.contract.estate
    contract = office.contract
    return {
        "doc": document_properties(
            words.dated.format(title=title, day=as_of),
            doc_identifier,
            labels_for(locale).language,
            doc_created,
        ),
        "law": dict(law),
        "title": title,
        "as_of": as_of,
        "made_on": chinese_date(made_on),
        "account": account.id,
        "creditor": asdict(office.creditor),
        "contract": {
            **asdict(contract),
            "title": f"《{contract.name.strip().removeprefix('《').removesuffix('》')}》"
            if contract.name
            else "",
        },
        "debtor": {"name": account.debtor.name},
        "premises": {
            "full": f"{estate}{account.premises.label}",
            "estate": estate,
            "label": account.premises.label,
        },
        "source": {
            "snapshot": str(source.snapshot),
            "imported_on": chinese_date(source.imported_on),
            "entry": words.entry.format(number=source.entry),
            "digest": source.digest[:16],
            "tool": source.tool,
        },
    }


def in_words(amount: Money, replay: Replay, locale: str) -> str:
    """``amount`` in capitals. Raises ``letters.amount-unwritable``."""
    try:
        return rmb_words(amount, locale)
    except WordsError:
        total = f"{amount.amount} {amount.currency}"
        raise fail("letters.amount-unwritable", account=replay.account.id, total=total) from None


def entry_number(event: str, words: AnnexWords) -> str:
    """``000012`` → ``第12号``, the number under which the case file has it; anything else as it stands."""
    return words.entry.format(number=int(event)) if event.isdecimal() else event


def _listed(made: Calculation) -> tuple[Position, ...]:
    """Charges that are due and either still owed or touched by something on file.

    A charge the ledger shows as paid, and that nothing else concerns, is named in a note by its sum alone.
    """
    replay, events = made.replay, made.events
    paid = {id(part.charge) for part in replay.allocations}
    changed = [c.target for c in events.corrections]
    changed += [w.target for w in events.waivers if w.made_on <= replay.as_of]

    def touched(position: Position) -> bool:
        charge = position.charge
        return id(charge) in paid or any(target.covers(charge.item, charge.period) for target in changed)

    due = [p for p in replay.positions if p.charge.oldest_day < replay.as_of]
    return tuple(p for p in due if p.outstanding or touched(p))


def _change(position: Position) -> Money:
    """What corrections and waivers did to the bill: negative where they lowered it."""
    return position.billed - position.charge.billed - position.waived


def _demanded(position: Position) -> Money:
    return position.outstanding - position.held


def _line(number: int, position: Position, replay: Replay, words: AnnexWords, *, alone: bool) -> Values:
    charge, where = position.charge, position.charge.origin
    if where.row is None:
        ledger = ["—"]
    elif alone:
        ledger = [str(where.row)]
    else:
        ledger = [where.sheet or where.file, words.ledger_row.format(row=where.row)]
    return {
        "number": str(number),
        "item": charge.item,
        "period_lines": list(period_lines(charge.period)),
        "due": chinese_date(charge.due) if charge.due else words.due_unknown,
        "ledger_lines": ledger,
        "calculation": _calculation(charge) or "—",
        "billed": charge.billed.grouped,
        "change": _change(position).grouped,
        "paid": position.paid.grouped,
        "outstanding": position.outstanding.grouped,
        "held": position.held.grouped,
        "demanded": _demanded(position).grouped,
    }


def _calculation(charge: Charge) -> str:
    """``93.85 × 2.80 × 3`` where the ledger gives area and price and they come to what it billed; else nothing.

    A price for a quarter, a minimum fee or a broken month would make a formula that does not give the figure.
    """
    if charge.area is None or charge.unit_price is None or not charge.period.is_whole_months:
        return ""
    months = charge.period.month_count
    product = Money(charge.area * charge.unit_price * months, charge.billed.currency).rounded()
    if product != charge.billed.rounded():
        return ""
    return f"{_figure(charge.area)} × {_figure(charge.unit_price)} × {months}"


def _figure(value: Decimal) -> str:
    """A measure with at least the two decimals it is usually written with."""
    whole, _, fraction = plain(value).partition(".")
    return f"{whole}.{fraction:0<2}" if fraction else whole


def _totals(rows: Sequence[Position], replay: Replay) -> Values:
    currency = replay.account.currency
    columns = {
        "billed": (p.charge.billed for p in rows),
        "change": (_change(p) for p in rows),
        "paid": (p.paid for p in rows),
        "outstanding": (p.outstanding for p in rows),
        "held": (p.held for p in rows),
        "demanded": (_demanded(p) for p in rows),
    }
    return {name: Money.total(amounts, currency).grouped for name, amounts in columns.items()}


def _equation(rows: Sequence[Position], replay: Replay, words: AnnexWords) -> str:
    """The balance equation in figures, as it holds for every row and for the totals."""
    currency = replay.account.currency
    totals = _totals(rows, replay)
    change = Money.total((_change(p) for p in rows), currency)
    sign = words.plus_change if change.amount > 0 else words.minus_change
    size = Money(abs(change.amount), currency).grouped
    text = words.balance.format(**{**totals, "change": sign.format(amount=size)})
    return text + (words.balance_held.format(**totals) if replay.held else "")


def _about(target: Target, words: AnnexWords) -> str:
    period = "".join(period_lines(target.period)) if target.period else ""
    return "，".join(part for part in (target.item, period) if part) or words.every_charge


def _changes(made: Calculation, words: AnnexWords, locale: str) -> list[Values]:
    """Corrections and waivers, which the column on changes adds up, and holds in force. Why somebody does not pay is
    the creditor's note about a person and stays in the case file."""
    day = made.replay.as_of
    penalty = words.waiver_late.format(word=words.penalty)

    def row(event: str, kind: str, on: date, about: str, amount: str, reason: str) -> Values:
        number = entry_number(event, words)
        texts = ("entry", "kind", "on", "about", "amount", "reason")
        return dict(zip(texts, (number, kind, chinese_date(on), about, amount, reason or "—"), strict=True))

    found = [
        row(c.id, words.correction, c.recorded_on, _about(c.target, words), c.change.grouped, c.reason)
        for c in made.events.corrections
    ]
    for w in made.events.waivers:
        if w.made_on <= day:
            kind = penalty if w.part is Part.LATE_CHARGE else words.waiver
            amount = f"-{w.amount.grouped}" if w.amount else words.all_of_it
            found.append(row(w.id, kind, w.made_on, _about(w.target, words), amount, w.reason))
    for h in made.events.holds:
        if h.in_force(day):
            about = "；".join(_about(target, words) for target in h.targets) or words.every_charge
            found.append(
                row(h.id, words.hold, h.since, about, h.amount.grouped if h.amount else words.all_of_it, "")
            )
    return found


def _payments(replay: Replay, words: AnnexWords, locale: str) -> list[Values]:
    """Every part of every payment, by its number; entry, day and amount of a payment stand in its first row alone."""
    found: list[Values] = []
    seen: dict[str, int] = {}
    for part in replay.allocations:
        first = part.payment not in seen
        seen.setdefault(part.payment, len(seen) + 1)
        whole = Money.total((p.amount for p in replay.parts_of(part.payment)), replay.account.currency)
        found.append(
            {
                "number": str(seen[part.payment]),
                "entry": entry_number(part.payment, words) if first else "",
                "received_on": chinese_date(part.received_on) if first else "",
                "amount": whole.grouped if first else "",
                "share": part.amount.grouped,
                "part": label(part.part, locale) if part.part else words.credit,
                "item": part.charge.item if part.charge else "—",
                "period_lines": list(period_lines(part.charge.period)) if part.charge else ["—"],
                "rule": label(part.rule, locale),
            }
        )
    return found


def _payments_equation(replay: Replay, words: AnnexWords) -> str:
    """That the parts of all payments add up to the payments; parts of nothing are left out."""
    if not replay.allocations:
        return ""

    def total(parts: Sequence[Allocation]) -> Money:
        return Money.total((part.amount for part in parts), replay.account.currency)

    by_part: tuple[tuple[Part | None, str], ...] = (
        (Part.PRINCIPAL, words.to_principal),
        (Part.LATE_CHARGE, words.to_late),
        (Part.COSTS, words.to_costs),
        (Part.RESTATED, words.to_restated),
        (None, words.to_credit),
    )
    sums = [(total([p for p in replay.allocations if p.part is part]), text) for part, text in by_part]
    parts = words.plus.join(text.format(amount=amount.grouped) for amount, text in sums if amount)
    return words.payments.format(total=total(replay.allocations).grouped, parts=parts)


def _notes(
    rows: Sequence[Position], files: set[tuple[str, str]], made: Calculation, words: AnnexWords
) -> list[str]:
    """What a reader must know to follow the columns, and what is not in them."""
    replay = made.replay
    currency = replay.account.currency
    undated = Money.total((p.undated for p in rows), currency)
    listed = {id(p) for p in rows}
    settled = [p for p in replay.positions if id(p) not in listed and p.charge.oldest_day < replay.as_of]
    billed = Money.total((p.billed for p in settled), currency)
    found = []
    if len(files) == 1:
        file, sheet = next(iter(files))
        found.append(words.rows_in.format(file="·".join(name for name in (file, sheet) if name)))
    if any(p.charge.due is None for p in rows):
        found.append(words.note_due)
    if undated:
        found.append(words.note_undated.format(amount=undated.grouped))
    if replay.held:
        found.append(words.note_held)
    if settled:
        found.append(words.note_settled.format(count=len(settled), amount=billed.grouped))
    if replay.not_yet_due:
        found.append(words.note_later.format(amount=replay.not_yet_due.grouped))
    if (rest := replay.principal - replay.held) != made.demanded:  # a signed plan decides what is due
        found.append(words.note_plan.format(rest=rest.grouped, demanded=made.demanded.grouped))
    if replay.surplus:
        found.append(words.note_credit.format(amount=replay.surplus.grouped))
    if replay.costs:
        found.append(words.note_costs.format(amount=replay.costs.grouped, paid=replay.costs_paid.grouped))
    return found
