"""Independent time: the journal's head stamped by the authorities the office has named (docs/formats.md §6).

One token on a checkpoint dates every entry under it. The network is asked without the workspace's lock, so that a slow
authority holds nobody up; what comes back is kept in the store and the journal in one short transaction. One authority's
fault is no reason to do without the others: all are asked, and all faults come back together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.journal import entries
from evidence.journal.entries import parse_entry
from evidence.journal.note import parse_checkpoint
from evidence.model.office import TimestampAuthority
from evidence.model.timepolicy import parse_time_policy
from evidence.workspace import schema
from evidence.workspace.config import FILE_NAME, load_authorities, load_time_policy
from evidence.workspace.core import Desk

if TYPE_CHECKING:
    from cryptography import x509

    from evidence.bundle.exhibits import Exhibit
    from evidence.stamp.timestamp import Received

CHECKPOINT, RENEWAL = "checkpoint", "renewal"
#: Entries that say nothing but that something was stamped: a head that grew by these alone needs no new stamp.
OWN = ("time.anchored", "time.renewed")
#: An authority's time and ours may differ by so much before the office is told.
CLOCK_S = 300


@dataclass(frozen=True, slots=True)
class Stamped:
    """One token kept. ``authority`` is the office's name for it, ``signer`` the one in its certificate."""

    authority: str
    signer: str
    covers: str
    size: int
    at: datetime
    token_sha256: str
    index: int
    is_test: bool


