"""The gate before a lawyer's letter and before an evidence file: failing rules stop them, unless somebody says why not.

Only a failure stops; what is unknown is counted and told. An override names its rule and its reason, and is used only
where its rule would have stopped the command. Each use is kept twice: its words as a piece of the case file, a
commitment to them as ``rule.overridden`` in the journal. A lawyer letter passes the gate as a draft and again when the
lawyer approves it; what was overridden for the draft is granted then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from evidence.claim.readiness import Outcome, RulePack, blocking, load_rules
from evidence.errors import EvidenceError, Place, Problem
from evidence.journal import entries
from evidence.model.account import Account
from evidence.model.case import CaseEvent, CaseKind
from evidence.stamp.digests import commitment, digest_bytes
from evidence.workspace.casefile import events, write_pieces
from evidence.workspace.claims import Claims
from evidence.workspace.core import Desk
from evidence.workspace.persons import salt_for
from evidence.workspace.readiness import Readiness, judge

LAWYER_LETTER = "lawyer-letter"
BUNDLE = "bundle"

Overrides = Mapping[str, str]
"""Rule ids to the reason given for going on against them."""


@dataclass(frozen=True, slots=True)
class Override:
    """One use: ``command`` went on for ``account`` although ``rule`` fails."""

    account: str
    person: str
    rule: str
    command: str
    reason: str


class BlockedError(EvidenceError):
    """Failing rules that nobody overrode; ``found`` are the findings they come from, to be put in the user's words."""

    def __init__(self, problems: Iterable[Problem], found: Readiness) -> None:
        super().__init__(problems)
        self.found = found


@dataclass(frozen=True, slots=True)
class Passage:
    """What the gate says of one account. ``blocked`` is empty where it may pass; ``used`` are the overrides it needs."""

    account: str
    blocked: tuple[Problem, ...]
    used: tuple[Override, ...]
    warnings: tuple[Problem, ...]


def check_overrides(overrides: Overrides) -> None:
    """Raises ``readiness.override-unknown`` and ``readiness.override-reason`` for every override at fault."""
    if problems := blocking((), "", overrides):
        raise EvidenceError(problems)


class Gate:
    """The gate of one command on one day: :meth:`check` looks at an account, :meth:`record` keeps what was overridden."""

    def __init__(
        self,
        desk: Desk,
        command: str,
        overrides: Overrides | None = None,
        *,
        granted: Overrides | None = None,
    ) -> None:
        """``granted`` are overrides used before for the same letter: they let pass, and are not recorded again."""
        self._desk, self.command = desk, command
        self._granted: Overrides = granted or {}
        self._overrides: Overrides = {rule: why.strip() for rule, why in (overrides or {}).items()}
        check_overrides(self._overrides)
        self._pack: RulePack | None
        try:
            self._pack = load_rules(desk.office.jurisdiction, desk.office.policy.region)
        except EvidenceError as error:
            if error.problems[0].code != "readiness.no-rules":
                raise
            self._pack = None

    def check(self, connection: Connection, claims: Claims, account: Account, person: str) -> Passage:
        """Whether the account may pass on the day of ``claims``; raises the faults of its claim.

        Where the jurisdiction has no rules nothing can fail, and a warning says that nothing was examined.
        """
        found = self.look(connection, claims, account, person)
        return self.not_judged(account.id) if found is None else self.passage(found, person)

    def look(self, connection: Connection, claims: Claims, account: Account, person: str) -> Readiness | None:
        """The account's findings on the day of ``claims``; ``None`` where the jurisdiction has no rules."""
        if self._pack is None:
            return None
        return judge(self._desk, connection, self._pack, claims, account, person)

    def not_judged(self, account: str) -> Passage:
        """Where the jurisdiction has no rules: nothing can fail, and a warning says that nothing was examined."""
        params = {"jurisdiction": self._desk.office.jurisdiction}
        return Passage(account, (), (), (Problem("readiness.not-judged", Place(), params),))

    def passage(self, found: Readiness, person: str) -> Passage:
        """The same for findings that are there already."""
        stopping = [
            f.rule
            for f in found.findings
            if f.outcome is Outcome.FAIL and self.command in f.blocks and f.rule not in self._granted
        ]
        used = tuple(
            Override(found.account, person, rule, self.command, self._overrides[rule])
            for rule in stopping
            if rule in self._overrides
        )
        let_pass = {**self._granted, **self._overrides}
        blocked = blocking(found.findings, self.command, let_pass, pack=found.pack, account=found.account)
        return Passage(found.account, blocked, used, tuple(self._warnings(found, stopping)))

    def _warnings(self, found: Readiness, stopping: Sequence[str]) -> Iterable[Problem]:
        where = Place(part=found.account)
        unknown = [
            f.rule
            for f in found.findings
            if f.outcome is Outcome.UNKNOWN
            and self.command in f.blocks
            # What is examined on the file itself is no gap of the case file while there is no file.
            and not (found.pack.rules[f.rule].later and found.facts.filed is None)
        ]
        if unknown:
            params: dict[str, str | int] = {"n": len(unknown), "rules": ", ".join(unknown)}
            yield Problem("readiness.unknown-left", where, {**params, "account": found.account})
        for rule in self._overrides:
            if rule not in stopping and rule not in self._granted:
                yield Problem("readiness.override-unneeded", where, {"rule": rule, "account": found.account})

    def record(self, connection: Connection, passages: Iterable[Passage], now: datetime) -> None:
        """Keep every override used, inside the transaction of what it lets pass."""
        used = [one for passage in passages for one in passage.used]
        if not used:
            return
        keys = self._desk.persons.keys()
        pieces, lines = [], []
        for one in used:
            key = keys[one.person]
            data = {"rule": one.rule, "command": one.command, "reason": one.reason}
            pieces.append((CaseEvent(CaseKind.OVERRIDE, one.account, data), one.person))
            subject = commitment(salt_for(key, "subject"), digest_bytes(one.account.encode()))
            salt = salt_for(key, f"override:{one.rule}:{one.command}:{now.isoformat()}")
            lines.append(
                entries.rule_overridden(
                    at=now,
                    by=self._desk.signer.public.kid.hex(),
                    rule=one.rule,
                    command=one.command,
                    subject=subject.hex(),
                    reason=commitment(salt, digest_bytes(one.reason.encode())).hex(),
                )
            )
        write_pieces(self._desk, connection, pieces, now)
        self._desk.journal.append(connection, lines)


def granted_to(connection: Connection, account: str, planned_at: datetime) -> dict[str, str]:
    """The rules overridden for the account's letter when its run was planned at ``planned_at``, with their reasons."""
    return {
        piece.text("rule"): piece.text("reason")
        for piece in events(connection, account, kinds=(CaseKind.OVERRIDE,))
        if piece.account == account
        and piece.text("command") == LAWYER_LETTER
        and piece.recorded_at == planned_at.isoformat()
    }
