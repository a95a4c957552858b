"""The words for rules, parts, tracks and states of the claim room in the user's language.

Message ids stand here, translations in the room's catalogues. In Chinese they are the terms of the articles
they come from, since the annexes print them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from evidence.claim.allocation import Rule
from evidence.claim.court_fees import Fit, Track
from evidence.claim.late_charge import ClaimBasis, Gap
from evidence.claim.plan import LateChoice
from evidence.claim.plan_progress import PlanState
from evidence.i18n import translate
from evidence.model.events import HoldReason, Part

__all__ = ["LABELS", "label"]


def n_(message: str) -> str:
    """Marks a message id for the catalogues."""
    return message


_WORDS: tuple[tuple[StrEnum, str], ...] = (
    (Rule.COSTS_FIRST, n_("costs of enforcement first (561)")),
    (Rule.DESIGNATED, n_("designated by the debtor (560(1))")),
    (Rule.COVERS_ALL, n_("covers all debts")),
    (Rule.ONLY_DEBT, n_("the only debt left")),
    (Rule.DUE, n_("due before not yet due (560(2))")),
    (Rule.SECURITY, n_("less secured first (560(2))")),
    (Rule.BURDEN, n_("heavier first (560(2))")),
    (Rule.EARLIER, n_("earlier due first (560(2))")),
    (Rule.NEWEST, n_("newest first (by agreement)")),
    (Rule.PRO_RATA, n_("in proportion, due on one day (560(2))")),
    (Rule.SURPLUS, n_("surplus, the owner's credit")),
    (Part.COSTS, n_("costs of enforcement")),
    (Part.LATE_CHARGE, n_("late charge")),
    (Part.PRINCIPAL, n_("principal")),
    (Part.RESTATED, n_("late charge restated by agreement")),
    (HoldReason.FORGOT, n_("forgot to pay")),
    (HoldReason.SERVICE_COMPLAINT, n_("complains about the service")),
    (HoldReason.HARDSHIP, n_("in hardship")),
    (HoldReason.AMOUNT_DISPUTED, n_("disputes the amount")),
    (HoldReason.REFUSES, n_("refuses to pay")),
    (ClaimBasis.CONTRACT, n_("by the contract")),
    (ClaimBasis.REFERENCE, n_("loss by the reference rate")),
    (ClaimBasis.OWN, n_("by a lower rate of the claimant's choice")),
    (ClaimBasis.NONE, n_("no late charge claimed")),
    (Gap.NO_CLAUSE, n_("no clause in the contract")),
    (Gap.RATE_ENDED, n_("rate not available after the last day known")),
    (Gap.RATE_NOT_BEGUN, n_("rate not available before its first day")),
    (Gap.NOT_CLAIMED, n_("not claimed")),
    (LateChoice.WAIVED, n_("waived if the plan is kept")),
    (LateChoice.KEPT, n_("kept beside the plan")),
    (LateChoice.RESTATED, n_("restated and part of the instalments")),
    (PlanState.DONE, n_("plan paid in full")),
    (PlanState.KEPT, n_("plan kept")),
    (PlanState.LATE, n_("instalment overdue")),
    (PlanState.DEFAULT, n_("plan in default")),
    (PlanState.DEMANDED, n_("demanded, time still running")),
    (PlanState.ACCELERATED, n_("whole rest due")),
    (Track.PAYMENT_ORDER, n_("payment order")),
    (Track.SMALL_CLAIM, n_("small claim")),
    (Track.SMALL_CLAIM_AGREED, n_("small claim by agreement")),
    (Track.SIMPLIFIED, n_("simplified procedure")),
    (Track.ORDINARY, n_("ordinary procedure")),
    (Fit.YES, n_("track open")),
    (Fit.NO, n_("track not open")),
    (Fit.UNKNOWN, n_("track not known to be open")),
)
# By kind and value: members of different enums with one text are equal, but not one word.
LABELS: Mapping[tuple[type[StrEnum], str], str] = {(type(m), m.value): text for m, text in _WORDS}


def label(member: StrEnum, lang: str) -> str:
    """The word for one member; ``KeyError`` for a kind that has no words."""
    return translate(LABELS[type(member), member.value], lang)
