"""What a recording says of itself: how long it is and when its device began it. Nothing is played or decoded.

Read by hand from the boxes of ISO base media files (ISO/IEC 14496-12: ``moov/mvhd``), the chunks of WAVE files, and the
frames of AMR (RFC 4867) and MP3 files (ISO/IEC 11172-3, 13818-3: layer III). Where nothing is found nothing is claimed.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_EPOCH_1904 = datetime(1904, 1, 1, tzinfo=UTC)
_AMR_BYTES = (12, 13, 15, 17, 19, 20, 26, 31, 5, 0, 0, 0, 0, 0, 0, 0)
# Kilobits a second by a frame's index, of MPEG-1 and of MPEG-2 and 2.5; samples a second of MPEG-1.
_MP3_RATES = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_MP3_SAMPLES = (44_100, 48_000, 32_000)
_MP3_SLOWER = {3: 1, 2: 2, 0: 4}  # by the version's bits: MPEG-1, 2, 2.5
_MP3_TAGS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3")
_STILLS = 3
_STILL_SECONDS = 20
_STILL_WIDTH = 640


@dataclass(frozen=True, slots=True)
class Recording:
    """``seconds`` of playing time and the device's own time of beginning (UTC), where they can be read."""

    seconds: float | None = None
    begun: datetime | None = None

    @property
    def length(self) -> str:
        """``m:ss`` or ``h:mm:ss``; empty where unknown."""
        if self.seconds is None:
            return ""
        whole = round(self.seconds)
        hours, rest = divmod(whole, 3600)
        minutes, seconds = divmod(rest, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def recording_of(media_type: str, data: bytes) -> Recording:
    """What can be read of a recording; an empty one of damaged files and other formats."""
    try:
        if data[4:8] == b"ftyp":
            return _iso(data)
        if media_type == "audio/wav":
            return _wave(data)
        if media_type == "audio/amr":
            return _amr(data)
        if media_type == "audio/mpeg":
            return _mp3(data)
    except (struct.error, IndexError, KeyError, ValueError, OverflowError, ZeroDivisionError):
        pass
    return Recording()


def stills(data: bytes, seconds: float | None) -> list[bytes]:
    """Up to three pictures (PNG) of a video, at a tenth, half and nine tenths of it, where ffmpeg is installed.

    ffmpeg reads one local file and may open nothing else; what fails is left out.
    """
    program = shutil.which("ffmpeg")
    if program is None or not seconds:
        return []
    found = []
    with tempfile.TemporaryDirectory(prefix="evidence-stills-") as folder:
        film = Path(folder) / "film"
        film.write_bytes(data)
        for share in (0.1, 0.5, 0.9)[:_STILLS]:
            command = [
                program, "-nostdin", "-v", "error", "-protocol_whitelist", "file", "-ss", f"{seconds * share:.3f}",
                "-i", str(film), "-frames:v", "1", "-vf", f"scale={_STILL_WIDTH}:-2", "-threads", "1", "-map_metadata",
                "-1", "-bitexact", "-f", "image2pipe", "-c:v", "png", "pipe:1",
            ]  # fmt: skip
            try:
                made = subprocess.run(  # nosec B603 # no shell; one local file
                    command, capture_output=True, timeout=_STILL_SECONDS, check=False
                )
            except (subprocess.TimeoutExpired, OSError):
                break
            if made.returncode == 0 and made.stdout.startswith(b"\x89PNG"):
                found.append(made.stdout)
    return found


def _iso(data: bytes) -> Recording:
    start, end = _box(data, 0, len(data), b"moov")
    start, _ = _box(data, start, end, b"mvhd")
    if data[start] == 1:
        created, _, scale, duration = struct.unpack_from(">QQIQ", data, start + 4)
    else:
        created, _, scale, duration = struct.unpack_from(">IIII", data, start + 4)
    begun = _EPOCH_1904 + timedelta(seconds=created) if created else None
    return Recording(duration / scale, begun)


def _box(data: bytes, start: int, end: int, wanted: bytes) -> tuple[int, int]:
    """Where the content of a box begins and ends; ``ValueError`` where there is none."""
    while start + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start + 8)
            head = 16
        elif size == 0:
            size = end - start
        if size < head:
            break
        if name == wanted:
            return start + head, min(start + size, end)
        start += size
    raise ValueError("no such box")


def _wave(data: bytes) -> Recording:
    place, rate = 12, 0
    while place + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, place)
        if name == b"fmt ":
            (rate,) = struct.unpack_from("<I", data, place + 16)
        elif name == b"data":
            return Recording(min(size, len(data) - place - 8) / rate)
        place += 8 + size + size % 2
    return Recording()


def _amr(data: bytes) -> Recording:
    place, frames = len(b"#!AMR\n"), 0
    while place < len(data):
        place += 1 + _AMR_BYTES[data[place] >> 3 & 15]
        frames += 1
    return Recording(frames * 0.02)


def _mp3(data: bytes) -> Recording:
    """Frame by frame to the end: what a head says of the length may be left over from a longer file."""
    place = 0
    while data[place : place + 3] == b"ID3":  # the size in four groups of seven bits
        size = sum((data[place + 6 + i] & 127) << 7 * (3 - i) for i in range(4))
        place += 10 + size + (10 if data[place + 5] & 16 else 0)
    seconds, first = 0.0, True
    while place + 4 <= len(data):
        (head,) = struct.unpack_from(">I", data, place)
        if head >> 21 != 0x7FF or head >> 17 & 3 != 1:
            if seconds and data.startswith(_MP3_TAGS, place):
                break
            return Recording()
        version = head >> 19 & 3
        is_first = version == 3
        rate = _MP3_SAMPLES[head >> 10 & 3] // _MP3_SLOWER[version]
        length = (144 if is_first else 72) * _MP3_RATES[not is_first][head >> 12 & 15] * 1000 // rate
        length += head >> 9 & 1
        if length < 4:
            return Recording()
        told = data[place : place + 48] if first else b""
        if not (b"Xing" in told or b"Info" in told):  # a frame that describes the others and is not heard
            seconds += (1152 if is_first else 576) / rate
        first = False
        place += length
    return Recording(seconds or None)
