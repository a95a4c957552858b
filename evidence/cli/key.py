"""``evidence key``: the office's public key, for those who must trust it."""

from __future__ import annotations

import click

from evidence.cli._app import App, n_


@click.group(help=n_("The office's signing key."))
def key() -> None:
    pass


@key.command(
    help=n_(
        "Print the fingerprint and the public key, to give to whoever verifies.\n\nExample: evidence key show"
    )
)
@click.pass_obj
def show(app: App) -> None:
    workspace = app.workspace()
    app.out(app.t(n_("Key fingerprint: {fingerprint}"), fingerprint=workspace.fingerprint))
    app.out(app.t(n_("Public key: {key}"), key=workspace.public_key))
    app.out(app.t(n_("Public key file: {path}"), path=str(workspace.root / "keys" / "signing.pub")))
    app.finish([{"fingerprint": workspace.fingerprint, "public_key": workspace.public_key}])
