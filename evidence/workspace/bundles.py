"""The dated evidence file of one account: gathered from store and journal, sealed, and packed."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, select

from evidence.bundle.bag import (
    SEAL,
    digests_of,
    files_of,
    intact,
    with_tag_manifest,
)
from evidence.bundle.profile import DEFAULT, load_profile
from evidence.bundle.texts import words
from evidence.clock import CHINA
from evidence.errors import EvidenceError, Place, Problem
from evidence.journal.canonical import dumps
from evidence.resources import fonts_dir
from evidence.workspace import schema
from evidence.workspace.anchors import covering
from evidence.workspace.annexes import ANNEXES, same_figures
from evidence.workspace.bundlecheck import Judged, write_check
from evidence.workspace.bundlefiles import DISCLOSURE, Sealed, identity_of, readme_of, seal_files
from evidence.workspace.bundlegate import examined
from evidence.workspace.bundlepack import enter, pack, restamp, setting_room
from evidence.workspace.cases import require_account
from evidence.workspace.claims import Claims
from evidence.workspace.core import Desk
from evidence.workspace.courtforms import CourtForm, blank_problems
from evidence.workspace.gate import BUNDLE, BlockedError, Gate, Overrides, Passage
from evidence.workspace.gather import FONT, Gathered, gather
from evidence.workspace.readiness import Readiness
from evidence.workspace.steps import reached
from evidence.workspace.textlayer import require_reader, with_text_layer

_VOLUME = re.compile(r"data/volume-[0-9]+\.pdf")


@dataclass(frozen=True, slots=True)
class BundleResult:
    """A bundle and where it lies. ``check`` is the sheet for the lawyer (Word, PDF), where one was asked for.

    ``volumes`` are the names of its PDFs under ``data/``, ``copies`` how many sets the court wants.
    """

    id: str
    folder: Path
    zip_path: Path
    exhibits: int
    pages: int
    seal_sha256: str
    journal_index: int
    warnings: tuple[Problem, ...]
    forms: tuple[CourtForm, ...] = ()
    check: tuple[Path, ...] = ()
    volumes: tuple[str, ...] = ("bundle.pdf",)
    copies: int = 1


def make_bundle(
    desk: Desk,
    account_id: str,
    *,
    locale: str | None = None,
    converter: str | None = None,
    overrides: Overrides | None = None,
    forms: Collection[str] | None = None,
    profile: str | Path | None = None,
    duplex: bool = False,
    check: bool = False,
    ocr: bool = False,
) -> BundleResult:
    """Make the evidence file of one account under ``bundles/``, as a folder and a zip.

    It holds what concerns the account's present owner and may be shown to a court: what is left out, and what
    a reader should know, comes back as warnings. Where nothing has changed since a bundle was made, that one
    is handed back. A bundle is journaled before it is packed; if packing was cut off, calling again packs the
    same bundle, unless the case has changed since: then a new version is made.

    The account passes the gate on the day of making (:mod:`evidence.workspace.gate`), once before anything is set and
    again with the finished file, before it is journaled. ``overrides`` maps rules to reasons, which are kept in the case
    file and never in the bundle: it goes to the other side. Raises ``readiness.blocked`` for every failing rule, and
    ``bundle.nothing-to-show`` for an owner without letter or exhibit (``bundle.nothing-demanded`` where no letter can be
    written now either). ``check`` writes the sheet for the lawyer beside it (:mod:`evidence.workspace.bundlecheck`).

    ``profile`` names a court profile, or the file of one (:mod:`evidence.bundle.profile`): limits of a volume, columns,
    copies, page numbers. ``duplex`` begins each exhibit on a front side whatever the profile says. ``ocr`` puts a text
    layer behind scans and photos (:mod:`evidence.workspace.textlayer`; ``bundle.ocr-missing`` without ocrmypdf).
    """
    if ocr:
        require_reader()
    locale = locale or desk.office.locale
    gate = Gate(desk, BUNDLE, overrides)
    court = load_profile(profile or DEFAULT)
    court = court.printed_on_both_sides() if duplex else court
    with desk.locked(), setting_room(desk) as room:
        now = desk.source.now()
        today = now.astimezone(CHINA).date()
        with desk.reading() as connection:
            account, person = require_account(connection, account_id)
            gathered = gather(desk, connection, account, person, locale, today)
            earlier = _earlier(connection, account.id)
            if not gathered.exhibits:
                held = not Claims(desk, connection, today, only=account.id).of(account).claim.lines
                code = "bundle.nothing-demanded" if held else "bundle.nothing-to-show"
                raise EvidenceError([Problem(code, Place(), {"account": account.id}), *gathered.warnings])
            claims = Claims(desk, connection, today, only=account.id)
            found = gate.look(connection, claims, account, person)
        _let_pass(gate, found, account.id, person)
        if ocr:
            read, unread = with_text_layer(
                gathered.exhibits, words(locale).placeholder, fonts_dir() / FONT[locale]
            )
            gathered = replace(gathered, exhibits=read, warnings=(*gathered.warnings, *unread))

        def sealed(made_at: datetime, version: int, before: int | None = None) -> Sealed:
            place = room / f"{version}-{made_at:%Y%m%d%H%M%S%f}"
            return seal_files(
                desk,
                account,
                person,
                gathered,
                made_at,
                version,
                locale,
                converter,
                forms,
                court,
                place,
                before,
            )

        made = None
        for row in earlier:
            if not _may_be(desk, row, row is earlier[0], gathered, locale, forms is not None):
                continue
            made_at = datetime.fromisoformat(row.made_at)
            on_disk = (desk.root / "bundles" / row.folder).exists()
            if on_disk and not same_figures(desk, account.id, made_at, today):
                continue
            again = sealed(made_at, row.version, row.journal_index)
            if again.seal_sha256 == row.seal_sha256:
                made = again
                break
        lies_there = made is not None and (desk.root / "bundles" / made.id).exists()
        if made is None:
            with desk.reading() as connection:
                version = _next_version(desk, connection, account.id, now)
            made = sealed(now, version)
        if not lies_there:
            reached("composed")
        if found is not None:
            with desk.reading() as connection:
                found = examined(desk, connection, found, gathered, made)
        passage = _let_pass(gate, found, account.id, person)
        gathered = replace(gathered, warnings=(*gathered.warnings, *passage.warnings))
        if lies_there and _same_time(desk, row, gathered):
            result = _unchanged(desk, made, row.journal_index, gathered)
        else:
            index, proofs = enter(desk, account, person, made, gathered, gate, passage)
            if lies_there:
                restamp(desk, made, proofs)
                note = Problem("bundle.restamped", Place(), {"bundle": made.id})
                result = _result(desk, made, index, (note, *gathered.warnings))
            else:
                reached("sealed")
                pack(desk, made.id, with_tag_manifest({**made.files, SEAL: made.seal, **proofs}))
                reached("packed")
                result = _result(desk, made, index, gathered.warnings)
    if not check or found is None:
        return result
    sheet = write_check(
        desk, account, person, made, gathered, Judged(found, passage.used), result.warnings,
        locale=locale, converter=converter,
    )  # fmt: skip
    return replace(result, check=sheet)


def _let_pass(gate: Gate, found: Readiness | None, account: str, person: str) -> Passage:
    """The gate's answer; raises :class:`~evidence.workspace.gate.BlockedError` for every failing rule not overridden."""
    if found is None:
        return gate.not_judged(account)
    passage = gate.passage(found, person)
    if passage.blocked:
        raise BlockedError(passage.blocked, found)
    return passage


