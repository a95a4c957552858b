"""Entries: exactly the bytes of docs/formats.md §4, and nothing that names a person."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from conftest import AT, KEY, OTHER_KEY, opening

from evidence.errors import EvidenceError, Place
from evidence.journal import entries
from evidence.journal.canonical import dumps
from evidence.journal.entries import MAX_ENTRY_BYTES, kid_of, parse_entry, public_key_of
from evidence.journal.forms import FORMS, base32
from evidence.model.delivery import Channel, Grade, Outcome, Witness
from evidence.model.letter import LegalEffect, LetterKind, LetterNumber

HEX = "0123456789abcdef" * 4
NUMBER = LetterNumber(2, 2026, 1)
WHO = {"at": AT, "by": KEY.kid}

EVERY_TYPE: dict[str, tuple[bytes, str]] = {
    "journal.opened": (
        opening(),
        '{"journal":"sample","jurisdiction":"cn",'
        '"key":"RKEOHXLUBHYZL7KS3MWTZOS5OLFGOCN7DWKBEG7TOSEADNAPN5OA",'
        '"test":true,"tool":"evidence-kit 0"}',
    ),
    "ledger.imported": (
        entries.ledger_imported(**WHO, snapshot="s1", files=[HEX], accounts=3, charges=40),
        f'{{"accounts":3,"charges":40,"files":["{HEX}"],"snapshot":"s1"}}',
    ),
    "run.planned": (
        entries.run_planned(
            **WHO,
            run="r1",
            kind=LetterKind.DEMAND,
            effect=LegalEffect.DEMAND,
            series=2,
            year=2026,
            first=1,
            last=75,
            batches=[50, 25],
            converter="libreoffice 24.2 (Linux)",
            template=HEX,
            locale="zh-Hant",
        ),
        '{"batches":[50,25],"converter":"libreoffice 24.2 (Linux)","effect":"demand","first":1,'
        f'"kind":"demand","last":75,"locale":"zh-Hant","run":"r1","series":2,"template":"{HEX}","year":2026}}',
    ),
    "letter.issued": (
        entries.letter_issued(
            **WHO,
            run="r1",
            number=NUMBER,
            kind=LetterKind.DEMAND,
            effect=LegalEffect.DEMAND,
            subject=HEX,
            profile=1,
            token=HEX,
            docx=HEX,
            pdf=HEX,
            pages=2,
        ),
        f'{{"docx":"{HEX}","effect":"demand","kind":"demand","number":"2-2026-0001","pages":2,"pdf":"{HEX}",'
        f'"profile":1,"run":"r1","subject":"{HEX}","token":"{HEX}"}}',
    ),
    "letter.approved": (
        entries.letter_approved(
            **WHO, run="r1", draft=NUMBER, number=LetterNumber(3, 2026, 2), docx=HEX, approval=HEX
        ),
        f'{{"approval":"{HEX}","docx":"{HEX}","draft":"2-2026-0001","number":"3-2026-0002","run":"r1"}}',
    ),
    "letter.voided": (
        entries.letter_voided(**WHO, run="r1", number=NUMBER, reason="letters.glyph-missing"),
        '{"number":"2-2026-0001","reason":"letters.glyph-missing","run":"r1"}',
    ),
    "run.completed": (
        entries.run_completed(**WHO, run="r1", issued=74, voided=1),
        '{"issued":74,"run":"r1","voided":1}',
    ),
    "delivery.recorded": (
        entries.delivery_recorded(
            **WHO,
            number=NUMBER,
            channel=Channel.EMS,
            outcome=Outcome.DELIVERED,
            happened_at=datetime(2026, 11, 25, 10, 30, tzinfo=timezone(timedelta(hours=8))),
            witness=Witness.CARRIER,
            grade=Grade.A,
            event=HEX,
            proofs=[HEX],
        ),
        f'{{"at":"2026-11-25T02:30:00Z","channel":"ems","event":"{HEX}","grade":"A","number":"2-2026-0001",'
        f'"outcome":"delivered","proofs":["{HEX}"],"witness":"carrier"}}',
    ),
    "receipt.recorded": (
        entries.receipt_recorded(
            **WHO,
            number=NUMBER,
            action="received",
            method="sms",
            witness=Witness.PROVIDER,
            grade=Grade.C,
            event=HEX,
            files=[HEX],
        ),
        f'{{"action":"received","event":"{HEX}","files":["{HEX}"],"grade":"C","method":"sms","number":"2-2026-0001",'
        f'"witness":"provider"}}',
    ),
    "bundle.made": (
        entries.bundle_made(**WHO, bundle="b-1", version=1, subject=HEX, seal=HEX),
        f'{{"bundle":"b-1","seal":"{HEX}","subject":"{HEX}","version":1}}',
    ),
    "case.recorded": (
        entries.case_recorded(**WHO, kind="payment", event=HEX),
        f'{{"event":"{HEX}","kind":"payment"}}',
    ),
    "rule.overridden": (
        entries.rule_overridden(**WHO, rule="R16", command="bundle", subject=HEX, reason=HEX),
        f'{{"command":"bundle","reason":"{HEX}","rule":"R16","subject":"{HEX}"}}',
    ),
    "time.anchored": (
        entries.time_anchored(
            **WHO,
            authority="tsa1",
            covers="checkpoint",
            size=7,
            root=HEX,
            stamped=HEX,
            algorithm="sm3",
            token=HEX,
            gen_time=AT,
            test=True,
        ),
        f'{{"algorithm":"sm3","at":"2026-11-21T02:00:00Z","authority":"tsa1","covers":"checkpoint","root":"{HEX}",'
        f'"size":7,"stamped":"{HEX}","test":true,"token":"{HEX}"}}',
    ),
    "time.renewed": (
        entries.time_renewed(**WHO, algorithm="sha512", record=HEX, size=7, files=0),
        f'{{"algorithm":"sha512","files":0,"record":"{HEX}","size":7}}',
    ),
    "key.rotated": (
        entries.key_rotated(
            at=AT, old=KEY.public, new=OTHER_KEY.public, old_signature=b"o" * 64, new_signature=b"n" * 64
        ),
        f'{{"new":"{base32(OTHER_KEY.public)}","new_signature":"{"6e" * 64}","old":"{base32(KEY.public)}",'
        f'"old_signature":"{"6f" * 64}"}}',
    ),
    "key.revoked": (
        entries.key_revoked(
            at=AT, old=OTHER_KEY.public, new=KEY.public, reason="stolen", new_signature=b"n" * 64
        ),
        f'{{"new":"{base32(KEY.public)}","new_signature":"{"6e" * 64}","old":"{base32(OTHER_KEY.public)}",'
        '"reason":"stolen"}',
    ),
    "person.erased": (
        entries.person_erased(**WHO, subject=HEX, files=0),
        f'{{"files":0,"subject":"{HEX}"}}',
    ),
}


def altered(kind: str, change: Callable[[dict[str, Any]], object]) -> bytes:
    """The sample entry of a type after a change, in canonical form again."""
    value = json.loads(EVERY_TYPE[kind][0])
    change(value)
    return dumps(value)


def problems_of(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(EvidenceError) as caught:
        parse_entry(data, Place(part="entry 7"))
    assert {problem.where for problem in caught.value.problems} == {Place(part="entry 7")}
    return [(p.code.removeprefix("journal."), str(p.params.get("field", ""))) for p in caught.value.problems]


def test_there_is_a_sample_of_every_type() -> None:
    assert set(EVERY_TYPE) == set(FORMS)


@pytest.mark.parametrize("kind", FORMS)
def test_the_bytes_are_those_of_the_format(kind: str) -> None:
    entry, data = EVERY_TYPE[kind]
    expected = f'{{"at":"2026-11-21T02:00:00Z","by":"{KEY.kid}","data":{data},"type":"{kind}","v":1}}'
    assert entry.decode() == expected


@pytest.mark.parametrize("kind", FORMS)
def test_what_is_written_is_read_back(kind: str) -> None:
    entry = parse_entry(EVERY_TYPE[kind][0])
    assert (entry.type, entry.at, entry.by, entry.raw) == (kind, AT, KEY.kid, EVERY_TYPE[kind][0])
    assert dumps(entry.data) == EVERY_TYPE[kind][1].encode()


@pytest.mark.parametrize("kind", FORMS)
def test_every_field_is_required_and_no_other_is_taken(kind: str) -> None:
    for field in FORMS[kind]:
        assert problems_of(altered(kind, lambda value, field=field: value["data"].pop(field))) == [
            ("entry-field-missing", field)
        ]
    assert problems_of(altered(kind, lambda value: value["data"].update(name="样本"))) == [
        ("entry-field-unknown", "'name'")
    ]


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize(
    "wrong", ["业主样本甲", "", " ", None, -1, [None], {"a": 1}, ["业主样本甲"]], ids=repr
)
def test_no_field_takes_a_name_or_a_wrong_kind_of_value(kind: str, wrong: object) -> None:
    for field in FORMS[kind]:
        assert problems_of(
            altered(kind, lambda value, field=field: value["data"].update({field: wrong}))
        ) == [("entry-field", field)]


def test_a_bundle_may_say_which_one_it_takes_the_place_of() -> None:
    entry = parse_entry(
        entries.bundle_made(**WHO, bundle="b-2", version=2, subject=HEX, seal=HEX, follows="cd" * 32)
    )
    assert entry.data["follows"] == "cd" * 32
    assert "follows" not in parse_entry(EVERY_TYPE["bundle.made"][0]).data
    assert problems_of(altered("bundle.made", lambda value: value["data"].update(follows="v1"))) == [
        ("entry-field", "follows")
    ]


def test_all_faults_are_reported_at_once() -> None:
    def change(value: dict[str, Any]) -> None:
        value["data"].update(pages=0, pdf=HEX.upper(), number="2-2026-1", extra=1)
        del value["data"]["token"]

    assert problems_of(altered("letter.issued", change)) == [
        ("entry-field-missing", "token"),
        ("entry-field-unknown", "'extra'"),
        ("entry-field", "number"),
        ("entry-field", "pdf"),
        ("entry-field", "pages"),
    ]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("at", "2026-11-21T10:00:00+08:00"),
        ("at", "2026-11-21T02:00:00"),
        ("at", "2026-11-21T2:00:00Z"),
        ("at", "2026-02-30T02:00:00Z"),
        ("at", 1795226400),
        ("by", KEY.kid.upper()),
        ("by", KEY.kid[:-1]),
        ("data", []),
        ("type", None),
        ("v", 2),
        ("v", True),
        ("v", "1"),
        ("extra", 1),
    ],
)
def test_the_frame_is_strict(field: str, wrong: object) -> None:
    assert problems_of(altered("run.completed", lambda value: value.update({field: wrong}))) == [
        ("entry-shape", "")
    ]


@pytest.mark.parametrize("data", [b"[]", b"null", b"{}", b'"at"'])
def test_other_json_is_no_entry(data: bytes) -> None:
    assert problems_of(data) == [("entry-shape", "")]


def test_unknown_types_are_refused() -> None:
    assert problems_of(altered("run.completed", lambda v: v.update(type="run.paused"))) == [
        ("entry-type", "")
    ]


def test_true_is_no_number() -> None:
    assert problems_of(altered("run.completed", lambda v: v["data"].update(issued=True))) == [
        ("entry-field", "issued")
    ]


@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        ("run.planned", {"last": 74}, "batches"),
        ("run.planned", {"batches": [50, 26]}, "batches"),
        ("run.planned", {"first": 76}, "last"),
        ("run.planned", {"batches": []}, "batches"),
        ("ledger.imported", {"files": []}, "files"),
        ("letter.issued", {"number": "2-2026-0000"}, "number"),
        ("letter.issued", {"number": "02-2026-0001"}, "number"),
        ("letter.issued", {"number": "2-2026-00001"}, "number"),
        ("letter.issued", {"number": " 2-2026-0001"}, "number"),
        ("letter.issued", {"kind": "threat"}, "kind"),
        ("delivery.recorded", {"channel": "pigeon"}, "channel"),
        ("delivery.recorded", {"grade": "a"}, "grade"),
        ("delivery.recorded", {"at": "2026-11-25T10:30:00+08:00"}, "at"),
        ("journal.opened", {"journal": "a/b"}, "journal"),
        ("journal.opened", {"key": "RKEOHXLUBHYZL7KS3MWTZOS5OLFGOCN7DWKBEG7TOSEADNAPN5OB"}, "key"),
        ("journal.opened", {"key": "rkeohxlubhyzl7ks3mwtzos5olfgocn7dwkbeg7toseadnapn5oa"}, "key"),
    ],
)
def test_contradictions_and_other_spellings(kind: str, change: dict[str, object], field: str) -> None:
    assert problems_of(altered(kind, lambda value: value["data"].update(change))) == [("entry-field", field)]


def test_the_opening_entry_names_the_key_it_is_made_with() -> None:
    assert problems_of(altered("journal.opened", lambda v: v.update(by=OTHER_KEY.kid))) == [
        ("entry-field", "key")
    ]
    assert public_key_of(parse_entry(opening())) == KEY.public
    with pytest.raises(ValueError, match="names no key"):
        public_key_of(parse_entry(EVERY_TYPE["bundle.made"][0]))


def test_key_ids() -> None:
    assert kid_of(KEY.public) == "34750f98bd59fcfc"


def test_constructors_refuse_what_the_reader_would() -> None:
    with pytest.raises(EvidenceError):
        entries.run_completed(**WHO, run="1栋301", issued=1, voided=0)
    with pytest.raises(EvidenceError):
        entries.letter_voided(**WHO, run="r1", number=NUMBER, reason="业主已去世")


@pytest.mark.parametrize("at", [datetime(2026, 11, 21), datetime(2026, 11, 21, microsecond=1, tzinfo=UTC)])
def test_times_have_a_zone_and_whole_seconds(at: datetime) -> None:
    with pytest.raises(ValueError, match="whole seconds"):
        entries.run_completed(at=at, by=KEY.kid, run="r1", issued=1, voided=0)


def test_a_run_of_100_000_letters_converted_one_by_one_fits_and_a_monster_does_not() -> None:
    def planned(letters: int) -> bytes:
        return altered(
            "run.planned", lambda v: v["data"].update(first=1, last=letters, batches=[1] * letters)
        )

    assert parse_entry(planned(100_000)).data["last"] == 100_000
    assert problems_of(planned(MAX_ENTRY_BYTES)) == [("entry-long", "")]
