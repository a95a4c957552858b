"""Facts of the timestamps in a bundle: what authorities say about when, and whom the reader believes of them.

``time.*`` facts of one timestamp stand or fall by themselves. Whether a time is *shown* is decided in
:mod:`evidence.verify.policy`, and only for authorities the reader has named.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from evidence.model.problem import Place
from evidence.model.report import Fact
from evidence.verify.journal import Entry, Journal
from evidence.verify.keys import PublicKey
from evidence.verify.note import Checkpoint, parse_checkpoint
from evidence.verify.refused import Refused, failed, passed, unknown
from evidence.verify.timechain import TimeAnchor, named_by
from evidence.verify.timesigner import name_of, says_test
from evidence.verify.timetoken import Timestamp, check_token, over

TIME_NAME = re.compile(r"journal/time-([0-9]{6}|[1-9][0-9]{6,11})\.(note|tst)\Z")
ENTRY = "time.anchored"
AUTHORITY = "time.authority"
_NOT_ACCEPTED = "ts-not-accepted"
#: Why a timestamp is believed of nobody.
_STRANGE = ("ts-unnamed", _NOT_ACCEPTED)


@dataclass(slots=True)
class BundleTime:
    """One timestamp of a bundle, under its entry's index; ``holds`` once every check but trust has passed."""

    index: int
    path: str
    note: bytes | Refused
    token: bytes | Refused
    checkpoint: Checkpoint | None = None
    timestamp: Timestamp | None = None
    entry: Entry | None = None
    holds: bool = False
    named: str = ""
    facts: list[Fact] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many entries it covers."""
        return self.checkpoint.size if self.checkpoint is not None else 0

    @property
    def authority(self) -> str:
        """The name in the authority's certificate, never the one the sender gives it."""
        return name_of(self.timestamp.signer) if self.timestamp is not None else ""

    @property
    def at(self) -> datetime:
        if self.timestamp is None:
            raise ValueError("a token that could not be read has no time")
        return self.timestamp.at

    @property
    def is_test(self) -> bool:
        """Whether sender or authority says that it is for tests."""
        by_entry = self.entry is not None and self.entry.data["test"] is True
        return by_entry or (self.timestamp is not None and says_test(self.timestamp.signer))


def read_times(files: Mapping[str, bytes | Refused]) -> list[BundleTime]:
    """The timestamps among the files of ``journal/``, in order of their entries; nothing is checked yet."""
    stems = sorted({match[1] for path in files if (match := TIME_NAME.match(path))}, key=int)
    times = []
    for stem in stems:
        note, token = (
            files.get(f"journal/time-{stem}.{kind}", Refused("file-missing")) for kind in ("note", "tst")
        )
        times.append(read_time(int(stem), f"journal/time-{stem}.tst", note, token))
    return times


def read_time(index: int, path: str, note: bytes | Refused, token: bytes | Refused) -> BundleTime:
    """One timestamp: the checkpoint it is over, and its token, recorded by entry ``index``."""
    one = BundleTime(index, path, note, token)
    if isinstance(note, bytes):
        try:
            one.checkpoint = parse_checkpoint(note)
        except Refused as refused:
            one.note = refused
    return one


def check_times(
    times: Sequence[BundleTime],
    journal: Journal,
    key: PublicKey | None,
    name: str,
    *,
    complete: bool = True,
) -> list[Fact]:
    """Facts of all timestamps, without trust; to be called once the journal's old roots are known.

    ``complete``: every timestamp that the journal records must be there, as in a bundle.
    """
    facts: list[Fact] = []
    entries = {entry.index: entry for entry in journal.of_type(ENTRY)}
    for one in times:
        one.entry = entries.pop(one.index, None)
        one.facts = _check(one, journal, key, name)
        one.holds = not any(fact.reason for fact in one.facts)
        facts += one.facts
    facts += [
        failed("time.entry", Place(file=name, part=entry.path), "time-absent")
        for entry in entries.values()
        if complete and entry.text("covers") == "checkpoint"
    ]
    return facts


