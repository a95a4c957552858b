"""The other checkers on bundles with timestamps: they do not check the time, and say nothing against the toolkit."""

from __future__ import annotations

from pathlib import Path

import pytest
from builder import key_file, retag, write_folder
from opinions import by_recipe, by_standalone, by_toolkit, standalone
from test_time_bundle import case, sealed_and_stamped, swap_token

GOOD = {"stamped before": case().files, "seal stamped as well": sealed_and_stamped}


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_bundle_with_timestamps_stands_every_check(name: str, tmp_path: Path) -> None:
    files = GOOD[name]()
    key = tmp_path / "office.pub"
    key.write_bytes(key_file(case().key))
    root = write_folder(tmp_path / "bundle", files)
    told = by_toolkit(root, key)
    assert {told[check] for check in ("time.token", "time.entry", "time.checkpoint", "journal.sealed")} == {
        "pass"
    }
    answers, code = by_standalone(standalone(), root, key)
    assert (code, "fail" in answers.values(), answers["journal.sealed"]) == (0, False, "pass")
    assert not {check for check, found in answers.items() if check.startswith("time.") and found == "pass"}
    recipe = by_recipe(root, tmp_path)
    assert ("fail" in recipe.values(), recipe["journal.sealed"]) == (False, "pass")


def test_a_bent_token_is_left_to_the_toolkit(tmp_path: Path) -> None:
    files = case().files()
    swap_token(files)
    retag(files)
    key = tmp_path / "office.pub"
    key.write_bytes(key_file(case().key))
    root = write_folder(tmp_path / "bundle", files)
    assert by_toolkit(root, key)["time.entry"] == "fail"
    answers, _ = by_standalone(standalone(), root, key)
    assert answers.get("time.entry", "not-checked") == "not-checked"
