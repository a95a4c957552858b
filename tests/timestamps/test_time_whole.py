"""From the office's clock to a reader's report, with a real authority on this machine and a journal that is no test."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import casefile
import estate
import pytest
from authority import PURPOSE, Authority, make_pair
from speaking import Command

from evidence import verify
from evidence.bundle.bag import TAG_MANIFEST, files_of, manifest
from evidence.clock import Source
from evidence.model.letter import LetterKind
from evidence.model.report import Question, Verdict
from evidence.verify import parse_trust_tsa, verify_paths
from evidence.workspace import Workspace

STANDALONE = Path(verify.__file__).parent / "standalone.py"


@pytest.fixture
def real(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that does not call itself one for tests; nobody outside of this test will meet it."""
    ca = make_pair("样例组织/样例CA", ca=True)
    tsa = make_pair("样例组织/样例时间机构", ca, purpose=PURPOSE)
    return Authority.make(tmp_path_factory.mktemp("real"), "", ca=ca, tsa=tsa, extra=ca.pem)


def _without_its_timestamp(bundle: Path, target: Path) -> None:
    """As if its first timestamp had never been: entry, proof and both files taken out, the list written again."""
    shutil.copytree(bundle, target)
    first = min(path.stem[5:] for path in (target / "journal").glob("time-*.tst"))
    for name in (f"time-{first}.tst", f"time-{first}.note", f"{first}.json", f"{first}.proof"):
        (target / "journal" / name).unlink()
    left = {p: f for p, f in files_of(target).items() if p != TAG_MANIFEST and not p.startswith("data/")}
    (target / TAG_MANIFEST).write_bytes(manifest(left))


def test_an_exhibit_is_dated_by_an_independent_authority(
    tmp_path: Path, checkout: Path, real: Authority, capfd: pytest.CaptureFixture[str]
) -> None:
    config = estate.config(checkout)
    text = config.read_text("utf-8") + real.table("tsa1").replace("test = true", "test = false")
    config.write_text(text, "utf-8")
    photo = tmp_path / "公示照片.png"
    photo.write_bytes(casefile.photo(60, "PNG"))
    with Workspace.init(tmp_path / "office", config=config, source=Source()) as made:
        made.import_ledger([estate.ledger(tmp_path / "ledger.csv")])
        casefile.add(made, photo)
        made.issue(LetterKind.DEMAND, accounts=[casefile.ACCOUNT], converter="builtin")
        first = made.anchor()
        assert (first.problems, first.warnings, len(first.stamped)) == ((), (), 1)
        bundle = casefile.bundle(made)
        before = tmp_path / "before.zip"
        shutil.copy(bundle.zip_path, before)
        made.anchor()
        again = casefile.bundle(made)
        told = casefile.about_the_bundle(again)
        assert (again.id, told[0].code) == (bundle.id, "bundle.restamped")
        assert casefile.about_the_bundle(casefile.bundle(made))[0].code == "bundle.unchanged"
        (stamped,) = first.stamped
        listed = json.loads((bundle.folder / "data" / "catalogue.json").read_bytes())
        shown = {row["name"]: row["stamped"] for row in listed["rows"]}
        # Three dates of three kinds: of the file, of the exhibit, and of the authority, for what it was over alone.
        assert shown.pop("催交物业费通知书（〔2026〕催字第0001号）") == f"{stamped.at:%Y-%m-%dT%H:%M:%SZ}"
        assert len(shown) == 2 and set(shown.values()) == {""}
        assert listed["made_at"] and all(row["dated"] for row in listed["rows"])
        assert made.check_journal()[1] == ()
        root = made.root

    named = parse_trust_tsa([real.ca_file])

    def when(path: Path) -> tuple[Verdict, dict[str, object]]:
        report = verify_paths([path], trust_tsa=named)
        assert report.ok, report.failures
        answer = report.subjects[0].answer(Question.SINCE_WHEN)
        return answer.verdict, {s.code: dict(s.params) for s in answer.statements}

    verdict, told = when(before)
    assert verdict is Verdict.CLAIMED, "the exhibit is in the seal alone, and that came after the timestamp"
    assert "when-seal-undated" in told
    for path in (bundle.zip_path, bundle.folder):
        verdict, told = when(path)
        assert verdict is Verdict.SHOWN
        assert told["when-whole-dated"]["authority"] == "样例时间机构, 样例组织"  # type: ignore[index]
    assert subprocess.run([sys.executable, "-I", STANDALONE, bundle.folder], check=False).returncode == 0
    _without_its_timestamp(bundle.folder, tmp_path / "robbed")
    assert {(f.id, f.reason) for f in verify_paths([tmp_path / "robbed"]).failures} >= {
        ("seal.entries", "entry-missing")
    }
    assert (
        subprocess.run([sys.executable, "-I", STANDALONE, tmp_path / "robbed"], check=False).returncode == 8
    )
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(bundle.zip_path) as new:
        assert old.read("seal.json") == new.read("seal.json")
        names = [name for name in old.namelist() if not name.startswith("journal/") and name[:3] != "tag"]
        assert all(old.read(name) == new.read(name) for name in names)

    note = max((bundle.folder / "journal").glob("time-*.note"))
    words = ["openssl", "ts", "-verify", "-token_in", "-in", note.with_suffix(".tst"), "-data", note]
    done = subprocess.run([*words, "-CAfile", real.ca_file], capture_output=True, check=False)
    assert b"Verification: OK" in done.stdout + done.stderr, done.stderr

    command = Command(capfd)
    trust = root / "keys" / "signing.pub"
    spoken = command("--lang", "zh", "verify", bundle.zip_path, "--trust", trust, "--trust-tsa", real.ca_file)
    assert spoken.code == 0
    assert "独立时间：样例时间机构, 样例组织于北京时间" in spoken.out
    assert "没有独立时间" not in spoken.out
    wrong = command("verify", bundle.zip_path, "--trust-tsa", photo)
    assert (wrong.code, "verify.trust-tsa-unreadable" in wrong.err) == (2, True)
