"""The clerk's register of exhibits: kept, listed, put right, and filled from a table."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter
from sqlalchemy import Connection, Row, select, update

from evidence.bundle.media import media_type_of
from evidence.bundle.register import FIELDS, GROUP, KINDS, ORIGINALS, Details, assumed, column_of, value_of
from evidence.errors import EvidenceError, Place, Problem
from evidence.workspace import schema
from evidence.workspace.cases import require_account
from evidence.workspace.casesheets import sheets
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import read_file

_COLUMN = {field: "group_code" if field == "group" else field for field in FIELDS}


@dataclass(frozen=True, slots=True)
class Kept:
    """An exhibit on file. ``id`` is its number in the register, by which it is put right."""

    id: int
    account: str
    details: Details
    file_name: str
    media_type: str
    sha256: str
    new: bool = False

    @property
    def name(self) -> str:
        return self.details.name

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "account": self.account,
            **asdict(self.details),
            "file": self.file_name,
            "media_type": self.media_type,
            "sha256": self.sha256,
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to be kept, what is said of it, and where that was said. ``details.name`` is never empty."""

    path: Path
    data: bytes
    account: str
    details: Details
    where: Place


def keep(desk: Desk, account_id: str, files: Sequence[Path], details: Details) -> list[Kept]:
    """Keep files as exhibits of an account and its present owner, untouched; all have the same ``details``.

    The same file under the same name is kept once. Raises :class:`EvidenceError` with all that is wrong with files and
    texts; nothing is kept then.
    """
    contents = [(path, read_file(path)) for path in files]
    labels = [details.name or path.stem for path in files]
    if details.name and len(files) > 1:
        labels = [f"{details.name}（{i}）" for i in range(1, len(files) + 1)]
    wanted = [
        Wanted(path, data, account_id, replace(details, name=label), Place(file=_shown(path.name)))
        for (path, data), label in zip(contents, labels, strict=True)
    ]
    problems = [
        *(problem for one in wanted for problem in _file_problems(one)),
        *_text_problems(details, FIELDS[1:], None),
    ]
    if problems:
        raise EvidenceError(problems)
    return _keep(desk, wanted)


def import_table(desk: Desk, table: Path, account_id: str | None = None) -> list[Kept]:
    """Keep what a table of exhibits lists (XLSX, ODS, XLS, CSV), one a row, each file beside the table.

    Columns are the fields of the register in English or Chinese, ``file`` and, where ``account_id`` is not given,
    ``account``. A file that is on file already gets what its row says; cells left empty change nothing. All faults of the
    table at once, each by its cell; nothing is kept then.
    """
    problems: list[Problem] = []
    wanted: list[Wanted] = []
    for sheet, rows in sheets(table):
        if any(cell.strip() for row in rows for cell in row):
            found, faults = _read(desk, table, sheet, rows, account_id)
            wanted += found
            problems += faults
    if not wanted and not problems:
        problems.append(
            Problem("workspace.exhibit-table-empty", Place(file=table.name), {"file": table.name})
        )
    if problems:
        raise EvidenceError(problems)
    return _keep(desk, wanted, rename=True)


def listed(connection: Connection, account: str, person: str) -> list[Kept]:
    """The exhibits an account's owner's case has, in the order they were taken in."""
    table = schema.EXHIBITS
    mine = (table.c.account == account, table.c.person == person)
    return [_kept(row) for row in connection.execute(select(table).where(*mine).order_by(table.c.id))]


def list_exhibits(desk: Desk, account_id: str) -> list[Kept]:
    """As :func:`listed`, of the present owner."""
    with desk.reading() as connection:
        account, person = require_account(connection, account_id)
        return listed(connection, account.id, person)


def change(desk: Desk, account_id: str, number: int, changes: Mapping[str, str]) -> Kept:
    """Put right what is noted of an exhibit; its file stays as it is. ``changes`` maps fields to texts.

    Raises ``workspace.exhibit-unknown`` and the faults of the texts.
    """
    given = {field: value_of(field, text) for field, text in changes.items()}
    with desk.locked():
        with desk.reading() as connection:
            account, person = require_account(connection, account_id)
            found = {row.id: row for row in listed(connection, account.id, person)}
        if number not in found:
            known = ", ".join(map(str, found)) or "–"
            params: dict[str, str | int] = {"number": number, "account": account.id, "known": known}
            raise EvidenceError([Problem("workspace.exhibit-unknown", Place(), params)])
        details = replace(found[number].details, **given)
        problems = list(_text_problems(details, tuple(given), None))
        if not details.name:
            problems.append(_unusable("name", "", "汉字 A–Z 0–9", Place(part="name")))
        if problems:
            raise EvidenceError(problems)
        with desk.writing() as connection:
            _write(connection, number, details)
        return replace(found[number], details=details)


# --- reading a table


