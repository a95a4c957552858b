"""Timestamp authorities for tests, always labelled TEST: `openssl ts` as it is, and a maker of what it refuses to make.

Certificates are made here by `cryptography`, so that they can be wrong on purpose. Everything is fictional (样本).
"""

from __future__ import annotations

import hashlib
import shlex
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

POLICY = "1.2.3.4.1"
FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)
PURPOSE = [ExtendedKeyUsageOID.TIME_STAMPING]

CONFIG = """\
[tsa]
default_tsa = here
[here]
dir = {dir}
serial = $dir/serial
crypto_device = builtin
signer_cert = $dir/tsa.pem
{certs}signer_key = $dir/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256, sha384, sha512, sm3
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def name(text: str) -> x509.Name:
    """Organisation TEST, unless a test needs an authority that does not call itself one: "组织/名称"."""
    organisation, _, common = text.rpartition("/")
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation or "TEST"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)


def make_pair(
    title: str,
    issuer: Pair | None = None,
    *,
    ca: bool = False,
    purpose: list[x509.ObjectIdentifier] | None = None,
    critical: bool = True,
    first: datetime = FIRST,
    last: datetime = LAST,
    serial: int | None = None,
    key: ec.EllipticCurvePrivateKey | None = None,
    path_length: int | None = None,
) -> Pair:
    """One certificate; self-signed without ``issuer``."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(title))
        .issuer_name(issuer.certificate.subject if issuer else name(title))
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
    )
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purpose), critical=critical)
    return Pair(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


@dataclass(frozen=True)
class Authority:
    """A CA and a timestamp authority under it, with its files in ``folder``."""

    folder: Path
    ca: Pair
    tsa: Pair

    @classmethod
    def make(
        cls, folder: Path, title: str, *, extra: bytes = b"", tsa: Pair | None = None, ca: Pair | None = None
    ) -> Authority:
        if subprocess.run(["openssl", "version"], capture_output=True, check=False).returncode:
            pytest.skip("openssl is not installed")
        ca = ca or make_pair(f"{title} CA", ca=True)
        tsa = tsa or make_pair(title, ca, purpose=PURPOSE)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ca.pem").write_bytes(ca.pem)
        (folder / "tsa.pem").write_bytes(tsa.pem)
        (folder / "extra.pem").write_bytes(extra)
        (folder / "serial").write_text("01\n")
        pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        (folder / "tsa.key").write_bytes(tsa.key.private_bytes(*pem))
        certs = "certs = $dir/extra.pem\n" if extra else ""
        (folder / "tsa.cnf").write_text(CONFIG.format(dir=folder, certs=certs), "utf-8")
        return cls(folder, ca, tsa)

    @property
    def command(self) -> str:
        """As ``command`` in evidence.toml: an authority on this machine."""
        config = shlex.quote(str(self.folder / "tsa.cnf"))
        return f"openssl ts -reply -config {config} -queryfile {{request}} -out {{answer}}"

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.pem"

    def table(self, title: str = "local", **changes: str) -> str:
        """A [[timestamp]] table for evidence.toml; what is changed to the empty text is left out."""
        given = {"name": title, "command": self.command, "ca": str(self.ca_file), **changes}
        rows = [f'{key} = "{value}"' for key, value in given.items() if value]
        return "\n".join(["", "[[timestamp]]", *rows, "test = true", ""])

    def answer(self, request: bytes) -> bytes:
        """The TimeStampResp of `openssl ts` to a request."""
        (self.folder / "q.tsq").write_bytes(request)
        words = [
            word.format(request=self.folder / "q.tsq", answer=self.folder / "a.tsr")
            for word in shlex.split(self.command)
        ]
        done = subprocess.run(words, capture_output=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return (self.folder / "a.tsr").read_bytes()


def forged(
    signer: Pair,
    data: bytes,
    *,
    at: datetime = datetime(2026, 11, 21, 2, 0, 5, tzinfo=UTC),
    certificates: list[bytes] | None = None,
    policy: str = POLICY,
    nonce: int | None = None,
    algorithm: str = "sha256",
    binding: bytes | None = None,
    content_type: str = "tst_info",
    attributes: tuple[str, ...] = ("content_type", "message_digest", "signing_certificate_v2"),
    info_digest: bytes | None = None,
    status: str = "granted",
) -> bytes:
    """A TimeStampResp made by hand: with whatever certificate, time and attributes a test wants to see refused."""
    oids = {"sm3": "1.2.156.10197.1.401", "sha1": "1.3.14.3.2.26"}
    if algorithm == "sm3":
        made = hashes.Hash(hashes.SM3())
        made.update(data)
        imprint = made.finalize()
    else:
        imprint = hashlib.new(algorithm, data).digest()
    info: dict[str, Any] = {
        "version": "v1",
        "policy": policy,
        "message_imprint": {
            "hash_algorithm": {"algorithm": oids.get(algorithm, algorithm)},
            "hashed_message": imprint,
        },
        "serial_number": 7,
        "gen_time": at,
    }
    if nonce is not None:
        info["nonce"] = nonce
    body = tsp.TSTInfo(info).dump()
    values: dict[str, Any] = {
        "content_type": content_type,
        "message_digest": info_digest or hashlib.sha256(body).digest(),
        "signing_certificate_v2": tsp.SigningCertificateV2(
            {"certs": [{"cert_hash": binding or hashlib.sha256(signer.der).digest()}]}
        ),
    }
    signed = cms.CMSAttributes(
        [cms.CMSAttribute({"type": key, "values": [values[key]]}) for key in attributes]
    )
    issuer = asn1_x509.Certificate.load(signer.der)
    signer_info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                cms.IssuerAndSerialNumber({"issuer": issuer.issuer, "serial_number": issuer.serial_number}),
            ),
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": signed,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": signer.key.sign(signed.dump(), ec.ECDSA(hashes.SHA256())),
        }
    )
    token = cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": cms.SignedData(
                {
                    "version": "v3",
                    "digest_algorithms": [{"algorithm": "sha256"}],
                    "encap_content_info": {
                        "content_type": "tst_info",
                        "content": core.ParsableOctetString(body),
                    },
                    "certificates": [asn1_x509.Certificate.load(one) for one in certificates or [signer.der]],
                    "signer_infos": [signer_info],
                }
            ),
        }
    )
    response: bytes = tsp.TimeStampResp({"status": {"status": status}, "time_stamp_token": token}).dump()
    # asn1crypto sorts a SET OF; authorities do not always, and the test has said in which order it wants them.
    given = certificates or [signer.der]
    assert response.count(b"".join(sorted(given))) == 1
    return response.replace(b"".join(sorted(given)), b"".join(given))


def long_ago() -> datetime:
    return FIRST - timedelta(days=365)