def _result(desk: Desk, made: Sealed, index: int, warnings: Sequence[Problem]) -> BundleResult:
    folder = desk.root / "bundles" / made.id
    return BundleResult(
        made.id,
        folder,
        folder.with_name(f"{made.id}.zip"),
        len(made.composed.rows),
        made.composed.pages,
        made.seal_sha256,
        index,
        (*warnings, *made.composed.warnings, *blank_problems(made.account, made.forms)),
        made.forms,
        volumes=tuple(volume.name for volume in made.composed.volumes),
        copies=made.composed.copies,
    )


def _unchanged(desk: Desk, made: Sealed, index: int, gathered: Gathered) -> BundleResult:
    """The bundle that lies there whole; its zip is written again from the folder, lest it is gone."""
    folder = desk.root / "bundles" / made.id
    pack(desk, made.id, files_of(folder))
    note = Problem("bundle.unchanged", Place(), {"bundle": made.id})
    return _result(desk, made, index, (note, *gathered.warnings))


def _earlier(connection: Connection, account: str) -> list[Row[Any]]:
    """The account's bundles that the journal holds, latest first."""
    table = schema.BUNDLES
    query = select(table).where(table.c.account == account).order_by(table.c.version.desc())
    return list(connection.execute(query))


def _same_time(desk: Desk, row: Row[Any], gathered: Gathered) -> bool:
    """Whether a bundle on the disk holds the timestamps that one made now would hold."""
    with desk.reading() as connection:
        stamps = covering(connection, [*gathered.indexes, row.journal_index])
    names = {f"time-{stamp.index:06d}.tst" for stamp in stamps}
    folder = desk.root / "bundles" / row.folder / "journal"
    return names == {path.name for path in folder.glob("time-*.tst")}


def _may_be(
    desk: Desk, row: Row[Any], latest: bool, gathered: Gathered, locale: str, with_forms: bool
) -> bool:
    """Whether an earlier bundle may be what would be made now, told without setting its pages again.

    One that is not on the disk counts only as the latest: its packing was cut off. One on the disk counts if it
    is whole and holds the same originals, told in the same script.
    """
    folder = desk.root / "bundles" / row.folder
    if not folder.exists():
        return latest
    found = intact(folder, row.seal_sha256)
    if found is None:
        return False
    expected = dict(gathered.originals)
    expected[DISCLOSURE] = dumps(dict(gathered.disclosure))
    volumes = sum(_VOLUME.fullmatch(path) is not None for path in found) or 1
    made_at = datetime.fromisoformat(row.made_at)
    expected["README.txt"] = readme_of(desk, row.id, made_at, locale, with_forms, volumes)
    # Annexes follow from the day of making: the seal tells of them, once the file is made again for that day.
    originals = (p for p in found if p.startswith("data/originals/") and not p.startswith(ANNEXES))
    held = {*originals, DISCLOSURE, "README.txt"}
    return held == expected.keys() and all(
        found.get(path) == digests_of(content).sha256.hex() for path, content in expected.items()
    )


def _next_version(desk: Desk, connection: Connection, account: str, made_at: datetime) -> int:
    """One more than the account's last, and past every name that is taken: two accounts may share a safe name."""
    table = schema.BUNDLES
    last = connection.execute(select(func.max(table.c.version)).where(table.c.account == account)).scalar()
    version = int(last or 0) + 1
    taken = set(connection.execute(select(table.c.id)).scalars())
    while (name := identity_of(account, made_at, version)) in taken or any(
        (desk.root / "bundles" / f"{name}{suffix}").exists() for suffix in ("", ".zip")
    ):
        version += 1
    return version
