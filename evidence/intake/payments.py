"""Money received, as cashiers list it and banks export it → payments of known homes, every fault by its cell.

A file of payments is read with the machinery of ledgers (formats, encodings, limits, headers, amounts, homes,
periods). What it may not be is a guess: a row that fits no home, or two, is refused, and so is money that went out.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

from evidence.errors import EvidenceError, Problem
from evidence.intake.cells import (
    EXCEL_DIGITS,
    Refusal,
    Value,
    is_blank,
    parse_amount,
    raw,
    refuse_fault,
    said,
    squeeze,
    text_of,
)
from evidence.intake.headers import PAYMENTS, Header, Vocabulary
from evidence.intake.margins import Margin, Sums, margin_of
from evidence.intake.periods import parse_date
from evidence.intake.read import recognise, shown_names, titles_of, unit_faults
from evidence.intake.register import Register
from evidence.intake.rooms import Home, read_home
from evidence.intake.rows import RowReader
from evidence.intake.scan import column_index
from evidence.intake.tables import Table, load
from evidence.model.account import Account
from evidence.model.money import MINOR_UNITS, Money
from evidence.model.period import Period
from evidence.model.problem import Place

# What a column of direction or of status may say of money that came in and stayed.
_IN = re.compile("贷|貸|收|收入|入|转入|轉入|入账|入帳|C|CR|CREDIT|IN")
_OUT = re.compile("借|支|支出|出|转出|轉出|付|退|退款|D|DR|DEBIT|OUT")
_DONE = re.compile(
    "(?:(?:交易|支付|缴费|繳費|收款)?成功)|已支付|已收款?|已缴|已繳|已?到账|已?到帳|正常|有效|已?完成|SUCCESS|OK"
)
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{2,}", re.IGNORECASE)
_NONE = re.compile(r"[-—–/\\无無]*")


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment as a row gives it; ``account`` is a home of the ledger. ``item`` and ``period`` are as the row
    says them, ``remark`` is what the payer or the cashier wrote."""

    account: str
    amount: Money
    received_on: date
    origin: Place
    item: str = ""
    period: Period | None = None
    reference: str = ""
    payer: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class PaymentList:
    """What the files of one import held. ``problems`` lists every refused row, ``notices`` what to look at."""

    rows: tuple[PaymentRow, ...]
    files: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()
    rows_read: int = 0


def read_payments(
    paths: Sequence[Path],
    accounts: Sequence[Account],
    *,
    jurisdiction_currency: str,
    today: date,
    synonyms: Mapping[str, tuple[str, ...]] | None = None,
    encoding: str | None = None,
) -> PaymentList:
    """Read lists of payments to the homes of ``accounts``.

    ``synonyms`` adds header names to fields (of :data:`~evidence.intake.headers.PAYMENTS`). A payment of a day
    after ``today`` is refused. Raises ``EvidenceError`` with one problem per unusable *file*, as
    :func:`evidence.intake.read_ledger` does.
    """
    if jurisdiction_currency not in MINOR_UNITS:
        raise ValueError(f"unknown currency {jurisdiction_currency!r}")
    vocabulary = Vocabulary(synonyms, PAYMENTS)
    names = shown_names(paths)
    gathered = _Gathered(jurisdiction_currency, today, Homes(accounts))
    faults: list[Problem] = []
    sheets: list[tuple[Table, Header]] = []
    for path, name in zip(paths, names, strict=True):
        try:
            tables = load(path, name, encoding=encoding, score=vocabulary.best_row)
            gathered.order += [(table.file, table.sheet) for table in tables]
            sheets += recognise(tables, vocabulary, gathered.problems, gathered.notices)
        except EvidenceError as fault:
            faults += fault.problems
    if faults:
        raise EvidenceError(faults)
    for table, header in sheets:
        gathered.read_sheet(table, header)
    return gathered.result(tuple(names))


