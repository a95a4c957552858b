"""A signing key that stays inside a device: a USB key, smart card or HSM behind PKCS#11 (docs/keys.zh.md).

What PKCS#11 calls a token is a *device* here, since a token is what a letter carries. The device makes Ed25519
signatures by CKM_EDDSA; the private key never leaves it. It is asked for its PIN once in a process, when the first
signature is wanted, and never twice: after a few wrong ones it would lock itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from evidence.errors import EvidenceError, Place, fail
from evidence.model.office import KeyDevice
from evidence.stamp.keys import PublicKey

__all__ = ["DeviceKey", "only_key"]

_ED25519 = "1.3.101.112"
_POINT_HEADS = (b"", b"\x04\x20", b"\x03\x21\x00")
"""Before the 32 bytes of CKA_EC_POINT: nothing, an OCTET STRING's head or a BIT STRING's. Devices do all three."""
_PROBE = b"evidence/device/v1\n"


@dataclass
class DeviceKey:
    """The private half of ``public`` in the device that ``place`` names; ``ask`` gives the PIN. A ``Signer``."""

    place: KeyDevice
    public: PublicKey
    ask: Callable[[], str] = field(repr=False)
    _session: _Session | None = field(default=None, repr=False)

    def sign(self, message: bytes) -> bytes:
        """64 bytes, verified before they are handed out: what a device gets wrong is not signed.

        Fails ``stamp.device-extra``, ``-module``, ``-absent``, ``-pin-missing``, ``-pin-wrong``, ``-pin-locked``,
        ``-key-absent`` or ``-fault``.
        """
        session = self._opened()
        with _named(self.place):
            signature = bytes(
                session.private(self.public).sign(message, mechanism=session.api.Mechanism.EDDSA)
            )
        if not self.public.verifies(signature, message):
            raise _fault(self.place, "CKM_EDDSA")
        return signature

    def generate(self) -> DeviceKey:
        """A fresh key in the same device, which nobody can take out of it; the PIN is not asked for again.

        Fails as :meth:`sign`, and ``stamp.device-no-ed25519`` where the device does not make such keys.
        """
        session = self._opened()
        return DeviceKey(self.place, session.generate(), self.ask, session)

    def destroy(self) -> None:
        """Take both halves out of the device; fails as :meth:`sign`."""
        session = self._opened()
        with _named(self.place):
            for found in session.objects_of(self.public):
                found.destroy()

    def close(self) -> None:
        """Log out of the device; the next signature would ask for the PIN again."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _opened(self) -> _Session:
        if self._session is None:
            self._session = _open(self.place, self.ask)
        return self._session


def only_key(place: KeyDevice, ask: Callable[[], str], *, generate: bool = False) -> DeviceKey:
    """The one Ed25519 key of a device (of those called ``place.label``, where this is given), or a fresh one.

    A signature is made by it before it is handed back. Fails as :meth:`DeviceKey.sign`, ``stamp.device-no-key`` or
    ``stamp.device-several``.
    """
    session = _open(place, ask)
    if generate:
        public = session.generate()
    else:
        found = session.publics()
        if not found:
            raise fail("stamp.device-no-key", Place(part=place.device), device=place.shown)
        if len(found) > 1:
            raise fail("stamp.device-several", Place(part=place.device), device=place.shown, n=len(found))
        public = found[0]
    key = DeviceKey(place, public, ask, session)
    key.sign(_PROBE)
    return key


