"""Tampering with the file itself: whatever is changed, the check says what and where."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import AT, KEY, ORIGIN, OTHER_KEY, Key, fill, key_from, line, opening
from sqlalchemy import Engine, text

from evidence.errors import ExitCode, spec_of
from evidence.journal import Journal, check_journal, reading, writing
from evidence.journal.entries import key_revoked, key_rotated
from evidence.journal.keychange import change_text
from evidence.journal.merkle import leaf_hash, root_of
from evidence.journal.note import Checkpoint, origin_of, sign_checkpoint


def found(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as conn:
        return [(p.code.removeprefix("journal."), p.where.part) for p in check_journal(conn)]


def tamper(engine: Engine, *statements: str, **values: object) -> None:
    """What an intruder with the file can do: drop the triggers, then anything."""
    with writing(engine) as conn:
        names = conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        for name in names:
            conn.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            conn.execute(text(statement), values)


@pytest.fixture
def sound(engine: Engine) -> Engine:
    """Twelve entries, heads at 5 and 12."""
    journal = fill(engine, 5)
    with writing(engine) as conn:
        journal.checkpoint(conn, KEY.sign, KEY.public, ORIGIN)
        journal.append(conn, [line(i) for i in range(5, 12)])
        journal.checkpoint(conn, KEY.sign, KEY.public, ORIGIN)
    assert found(engine) == []
    return engine


def test_an_empty_journal_is_sound(engine: Engine) -> None:
    assert found(engine) == []


def test_an_altered_entry(sound: Engine) -> None:
    tamper(sound, "UPDATE journal_entries SET entry = :e WHERE idx = 6", e=line(600))
    assert found(sound) == [
        ("leaf-wrong", "entry 6"),
        ("node-wrong", "node 1/3"),
        ("node-wrong", "node 2/1"),
        ("node-wrong", "node 3/0"),
        ("head-wrong", "head 12"),
    ]


def test_an_altered_entry_with_its_leaf(sound: Engine) -> None:
    entry = line(600)
    tamper(
        sound, "UPDATE journal_entries SET entry = :e, leaf = :h WHERE idx = 6", e=entry, h=leaf_hash(entry)
    )
    assert [code for code, _ in found(sound)] == ["node-wrong", "node-wrong", "node-wrong", "head-wrong"]


def test_a_history_rewritten_up_to_the_nodes_is_given_away_by_the_heads(sound: Engine) -> None:
    tamper(sound, "DELETE FROM journal_entries", "DELETE FROM journal_nodes")
    with writing(sound) as conn:
        Journal(sound).append(conn, [opening(), *(line(i + (i == 3) * 500) for i in range(1, 12))])
    assert found(sound) == [("head-wrong", "head 5"), ("head-wrong", "head 12")]


def test_an_altered_leaf(sound: Engine) -> None:
    tamper(sound, "UPDATE journal_entries SET leaf = :h WHERE idx = 11", h=leaf_hash(b""))
    assert found(sound) == [("leaf-wrong", "entry 11")]


def test_a_missing_entry_in_the_middle(sound: Engine) -> None:
    tamper(sound, "DELETE FROM journal_entries WHERE idx = 7")
    assert found(sound) == [("gap", "entry 7")]


def test_entries_cut_off_at_the_end(sound: Engine) -> None:
    tamper(
        sound,
        "DELETE FROM journal_entries WHERE idx >= 9",
        "DELETE FROM journal_nodes WHERE (idx + 1) * (1 << level) > 9",
    )
    assert found(sound) == [("head-beyond", "head 12")]


def test_bytes_that_are_no_entry(sound: Engine) -> None:
    raw = line(11).replace(b":", b": ", 1)
    tamper(sound, "UPDATE journal_entries SET entry = :e, leaf = :h WHERE idx = 11", e=raw, h=leaf_hash(raw))
    assert found(sound) == [
        ("json-not-canonical", "entry 11"),
        ("node-wrong", "node 1/5"),
        ("node-wrong", "node 2/2"),
        ("head-wrong", "head 12"),
    ]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("DELETE FROM journal_nodes WHERE level = 2 AND idx = 1", [("node-missing", "node 2/1")]),
        ("DELETE FROM journal_nodes WHERE level = 3", [("node-missing", "node 3/0")]),
        (
            "UPDATE journal_nodes SET hash = zeroblob(32) WHERE level = 1 AND idx = 0",
            [("node-wrong", "node 1/0")],
        ),
        ("INSERT INTO journal_nodes VALUES (1, 6, zeroblob(32))", [("node-extra", "node 1/6")]),
        ("INSERT INTO journal_nodes VALUES (1, -1, zeroblob(32))", [("node-extra", "node 1/-1")]),
        ("INSERT INTO journal_nodes VALUES (9, 0, zeroblob(32))", [("node-extra", "node 9/0")]),
        ("INSERT INTO journal_nodes VALUES (0, 3, zeroblob(32))", [("node-extra", "node 0/3")]),
        ("UPDATE journal_heads SET root = zeroblob(32) WHERE size = 5", [("head-wrong", "head 5")]),
        ("UPDATE journal_heads SET note = note || 'x' WHERE size = 5", [("note-form", "head 5")]),
        ("UPDATE journal_heads SET size = 6 WHERE size = 5", [("head-wrong", "head 6")]),
        ("UPDATE journal_heads SET size = 0 WHERE size = 5", [("head-beyond", "head 0")]),
        ("UPDATE journal_entries SET entry = CAST(entry AS TEXT)", [("row-type", "journal_entries")]),
        ("UPDATE journal_nodes SET hash = 'text' WHERE level = 1", [("row-type", "journal_nodes")]),
        ("UPDATE journal_nodes SET level = 'two' WHERE level = 2", [("row-type", "journal_nodes")]),
    ],
)
def test_tables_that_do_not_follow_from_the_entries(
    sound: Engine, statement: str, expected: list[tuple[str, str]]
) -> None:
    tamper(sound, statement)
    assert found(sound) == expected


@pytest.mark.parametrize(
    ("head", "key", "expected"),
    [
        (Checkpoint(origin_of("sample", test=False), 5, b""), KEY, "checkpoint-origin"),
        (Checkpoint(origin_of("other", test=True), 5, b""), KEY, "checkpoint-origin"),
        (Checkpoint(ORIGIN, 5, b""), OTHER_KEY, "note-unsigned"),
    ],
)
def test_a_head_of_somebody_else(sound: Engine, head: Checkpoint, key: object, expected: str) -> None:
    root = root_of([leaf_hash(entry) for entry in (opening(), *(line(i) for i in range(1, 5)))])
    note = sign_checkpoint(Checkpoint(head.origin, 5, root), key.sign, key.public)  # type: ignore[attr-defined]
    tamper(sound, "UPDATE journal_heads SET note = :n WHERE size = 5", n=note)
    assert found(sound) == [(expected, "head 5")]


def test_the_first_entry_and_no_other_opens_the_journal(engine: Engine) -> None:
    journal = Journal(engine)
    with writing(engine) as conn:
        journal.append(conn, [line(1), opening()])
    assert found(engine) == [("opening", "entry 0"), ("opening", "entry 1")]


def test_times_that_go_back_are_a_warning(engine: Engine) -> None:
    with writing(engine) as conn:
        Journal(engine).append(conn, [opening(), line(1, at=AT + timedelta(hours=1)), line(2, at=AT)])
    assert found(engine) == [("time-went-back", "entry 2")]
    assert spec_of("journal.time-went-back").exit == ExitCode.DONE


# --- the key in use (docs/formats.md, section 1)

THIRD_KEY = key_from(3)


def rotated(old: Key, new: Key, *, by_old: Key | None = None, by_new: Key | None = None) -> bytes:
    text = change_text(ORIGIN, "key.rotated", AT, "", old.public, new.public)
    signatures = {"old_signature": (by_old or old).sign(text), "new_signature": (by_new or new).sign(text)}
    return key_rotated(at=AT, old=old.public, new=new.public, **signatures)


def revoked(old: Key, new: Key, reason: str = "stolen", said: str = "") -> bytes:
    text = change_text(ORIGIN, "key.revoked", AT, said or reason, old.public, new.public)
    return key_revoked(at=AT, old=old.public, new=new.public, reason=reason, new_signature=new.sign(text))


def kept(engine: Engine, *lines: bytes, signer: Key | None = None) -> list[tuple[str, str]]:
    journal = Journal(engine)
    with writing(engine) as conn:
        journal.append(conn, [opening(), *lines])
        if signer:
            journal.checkpoint(conn, signer.sign, signer.public, ORIGIN)
    return found(engine)


def test_a_key_gives_way_to_another_twice(engine: Engine) -> None:
    lines = [
        line(1),
        rotated(KEY, OTHER_KEY),
        line(3, key=OTHER_KEY),
        revoked(OTHER_KEY, THIRD_KEY),
        line(5, key=THIRD_KEY),
    ]
    assert kept(engine, *lines, signer=THIRD_KEY) == []


def test_the_head_after_a_rotation_is_of_the_new_key_and_earlier_heads_of_the_old(engine: Engine) -> None:
    journal = fill(engine, 3)
    with writing(engine) as conn:
        journal.checkpoint(conn, KEY.sign, KEY.public, ORIGIN)
        journal.append(conn, [rotated(KEY, OTHER_KEY)])
        journal.checkpoint(conn, OTHER_KEY.sign, OTHER_KEY.public, ORIGIN)
    assert found(engine) == []


def test_a_head_after_a_rotation_by_the_old_key_is_found(engine: Engine) -> None:
    assert kept(engine, rotated(KEY, OTHER_KEY), signer=KEY) == [("note-unsigned", "head 2")]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([line(1, key=OTHER_KEY)], ("key-by", "entry 1")),
        ([rotated(KEY, OTHER_KEY), line(2)], ("key-by", "entry 2")),
        ([rotated(OTHER_KEY, THIRD_KEY)], ("key-chain", "entry 1")),
        ([rotated(KEY, OTHER_KEY), rotated(OTHER_KEY, KEY)], ("key-chain", "entry 2")),
        ([rotated(KEY, OTHER_KEY, by_old=OTHER_KEY)], ("key-signature", "entry 1")),
        ([rotated(KEY, OTHER_KEY, by_new=KEY)], ("key-signature", "entry 1")),
        ([revoked(KEY, OTHER_KEY, "lost", said="stolen")], ("key-signature", "entry 1")),
    ],
    ids=["no-change", "old-again", "not-in-use", "back", "unsigned-by-old", "unsigned-by-new", "reason"],
)
def test_what_is_wrong_with_a_key_is_named(
    lines: list[bytes], fault: tuple[str, str], engine: Engine
) -> None:
    assert fault in kept(engine, *lines)
