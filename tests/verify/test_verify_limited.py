"""Letters read in a process of its own: the same findings, and a hostile one costs nobody but itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from builder import sample_case, stamped_letter, write_folder

from evidence.limited import Limits
from evidence.verify import letterchild, render_json, verify_paths


def several(folder: Path) -> list[Path]:
    """A good letter, one altered, one without an end, one of another key, a bundle."""
    good = stamped_letter()
    bad = bytearray(good)
    bad[3000] ^= 1
    paths = []
    for name, data in (("a", good), ("b", bytes(bad)), ("c", good[:-9]), ("d", stamped_letter(seed=9))):
        paths.append(folder / f"{name}.pdf")
        paths[-1].write_bytes(data)
    return [*paths, write_folder(folder / "court", sample_case().files())]


def test_it_finds_what_is_found_without_it(tmp_path: Path) -> None:
    paths = several(tmp_path)
    assert render_json(verify_paths(paths, limited=True), "zh") == render_json(verify_paths(paths), "zh")


def test_batches_keep_the_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letterchild, "BATCH", 2)
    paths = several(tmp_path)
    report = verify_paths(paths, limited=True)
    assert [subject.name for subject in report.subjects] == [str(path) for path in paths]
    assert report.failures == verify_paths(paths).failures


def test_one_that_takes_too_much_is_told_and_the_others_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = several(tmp_path)[:2]  # of one number and one root
    asked = letterchild._asked

    def dies_of_the_second(batch: list[tuple[str, bytes]]) -> list[letterchild.Letter]:
        if any(name.endswith("b.pdf") for name, _ in batch):
            raise letterchild.OverLimits("limits")
        return asked(batch)

    monkeypatch.setattr(letterchild, "_asked", dies_of_the_second)
    report = verify_paths(paths, limited=True)
    assert report.subjects[0].ok and not report.subjects[1].ok
    assert [(fact.id, fact.reason) for fact in report.failures] == [("letter.mark", "over-limits")]


def test_the_process_ends_at_its_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letterchild, "_LIMITS", Limits(0.001, 1, 1 << 28, 1 << 20))
    report = verify_paths(several(tmp_path)[:1], limited=True)
    assert [fact.reason for fact in report.failures] == ["over-limits"]
