"""Named moments between which a run may be cut off; tests put a crash after each of them."""

from __future__ import annotations

from collections.abc import Callable

_hook: Callable[[str], None] | None = None


def reached(step: str) -> None:
    """Called after each durable step of a run. Does nothing in the product."""
    if _hook is not None:
        _hook(step)


def set_hook(hook: Callable[[str], None] | None) -> None:
    """For tests: call ``hook`` with the name of each step reached; ``None`` takes it away."""
    global _hook  # noqa: PLW0603 - one seam for fault injection, never set by the product
    _hook = hook
