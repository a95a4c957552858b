"""``evidence key``: the office's signing key, and its public half for those who must trust it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from evidence.cli._app import App, n_
from evidence.errors import Problem, fail

_STATES = {
    "current": n_("in use since {since}"),
    "rotated": n_("in use from {since} until {until}; then replaced, signed by both keys"),
    "lost": n_("reported lost {until}; letters of before count as ever"),
    "stolen": n_("reported stolen {until}; counts only for what the journal recorded before"),
}
_KEPT = {
    "file": n_("The private key lies in a file without a passphrase; evidence key protect encrypts it."),
    "encrypted-file": n_("The private key lies in an encrypted file."),
    "device": n_("The private key is in a device and never leaves it."),
    "away": n_("The private key is not here; until it is put back, nothing can be changed in the workspace."),
}


@click.group(help=n_("The office's signing key."))
def key() -> None:
    pass


@key.command(
    help=n_(
        "Print the fingerprint and the public key, to give to whoever verifies.\n\nThe words say the same as the digits; "
        "read them out on the telephone.\n\nExample: evidence key show"
    )
)
@click.option(
    "--jwks",
    metavar="FILE",
    help=n_(
        "Write all public keys, earlier ones with what became of them, to FILE: for evidence verify --trust."
    ),
)
@click.option(
    "--page",
    metavar="FILE.pdf",
    help=n_("Write a page to be printed, with the fingerprint in digits and words."),
)
@click.pass_obj
def show(app: App, jwks: str | None, page: str | None) -> None:
    workspace = app.workspace()
    states = workspace.keys()
    words = workspace.fingerprint_words(app.lang)
    app.out(app.t(n_("Key fingerprint: {fingerprint}"), fingerprint=workspace.fingerprint))
    app.out(app.t(n_("In words: {words}"), words=" ".join(words)))
    app.out(app.t(n_("Public key: {key}"), key=workspace.public_key))
    app.out(app.t(n_("Public key file: {path}"), path=str(workspace.root / "keys" / "signing.pub")))
    app.out(app.t(_KEPT[workspace.key_kept()]))
    for state in states if len(states) > 1 else ():
        told = app.t(_STATES[state.status], since=state.since, until=state.until)
        app.out(f"{state.public.kid.hex()}: {told}")
    if jwks:
        _write(Path(jwks), (json.dumps(workspace.key_set(), indent=1, sort_keys=True) + "\n").encode())
        app.out(app.t(n_("Public key set: {path}"), path=jwks))
    if page:
        _write(Path(page), workspace.key_page(app.lang))
        app.out(app.t(n_("Page to print: {path}"), path=page))
    told_keys = [
        {"kid": s.public.kid.hex(), "status": s.status, "since": s.since, "until": s.until} for s in states
    ]
    row = {
        "fingerprint": workspace.fingerprint,
        "public_key": workspace.public_key,
        "words": list(words),
        "kept": workspace.key_kept(),
        "keys": told_keys,
    }
    app.finish([row])


@key.command(
    help=n_(
        "Encrypt the signing key by a passphrase, or change the passphrase; from then on what signs asks for it.\n\n"
        "Programs give it in EVIDENCE_KEY_PASSPHRASE. There is no way back to a forgotten one.\n\nExample: evidence key protect"
    )
)
@click.pass_obj
def protect(app: App) -> None:
    workspace = app.workspace()
    workspace.protect_key(app.new_passphrase())
    app.out(app.t(n_("The signing key is encrypted now.")))
    app.finish([{"fingerprint": workspace.fingerprint}])


@key.command(
    help=n_(
        "Put a new signing key in place of the present one; both sign the change, which is an entry of the journal.\n\n"
        "Letters of the earlier key verify as before. The earlier private key is destroyed. Give out the new fingerprint, "
        "or the key set of evidence key show --jwks.\n\nExample: evidence key rotate"
    )
)
@click.pass_obj
def rotate(app: App) -> None:
    workspace = app.workspace()
    before = workspace.fingerprint
    warnings = workspace.rotate_key()
    _changed(app, before, workspace.fingerprint, warnings)


@key.command(
    "use-device",
    help=n_(
        "Go on with a signing key that is in a device (USB key, smart card, HSM) and never leaves it; both keys sign the "
        "change.\n\n[key] in evidence.toml names the PKCS#11 library, the device and the key. The PIN is asked for, programs "
        "give it in EVIDENCE_KEY_PIN. The key file is deleted after the change. Needs pip install "
        "'evidence-kit[pkcs11]'.\n\nExample: evidence key use-device --generate"
    ),
)
@click.option(
    "--generate", is_flag=True, help=n_("Have the device make a new key, instead of using the one in it.")
)
@click.pass_obj
def use_device(app: App, generate: bool) -> None:
    workspace = app.workspace()
    before = workspace.fingerprint
    workspace.use_device(generate=generate)
    _changed(app, before, workspace.fingerprint)


@key.command(
    help=n_(
        "Report the signing key lost or stolen and put a new one in its place. Takes no key.\n\n"
        "lost: what the earlier key signed counts as ever. stolen: it counts only as far as this journal recorded it before; "
        "elsewhere it may be the thief's. Whoever believes the earlier key does not believe the new one by that: give out "
        "its fingerprint anew.\n\nExample: evidence key revoke --reason lost"
    )
)
@click.option(
    "--reason", required=True, type=click.Choice(["lost", "stolen"]), help=n_("What became of the key.")
)
@click.option("--yes", is_flag=True, help=n_("Do not ask whether this is meant."))
@click.pass_obj
def revoke(app: App, reason: str, yes: bool) -> None:
    from evidence.stamp.keys import PublicKey
    from evidence.workspace import Workspace
    from evidence.workspace.keyring import passphrase_from_environment

    root = app.root()
    if not yes:
        click.confirm(app.t(n_("The present key will never sign again. Go on?")), abort=True, err=True)
    try:
        before = PublicKey.parse((root / "keys" / "signing.pub").read_text("ascii", "replace")).fingerprint
    except OSError:
        before = ""
    with Workspace.revoke_key(
        root, reason, passphrase=passphrase_from_environment(), source=app.source
    ) as made:
        _changed(app, before, made.fingerprint)


@key.command(
    help=n_(
        "Write an encrypted copy of the signing key to FILE, outside of the workspace.\n\nWithout key and copy the journal "
        "can only go on after evidence key revoke --reason lost.\n\nExample: evidence key backup /media/usb/office.pem"
    )
)
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@click.pass_obj
def backup(app: App, target: Path) -> None:
    from evidence.workspace.keyring import fold_copy

    workspace = app.workspace()
    workspace.backup_key(target, app.new_passphrase())
    app.out(app.t(n_("Encrypted copy of the key: {path}"), path=str(target)))
    if (beside := fold_copy(target)).is_file():
        app.out(app.t(n_("Encrypted copy of the key of the codes under folds: {path}"), path=str(beside)))
    app.finish([{"path": str(target), "fingerprint": workspace.fingerprint}])


def _changed(app: App, before: str, after: str, warnings: Sequence[Problem] = ()) -> None:
    app.out(app.t(n_("Earlier key: {fingerprint}"), fingerprint=before or "?"))
    app.out(app.t(n_("Key fingerprint: {fingerprint}"), fingerprint=after))
    app.out(app.t(n_("Give the new fingerprint to everybody who verifies your letters.")))
    app.finish([{"before": before, "fingerprint": after}], warnings=warnings)


def _write(path: Path, data: bytes) -> None:
    """A new file; what is there is left alone."""
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise fail("general.output-exists", path=str(path)) from None
    except OSError as error:
        raise fail("general.output-not-writable", path=str(path), reason=error.strerror or "") from error
