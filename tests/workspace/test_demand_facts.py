"""Which deliveries of a letter a court's form pleads, and which exhibits go with each. All data are 样本."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from evidence.bundle.compose import CatalogueRow
from evidence.bundle.exhibits import Exhibit
from evidence.bundle.forms.facts import DeliveryFact
from evidence.clock import CHINA
from evidence.model.delivery import Channel, DeliveryEvent, Grade, Outcome, Proof, ProofRole
from evidence.workspace.courtfacts import delivery_facts

STUB = Proof("存根.jpg", "image/jpeg", 9, "11" * 32, "", role=ProofRole.STUB)
TRACKED = Proof("查询页.png", "image/png", 9, "22" * 32, "", role=ProofRole.TRACKING)
SLIP = Proof("送达回证.jpg", "image/jpeg", 9, "33" * 32, "", role=ProofRole.SLIP)
DOOR = Proof("门口.jpg", "image/jpeg", 9, "44" * 32, "", role=ProofRole.SCENE)


def event(channel: str, outcome: str, day: int, *proofs: Proof, **details: str) -> DeliveryEvent:
    at = datetime(2026, 11, day, 10, 30, tzinfo=CHINA)
    return DeliveryEvent("1", Channel(channel), Outcome(outcome), at, at, proofs=proofs, **details)  # type: ignore[arg-type]


def row(number: int, sha256: str) -> CatalogueRow:
    shown = Exhibit(
        "B7", "送达凭证", "书证", "样本", "样本", "复印件", "2026-11-01", "x", "image/jpeg", b"", sha256, ""
    )
    return CatalogueRow(number, shown, number, number)


ROWS = (
    row(8, "ff" * 32),
    row(10, STUB.sha256),
    row(11, TRACKED.sha256),
    row(12, SLIP.sha256),
    row(13, DOOR.sha256),
)
POSTED = event("ems", "sent", 1, STUB, tracking="YB1")
ARRIVED = event("ems", "delivered", 3, TRACKED, tracking="YB1", signer="样本甲", relation="self")
HANDED = event("hand", "delivered", 5, SLIP, signer="样本甲", relation="self")
NOBODY_IN = event("hand", "unreachable", 2, DOOR)


def told(events: Sequence[DeliveryEvent]) -> list[tuple[Channel, int, tuple[int, ...]]]:
    return [(one.channel, one.on.day, one.exhibits) for one in delivery_facts(events, ROWS)]


def test_each_proven_delivery_is_told_with_its_own_proofs_a_waybill_once() -> None:
    assert told([POSTED, NOBODY_IN, ARRIVED, HANDED]) == [
        (Channel.EMS, 3, (10, 11)),
        (Channel.HAND, 5, (12,)),
    ]


def test_what_came_after_a_withdrawal_is_no_delivery() -> None:
    assert told([ARRIVED, event("ems", "withdrawn", 4), HANDED]) == [(Channel.EMS, 3, (11,))]


def test_without_any_proof_the_first_attempt_is_told_and_a_printed_letter_is_not() -> None:
    (first,) = delivery_facts([event("hand", "prepared", 1), NOBODY_IN], ROWS)
    assert isinstance(first, DeliveryFact)
    assert (first.outcome, first.grade, first.exhibits) == (Outcome.UNREACHABLE, Grade.NONE, (13,))
    assert delivery_facts([event("hand", "prepared", 1)], ROWS) == ()