class Homes:
    """The homes of a ledger, to be found again under another spelling (``1-2-301`` for ``1栋2单元301``)."""

    def __init__(self, accounts: Sequence[Account]) -> None:
        self._accounts = {account.id: account for account in accounts}
        self._by_numbers: dict[tuple[str, str, str], list[tuple[Home, str]]] = {}
        for account in accounts:
            home = account.premises
            try:
                known = read_home(home.room, building=home.building, unit=home.unit, estate=home.estate)
            except Refusal:  # a home nobody can spell in another way
                continue
            self._by_numbers.setdefault(known.numbers, []).append((known, account.id))

    def find(self, home: Home) -> Account:
        """The account of a home. Raises :class:`Refusal` ``intake.payment-account`` (none, with near misses) or
        ``intake.payment-accounts`` (it could be several)."""
        exact = self._accounts.get(home.account)
        if exact is not None:
            return exact
        alike = [name for known, name in self._by_numbers.get(home.numbers, ()) if home.is_same(known)]
        if len(alike) == 1:
            return self._accounts[alike[0]]
        label = home.premises.label
        if alike:
            raise Refusal("intake.payment-accounts", raw=label, near=", ".join(alike))
        near = difflib.get_close_matches(home.account, self._accounts, n=3, cutoff=0.4)
        raise Refusal("intake.payment-account", raw=label, near=", ".join(near) or "—")


@dataclass(slots=True)
class _Gathered:
    """What one import has gathered so far; ``order`` holds the sheets as they came."""

    currency: str
    today: date
    homes: Homes
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    rows: list[PaymentRow] = field(default_factory=list)
    order: list[tuple[str, str]] = field(default_factory=list)
    rows_read: int = 0

    def read_sheet(self, table: Table, header: Header) -> None:
        """All rows under the header; amounts in another unit keep the whole sheet out."""
        barred = unit_faults(table, header, titles_of(table, header), self.currency)
        self.problems += barred
        if header.ignored:
            params = {"columns": ", ".join(header.ignored)}
            self.notices.append(Problem("intake.columns-ignored", table.place(header.last_row), params))
        reader = PaymentReader(table, header, self.currency, Register(), today=self.today, homes=self.homes)
        sums = Sums(table, header, self.currency)
        for row in range(header.last_row + 1, len(table.rows)):
            match margin_of(table, header, row):
                case None:
                    self.rows_read += 1
                    found, problems = reader.read(row)
                    sums.add(row, reader.figures)
                    self.problems += problems
                    if found and not barred:
                        self.rows.append(found)
                case Margin.TOTAL:
                    self.problems += sums.check(row)
                case Margin.NOTE:
                    text = next(raw(cell) for cell in table.rows[row] if not is_blank(cell))
                    self.notices.append(Problem("intake.row-note", table.place(row), {"raw": text}))
                case _:
                    pass
        # How a home is spelled in a list of payments changes no ledger, so it is not worth a notice.
        self.notices += [n for n in reader.notices if n.code != "intake.room-respelled"]
        for (code, name), count in reader.repeated.items():
            place = table.place(reader.first[code, name], header.columns.get(name))
            self.notices.append(Problem(code, place, {"rows": count}))

    def result(self, files: tuple[str, ...]) -> PaymentList:
        if not self.rows_read and not self.problems:
            raise EvidenceError([Problem("intake.payment-no-rows", Place(files[0] if files else ""))])
        problems = tuple(sorted(self.problems, key=self._place_key))
        notices = tuple(sorted(self.notices, key=self._place_key))
        return PaymentList(tuple(self.rows), files, problems, notices, self.rows_read)

    def _place_key(self, problem: Problem) -> tuple[int, int, int, str]:
        where = problem.where
        column = column_index(where.column) if where.column else -1
        sheet = (where.file, where.sheet)
        return self.order.index(sheet) if sheet in self.order else -1, where.row or 0, column, problem.code


