"""``evidence exhibit``: the register of other evidence: take it into the store, list it, put right what is noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from evidence.cli._app import App, n_
from evidence.errors import Place, Problem
from evidence.stamp.prewords import PARTS, WORDS

if TYPE_CHECKING:
    from evidence.workspace.exhibits import Exhibit

KINDS = ("书证", "物证", "视听资料", "电子数据", "证人证言", "鉴定意见", "勘验笔录", "当事人的陈述")


@click.group(help=n_("Other evidence of a case: contracts, price notices, service records, photos."))
def exhibit() -> None:
    pass


_FIELDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("--kind", {"type": click.Choice(KINDS), "help": n_("Kind of evidence by the Civil Procedure Law.")}),
    ("--group", {"help": n_("Group in the catalogue, such as B2.")}),
    ("--source", {"help": n_("Where it comes from.")}),
    ("--proves", {"help": n_("What it proves.")}),
    ("--original", {"type": click.Choice(["原件", "复印件"]), "help": n_("Original or copy.")}),
    ("--dated", {"help": n_("When it was made (YYYY-MM-DD).")}),
    ("--carrier", {"help": n_("On what it first stood: a telephone, an account, a paper and who keeps it.")}),
    ("--submitter", {"help": n_("Who hands it in, where that is not the claimant.")}),
)
_Command = TypeVar("_Command", bound=Callable[..., Any])


def _details(command: _Command) -> _Command:
    """The options for what is noted of an exhibit."""
    for name, given in reversed(_FIELDS):
        command = click.option(name, **given)(command)
    return command


@exhibit.command(
    help=n_(
        "Keep FILE as an exhibit of ACCOUNT, untouched, for its evidence file. What is not said is taken from the file: "
        "its kind from its type, its group and what it is about from its name. A PDF is looked over, and what can make "
        "it show two things (earlier versions, hidden layers, paint over text, scripts) is told and kept with it. "
        "--stamp also makes a stamped copy under stamped/, to be checked with evidence verify.\n\n"
        "Example: evidence exhibit add 1栋2单元301 contract.pdf --name 物业服务合同 --proves 收费依据"
    )
)
@click.argument("account")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--name", help=n_("Name in the catalogue; else the file's name."))
@_details
@click.option(
    "--stamp",
    is_flag=True,
    help=n_("Also make a copy with hash, number and QR code on free margin (PDF only)."),
)
@click.pass_obj
def add(
    app: App,
    /,
    account: str,
    files: tuple[Path, ...],
    name: str | None,
    stamp: bool,
    **details: str | None,
) -> None:
    workspace = app.workspace()
    given = {field: text or "" for field, text in details.items()}
    added = workspace.add_exhibits(account, files, name=name or "", stamp=stamp, **given)
    warnings = []
    for row in added:
        app.out(
            app.t(
                n_("Kept {name} ({sha256}) for {account}."),
                name=row.name,
                sha256=row.sha256[:16],
                account=account,
            )
        )
        for finding in row.findings or ():
            app.out("  " + _told(app, finding))
        if row.warnings:
            told = [_told(app, one) for one in row.findings or () if one["level"] == "warning"]
            params: dict[str, str | int] = {
                "name": row.name,
                "findings": ("; " if app.lang == "en" else "；").join(told),
            }
            warnings.append(Problem("stamp.exhibit-findings", Place(file=row.name), params))
        if not row.has_pages:
            warnings.append(Problem("workspace.exhibit-not-shown", Place(file=row.name), {"name": row.name}))
        if row.stamped is not None:
            words = (
                n_("Stamped as {number}: {path} ({pages} pages, the last one added for the mark).")
                if row.stamped.extra
                else n_("Stamped as {number}: {path} ({pages} pages).")
            )
            app.out(
                app.t(
                    words, number=row.stamped.number.key, path=str(row.stamped.path), pages=row.stamped.pages
                )
            )
    warnings += workspace.register_doubts([row.row for row in added if row.row is not None])
    app.finish([_as_json(account, row) for row in added], counts={"added": len(added)}, warnings=warnings)


@exhibit.command(
    "import",
    help=n_(
        "Keep the files that TABLE lists (XLSX, ODS, XLS or CSV), one a row, as exhibits. Columns: file (文件), name "
        "(证据名称), kind (证据种类), group (证据组别), source (证据来源), proves (证明对象), original (原件/复印件), dated (形成时间), "
        "carrier (原始载体), submitter (提交人), account (户号). A file that is kept already gets what its row says. All faults "
        "are told at once; nothing is kept then.\n\nExample: evidence exhibit import 证据清单.xlsx --account 1栋2单元301"
    ),
)
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--account", help=n_("The account of every row; else the table has a column for it."))
@click.pass_obj
def import_(app: App, table: Path, account: str | None) -> None:
    workspace = app.workspace()
    kept = workspace.import_exhibits(table, account)
    for row in kept:
        told = n_("Kept {name} ({sha256}) for {account}.") if row.new else n_("Changed {name} of {account}.")
        app.out(app.t(told, name=row.name, sha256=row.sha256[:16], account=row.account))
    new = sum(row.new for row in kept)
    app.finish(
        [row.to_json() for row in kept],
        counts={"added": new, "changed": len(kept) - new},
        warnings=workspace.register_doubts(kept),
    )


@exhibit.command(
    "list",
    help=n_(
        "List the exhibits of ACCOUNT with their numbers and what is noted of each.\n\n"
        "Example: evidence exhibit list 1栋2单元301"
    ),
)
@click.argument("account")
@click.pass_obj
def list_(app: App, account: str) -> None:
    kept = app.workspace().exhibits(account)
    for row in kept:
        details = row.details
        noted = [details.group, details.kind, details.original, details.dated, details.source, details.proves]
        app.out(f"{row.id}  {row.name}  ({' · '.join(filter(None, noted))})  {row.file_name}")
    app.finish([row.to_json() for row in kept], counts={"exhibits": len(kept)})


@exhibit.command(
    "set",
    help=n_(
        "Put right what is noted of exhibit NUMBER of ACCOUNT (evidence exhibit list); the file stays as it is.\n\n"
        "Example: evidence exhibit set 1栋2单元301 3 --carrier 前台手机"
    ),
)
@click.argument("account")
@click.argument("number", type=int)
@click.option("--name", help=n_("Name in the catalogue."))
@_details
@click.pass_obj
def set_(app: App, /, account: str, number: int, **details: str | None) -> None:
    changes = {field: text for field, text in details.items() if text is not None}
    workspace = app.workspace()
    row = workspace.change_exhibit(account, number, changes)
    app.out(app.t(n_("Changed {name} of {account}."), name=row.name, account=row.account))
    app.finish(
        [row.to_json()],
        counts={"changed": int(bool(changes))},
        warnings=workspace.register_doubts([row]),
    )


def _told(app: App, finding: Mapping[str, Any]) -> str:
    """One finding in a line: what, and on which pages."""
    params = dict(finding["params"])
    if "part" in params:
        params["part"] = app.t(PARTS.get(params["part"], params["part"]))
    text = app.t(WORDS[finding["code"]], **params)
    pages = finding["pages"]
    shown = ", ".join(str(page) for page in pages[:12]) + (" …" if len(pages) > 12 else "")
    return app.t(n_("{text}; pages {pages}"), text=text, pages=shown) if pages else text


def _as_json(account: str, row: Exhibit) -> dict[str, Any]:
    stamped = row.stamped
    return {
        "account": account,
        "name": row.name,
        "sha256": row.sha256,
        "register": row.row.to_json() if row.row is not None else None,
        "findings": list(row.findings) if row.findings is not None else None,
        "stamped": None
        if stamped is None
        else {
            "number": stamped.number.key,
            "path": str(stamped.path),
            "sha256": stamped.sha256,
            "pages": stamped.pages,
            "extra_page": stamped.extra,
            "already_known": stamped.already_known,
        },
    }
