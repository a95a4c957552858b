"""What the other rooms write, read by this one: two implementations of docs/formats.md that share no code."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from builder import (
    FACTS,
    canonical,
    commit,
    grown_from,
    mth,
    proof,
    sample_case,
    sha,
    signing_key,
    write_folder,
)

from evidence.bundle import bag as writer
from evidence.journal import (
    Journal,
    check_journal,
    open_engine,
    origin_of,
    parse_proof,
    verify_proof,
    writing,
)
from evidence.journal import entries as wording
from evidence.model.delivery import Channel, Grade, Outcome, Witness
from evidence.model.letter import Fact, LegalEffect, LetterKind, LetterNumber
from evidence.model.problem import Place
from evidence.model.report import Status
from evidence.stamp.digests import commitment as their_commitment
from evidence.stamp.digests import digest_bytes
from evidence.stamp.facts import disclose, seal_facts
from evidence.verify import verify_paths
from evidence.verify.archive import check_archive
from evidence.verify.commit import commitment, digests_of
from evidence.verify.disclosure import OpenFact
from evidence.verify.files import Bag, ZipFiles
from evidence.verify.journal import check_journal as check_files
from evidence.verify.keys import PublicKey, parse_key_file
from evidence.verify.merkle import is_included, leaf_hash, nodes_of_consistency, root_of
from evidence.verify.note import parse_checkpoint
from evidence.verify.note import parse_proof as our_parse_proof

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
NUMBER = LetterNumber(2, 2026, 1)
SIGNER = signing_key()
KEY = PublicKey(SIGNER.public.raw)
BY = KEY.kid.hex()


def every_entry() -> list[bytes]:
    """One entry of each type the format has."""
    digest = "ab" * 32
    return [
        wording.journal_opened(at=AT, by=BY, journal="sample", key=KEY.raw, jurisdiction="cn", tool="0", test=True),
        wording.ledger_imported(at=AT, by=BY, snapshot="s1", files=[digest], accounts=3, charges=9),
        wording.run_planned(
            at=AT, by=BY, run="R1", kind=LetterKind.DEMAND, effect=LegalEffect.DEMAND, series=2, year=2026, first=1,
            last=2, batches=[2], converter="office2pdf", template=digest, locale="zh",
        ),
        wording.letter_issued(
            at=AT, by=BY, run="R1", number=NUMBER, kind=LetterKind.DEMAND, effect=LegalEffect.DEMAND, subject=digest,
            profile=1, token=digest, docx=digest, pdf=digest, pages=1,
        ),
        wording.letter_voided(at=AT, by=BY, run="R1", number=LetterNumber(2, 2026, 2), reason="missing-glyph"),
        wording.run_completed(at=AT, by=BY, run="R1", issued=1, voided=1),
        wording.delivery_recorded(
            at=AT, by=BY, number=NUMBER, channel=Channel.EMS, outcome=Outcome.DELIVERED, happened_at=AT,
            witness=Witness.CARRIER, grade=Grade.B, event=digest, proofs=[digest, digest],
        ),
        wording.bundle_made(at=AT, by=BY, bundle="b1", version=1, subject=digest, seal=digest),
    ]  # fmt: skip


@pytest.fixture
def kept(tmp_path: Path) -> dict[str, bytes]:
    """The files of a bundle's journal folder, as the journal's own store gives them."""
    engine = open_engine(tmp_path / "journal.db")
    origin = origin_of("sample", test=True)
    journal = Journal(engine)
    with writing(engine) as conn:
        journal.append(conn, every_entry())
        note = journal.checkpoint(conn, SIGNER.sign, KEY.raw, origin)
        assert check_journal(conn) == []
        files: dict[str, bytes] = {}
        for index in range(8):
            name = "bundle" if index == 7 else f"{index:06d}"
            files[f"journal/{name}.json"] = journal.entry(conn, index)
            files[f"journal/{name}.proof"] = journal.proof_text(conn, index, note).encode()
    engine.dispose()
    return files


def test_the_journal_they_keep_stands_our_checks(kept: dict[str, bytes]) -> None:
    journal = check_files(kept, KEY, "bundle")
    assert [(fact.id, fact.reason) for fact in journal.facts if fact.status is not Status.PASS] == []
    assert [entry.index for entry in journal.entries] == list(range(7))
    assert journal.checkpoint is not None and journal.checkpoint.is_test
    entries = [kept[f"journal/{index:06d}.json"] for index in range(7)]
    for size in range(1, 8):
        assert journal.root_at(size) == mth(entries[:size])


def test_our_proofs_stand_theirs(kept: dict[str, bytes]) -> None:
    """The test's own writer is no third dialect: their reader takes what ours takes."""
    note = our_parse_proof(kept["journal/000000.proof"]).note
    entries = [kept[f"journal/{index:06d}.json"] for index in range(7)] + [kept["journal/bundle.json"]]
    for index, entry in enumerate(entries):
        text = proof(index, entries, note)
        assert text == kept[f"journal/{'bundle' if index == 7 else f'{index:06d}'}.proof"]
        assert verify_proof(text, entry, origin_of("sample", test=True), KEY.raw)[0] == index
        assert parse_proof(text).index == index
    assert parse_checkpoint(note).is_signed_by(KEY)


