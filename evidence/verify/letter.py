"""Facts of a stamped letter: the mark, the token, the source under it, and the stamp built again."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from evidence.model.problem import Place
from evidence.model.report import Fact
from evidence.verify.appended import touched_parts
from evidence.verify.exhibitpdf import beside_pages, parse_exhibit
from evidence.verify.keys import PublicKey, base32_decode
from evidence.verify.limits import LETTER_BYTES, MIB
from evidence.verify.pades import check_certificate, looks_signed
from evidence.verify.pdf import Source, active_parts, parse_source
from evidence.verify.refused import Refused, failed, not_checked, passed, unknown
from evidence.verify.restamp import MARK, stamped
from evidence.verify.restamp_exhibit import Places, parse_places, places_are_signed, stamped_exhibit
from evidence.verify.token import Token, parse_qr_text

_LINE = re.compile(rb"%EV-STAMP 1 ([A-Z0-9:/.-]{1,424}) ([A-Z2-7]{52})\n")
# The stamp on what is no letter of ours says where its marks stand.
_EXHIBIT_LINE = re.compile(rb"%EV-STAMP 2 ([A-Z0-9:/.-]{1,424}) ([A-Z2-7]{52}) ([0-9LQX,;.-]{1,1000000})\n")
# The name under which the stamp's font stands in each page: a trace of a stamp whose mark is gone.
_TRACE = b"/EVF "
# How a complete PDF ends.
_END = re.compile(rb"startxref[\x00\t\n\x0c\r ]+[1-9][0-9]{0,9}[\x00\t\n\x0c\r ]+%%EOF")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter under check: its facts, and what could be read of it."""

    facts: tuple[Fact, ...]
    token: Token | None = None
    key: PublicKey | None = None
    pages: int | None = None
    qr_text: str = ""


def is_marked(data: bytes) -> bool:
    """Whether ``data`` carries a stamp or the trace of one, whole or damaged."""
    return MARK in data or _TRACE in data


def is_rewritten(data: bytes) -> bool:
    """Whether ``data`` shows stamped pages in a file that some program wrote anew: a merged or resaved PDF.

    The stamp is an update after a complete PDF, and an altered letter still has that shape. Where the stamp's
    font stands without any complete PDF before it, nothing of the stamped file is left to compare. A linearised
    file, too, has an end mark near its beginning; its offset is zero.
    """
    return MARK not in data and _TRACE in data and not _END.search(data, 0, data.rindex(_TRACE))


@dataclass(slots=True)
class _Check:
    """Facts as they are found; what could not be tried is filled in at the end."""

    where: Place
    found: list[Fact] = field(default_factory=list)

    def done(self) -> tuple[Fact, ...]:
        have = {fact.id for fact in self.found}
        missing = [not_checked(i, self.where, "earlier-failure") for i in FACT_IDS if i not in have]
        return (*self.found, *missing)


FACT_IDS = (
    "letter.mark",
    "letter.token",
    "letter.length",
    "letter.source",
    "letter.kid",
    "letter.signature",
    "letter.stamp",
    "letter.end",
    "letter.plain",
)


def check_letter(data: bytes, where: Place) -> Letter:
    """All facts of one letter. Never raises: whatever is wrong with ``data`` is a failed fact."""
    check = _Check(where)
    try:
        return _check(data, check)
    except Refused as refused:
        # _check files every refusal under its own fact; only the mark itself is left to this place.
        check.found.append(refused.fact("letter.mark", where))
        return Letter(check.done())


