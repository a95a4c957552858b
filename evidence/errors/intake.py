"""Error codes of the intake room."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec

ROWS: tuple[ErrorSpec, ...] = ()