def _read(
    desk: Desk, table: Path, sheet: str, rows: Sequence[Sequence[str]], account_id: str | None
) -> tuple[list[Wanted], list[Problem]]:
    columns = {i: field for i, cell in enumerate(rows[0]) if (field := column_of(cell))}
    missing = {"file", *(() if account_id else ("account",))} - set(columns.values())
    if missing:
        params: dict[str, str | int] = {"columns": ", ".join(sorted(missing))}
        return [], [Problem("workspace.exhibit-table-columns", Place(table.name, sheet, 1), params)]
    wanted: list[Wanted] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows[1:], 2):
        cells = {
            field: value_of(field, row[i]) for i, field in columns.items() if i < len(row) and row[i].strip()
        }
        if not cells:
            continue
        places = {
            field: Place(table.name, sheet, number, get_column_letter(i + 1)) for i, field in columns.items()
        }
        row_place = Place(table.name, sheet, number)
        faults: list[Problem] = []
        given = cells.get("file", "")
        path, data = table.parent / given, b""
        if not given:
            faults.append(Problem("workspace.exhibit-table-file", places["file"], {"file": "–"}))
        else:
            try:
                data = read_file(path)
            except EvidenceError:
                faults.append(
                    Problem("workspace.exhibit-table-file", places["file"], {"file": _shown(given)})
                )
        account = account_id or cells.get("account", "")
        try:
            with desk.reading() as connection:
                require_account(connection, account)
        except EvidenceError as error:
            faults += [replace(p, where=places.get("account", row_place)) for p in error.problems]
        details = Details(**{field: text for field, text in cells.items() if field in FIELDS})
        faults += _text_problems(details, tuple(f for f in cells if f in FIELDS), places)
        details = replace(details, name=details.name or Path(given).stem)
        one = Wanted(path, data, account, details, places.get("file", row_place))
        if not faults:
            faults += _file_problems(one)
        problems += faults
        if not faults:
            wanted.append(one)
    return wanted, problems


# --- keeping


def _keep(desk: Desk, wanted: Sequence[Wanted], *, rename: bool = False) -> list[Kept]:
    """With ``rename`` a file that is on file once, under another name, gets the new one."""
    table = schema.EXHIBITS
    kept = []
    with desk.locked():
        with desk.reading() as connection:
            owners = {one.account: require_account(connection, one.account) for one in wanted}
        stored = [desk.store.put(one.data) for one in wanted]
        with desk.writing() as connection:
            before = set(connection.execute(select(table.c.id)).scalars())
            for one, sha256 in zip(wanted, stored, strict=True):
                account, person = owners[one.account]
                file = {"account": account.id, "person": person, "sha256": sha256}
                same = [table.c[column] == value for column, value in file.items()]
                rows = {row.name: row for row in connection.execute(select(table).where(*same))}
                row = rows.get(one.details.name)
                if row is None and rename and len(rows) == 1:
                    row = next((other for other in rows.values() if other.id in before), None)
                if row is None:
                    media_type = media_type_of(one.path.name, one.data)
                    details = assumed(one.details, media_type, desk.office.locale)
                    values = {
                        **file,
                        **{_COLUMN[field]: text for field, text in asdict(details).items()},
                        "file_name": one.path.name,
                        "media_type": media_type,
                    }
                    connection.execute(table.insert().values(values))
                    row = connection.execute(select(table).where(*same, table.c.name == details.name)).one()
                    kept.append(replace(_kept(row), new=True))
                    continue
                said = {field: text for field, text in asdict(one.details).items() if text}
                details = replace(_kept(row).details, **said)
                _write(connection, row.id, details)
                kept.append(replace(_kept(row), details=details))
    return kept


def _write(connection: Connection, number: int, details: Details) -> None:
    table = schema.EXHIBITS
    values = {_COLUMN[field]: text for field, text in asdict(details).items()}
    connection.execute(update(table).where(table.c.id == number).values(values))


def _kept(row: Row[Any]) -> Kept:
    details = Details(**{field: getattr(row, column) for field, column in _COLUMN.items()})
    return Kept(row.id, row.account, details, row.file_name, row.media_type, row.sha256)


# --- what is wrong


def _file_problems(one: Wanted) -> Iterator[Problem]:
    name = _shown(one.path.name)
    if not one.data:
        yield Problem("workspace.exhibit-empty", one.where, {"file": name})
    for field, text in (("file", one.path.name), ("name", one.details.name)):
        if _shown(text) != text:
            yield _unusable(field, _shown(text), "A–Z 0–9 汉字", one.where)


def _text_problems(
    details: Details, given: Iterable[str], places: Mapping[str, Place] | None
) -> Iterator[Problem]:
    """What is wrong with the fields ``given``; an empty one is none."""
    for field in given:
        text = str(getattr(details, field))
        where = places[field] if places else Place(part=field)
        if _shown(text) != text:
            yield _unusable(field, _shown(text), "A–Z 0–9 汉字", where)
        elif not text:
            continue
        elif field == "group" and not GROUP.fullmatch(text):
            yield _unusable(field, text, "B1 B2 …", where)
        elif field == "dated" and not _is_day(text):
            yield _unusable(field, text, "YYYY-MM-DD, for example 2026-11-25", where)
        elif field == "kind" and text not in KINDS:
            yield _unusable(field, text, "、".join(KINDS), where)
        elif field == "original" and text not in ORIGINALS:
            yield _unusable(field, text, "、".join(ORIGINALS), where)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _unusable(field: str, given: str, expected: str, where: Place) -> Problem:
    return Problem("workspace.exhibit-text", where, {"field": field, "given": given, "expected": expected})


def _shown(text: str) -> str:
    """``text`` with ``?`` for what no catalogue can print: controls, direction marks, halves of characters."""
    bad = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return "".join("?" if unicodedata.category(char) in bad else char for char in text)
