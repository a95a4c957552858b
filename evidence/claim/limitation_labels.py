"""The words for limitation: what interrupts, why an event did not count, how a period stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from evidence.claim.limitation import InterruptionKind, Limitation, LimitationState, WhyIgnored
from evidence.i18n import translate

__all__ = ["interruption_label", "lapse_told", "state_label", "why_label"]


def n_(message: str) -> str:
    return message


_KINDS: Mapping[InterruptionKind, str] = {
    InterruptionKind.DEMAND: n_("demand by the creditor"),
    InterruptionKind.MEDIA_NOTICE: n_("notice in the press, the debtor's whereabouts being unknown"),
    InterruptionKind.ACKNOWLEDGEMENT: n_("promise to perform"),
    InterruptionKind.PART_PAYMENT: n_("part payment"),
    InterruptionKind.INSTALMENT_PLAN: n_("instalment agreement"),
    InterruptionKind.SECURITY: n_("security given"),
    InterruptionKind.EXTENSION_REQUEST: n_("request for more time"),
    InterruptionKind.NEW_AGREEMENT: n_("new agreement on the old debt"),
    InterruptionKind.SUIT: n_("suit filed"),
    InterruptionKind.ARBITRATION: n_("arbitration applied for"),
    InterruptionKind.PAYMENT_ORDER: n_("payment order applied for"),
    InterruptionKind.EQUIVALENT: n_("step equal to a suit"),
    InterruptionKind.MEDIATION: n_("people's mediation applied for"),
    InterruptionKind.POLICE_REPORT: n_("report to the police, prosecutor or court"),
    InterruptionKind.ASSIGNMENT_NOTICE: n_("notice of assignment"),
}
_WHY: Mapping[WhyIgnored, str] = {
    WhyIgnored.PROOF_TOO_WEAK: n_("its proof is weaker than grade C"),
    WhyIgnored.TOO_LATE: n_("the period had already run out"),
    WhyIgnored.BEFORE_DUE: n_("the fee was not yet due"),
    WhyIgnored.OTHER_PERSON: n_("it was directed at somebody who is not a joint debtor"),
    WhyIgnored.IN_THE_FUTURE: n_("it lies after the day of calculation"),
}
_STATES: Mapping[LimitationState, str] = {
    LimitationState.RUNNING: n_("limitation is running"),
    LimitationState.EXPIRED: n_("limitation has run out"),
    LimitationState.NOT_DUE: n_("not yet due"),
}


def interruption_label(kind: InterruptionKind, lang: str) -> str:
    """What interrupted: ``分期付款协议``."""
    return translate(_KINDS[kind], lang)


def why_label(why: WhyIgnored, lang: str) -> str:
    """Why an event did not count, as the end of a sentence."""
    return translate(_WHY[why], lang)


def state_label(state: LimitationState, lang: str) -> str:
    """How a period stands on the day of calculation."""
    return translate(_STATES[state], lang)


def lapse_told(one: Limitation, on: date) -> tuple[str, dict[str, str]]:
    """When a limitation that runs on ``on`` runs out: a message id and its days.

    Where the nominal day is a rest day both days are told: the one to work to, and the one that counts in law. The first
    may have passed while the second is to come; only then is there nothing left to work to.
    """
    days = {"day": one.nominal.isoformat(), "last": one.last_day.isoformat()}
    if one.last_day == one.nominal:
        return n_("The first limitation runs out on {day}."), days
    if one.nominal >= on:
        return n_(
            "The first limitation runs out on {last}: it nominally ends on {day}, a rest day, which moves its end "
            "(民法典 203). Work to {day}."
        ), days
    return n_(
        "The first limitation still runs: it nominally ended on {day}, a rest day, and runs out on {last} (民法典 203). "
        "Act at once."
    ), days
