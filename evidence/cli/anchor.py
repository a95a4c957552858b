"""``evidence anchor``: independent time for everything in the journal."""

from __future__ import annotations

from datetime import datetime

import click

from evidence.cli._app import App, n_
from evidence.clock import CHINA
from evidence.errors import ExitCode, Problem


@click.command(
    help=n_(
        "Have the journal's head stamped by the timestamp authorities (RFC 3161) of evidence.toml; one stamp dates every "
        "entry before it.\n\nWhat is sent is a hash, never a text. Exit code 10: an authority failed; the others were "
        "asked all the same.\n\nExample: evidence anchor"
    )
)
@click.option(
    "--tsa",
    "names",
    multiple=True,
    metavar="NAME",
    help=n_("Ask this authority of evidence.toml alone; may stand several times."),
)
@click.option(
    "--renew",
    type=click.Choice(["sha512", "sm3"]),
    help=n_(
        "First hash every entry and every stored file anew by this algorithm, and have that stamped too."
    ),
)
@click.option(
    "--check",
    "check_only",
    is_flag=True,
    help=n_("Ask nobody; check every timestamp and renewal kept here once more."),
)
@click.pass_obj
def anchor(app: App, names: tuple[str, ...], renew: str | None, check_only: bool) -> None:
    workspace = app.workspace()
    if check_only:
        _check(app)
        return
    renewed = workspace.renew(renew) if renew else None
    if renewed is not None:
        app.out(
            app.t(
                n_("Hashed anew by {algorithm}: {size} entries, {files} files (entry {index})."),
                algorithm=renewed.algorithm,
                size=renewed.size,
                files=renewed.files,
                index=renewed.index,
            )
        )
    result = workspace.anchor(names)
    for one in result.stamped:
        words = (
            n_("{name} ({signer}): {when}, the renewal of the entries 0 to {last}")
            if one.covers == "renewal"
            else n_("{name} ({signer}): {when}, the entries 0 to {last}")
        )
        when, last = _moment(one.at), one.size - 1
        app.out(app.t(words, name=one.authority, signer=one.signer, when=when, last=last))
    for name in result.unchanged:
        app.out(app.t(n_("{name}: nothing new since its last timestamp"), name=name))
    rows = [
        {
            "authority": one.authority,
            "signer": one.signer,
            "covers": one.covers,
            "size": one.size,
            "at": one.at.isoformat(),
            "token": one.token_sha256,
            "index": one.index,
            "test": one.is_test,
        }
        for one in result.stamped
    ]
    head = {"size": result.size, "root": result.root}
    app.finish(
        rows,
        counts={"stamped": len(rows), "unchanged": len(result.unchanged), "failed": len(result.problems)},
        warnings=result.warnings,
        errors=result.problems,
        code=ExitCode.NETWORK if result.problems else ExitCode.DONE,
        extra={"checkpoint": head, "renewed": renewed.record_sha256 if renewed else ""},
    )


def _check(app: App) -> None:
    count, problems = app.workspace().check_time()
    failed = _failures(problems)
    if not failed:
        app.out(app.t(n_("{n} timestamps and renewals checked, none failed."), n=count))
    app.finish(
        counts={"checked": count, "failed": len(failed)},
        warnings=[problem for problem in problems if problem not in failed],
        errors=failed,
    )


def _failures(problems: tuple[Problem, ...]) -> list[Problem]:
    from evidence.errors import spec_of

    return [problem for problem in problems if spec_of(problem.code).exit]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S} +08:00"
