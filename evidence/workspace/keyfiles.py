"""The files of the signing key in ``keys/``, and which of them holds after a crash.

``signing.pem`` is there unless the key is in a device (``[key]`` of ``evidence.toml``); ``signing.pub`` always is. A
change of key puts ``next.pub`` beside them, with ``next.pem`` or, for a key in a device, the empty ``next.device``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evidence.errors import EvidenceError, Place, fail
from evidence.model.office import KeyDevice
from evidence.stamp.device import DeviceKey
from evidence.stamp.keys import LockedKey, PublicKey, Signer, SigningKey, is_locked

KEY_FILE = "signing.pem"
PUBLIC_KEY_FILE = "signing.pub"
NEXT_FILE = "next.pem"
NEXT_IN_DEVICE = "next.device"


@dataclass(frozen=True, slots=True)
class KeyAway:
    """A key whose file is not in its place, as after the restore of a backup without keys. Reading needs none."""

    path: Path
    public: PublicKey

    def sign(self, message: bytes) -> bytes:
        raise self.away()

    def away(self) -> EvidenceError:
        return fail("workspace.key-away", Place(file=KEY_FILE), path=str(self.path))


def load_signer(
    folder: Path, named: str, ask: Callable[[], str], device: KeyDevice | None, pin: Callable[[], str]
) -> Signer:
    """The key that the database names (base32); ``workspace.key-mismatch`` where ``folder`` has another.

    A change of key that was recorded but not finished is finished. An encrypted key is opened by ``ask`` when it signs,
    one in ``device`` by ``pin``. Where there is a key file, ``device`` is not looked at: no key was moved there yet. With
    neither, what comes back can only name the public key (:class:`KeyAway`).
    """
    path, following = folder / KEY_FILE, (folder / NEXT_FILE).with_suffix(".pub")
    if following.is_file() and following.read_text("ascii", "replace").strip() == named:
        finish_change(folder)
    signer: Signer
    if device is not None and not path.exists():
        signer = DeviceKey(device, _public(folder), pin)
    elif not path.exists():
        signer = KeyAway(path, _public(folder))
    elif is_locked(path):
        signer = LockedKey(path, _public(folder), ask)
    else:
        signer = SigningKey.load(path)
    if signer.public.base32 != named:
        raise fail("workspace.key-mismatch", Place(file=KEY_FILE), path=str(path))
    return signer


def _public(folder: Path) -> PublicKey:
    return PublicKey.parse(
        (folder / PUBLIC_KEY_FILE).read_text("ascii", "replace"), Place(file=PUBLIC_KEY_FILE)
    )


def clear_unfinished(folder: Path) -> None:
    """Left by a change that was cut off before its entry: nothing was ever signed by that key."""
    for name in (NEXT_FILE, NEXT_IN_DEVICE):
        (folder / name).unlink(missing_ok=True)


def finish_change(folder: Path) -> None:
    """The next key takes the place of the present one, of whose file nothing is left. Twice does no harm."""
    following, in_device = folder / NEXT_FILE, folder / NEXT_IN_DEVICE
    if in_device.exists():
        (folder / KEY_FILE).unlink(missing_ok=True)
    elif following.exists():
        following.replace(folder / KEY_FILE)
    if following.with_suffix(".pub").exists():
        following.with_suffix(".pub").replace(folder / PUBLIC_KEY_FILE)
    in_device.unlink(missing_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
