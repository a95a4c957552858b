"""A signature by certificate after the stamp: accepted in one form, byte for byte, and in no other."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from builder import stamped_letter

sys.path.insert(0, str(Path(__file__).parents[1] / "workspace"))
import certificates

pytest.importorskip("pyhanko", reason="pyhanko is not installed")

from evidence.model.problem import Place
from evidence.model.report import Question, Status
from evidence.stamp.certified import load_certificate, sign_letter
from evidence.verify import verify_paths
from evidence.verify.letter import check_letter

LETTER = stamped_letter()
AT = datetime(2026, 11, 22, 5, 0, 1, tzinfo=UTC)


@pytest.fixture(scope="module", params=["rsa", "ec"])
def signed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = certificates.p12(tmp_path_factory.mktemp("p12") / "a.p12", request.param)
    return sign_letter(LETTER, load_certificate(path, certificates.SECRET), AT)


def failing(data: bytes) -> dict[str, str]:
    return {fact.id: fact.reason for fact in check_letter(data, Place()).facts if fact.status is Status.FAIL}


def test_the_letter_stays_and_one_signature_follows(signed: bytes, tmp_path: Path) -> None:
    assert signed.startswith(LETTER)
    (tmp_path / "a.pdf").write_bytes(signed)
    report = verify_paths([tmp_path / "a.pdf"])
    assert report.ok
    (subject,) = report.subjects
    said = {s.code: s.params for s in subject.answer(Question.BY_WHOM).statements}
    assert {"who-certificate", "who-certificate-own", "who-certificate-test", "who-unattributed"} == set(said)
    assert "样州和风物业服务有限公司（样本）" in str(said["who-certificate"]["subject"])
    # The certificate is a fact beside the stamp's key, and no reason to believe anybody.
    assert (subject.answer(Question.BY_WHOM).verdict) == check_answer_of_the_plain_letter(tmp_path)


def check_answer_of_the_plain_letter(folder: Path) -> object:
    (folder / "plain.pdf").write_bytes(LETTER)
    (subject,) = verify_paths([folder / "plain.pdf"]).subjects
    return subject.answer(Question.BY_WHOM).verdict


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig is not installed")
def test_other_readers_take_the_signature_for_one_over_the_whole_file(signed: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(signed)
    told = subprocess.run(
        ["pdfsig", str(tmp_path / "a.pdf")], capture_output=True, text=True, check=False
    ).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_the_file_is_whole(signed: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(signed)
    assert (
        subprocess.run(
            ["qpdf", "--check", str(tmp_path / "a.pdf")], capture_output=True, check=False
        ).returncode
        == 0
    )


def test_pyhanko_itself_finds_it_intact(signed: bytes) -> None:
    from io import BytesIO

    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    (embedded,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    status = validate_pdf_signature(embedded, ValidationContext(trust_roots=[embedded.signer_cert]))
    assert (status.intact, status.valid) == (True, True)
    assert str(status.coverage) == "SignatureCoverageLevel.ENTIRE_FILE"


# --- changed


def gap(signed: bytes) -> tuple[int, int]:
    found = re.search(rb"/Contents<([0-9a-f]+)>>>", signed)
    assert found is not None
    return found.start(1), found.end(1)


def test_no_byte_of_the_increment_can_change(signed: bytes) -> None:
    start, end = gap(signed)
    padding = len(signed[start:end]) - len(signed[start:end].rstrip(b"0"))
    places = [
        *range(len(LETTER), start, 3),
        *range(start, end - padding, 41),
        end - 1,
        *range(end, len(signed), 3),
    ]
    for at in places:
        changed = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
        assert failing(changed), f"byte {at}: {signed[at : at + 1]!r}"


def test_every_byte_of_the_stamped_letter_is_signed(signed: bytes) -> None:
    for at in range(0, len(LETTER), 997):
        assert failing(signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]), f"byte {at}"


def test_without_the_increment_it_is_the_plain_letter_again(signed: bytes) -> None:
    assert failing(signed[: len(LETTER)]) == {}


def test_a_part_of_the_increment_is_none(signed: bytes) -> None:
    for end in (len(LETTER) + 1, len(LETTER) + 60, gap(signed)[0], len(signed) - 1):
        assert set(failing(signed[:end])) <= {"letter.certificate", "letter.end"}
        assert failing(signed[:end])


def test_a_second_signature_is_refused(signed: bytes, tmp_path: Path) -> None:
    """By another program: pyHanko adds one that other readers take for valid."""
    from io import BytesIO

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    signer = signers.SimpleSigner.load_pkcs12(
        str(certificates.p12(tmp_path / "b.p12")), passphrase=certificates.SECRET.encode()
    )
    metadata = signers.PdfSignatureMetadata(field_name="Second", subfilter=fields.SigSeedSubFilter.PADES)
    again = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(signed)), metadata, signer=signer).getvalue()
    assert again.startswith(signed)
    assert failing(again) == {"letter.certificate": "certificate-form"}
    alone = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(LETTER)), metadata, signer=signer).getvalue()
    assert failing(alone) == {"letter.end": "later-signature"}


def test_our_own_increment_twice_is_refused(signed: bytes, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="several-revisions"):
        sign_letter(signed, load_certificate(certificates.p12(tmp_path / "a.p12"), certificates.SECRET), AT)
    assert failing(signed + signed[len(LETTER) :]) == {"letter.certificate": "certificate-form"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/Rect[0 0 0 0]", b"/Rect[0 0 9 9]"),
        (b"/T(EVIDENCE)", b"/T(PAYMENTS)"),
        (b" /Annots [", b" /Annotz ["),
        (b"ETSI.CAdES.detached", b"adbe.pkcs7.detached"),
        (b"endobj\nxref\n", b"endobj\n9 0 obj\n<</Type/Annot/Subtype/FreeText>>\nendobj\nxref\n"),
        (b"/Contents<", b"/Contents <"),
        (b"%%EOF\n", b"%%EOF\n%a remark\n"),
    ],
    ids=["visible", "name", "other-key", "subfilter", "shadow-object", "blank", "remark"],
)
def test_what_is_put_into_the_increment_is_refused(old: bytes, new: bytes, signed: bytes) -> None:
    rest = signed[len(LETTER) :]
    at = rest.rindex(old)
    assert failing(LETTER + rest[:at] + new + rest[at + len(old) :]) == {
        "letter.certificate": "certificate-form"
    }


def test_shadow_content_signed_along_is_refused(signed: bytes, tmp_path: Path) -> None:
    """The attack on signed PDFs: content that lies hidden in the signed bytes, to be shown later. Here the increment is
    made anew with it by somebody who holds a certificate, so that its CMS holds."""
    from evidence.stamp import certified

    held = load_certificate(certificates.p12(tmp_path / "c.p12"), certificates.SECRET)
    real = certified._with

    def shadowed(*arguments: object) -> bytes:
        return real(*arguments)[:-2] + b" /Shadow 99 0 R>>"  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certified, "_with", shadowed)
        made = sign_letter(LETTER, held, AT)
    assert failing(made) == {"letter.certificate": "certificate-form"}


def test_a_cms_over_another_letter_is_refused(signed: bytes, tmp_path: Path) -> None:
    held = load_certificate(certificates.p12(tmp_path / "d.p12"), certificates.SECRET)
    other = sign_letter(stamped_letter(seed=2), held, AT)
    mine = sign_letter(LETTER, held, AT)
    (start, end), (first, last) = gap(mine), gap(other)
    assert end - start == last - first
    swapped = mine[:start] + other[first:last] + mine[end:]
    assert failing(swapped) == {"letter.certificate": "certificate-signature"}


def test_a_certificate_that_was_not_in_force_is_refused(tmp_path: Path) -> None:
    from dataclasses import replace

    held = load_certificate(certificates.p12(tmp_path / "e.p12", last=2027), certificates.SECRET)
    late = datetime(2028, 1, 1, tzinfo=UTC)
    with pytest.raises(Exception, match="certificate-expired"):
        sign_letter(LETTER, held, late)
    forced = sign_letter(LETTER, replace(held, last=datetime(2040, 1, 1, tzinfo=UTC)), late)
    assert failing(forced) == {"letter.certificate": "certificate-signature"}


@pytest.mark.parametrize("kind", ["short", "ed25519"])
def test_keys_that_readers_do_not_take_are_refused(kind: str, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="certificate-key"):
        load_certificate(certificates.p12(tmp_path / "f.p12", kind), certificates.SECRET)


def test_the_small_checkers_leave_it_to_the_toolkit(signed: bytes, tmp_path: Path) -> None:
    """They answer for what stands before it, and neither pass nor fail for it."""
    import json

    (tmp_path / "a.pdf").write_bytes(signed)
    program = Path(__file__).parents[2] / "evidence" / "verify" / "standalone.py"
    done = subprocess.run(
        [sys.executable, "-I", str(program), "--json", str(tmp_path / "a.pdf")],
        capture_output=True,
        text=True,
        check=False,
    )
    facts = {
        fact["id"]: fact["status"] for row in json.loads(done.stdout)["subjects"] for fact in row["facts"]
    }
    assert facts["letter.source"] == "pass"
    assert facts.get("letter.end", "not-checked") == "not-checked"
    assert "fail" not in facts.values()
