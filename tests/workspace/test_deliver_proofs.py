"""Proofs as clerks bring them: what each shows, and bad ones by name, however large."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import casefile
import pytest
from casefile import AT, later

from evidence.delivery import event_json, heic
from evidence.errors import EvidenceError
from evidence.model.delivery import Channel, Grade, Outcome, ProofRole
from evidence.workspace import Workspace, serving
from evidence.workspace.serving import DeliveryResult

NUMBER = "2-2026-0002"
OWNER = "㛃䶮"
# A grey ramp of 64 × 64 points as a telephone keeps it, with the camera's time 2026:11:22 10:00:00 (样本).
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAZdtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ADRpbG9jAAAAAERAAAIAAQAAAAABuwABAAAAAAAAACoAAgAAAAAB5QABAAAAAAAAAEoAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAA"
    "kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq"
    "SSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAABBw"
    "aXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAAfG1kYXQAAAAmKAGv"
    "E4AW5/OdLFjb2EgDeIsizB+Fz2TPHYFq94iFSiN0PgVRVqAAAAAGRXhpZgAATU0AKgAAAAgAAYdpAAQAAAABAAAAGgAAAAAAAZAD"
    "AAIAAAAUAAAALAAAAAAyMDI2OjExOjIyIDEwOjAwOjAwAA=="
)


@pytest.fixture
def office(tmp_path: Path, checkout: Path) -> Path:
    return casefile.issued(tmp_path / "made", checkout)


def deliver(office: Path, letter: str = NUMBER, **given: Any) -> DeliveryResult:
    details: dict[str, Any] = {
        "channel": Channel.HAND,
        "outcome": Outcome.DELIVERED,
        "at": AT,
        "servers": ["样甲", "样乙"],
    }
    with Workspace.open(office, source=later()) as made:
        return made.deliver(letter, **{**details, **given})


def refused(office: Path, **given: Any) -> list[str]:
    with pytest.raises(EvidenceError) as caught:
        deliver(office, **given)
    return [problem.code for problem in caught.value.problems]


def file(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


class TestWhatAProofShows:
    """With it the grade is that of what is shown; a photo of a door is no signature."""

    @pytest.mark.parametrize(
        ("role", "grade"), [("slip", Grade.A), ("", Grade.A), ("scene", Grade.D), ("stub", Grade.NONE)]
    )
    def test_signed_by_the_owner_and_shown_by(
        self, office: Path, tmp_path: Path, role: str, grade: Grade
    ) -> None:
        path = file(tmp_path, "照片.jpg", casefile.photo())
        done = deliver(office, signer=OWNER, relation="self", proofs=[(path, role)])
        assert done.grade is grade
        (proof,) = done.event.proofs
        assert proof.role == (ProofRole(role) if role else None)
        assert (b'"v":2' in event_json(done.event)) is bool(role)

    @pytest.mark.parametrize(
        ("role", "grade"),
        [
            ("slip", Grade.A),
            ("carrier", Grade.A),
            ("tracking", Grade.B),
            ("stub", Grade.C),
            ("contents", Grade.C),
        ],
    )
    def test_brought_by_the_post(self, office: Path, tmp_path: Path, role: str, grade: Grade) -> None:
        path = file(tmp_path, "照片.jpg", casefile.photo())
        given = {"channel": Channel.EMS, "tracking": "1234567890123", "servers": []}
        assert deliver(office, signer=OWNER, relation="self", proofs=[(path, role)], **given).grade is grade

    def test_a_word_that_is_none(self, office: Path, tmp_path: Path) -> None:
        path = file(tmp_path, "照片.jpg", casefile.photo())
        assert refused(office, proofs=[(path, "selfie")]) == ["delivery.role-unknown"]

    def test_why_and_where_to_are_kept(self, office: Path) -> None:
        done = deliver(
            office,
            channel=Channel.EMS,
            outcome=Outcome.RETURNED,
            tracking="1234567890123",
            reason="原址查无此人",
            sent_to="样本市样本路1号",
        )
        assert (done.event.reason, done.event.sent_to) == ("原址查无此人", "样本市样本路1号")
        with Workspace.open(office, source=later()) as made:
            (left,) = made.delivery_gaps([NUMBER])
        keys = {gap.key for gap in left.attempts[0].gaps}
        assert not {"reason", "address", "waybill"} & keys
        assert {"returned-envelope", "tracking-page", "stub", "posting"} <= keys


class TestBadFiles:
    def test_empty(self, office: Path, tmp_path: Path) -> None:
        assert refused(office, proofs=[(file(tmp_path, "空.jpg", b""), "slip")]) == ["delivery.proof-empty"]

    def test_a_program_under_a_pictures_name(self, office: Path, tmp_path: Path) -> None:
        assert refused(office, proofs=[file(tmp_path, "照片.jpg", b"MZ\x90\x00")]) == [
            "delivery.proof-program"
        ]

    def test_a_folder(self, office: Path, tmp_path: Path) -> None:
        assert refused(office, proofs=[tmp_path]) == ["delivery.proof-no-file"]

    def test_a_pipe_is_not_waited_for(self, office: Path, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "管道.jpg")
        assert refused(office, proofs=[tmp_path / "管道.jpg"]) == ["delivery.proof-no-file"]

    def test_many_large_ones_together(
        self, office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(serving, "MAX_EVENT_BYTES", 1000)
        proofs = [file(tmp_path, f"{i}.jpg", casefile.photo(i)) for i in range(3)]
        assert "delivery.proofs-large" in refused(office, proofs=proofs)

    def test_two_gigabytes_are_refused_by_name_and_never_read(self, office: Path, tmp_path: Path) -> None:
        """In a process that could not hold them: 1 GiB of address space beyond what it has."""
        path = tmp_path / "录像.mp4"
        with path.open("wb") as out:
            out.write(b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom")
            out.truncate(2 * 1024**3)
        program = (
            "import resource, sys\n"
            "from pathlib import Path\n"
            "from evidence.errors import EvidenceError\n"
            "from evidence.workspace.serving import read_proofs\n"
            "limit = int(sys.argv[2])\n"
            "resource.setrlimit(resource.RLIMIT_AS, (limit, limit))\n"
            "try:\n"
            "    read_proofs([(Path(sys.argv[1]), 'scene')])\n"
            "except EvidenceError as error:\n"
            "    print(*[problem.code for problem in error.problems])\n"
            "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])\n"
        )
        root = Path(serving.__file__).parents[2]
        limit = str(2 * 1024**3)
        done = subprocess.run(
            [sys.executable, "-c", program, str(path), limit],
            capture_output=True, text=True, check=True, cwd=root, env={**os.environ, "PYTHONPATH": str(root)},
        )  # fmt: skip
        refused, peak = done.stdout.split()
        assert refused == "delivery.proof-too-large"
        assert int(peak) < 1024 * 1024  # KiB; ru_maxrss would begin with the suite's own


class TestHeic:
    def test_a_jpeg_lies_beside_the_photo_which_stays_as_it_is(self, office: Path, tmp_path: Path) -> None:
        pytest.importorskip("pi_heif")
        done = deliver(
            office, signer=OWNER, relation="self", proofs=[(file(tmp_path, "IMG_1.HEIC", HEIC), "slip")]
        )
        photo, copy = done.event.proofs
        assert (photo.name, photo.media_type, copy.name, copy.media_type) == (
            "IMG_1.HEIC",
            "image/heic",
            "IMG_1.HEIC.jpg",
            "image/jpeg",
        )
        assert copy.taken_at == "2026-11-22T10:00:00"
        assert {photo.role, copy.role} == {ProofRole.SLIP}
        with Workspace.open(office, source=later()) as made:
            assert made._desk.store.get(photo.sha256) == HEIC

    def test_a_damaged_one_is_named(self, office: Path, tmp_path: Path) -> None:
        pytest.importorskip("pi_heif")
        assert refused(office, proofs=[file(tmp_path, "坏.heic", HEIC[:300])]) == ["delivery.heic-damaged"]

    def test_without_a_decoder_it_is_kept_and_the_clerk_is_told(
        self, office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(serving, "can_convert", lambda: False)
        done = deliver(office, proofs=[file(tmp_path, "IMG_1.HEIC", HEIC)])
        assert [proof.name for proof in done.event.proofs] == ["IMG_1.HEIC"]
        assert "delivery.heic-kept" in [warning.code for warning in done.warnings]
        assert heic.jpeg_of(b"no photo") is None


def test_a_photo_older_than_the_letter_and_one_of_two_letters_are_flagged(
    office: Path, tmp_path: Path
) -> None:
    from io import BytesIO

    from PIL import Image

    exif, out = Image.Exif(), BytesIO()
    exif.get_ifd(0x8769)[0x9003] = "2026:11:20 10:00:00"
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    path = file(tmp_path, "旧照.jpg", out.getvalue())
    first = deliver(office, letter="2-2026-0001", proofs=[(path, "scene")])
    assert [w.code for w in first.warnings] == ["delivery.photo-older"]
    second = deliver(office, proofs=[(path, "scene")])
    assert [w.code for w in second.warnings] == ["delivery.proof-reused", "delivery.photo-older"]
    with Workspace.open(office, source=later()) as made:
        for left in made.delivery_gaps(["2-2026-0001", NUMBER]):
            gaps = {gap.key: gap for gap in left.attempts[0].gaps}
            assert "photo-own" in gaps
            assert gaps["photo-later"].words("zh").endswith("：旧照.jpg（2026-11-20 10:00）")
            assert gaps["photo-later"].words("en").endswith(": 旧照.jpg (2026-11-20 10:00)")


def test_a_letter_of_another_office(office: Path) -> None:
    with pytest.raises(EvidenceError) as caught:
        deliver(office, letter="2-2026-0999")
    assert caught.value.problems[0].code == "workspace.unknown-letter"