def test_the_consistency_proofs_they_make_are_ours(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "journal.db")
    journal = Journal(engine)
    with writing(engine) as conn:
        journal.append(conn, every_entry())
        entries = [journal.entry(conn, index) for index in range(8)]
        for old in range(1, 8):
            theirs = journal.consistency(conn, old, 8)
            assert list(theirs) == grown_from(old, entries)
            assert nodes_of_consistency(old, 8, theirs, mth(entries[:old]), mth(entries)) is not None
    engine.dispose()


def test_entries_are_canonical_in_both_rooms(kept: dict[str, bytes]) -> None:
    import json

    for path, data in kept.items():
        if path.endswith(".json"):
            assert canonical(json.loads(data)) == data


def test_commitments_and_facts_agree() -> None:
    salt = b"s" * 32
    data = "样本".encode()
    theirs = their_commitment(salt, digest_bytes(data)).hex()
    assert theirs == commitment(salt, digests_of([data])) == commit(salt, data)
    facts = tuple(Fact(name, value) for name, value in FACTS)
    seal = seal_facts(facts, b"k" * 32, NUMBER)
    ours = [OpenFact(fact.name, fact.value, fact.salt).leaf for fact in disclose(facts, seal)]
    assert root_of(ours) == seal.root
    assert is_included(ours[0], 0, 1, [], ours[0])
    assert leaf_hash(b"") == sha(b"\x00")


def test_their_key_file_is_ours() -> None:
    public = signing_key(7).public
    assert parse_key_file(public.to_text().encode()).raw == public.raw
    assert PublicKey(public.raw).fingerprint == public.fingerprint.replace(" ", "").lower()


def test_the_zip_they_write_is_the_one_we_build(tmp_path: Path) -> None:
    files = {**sample_case().files(), "data/originals/空.txt": b"", "data/originals/Ω.txt": b"x" * 70_000}
    writer.write_zip(tmp_path / "bundle.zip", files)
    with Bag(opened := ZipFiles(tmp_path / "bundle.zip")) as bag:
        fact = check_archive(tmp_path / "bundle.zip", bag, opened.prefix, Place())
    assert (fact.status, fact.reason) == (Status.PASS, "")


def test_the_manifests_they_write_stand_our_checks(tmp_path: Path) -> None:
    case = sample_case()
    case.payload["data/originals/100% 样本.txt"] = b"per cent"
    files = case.files()
    theirs = writer.manifest({path: data for path, data in files.items() if path.startswith("data/")})
    # The test's writer does not escape; the checker must read what theirs does.
    assert theirs == files["manifest-sha256.txt"].replace(b"100% ", b"100%25 ")
    files["manifest-sha256.txt"] = theirs
    report = verify_paths([write_folder(tmp_path / "b", files)])
    assert not [fact for fact in report.failures if fact.id == "bag.manifest"]
