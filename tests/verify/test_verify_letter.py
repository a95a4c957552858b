"""Letters stamped by the other room, checked by this one; and letters changed, moved, re-signed, cut and extended."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from builder import GOLDEN, ISSUED_AT, SOURCE, b32, key_file, signing_key, stamped_letter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.errors import EvidenceError
from evidence.model.letter import LetterNumber
from evidence.model.problem import Place
from evidence.model.report import Question, Status, Verdict
from evidence.stamp.stamp import make_claims, stamp_with_token
from evidence.verify import child, describe_token, parse_trust, render_text, verify_paths
from evidence.verify.letter import FACT_IDS, check_letter, is_marked
from evidence.verify.pdf import parse_source, parse_value
from evidence.verify.refused import Refused
from evidence.verify.restamp import MARK, profile, qr_rows

STANDALONE = Path(__file__).parents[2] / "evidence" / "verify" / "standalone.py"
SHARED = Path(__file__).parents[2].parent / "shared"
LETTER = stamped_letter()
MARK_AT = LETTER.index(MARK)
LINE_END = LETTER.index(b"\n", MARK_AT)
DIGIT = LETTER.index(b"> Tj", MARK_AT)


def failing(data: bytes) -> dict[str, str]:
    """Fact id to reason, of every failed fact."""
    return {fact.id: fact.reason for fact in check_letter(data, Place()).facts if fact.status is Status.FAIL}


def write(folder: Path, data: bytes, name: str = "letter.pdf") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def codes(error: EvidenceError) -> list[str]:
    return [problem.code for problem in error.problems]


# Untouched letters: two implementations of one format must agree on every byte.


@pytest.mark.parametrize("source", sorted(GOLDEN.glob("*.pdf")), ids=lambda path: path.stem)
@pytest.mark.parametrize("host", ["", "pay.example.cn", "a.b-c.example-24-char.cn"])
def test_what_the_stamper_writes_the_checker_builds_again(source: Path, host: str) -> None:
    letter = check_letter(stamped_letter(source=source, host=host), Place())
    assert [fact.id for fact in letter.facts if fact.status is not Status.PASS] == []
    assert {fact.id for fact in letter.facts} == set(FACT_IDS)


def test_the_hash_in_the_token_is_that_of_the_first_bytes() -> None:
    """What anybody can do without us: head -c LENGTH letter.pdf | sha256sum."""
    import hashlib

    said = describe_token("EV1:" + b32(check_letter(LETTER, Place()).token.raw))  # type: ignore[union-attr]
    assert hashlib.sha256(LETTER[: said["length"]]).hexdigest() == said["sha256"]  # type: ignore[misc]
    assert said["length"] == len(SOURCE.read_bytes())
    assert (said["number"], said["issued_at"]) == ("2-2026-0001", "2026-11-21T02:00:00Z")


def test_the_symbol_drawn_is_read_back_by_another_library() -> None:
    zxing = pytest.importorskip("zxingcpp")
    numpy = pytest.importorskip("numpy")
    text = check_letter(LETTER, Place()).qr_text
    modules = numpy.pad(numpy.array(qr_rows(text), dtype=numpy.uint8), 4)
    picture = numpy.kron(1 - modules, numpy.ones((4, 4), dtype=numpy.uint8)) * 255
    assert [found.text for found in zxing.read_barcodes(picture)] == [text]


# By whom: never green without a key the reader named.


def test_without_trust_the_letter_stands_and_the_sender_stays_open(tmp_path: Path) -> None:
    report = verify_paths([write(tmp_path, LETTER)])
    answer = report.subjects[0].answer(Question.BY_WHOM)
    assert report.ok
    assert answer.verdict is Verdict.OPEN
    assert answer.statements[0].code == "who-unattributed"
    assert signing_key().public.raw and answer.statements[0].params["fingerprint"]


def test_with_the_key_file_the_sender_is_named(tmp_path: Path) -> None:
    trust = parse_trust([write(tmp_path, key_file(signing_key()), "office.pub")])
    report = verify_paths([write(tmp_path, LETTER)], trust=trust)
    assert report.ok
    assert report.subjects[0].answer(Question.BY_WHOM).verdict is Verdict.SHOWN


def test_a_letter_of_another_key_fails_under_trust_and_only_there(tmp_path: Path) -> None:
    trust = parse_trust([write(tmp_path, key_file(signing_key()), "office.pub")])
    forged = write(tmp_path, stamped_letter(seed=2), "forged.pdf")
    report = verify_paths([forged], trust=trust)
    assert not report.ok
    assert [fact.id for fact in report.failures] == ["letter.trust"]
    assert report.subjects[0].answer(Question.BY_WHOM).verdict is Verdict.REFUTED
    assert report.subjects[0].answer(Question.SAME_BYTES).verdict is Verdict.SHOWN
    assert verify_paths([forged]).ok


def test_short_and_unreadable_trust_is_refused_with_all_problems(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError) as error:
        parse_trust(["0123456789abcde", str(tmp_path / "none.pub"), write(tmp_path, b"\xff", "bad.pub")])
    assert codes(error.value) == ["verify.trust-short", "verify.trust-unreadable", "verify.trust-unreadable"]


# The four answers.


def test_the_four_answers_are_kept_apart(tmp_path: Path) -> None:
    subject = verify_paths([write(tmp_path, LETTER)]).subjects[0]
    assert [answer.question for answer in subject.answers] == list(Question)
    assert {a.question: a.verdict for a in subject.answers} == {
        Question.SAME_BYTES: Verdict.SHOWN,
        Question.SINCE_WHEN: Verdict.CLAIMED,
        Question.HOW_DELIVERED: Verdict.OPEN,
        Question.BY_WHOM: Verdict.OPEN,
    }
    said = {s.code for s in subject.answer(Question.SINCE_WHEN).statements}
    assert said == {"when-issued", "when-no-timestamp", "when-witness"}
    assert {"not-timestamped", "not-delivered", "not-true", "not-whose-key"} <= {
        s.code for s in subject.not_shown
    }


# Changed letters.


@pytest.mark.parametrize(
    ("what", "data", "failures"),
    [
        ("a bit of the text", LETTER[:900] + bytes([LETTER[900] ^ 1]) + LETTER[901:],
         {"letter.source": "digest-differs"}),
        ("a byte appended", LETTER + b"\n", {"letter.end": "appended"}),
        ("a whole update appended", LETTER + b"1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF\n",
         {"letter.end": "appended-parts"}),
        ("a PDF signature appended", LETTER + b"/ByteRange [0 1 2 3]", {"letter.end": "later-signature"}),
        ("the last byte cut", LETTER[:-1], {"letter.stamp": "stamp-short"}),
        ("the update cut after its line", LETTER[: LINE_END + 1], {"letter.stamp": "stamp-short"}),
        ("the line cut", LETTER[:LINE_END], {"letter.mark": "mark-form"}),
        ("a line of another version", LETTER.replace(b"%EV-STAMP 1 ", b"%EV-STAMP 2 "), {"letter.mark": "mark-form"}),
        ("no mark but the rest", LETTER.replace(MARK, b"%XX-STAMP"), {"letter.mark": "mark-missing"}),
        ("an earlier false mark", b"%EV-STAMP\n" + LETTER, {"letter.mark": "mark-form"}),
        ("a byte put before", b"\n" + LETTER,
         {"letter.length": "length-differs", "letter.source": "digest-differs", "letter.stamp": "pdf-header"}),
        ("a dark module removed", LETTER.replace(b" 1 re\n", b" 0 re\n", 1), {"letter.stamp": "stamp-differs"}),
        ("a digit of the footer", LETTER[: DIGIT - 1] + b"E" + LETTER[DIGIT:], {"letter.stamp": "stamp-differs"}),
    ],
)  # fmt: skip
def test_each_change_is_named(what: str, data: bytes, failures: dict[str, str]) -> None:
    assert data != LETTER, what
    assert failing(data) == failures


def test_another_source_under_the_same_stamp_fails_in_length_and_hash() -> None:
    other = (GOLDEN / "o2p-1.pdf").read_bytes()
    found = failing(other + LETTER[MARK_AT - 1 :])
    assert {"letter.length", "letter.source", "letter.stamp"} <= found.keys()


def test_the_line_of_another_letter_does_not_pass() -> None:
    """The token of a genuine letter, moved under another genuine source: its signature holds, its hash does not."""
    other = stamped_letter(source=GOLDEN / "o2p-1.pdf")
    line = other[other.index(MARK) : other.index(b"\n", other.index(MARK))]
    found = failing(LETTER[:MARK_AT] + line + LETTER[LINE_END:])
    assert found.keys() >= {"letter.length", "letter.source"}
    assert "letter.signature" not in found


def test_a_foreign_key_in_the_line_breaks_key_id_and_signature() -> None:
    ours, theirs = (b32(signing_key(seed).public.raw).encode() for seed in (1, 2))
    found = failing(LETTER.replace(b" " + ours + b"\n", b" " + theirs + b"\n", 1))
    assert found == {"letter.kid": "kid-differs", "letter.signature": "signature-wrong"}


def test_the_host_of_the_link_cannot_be_swapped() -> None:
    """A link to somebody else's server, drawn and placed as it should be, still lacks the signature."""
    from evidence.verify.restamp import stamped

    letter = stamped_letter(host="pay.example.cn")
    at = letter.index(MARK)
    honest = check_letter(letter, Place())
    assert honest.token is not None
    text = honest.qr_text.replace("PAY.EXAMPLE.CN", "EVIL.EXAMPLE.CN")
    forged = stamped(parse_source(letter[: at - 1]), honest.token, text, b32(signing_key().public.raw))
    assert failing(forged) == {"letter.signature": "signature-wrong"}


