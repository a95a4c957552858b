"""Is the workspace in working order: database, store, signing key, clock, certificates. Nothing is written."""

from __future__ import annotations

import ctypes
import shutil
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from sqlalchemy import select

from evidence.clock import Source
from evidence.errors import EvidenceError, Problem, fail
from evidence.i18n import describe, translate
from evidence.journal.engine import POSTGRESQL, named_url, reading
from evidence.journal.entries import parse_entry
from evidence.letters.kinds import kind_label
from evidence.workspace import schema
from evidence.workspace.config import FILE_NAME, load_authorities
from evidence.workspace.core import Desk, open_desk
from evidence.workspace.named import evenly, few_files, named_files
from evidence.workspace.openruns import open_runs
from evidence.workspace.store import Store

__all__ = ["Finding", "certificates", "examine", "ntp_offset", "require_healthy"]

CLOCK_S = 5
"""Seconds by which two clocks may differ before it is told: minutes stand in letters, seconds in the journal."""
EXPIRY_DAYS = 60
_NAMED = 6
_LOOKED = 20  # files that a server is asked for
_LEAST_ROOM = 1 << 28
_NTP_EPOCH = 2208988800
_NTP_PORT = 123
_TIME_ERROR = 5  # ntp_adjtime(3): the clock is not held by anything


def n_(message: str) -> str:
    """Marks a message for the catalogue."""
    return message


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the workspace: what was found, or what to do. Without what is ``needed`` no work goes well."""

    part: str
    ok: bool
    detail: str
    fix: str = ""
    needed: bool = True


def require_healthy(desk: Desk) -> None:
    """For a server's health page: database and store answer, and have what they should. Raises what stands in the way.

    A server of files is asked for a few only, once, and waited for a few seconds.
    """
    with reading(desk.engine) as connection:
        connection.execute(select(schema.META.c.value).where(schema.META.c.key == "schema")).scalar_one()
        few = few_files(connection)
    store = desk.store.in_haste()
    store.check()
    _require_kept(store, sorted(few))


def _require_kept(store: Store, names: list[str]) -> None:
    if lost := store.lost(names):
        raise fail("workspace.store-missing", file=_listed(lost, 1))


def _listed(names: list[str], most: int) -> str:
    return ", ".join(names[:most]) + (f" … +{len(names) - most}" if len(names) > most else "")


def examine(root: Path, source: Source, lang: str, ntp: str = "") -> list[Finding]:
    """Every part of the workspace in ``root``; ``ntp`` is a server of time to compare the clock with."""

    def t(message: str, **params: str | int) -> str:
        return translate(message, lang, **params)

    try:
        desk = open_desk(root, source)
    except EvidenceError as error:
        return [_faulty(t(n_("workspace")), error.problems[0], lang)]
    try:
        return [
            _tried(t(n_("database")), lambda: _database(desk), lang),
            _tried(t(n_("store")), lambda: _store(desk, t), lang),
            _exhibits(desk, lang, t),
            *_key(desk, lang, t),
            *_runs(desk, lang, t),
            *_clocks(desk, ntp, lang, t),
            *certificates(desk.root, source.now(), t),
        ]
    finally:
        desk.close()


def _tried(part: str, look: Callable[[], str], lang: str) -> Finding:
    try:
        return Finding(part, True, look())
    except EvidenceError as error:
        return _faulty(part, error.problems[0], lang)


def _faulty(part: str, problem: Problem, lang: str) -> Finding:
    message, hint = describe(problem, lang)
    return Finding(part, False, message, hint)


def _database(desk: Desk) -> str:
    with desk.reading() as connection:
        size = desk.journal.size(connection)
    return f"{named_url(desk.engine)} ({size})"


def _store(desk: Desk, t: Callable[..., str]) -> str:
    desk.store.check()
    if desk.store.is_remote:
        with desk.reading() as connection:
            named = named_files(connection)
        looked = evenly(named, _LOOKED)
        _require_kept(desk.store, looked)
        words = n_("{looked} of {n} files looked for, all there")
        return f"{desk.store.shown} ({t(words, looked=len(looked), n=len(named))})"
    free = shutil.disk_usage(desk.store.root).free
    return f"{desk.store.shown} ({t(n_('{free} GiB free'), free=f'{free / (1 << 30):.1f}')})"


def _exhibits(desk: Desk, lang: str, t: Callable[..., str]) -> Finding:
    """Whether the file of every exhibit is there, or of some on a server. Reading them all would take long: ``evidence
    bundle`` reads its own."""
    part = t(n_("exhibits"))
    table = schema.EXHIBITS
    with desk.reading() as connection:
        rows = connection.execute(select(table.c.id, table.c.account, table.c.name, table.c.sha256)).all()
    names = {str(row.sha256) for row in rows}
    looked = evenly(names, _LOOKED) if desk.store.is_remote else sorted(names)
    try:
        gone = set(desk.store.lost(looked))
    except EvidenceError as error:
        return _faulty(part, error.problems[0], lang)
    lost = [
        f"{row.account} #{row.id} {row.name}"
        for row in sorted(rows, key=lambda row: row.id)
        if row.sha256 in gone
    ]
    if not lost and len(looked) < len(names):
        words = n_("{looked} of {n} files looked for, all there")
        return Finding(part, True, t(words, looked=len(looked), n=len(names)))
    if not lost:
        words = n_("{n}, every file is there; whether they are as they were put there was not looked at")
        return Finding(part, True, t(words, n=len(rows)))
    words = n_("files are missing in the store: {names}")
    fix = t(n_("bring them back from a backup"))
    return Finding(part, False, t(words, names=_listed(lost, _NAMED)), fix)


def _key(desk: Desk, lang: str, t: Callable[..., str]) -> Iterator[Finding]:
    """The private key where it is away; nothing where it is in its place."""
    try:
        desk.require_key()
    except EvidenceError as error:
        yield _faulty(t(n_("signing key")), error.problems[0], lang)


def _runs(desk: Desk, lang: str, t: Callable[..., str]) -> Iterator[Finding]:
    """Runs of letters that are not finished; nothing where there are none."""
    with desk.reading() as connection:
        found = open_runs(connection)
    for run in found:
        problem = run.problem()
        params = {**problem.params, "kind": kind_label(run.kind.value, lang)}
        message, hint = describe(replace(problem, params=params), lang)
        yield Finding(t(n_("run of letters")), False, message, hint, needed=False)


# --- the clock


def _clocks(desk: Desk, ntp: str, lang: str, t: Callable[..., str]) -> Iterator[Finding]:
    part = t(n_("clock"))
    fix = t(n_("set the clock: timedatectl set-ntp true"))
    now = desk.source.now()
    with desk.reading() as connection:
        size = desk.journal.size(connection)
        last = parse_entry(desk.journal.entry(connection, size - 1)).at
    if last > now + timedelta(seconds=CLOCK_S):
        words = n_("now {now}, yet the journal's last entry is of {last}")
        yield Finding(part, False, t(words, now=_at(now), last=_at(last)), fix)
    held = _is_held()
    if held is False:
        yield Finding(part, False, t(n_("held by no server of time")), fix, needed=False)
    elif held:
        yield Finding(part, True, t(n_("held by a server of time")))
    if desk.engine.dialect.name == POSTGRESQL:
        with desk.engine.connect() as connection:
            there = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        yield _compared(part, (there - desk.source.now()).total_seconds(), t(n_("the database's")), fix, t)
    if ntp:
        try:
            yield _compared(part, ntp_offset(ntp), ntp, fix, t)
        except OSError as error:
            words = n_("{host} does not answer: {reason}")
            yield Finding(
                part, False, t(words, host=ntp, reason=str(error)), t(n_("name another server of time"))
            )


def _compared(part: str, offset: float, whose: str, fix: str, t: Callable[..., str]) -> Finding:
    is_near = abs(offset) <= CLOCK_S
    words = n_("{offset} s behind {whose}") if offset > 0 else n_("{offset} s ahead of {whose}")
    return Finding(part, is_near, t(words, offset=f"{abs(offset):.1f}", whose=whose), "" if is_near else fix)


def _is_held() -> bool | None:
    """Whether the kernel's clock is kept by a server of time; ``None`` where the kernel does not say."""
    call = getattr(ctypes.CDLL(None), "ntp_adjtime", None)
    if call is None:
        return None
    state = call(ctypes.create_string_buffer(512))  # modes 0: only asked; the structure has 208 bytes
    return None if state < 0 else state != _TIME_ERROR


