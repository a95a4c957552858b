"""The evidence files of every account that is due for court: one pack for each household, one after the other.

Due is an account whose ladder has come to court and waits for nothing (:mod:`evidence.workspace.ladder`). Each passes the
gate alone and is packed alone; what stops one is told and stops no other. Asked again after an interruption, what was
made and has not changed is handed back, and the rest is made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from evidence.bundle.profile import DEFAULT, load_profile
from evidence.claim.ladder_policy import Step
from evidence.clock import CHINA
from evidence.errors import EvidenceError, ExitCode, Place, Problem, spec_of
from evidence.workspace.bundles import BundleResult, make_bundle
from evidence.workspace.core import Desk
from evidence.workspace.gate import BlockedError
from evidence.workspace.progress import Count, uncounted
from evidence.workspace.readiness import Readiness
from evidence.workspace.status import StatusRow, status

__all__ = ["DueBundle", "DueState", "bundle_due", "due_for_court"]

# The office's own trouble, not an account's: a full disk, a lost database. Going on would only repeat it.
_STOPS_ALL = frozenset({ExitCode.OUTPUT, ExitCode.MISSING, ExitCode.TEMPLATE})


class DueState(StrEnum):
    """``UNCHANGED``: the bundle made before still says all there is. ``BLOCKED``: a readiness rule fails. ``FAILED``:
    something of the account's own is at fault."""

    MADE = "made"
    UNCHANGED = "unchanged"
    BLOCKED = "blocked"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DueBundle:
    """What became of one account. ``problems`` say why there is no bundle; ``found`` the findings behind them."""

    account: str
    debtor: str
    premises: str
    state: DueState
    result: BundleResult | None = None
    problems: tuple[Problem, ...] = ()
    found: Readiness | None = None


def due_for_court(desk: Desk, *, building: str | None = None) -> list[StatusRow]:
    """The accounts whose ladder has come to court today, in the order of the homes.

    Raises ``workspace.unknown-building``. An account that cannot be reckoned is among them: whoever asks for all that
    are due has to hear of it.
    """
    today = desk.source.now().astimezone(CHINA).date()
    rows = status(desk, today, building=building)
    return [row for row in rows if row.faults or _at_court(row)]


def _at_court(row: StatusRow) -> bool:
    return row.step is not None and row.step.next is Step.COURT and row.step.waiting is None


def bundle_due(
    desk: Desk,
    *,
    building: str | None = None,
    locale: str | None = None,
    converter: str | None = None,
    forms: Collection[str] | None = None,
    profile: str | Path | None = None,
    duplex: bool = False,
    check: bool = False,
    tell: Callable[[DueBundle], None] | None = None,
    count: Count = uncounted,
) -> tuple[DueBundle, ...]:
    """Make the evidence file of every account that :func:`due_for_court` names; ``tell`` hears of each as it is done.

    No override is taken: a reason belongs to one case. What is wrong with the workspace itself (disk, store, database,
    converter) or the court profile is raised at once.
    """
    load_profile(profile or DEFAULT)
    done = list[DueBundle]()
    due = due_for_court(desk, building=building)
    for row in due:
        count(len(done), len(due))
        one = _one(desk, row, locale, converter, forms, profile, duplex, check)
        done.append(one)
        if tell is not None:
            tell(one)
    count(len(done), len(due))
    return tuple(done)


def _one(
    desk: Desk,
    row: StatusRow,
    locale: str | None,
    converter: str | None,
    forms: Collection[str] | None,
    profile: str | Path | None,
    duplex: bool,
    check: bool,
) -> DueBundle:
    about = (row.account, row.debtor, row.premises)
    if row.faults:
        return DueBundle(*about, DueState.FAILED, problems=row.faults)
    try:
        result = make_bundle(
            desk, row.account, locale=locale, converter=converter, forms=forms, profile=profile, duplex=duplex,
            check=check,
        )  # fmt: skip
    except BlockedError as error:
        return DueBundle(*about, DueState.BLOCKED, problems=tuple(error.problems), found=error.found)
    except EvidenceError as error:
        if any(spec_of(problem.code).exit in _STOPS_ALL for problem in error.problems):
            raise
        return DueBundle(*about, DueState.FAILED, problems=tuple(error.problems))
    unchanged = Problem("bundle.unchanged", Place(), {"bundle": result.id}) in result.warnings
    return DueBundle(*about, DueState.UNCHANGED if unchanged else DueState.MADE, result)
