"""What a delivery event is worth, reckoned again from its own words by the table of docs/formats.md §4.

The sender graded it when it was recorded, and the journal holds that grade. This is another hand over the same table:
it shares nothing with the code that graded first.
"""

from __future__ import annotations

from collections.abc import Mapping

from evidence.verify.canonical import Json

_MAY_SIGN = ("", "self", "cohabiting-adult", "authorised", "organisation")
_BROUGHT = "slip carrier tracking envelope"
_BACK = "delivered refused returned"

# grade, witness, channels, outcomes, needs (all of them), roles; `only` counts no proof without a role.
_TABLE = (
    ("A", "notary", "notary preserved", "delivered", "paper", "deed"),
    ("A", "recipient-paper", "hand cohabitant", "delivered", "paper signed", "slip"),
    ("A", "carrier", "ems", "delivered", "paper number signed", "slip carrier"),
    ("B", "notary", "notary preserved", "refused returned", "paper", "deed"),
    ("B", "carrier", "ems", _BACK, "paper number", _BROUGHT),
    ("B", "carrier", "courier", "delivered", "paper number signed", "slip carrier"),
    ("C", "carrier", "courier", _BACK, "paper number", _BROUGHT),
    ("C", "carrier", "ems", _BACK, "number", ""),
    ("D", "carrier", "courier", _BACK, "number", ""),
    ("C", "third-person", "hand cohabitant left", "delivered refused", "file witnessed", "slip scene"),
    ("C", "provider", "sms email", "sent delivered", "file number", "message carrier"),
    ("C", "provider", "qr", "delivered", "paper number only", "receipt device-receipt"),
    ("D", "recipient-device", "qr", "delivered", "paper only", "device-receipt"),
    ("D", "nobody", "hand cohabitant left", "delivered refused", "file", "slip scene"),
    ("D", "nobody", "ems courier", _BACK, "file", _BROUGHT),
    ("D", "nobody", "sms email wechat", "sent delivered", "file", "message carrier reply"),
    ("D", "nobody", "posted", "sent delivered", "file", "scene"),
    ("D", "nobody", "qr", "delivered", "file", "message carrier receipt device-receipt"),
)


def grade_of(event: Mapping[str, Json]) -> tuple[str, str]:
    """Grade and witness of an event of either version, its form already checked."""
    if event["relation"] not in _MAY_SIGN:
        return "none", "nobody"
    for grade, witness, channels, outcomes, needs, roles in _TABLE:
        if event["channel"] in channels.split() and event["outcome"] in outcomes.split():
            wanted = set(needs.split())
            if wanted - {"only"} <= _has(event, roles.split(), named="only" in wanted):
                return grade, witness
    return "none", "nobody"


def _has(event: Mapping[str, Json], roles: list[str], *, named: bool) -> set[str]:
    found = {
        word
        for word, is_there in (
            ("number", event["tracking"]),
            ("signed", event["signer"] and event["relation"]),
            ("witnessed", event["witness_name"]),
        )
        if is_there
    }
    proofs = event["proofs"]
    for proof in proofs if isinstance(proofs, list) else ():
        role = proof.get("role", "") if isinstance(proof, dict) else ""
        if role in roles or (role == "" and not named):
            kind = str(proof["media_type"]).partition("/")[0] if isinstance(proof, dict) else ""
            found |= {"file"} if kind == "video" else {"file", "paper"}
    return found
