"""A replay and its late charge as JSON: every figure with what it was made from.

Amounts are strings, dates ISO 8601, keys never translated. ``outstanding`` is principal; late charge stands
beside it. Order is fixed: positions by age, allocations by day.
"""

from __future__ import annotations

from evidence.claim.account_replay import Replay
from evidence.claim.court_fees import Fee
from evidence.claim.late_charge import Figure
from evidence.claim.late_statement import RULE_OF, LateStatement
from evidence.claim.rate_text import plain
from evidence.errors import Problem, spec_of
from evidence.model.account import Charge
from evidence.model.money import Money

Json = dict[str, object]


def _plain(money: Money | None) -> str | None:
    return None if money is None else money.plain


def _charge(charge: Charge) -> Json:
    return {
        "item": charge.item,
        "period": charge.period.iso,
        "due": charge.due.isoformat() if charge.due else None,
        "where": charge.origin.to_json(),
    }


def problem_json(problem: Problem) -> Json:
    """A notice or warning with its rule (``R21`` to ``R23``) and whether it stops the claim."""
    return {
        "code": problem.code,
        "rule": RULE_OF.get(problem.code),
        "blocks": spec_of(problem.code).exit != 0,
        "where": problem.where.to_json(),
        "params": dict(problem.params),
    }


def replay_json(result: Replay) -> Json:
    """Positions, allocations with their rules, costs, surplus, notices."""
    return {
        "account": result.account.id,
        "as_of": result.as_of.isoformat(),
        "currency": result.account.currency,
        "principal": result.principal.plain,
        "held": result.held.plain,
        "not_yet_due": result.not_yet_due.plain,
        "costs": result.costs.plain,
        "costs_paid": result.costs_paid.plain,
        "surplus": result.surplus.plain,
        "positions": [
            {
                **_charge(position.charge),
                "billed": position.billed.plain,
                "paid": position.paid.plain,
                "paid_undated": position.undated.plain,
                "waived": position.waived.plain,
                "outstanding": position.outstanding.plain,
                "held": position.held.plain,
                "late_paid": position.late_paid.plain,
                "late_waived": position.late_waived.plain,
                "overdue": position.is_overdue(result.as_of),
            }
            for position in result.positions
        ],
        "allocations": [
            {
                "payment": part.payment,
                "received_on": part.received_on.isoformat(),
                "item": part.charge.item if part.charge else None,
                "period": part.charge.period.iso if part.charge else None,
                "part": part.part.value if part.part else None,
                "amount": part.amount.plain,
                "rule": part.rule.value,
            }
            for part in result.allocations
        ],
        "terms": {
            "statutory": result.terms.is_statutory,
            "late_charge_is_interest": result.terms.late_charge_is_interest,
        },
        "notices": [problem_json(problem) for problem in result.notices],
    }


def _figure(figure: Figure) -> Json:
    return {
        "amount": _plain(figure.amount),
        "capped": figure.capped,
        "gap": figure.gap.value if figure.gap else None,
        "not_available_after": figure.day.isoformat() if figure.gap and figure.day else None,
        "segments": [
            {
                "first": segment.first.isoformat(),
                "last": segment.last.isoformat(),
                "days": segment.days,
                "base": segment.base.plain,
                "percent": plain(segment.percent),
                "per": segment.per.value,
                "note": segment.note,
                "formula": segment.formula,
                "unrounded": segment.unrounded,
            }
            for segment in figure.segments
        ],
    }


def late_json(statement: LateStatement) -> Json:
    """The three figures of every line with their segments, the totals, the warnings."""
    return {
        "as_of": statement.as_of.isoformat(),
        "currency": statement.currency,
        "contract": _plain(statement.contract),
        "reference": _plain(statement.reference),
        "claimed": _plain(statement.claimed),
        "reference_until": statement.reference_until.isoformat() if statement.reference_until else None,
        "rounding": "half-up to the smallest unit, once per line",
        "lines": [
            {
                **_charge(line.charge),
                "first": line.start.isoformat(),
                "last": line.last.isoformat(),
                "days": line.days,
                "base": line.base.plain,
                "principal": line.principal.plain,
                "contract": _figure(line.contract),
                "reference": _figure(line.reference),
                "claimed": _figure(line.claimed),
                "paid": line.paid.plain,
                "waived": line.waived.plain,
                "outstanding": _plain(line.outstanding),
            }
            for line in statement.lines
        ],
        "warnings": [problem_json(problem) for problem in statement.warnings],
    }


def fee_json(fee: Fee) -> Json:
    """A court fee with its bands."""
    return {
        "amount": fee.amount.plain,
        "claim": fee.claim.plain,
        "halved": fee.halved,
        "capped": fee.capped,
        "bases": list(fee.bases),
        "bands": [
            {
                "above": plain(line.above),
                "up_to": plain(line.up_to) if line.up_to is not None else None,
                "part": plain(line.part),
                "rate": plain(line.rate),
                "fee": str(line.fee),
            }
            for line in fee.lines
        ],
    }
