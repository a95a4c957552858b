"""What a reader may conclude from a journal by itself, or from the proof of one entry.

The entries are the sender's own words: what they say is claimed. Shown is that they are those of the signed checkpoint,
and which of them somebody outside vouches for: each letter delivered up to the size it knew, each timestamp of an
authority the reader named up to the size it covers. Nobody vouches for the rest, and that range is said.
"""

from __future__ import annotations

from collections.abc import Sequence

from evidence.model.report import Answer, Fact, Question, Statement, Status, Subject, SubjectKind, Verdict
from evidence.verify.log import Log
from evidence.verify.policy import (
    always,
    believed_times,
    by_whom,
    failed_ids,
    key_changes,
    refuted,
    stamped_at,
)

_SIGNER = ("journal.checkpoint", "journal.by", "journal.keys")


def log_subject(log: Log, extra: Sequence[Fact]) -> Subject:
    """The report on a journal or a proof; ``extra`` are the facts of trust and of what was given beside it."""
    facts = (*extra, *log.facts)
    is_bad = bool(failed_ids(facts))
    same = refuted(Question.SAME_BYTES, facts) if is_bad else _same(log, facts)
    when = refuted(Question.SINCE_WHEN, facts) if is_bad else _when(log, facts)
    delivered = Answer(Question.HOW_DELIVERED, Verdict.OPEN, (Statement("delivery-not-in-journal"),))
    who = by_whom(facts, "bundle.trust", _SIGNER)
    who = Answer(who.question, who.verdict, (*who.statements, *key_changes(log)))
    not_shown = (
        *always(facts, "bundle.trust", log.times, believed_times(log)),
        Statement("not-entries-true"),
        Statement("not-rewritten"),
    )
    return Subject(
        log.name,
        log.kind,
        facts,
        (same, when, delivered, who),
        not_shown,
        is_test=log.is_test,
        is_checked=log.is_signed or _is_witnessed(facts),
    )


def _is_witnessed(facts: Sequence[Fact]) -> bool:
    """A letter's own signed checkpoint stands in for that of a journal nobody has signed yet."""
    return any(fact.id == "journal.witness" and fact.status is Status.PASS for fact in facts)


def _same(log: Log, facts: Sequence[Fact]) -> Answer:
    question = Question.SAME_BYTES
    head = log.journal.checkpoint
    shown = {fact.id for fact in facts if fact.status is Status.PASS}
    if head is None or not log.is_signed:
        code = "same-journal-unsigned" if log.kind is SubjectKind.JOURNAL else "same-proof-unsigned"
        return Answer(question, Verdict.OPEN, (Statement(code, {"count": log.count}),))
    if log.whole is not None:
        params: dict[str, str | int] = {"count": head.size, "root": head.root.hex()}
        statements = [Statement("same-journal", params, ("journal.whole", "journal.checkpoint"))]
        if log.count > head.size:
            tail: dict[str, str | int] = {"first": head.size, "last": log.count - 1}
            statements.append(Statement("same-journal-tail", tail, ("journal.checkpoint",)))
        return Answer(question, Verdict.SHOWN, tuple(statements))
    if "journal.proof" not in shown:
        return Answer(question, Verdict.OPEN, (Statement("same-proof-alone", {"size": head.size}),))
    proof = next(fact for fact in facts if fact.id == "journal.proof")
    return Answer(question, Verdict.SHOWN, (Statement("same-entry", proof.params, ("journal.proof",)),))


def _when(log: Log, facts: Sequence[Fact]) -> Answer:
    """The table of witnesses: who vouches for which entries, and which of them nobody vouches for."""
    question = Question.SINCE_WHEN
    believed = believed_times(log)
    statements = [
        Statement(
            "when-entry-says",
            {"at": entry.at, "index": entry.index, "type": entry.type},
            ("journal.proof",),
        )
        for entry in (log.journal.entries if log.whole is None else ())
    ]
    statements += [stamped_at(time, log) for time in log.times if time.holds] or [
        Statement("when-no-timestamp")
    ]
    held = [fact for fact in facts if fact.id == "journal.witness" and fact.status is Status.PASS]
    for fact in sorted(held, key=lambda f: (int(f.params["size"]), str(f.params["letter"]))):
        last = int(fact.params["size"]) - 1
        params: dict[str, str | int] = {"letter": fact.params["letter"], "last": last}
        statements.append(Statement("when-letter-vouches", params, ("journal.witness",)))
    reach = max([0, *(int(fact.params["size"]) for fact in held), *(time.size for time in believed)])
    head = log.journal.checkpoint
    count = log.count if log.whole is not None else (head.size if head is not None else 0)
    if reach < count:
        range_: dict[str, str | int] = {"first": reach, "last": count - 1}
        statements.append(Statement("when-unwitnessed", range_, ("journal.checkpoint",)))
    elif count:
        statements.append(Statement("when-all-witnessed", {"count": count}, ("journal.witness",)))
    is_shown = bool(believed) and max(time.size for time in believed) >= count
    return Answer(question, Verdict.SHOWN if is_shown else Verdict.CLAIMED, tuple(statements))
