"""The journal's tables: growing, reading, proving, and failing by name."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from conftest import AT, KEY, ORIGIN, OTHER_KEY, fill, line, opening
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from evidence.errors import EvidenceError, ExitCode
from evidence.journal import Journal, check_journal, open_engine, reading, verify_proof, writing
from evidence.journal.merkle import leaf_hash, root_of, verify_consistency, verify_inclusion
from evidence.journal.note import Checkpoint, parse_checkpoint, sign_checkpoint, verify_checkpoint

ENTRIES = [opening(), *(line(i) for i in range(1, 40))]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def code_of(caught: pytest.ExceptionInfo[EvidenceError]) -> str:
    return caught.value.problems[0].code.removeprefix("journal.")


class TestGrowing:
    def test_places_are_given_in_order_and_without_gap(self, engine: Engine) -> None:
        journal = Journal(engine)
        with writing(engine) as conn:
            assert journal.size(conn) == 0
            assert journal.append(conn, []) == range(0)
            assert journal.append(conn, ENTRIES[:1]) == range(1)
            assert journal.append(conn, ENTRIES[1:5]) == range(1, 5)
        with writing(engine) as conn:
            assert journal.append(conn, ENTRIES[5:]) == range(5, 40)
        with reading(engine) as conn:
            assert list(journal.entries(conn)) == ENTRIES
            assert list(journal.entries(conn, 38)) == ENTRIES[38:]
            assert list(journal.entries(conn, 3, 6)) == ENTRIES[3:6]
            assert journal.entry(conn, 39) == ENTRIES[39]
            assert journal.root(conn) == root_of(LEAVES)
            assert [journal.root(conn, n) for n in range(41)] == [root_of(LEAVES[:n]) for n in range(41)]

    def test_it_commits_and_fails_together_with_the_callers_tables(self, engine: Engine) -> None:
        journal = fill(engine, 1)
        with writing(engine) as conn:
            conn.execute(text("CREATE TABLE cases (name TEXT)"))
        with pytest.raises(RuntimeError, match="cut short"), writing(engine) as conn:
            journal.append(conn, ENTRIES[1:3])
            conn.execute(text("INSERT INTO cases VALUES ('样本')"))
            raise RuntimeError("cut short")
        with reading(engine) as conn:
            assert journal.size(conn) == 1
            assert conn.execute(text("SELECT count(*) FROM cases")).scalar_one() == 0

    def test_one_bad_entry_keeps_the_whole_batch_out_and_all_faults_are_named(self, engine: Engine) -> None:
        journal = fill(engine, 2)
        with pytest.raises(EvidenceError) as caught, writing(engine) as conn:
            journal.append(conn, [ENTRIES[2], b"{}", ENTRIES[3], b"{ }"])
        assert [(p.code, p.where.part) for p in caught.value.problems] == [
            ("journal.entry-shape", "entry 3"),
            ("journal.json-not-canonical", "entry 5"),
        ]
        with reading(engine) as conn:
            assert journal.size(conn) == 2

    def test_without_the_write_lock_nothing_is_appended_or_signed(self, engine: Engine) -> None:
        journal = fill(engine, 1)
        with reading(engine) as conn:
            with pytest.raises(ValueError, match=r"writing\(\)"):
                journal.append(conn, ENTRIES[1:])
            with pytest.raises(ValueError, match=r"writing\(\)"):
                journal.checkpoint(conn, KEY.sign, KEY.public, ORIGIN)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE journal_entries SET entry = x'00' WHERE idx = 1",
            "DELETE FROM journal_entries WHERE idx = 2",
            "DELETE FROM journal_nodes",
            "UPDATE journal_nodes SET hash = x'00'",
            "INSERT INTO journal_entries VALUES (7, x'00', x'00')",
            "INSERT OR REPLACE INTO journal_entries VALUES (1, x'00', x'00')",
            "INSERT INTO journal_entries VALUES (-1, x'00', x'00')",
            "DELETE FROM journal_heads",
            "UPDATE journal_heads SET note = ''",
        ],
    )
    def test_the_tables_refuse_to_be_rewritten(self, engine: Engine, statement: str) -> None:
        journal = fill(engine, 3)
        with writing(engine) as conn:
            journal.checkpoint(conn, KEY.sign, KEY.public, ORIGIN)
        with pytest.raises(IntegrityError, match="append-only"), writing(engine) as conn:
            conn.execute(text(statement))
        with reading(engine) as conn:
            assert check_journal(conn) == []


class TestHeads:
    def test_a_head_is_that_of_the_present_size_and_kept(self, engine: Engine) -> None:
        journal = fill(engine, 7)
        with writing(engine) as conn:
            assert journal.latest_head(conn) is None
            note = journal.checkpoint(conn, KEY.sign, KEY.public, ORIGIN)
            head = journal.latest_head(conn)
        assert verify_checkpoint(note, ORIGIN, KEY.public) == Checkpoint(ORIGIN, 7, root_of(LEAVES[:7]))
        assert head is not None
        assert (head.size, head.root, head.note) == (7, root_of(LEAVES[:7]), note)

    def test_nothing_added_means_the_same_head(self, engine: Engine) -> None:
        journal = fill(engine, 7)
        with writing(engine) as conn:
            notes = {journal.checkpoint(conn, KEY.sign, KEY.public, ORIGIN) for _ in range(3)}
            assert len(notes) == len(journal.heads(conn)) == 1
            journal.append(conn, ENTRIES[7:9])
            journal.checkpoint(conn, KEY.sign, KEY.public, ORIGIN)
            assert [head.size for head in journal.heads(conn)] == [7, 9]

    def test_another_key_may_sign_the_same_head(self, engine: Engine) -> None:
        journal = fill(engine, 7)
        with writing(engine) as conn:
            first = journal.checkpoint(conn, KEY.sign, KEY.public, ORIGIN)
            second = journal.checkpoint(conn, OTHER_KEY.sign, OTHER_KEY.public, ORIGIN)
            assert parse_checkpoint(first) == parse_checkpoint(second)
            assert [head.note for head in journal.heads(conn)] == [first]

    def test_an_empty_journal_has_none(self, engine: Engine) -> None:
        with pytest.raises(EvidenceError) as caught, writing(engine) as conn:
            Journal(engine).checkpoint(conn, KEY.sign, KEY.public, ORIGIN)
        assert code_of(caught) == "empty"

    @pytest.mark.parametrize("stays", [5, 7])
    def test_a_second_story_is_never_signed(self, engine: Engine, tmp_path: Path, stays: int) -> None:
        # The head of seven entries left the house; then a shorter, or another, journal took its place.
        fill(engine, stays)
        rival = open_engine(tmp_path / "rival.db")
        journal = Journal(rival)
        with writing(rival) as conn:
            journal.append(conn, [opening(), *(line(100 + i) for i in range(6))])
            note = journal.checkpoint(conn, KEY.sign, KEY.public, ORIGIN)
        with writing(engine) as conn:
            head = {"root": parse_checkpoint(note).root, "note": note}
            conn.execute(text("INSERT INTO journal_heads VALUES (7, :root, :note)"), head)
        with pytest.raises(EvidenceError) as caught, writing(engine) as conn:
            Journal(engine).checkpoint(conn, KEY.sign, KEY.public, ORIGIN)
        assert code_of(caught) == "head-contradicted"
        assert caught.value.exit_code is ExitCode.VERIFY
        rival.dispose()


class TestProving:
    def test_every_entry_under_every_later_size(self, engine: Engine) -> None:
        journal = fill(engine, 33)
        with reading(engine) as conn:
            for size in (1, 2, 3, 8, 31, 32, 33):
                root = root_of(LEAVES[:size])
                for index in range(size):
                    proof = journal.inclusion(conn, index, size)
                    assert verify_inclusion(LEAVES[index], index, size, proof, root)
                for first in range(1, size + 1):
                    proof = journal.consistency(conn, first, size)
                    assert verify_consistency(first, size, proof, root_of(LEAVES[:first]), root)

    def test_proofs_against_a_head_stay_good_as_the_journal_grows(self, engine: Engine) -> None:
        journal = fill(engine, 20)
        with writing(engine) as conn:
            note = journal.checkpoint(conn, KEY.sign, KEY.public, ORIGIN)
            before = [journal.proof_text(conn, i, note) for i in range(20)]
            journal.append(conn, ENTRIES[20:])
            assert [journal.proof_text(conn, i, note) for i in range(20)] == before
        for index, proof in enumerate(before):
            assert verify_proof(proof, ENTRIES[index], ORIGIN, KEY.public)[0] == index

    def test_what_is_not_there_is_said_by_name(self, engine: Engine) -> None:
        journal = fill(engine, 4)
        with writing(engine) as conn:
            note = journal.checkpoint(conn, KEY.sign, KEY.public, ORIGIN)
        with reading(engine) as conn:
            for call in (
                lambda: journal.entry(conn, 4),
                lambda: journal.entry(conn, -1),
                lambda: journal.root(conn, 5),
                lambda: journal.inclusion(conn, 4, 4),
                lambda: journal.inclusion(conn, 0, 5),
                lambda: journal.consistency(conn, 0, 4),
                lambda: journal.consistency(conn, 3, 2),
                lambda: journal.proof_text(conn, 4, note),
            ):
                with pytest.raises(EvidenceError) as caught:
                    call()
                assert code_of(caught) == "no-such-entry"

    def test_no_proof_under_a_strangers_head(self, engine: Engine) -> None:
        journal = fill(engine, 4)
        for size in (4, 5):
            stranger = sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32)), KEY.sign, KEY.public)
            with reading(engine) as conn, pytest.raises(EvidenceError) as caught:
                journal.proof_text(conn, 0, stranger)
            assert code_of(caught) == "head-contradicted"


class TestEngine:
    def test_it_is_opened_for_durability(self, engine: Engine) -> None:
        with reading(engine) as conn:
            found = {
                name: conn.execute(text(f"PRAGMA {name}")).scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
            }
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "busy_timeout": 5000,
            "secure_delete": 1,
        }

    def test_a_second_writer_is_told_who_is_in_the_way(self, engine: Engine) -> None:
        impatient = open_engine(str(engine.url), busy_timeout_ms=0)
        with writing(engine) as conn:
            Journal(conn).append(conn, ENTRIES[:1])
            with pytest.raises(EvidenceError) as caught, writing(impatient):
                raise AssertionError("the lock was given twice")
            with reading(impatient) as other:
                assert Journal(impatient).size(other) == 0  # readers are not in the way, and see what was
        assert (code_of(caught), caught.value.exit_code) == ("locked", ExitCode.OUTPUT)
        assert caught.value.problems[0].params == {"path": engine.url.database}
        impatient.dispose()

    def test_a_full_disk_is_told_and_keeps_nothing(self, engine: Engine) -> None:
        journal = fill(engine, 2)
        with pytest.raises(EvidenceError) as caught, writing(engine) as conn:
            pages = conn.execute(text("PRAGMA page_count")).scalar_one()
            conn.execute(text(f"PRAGMA max_page_count = {pages}"))
            journal.append(conn, [line(i) for i in range(2, 2000)])
        assert (code_of(caught), caught.value.exit_code) == ("disk-full", ExitCode.OUTPUT)
        with reading(engine) as conn:
            assert journal.size(conn) == 2

    def test_a_database_that_may_only_be_read(self, engine: Engine) -> None:
        fill(engine, 2)
        with pytest.raises(EvidenceError) as caught, writing(engine) as conn:
            conn.execute(text("PRAGMA query_only = 1"))
            Journal(conn).append(conn, ENTRIES[2:3])
        assert (code_of(caught), caught.value.exit_code) == ("read-only", ExitCode.OUTPUT)

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(EvidenceError) as caught, writing(open_engine(tmp_path / "no" / "office.db")):
            raise AssertionError("opened")
        assert (code_of(caught), caught.value.exit_code) == ("cannot-open", ExitCode.MISSING)

    def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        (tmp_path / "office.db").write_bytes(b"not a database, but long enough to be taken for one" * 40)
        with pytest.raises(EvidenceError) as caught, reading(open_engine(tmp_path / "office.db")):
            raise AssertionError("opened")
        assert code_of(caught) == "damaged"

    def test_other_faults_of_the_database_pass_unchanged(self, engine: Engine) -> None:
        with pytest.raises(OperationalError, match="no such table"), writing(engine) as conn:
            conn.execute(text("SELECT * FROM nowhere"))

    def test_other_databases_are_refused_by_name(self) -> None:
        with pytest.raises(EvidenceError) as caught:
            open_engine("mysql://db.invalid/office")
        assert code_of(caught) == "engine"

    def test_a_path_with_signs_that_mean_something_in_a_url(self, tmp_path: Path) -> None:
        path = tmp_path / "100% 样本?.db"
        made = open_engine(path)
        fill(made, 1)
        made.dispose()
        with sqlite3.connect(path) as plain:
            assert plain.execute("SELECT count(*) FROM journal_entries").fetchone() == (1,)
        plain.close()

    def test_an_undone_transaction_gives_the_lock_back(self, engine: Engine) -> None:
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt), writing(engine) as conn:
                Journal(conn).append(conn, ENTRIES[:1])
                raise KeyboardInterrupt
        fill(engine, 1)


def test_the_same_entries_give_the_same_tree_and_notes_anywhere(tmp_path: Path) -> None:
    notes = []
    for name, batches in (("a", [40]), ("b", [1, 2, 37]), ("c", [1] * 40)):
        made = open_engine(tmp_path / f"{name}.db")
        journal, rest = Journal(made), list(ENTRIES)
        for size in batches:
            with writing(made) as conn:
                journal.append(conn, rest[:size])
            rest = rest[size:]
        with writing(made) as conn:
            notes.append(journal.checkpoint(conn, KEY.sign, KEY.public, ORIGIN))
        made.dispose()
    assert len(set(notes)) == 1
    assert AT.isoformat() not in notes[0]  # a head holds no time
