"""How a reader of this room says no.

Every parser here refuses whatever its format does not allow. It raises :class:`Refused` with a reason code (a
row of ``words.REASONS``); the caller makes a failed fact of it. ``Refused`` never leaves the room.
"""

from __future__ import annotations

from evidence.model.problem import Place
from evidence.model.report import Fact, Status


class Refused(Exception):  # noqa: N818 - it is a verdict on the input, not an error of the program
    """The input breaks its format; ``reason`` says which rule, ``params`` where and how."""

    def __init__(self, reason: str, **params: str | int) -> None:
        super().__init__(f"{reason} {params}")
        self.reason = reason
        self.params = params

    def fact(self, fact_id: str, where: Place, **params: str | int) -> Fact:
        """The failed fact this refusal amounts to."""
        return Fact(fact_id, Status.FAIL, where, {**self.params, **params}, self.reason)


def passed(fact_id: str, where: Place, /, **params: str | int) -> Fact:
    return Fact(fact_id, Status.PASS, where, params)


def failed(fact_id: str, where: Place, reason: str, /, **params: str | int) -> Fact:
    return Fact(fact_id, Status.FAIL, where, params, reason)


def unknown(fact_id: str, where: Place, reason: str = "", /, **params: str | int) -> Fact:
    return Fact(fact_id, Status.UNKNOWN, where, params, reason)


def not_checked(fact_id: str, where: Place, reason: str = "", /, **params: str | int) -> Fact:
    return Fact(fact_id, Status.NOT_CHECKED, where, params, reason)
