"""``evidence exhibit add``: take other evidence into the store."""

from __future__ import annotations

from pathlib import Path

import click

from evidence.cli._app import App, n_

KINDS = ("书证", "物证", "视听资料", "电子数据", "证人证言", "鉴定意见", "勘验笔录", "当事人的陈述")


@click.group(help=n_("Other evidence of a case: contracts, price notices, service records, photos."))
def exhibit() -> None:
    pass


@exhibit.command(
    help=n_(
        "Keep FILE as an exhibit of ACCOUNT, untouched, for its evidence file.\n\n"
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
    )
    for row in added:
        app.out(
            app.t(
                n_("Kept {name} ({sha256}) for {account}."),
                name=row.name,
                sha256=row.sha256[:16],
                account=account,
            )
        )
    app.finish(
        [{"account": account, "name": r.name, "sha256": r.sha256} for r in added],
        counts={"added": len(added)},
    )