def test_two_stamps_on_one_letter_are_refused() -> None:
    again = LETTER + LETTER[MARK_AT - 1 :]
    assert failing(again) == {"letter.end": "appended"}


# Every position class of a letter, and any position at all.


def test_no_byte_of_the_line_or_the_ends_can_change_unnoticed() -> None:
    positions = [*range(MARK_AT - 2, LINE_END + 2), *range(24), *range(len(LETTER) - 80, len(LETTER))]
    for at in positions:
        changed = LETTER[:at] + bytes([LETTER[at] ^ 0x01]) + LETTER[at + 1 :]
        assert not is_marked(changed) or failing(changed), f"byte {at}"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(LETTER) - 1), st.integers(1, 255))
def test_no_byte_anywhere_can_change_unnoticed(at: int, flip: int) -> None:
    changed = LETTER[:at] + bytes([LETTER[at] ^ flip]) + LETTER[at + 1 :]
    assert not is_marked(changed) or failing(changed)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(LETTER)), st.binary(max_size=40), st.integers(0, 400))
def test_no_stretch_can_be_replaced_unnoticed(at: int, new: bytes, removed: int) -> None:
    changed = LETTER[:at] + new + LETTER[at + removed :]
    assert changed == LETTER or not is_marked(changed) or failing(changed)


