"""Facts of the deliveries recorded in a bundle: events and proofs against the journal's entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from evidence.model.problem import Place
from evidence.model.report import Fact
from evidence.verify.canonical import Json, parse_canonical
from evidence.verify.commit import commitment
from evidence.verify.files import Bag
from evidence.verify.grades import grade_of
from evidence.verify.journal import Entry
from evidence.verify.limits import EVENT_BYTES
from evidence.verify.opened import Opened
from evidence.verify.receipts import check_statement, is_statement
from evidence.verify.refused import Refused, failed, not_checked, passed, unknown

LETTERS = "data/originals/letters/"

# The keys of an event, and of each of its proofs, by version (docs/formats.md, section 4).
_EVENT_1 = (
    "at", "channel", "letter", "note", "outcome", "place", "proofs", "recorded_at", "relation", "servers", "signer",
    "tracking", "v", "witness_name",
)  # fmt: skip
_PROOF_1 = ("media_type", "name", "sha256", "size", "sm3", "taken_at")
_EVENT = {1: _EVENT_1, 2: tuple(sorted((*_EVENT_1, "reason", "sent_to")))}
_PROOF = {1: _PROOF_1, 2: tuple(sorted((*_PROOF_1, "role")))}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One recorded delivery, as the journal has it; ``proofs`` counts the proof files found unchanged."""

    number: str
    channel: str
    outcome: str
    at: str
    witness: str
    grade: str
    proofs: int
    index: int


def check_deliveries(
    bag: Bag,
    name: str,
    entries: Sequence[Entry],
    event_salts: Mapping[str, bytes],
    opened: Opened,
    letters: Mapping[str, Entry],
    *,
    origin: str = "",
    withheld: frozenset[str] = frozenset(),
) -> tuple[list[Fact], list[Delivery]]:
    """Facts ``delivery.*``. ``letters`` maps numbers to the entries that issued them; ``origin`` is the journal's.

    ``withheld`` are commitments of files that a copy for the other party says it keeps back: these are not checked.
    """
    facts: list[Fact] = []
    deliveries: list[Delivery] = []
    events = _events(bag, event_salts)
    for entry in entries:
        where = Place(file=name, part=entry.path)
        number = entry.text("number")
        letter = letters.get(number)
        if letter is None:
            facts.append(failed("delivery.letter", where, "delivery-no-letter", number=number))
        elif letter.index >= entry.index:
            facts.append(failed("delivery.letter", where, "delivery-early", number=number))
        elif entry.text("at") < letter.at:
            facts.append(
                unknown("delivery.letter", where, "delivery-before", at=entry.text("at"), previous=letter.at)
            )
        else:
            facts.append(passed("delivery.letter", where, number=number))
        path = events.get(entry.text("event"))
        # A proof counts at its own place: beside its event, or at least among the letter's.
        beside = (path.removesuffix(".json") + "-",) if path is not None else ()
        found = [opened.file(v, *beside, f"{LETTERS}{number}/") for v in entry.texts("proofs")]
        proofs = [proof for proof in found if proof is not None]
        gone = [value for value, proof in zip(entry.texts("proofs"), found, strict=True) if proof is None]
        absent = sum(value not in withheld for value in gone)
        facts.append(
            failed("delivery.proofs", where, "proofs-absent", number=number, count=absent)
            if absent
            else not_checked("delivery.proofs", where, "kept-back", number=number)
            if gone
            else passed("delivery.proofs", where, number=number, count=len(proofs))
        )
        if path is None and entry.text("event") in withheld:
            facts.append(not_checked("delivery.event", where, "kept-back", number=number))
        elif path is None:
            facts.append(failed("delivery.event", where, "event-absent", number=number))
        else:
            at = letter and opened.file(letter.text("pdf"), f"{LETTERS}{number}.")
            pdf = bag.digests(at).sha256.hex() if at else ""
            kept = [
                proof if proof is not None or value not in withheld else ""
                for value, proof in zip(entry.texts("proofs"), found, strict=True)
            ]
            at_hand = [proof for proof in kept if proof is not None]
            facts.append(_event(bag, Place(file=name, part=path), path, entry, at_hand, origin, pdf))
        deliveries.append(
            Delivery(
                number,
                entry.text("channel"),
                entry.text("outcome"),
                entry.text("at"),
                entry.text("witness"),
                entry.text("grade"),
                len(proofs),
                entry.index,
            )
        )
    known = {entry.text("event") for entry in entries}
    for value, path in sorted(events.items(), key=lambda item: item[1]):
        if value not in known:
            facts.append(failed("delivery.event", Place(file=name, part=path), "event-unrecorded"))
    return facts, deliveries


