"""Templates, samples, fonts and catalogues are found in a wheel, in an sdist and in a checkout."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("build")
pytest.importorskip("hatchling")

ASK = """
from evidence.resources import fonts_dir, samples_dir, templates_dir
from evidence.i18n import catalogue
for folder in (templates_dir(), samples_dir(), fonts_dir()):
    print(folder)
assert (templates_dir() / "zh" / "demand.docx").is_file()
assert (templates_dir() / "zh-Hant" / "pack.toml").is_file()
assert (samples_dir() / "ledger.xlsx").is_file()
assert (fonts_dir() / "NotoSerifSC-Regular.ttf").is_file()
assert catalogue("zh-Hant")["error"] == "錯誤"
"""


def build(source: Path, target: Path, *kinds: str) -> None:
    """Build without fetching anything: the backend is the one installed beside the tests."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(target), *kinds, str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def found_by(package: Path) -> list[Path]:
    """Where the package in ``package`` finds its folders; nothing else of ours is on the path."""
    code = f"import sys; sys.path.insert(0, {str(package)!r})\n{ASK}"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False, cwd=package
    )
    assert done.returncode == 0, done.stderr
    return [Path(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    target = tmp_path_factory.mktemp("dist")
    build(checkout, target, "--sdist", "--wheel")
    return target


def test_in_a_wheel(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path)
    assert found_by(tmp_path) == [
        tmp_path / "evidence" / "_templates",
        tmp_path / "evidence" / "_samples",
        tmp_path / "evidence" / "letters" / "fonts",
    ]
    licences = {name.rpartition("/")[2] for name in names if ".dist-info/licenses/" in name}
    assert {"LICENSE", "OFL-NotoSans.txt", "OFL-NotoSerif.txt", "OFL.txt"} <= licences
    assert not [name for name in names if name.startswith(("tests/", "bench/", "tools/"))]


def test_in_an_sdist_and_in_the_wheel_made_from_it(built: Path, tmp_path: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    assert (source / "templates" / "zh" / "demand.docx").is_file()
    again = tmp_path / "again"
    build(source, again, "--wheel")
    (wheel,) = again.glob("*.whl")
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    assert found_by(unpacked)[0] == unpacked / "evidence" / "_templates"


def test_in_a_checkout(checkout: Path) -> None:
    """An editable install imports the package from here; the folders beside it win over stale copies."""
    assert found_by(checkout)[:2] == [checkout / "templates", checkout / "samples"]
