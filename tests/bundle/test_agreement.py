"""Number, label, index, bookmark and link agree on forty bundles of all shapes, read from pixels and by other readers.

Five hundred, among them some of four hundred exhibits: ``python bench/agreement.py``.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="pdftoppm is not installed")
def test_forty_bundles_agree_with_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCH))
    import agreement

    pages = 0
    for seed in range(40):
        folder = tmp_path / str(seed)
        folder.mkdir()
        found = agreement.audit(agreement.bundle(folder, seed, small=True), dpi=130)
        assert found.faults == (), f"seed {seed}"
        assert found.lines > 0
        pages += found.pages
        shutil.rmtree(folder)
    assert pages > 200
    for name in ("agreement", "_pagereader", "_measure"):
        sys.modules.pop(name, None)


def test_the_reader_sees_a_number_that_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The audit can fail: a bundle whose labels and bookmarks were moved by one page."""
    import pikepdf

    monkeypatch.syspath_prepend(str(BENCH))
    import agreement

    made = agreement.bundle(tmp_path, 1, small=True)
    (volume,) = made.volumes
    with pikepdf.open(volume.path, allow_overwriting_input=True) as opened:
        opened.Root.PageLabels.Nums[1].St = 2
        opened.save()
    assert any("labels" in fault for fault in agreement.audit(made, dpi=130).faults)