@dataclass(frozen=True, slots=True)
class AnchorResult:
    """``size`` and ``root`` are the head's; ``unchanged`` the authorities that had stamped all of it already."""

    size: int
    root: str
    stamped: tuple[Stamped, ...]
    unchanged: tuple[str, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """Bytes to be stamped: a checkpoint's note, or a renewal record, and the checkpoint these speak of."""

    covers: str
    data: bytes
    size: int
    root: bytes
    algorithm: str = ""


@dataclass(frozen=True, slots=True)
class _Answer:
    authority: TimestampAuthority
    subject: Subject
    algorithm: str
    received: Received


def anchor(desk: Desk, only: Sequence[str] = ()) -> AnchorResult:
    """Stamp the journal's head, and renewal records not stamped yet, by each authority or those named in ``only``.

    Faults of authorities come back in ``problems`` (codes ``stamp.tsa-…``); where none is configured there is a warning.
    An authority that has stamped everything but entries about stamping is not asked again. Raises
    ``stamp.tsa-unknown`` for a name that ``evidence.toml`` does not have.
    """
    authorities = _chosen(desk, only)
    with desk.locked(), desk.writing() as connection:
        note = desk.checkpoint(connection)
        head = parse_checkpoint(note)
        subject = Subject(CHECKPOINT, note.encode(), head.size, head.root)
        work = {
            authority.name: [
                *([] if _is_covered(desk, connection, authority.name) else [subject]),
                *_renewals(desk, connection, authority.name),
            ]
            for authority in authorities
        }
    answers: list[_Answer] = []
    problems: list[Problem] = []
    warnings = [] if authorities else [Problem("stamp.tsa-none")]
    for authority in authorities:
        if authority.test:
            warnings.append(Problem("stamp.tsa-test", Place(part=authority.name), {"name": authority.name}))
        for one in work[authority.name]:
            try:
                answers.append(_ask(desk, authority, one))
            except EvidenceError as error:
                problems += error.problems
    kept = tuple(_keep(desk, answers)) if answers else ()
    warnings += [] if desk.is_test else _clocks(desk, kept)
    idle = tuple(name for name, subjects in work.items() if not subjects)
    return AnchorResult(head.size, head.root.hex(), kept, idle, tuple(problems), tuple(warnings))


def configured(desk: Desk) -> tuple[TimestampAuthority, ...]:
    """The authorities of the workspace's ``evidence.toml``."""
    return load_authorities(desk.root / FILE_NAME)


def certificates_of(desk: Desk, authority: TimestampAuthority) -> list[x509.Certificate]:
    """The authority's CA certificates; ``stamp.tsa-ca``."""
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates((desk.root / authority.ca).read_bytes())
    except (OSError, ValueError):
        where, path = Place(part=authority.name), {"path": authority.ca}
        raise EvidenceError([Problem("stamp.tsa-ca", where, path)]) from None


def covering(connection: Connection, indexes: Sequence[int]) -> tuple[schema.Stamp, ...]:
    """Of each authority the first timestamps that cover an entry of ``indexes``: what travels with a bundle."""
    table = schema.TIMESTAMPS
    query = select(table).where(table.c.covers == CHECKPOINT).order_by(table.c.size, table.c.journal_index)
    rows = [schema.Stamp(*row) for row in connection.execute(query)]
    wanted: dict[int, schema.Stamp] = {}
    for authority in {row.authority for row in rows}:
        own = [row for row in rows if row.authority == authority]
        for index in indexes:
            first = next((row for row in own if row.size > index), None)
            if first is not None:
                wanted[first.index] = first
    return tuple(wanted[index] for index in sorted(wanted))


def dated(
    desk: Desk, connection: Connection, exhibits: Sequence[Exhibit], before: int | None
) -> tuple[Exhibit, ...]:
    """Each exhibit that an entry commits to with the first moment at which an authority attests that entry.

    Timestamps recorded from entry ``before`` on do not count, nor those for tests in a journal that is none.
    """
    table = schema.TIMESTAMPS
    query = select(table).where(table.c.covers == CHECKPOINT)
    stamps = [schema.Stamp(*row) for row in connection.execute(query)]
    counting = [
        stamp
        for stamp in stamps
        if (before is None or stamp.index < before) and _counts(desk, connection, stamp.index)
    ]

    def first(entry: int | None) -> str:
        moments = [datetime.fromisoformat(s.at) for s in counting if entry is not None and s.size > entry]
        return f"{min(moments).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moments else ""

    return tuple(replace(exhibit, stamped=first(exhibit.entry)) for exhibit in exhibits)


def _counts(desk: Desk, connection: Connection, index: int) -> bool:
    entry = parse_entry(desk.journal.entry(connection, index))
    return desk.is_test or entry.data["test"] is not True


def _chosen(desk: Desk, only: Sequence[str]) -> tuple[TimestampAuthority, ...]:
    known = {authority.name: authority for authority in configured(desk)}
    names = ", ".join(known) or "-"
    wrong = [name for name in only if name not in known]
    if wrong:
        raise EvidenceError(
            Problem("stamp.tsa-unknown", Place(), {"name": name, "known": names}) for name in wrong
        )
    return tuple(authority for name, authority in known.items() if not only or name in only)


def _is_covered(desk: Desk, connection: Connection, authority: str) -> bool:
    table = schema.TIMESTAMPS
    query = select(func.max(table.c.size)).where(table.c.authority == authority, table.c.covers == CHECKPOINT)
    size = connection.execute(query).scalar()
    return size is not None and only_own(desk, connection, size)


def only_own(desk: Desk, connection: Connection, size: int) -> bool:
    """Whether nothing but entries about time followed the first ``size``."""
    return all(parse_entry(entry).type in OWN for entry in desk.journal.entries(connection, size))


def _renewals(desk: Desk, connection: Connection, authority: str) -> list[Subject]:
    """Renewal records that this authority has not stamped."""
    done = select(schema.TIMESTAMPS.c.stamped_sha256).where(schema.TIMESTAMPS.c.authority == authority)
    table = schema.RENEWALS
    query = select(table).where(table.c.record_sha256.not_in(done)).order_by(table.c.journal_index)
    subjects = []
    for row in connection.execute(query):
        entry = parse_entry(desk.journal.entry(connection, row.journal_index))
        size = entry.data["size"]
        if not isinstance(size, int):
            raise TypeError("size")  # the entry's form has an integer
        root = desk.journal.root(connection, size)
        data = desk.store.get(row.record_sha256)
        subjects.append(Subject(RENEWAL, data, size, root, row.algorithm))
    return subjects


def _ask(desk: Desk, authority: TimestampAuthority, subject: Subject) -> _Answer:
    from evidence.stamp.authority import ask_command, ask_http
    from evidence.stamp.timestamp import accept, make_request

    where = Place(part=authority.name)
    named = certificates_of(desk, authority)
    algorithm = subject.algorithm or authority.hash
    request = make_request(subject.data, algorithm, authority.policy, desk.source.random)
    if authority.url:
        data = ask_http(authority.url, request.der, where)
    else:
        data = ask_command(authority.command, request.der, where, desk.root)
    received = accept(data, request, named, where)
    _require_accepted(desk, authority, algorithm, named, received)
    return _Answer(authority, subject, algorithm, received)


def _require_accepted(
    desk: Desk,
    authority: TimestampAuthority,
    algorithm: str,
    named: Sequence[x509.Certificate],
    received: Received,
) -> None:
    """``stamp.tsa-not-accepted`` for what the office's policy file, if it has one, does not accept."""
    name = load_time_policy(desk.root / FILE_NAME)
    if not name:
        return
    path, where = desk.root / name, Place(part=authority.name)
    try:
        rules = parse_time_policy(path.read_text("utf-8-sig"), name)
    except (OSError, UnicodeDecodeError) as error:
        raise fail("general.file-unreadable", where, path=str(path), reason=str(error)) from None
    objections = []
    for rule in rules:
        held = TimestampAuthority(name=rule.name, ca=str(path.parent / rule.ca))
        if not set(certificates_of(desk, held)) & set(named):
            continue
        objection = rule.objection(
            certificate=received.certificate,
            policy=received.policy,
            algorithm=algorithm,
            at=received.gen_time,
        )
        if not objection:
            return
        objections.append(objection)
    key = objections[0] if objections else "ca"
    raise fail("stamp.tsa-not-accepted", where, file=name, name=authority.name, key=key)


def _keep(desk: Desk, answers: Sequence[_Answer]) -> list[Stamped]:
    """Files first, then entries and rows in one transaction: an entry never speaks of a file that is not there."""
    kept = []
    with desk.locked():
        for answer in answers:
            desk.store.put(answer.subject.data)
            desk.store.put(answer.received.token)
        with desk.writing() as connection:
            now, by = desk.source.now(), desk.signer.public.kid.hex()
            for answer in answers:
                subject, received = answer.subject, answer.received
                token = hashlib.sha256(received.token).hexdigest()
                stamped = hashlib.sha256(subject.data).hexdigest()
                entry = entries.time_anchored(
                    at=now,
                    by=by,
                    authority=answer.authority.name,
                    covers=subject.covers,
                    size=subject.size,
                    root=subject.root.hex(),
                    stamped=stamped,
                    algorithm=answer.algorithm,
                    token=token,
                    gen_time=received.gen_time,
                    test=answer.authority.test,
                )
                index = desk.journal.append(connection, [entry]).start
                row = {
                    "journal_index": index,
                    "authority": answer.authority.name,
                    "covers": subject.covers,
                    "size": subject.size,
                    "stamped_sha256": stamped,
                    "token_sha256": token,
                    "at": received.gen_time.isoformat(),
                }
                connection.execute(schema.TIMESTAMPS.insert(), row)
                kept.append(
                    Stamped(
                        answer.authority.name,
                        received.authority,
                        subject.covers,
                        subject.size,
                        received.gen_time,
                        token,
                        index,
                        answer.authority.test,
                    )
                )
    return kept


def _clocks(desk: Desk, kept: Sequence[Stamped]) -> list[Problem]:
    now = desk.source.now()
    return [
        Problem("stamp.tsa-clock", Place(part=one.authority), {"name": one.authority, "seconds": seconds})
        for one in kept
        if (seconds := round(abs((now - one.at).total_seconds()))) > CLOCK_S
    ]