def ntp_offset(server: str, timeout_s: float = 5) -> float:
    """By how many seconds this machine's clock is behind that of ``HOST[:PORT]``, by one SNTP exchange (RFC 4330)."""
    host, _, port = server.partition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(timeout_s)
        asking.connect((host, int(port or _NTP_PORT)))
        sent = datetime.now(UTC).timestamp()
        asking.send(b"\x23" + bytes(47))
        answer = asking.recv(512)
        came = datetime.now(UTC).timestamp()
    if len(answer) < 48 or answer[0] & 7 != 4 or not answer[1]:
        raise OSError("no answer of a server of time")
    received, left = (
        seconds - _NTP_EPOCH + fraction / 2**32
        for seconds, fraction in (struct.unpack("!II", answer[at : at + 8]) for at in (32, 40))
    )
    return float((received - sent) + (left - came)) / 2


# --- certificates


def certificates(root: Path, now: datetime, t: Callable[..., str]) -> Iterator[Finding]:
    """Each certificate in ``keys/`` and of a timestamp authority, and until when it is valid."""
    named = [root / authority.ca for authority in load_authorities(root / FILE_NAME)]
    inside = sorted(path for path in (root / "keys").iterdir() if path.suffix in (".pem", ".crt", ".cer"))
    for path in dict.fromkeys([*named, *inside]):
        name = path.name
        try:
            data = path.read_bytes()
        except OSError as error:
            yield Finding(name, False, error.strerror or "", t(n_("put the file back, or name another")))
            continue
        if b"CERTIFICATE" not in data and path not in named:
            continue  # a key
        try:
            found = x509.load_pem_x509_certificates(data)
        except ValueError:
            try:
                found = [x509.load_der_x509_certificate(data)]
            except ValueError:
                yield Finding(
                    name, False, t(n_("no certificate")), t(n_("put the file back, or name another"))
                )
                continue
        ends = min(one.not_valid_after_utc for one in found)
        if ends < now:
            yield Finding(
                name, False, t(n_("ran out on {day}"), day=_day(ends)), t(n_("get a new certificate"))
            )
        elif ends < now + timedelta(days=EXPIRY_DAYS):
            told = t(n_("runs out on {day}"), day=_day(ends))
            yield Finding(name, False, told, t(n_("get a new certificate")), needed=False)
        else:
            yield Finding(name, True, t(n_("valid until {day}"), day=_day(ends)))


def _at(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
