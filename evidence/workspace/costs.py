"""Costs of collecting on file: recorded, told, and claimed by no letter."""

from __future__ import annotations

from collections.abc import Iterable

from evidence.errors import Place, Problem
from evidence.model.case import CaseEvent, CaseKind


def cost_warnings(pieces: Iterable[CaseEvent]) -> tuple[Problem, ...]:
    """``case.cost-not-claimed`` for every cost among ``pieces``: whoever records one may think it demanded."""
    return tuple(
        Problem(
            "case.cost-not-claimed",
            Place(part=piece.account),
            {"account": piece.account or "-", "amount": piece.text("amount"), "entry": piece.journal_index},
        )
        for piece in pieces
        if piece.kind is CaseKind.COST
    )
