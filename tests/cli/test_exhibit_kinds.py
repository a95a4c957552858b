"""What can be no page of an evidence file is told when it is taken in, not only when the bundle is made."""

from __future__ import annotations

import shutil
from pathlib import Path

import casefile
from casefile import ACCOUNT
from speaking import Command


def test_a_file_that_has_no_pages_is_told_and_kept(
    served_office: Path, command: Command, tmp_path: Path
) -> None:
    office = shutil.copytree(served_office, tmp_path / "office")
    wrong, right = tmp_path / "录音.silk", tmp_path / "合同.jpg"
    wrong.write_bytes(b"\x02#!SILK_V3" + bytes(64))
    right.write_bytes(casefile.photo())
    told = command("--json", "-C", office, "exhibit", "add", ACCOUNT, wrong, "--name", "合同").json
    assert [w["code"] for w in told["warnings"]] == ["workspace.exhibit-not-shown"]
    assert told["counts"] == {"added": 1}
    assert not command("--json", "-C", office, "exhibit", "add", ACCOUNT, right).json["warnings"]
