"""``evidence sign``: a copy of a letter with a signature by certificate after its stamp."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import click

from evidence.cli._app import App, n_
from evidence.errors import fail

# The names are the certificate's own words: controls, line ends and marks that turn text are never printed as they are.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
PASSPHRASE = "EVIDENCE_CERTIFICATE_PASSPHRASE"


@click.command(
    help=n_(
        "Write a copy of LETTER that is also signed by a certificate (PAdES B-B), for readers of PDF who look for one.\n\n"
        "The letter and its stamp stay as they are, and nothing is recorded: the copy is the same letter with one signature "
        "after it. evidence verify checks both. The passphrase of FILE.p12 is asked for, programs give it in "
        "EVIDENCE_CERTIFICATE_PASSPHRASE. Needs pip install 'evidence-kit[pades]'.\n\nExample: evidence sign 2-2026-0001 "
        "--certificate office.p12"
    )
)
@click.argument("letter", metavar="LETTER")
@click.option(
    "--certificate",
    required=True,
    metavar="FILE.p12",
    type=click.Path(path_type=Path),
    help=n_("Certificate and private key in PKCS#12 (.p12, .pfx)."),
)
@click.option(
    "-o",
    "--out",
    "target",
    metavar="FILE.pdf",
    type=click.Path(path_type=Path),
    help=n_("Where to write the copy; LETTER.signed.pdf in the current folder if not given."),
)
@click.pass_obj
def sign(app: App, letter: str, certificate: Path, target: Path | None) -> None:
    def passphrase() -> str:
        given = os.environ.get(PASSPHRASE, "")
        if given or not sys.stdin.isatty():
            return given
        words = app.t(n_("Passphrase of {path}"), path=str(certificate))
        return str(click.prompt(words, hide_input=True, err=True, default="", show_default=False))

    made = app.workspace().sign(letter, certificate, passphrase)
    target = target or Path(f"{made.number.key}.signed.pdf")
    try:
        with target.open("xb") as file:
            file.write(made.pdf)
    except FileExistsError:
        raise fail("general.output-exists", path=str(target)) from None
    except OSError as error:
        raise fail("general.output-not-writable", path=str(target), reason=error.strerror or "") from error
    held = made.certificate
    app.out(app.t(n_("Signed copy of {letter}: {path}"), letter=made.number.key, path=str(target)))
    app.out(
        app.t(
            n_("In the name of {subject}; says it was issued by {issuer}, not checked"),
            subject=_HIDDEN.sub("\N{REPLACEMENT CHARACTER}", held.subject),
            issuer=_HIDDEN.sub("\N{REPLACEMENT CHARACTER}", held.issuer),
        )
    )
    row = {
        "letter": made.number.key,
        "path": str(target),
        "subject": held.subject,
        "issuer": held.issuer,
        "sha256": held.sha256,
        "at": made.at.isoformat(),
    }
    app.finish([row])
