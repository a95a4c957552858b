"""Clerks at their desks: ``clerk_process.py ROOT ACCOUNT…`` starts a process for each account but the first, all at once.

Each opens the workspace for itself, issues one demand, and prints its number. They are forks of this one, which issues
the first account's: so programs, fonts and templates are loaded once.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "workspace"))

import estate

from evidence.model.letter import LetterKind
from evidence.workspace import Workspace


def clerk(root: Path, account: str) -> None:
    with Workspace.open(root, source=estate.source(account), wait=300) as office:
        done = office.issue(LetterKind.DEMAND, accounts=[account], converter="builtin")
    os.write(1, "".join(f"{number.key}\n" for number in done.issued).encode())


def main(root: Path, accounts: list[str]) -> int:
    clerk(root, accounts[0])
    children = []
    for account in accounts[1:]:
        child = os.fork()
        if not child:
            try:
                clerk(root, account)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        children.append(child)
    return sum(os.waitpid(child, 0)[1] != 0 for child in children)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