def _check(data: bytes, check: _Check) -> Letter:
    where, found = check.where, check.found
    if len(data) > LETTER_BYTES:
        raise Refused("letter-long", limit=LETTER_BYTES)
    at = data.find(MARK)
    if at < 0:
        raise Refused("mark-missing")
    line = _LINE.match(data, at)
    exhibit = _EXHIBIT_LINE.match(data, at) if line is None else None
    line = line or exhibit
    if at == 0 or data[at - 1 : at] != b"\n" or line is None:
        raise Refused("mark-form", offset=at)
    qr_text, key_line = line[1].decode("ascii"), line[2].decode("ascii")
    try:
        key = PublicKey(base32_decode(key_line))
    except Refused:
        raise Refused("mark-form", offset=at) from None
    found.append(passed("letter.mark", where, offset=at))
    source_bytes = data[: at - 1]
    try:
        token = parse_qr_text(qr_text)
    except Refused as refused:
        found.append(refused.fact("letter.token", where))
        return Letter(check.done(), key=key, qr_text=qr_text)
    found.append(passed("letter.token", where, number=token.number.key, profile=token.profile))
    found.extend(_compare_source(source_bytes, token, where))
    if token.kid == key.kid:
        found.append(passed("letter.kid", where, kid=key.kid.hex()))
    else:
        found.append(failed("letter.kid", where, "kid-differs", token=token.kid.hex(), key=key.kid.hex()))
    signed = token.is_signed_by(key)
    found.append(
        passed("letter.signature", where) if signed else failed("letter.signature", where, "signature-wrong")
    )
    pages = None
    try:
        source = None
        if exhibit is not None:
            places = parse_places(exhibit[3].decode("ascii"))
            pages, parts, expected = _exhibit(source_bytes, token, qr_text, key_line, places, len(data))
        else:
            source = parse_source(source_bytes)
            pages, parts = len(source.pages), active_parts(source)
            expected = stamped(source, token, qr_text, key_line, longest=len(data) + MIB)
    except Refused as refused:
        found.append(refused.fact("letter.stamp", where))
    else:
        found.extend(_compare_stamp(data, expected, where, source if exhibit is None else None))
        found.append(
            unknown("letter.plain", where, "active-parts", parts=", ".join(parts))
            if parts
            else passed("letter.plain", where)
        )
    return Letter(check.done(), token, key, pages, qr_text)


def _exhibit(
    data: bytes, token: Token, qr_text: str, key_line: str, places: Places, length: int
) -> tuple[int, list[str], bytes]:
    """Pages of the source, what it holds beside them, and the stamped file built again."""
    if not places_are_signed(places, token):
        raise Refused("places-unsigned")
    source = parse_exhibit(data)
    expected = stamped_exhibit(source, token, qr_text, key_line, places, longest=length + MIB)
    return len(source.pages), beside_pages(source), expected


def _compare_source(source: bytes, token: Token, where: Place) -> list[Fact]:
    digest = hashlib.sha256(source).digest()
    length = (
        passed("letter.length", where, length=len(source))
        if len(source) == token.source_length
        else failed("letter.length", where, "length-differs", expected=token.source_length, found=len(source))
    )
    content = (
        passed("letter.source", where, sha256=digest.hex())
        if digest == token.source_sha256
        else failed(
            "letter.source", where, "digest-differs", expected=token.source_sha256.hex(), found=digest.hex()
        )
    )
    return [length, content]


def _compare_stamp(data: bytes, expected: bytes, where: Place, source: Source | None) -> list[Fact]:
    """``source`` is that of a letter of ours, after whose stamp a signature by certificate may stand."""
    if not data.startswith(expected):
        at = first_difference(data, expected)
        reason = "stamp-short" if at == len(data) else "stamp-differs"
        return [failed("letter.stamp", where, reason, offset=at)]
    stamp = passed("letter.stamp", where, length=len(expected))
    rest = data[len(expected) :]
    if not rest:
        return [stamp, passed("letter.end", where)]
    if source is not None and looks_signed(rest):
        # What stands there is one fact; that nothing does is another, and is not said.
        return [
            stamp,
            not_checked("letter.end", where, "certificate"),
            check_certificate(data, expected, source, where),
        ]
    reason = "later-signature" if b"/ByteRange" in rest else "appended"
    params: dict[str, str | int] = {"offset": len(expected), "count": len(rest)}
    if reason == "appended" and (parts := touched_parts(data, len(expected))):
        reason, params["parts"] = "appended-parts", ", ".join(parts)
    return [stamp, failed("letter.end", where, reason, **params)]


def first_difference(left: bytes, right: bytes) -> int:
    """The first offset at which two byte strings differ; the length of the shorter where it is a prefix."""
    low, high = 0, min(len(left), len(right))
    if left[:high] == right[:high]:
        return high
    while high - low > 1:  # invariant: equal below low, different below high
        middle = (low + high) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle
    return low
