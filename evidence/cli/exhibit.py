"""``evidence exhibit add``: take other evidence into the store."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evidence.cli._app import App, n_
from evidence.errors import Place, Problem
from evidence.stamp.prewords import WORDS

if TYPE_CHECKING:
    from evidence.workspace.exhibits import Exhibit

KINDS = ("书证", "物证", "视听资料", "电子数据", "证人证言", "鉴定意见", "勘验笔录", "当事人的陈述")


@click.group(help=n_("Other evidence of a case: contracts, price notices, service records, photos."))
def exhibit() -> None:
    pass


@exhibit.command(
    help=n_(
        "Keep FILE as an exhibit of ACCOUNT, untouched, for its evidence file. A PDF is looked over, and what can make "
        "it show two things (earlier versions, hidden layers, paint over text, scripts) is told and kept with it. "
        "--stamp also makes a stamped copy under stamped/, to be checked with evidence verify.\n\n"
        "Example: evidence exhibit add 1栋2单元301 contract.pdf --name 物业服务合同 --proves 收费依据"
    )
)
@click.argument("account")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--name", help=n_("Name in the catalogue; else the file's name."))
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="书证",
    show_default=True,
    help=n_("Kind of evidence by the Civil Procedure Law."),
)
@click.option(
    "--group", "group", default="B8", show_default=True, help=n_("Group in the catalogue, such as B2.")
)
@click.option("--source", "origin", default="", help=n_("Where it comes from."))
@click.option("--proves", default="", help=n_("What it proves."))
@click.option(
    "--original",
    type=click.Choice(["原件", "复印件"]),
    default="复印件",
    show_default=True,
    help=n_("Original or copy."),
)
@click.option("--dated", default="", help=n_("When it was made (YYYY-MM-DD)."))
@click.option(
    "--stamp",
    is_flag=True,
    help=n_("Also make a copy with hash, number and QR code on free margin (PDF only)."),
)
@click.pass_obj
def add(
    app: App,
    account: str,
    files: tuple[Path, ...],
    name: str | None,
    kind: str,
    group: str,
    origin: str,
    proves: str,
    original: str,
    dated: str,
    stamp: bool,
) -> None:
    workspace = app.workspace()
    added = workspace.add_exhibits(
        account,
        files,
        name=name,
        kind=kind,
        group=group,
        source=origin,
        proves=proves,
        original=original,
        dated=dated,
        stamp=stamp,
    )
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
            params: dict[str, str | int] = {"name": row.name, "findings": ", ".join(row.warnings)}
            warnings.append(Problem("stamp.exhibit-findings", Place(file=row.name), params))
        if not row.has_pages:
            warnings.append(Problem("workspace.exhibit-not-shown", Place(file=row.name), {"name": row.name}))
        if row.stamped is not None:
            told = (
                n_("Stamped as {number}: {path} ({pages} pages, the last one added for the mark).")
                if row.stamped.extra
                else n_("Stamped as {number}: {path} ({pages} pages).")
            )
            app.out(
                app.t(
                    told, number=row.stamped.number.key, path=str(row.stamped.path), pages=row.stamped.pages
                )
            )
    app.finish([_as_json(account, row) for row in added], counts={"added": len(added)}, warnings=warnings)


def _told(app: App, finding: Mapping[str, Any]) -> str:
    """One finding in a line: what, and on which pages."""
    text = app.t(WORDS[finding["code"]], **finding["params"])
    pages = finding["pages"]
    shown = ", ".join(str(page) for page in pages[:12]) + (" …" if len(pages) > 12 else "")
    return app.t(n_("{text}; pages {pages}"), text=text, pages=shown) if pages else text


def _as_json(account: str, row: Exhibit) -> dict[str, Any]:
    stamped = row.stamped
    return {
        "account": account,
        "name": row.name,
        "sha256": row.sha256,
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