# Things that are no letters.


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("source.pdf", SOURCE.read_bytes(), "verify.pdf-unstamped"),
        ("notes.txt", b"hello", "verify.unknown-format"),
        ("empty.pdf", b"", "verify.unknown-format"),
        ("seal.json", b"{}", "verify.unknown-format"),
        ("broken.zip", b"PK\x03\x04 and nothing", "verify.zip-damaged"),
    ],
)
def test_other_files_are_refused_by_name(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    with pytest.raises(EvidenceError) as error:
        verify_paths([write(tmp_path, data, name)])
    assert codes(error.value) == [code]
    assert error.value.exit_code == 3


def test_a_word_file_says_that_it_cannot_be_checked_alone(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "letter.docx", "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(EvidenceError) as error:
        verify_paths([tmp_path / "letter.docx"])
    assert codes(error.value) == ["verify.docx-alone"]


def test_one_stranger_among_letters_is_listed_and_spoils_the_whole(tmp_path: Path) -> None:
    report = verify_paths([write(tmp_path, LETTER), write(tmp_path, b"?", "x.txt"), tmp_path / "gone.pdf"])
    assert [subject.ok for subject in report.subjects] == [True]
    assert [problem.code for problem in report.problems] == ["verify.unknown-format", "general.file-missing"]
    assert not report.ok
    assert "x.txt" in render_text(report, "zh")


# QR texts.


def qr_text() -> str:
    return check_letter(LETTER, Place()).qr_text


def test_a_qr_text_alone_is_never_ok() -> None:
    report = verify_paths([qr_text()])
    assert not report.ok
    assert not report.failures
    verdicts = {a.question: a.verdict for a in report.subjects[0].answers}
    assert set(verdicts.values()) == {Verdict.OPEN}


def test_a_qr_text_with_the_key_file_is_checked(tmp_path: Path) -> None:
    trust = parse_trust([write(tmp_path, key_file(signing_key()), "office.pub")])
    report = verify_paths([qr_text()], trust=trust)
    assert report.ok
    assert report.subjects[0].answer(Question.BY_WHOM).verdict is Verdict.SHOWN
    assert report.subjects[0].answer(Question.SAME_BYTES).verdict is Verdict.OPEN
    other = parse_trust([write(tmp_path, key_file(signing_key(2)), "other.pub")])
    assert [f.id for f in verify_paths([qr_text()], trust=other).failures] == ["qr.trust"]


def test_a_fingerprint_names_the_key_but_cannot_check_a_signature() -> None:
    trust = parse_trust([check_letter(LETTER, Place()).key.fingerprint])  # type: ignore[union-attr]
    report = verify_paths([qr_text()], trust=trust)
    assert not report.ok
    assert report.subjects[0].answer(Question.BY_WHOM).statements[0].code == "who-key-id-only"


def test_a_qr_text_is_compared_with_the_letter_beside_it(tmp_path: Path) -> None:
    letter = write(tmp_path, LETTER)
    assert verify_paths([qr_text(), letter]).ok
    other = write(tmp_path, stamped_letter(source=GOLDEN / "lo-3.pdf"), "other.pdf")
    report = verify_paths([qr_text(), other])
    assert [fact.id for fact in report.failures] == ["qr.letter"]


def test_a_link_survives_being_made_a_path(tmp_path: Path) -> None:
    letter = stamped_letter(host="pay.example.cn")
    text = check_letter(letter, Place()).qr_text
    assert str(Path(text)).startswith("HTTPS:/PAY")
    assert verify_paths([Path(text), write(tmp_path, letter)]).ok
    assert describe_token(Path(text))["host"] == "pay.example.cn"


def test_a_changed_qr_text_fails() -> None:
    text = qr_text()
    assert [fact.id for fact in verify_paths([text[:-1]]).failures] == ["qr.text"]


def test_a_photograph_is_read_as_its_qr_text(tmp_path: Path) -> None:
    pytest.importorskip("zxingcpp")
    from PIL import Image

    symbol = Image.new("L", (77 + 8, 77 + 8), 255)
    for y, row in enumerate(qr_rows(qr_text())):
        for x, dark in enumerate(row):
            symbol.putpixel((x + 4, y + 4), 0 if dark else 255)
    symbol.resize((510, 510), Image.Resampling.NEAREST).save(tmp_path / "photo.png")
    assert verify_paths([tmp_path / "photo.png", write(tmp_path, LETTER)]).ok
    Image.new("L", (50, 50), 255).save(tmp_path / "blank.png")
    for name, data in (("cut.png", (tmp_path / "photo.png").read_bytes()[:200]), ("blank.png", None)):
        path = write(tmp_path, data, name) if data else tmp_path / name
        with pytest.raises(EvidenceError) as error:
            verify_paths([path])
        assert codes(error.value) == ["verify.image-unreadable"]


# What may lie over the pages.


def stamped_anyway(source: bytes) -> bytes:
    """A letter whose writer does not refuse such sources: the office's own program can be another one."""
    from evidence.stamp.stamp import make_claims
    from evidence.stamp.token import qr_text as text_of
    from evidence.stamp.token import sign_token
    from evidence.verify.restamp import stamped
    from evidence.verify.token import parse_qr_text

    claims = make_claims(
        source, profile_number=1, number=LetterNumber(2, 2026, 1), issued_at=ISSUED_AT, facts_root=b"f" * 32,
        letter_id=b"sample letter id", checkpoint_size=7, checkpoint_root=b"r" * 32,
    )  # fmt: skip
    text = text_of(sign_token(claims, signing_key(), ""), "")
    return stamped(parse_source(source), parse_qr_text(text), text, b32(signing_key().public.raw))


def with_parts(**parts: str) -> bytes:
    """The golden source with an annotation, a layer, a script or the like added to catalogue or page."""
    with pikepdf.open(GOLDEN / "o2p-1.pdf") as pdf:
        for place, text in parts.items():
            target = pdf.pages[0].obj if place == "Annots" else pdf.Root
            target[f"/{place}"] = pikepdf.Object.parse(text.encode())
        out = BytesIO()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, static_id=True)
    return out.getvalue()


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"Annots": "[<</Type/Annot/Subtype/Stamp/Rect[0 0 9 9]>>]"}, "Annots"),
        ({"OCProperties": "<</OCGs[]/D<<>>>>"}, "OCProperties"),
        ({"AcroForm": "<</Fields[]>>"}, "AcroForm"),
        ({"OpenAction": "<</S/JavaScript/JS(app.alert(1))>>"}, "OpenAction"),
        ({"OpenAction": "<</S/GoTo/D[0/Fit]>>"}, "OpenAction"),
        ({"Names": "<</JavaScript<<>>/EmbeddedFiles<<>>>>", "AA": "<<>>"}, "AA, EmbeddedFiles, JavaScript"),
        ({"OpenAction": "[0/Fit]", "Names": "<</Dests<<>>>>"}, ""),
    ],
)
def test_what_may_lie_over_the_pages_is_named(parts: dict[str, str], named: str) -> None:
    """A letter with an annotation that covers its QR code stands every comparison of bytes; it must be said."""
    facts = check_letter(stamped_anyway(with_parts(**parts)), Place()).facts
    assert not [fact for fact in facts if fact.status is Status.FAIL]
    plain = next(fact for fact in facts if fact.id == "letter.plain")
    assert (plain.status is Status.PASS, plain.params.get("parts", "")) == (not named, named)