def _check(one: BundleTime, journal: Journal, key: PublicKey | None, name: str) -> list[Fact]:
    token_at = Place(file=name, part=one.path)
    note_at = Place(file=name, part=one.path.removesuffix("tst") + "note")
    facts = [_checkpoint(one, journal, key, note_at)]
    try:
        if isinstance(one.token, Refused):
            raise one.token
        one.timestamp = check_token(one.token)
    except Refused as refused:
        return [*facts, refused.fact("time.token", token_at)]
    stamp = one.timestamp
    facts.append(
        passed(
            "time.token",
            token_at,
            authority=one.authority,
            seconds=int(stamp.at.timestamp()),
            policy=stamp.policy,
            algorithm=stamp.algorithm,
        )
    )
    if isinstance(one.note, bytes):
        is_over = over(stamp, one.note)
        facts.append(
            passed("time.imprint", token_at) if is_over else failed("time.imprint", token_at, "ts-imprint")
        )
    facts.append(_entry(one, stamp, token_at))
    return facts


def _checkpoint(one: BundleTime, journal: Journal, key: PublicKey | None, where: Place) -> Fact:
    """The stamped checkpoint is the office's, and the beginning of the bundle's journal."""
    fact_id = "time.checkpoint"
    if isinstance(one.note, Refused):
        return one.note.fact(fact_id, where)
    head, whole = one.checkpoint, journal.checkpoint
    if head is None or whole is None or key is None:
        return failed(fact_id, where, "earlier-failure")
    # By the key of its day: an office may have changed its key since, and a stamped note is never signed again.
    if not any(head.is_signed_by(one) for one in journal.keys.keys or (key,)):
        return failed(fact_id, where, "checkpoint-signature")
    if head.origin != whole.origin:
        return failed(fact_id, where, "time-origin", origin=head.origin)
    known = whole.root if head.size == whole.size else journal.root_at(head.size)
    if known is None:
        return failed(fact_id, where, "time-unlinked", size=head.size)
    if known != head.root:
        return failed(fact_id, where, "checkpoint-rewritten", size=head.size, root=head.root.hex())
    return passed(fact_id, where, size=head.size, root=head.root.hex())


def _entry(one: BundleTime, stamp: Timestamp, where: Place) -> Fact:
    """The journal's entry about this token says what token and note say."""
    entry = one.entry
    if entry is None:
        return failed("time.entry", where, "time-unrecorded", index=one.index)
    if not isinstance(one.note, bytes) or one.checkpoint is None:
        return failed("time.entry", where, "earlier-failure")
    pairs = (
        ("covers", entry.text("covers"), "checkpoint"),
        ("token", entry.text("token"), hashlib.sha256(stamp.token).hexdigest()),
        ("stamped", entry.text("stamped"), hashlib.sha256(one.note).hexdigest()),
        ("size", entry.data["size"], one.checkpoint.size),
        ("root", entry.text("root"), one.checkpoint.root.hex()),
        ("algorithm", entry.text("algorithm"), stamp.algorithm),
        ("at", entry.text("at"), f"{stamp.at:%Y-%m-%dT%H:%M:%SZ}"),
    )
    wrong = [field for field, said, found in pairs if said != found]
    if wrong:
        return failed("time.entry", where, "entry-differs", what=", ".join(wrong), index=entry.index)
    if entry.index < one.checkpoint.size:
        return failed("time.entry", where, "time-before", index=entry.index)
    return passed("time.entry", where, index=entry.index)


def time_trust(times: Sequence[BundleTime], anchors: Sequence[TimeAnchor], name: str) -> list[Fact]:
    """One fact for each timestamp that holds: whether its authority is one the reader named.

    Where authorities were named and none of the timestamps comes from one of them, that is a failure; with several
    authorities in a bundle it is enough that one is believed.
    """
    facts: list[Fact] = []
    for one in times:
        if not one.holds or one.timestamp is None:
            continue
        where = Place(file=name, part=one.path)
        try:
            anchor = named_by(one.timestamp, anchors)
        except Refused as refused:
            if refused.reason == _NOT_ACCEPTED:  # another timestamp of the bundle may be
                facts.append(
                    unknown(AUTHORITY, where, _NOT_ACCEPTED, authority=one.authority, **refused.params)
                )
            else:
                facts.append(refused.fact(AUTHORITY, where, authority=one.authority))
            continue
        if anchor is not None:
            one.named = anchor.name
            facts.append(passed(AUTHORITY, where, authority=one.authority, anchor=anchor.name))
        else:
            facts.append(unknown(AUTHORITY, where, "ts-unnamed", authority=one.authority))
    is_other = bool(anchors) and bool(facts) and all(fact.reason in _STRANGE for fact in facts)
    if is_other:
        return [
            failed(AUTHORITY, fact.where, "ts-other", **fact.params)
            if fact.reason == "ts-unnamed"
            else failed(AUTHORITY, fact.where, "ts-not-accepted", **fact.params)
            for fact in facts
        ]
    return facts
