"""Made-up accounts (样本) for the two annexes: payments, changes and a late charge in three sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from evidence.claim.account_replay import LedgerPaid, replay
from evidence.claim.claim_sentence import ClaimSentence, claim_sentence
from evidence.claim.late_statement import LateStatement, late_statement
from evidence.claim.late_terms import LateRules, LateTerms
from evidence.claim.positions import Replay
from evidence.claim.rate_text import parse_rate
from evidence.law import load_law
from evidence.law.rates import load_rates
from evidence.letters.annex_late import late_charge_context
from evidence.letters.annexes import AnnexSource, fee_statement_context
from evidence.model.account import Account, Charge, Debtor, Premises
from evidence.model.events import AccountEvents, Correction, Hold, HoldReason, Payment, Target, Waiver
from evidence.model.money import Money
from evidence.model.office import Office
from evidence.model.period import Period
from evidence.model.problem import Place

# The last day the shipped table of reference rates reaches: past it nothing could be reckoned.
AS_OF = date(2025, 5, 20)
CREATED = datetime(2025, 5, 20, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class _Made:
    """What an annex is made from, put together without a workspace."""

    replay: Replay
    events: AccountEvents
    rules: LateRules
    late: LateStatement

    @property
    def demanded(self) -> Money:
        return self.replay.principal - self.replay.held

    @property
    def total(self) -> Money | None:
        return None if self.late.claimed is None else self.demanded + self.late.claimed

    @property
    def sentences(self) -> Sequence[ClaimSentence]:
        found = (claim_sentence(line, self.replay.as_of, self.rules) for line in self.late.lines)
        return tuple(sentence for sentence in found if sentence is not None)


def annex_sample(
    name: str, locale: str, size: str, office: Office, words: Mapping[str, str], *, full: bool = False
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Values and texts that must appear in an annex of ``name``; ``words`` are the names to print. ``full`` is the
    late charge as the office has it for itself, with the figures by the reference rate."""
    made = _calculation(size, words)
    build = fee_statement_context if name == "fee-statement" else partial(late_charge_context, full=full)
    context = build(
        made,
        AnnexSource(1, date(2025, 4, 30), 17, "0123456789abcdef" * 4, f"evidence-kit {words['number']}"),
        office=office,
        made_on=AS_OF,
        law=load_law("cn").texts(AS_OF, locale),
        locale=locale,
        doc_created=CREATED,
        doc_identifier="00" * 16,
    )
    return context.values, context.must_appear


def _yuan(text: str) -> Money:
    return Money.of(text, "CNY")


def _calculation(size: str, words: Mapping[str, str]) -> _Made:
    count = 30 if size == "long" else 5
    charges = [_month(words, index, count) for index in range(count)]
    if size == "extreme":
        place = Place("样本台账.xlsx", "地下车库及商铺（样本）", 7)
        period = Period(date(2022, 7, 15), date(2024, 7, 14))
        charges.insert(
            0, Charge(words["long_fee"], period, _yuan("123456789.01"), _yuan("0"), place, date(2022, 7, 31))
        )
    first, second, third = (Target(c.item, c.period) for c in charges[-4:-1])
    extreme = size == "extreme"
    home = Premises(words["estate"], words["building"], words["unit"], words["room"])
    if extreme:
        home = Premises(words["long_estate"], "A座", "", words["long_room"])
    account = Account(home, Debtor(words["long_owner" if extreme else "owner"]), tuple(charges), "CNY")
    events = AccountEvents(
        payments=(Payment("000012", account.id, date(2025, 2, 20), _yuan("100.00")),),
        waivers=(Waiver("000015", account.id, date(2025, 4, 1), first, _yuan("30.00"), reason=words["number"]),),
        corrections=(Correction("000016", account.id, date(2025, 4, 2), second, _yuan("-20.50"), words["number"]),),
        holds=(
            Hold("000018", account.id, (third,), HoldReason.SERVICE_COMPLAINT, date(2025, 5, 1), amount=_yuan("60.00")),
        ),
    )  # fmt: skip
    rules = LateRules(LateTerms(parse_rate("日万分之五")), load_rates("cn"))
    done = replay(account, events, AS_OF, late=rules, ledger_paid=LedgerPaid.BEFORE_EVENTS)
    late = late_statement([p.without_held() for p in done.positions], AS_OF, rules, "CNY")
    return _Made(done, events, rules, late)


def _month(words: Mapping[str, str], index: int, count: int) -> Charge:
    """A month's fee of 93.85 ㎡ at 2.80, due on its 15th; the last of ``count`` is April 2025."""
    total = 2025 * 12 + 3 - (count - index - 1)
    year, month = divmod(total, 12)
    period = Period.months(year, month + 1, year, month + 1)
    return Charge(
        words["fee"], period, _yuan("262.78"), _yuan("0"), Place("样本台账.xlsx", words["building"], index + 2),
        date(year, month + 1, 15), Decimal("93.85"), Decimal("2.80"),
    )  # fmt: skip
