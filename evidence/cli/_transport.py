"""Options by which ``evidence bundle`` encrypts its zip for the way, and what they do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from evidence.cli._app import App, n_
from evidence.errors import Place, fail

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Wanted:
    """For whom, or with what, the zip is to be encrypted; false where it is not."""

    recipients: tuple[str, ...] = ()
    ask: bool = False
    file: Path | None = None

    def __bool__(self) -> bool:
        return bool(self.recipients) or self.ask or self.file is not None


def transport_options(command: F) -> F:
    """``--encrypt-to``, ``--encrypt``, ``--passphrase-file``."""
    for option in (
        click.option(
            "--passphrase-file",
            "passphrase_file",
            metavar="FILE",
            type=click.Path(path_type=Path, dir_okay=False),
            help=n_("Encrypt the zip for the way with the passphrase in the first line of FILE."),
        ),
        click.option(
            "--encrypt",
            is_flag=True,
            help=n_("Encrypt the zip for the way with a passphrase, asked for twice."),
        ),
        click.option(
            "--encrypt-to",
            "recipients",
            multiple=True,
            metavar="KEY|FILE",
            help=n_(
                "Encrypt the zip for the way to this receiver (may be given again): a public key age1… or ssh-…, or a file of such keys. Opened with age -d."
            ),
        ),
    ):
        command = option(command)
    return command


def lock_of(app: App, wanted: Wanted, *, alone: bool) -> Any:
    """The lock, before anything is made: a mistyped key costs no evidence file. ``None`` where none is wanted.

    ``alone``: one evidence file is made, which these options need.
    """
    if not wanted:
        return None
    if not alone or sum((bool(wanted.recipients), wanted.ask, wanted.file is not None)) > 1:
        raise click.UsageError(
            app.t(n_("Give --encrypt-to, or a passphrase, not both; and not with --due or --forms-to."))
        )
    from evidence.bundle.transport import LEAST, lock_for

    if wanted.recipients:
        return lock_for(wanted.recipients)
    if wanted.file is not None:
        return lock_for(passphrase=_first_line(wanted.file))
    if not sys.stdin.isatty():
        raise click.UsageError(
            app.t(n_("A passphrase is asked for on a terminal alone; give it with --passphrase-file."))
        )
    words = app.t(n_("Passphrase for the receiver (at least {least} characters)"), least=LEAST)
    return lock_for(passphrase=str(click.prompt(words, hide_input=True, confirmation_prompt=True, err=True)))


def _first_line(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(4096).decode("utf-8").splitlines()[0]
    except (OSError, ValueError, IndexError):
        raise fail("bundle.passphrase-file", Place(file=str(path)), name=str(path)) from None


def encrypted(app: App, zip_path: Path, lock: Any) -> Path | None:
    """The zip encrypted beside itself, and said so; nothing without a lock."""
    if lock is None:
        return None
    from evidence.bundle.transport import encrypt

    try:
        made = encrypt(zip_path, lock)
    except OSError as error:
        reason = error.strerror or str(error)
        raise fail(
            "general.output-not-writable", Place(file=str(zip_path)), path=str(zip_path), reason=reason
        ) from None
    app.out(
        app.t(
            n_("Encrypted for the way: {path}. The receiver opens it with: age -d -o evidence.zip {name}"),
            path=str(made),
            name=made.name,
        )
    )
    return made
