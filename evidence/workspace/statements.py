"""The statement of an account: its claim with everything it was made from, for a judge with a pocket calculator.

Read only. The figures are those of :mod:`evidence.workspace.claims`, which letters claim too; a statement adds the
late charge also where the office's letters reserve it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from evidence.claim.account_replay import LedgerPaid, Replay
from evidence.claim.claim_sentence import ClaimSentence, claim_sentence, method_text
from evidence.claim.late_charge import LateRules
from evidence.claim.late_statement import LateStatement
from evidence.claim.limitation import Limitation, LimitationReport
from evidence.claim.statement import Claim
from evidence.claim.trace import late_json, replay_json
from evidence.claim.words import WordsError, rmb_words
from evidence.errors import Problem
from evidence.letters.late import claims_late
from evidence.model.case import CaseEvent, CaseKind
from evidence.model.events import AccountEvents, Target
from evidence.model.letter import LetterKind
from evidence.model.money import Money
from evidence.model.period import Period
from evidence.workspace.casefile import events as case_events
from evidence.workspace.cases import require_account
from evidence.workspace.caseterms import LateClause
from evidence.workspace.claims import AccountClaim, Claims
from evidence.workspace.core import Desk
from evidence.workspace.costs import cost_warnings
from evidence.workspace.limitation import limitation_calendar, limitation_report

__all__ = ["LedgerPaid", "Statement", "statement"]


@dataclass(frozen=True, slots=True)
class Statement:
    """What one owner owes on ``replay.as_of`` and why.

    ``found`` is the account's claim, ``snapshot`` the ledger read. ``late`` ``None``: no clause on file gives a
    rate, principal only. ``locale`` is the script of the workspace's papers, in which sentences and words are given.
    ``limitation`` is that of every overdue period, held ones too; ``None`` where the jurisdiction has no calendar.
    ``costs`` are on file and in no figure.
    """

    found: AccountClaim
    snapshot: int
    locale: str
    limitation: LimitationReport | None
    costs: tuple[CaseEvent, ...] = ()

    @property
    def claim(self) -> Claim:
        """What a letter of that day claims."""
        return self.found.claim

    @property
    def replay(self) -> Replay:
        return self.found.replay

    @property
    def events(self) -> AccountEvents:
        """The case file's."""
        return self.found.events

    @property
    def ledger_paid(self) -> LedgerPaid:
        """How the ledger's paid column was read."""
        return self.found.ledger_paid

    @property
    def clause(self) -> LateClause | None:
        return self.found.clause

    @property
    def rules(self) -> LateRules | None:
        return self.found.rules

    @property
    def late(self) -> LateStatement | None:
        return self.found.late

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return (*self.found.warnings, *self._expiry(), *cost_warnings(self.costs))

    @property
    def expired(self) -> tuple[tuple[Limitation, Money], ...]:
        """Each period whose limitation has run out with what is owed of it: claimed like the others, shown apart.

        The owner may refuse to pay them (民法典 192); a court does not raise it (193), so that no paper for a court
        lists them.
        """
        if self.limitation is None:
            return ()
        owed: dict[tuple[str, Period, date | None], list[Money]] = {}
        for position in self.replay.overdue:
            charge = position.charge
            owed.setdefault((charge.item, charge.period, charge.due), []).append(position.outstanding)
        currency = self.replay.account.currency
        return tuple(
            (one, Money.total(owed.get((one.term.item, one.term.period, one.term.due), ()), currency))
            for one in self.limitation.expired
        )

    def _expiry(self) -> tuple[Problem, ...]:
        if self.limitation is None or not self.limitation.expired:
            return ()
        first = min(one.last_day for one in self.limitation.expired)
        params: dict[str, str | int] = {
            "account": self.replay.account.id,
            "count": len(self.limitation.expired),
            "day": first.isoformat(),
        }
        return (Problem("claim.limitation-expired", params=params),)

    @property
    def demanded(self) -> Money:
        """Overdue principal less what is held."""
        return self.claim.total

    @property
    def deferred(self) -> Money:
        """Overdue by the ledger and not demanded, because a signed agreement gave it a later day."""
        rest = self.replay.principal - self.replay.held - self.demanded
        return rest if self.found.paper is not None and rest.amount > 0 else Money.zero(rest.currency)

    @property
    def letters_state_late(self) -> bool:
        """Whether demands and lawyer letters of that day state a late charge."""
        return claims_late(LetterKind.DEMAND, self.claim, self.found.late_policy)

    @property
    def total(self) -> Money | None:
        """Principal demanded and late charge claimed, less :attr:`credited`.

        ``None`` where the late charge cannot be figured.
        """
        if self.late is None:
            return self.demanded
        claimed = self.late.claimed
        return None if claimed is None else self.demanded + claimed - self.credited

    @property
    def credited(self) -> Money:
        """What was paid beyond all principal, as far as it meets the late charge claimed: nobody owes what was paid."""
        credit = self.replay.surplus
        claimed = self.late.claimed if self.late else None
        return min(credit, claimed) if claimed is not None else Money.zero(credit.currency)

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
        total, stated = self.total, self.claim.late_claimed
        return {
            **replay_json(self.replay),
            "debtor": self.replay.account.debtor.name,
            "snapshot": self.snapshot,
            "ledger_paid": self.ledger_paid.value,
            "deferred": self.deferred.plain,
            "agreement": self.found.paper.letter if self.found.paper else None,
            "demanded": self.demanded.plain,
            "demanded_in_words": self.in_words(self.demanded),
            "letters_claim": self.claim.total.plain,
            "letters_claim_late": stated.plain if stated is not None else None,
            "late_policy": self.found.late_policy,
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
            "lapses_on": self.limitation.first_lapse.work_to(self.limitation.as_of).isoformat()
            if self.limitation and self.limitation.first_lapse
            else None,
            "expired": None
            if self.limitation is None
            else [
                {
                    "item": one.term.item,
                    "period": one.term.period.iso,
                    "due": one.term.due.isoformat() if one.term.due else None,
                    "last_day": one.last_day.isoformat(),
                    "owed": owed.plain,
                }
                for one, owed in self.expired
            ],
            "credited": self.credited.plain,
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
    otherwise); without any payment on file the column is taken as it stands, with a warning, and payments that all
    came in after the ledger was imported are on top of it. Raises all faults at once, and ``claim.unbalanced`` where
    a figure does not add up.
    """
    with desk.reading() as connection:
        account, person = require_account(connection, account_id)
        claims = Claims(desk, connection, as_of, only=account.id, ledger_paid=ledger_paid)
        found, calendar = claims.of(account), limitation_calendar(desk)
        limitation = limitation_report(connection, found, person, calendar) if calendar else None
        costs = tuple(e for e in case_events(connection, account.id, kinds=[CaseKind.COST]) if e.account)
        return Statement(found, claims.snapshot, desk.office.locale, limitation, costs)
