"""Consistency proofs: the journal as a letter knew it must be the beginning of the bundle's."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from builder import Case, consistency, grown_from, mth, retag, write_folder

from evidence.model.report import Fact, Report, Status
from evidence.verify import verify_paths
from evidence.verify.merkle import consistency_ranges, nodes_of_consistency, root_from_nodes
from evidence.verify.note import parse_consistency
from evidence.verify.refused import Refused

FACTS = ("journal.consistency", "letter.checkpoint")


def old_case(size: int, root: bytes | None = None) -> Case:
    """A letter that knew ``size`` of fifteen entries, of which the bundle shows only the letter's own."""
    case = Case()
    case.open()
    for run in range(11):
        case.entry("run.completed", {"run": f"S{run}", "issued": 1, "voided": 0}, show=False)
    case.shown = []
    case.letter(1, size=size, root=root)
    return case


def check(folder: Path, files: dict[str, bytes]) -> Report:
    return verify_paths([write_folder(folder / "bundle", files)])


def failures(report: Report) -> list[Fact]:
    """Without the one on purpose: to keep the tree's pieces few, these bundles lack the entry that opens the journal."""
    return [fact for fact in report.failures if fact.reason != "opening-absent"]


def ok(report: Report) -> bool:
    return not failures(report) and not report.problems


def found(report: Report) -> set[tuple[str, Status, str]]:
    return {(fact.id, fact.status, fact.reason) for fact in report.facts if fact.id in FACTS}


@pytest.mark.parametrize("size", range(1, 16))
def test_with_its_proof_every_size_is_shown(tmp_path: Path, size: int) -> None:
    report = check(tmp_path, old_case(size).files())
    assert ok(report)
    assert found(report) == {(fact, Status.PASS, "") for fact in FACTS}


@pytest.mark.parametrize("size", [1, 2, 4, 5, 6, 7, 11])
def test_without_it_the_size_stays_open(tmp_path: Path, size: int) -> None:
    case = old_case(size)
    case.sizes.clear()
    report = check(tmp_path, case.files())
    assert ok(report)
    assert found(report) == {
        ("letter.checkpoint", Status.UNKNOWN, "checkpoint-pieces"),
        ("journal.consistency", Status.UNKNOWN, "consistency-absent"),
    }


@pytest.mark.parametrize("size", [2, 4, 6, 7, 11])
def test_a_letter_of_another_journal_fails(tmp_path: Path, size: int) -> None:
    """A power of two is a node of the tree and its root the letter's own: there the proof itself fails."""
    report = check(tmp_path, old_case(size, root=b"x" * 32).files())
    assert not ok(report)
    whole = size & (size - 1) == 0
    assert found(report) == (
        {
            ("journal.consistency", Status.FAIL, "consistency-wrong"),
            ("letter.checkpoint", Status.NOT_CHECKED, "earlier-failure"),
        }
        if whole
        else {
            ("journal.consistency", Status.PASS, ""),
            ("letter.checkpoint", Status.FAIL, "checkpoint-rewritten"),
        }
    )


@pytest.mark.parametrize("line", range(2, 5))
@pytest.mark.parametrize("size", [4, 6])
def test_no_hash_of_the_proof_can_change(tmp_path: Path, size: int, line: int) -> None:
    files = old_case(size).files()
    path = f"journal/consistency-{size}.proof"
    lines = files[path].decode().split("\n")
    if line >= len(lines) - 1:
        pytest.skip("a shorter proof")
    lines[line] = base64.b64encode(b"y" * 32).decode()
    files[path] = "\n".join(lines).encode()
    retag(files)
    assert {(f.id, f.reason, f.where.part) for f in failures(check(tmp_path, files))} == {
        ("journal.consistency", "consistency-wrong", path)
    }


HASH = base64.b64encode(b"h" * 32).decode()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "consistency-form"),
        (f"evidence/consistency@v2\nold 6\n{HASH}\n", "consistency-form"),
        (f"evidence/consistency@v1\nold 06\n{HASH}\n", "consistency-form"),
        (f"evidence/consistency@v1\nold -6\n{HASH}\n", "consistency-form"),
        (f"evidence/consistency@v1\nsize 6\n{HASH}\n", "consistency-form"),
        ("evidence/consistency@v1\nold 6\n", "consistency-form"),
        (f"evidence/consistency@v1\nold 6\n{HASH}", "consistency-form"),
        (f"evidence/consistency@v1\nold 6\n{HASH}\n\n", "consistency-form"),
        (f"evidence/consistency@v1\r\nold 6\r\n{HASH}\r\n", "consistency-form"),
        (f"evidence/consistency@v1\nold 6\n{HASH[:-4]}\n", "consistency-form"),
        (f"evidence/consistency@v1\nold 6\n{HASH} \n", "consistency-form"),
        ("evidence/consistency@v1\nold 6\n" + f"{HASH}\n" * 65, "consistency-form"),
        (f"evidence/consistency@v1\nold 5\n{HASH}\n", "consistency-name"),
        (f"evidence/consistency@v1\nold 6\n{HASH}\n", "consistency-wrong"),
    ],
)
def test_proofs_out_of_form_are_refused(tmp_path: Path, text: str, reason: str) -> None:
    files = old_case(6).files()
    files["journal/consistency-6.proof"] = text.encode()
    retag(files)
    assert {f.reason for f in failures(check(tmp_path, files))} == {reason}


@pytest.mark.parametrize("name", ["06", "0", "x", "", "6.json", "15", "99"])
def test_files_of_other_names_or_sizes_do_not_pass(tmp_path: Path, name: str) -> None:
    case = old_case(6)
    files = case.files()
    files[f"journal/consistency-{name}.proof"] = files["journal/consistency-6.proof"]
    retag(files)
    assert {f.where.part for f in failures(check(tmp_path, files))} == {f"journal/consistency-{name}.proof"}


def test_all_pairs_of_sizes_agree_with_the_recursion_of_the_standard() -> None:
    leaves = [bytes([n]) for n in range(40)]
    for size in range(2, 41):
        root = mth(leaves[:size])
        for old in range(1, size):
            proof = grown_from(old, leaves[:size])
            assert len(consistency_ranges(old, size)) == len(proof)
            nodes = nodes_of_consistency(old, size, proof, mth(leaves[:old]), root)
            assert nodes is not None
            assert root_from_nodes(nodes, old) == mth(leaves[:old])
            assert nodes_of_consistency(old, size, proof, mth(leaves[:old]), b"z" * 32) is None
            assert nodes_of_consistency(old, size, proof[1:], mth(leaves[:old]), root) is None
    for old, size in ((0, 5), (5, 5), (6, 5)):
        assert nodes_of_consistency(old, size, [], root, root) is None


def test_the_reader_takes_its_longest_form_and_no_more() -> None:
    leaves = [bytes([n]) for n in range(40)]
    assert parse_consistency(consistency(23, leaves)) == (23, tuple(grown_from(23, leaves)))
    with pytest.raises(Refused):
        parse_consistency(b"\xff\n")
