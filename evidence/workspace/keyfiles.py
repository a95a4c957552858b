"""The files of the signing key in ``keys/``, and which of them holds after a crash."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from evidence.errors import Place, fail
from evidence.stamp.keys import LockedKey, PublicKey, Signer, SigningKey, is_locked

KEY_FILE = "signing.pem"
PUBLIC_KEY_FILE = "signing.pub"
NEXT_FILE = "next.pem"


def load_signer(folder: Path, named: str, ask: Callable[[], str]) -> Signer:
    """The key that the database names (base32); ``workspace.key-mismatch`` where ``folder`` has another.

    A change of key that was recorded but not finished is finished. An encrypted key is opened by ``ask`` when it signs.
    """
    path, following = folder / KEY_FILE, (folder / NEXT_FILE).with_suffix(".pub")
    if following.is_file() and following.read_text("ascii", "replace").strip() == named:
        finish_change(folder)
    if is_locked(path):
        public = PublicKey.parse(
            (folder / PUBLIC_KEY_FILE).read_text("ascii", "replace"), Place(file=PUBLIC_KEY_FILE)
        )
        signer: Signer = LockedKey(path, public, ask)
    else:
        signer = SigningKey.load(path)
    if signer.public.base32 != named:
        raise fail("workspace.key-mismatch", Place(file=KEY_FILE), path=str(path))
    return signer


def finish_change(folder: Path) -> None:
    """The next key takes the place of the present one, of which nothing is left. Twice does no harm."""
    following = folder / NEXT_FILE
    if following.exists():
        following.replace(folder / KEY_FILE)
    if following.with_suffix(".pub").exists():
        following.with_suffix(".pub").replace(folder / PUBLIC_KEY_FILE)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