# The PDF reader.


@pytest.mark.parametrize(
    "data",
    [b"<<", b"<</A", b"<</A>>", b"[", b"[1 2", b"(", b"((a)", b"<zz>", b"<</A 1 2>>", b"]", b">>", b"", b"{}",
     b"[" * 1000, b"<</A" * 1000, b"[1 0 Rx]", b"truefalse", b"%only a comment"],
)  # fmt: skip
def test_broken_grammar_is_refused_not_repaired(data: bytes) -> None:
    with pytest.raises(Refused):
        parse_value(data, 0)


def test_names_are_compared_after_their_escapes() -> None:
    value = parse_value(b"<</#43ontents 4 0 R /F#6Fnt%x\n<<>>>>", 0)
    assert value.get(b"Contents") is not None
    assert value.get(b"Font") is not None


def test_a_key_twice_is_refused_however_it_is_spelled() -> None:
    with pytest.raises(Refused) as refused:
        parse_value(b"<</A 1/#41 2>>", 0).get(b"B")
    assert refused.value.reason == "pdf-duplicate-key"


def test_an_unknown_profile_is_refused() -> None:
    assert set(profile(1).words["series"]) == {"1", "2", "3", "4"}
    for number in (0, 5, 10**30):
        with pytest.raises(Refused):
            profile(number)


