"""Facts of a QR text: read from an argument, or out of a photograph or scan of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evidence.errors import Place, fail
from evidence.limited import OverLimits
from evidence.model.report import Fact
from evidence.verify.child import IMAGE, PDF, pictured
from evidence.verify.keys import TrustAnchor, trust_fact
from evidence.verify.letter import Letter
from evidence.verify.pictures import can_read
from evidence.verify.refused import Refused, failed, not_checked, passed, unknown
from evidence.verify.token import Token, parse_qr_text


def check_qr(
    text: str, where: Place, anchors: Sequence[TrustAnchor], letters: Mapping[str, Letter]
) -> tuple[list[Fact], Token | None]:
    """Facts ``qr.*``. A QR text carries no key: its signature needs a key file or the letter itself."""
    try:
        token = parse_qr_text(text)
    except Refused as refused:
        return [refused.fact("qr.text", where)], None
    facts = [passed("qr.text", where, number=token.number.key, profile=token.profile)]
    twins = [(name, letter) for name, letter in letters.items() if letter.qr_text == text]
    if twins:
        facts.append(passed("qr.letter", where, letter=twins[0][0]))
    elif letters:
        facts.append(failed("qr.letter", where, "qr-no-letter", number=token.number.key))
    else:
        facts.append(not_checked("qr.letter", where, "qr-no-letter-given"))
    keys = [anchor.key for anchor in anchors if anchor.key is not None]
    keys += [letter.key for _name, letter in twins if letter.key is not None]
    own = [key for key in keys if key.kid == token.kid]
    if not own:
        facts.append(not_checked("qr.signature", where, "qr-no-key", kid=token.kid.hex()))
    elif any(token.is_signed_by(key) for key in own):
        facts.append(passed("qr.signature", where))
    else:
        facts.append(failed("qr.signature", where, "signature-wrong"))
    facts.append(_trust(token, anchors, where))
    return facts, token


def _trust(token: Token, anchors: Sequence[TrustAnchor], where: Place) -> Fact:
    """By key id only: the first 16 digits of a fingerprint are the id that the token names."""
    kid = token.kid.hex()
    if not anchors:
        return unknown("qr.trust", where, "nobody-named", fingerprint=_grouped(kid) + " …")
    for anchor in anchors:
        if not anchor.prefix.startswith(kid):
            continue
        if anchor.key is None:
            return unknown("qr.trust", where, "qr-key-id-only", kid=kid)
        if token.is_signed_by(anchor.key):
            return trust_fact("qr.trust", anchor.key, [anchor], where)
        return failed("qr.trust", where, "signature-wrong")
    return failed("qr.trust", where, "other-key", fingerprint=_grouped(kid) + " …")


def _grouped(digits: str) -> str:
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def qr_texts_of_image(data: bytes, name: str) -> list[tuple[str, str]]:
    """The texts of all QR symbols of ours in a photograph or scan, each with its place (``name``, or ``name#page=2``).

    Raises ``verify.image-reader-missing`` without zxing-cpp, ``verify.image-unreadable`` where the image is
    damaged, too large, or shows no such symbol, ``verify.image-limits`` where reading it took too much, and
    ``verify.image-readers-differ`` where two readers see different texts.
    """
    if not can_read():
        raise fail("verify.image-reader-missing", Place(file=name), name=name)
    found = _pictured(IMAGE, data, name)
    if not found:
        raise fail("verify.image-unreadable", Place(file=name), name=name)
    return found


def qr_texts_of_scan(data: bytes, name: str) -> list[tuple[str, str]]:
    """The same of the pictures on the pages of a PDF that has no stamp; nothing where there are none, or no reader."""
    return _pictured(PDF, data, name) if can_read() else []


def _pictured(kind: str, data: bytes, name: str) -> list[tuple[str, str]]:
    try:
        found = pictured(kind, data)
    except OverLimits:
        raise fail("verify.image-limits", Place(file=name), name=name) from None
    if any(one.differs for one in found):
        raise fail("verify.image-readers-differ", Place(file=name), name=name)
    return [(f"{name}#page={one.page}" if one.page else name, one.text) for one in found]
