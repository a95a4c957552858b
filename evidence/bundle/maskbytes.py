"""Text in bytes of any kind, and out of the wrappings that texts come in: markup, RTF, mail, escapes.

Nothing here decides what a text means; :mod:`evidence.bundle.masktexts` says which bytes are read how.
"""

from __future__ import annotations

import base64
import binascii
import email
import email.policy
import html
import re
from collections.abc import Iterator

CHUNK, OVERLAP = 1 << 20, 1 << 10
"""Bytes are searched in pieces; a text across the edge of two stands whole in one of them."""

# Between runs, so that the digits of one are not read on into the next.
_APART = "\n¶\n"
_UTF8 = re.compile(rb"(?:[\x20-\x7e]|[\xe3-\xe9][\x80-\xbf]{2}|\xef[\xbc-\xbf][\x80-\xbf]){6,}")
# Letters, East Asian punctuation, Han, full width: six together, or fewer where a mark or zeros say where text begins.
_PLAIN = "[\\x20-\\x7e\\u3000-\\u301f\\u4e00-\\u9fff\\uff01-\\uff5e]"
_UTF16 = re.compile(f"(?<=\\ufeff){_PLAIN}{{2,}}|(?<=\\x00){_PLAIN}{{2,}}(?=\\x00)|{_PLAIN}{{6,}}")
_CHINESE = re.compile(rb"(?:[\x20-\x7e]|[\xa1-\xa3\xb0-\xf7][\xa1-\xfe]){6,}")


def runs(data: bytes, *, wide: bool = True) -> Iterator[str]:
    """What stands in bytes as text in UTF-8, and with ``wide`` in UTF-16 of either order and in GB 18030.

    ``wide`` is for bytes that are not compressed: in noise, two bytes are easily some Chinese character.
    """
    for start in range(0, max(len(data), 1), CHUNK):
        piece = data[start : start + CHUNK + OVERLAP]
        yield _joined(_UTF8, piece, "utf-8")
        if wide:
            for encoding in ("utf-16-le", "utf-16-be"):
                for first in (0, 1):
                    yield _APART.join(_UTF16.findall(piece[first:].decode(encoding, "replace")))
            yield _joined(_CHINESE, piece, "gb18030")


def _joined(pattern: re.Pattern[bytes], piece: bytes, encoding: str) -> str:
    return _APART.join(found[0].decode(encoding, "replace") for found in pattern.finditer(piece))


# --- markup

_TAG = re.compile(r"<[^<>]*>")
# A paragraph's pieces belong together; paragraphs and cells do not.
_ENDS = re.compile(
    r"</(?:w:p|w:tc|a:p|text:p|text:h|si|c|row|p|div|li|td|th|tr|h[1-6])\s*>|<(?:br|w:br|w:tab)\b[^<>]*>",
    re.I,
)
_ENTITY = re.compile(r"&[#A-Za-z]")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_DATA_URL = re.compile(r"base64,((?:[A-Za-z0-9+/=]|%2[BbFf]|%3[Dd]|\s){24,})")


def without_markup(text: str) -> Iterator[str]:
    """A text of XML or HTML as it is, its entities resolved, and without the tags that cut words in pieces."""
    plain = html.unescape(text) if _ENTITY.search(text) else text
    yield plain
    yield html.unescape(_TAG.sub("", _ENDS.sub("\n", text)))


def unescaped(text: str) -> Iterator[str]:
    r"""A text with its ``\u5f20`` as the characters they stand for; nothing where there are none."""
    if _ESCAPE.search(text):
        codes = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
        yield codes.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def data_urls(text: str) -> Iterator[bytes]:
    """Files that a page carries inside its text."""
    for found in _DATA_URL.finditer(text):
        body = found[1].replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")
        try:
            yield base64.b64decode(re.sub(r"[^A-Za-z0-9+/]", "", body) + "==")
        except binascii.Error:
            continue


# --- RTF

_RTF = re.compile(
    rb"\\u(-?[0-9]{1,6}) ?(?:\\'[0-9A-Fa-f]{2}|\?)?"
    rb"|((?:\\'[0-9A-Fa-f]{2})+)"
    rb"|\\(par|line|cell|row|tab|sect|page)\b[0-9]* ?"
    rb"|\\[a-zA-Z]+-?[0-9]* ?|\\[^a-zA-Z]|[{}\r\n]"
)


def rtf_text(data: bytes) -> str:
    """The text of an RTF file: groups and control words dropped, Unicode and GB 18030 resolved."""

    def plain(found: re.Match[bytes]) -> bytes:
        if found[1] is not None:
            return chr(int(found[1]) & 0xFFFF).encode("utf-8", "surrogatepass")
        if found[2] is not None:
            coded = binascii.unhexlify(found[2].replace(b"\\'", b""))
            return coded.decode("gb18030", "replace").encode()
        return b"\n" if found[3] is not None else b""

    return _RTF.sub(plain, data).decode("utf-8", "replace")


def rtf_carries(data: bytes) -> bool:
    """Whether an RTF file holds embedded objects."""
    return b"\\objdata" in data


# --- mail

_MAIL = re.compile(rb"(?im)^(?:content-transfer-encoding|mime-version|content-type):")
_MOST_PARTS = 2000
_NEXT = re.compile(rb"(?m)^From [^\r\n]*\r?\n")


def is_mail(data: bytes) -> bool:
    """Whether a text is a message, a mailbox or a page saved as one (MHTML)."""
    return bool(_MAIL.search(data[: 64 << 10]))


def mail_parts(data: bytes) -> Iterator[tuple[str, str | bytes]]:
    """Name and content of each part of a mail, its headers as text; raises ``ValueError`` for one nobody can read."""
    if data.count(b"\n--") > _MOST_PARTS:
        raise ValueError("too many parts")
    for one in _NEXT.split(data):
        message = email.message_from_bytes(one, policy=email.policy.default)
        for part in message.walk():
            try:
                yield "", "\n".join(f"{name}: {value}" for name, value in part.items())
                name = part.get_filename() or ""
            except (LookupError, AttributeError, IndexError, TypeError) as error:
                raise ValueError(str(error)) from error
            yield "", name
            if not part.is_multipart():
                body = part.get_payload(decode=True)
                yield name, body if isinstance(body, bytes) else str(body or "")
