"""Demands, notices, proof of delivery and a court evidence file from an arrears ledger.

Everything the commands do is one call on :class:`evidence.Workspace`, or, where no workspace is at hand, on
:mod:`evidence.verify`. Names in ``__all__`` are stable within a major version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Workspace", "__version__"]

if TYPE_CHECKING:
    from evidence.workspace import Workspace


def __getattr__(name: str) -> Any:
    # Imported on first use, so that `evidence --help` stays quick.
    if name == "Workspace":
        from evidence.workspace import Workspace

        return Workspace
    raise AttributeError(name)