class _Session:
    """An open session of a device, logged in, that can write objects."""

    def __init__(self, api: Any, place: KeyDevice, raw: Any) -> None:
        self.api, self._place, self._raw = api, place, raw
        self._private: dict[bytes, Any] = {}

    def close(self) -> None:
        # A device that was pulled out cannot be closed; there is nothing left to be closed either.
        with contextlib.suppress(self.api.PKCS11Error):
            self._raw.close()

    def publics(self) -> list[PublicKey]:
        """Ed25519 keys of which both halves are here."""
        with _named(self._place):
            return [public for found, public in self._public_objects() if self._half(found) is not None]

    def private(self, public: PublicKey) -> Any:
        """The private half; ``stamp.device-key-absent``."""
        if public.raw not in self._private:
            halves = [self._half(found) for found, known in self._public_objects() if known == public]
            half = next((half for half in halves if half is not None), None)
            if half is None:
                place = self._place
                raise fail("stamp.device-key-absent", Place(part=place.device), device=place.shown)
            self._private[public.raw] = half
        return self._private[public.raw]

    def objects_of(self, public: PublicKey) -> list[Any]:
        found = [one for one, known in self._public_objects() if known == public]
        return [*(half for half in map(self._half, found) if half is not None), *found]

    def generate(self) -> PublicKey:
        api, place = self.api, self._place
        secret = {
            api.Attribute.SENSITIVE: True,
            api.Attribute.EXTRACTABLE: False,
            api.Attribute.PRIVATE: True,
            api.Attribute.SIGN: True,
        }
        encode = import_module("pkcs11.util.ec").encode_named_curve_parameters
        with _named(place):
            try:
                curve = self._raw.create_domain_parameters(
                    api.KeyType.EC_EDWARDS, {api.Attribute.EC_PARAMS: encode(_ED25519)}, local=True
                )
                made, _ = curve.generate_keypair(
                    mechanism=api.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
                    store=True,
                    label=place.label or "evidence",
                    id=self._raw.generate_random(64),
                    private_template=secret,
                )
            except (api.MechanismInvalid, api.FunctionNotSupported, api.DomainParamsInvalid):
                raise fail("stamp.device-no-ed25519", Place(part=place.device), device=place.shown) from None
            public = _public(made, api)
        if public is None:
            raise _fault(place, "CKA_EC_POINT")
        return public

    def _public_objects(self) -> Iterator[tuple[Any, PublicKey]]:
        attribute, kind = self.api.Attribute, self.api.ObjectClass.PUBLIC_KEY
        wanted = {attribute.CLASS: kind, attribute.KEY_TYPE: self.api.KeyType.EC_EDWARDS}
        if self._place.label:
            wanted[attribute.LABEL] = self._place.label
        with _named(self._place):
            for found in list(self._raw.get_objects(wanted)):
                public = _public(found, self.api)
                if public is not None:
                    yield found, public

    def _half(self, found: Any) -> Any:
        """The private key with the id of a public one; None where there is none, or several."""
        attribute, kind = self.api.Attribute, self.api.ObjectClass.PRIVATE_KEY
        wanted = {attribute.CLASS: kind, attribute.KEY_TYPE: self.api.KeyType.EC_EDWARDS}
        wanted[attribute.ID] = found[attribute.ID]
        halves = list(self._raw.get_objects(wanted))
        return halves[0] if len(halves) == 1 else None


def _public(found: Any, api: Any) -> PublicKey | None:
    """None for a key of another curve (Ed448), whose point is longer."""
    point = bytes(found[api.Attribute.EC_POINT])
    for head in _POINT_HEADS:
        if len(point) == len(head) + 32 and point.startswith(head):
            return PublicKey(point[len(head) :])
    return None


def _open(place: KeyDevice, ask: Callable[[], str]) -> _Session:
    where = Place(part=place.device)
    try:
        api: Any = import_module("pkcs11")
    except ImportError:
        raise fail("stamp.device-extra", where) from None
    try:
        module = api.lib(place.module)
    except (OSError, RuntimeError, api.PKCS11Error) as error:
        # RuntimeError: the loader's words are this machine's and in English; they say which file it looked for.
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise fail("stamp.device-module", where, path=place.module, reason=reason) from None
    with _named(place):
        devices = list(module.get_tokens(**({"token_label": place.device} if place.device else {})))
        initialised = [one for one in devices if one.flags & api.TokenFlag.TOKEN_INITIALIZED]
    if not initialised:
        raise fail("stamp.device-absent", where, device=place.shown)
    if len(initialised) > 1:
        labels = ", ".join(sorted(str(one.label) for one in initialised))
        raise fail("stamp.device-which", where, known=labels)
    pin = ask()
    if not pin:
        raise fail("stamp.device-pin-missing", where, device=place.shown)
    with _named(place):
        try:
            return _Session(api, place, initialised[0].open(rw=True, user_pin=pin))
        except api.UserAlreadyLoggedIn:
            # A login is the whole process's (PKCS#11 §5.6): another session of this device has made it.
            return _Session(api, place, initialised[0].open(rw=True))


@contextlib.contextmanager
def _named(place: KeyDevice) -> Iterator[None]:
    """What a device refuses, by our names."""
    errors: Any = import_module("pkcs11.exceptions")
    where = Place(part=place.device)
    try:
        yield
    except (errors.PinIncorrect, errors.PinInvalid, errors.PinLenRange):
        raise fail("stamp.device-pin-wrong", where, device=place.shown) from None
    except (errors.PinLocked, errors.PinExpired):
        raise fail("stamp.device-pin-locked", where, device=place.shown) from None
    except (errors.DeviceRemoved, errors.TokenNotPresent, errors.NoSuchToken):
        raise fail("stamp.device-absent", where, device=place.shown) from None
    except errors.PKCS11Error as error:
        raise _fault(place, type(error).__name__) from error


def _fault(place: KeyDevice, reason: str) -> EvidenceError:
    return fail("stamp.device-fault", Place(part=place.device), device=place.shown, reason=reason)
