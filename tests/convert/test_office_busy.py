"""LibreOffice does nothing it is not asked for, and two threads may ask it at a time."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx_maker import letter

from evidence.letters import fonts
from evidence.letters.convert import BATCH
from evidence.letters.convert.libreoffice import LibreOfficeConverter
from evidence.letters.fonts import open_shelf

CREATED = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
]


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_system_folders", lambda: ())


def test_no_start_of_the_office_tests_its_graphics(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with LibreOfficeConverter(open_shelf("zh")) as office:
        office.convert([letter(1)], created=CREATED, nonces=[bytes(16)])
        (profile,) = tmp_path.rglob("registrymodifications.xcu")
        # The log of such a test, which takes three quarters of a start.
        assert list(profile.parent.rglob("GraphicsRenderTests*")) == []


def test_calls_from_two_threads_give_what_one_after_the_other_gives() -> None:
    waves = [[letter(n) for n in range(start, start + 3)] for start in (0, 3)]
    nonces = [[bytes([n]) * 16 for n in range(start, start + 3)] for start in (0, 3)]

    def wave(office: LibreOfficeConverter, number: int) -> list[list[bytes]]:
        return office.convert_batches([waves[number]], created=CREATED, nonces=[nonces[number]])

    assert len(waves[0]) < BATCH
    with LibreOfficeConverter(open_shelf("zh")) as office:
        alone = [wave(office, number) for number in (0, 1)]
    with LibreOfficeConverter(open_shelf("zh")) as office, ThreadPoolExecutor(2) as threads:
        together = [*threads.map(lambda number: wave(office, number), (0, 1))]
        again = wave(office, 0)  # by a process that has made the other letters, or some of them
    assert together == alone
    assert again == alone[0]
