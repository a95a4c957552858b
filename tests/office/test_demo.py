"""The demo as it is, on servers. (At a desk ``.ci/run`` runs it twice: from the checkout, and from the wheel.)"""

from __future__ import annotations

from pathlib import Path

from bucket import Bucket
from speaking import in_a_shell

from evidence.workspace.places import Places, open_store


def test_the_demo_passes_unchanged_on_postgresql_and_s3(url: str, bucket: Bucket, tmp_path: Path) -> None:
    places = ["--database", url, "--files", bucket.files, "--endpoint", bucket.endpoint]
    words = ["-q", "--json", "demo", "d", "--converter", "builtin", *places]
    done = in_a_shell(*words, cwd=tmp_path, timeout=300)
    assert (done.code, done.err) == (0, ""), "its steps are told on stderr, and -q silences them"
    told = done.json
    assert told["results"][0]["verified"] is True
    assert told["counts"]["owners"] == 45
    assert told["ready"] == {"pass": 32, "warn": 2, "unknown": 8, "fail": 0}, (
        "its own gate, without an override"
    )
    letters = {path.stem.rpartition("_")[2] for path in (tmp_path / "d" / "letters").rglob("*.pdf")}
    assert {"3-2026-0001", "3-2026-0002"} <= letters, "the draft, and the letter that its lawyer made of it"
    checked = in_a_shell(
        "--lang", "zh", "verify", told["results"][0]["zip"], "--trust", "d/keys/signing.pub", cwd=tmp_path
    )
    assert (checked.code, checked.err) == (0, ""), checked
    # It is there, and nowhere else.
    assert not (tmp_path / "d" / "office.db").exists()
    assert list((tmp_path / "d" / "store").iterdir()) == []
    kept = open_store(tmp_path / "d", Places(url, bucket.files, bucket.endpoint))
    assert len(list(kept.names())) > 2 * told["counts"]["letters"]
