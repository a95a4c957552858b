"""Facts of a QR text: read from an argument, or out of a photograph or scan of a page."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from io import BytesIO

from evidence.errors import Place, fail
from evidence.model.report import Fact
from evidence.verify.keys import TrustAnchor, trust_fact
from evidence.verify.letter import Letter
from evidence.verify.limits import IMAGE_PIXELS
from evidence.verify.refused import Refused, failed, not_checked, passed, unknown
from evidence.verify.token import Token, looks_like_qr_text, parse_qr_text


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


def qr_texts_of_image(data: bytes, name: str) -> list[str]:
    """The texts of all QR symbols of ours in a photograph or scan.

    Raises ``verify.image-reader-missing`` without zxing-cpp, ``verify.image-unreadable`` where the image is
    damaged, too large, or shows no such symbol.
    """
    if find_spec("zxingcpp") is None:
        raise fail("verify.image-reader-missing", Place(file=name), name=name)
    import zxingcpp
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings(), Image.open(BytesIO(data)) as image:
            # Pillow only warns of images that unpack to something huge; the limit here is ours.
            warnings.simplefilter("ignore")
            if image.width * image.height > IMAGE_PIXELS:
                raise fail("verify.image-unreadable", Place(file=name), name=name)
            found = zxingcpp.read_barcodes(image.convert("L"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise fail("verify.image-unreadable", Place(file=name), name=name) from None
    texts = sorted({symbol.text for symbol in found if looks_like_qr_text(symbol.text)})
    if not texts:
        raise fail("verify.image-unreadable", Place(file=name), name=name)
    return texts
