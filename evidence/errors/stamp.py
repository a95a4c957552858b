"""Error codes of the stamp room."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec

ROWS: tuple[ErrorSpec, ...] = ()
