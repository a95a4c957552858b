"""What happens when LibreOffice is absent, crashes, hangs, writes half a file or drops one without a word."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest
from docx_maker import letter
from office_maker import calls, make_office

from evidence.errors import EvidenceError, ExitCode
from evidence.letters.convert import open_converter
from evidence.letters.convert.libreoffice import LibreOfficeConverter
from evidence.letters.fonts import open_shelf

CREATED = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
COPY = "for s in sources: (out / s.with_suffix('.pdf').name).write_bytes(PDF.read_bytes())"


def marked_pdf(letters: int = 1, size: tuple[float, float] = (595.3, 841.9)) -> bytes:
    """Empty pages with the bookmarks a joined file would have."""
    pdf = pikepdf.Pdf.new()
    for number in range(letters):
        page = pdf.add_blank_page(page_size=size)
        target = pikepdf.Array([page.obj, pikepdf.Name.Fit])
        if "/Dests" not in pdf.Root:
            pdf.Root.Dests = pikepdf.Dictionary()
        pdf.Root.Dests[f"/letter{number:04d}"] = target
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def convert(
    folder: Path, behaviour: str, *, letters: int = 1, pdf: bytes | None = None, **limits: float
) -> list[bytes]:
    office = make_office(folder, behaviour, marked_pdf(letters) if pdf is None else pdf)
    with LibreOfficeConverter(open_shelf("zh"), program=office, **limits) as converter:
        docs = [letter(n, font="宋体") for n in range(letters)]
        return converter.convert(docs, created=CREATED, nonces=[bytes(16)] * letters)


def refusal(folder: Path, behaviour: str, **arguments: object) -> EvidenceError:
    with pytest.raises(EvidenceError) as caught:
        convert(folder, behaviour, **arguments)  # type: ignore[arg-type]
    return caught.value


def test_a_good_office_is_asked_once(tmp_path: Path) -> None:
    assert len(convert(tmp_path, COPY, letters=3)) == 3
    assert calls(tmp_path) == 1


def test_no_libreoffice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EvidenceError) as caught:
        open_converter("libreoffice", "zh")
    assert caught.value.problems[0].code == "convert.libreoffice-missing"
    assert caught.value.exit_code is ExitCode.MISSING


def test_auto_falls_to_the_builtin_one_without_libreoffice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with open_converter("auto", "zh") as converter:
        assert converter.name == "builtin"


def test_auto_takes_libreoffice_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make_office(tmp_path, COPY)
    monkeypatch.setenv("PATH", str(tmp_path))
    with open_converter("auto", "zh") as converter:
        assert (converter.name, converter.version) == ("libreoffice", "0.0.1")


def test_a_crash_is_tried_again_and_then_named(tmp_path: Path) -> None:
    error = refusal(tmp_path, "os.kill(os.getpid(), signal.SIGSEGV)")
    assert error.problems[0].code == "convert.failed"
    assert error.problems[0].params["reason"] == "exit code -11"
    assert calls(tmp_path) == 2


def test_one_crash_costs_nothing_but_time(tmp_path: Path) -> None:
    assert convert(tmp_path, f"if attempt == 1: raise SystemExit(81)\n{COPY}")
    assert calls(tmp_path) == 2


def test_a_hanging_office_is_ended_with_all_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "child"
    behaviour = (
        f"child = os.fork()\nif child: Path({str(pids)!r}).open('a').write(f'{{child}} ')\ntime.sleep(3600)"
    )
    error = refusal(tmp_path, behaviour, start_seconds=1.0, letter_seconds=0.0)
    assert error.problems[0].code == "convert.timeout"
    assert calls(tmp_path) == 2
    for pid in pids.read_text().split():
        state = Path(f"/proc/{pid}/stat")
        assert not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] == "Z"


def test_half_a_pdf_is_found(tmp_path: Path) -> None:
    half = "for s in sources: (out / s.with_suffix('.pdf').name).write_bytes(PDF.read_bytes()[:300])"
    assert refusal(tmp_path, half).problems[0].code == "convert.half-pdf"
    assert calls(tmp_path) == 2


def test_a_dropped_file_is_found_though_the_exit_code_says_success(tmp_path: Path) -> None:
    error = refusal(tmp_path, "pass")
    assert error.problems[0].code == "convert.output-missing"
    assert error.problems[0].params == {"converter": "libreoffice", "count": 1, "total": 1}


@pytest.mark.parametrize("behaviour", ["pass", "raise SystemExit(77)"])
def test_a_full_disk_for_temporary_files_is_told_whatever_the_office_says(
    behaviour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=4096))
    error = refusal(tmp_path, behaviour)
    assert (error.problems[0].code, error.exit_code) == ("general.disk-full", ExitCode.OUTPUT)
    assert "evidence-office-" in str(error.problems[0].params["path"])


def test_a_joined_file_that_lost_a_letter_is_given_up_for_single_ones(tmp_path: Path) -> None:
    assert len(convert(tmp_path, COPY, letters=3, pdf=marked_pdf(2))) == 3
    assert calls(tmp_path) == 2


def test_a_letter_that_is_not_in_its_own_file_is_an_error(tmp_path: Path) -> None:
    empty = pikepdf.Pdf.new()
    empty.add_blank_page(page_size=(595.3, 841.9))
    out = io.BytesIO()
    empty.save(out)
    error = refusal(tmp_path, COPY, pdf=out.getvalue())
    assert error.problems[0].code == "convert.pages-lost"
    assert error.problems[0].params == {"converter": "libreoffice", "found": 0, "expected": 1}


def test_another_paper_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, COPY, pdf=marked_pdf(1, (612, 792)))
    assert error.problems[0].code == "convert.not-a4"
    assert error.problems[0].params == {"page": 1, "width": 216, "height": 279}
    assert error.exit_code is ExitCode.TEMPLATE


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    convert(tmp_path, COPY)
    assert list(scratch.iterdir()) == []