def _events(bag: Bag, salts: Mapping[str, bytes]) -> dict[str, str]:
    """Commitment to path of each disclosed event."""
    found: dict[str, str] = {}
    for path, salt in sorted(salts.items()):
        if path in bag:
            try:
                found[commitment(salt, bag.digests(path))] = path
            except Refused:
                continue  # named already by the manifests
    return found


def _event(
    bag: Bag, where: Place, path: str, entry: Entry, proofs: Sequence[str], origin: str, pdf: str
) -> Fact:
    """The event's own text against its entry and the proof files, and a statement of the letter's page against both.

    An empty path among ``proofs`` is a file that was kept back.
    """
    number = entry.text("number")
    try:
        event = parse_canonical(bag.read(path, EVENT_BYTES))
        files = [bag.digests(proof) if proof else None for proof in proofs]
    except Refused as refused:
        return refused.fact("delivery.event", where)
    if not isinstance(event, dict) or type(version := event.get("v")) is not int:
        return failed("delivery.event", where, "event-form")
    if tuple(sorted(event)) != _EVENT.get(version):
        return failed("delivery.event", where, "event-form")
    listed = event["proofs"]
    if not isinstance(listed, list):
        return failed("delivery.event", where, "event-form")
    told: list[tuple[Json, ...]] = []
    for proof in listed:
        if not isinstance(proof, dict) or tuple(sorted(proof)) != _PROOF[version]:
            return failed("delivery.event", where, "event-form")
        told.append((proof["size"], proof["sha256"], proof["sm3"]))
    # Another hand than the one that graded first (docs/formats.md §4): better than it bears is false.
    grade, witness = grade_of(event)
    wrong = [
        name
        for name, same in (
            ("letter", event["letter"] == number),
            ("channel", event["channel"] == entry.text("channel")),
            ("outcome", event["outcome"] == entry.text("outcome")),
            ("at", _same_moment(event["at"], entry.text("at"))),
            (
                "proofs",
                len(told) == len(files)
                and all(
                    file is None or said == (file.size, file.sha256.hex(), file.sm3.hex())
                    for said, file in zip(told, files, strict=True)
                ),
            ),
            ("grade", grade == entry.text("grade")),
            ("witness", witness == entry.text("witness")),
        )
        if not same
    ]
    if wrong:
        return failed("delivery.event", where, "event-differs", what=", ".join(wrong), number=number)
    listing = [proof for proof in listed if isinstance(proof, dict)]
    for place, proof in enumerate(listing):
        if is_statement(proof) and proofs[place]:
            others = listing[:place] + listing[place + 1 :]
            try:
                statement = bag.read(proofs[place], EVENT_BYTES)
                check_statement(statement, event, str(proof["role"]), others, origin=origin, pdf=pdf)
            except Refused as refused:
                return refused.fact("delivery.event", Place(where.file, part=proofs[place]), number=number)
    return passed("delivery.event", where, number=number)


def _same_moment(told: Json, recorded: str) -> bool:
    """Whether a time with its own zone is the moment the entry gives in UTC."""
    try:
        return datetime.fromisoformat(str(told)) == datetime.fromisoformat(recorded)
    except ValueError:
        return False