def test_huge_dictionaries_are_refused_before_they_fill_the_memory() -> None:
    with pytest.raises(Refused) as refused:
        parse_value(b"[" + b"1 " * 700_000 + b"]", 0)
    assert refused.value.reason == "pdf-long"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "letter.pdf")
    with pytest.raises(EvidenceError) as error:
        verify_paths([tmp_path / "letter.pdf"])
    assert codes(error.value) == ["verify.special-file"]


def test_pages_that_share_huge_resources_do_not_multiply() -> None:
    """A thousand pages with one dictionary of 200 KB: the stamp built again would have 200 MB."""
    shared = b"<</X (" + b"x" * 200_000 + b")>>"
    kids = b" ".join(b"%d 0 R" % n for n in range(4, 1004))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[" + kids + b"]/Count 1000>>", shared]
    objects += [b"<</Type/Page/Parent 2 0 R/Resources 3 0 R>>"] * 1000
    data, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % at for at in offsets)
    data += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table, len(objects) + 1, len(data),
    )  # fmt: skip
    assert len(parse_source(data).pages) == 1000
    assert failing(data + LETTER[MARK_AT - 1 :])["letter.stamp"] in ("stamp-differs", "stamp-short")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared material is not beside the checkout")
def test_foreign_pdfs_never_pass_and_never_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attack files of the signature literature and ordinary samples: none is a letter of ours, with or without a line.

    They are looked at in this process, which must live: what a child is for is in ``test_verify_limited.py``.
    """
    monkeypatch.setattr("evidence.verify.qr.pictured", lambda kind, data: child._answer(kind, data) or [])
    files = sorted((SHARED / "vectors").rglob("*.pdf"))
    assert len(files) > 20
    line = LETTER[MARK_AT - 1 :]
    for path in files:
        data = path.read_bytes()
        with pytest.raises(EvidenceError) as error:
            verify_paths([path])
        assert codes(error.value) == ["verify.pdf-unstamped"]
        assert failing(data + line), path.name


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_noise_is_never_a_letter(noise: bytes) -> None:
    for data in (noise, b"%PDF-1.7\n" + noise, MARK + noise, b"\n" + MARK + b" 1 EV1:" + noise + b"\n"):
        assert failing(data)


# Drafts.


def drafted(profile: int, series: int = 3) -> bytes:
    source = SOURCE.read_bytes()
    claims = make_claims(
        source, profile_number=profile, number=LetterNumber(series, 2026, 1), issued_at=ISSUED_AT, facts_root=b"f" * 32,
        letter_id=b"sample letter id", checkpoint_size=7, checkpoint_root=b"r" * 32,
    )  # fmt: skip
    return stamp_with_token(source, claims, signing_key())[0]


@pytest.mark.parametrize(("profile", "is_draft"), [(7, True), (8, True), (1, False), (2, False)])
def test_a_draft_of_a_lawyer_letter_is_said_to_be_one_by_every_checker(
    tmp_path: Path, profile: int, is_draft: bool
) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(drafted(profile))
    report = verify_paths([path])
    assert report.ok
    said = {s.code for answer in report.subjects[0].answers for s in answer.statements}
    assert ("same-draft" in said) is is_draft
    assert ("律师函草稿" in render_text(report, "zh")) is is_draft
    # Whether a lawyer answered for one that is none, its bytes do not show.
    assert "not-approved" in {s.code for s in report.subjects[0].not_shown}
    command = [sys.executable, "-I", str(STANDALONE), str(path), "--lang", "zh"]
    printed = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert ("律师函草稿" in printed) is is_draft


def test_a_letter_of_another_kind_cannot_be_stamped_as_a_draft() -> None:
    with pytest.raises(EvidenceError):
        drafted(7, series=2)
