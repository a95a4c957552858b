"""Two versions of an account's evidence file laid side by side: as data, and as a sheet for the office.

Both are read as they lie in ``bundles/``, folder or zip, and only where they are whole: what somebody has touched is no
version. Nothing is changed but the sheet, which is written over an earlier one.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

from evidence.bundle.bag import SEAL, digests_of, files_of, intact
from evidence.bundle.versions import Change, Comparison, Edition, Line, compare, edition
from evidence.clock import CHINA
from evidence.errors import Place, fail
from evidence.letters.engine import document_text
from evidence.model.period import chinese_date
from evidence.workspace import schema
from evidence.workspace.annexes import ANNEXES, GROUPS
from evidence.workspace.bundlesheet import Section, Sheet, write_sheet
from evidence.workspace.cases import require_account
from evidence.workspace.core import Desk
from evidence.workspace.courtforms import FORMS
from evidence.workspace.persons import salt_for

__all__ = ["Compared", "compare_bundles", "compared_json"]

_CATALOGUE = "data/catalogue.json"
_MOST = 6
"""Lines of a form told on the sheet; the data has all of them."""
_CELL = "｜"
"""Between the cells of a form's line on the sheet; in the data it is a tab, which no paper can print."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs, the journal's entries of both, and the sheet that says so."""

    comparison: Comparison
    entries: tuple[int, int]
    docx: Path
    pdf: Path


def compare_bundles(
    desk: Desk,
    account_id: str,
    old: str,
    new: str,
    *,
    locale: str | None = None,
    converter: str | None = None,
) -> Compared:
    """Compare versions ``old`` and ``new`` (``1``, ``v1`` or a bundle's id) of an account's evidence file.

    Raises ``bundle.version-unknown`` for a version the account has not, ``bundle.version-gone`` for one that lies in
    ``bundles/`` no longer, and ``bundle.version-altered`` for one that is not as it was made.
    """
    locale = locale or desk.office.locale
    with desk.reading() as connection:
        account, person = require_account(connection, account_id)
        table = schema.BUNDLES
        query = select(table).where(table.c.account == account.id).order_by(table.c.version)
        rows = list(connection.execute(query))
    first, second = (_row(rows, account.id, text) for text in (old, new))
    found = compare(_edition(desk, first), _edition(desk, second))
    made_at = datetime.fromisoformat(second.made_at)
    sheet = compare_sheet(found, account.id, locale)
    stem = desk.root / "bundles" / f"{second.id}-against-v{first.version}"
    nonce = salt_for(desk.persons.key(person), f"compare:{first.id}:{second.id}")[:16]
    paths = write_sheet(desk, sheet, stem, made_at=made_at, nonce=nonce, locale=locale, converter=converter)
    return Compared(found, (first.journal_index, second.journal_index), *paths)


def _row(rows: list[Row[Any]], account: str, text: str) -> Row[Any]:
    wanted = text.strip().lower().removeprefix("v")
    for row in rows:
        if row.id == text or str(row.version) == wanted:
            return row
    known = ", ".join(f"v{row.version}" for row in rows) or "-"
    raise fail("bundle.version-unknown", Place(part=account), account=account, version=text, known=known)


def _edition(desk: Desk, row: Row[Any]) -> Edition:
    files = _files(desk, row)
    forms = {
        path.removeprefix(FORMS).removesuffix(".docx"): document_text(data, path)
        for path, data in files.items()
        if path.startswith(FORMS)
    }
    texts = {
        (group, f"{kind.value}.pdf"): document_text(files[path], path)
        for kind, group in GROUPS.items()
        if (path := f"{ANNEXES}{kind.value}.docx") in files
    }
    return edition(files[_CATALOGUE], forms, texts)


def _files(desk: Desk, row: Row[Any]) -> Mapping[str, bytes]:
    """Catalogue and forms of a whole version; of a zip alone each is held against its seal."""
    folder = desk.root / "bundles" / row.folder
    packed = folder.with_name(f"{row.folder}.zip")
    if folder.is_dir():
        if intact(folder, row.seal_sha256) is None:
            raise fail("bundle.version-altered", Place(file=str(folder)), bundle=row.id)
        return {path: file.read_bytes() for path, file in files_of(folder).items() if _is_read(path)}
    if not packed.is_file():
        raise fail("bundle.version-gone", Place(file=str(folder)), bundle=row.id)
    try:
        with zipfile.ZipFile(packed) as archive:
            seal = archive.read(SEAL)
            files = {name: archive.read(name) for name in archive.namelist() if _is_read(name)}
    except (zipfile.BadZipFile, KeyError, OSError):
        raise fail("bundle.version-altered", Place(file=str(packed)), bundle=row.id) from None
    whole = digests_of(seal).sha256.hex() == row.seal_sha256
    if not whole or any(digests_of(data).sha256.hex().encode() not in seal for data in files.values()):
        raise fail("bundle.version-altered", Place(file=str(packed)), bundle=row.id)
    return files


def _is_read(path: str) -> bool:
    return path == _CATALOGUE or (path.startswith((FORMS, ANNEXES)) and path.endswith(".docx"))


# ── the sheet ───────────────────────────────────────────────────────────────────────────────────────────────────────

_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "title": "证据文件版本对照表",
        "account": "案户：{account}",
        "before": "原版本：{id}（{day}）",
        "after": "现版本：{id}（{day}）",
        "warning": "本表供内部核对，不是证据文件的一部分。原版本仍然有效，可以照常核对。",
        "same": "两个版本的证据、文书和金额均相同。",
        "none": "没有。",
        "added": "新增的证据",
        "removed": "删去的证据",
        "reworded": "改写的证据",
        "replaced": "换了文件的证据",
        "renumbered": "编号或者页码变动的证据",
        "forms": "诉讼文书的变动",
        "figures": "金额的变动",
        "exhibit": "证据",
        "old": "原版本",
        "new": "现版本",
        "form": "文书",
        "figure": "项目",
        "form-added": "新增",
        "form-removed": "删去",
        "place": "第{number}号，第{pages}页",
        "hash": "SHA-256前16位 {hash}",
        "more": "……共{n}行",
        "stop": "；",
        "name": "名称", "kind": "种类", "group": "组别", "source": "来源", "proves": "证明对象",
        "original": "原件或者复印件", "dated": "形成时间", "carrier": "原始载体", "submitter": "提交人",
        "as_of": "截止日", "principal": "物业费等本金", "late": "违约金", "total": "合计",
    },
    "zh-Hant": {
        "title": "證據文件版本對照表",
        "account": "案戶：{account}",
        "before": "原版本：{id}（{day}）",
        "after": "現版本：{id}（{day}）",
        "warning": "本表供內部核對，不是證據文件的一部分。原版本仍然有效，可以照常核對。",
        "same": "兩個版本的證據、文書和金額均相同。",
        "none": "沒有。",
        "added": "新增的證據",
        "removed": "刪去的證據",
        "reworded": "改寫的證據",
        "replaced": "換了文件的證據",
        "renumbered": "編號或者頁碼變動的證據",
        "forms": "訴訟文書的變動",
        "figures": "金額的變動",
        "exhibit": "證據",
        "old": "原版本",
        "new": "現版本",
        "form": "文書",
        "figure": "項目",
        "form-added": "新增",
        "form-removed": "刪去",
        "place": "第{number}號，第{pages}頁",
        "hash": "SHA-256前16位 {hash}",
        "more": "……共{n}行",
        "stop": "；",
        "name": "名稱", "kind": "種類", "group": "組別", "source": "來源", "proves": "證明對象",
        "original": "原件或者複印件", "dated": "形成時間", "carrier": "原始載體", "submitter": "提交人",
        "as_of": "截止日", "principal": "物業費等本金", "late": "違約金", "total": "合計",
    },
}  # fmt: skip


def compare_sheet(found: Comparison, account: str, locale: str) -> Sheet:
    """What a comparison says in the script ``locale``; parts without a difference are left out."""
    words = _WORDS[locale]
    facts = (
        words["account"].format(account=account),
        words["before"].format(id=found.before.id, day=_day(found.before)),
        words["after"].format(id=found.after.id, day=_day(found.after)),
        *((words["same"],) if found.same else ()),
    )
    exhibit = (words["exhibit"], words["old"], words["new"])
    empty = ""
    sections = [
        Section(words["added"], (), exhibit, tuple((x.name, empty, _place(x, words)) for x in found.added)),
        Section(
            words["removed"], (), exhibit, tuple((x.name, _place(x, words), empty) for x in found.removed)
        ),
        Section(words["reworded"], (), exhibit, tuple(_reworded(one, words) for one in found.reworded)),
        Section(
            words["replaced"],
            (),
            exhibit,
            tuple((x.after.name, _hash(x.before, words), _hash(x.after, words)) for x in found.replaced),
        ),
        Section(
            words["renumbered"],
            (),
            exhibit,
            tuple((x.after.name, _place(x.before, words), _place(x.after, words)) for x in found.renumbered),
        ),
        Section(
            words["forms"],
            (),
            (words["form"], words["old"], words["new"]),
            tuple(
                (one.name, _lines(one.gone, words), _lines(one.new, words))
                if one.state == "changed"
                else (
                    one.name,
                    *(("", words["form-added"]) if one.state == "added" else (words["form-removed"], "")),
                )
                for one in found.forms
            ),
        ),
        Section(
            words["figures"],
            (),
            (words["figure"], words["old"], words["new"]),
            tuple((words[one.name], one.before, one.after) for one in found.figures),
        ),
    ]
    return Sheet(words["title"], facts, words["warning"], [one for one in sections if one.rows])


def _day(one: Edition) -> str:
    return chinese_date(datetime.fromisoformat(one.made_at).astimezone(CHINA).date())


def _place(line: Line, words: Mapping[str, str]) -> str:
    return words["place"].format(number=line.number, pages=line.pages)


def _hash(line: Line, words: Mapping[str, str]) -> str:
    return words["hash"].format(hash=line.sha256[:16])


def _reworded(one: Change, words: Mapping[str, str]) -> tuple[str, str, str]:
    before, after = (
        words["stop"].join(f"{words[field]}：{line.words[field] or '—'}" for field in one.words)
        for line in (one.before, one.after)
    )
    return one.after.name, before, after


def _lines(lines: tuple[str, ...], words: Mapping[str, str]) -> str:
    more = (words["more"].format(n=len(lines)),) if len(lines) > _MOST else ()
    told = (_CELL.join(cell.strip() for cell in line.split("\t")) for line in lines[:_MOST])
    return words["stop"].join((*told, *more))


def compared_json(found: Comparison) -> dict[str, Any]:
    """The object of ``evidence bundle --compare --json``; keys are stable, words are those of the catalogues."""

    def line(one: Line) -> dict[str, str]:
        return {"number": one.number, "pages": one.pages, "name": one.name, "sha256": one.sha256}

    return {
        "before": found.before.id,
        "after": found.after.id,
        "same": found.same,
        "added": [line(one) for one in found.added],
        "removed": [line(one) for one in found.removed],
        "reworded": [
            {
                "before": line(one.before),
                "after": line(one.after),
                "words": {
                    name: {"before": one.before.words[name], "after": one.after.words[name]}
                    for name in one.words
                },
            }
            for one in found.reworded
        ],
        "replaced": [{"before": line(x.before), "after": line(x.after)} for x in found.replaced],
        "renumbered": [{"before": line(x.before), "after": line(x.after)} for x in found.renumbered],
        "forms": [
            {"form": x.name, "state": x.state, "gone": list(x.gone), "new": list(x.new)} for x in found.forms
        ],
        "figures": {x.name: {"before": x.before, "after": x.after} for x in found.figures},
    }
