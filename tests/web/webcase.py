"""A tiny office with a host, telephones and letters, and its page, without or with a real server."""

from __future__ import annotations

import io
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

sys.path.insert(0, str(Path(__file__).parents[1] / "workspace"))

import estate
from PIL import Image

from evidence.clock import Source, fixed_source
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace
from evidence.workspace.letterpage import LetterPage

HOST = "evid.example.cn"
PHONE = "13800000001"
LATER = "2026-11-25T16:00:00+08:00"
NUMBER, OTHER = "2-2026-0001", "2-2026-0002"
PHONE_AGENT = (
    "Mozilla/5.0 (Linux; Android 14; SAMPLE) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0 "
    "Mobile Safari/537.36 MicroMessenger/8.0.49"
)


class Clock:
    """A clock that tests move."""

    def __init__(self, now: str = LATER) -> None:
        self.now = datetime.fromisoformat(now)

    def forward(self, **passed: float) -> None:
        self.now += timedelta(**passed)

    def source(self, seed: str = "web") -> Source:
        drawn = fixed_source(LATER, seed).random
        lock = threading.Lock()

        def random(n: int) -> bytes:
            with lock:
                return drawn(n)

        return Source(lambda: self.now, random, is_test=True)


@dataclass
class Phone:
    """A provider of text messages that keeps what it carried."""

    sent: list[tuple[str, str]] = field(default_factory=list)

    def send(self, phone: str, text: str) -> str:
        self.sent.append((phone, text))
        return f"sms-{len(self.sent):04d}"

    @property
    def code(self) -> str:
        """The six digits of the latest message."""
        import re

        found = re.search(r"(?<!\d)\d{6}(?!\d)", self.sent[-1][1])
        assert found
        return found[0]


def make(kept: Path, checkout: Path, locale: str = "zh", database: str = "") -> None:
    """The office in ``kept/office``; ``database`` is a URL where it is not SQLite."""
    rows = [[*estate.HEADER, "联系电话"]]
    for i, (room, owner) in enumerate(estate.OWNERS):
        fee, phone = f"{120.5 + i:.2f}", f"1380000000{i + 1}"
        for month, paid in ((1, fee), (2, "20.50"), (3, "0")):
            rows.append([room, owner, "物业费", f"2026年{month}月", f"2026-0{month}-15", fee, paid, phone])
    ledger = kept / "ledger.csv"
    ledger.write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    config = estate.config(checkout)
    text = config.read_text("utf-8").replace('host = ""', f'host = "{HOST}"', 1)
    assert HOST in text
    if database:
        text += f'\n[store]\ndatabase = "{database}"\n'
    config.write_text(text, "utf-8")
    with Workspace.init(kept / "office", config=config, source=estate.source(), locale=locale) as made:
        made.import_ledger([ledger])
        made.issue(LetterKind.DEMAND, converter="builtin")


def office(folder: Path, checkout: Path, locale: str = "zh") -> Path:
    """A workspace with a demand to each of four owners; its folder."""
    return estate.once(("web", locale), lambda kept: make(kept, checkout, locale), folder) / "office"


def estate_photo(shade: int = 90) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (120, 90), (shade, 40, 40)).save(out, "JPEG")
    return out.getvalue()


def token_of(root: Path, number: str = NUMBER) -> str:
    """The token in a letter's QR code, read out of its stamp."""
    pdf = next((root / "letters").rglob(f"*_{number}.pdf")).read_bytes()
    text = pdf.rpartition(b"%EV-STAMP ")[2].split(b"\n")[0].decode()
    return text.partition("/R/")[2].split(" ")[0]


@contextmanager
def page(root: Path, clock: Clock | None = None, sms: Phone | None = None) -> Iterator[LetterPage]:
    with (
        Workspace.open(root, source=(clock or Clock()).source()) as workspace,
        workspace.letter_page(sms=sms) as made,
    ):
        yield made


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for :data:`HOST` that nobody vouches for, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    day = datetime.fromisoformat(LATER)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(day - timedelta(days=3650))
        .not_valid_after(day + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "tls.pem", folder / "tls.key"
    paths[0].write_bytes(made.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


@contextmanager
def server(
    made: LetterPage,
    *,
    listening: socket.socket | None = None,
    tls: tuple[Path, Path] | None = None,
    **settings: Any,
) -> Iterator[str]:
    """A real server on a free port of this machine; its address. With ``tls`` it is the one of the letters' links."""
    import asyncio

    import uvicorn

    from evidence.web.app import create_app
    from evidence.web.server import bind
    from evidence.web.settings import Settings

    listening = listening or bind("127.0.0.1", 0)
    config = uvicorn.Config(
        create_app(made, Settings(is_secure=tls is not None, **settings)),
        access_log=False,
        log_config=None,  # type: ignore[arg-type]
        ssl_certfile=tls[0] if tls else None,
        ssl_keyfile=tls[1] if tls else None,
    )
    running = uvicorn.Server(config)
    running.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    thread = threading.Thread(target=lambda: asyncio.run(running.serve(sockets=[listening])), daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.02)
    try:
        yield f"https://{HOST}" if tls else f"http://localhost:{listening.getsockname()[1]}"
    finally:
        running.should_exit = True
        thread.join(20)