@dataclass(slots=True, kw_only=True)
class PaymentReader(RowReader):
    """Reads the payments of one sheet. ``figures`` are the amounts of the row read last, as :class:`Sums` counts
    them."""

    today: date
    homes: Homes
    figures: dict[str, Decimal | None] = field(default_factory=dict)

    def read(self, row: int) -> tuple[PaymentRow | None, list[Problem]]:
        """The payment of one row, or all that is wrong with it; neither for money that went out to no home."""
        self._row, self._problems, self.figures = row, [], {}
        outgoing = self._money("outgoing")
        if self._went_out(outgoing):
            if is_blank(self._cell("room")):
                self._money("amount")
                self._repeat("intake.payment-outgoing", "outgoing")
                return None, self._problems
            shown = raw(self._cell("outgoing" if outgoing else "amount"))
            self._fault(Refusal("intake.payment-refund", raw=shown), "outgoing" if outgoing else "amount")
        amount = self._money("amount")
        home = self._home()
        account = self._take(lambda: self.homes.find(home), "room") if home else None
        received = self._take(self._day, "received")
        if amount is not None and not amount:
            amount = None
        if amount is None and "amount" in self.figures and not self._problems:
            self._fault(Refusal("intake.payment-amount-missing"), "amount")
        self._take(self._state, "status")
        item = self._take(lambda: self._said("item"), "item") or ""
        period = self._take(self._optional_period, "period")
        reference = self._take(self._reference, "reference") or ""
        payer, owner, remark = (
            self._take(partial(self._said, n), n) or "" for n in ("payer", "owner", "remark")
        )
        if self._problems or account is None or received is None or amount is None:
            return None, self._problems
        if owner and squeeze(owner) != squeeze(account.debtor.name):
            self._notice("intake.payment-owner", "owner", raw=owner, owner=account.debtor.name)
        return (
            PaymentRow(
                account.id,
                Money(amount, self.currency),
                received,
                self.table.place(row),
                item,
                period,
                reference,
                payer,
                remark,
            ),
            self._problems,
        )

    def _money(self, name: str) -> Decimal | None:
        """The amount of a column, told as a refund where it is negative; its figure is known to the sums."""
        try:
            self.figures[name] = parse_amount(self._amount_cell(name), self.currency)
        except Refusal as refusal:
            if refusal.code == "intake.amount-negative":
                refusal = Refusal("intake.payment-refund", **refusal.params)
            self._fault(refusal, name)
        return self.figures.get(name)

    def _amount_cell(self, name: str) -> Value:
        column = self.header.columns.get(name)
        if column is not None and self.table.merged_rows(self._row, column) > 1:
            raise Refusal("intake.amount-merged", raw=raw(self._cell(name)))
        return self._cell(name)

    def _went_out(self, outgoing: Decimal | None) -> bool:
        """Whether the row is money that left: by its own column, or by what the column of direction says."""
        if outgoing:
            return True
        word = squeeze(text_of(self._cell("direction"))).upper()
        if word and not _IN.fullmatch(word) and not _OUT.fullmatch(word):
            self._fault(Refusal("intake.payment-direction", raw=raw(self._cell("direction"))), "direction")
        return bool(_OUT.fullmatch(word))

    def _state(self) -> None:
        """A payment that failed or was taken back was never received."""
        word = squeeze(self._said("status")).upper()
        if word and not _DONE.fullmatch(word):
            raise Refusal("intake.payment-status", raw=raw(self._cell("status")))

    def _day(self) -> date:
        day = parse_date(self._or_above("received"), epoch_1904=self.table.epoch_1904)
        if day is None:
            raise Refusal("intake.payment-day-missing")
        if day > self.today:
            raise Refusal("intake.payment-future", raw=day.isoformat(), today=self.today.isoformat())
        return day

    def _said(self, name: str) -> str:
        value = self._cell(name)
        refuse_fault(value)
        return said(value)

    def _reference(self) -> str:
        """The number a payment is known by. Excel keeps 15 digits of a number; two payments must not share what is
        left of longer ones."""
        value = self._cell("reference")
        text = self._said("reference")
        lost = isinstance(value, int | float) and abs(value) >= 10**EXCEL_DIGITS
        if lost or _SCIENTIFIC.fullmatch(squeeze(text)):
            raise Refusal("intake.payment-reference-lost", raw=raw(value))
        return "" if _NONE.fullmatch(text) else text

    def _optional_period(self) -> Period | None:
        if self.header.has("start"):
            return self._bounds()
        return self._single() if self.header.has("period") else None
