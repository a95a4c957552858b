"""What a copy for the other party says it keeps back (docs/formats.md §5.9)."""

from __future__ import annotations

import re

from evidence.verify.canonical import parse_canonical
from evidence.verify.refused import Refused

PATH = "data/masking.json"
_KEYS = ("masked", "of", "unsearched", "v", "withheld")
_HASH = re.compile(r"[0-9a-f]{64}\Z")


def parse_withheld(data: bytes) -> frozenset[str]:
    """The commitments of the files kept back; :class:`Refused` (``masking-form``) with the part that is wrong."""
    top = parse_canonical(data)
    if not isinstance(top, dict) or tuple(sorted(top)) != _KEYS or top["v"] != 1 or top["v"] is True:
        raise Refused("masking-form", part="{}")
    listed = top["withheld"]
    if not isinstance(listed, list):
        raise Refused("masking-form", part="withheld")
    found = set()
    for row, item in enumerate(listed):
        value = item.get("commitment") if isinstance(item, dict) else None
        if not isinstance(value, str) or not _HASH.match(value):
            raise Refused("masking-form", part=f"withheld[{row}]")
        found.add(value)
    return frozenset(found)
