"""The command line: thin, one module per area; every rule lives in the rooms behind it."""

from __future__ import annotations


def main() -> None:
    """Entry point of the ``evidence`` command."""
    from evidence.cli._root import run

    run()
