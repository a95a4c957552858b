"""The statement of an account: its claim with everything it was made from, for a judge with a pocket calculator.

Read only. The ledger's latest snapshot says what was billed; the case file says what was paid, waived, corrected
and held, and which late charge was agreed. Letters claim the principal of the ledger; a statement that comes to
another sum says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from evidence.claim.account_replay import LedgerPaid, Replay, balance_problems, replay
from evidence.claim.claim_sentence import ClaimSentence, claim_sentence, method_text
from evidence.claim.late_charge import LateRules
from evidence.claim.late_statement import LateStatement, late_statement
from evidence.claim.statement import claim_of
from evidence.claim.trace import late_json, replay_json
from evidence.claim.words import WordsError, rmb_words
from evidence.clock import CHINA
from evidence.errors import EvidenceError, Problem
from evidence.model.events import AccountEvents, Target
from evidence.model.money import Money
from evidence.workspace import schema
from evidence.workspace.casefile import events
from evidence.workspace.cases import require_account, require_snapshot
from evidence.workspace.caseterms import LateClause, account_events, late_clause, outside
from evidence.workspace.core import Desk
from evidence.workspace.rates import office_rates

__all__ = ["LedgerPaid", "Statement", "statement"]


@dataclass(frozen=True, slots=True)
class Statement:
    """What one owner owes on ``replay.as_of`` and why.

    ``events`` are the case file's, ``snapshot`` the ledger read. ``late`` ``None``: no clause on file gives a rate,
    principal only. ``claimed_by_letters`` is what a letter of that day would claim: the ledger's overdue principal,
    without what the case file adds. ``locale`` is the script of the workspace's papers, in which sentences and words
    are given.
    """

    replay: Replay
    events: AccountEvents
    snapshot: int
    ledger_paid: LedgerPaid
    clause: LateClause | None
    rules: LateRules | None
    late: LateStatement | None
    claimed_by_letters: Money
    locale: str
    warnings: tuple[Problem, ...]

    @property
    def demanded(self) -> Money:
        """Overdue principal less what is held."""
        return self.replay.principal - self.replay.held

    @property
    def total(self) -> Money | None:
        """Principal demanded and late charge claimed; ``None`` where the late charge cannot be figured."""
        if self.late is None:
            return self.demanded
        claimed = self.late.claimed
        return None if claimed is None else self.demanded + claimed

    @property
    def sentences(self) -> tuple[ClaimSentence, ...]:
        """One sentence for each line of the late charge that is claimed."""
        if self.late is None or self.rules is None:
            return ()
        rules, as_of = self.rules, self.replay.as_of
        found = (claim_sentence(line, as_of, rules) for line in self.late.lines)
        return tuple(sentence for sentence in found if sentence is not None)

    @property
    def method(self) -> str:
        """How the late charge was reckoned, in the workspace's script; empty without one."""
        return method_text(self.rules, self.locale) if self.rules else ""

    def in_words(self, amount: Money) -> str:
        """``amount`` in capitals (人民币…元…), or nothing where the currency has no such form."""
        try:
            return rmb_words(amount, self.locale)
        except WordsError:
            return ""

    def to_json(self) -> Mapping[str, object]:
        """The full trace: every figure with what it was made from."""
        total = self.total
        return {
            **replay_json(self.replay),
            "debtor": self.replay.account.debtor.name,
            "snapshot": self.snapshot,
            "ledger_paid": self.ledger_paid.value,
            "demanded": self.demanded.plain,
            "demanded_in_words": self.in_words(self.demanded),
            "letters_claim": self.claimed_by_letters.plain,
            "waivers": [_changed(w.id, w.made_on, w.target, w.amount, w.reason) for w in self.events.waivers],
            "corrections": [
                _changed(c.id, c.recorded_on, c.target, c.change, c.reason) for c in self.events.corrections
            ],
            "late_clause": None
            if self.clause is None
            else {"rate": self.clause.rate.text, "source": self.clause.source, "capped": self.clause.capped},
            "late": late_json(self.late) if self.late else None,
            "sentences": [sentence.text(self.locale) for sentence in self.sentences],
            "method": self.method,
            "total": total.plain if total is not None else None,
            "total_in_words": self.in_words(total) if total is not None else "",
        }


def _changed(
    entry: str, day: date, target: Target, amount: Money | None, reason: str
) -> Mapping[str, str | None]:
    return {
        "entry": entry,
        "on": day.isoformat(),
        "item": target.item or None,
        "period": target.period.iso if target.period else None,
        "amount": amount.plain if amount else None,
        "reason": reason,
    }


def statement(
    desk: Desk, account_id: str, as_of: date, *, ledger_paid: LedgerPaid = LedgerPaid.IN_EVENTS
) -> Statement:
    """The statement of one account of the latest snapshot.

    ``ledger_paid`` says how the ledger's paid column stands to the payments in the case file. By default those are
    what the column adds up, and must come to the same sum (``claim.payments-missing``, ``claim.payments-not-booked``
    otherwise); without any payment on file the column is taken as it stands, with a warning. Raises all faults at
    once, and ``claim.unbalanced`` where a figure does not add up.
    """
    with desk.reading() as connection:
        snapshot = require_snapshot(connection)
        account, _ = require_account(connection, account_id)
        entries = events(connection, account.id)
        table = schema.SNAPSHOTS
        imported = connection.execute(select(table.c.imported_at).where(table.c.id == snapshot)).scalar_one()
    clause, warnings = late_clause(entries, account.id, desk.office.contract.late_clause)
    rules = None
    if clause is not None:
        try:
            rules = clause.rules(office_rates(desk, entries))
        except EvidenceError as error:  # no table of rates for this law: a figure nobody could compare
            clause, warnings = None, (*warnings, *error.problems)
    happened = account_events(entries, account.id, account.currency)
    result = replay(
        account,
        happened,
        as_of,
        late=rules,
        ledger_paid=ledger_paid,
        ledger_as_of=datetime.fromisoformat(imported).astimezone(CHINA).date(),
    )
    if problems := balance_problems(result):
        raise EvidenceError(problems)
    late = None
    if clause is not None and rules is not None:
        bearing = [p.without_held() for p in result.positions if clause.covers(p.charge)]
        late = late_statement(bearing, as_of, rules, account.currency)
        warnings = (*warnings, *late.warnings, *_outside(clause, result))
    by_letters = claim_of(account, as_of).total
    return Statement(
        result,
        happened,
        snapshot,
        ledger_paid,
        clause,
        rules,
        late,
        by_letters,
        desk.office.locale,
        (*result.notices, *warnings, *_differs(result, by_letters)),
    )


def _outside(clause: LateClause, result: Replay) -> tuple[Problem, ...]:
    periods = outside(clause, result.positions, result.as_of)
    if not periods:
        return ()
    params: dict[str, str | int] = {
        "count": len(periods),
        "source": clause.source,
        "periods": ", ".join(dict.fromkeys(period.iso for period in periods)),
    }
    return (Problem("workspace.late-outside-contract", params=params),)


def _differs(result: Replay, by_letters: Money) -> tuple[Problem, ...]:
    """A letter and its statement must not tell a judge two sums without a word."""
    demanded = result.principal - result.held
    if demanded == by_letters:
        return ()
    params = {"account": result.account.id, "letters": by_letters.plain, "statement": demanded.plain}
    return (Problem("workspace.statement-differs", params=params),)
