"""``evidence verify PATH…``: needs no workspace and no network."""

from __future__ import annotations

import click

from evidence.cli._app import App, n_
from evidence.errors import ExitCode


@click.command(
    help=n_(
        "Check letters, evidence files (folder or zip) and QR texts, and say in plain words what holds.\n\n"
        "Example: evidence verify letter.pdf --trust signing.pub"
    )
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
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
    metavar="CA-FILE",
    help=n_(
        "Whose time you believe: the CA certificate of a timestamp authority (PEM); without it no time is shown."
    ),
)
@click.option(
    "--show-token",
    is_flag=True,
    help=n_("Print what the QR's token says: length and hash of the source, number, checkpoint."),
)
@click.pass_obj
def verify(
    app: App, paths: tuple[str, ...], trust: tuple[str, ...], authorities: tuple[str, ...], show_token: bool
) -> None:
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
    report = verification.verify_paths(paths, trust=anchors, trust_tsa=clocks)
    app.out(verification.render_text(report, app.lang, details=app.verbose))
    app.finish(
        [verification.render_json(report, app.lang)],
        counts={"checked": len(paths), "failed": len(report.failures)},
        errors=report.problems if app.json else (),  # in words they stand in the report
        code=ExitCode.DONE if report.ok else ExitCode.VERIFY,
    )
