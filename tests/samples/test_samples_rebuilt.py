"""What is committed under ``samples/`` is what the generator makes, and what its README says it is."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
sys.path.insert(0, str(ROOT / "tools"))

build_samples = pytest.importorskip(
    "build_samples", reason="the sample generator needs the test dependencies"
)

# GB 32100-2015: no I, O, S, V, Z.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
OFFICE = tomllib.loads((SAMPLES / "evidence.toml").read_text("utf-8"))
DEMO = tomllib.loads((SAMPLES / "demo.toml").read_text("utf-8"))


def test_ledgers_are_what_the_generator_makes(tmp_path: Path) -> None:
    from samplekit.container import same_content

    # In a process of its own: the ODS library numbers its styles from one end of a process to the other.
    script = [sys.executable, str(ROOT / "tools" / "build_samples.py"), "--ledgers", "--to", str(tmp_path)]
    subprocess.run(script, check=True, stdout=subprocess.DEVNULL)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(made) >= 6
    for name in made:
        assert same_content(tmp_path / name, ROOT / name), f"{name} is stale: run tools/build_samples.py"


def test_exhibits_are_what_the_generator_makes() -> None:
    scenes = pytest.importorskip("samplekit.scenes")
    recorded = json.loads((SAMPLES / "exhibits" / "made-with.json").read_text("utf-8"))
    if recorded != scenes.made_with():
        pytest.skip("other drawing programs or fonts than the exhibits were made with")
    for name, content in build_samples.exhibits():
        assert (ROOT / name).read_bytes() == content, f"{name} is stale: run tools/build_samples.py"


def test_samples_stay_small() -> None:
    sizes = {path.name: path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()}
    assert sum(sizes.values()) <= 6_000_000
    assert {name: size for name, size in sizes.items() if size > 400_000} == {}


def test_truth_adds_up_and_the_readme_quotes_it() -> None:
    truth = json.loads((SAMPLES / "truth.json").read_text("utf-8"))["files"]["ledger.xlsx"]
    owed = {name: Decimal(entry["outstanding"]) for name, entry in truth["accounts"].items()}
    assert f"{sum(owed.values()):.2f}" == truth["grand_total"] == "126595.90"
    assert sum(1 for amount in owed.values() if amount) == truth["accounts_owing"] == 45
    assert len(owed) - 45 == truth["accounts_paid"] == 15
    assert "126,595.90" in (SAMPLES / "README.md").read_text("utf-8")


def test_the_demo_speaks_of_accounts_that_exist() -> None:
    accounts = json.loads((SAMPLES / "truth.json").read_text("utf-8"))["files"]["ledger.xlsx"]["accounts"]
    chosen = accounts[DEMO["demand"]["account"]]
    assert (chosen["debtor"], chosen["outstanding"]) == (DEMO["demand"]["owner"], DEMO["demand"]["total"])
    assert accounts[DEMO["refused"]["account"]]["debtor"] == DEMO["refused"]["owner"] == "𠮷某样"
    assert accounts[DEMO["instalment"]["account"]]["lines_owed"] > 0
    assert accounts[DEMO["bundle"]["account"]]["lines_owed"] == 10
    named = [entry["file"] for entry in DEMO["exhibit"]] + [
        proof for step in DEMO["delivery"] for proof in step["proofs"]
    ]
    assert [name for name in named if not (SAMPLES / name).is_file()] == []


def test_photographs_say_when_they_were_taken() -> None:
    """Each delivery photo was taken after the letter was issued and within the day of the event it proves."""
    from PIL import Image

    exif = Image.open(SAMPLES / "exhibits" / "door-photo.jpg").getexif().get_ifd(0x8769)
    assert (exif[0x9003], exif[0x9011]) == ("2026:10:18 15:41:36", "+08:00")
    assert DEMO["clock"]["issued_at"] < DEMO["delivery"][0]["at"] < DEMO["delivery"][1]["at"]


@pytest.mark.parametrize("holder", ["creditor", "law_firm"])
def test_social_credit_codes_are_well_formed_and_nobodys(holder: str) -> None:
    code = OFFICE[holder]["uscc"]
    assert len(code) == 18 and set(code) <= set(ALPHABET)
    assert code[2:8] == "990000", "a region that does not exist"
    total = sum(ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(code[:17]))
    assert code[17] == ALPHABET[(31 - total % 31) % 31]
    inner = sum(
        int(char, 36) * weight for char, weight in zip(code[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    )
    assert code[16] == "0123456789X0"[11 - inner % 11]


def test_payee_is_the_creditor() -> None:
    assert OFFICE["bank"]["payee"] == OFFICE["creditor"]["name"]


def test_every_office_key_is_known_and_filled() -> None:
    from evidence.workspace.config import load_config

    office = load_config(SAMPLES / "evidence.toml")
    assert office.law_firm is not None
    for part in (office.creditor, office.bank, office.contract, office.law_firm):
        empty = [name for name in part.__slots__ if not getattr(part, name)]
        assert empty in ([], ["payee_note"])  # a note only where somebody else receives the money
