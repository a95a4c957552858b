"""``evidence verify PATH…``: needs no workspace and no network."""

from __future__ import annotations

from pathlib import Path

import click

from evidence.cli._app import App, n_
from evidence.errors import ExitCode, Place, fail
from evidence.resources import checkers


@click.command(
    help=n_(
        "Check letters, evidence files (folder or zip) and QR texts, and say in plain words what holds.\n\n"
        "Example: evidence verify letter.pdf --trust signing.pub"
    )
)
@click.argument("paths", metavar="PATH...", nargs=-1)
@click.option(
    "--trust",
    multiple=True,
    metavar="KEY-FILE|FINGERPRINT",
    help=n_("Whom you believe; without it no signer is attributed."),
)
@click.option(
    "--trust-tsa",
    "authorities",
    multiple=True,
    metavar="CA-FILE|POLICY.toml",
    help=n_(
        "Whose time you believe: the CA certificate of a timestamp authority (PEM), or a policy file; without it no time is "
        "shown."
    ),
)
@click.option(
    "--show-token",
    is_flag=True,
    help=n_("Print what the QR's token says: length and hash of the source, number, checkpoint."),
)
@click.option(
    "--fast",
    is_flag=True,
    help=n_(
        "Look only at names, numbers and sizes of bags and evidence files. Such a report says 'not checked' and never 'valid'."
    ),
)
@click.option(
    "--page",
    metavar="FILE",
    help=n_(
        "Write the page that checks letters and evidence files in a browser, without a network, to FILE."
    ),
)
@click.option(
    "--report",
    "sheet",
    metavar="FILE.pdf|FILE.txt",
    type=click.Path(path_type=Path),
    help=n_(
        "Write the report on one page to FILE, with the points courts examine, filled where a check found them."
    ),
)
@click.pass_obj
def verify(
    app: App,
    paths: tuple[str, ...],
    trust: tuple[str, ...],
    authorities: tuple[str, ...],
    show_token: bool,
    fast: bool,
    page: str | None,
    sheet: Path | None,
) -> None:
    if sheet is not None and sheet.suffix.lower() not in (".pdf", ".txt"):
        raise click.BadParameter(str(sheet), param_hint="--report")
    if page is not None:
        _write_page(Path(page))
        app.say(app.t("The page is {path}: open it in a browser.", path=page))
        if not paths:
            app.finish([{"page": page}], counts={"pages": 1})
            return
    if not paths:
        raise click.MissingParameter(param_hint="PATH...", param_type="argument")
    from evidence import verify as verification

    anchors = verification.parse_trust(trust)
    clocks = verification.parse_trust_tsa(authorities)
    if show_token:
        tokens = [verification.describe_token(path) for path in paths]
        for token in tokens:
            for name, value in token.items():
                app.out(f"{name}: {value}")
        app.finish(tokens, counts={"tokens": len(tokens)})
        return
    report = verification.verify_paths(paths, trust=anchors, trust_tsa=clocks, limited=True, fast=fast)
    app.out(verification.render_text(report, app.lang, details=app.verbose))
    if sheet is not None:
        from evidence.cli._sheet import written

        _write(sheet, written(report, app.lang, sheet.suffix.lower()))
        app.say(app.t(n_("Report on one page: {path}"), path=str(sheet)))
    app.finish(
        [verification.render_json(report, app.lang)],
        counts={"checked": len(paths), "failed": len(report.failures)},
        errors=report.problems if app.json else (),  # in words they stand in the report
        code=ExitCode.DONE if report.ok else ExitCode.VERIFY,
    )


def _write_page(target: Path) -> None:
    """The page as it ships."""
    _write(target, checkers()["verify.html"].read_bytes())


def _write(target: Path, data: bytes) -> None:
    """A new file; raises ``general.output-exists`` or ``general.output-not-writable``."""
    try:
        with target.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise fail("general.output-exists", Place(file=str(target)), path=str(target)) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise fail(
            "general.output-not-writable", Place(file=str(target)), path=str(target), reason=reason
        ) from None
