"""The delivery report: every attempt, told as the evidence file tells it, and what is missing."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import casefile
import estate
import pytest
from casefile import ACCOUNT

from evidence.bundle.record import record_rows
from evidence.errors import EvidenceError
from evidence.model.delivery import Channel, Outcome
from evidence.workspace import Workspace
from evidence.workspace.deliveries import events_of

SHEET = {"zh": ("送达情况报告", "尚缺", "拒收"), "zh-Hant": ("送達情況報告", "尚缺", "拒收")}


def tried(root: Path) -> None:
    """A refusal by EMS beside the delivery by hand that is on record."""
    with Workspace.open(root, source=casefile.later()) as made:
        made.deliver(
            "2-2026-0001", channel=Channel.EMS, outcome=Outcome.REFUSED, at="2026-11-25T09:00+08:00",
            tracking="1234567890123", note="样本：收件人拒收",
        )  # fmt: skip


@pytest.mark.parametrize("locale", ["zh", "zh-Hant"])
def test_every_attempt_stands_in_it_with_its_proofs(locale: str, tmp_path: Path, checkout: Path) -> None:
    root = casefile.served(tmp_path, checkout)
    tried(root)
    with Workspace.open(root, source=casefile.later()) as made:
        done = made.delivery_report(ACCOUNT, tmp_path / "out", locale=locale, converter="builtin")
        with made._desk.reading() as connection:
            events = [event for event, _ in events_of(connection, "2-2026-0001")]
    assert (done.letters, done.steps) == (1, 2)
    assert done.missing > 0
    text = subprocess.run(
        ["pdftotext", "-layout", done.pdf, "-"], capture_output=True, check=True
    ).stdout.decode()
    flat = "".join(text.split())
    assert all(word in flat for word in SHEET[locale])
    for row in record_rows(events, locale):
        # The same words as the record in the evidence file; a cell may be broken over lines.
        assert row.tracking in flat
        assert "".join(row.detail.split())[-20:] in flat
    with zipfile.ZipFile(done.docx) as package:
        assert "2-2026" not in package.read("docProps/core.xml").decode()


def test_it_changes_nothing_and_writes_over_nothing(tmp_path: Path, checkout: Path) -> None:
    root = casefile.served(tmp_path, checkout)
    before = estate.files(root)
    with Workspace.open(root, source=casefile.later()) as made:
        first = made.delivery_report(ACCOUNT, tmp_path / "a", converter="builtin")
        again = made.delivery_report(ACCOUNT, tmp_path / "b", converter="builtin")
        with pytest.raises(EvidenceError) as caught:
            made.delivery_report(ACCOUNT, tmp_path / "a", converter="builtin")
    assert [problem.code for problem in caught.value.problems] == ["general.output-exists"] * 2
    assert first.pdf.read_bytes() == again.pdf.read_bytes()
    assert estate.files(root).keys() == before.keys()


def test_without_a_folder_it_lies_in_the_workspace_numbered_and_goes_with_the_person(
    tmp_path: Path, checkout: Path
) -> None:
    root = casefile.served(tmp_path, checkout)
    with Workspace.open(root, source=casefile.later()) as made:
        first, again = (made.delivery_report(ACCOUNT, converter="builtin").pdf for _ in range(2))
        assert first.parent == again.parent == root / "reports"
        assert again.name == f"{first.stem}-2.pdf"
        made.erase(ACCOUNT)
    assert list((root / "reports").iterdir()) == []


def test_a_letter_with_two_waybills_says_which_lacks_what(tmp_path: Path, checkout: Path) -> None:
    root = casefile.served(tmp_path, checkout)
    tried(root)
    with Workspace.open(root, source=casefile.later()) as made:
        made.deliver(
            "2-2026-0001", channel=Channel.EMS, outcome=Outcome.SENT, at="2026-11-25T10:00+08:00",
            tracking="9876543210987",
        )  # fmt: skip
        done = made.delivery_report(ACCOUNT, tmp_path / "out", converter="builtin")
    told = subprocess.run(["pdftotext", done.pdf, "-"], capture_output=True, check=True).stdout.decode()
    flat = "".join(told.split())
    assert "邮政特快专递（EMS）1234567890123：" in flat
    assert "邮政特快专递（EMS）9876543210987：" in flat


def test_a_letter_that_nobody_sent_says_so(tmp_path: Path, checkout: Path) -> None:
    root = casefile.issued(tmp_path, checkout)
    with Workspace.open(root, source=casefile.later()) as made:
        done = made.delivery_report(ACCOUNT, tmp_path / "out", converter="builtin")
    text = subprocess.run(["pdftotext", done.pdf, "-"], capture_output=True, check=True).stdout.decode()
    assert "没有登记送达" in text
