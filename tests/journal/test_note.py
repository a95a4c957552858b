"""Signed notes and checkpoints (C2SP): the standard's own examples, and no byte that can change unseen."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from conftest import KEY, ORIGIN, OTHER_KEY

from evidence.errors import EvidenceError
from evidence.journal.note import (
    MAX_SIGNATURES,
    Checkpoint,
    key_hash,
    origin_of,
    parse_checkpoint,
    parse_note,
    sign_checkpoint,
    sign_note,
    verify_checkpoint,
    verify_note,
)

STANDARD = Path(__file__).parents[2].parent / "shared" / "vectors" / "c2sp"
needs_standard = pytest.mark.skipif(
    not STANDARD.is_dir(), reason="shared/vectors/c2sp is not beside the checkout"
)

HEAD = Checkpoint(ORIGIN, 42, bytes(range(32)))
NOTE = sign_checkpoint(HEAD, KEY.sign, KEY.public)


def example(name: str, containing: str) -> str:
    """The fenced block of a standard's page that contains these words."""
    blocks = re.findall(r"^```\n(.*?)^```$", (STANDARD / name).read_text(), re.DOTALL | re.MULTILINE)
    return next(block for block in blocks if containing in block)


def code_of(data: bytes | str) -> str:
    with pytest.raises(EvidenceError) as caught:
        verify_checkpoint(data, ORIGIN, KEY.public)
    return caught.value.problems[0].code.removeprefix("journal.")


@needs_standard
class TestExamplesOfTheStandards:
    def test_a_text_with_blank_lines_and_a_signature_of_a_stranger(self) -> None:
        text = example("signed-note.md", "Ognuno")
        note = parse_note(text)
        assert str(note) == text
        assert note.text.endswith("ed è subito sera.\n")
        assert [s.name for s in note.signatures] == ["quasimodo.example/salvatore"]

    def test_the_example_with_a_verifier_key_verifies(self) -> None:
        key = re.search(r"example\.com/foo\+([0-9a-f]{8})\+(\S+)", (STANDARD / "signed-note.md").read_text())
        assert key is not None
        algorithm, public = base64.b64decode(key[2])[:1], base64.b64decode(key[2])[1:]
        assert algorithm == b"\x01"
        assert key_hash("example.com/foo", public).hex() == key[1]
        note = verify_note(
            example("signed-note.md", "This is an example message."), "example.com/foo", public
        )
        assert note.text == "This is an example message.\n"

    def test_a_checkpoint(self) -> None:
        text = example("tlog-checkpoint.md", "behind-the-sofa")
        head = parse_checkpoint(text)
        assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)
        assert text.startswith(head.text + "\n— ")


def test_what_a_checkpoint_looks_like() -> None:
    lines = (
        "evidence.local/TEST/sample\n"
        "42\n"
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
        "\n"
        "— evidence.local/TEST/sample "
    )
    assert NOTE.startswith(lines)
    assert base64.b64decode(NOTE.split(" ")[2])[:4] == key_hash(ORIGIN, KEY.public)
    assert HEAD.label == "42:00010203"
    assert verify_checkpoint(NOTE, ORIGIN, KEY.public) == HEAD


def test_every_change_of_one_byte_is_refused() -> None:
    good = NOTE.encode()
    for at in range(len(good)):
        for bit in range(8):
            altered = bytearray(good)
            altered[at] ^= 1 << bit
            code_of(bytes(altered))


def test_every_missing_and_every_additional_byte_is_refused() -> None:
    good = NOTE.encode()
    for at in range(len(good)):
        code_of(good[:at])
        code_of(good[:at] + good[at + 1 :])
        for extra in (b"\n", b" ", b"A", b"=", b"\r", b"\x00"):
            code_of(good[:at] + extra + good[at:])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "note-form"),
        ("\n\n", "note-form"),
        (HEAD.text, "note-form"),
        (NOTE.replace("\n\n", "\n"), "note-form"),
        (NOTE.replace("42", "042"), "checkpoint-form"),
        (NOTE.replace("42", "+42"), "checkpoint-form"),
        (NOTE.replace("42", "４２"), "checkpoint-form"),
        (NOTE.replace("42", str(2**63)), "checkpoint-form"),
        (NOTE.replace("Hh8=", "Hh9="), "checkpoint-form"),
        (NOTE.replace("Hh8=\n", "Hh8=\nextension\n"), "checkpoint-form"),
        (NOTE.replace("42", "43"), "note-signature"),
        (NOTE.replace("sample", "simple"), "checkpoint-origin"),
        (NOTE.replace("TEST/", ""), "checkpoint-origin"),
        (NOTE.replace("\n", "\r\n"), "note-form"),
        (NOTE + NOTE.splitlines()[-1] + "\n", "note-form"),
        ("x" * 200_000, "note-form"),
        ("\udcff" + NOTE, "note-form"),
    ],
)
def test_refusals_say_what_is_wrong(text: str, code: str) -> None:
    assert code_of(text) == code


def test_the_line_that_is_wrong_is_named() -> None:
    with pytest.raises(EvidenceError) as caught:
        parse_note(NOTE[:-3] + "\n")
    assert caught.value.problems[0].params == {"line": 5}


def test_lines_of_unknown_keys_are_passed_over_in_either_place() -> None:
    # Witnesses add theirs; the standard says unknown signatures MUST be ignored.
    other = sign_note(HEAD.text, "witness.example/w1", OTHER_KEY.sign, OTHER_KEY.public)
    line = other.rpartition("\n\n")[2]
    body, _, own = NOTE.rpartition("\n\n")
    assert verify_checkpoint(NOTE + line, ORIGIN, KEY.public) == HEAD
    assert verify_checkpoint(f"{body}\n\n{line}{own}", ORIGIN, KEY.public) == HEAD


def test_the_name_without_the_key_is_a_stranger() -> None:
    forged = sign_checkpoint(HEAD, OTHER_KEY.sign, OTHER_KEY.public)
    assert code_of(forged) == "note-unsigned"


def test_sixteen_signatures_are_read_and_seventeen_are_not() -> None:
    lines = [
        sign_note(HEAD.text, f"witness.example/{i}", OTHER_KEY.sign, OTHER_KEY.public).rpartition("\n\n")[2]
        for i in range(MAX_SIGNATURES)
    ]
    assert verify_checkpoint(NOTE + "".join(lines[:-1]), ORIGIN, KEY.public) == HEAD
    assert code_of(NOTE + "".join(lines)) == "note-form"


def test_a_signer_that_does_not_belong_to_the_key_gets_no_note_out() -> None:
    with pytest.raises(ValueError, match="does not belong"):
        sign_checkpoint(HEAD, OTHER_KEY.sign, KEY.public)


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "tab\tbed", "line\nbreak", "nbsp\u00a0here"])
def test_no_note_is_made_under_a_name_nobody_could_read(origin: str) -> None:
    with pytest.raises(ValueError, match="no reader"):
        sign_checkpoint(Checkpoint(origin, 1, bytes(32)), KEY.sign, KEY.public)


def test_origins() -> None:
    assert origin_of("a1-b.c_d", test=False) == "evidence.local/a1-b.c_d"
    assert origin_of("a", test=True) == "evidence.local/TEST/a"
    for bad in ("", "TEST/a", "a b", "样本", "a" * 65):
        with pytest.raises(ValueError, match="not a journal id"):
            origin_of(bad, test=False)
