"""The four checkers behind one face, and the letters and bundles that are given to all of them.

``answers`` of each runner map the id of a check to *pass*, *fail* or *not-checked*: *fail* where it failed anywhere in
what was given, *pass* where it was made and never failed.
"""

# The tables of what is altered read better in whole rows.
# ruff: noqa: E501
from __future__ import annotations

import base64
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

from builder import (
    Case,
    b32,
    canonical,
    checkpoint,
    consistency,
    key_file,
    manifest,
    proof,
    retag,
    sample_case,
    sha,
    signing_key,
    sm3,
    stamped_letter,
)

from evidence.model.report import Status
from evidence.verify import parse_trust, verify_paths

ROOT = Path(__file__).resolve().parents[2]
STANDALONE = ROOT / "evidence" / "verify" / "standalone.py"
PAGE = ROOT / "evidence" / "verify" / "page" / "verify.html"
RECIPE = ROOT / "docs" / "recipe.zh.md"

Answers = dict[str, str]
Files = dict[str, bytes]
LETTER, DOCX = "data/originals/01-催告函.pdf", "data/originals/01-催告函.docx"
SLIP = "data/originals/letters/2-2026-0001/delivery-1-slip.jpg"
EVENT = "data/originals/letters/2-2026-0001/delivery-1.json"


def merged(facts: Iterable[tuple[str, str]]) -> Answers:
    answers: Answers = {}
    for check, status in facts:
        known = {"pass": 1, "fail": 2}
        if known.get(status, 0) >= known.get(answers.get(check, ""), 0):
            answers[check] = status
    return answers


# The four.


def by_toolkit(path: Path, key: Path) -> Answers:
    report = verify_paths([path], trust=parse_trust([key]))
    words = {Status.PASS: "pass", Status.FAIL: "fail"}
    return merged((fact.id, words.get(fact.status, "not-checked")) for fact in report.facts)


def standalone() -> ModuleType:
    """``verify.py`` as a module; the tests run it as a program, too."""
    spec = importlib.util.spec_from_file_location("standalone_verify", STANDALONE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_standalone(program: ModuleType, path: Path, key: Path) -> tuple[Answers, int]:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with (
        redirect_stdout(out),
        patch.object(sys, "argv", ["verify.py", "--json", "--key", str(key), str(path)]),
    ):
        code = program.main()
    out.seek(0)
    report = json.loads(out.read())
    return merged((fact["id"], fact["status"]) for one in report["subjects"] for fact in one["facts"]), code


def by_page(page: Any, path: Path, key: Path) -> Answers:
    """In a browser's page that shows ``verify.html``; whatever it showed before is cleared."""
    if page.is_visible("#clear"):
        page.click("#clear")
    before = page.evaluate("document.body.dataset.done || '0'")
    page.set_input_files("#trust-file", str(key))
    page.wait_for_selector(f'body[data-done="{int(before) + 1}"]')
    page.set_input_files("#folder" if path.is_dir() else "#files", str(path))
    page.wait_for_selector(f'body[data-done="{int(before) + 2}"]')
    result = page.evaluate("evidenceResult()")
    return merged((fact["id"], fact["status"]) for one in result["subjects"] for fact in one["facts"])


def blocks(part: int) -> str:
    """The commands of one part of the recipe, in their order."""
    parts = RECIPE.read_text("utf-8").split("\n## ")
    return "\n".join(re.findall(r"```sh\n(.*?)```", parts[part], re.DOTALL))


_RECIPE_OF: dict[bytes, str] = {}


def by_recipe(path: Path, scratch: Path) -> Answers:
    """The recipe's blocks as they stand, in bash. What it says of a letter hangs on its bytes alone: most bundles here
    have the same in them, which is asked once."""

    def run(script: str, **variables: str) -> str:
        environment = {**os.environ, **variables, "TMPDIR": str(scratch)}
        command = ["bash", "-c", script]
        done = subprocess.run(command, capture_output=True, env=environment, check=False, cwd=path.parent)
        return done.stdout.decode("utf-8", "replace")

    def letter(file: Path) -> str:
        data = file.read_bytes()
        if data not in _RECIPE_OF:
            _RECIPE_OF[data] = run(blocks(1), LETTER=str(file))
        return _RECIPE_OF[data]

    if path.is_dir():
        out = run(blocks(2), BUNDLE=str(path))
        for found in re.findall(r"^# 函件 letter: (.*)$", out, re.MULTILINE):
            out += letter(path / found)
    else:
        out = letter(path)
    return merged(re.findall(r"^([a-z]+\.[a-z]+) (pass|fail)$", out, re.MULTILINE))


# What they are given. Each alteration is made in files alone; ``finds`` are checks that must fail for the toolkit.


@dataclass(frozen=True, slots=True)
class Given:
    name: str
    content: bytes | Mapping[str, bytes]
    finds: tuple[str, ...] = ()


def _flip(data: bytes, at: int, bit: int = 1) -> bytes:
    return data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]


def _line(data: bytes) -> tuple[int, bytes, bytes]:
    """Where the stamp's line stands, its QR text and its key."""
    at = data.index(b"%EV-STAMP")
    found = re.compile(rb"%EV-STAMP 1 (\S+) (\S+)\n").match(data, at)
    assert found is not None
    return at, found[1], found[2]


def _with_token(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The letter with its token changed in the line alone."""
    _, text, _ = _line(data)
    head, code = text[: text.rindex(b":") + 1], text[text.rindex(b":") + 1 :]
    raw = base64.b32decode(code + b"=" * (-len(code) % 8))
    return data.replace(text, head + b32(change(raw)).encode(), 1)


def _by_certificate(letter: bytes) -> list[Given]:
    """A copy with a signature by certificate, which the toolkit alone checks; nothing where pyHanko is not installed."""
    if find_spec("pyhanko") is None:
        return []
    sys.path.insert(0, str(Path(__file__).parents[1] / "workspace"))
    import certificates

    from evidence.stamp.certified import load_certificate, sign_letter

    with tempfile.TemporaryDirectory() as folder:
        held = load_certificate(certificates.p12(Path(folder) / "a.p12", "ec"), certificates.SECRET)
    signed = sign_letter(letter, held, datetime(2026, 11, 22, 5, 0, tzinfo=UTC))
    # Its frame is whole and covers the file, but the first page is another: only who builds it again can know.
    page = signed.rindex(b" /Annots [")
    return [
        Given("that-signature-twice", signed + signed[len(letter) :], ("letter.certificate",)),
        Given("that-signature-cut-off", signed[:-10], ("letter.certificate",)),
        Given(
            "that-signature-over-another-page",
            signed[: page - 1] + b"0" + signed[page:],
            ("letter.certificate",),
        ),
        Given("signed-by-certificate", signed),
        Given("bit-of-that-signature", _flip(signed, len(letter) + 600), ("letter.certificate",)),
        Given("byte-after-that-signature", signed + b"\n", ("letter.certificate",)),
    ]


def _dressed_up(letter: bytes) -> bytes:
    """What anybody can append without a key: a first page of their own behind an object that only begins as a signature
    by certificate does."""
    root = re.findall(rb"/Root (\d+) 0 R", letter)[-1]
    before = int(re.findall(rb"startxref\n(\d+)\n", letter)[-1])
    size = int(re.findall(rb"/Size (\d+)", letter)[-1])
    page = re.search(
        rb"\n(\d+) 0 obj\n(<<(?:(?!endobj).)*?/EVF (?:(?!endobj).)*?)\nendobj", letter, re.DOTALL
    )
    assert page is not None
    drawn = b"1 0 0 rg 50 400 500 200 re f"
    parts = {
        size: b"<</Fields[%d 0 R]/SigFlags 3>>" % (size + 1),
        size + 1: b"<</Length %d>>\nstream\n%b\nendstream" % (len(drawn), drawn),
        int(page[1]): re.sub(rb"/Contents \[.*?\]", b"/Contents %d 0 R" % (size + 1), page[2]),
    }
    out, table = bytearray(letter), b""
    for number, body in parts.items():
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    tail = b"xref\n%btrailer\n<</Size %d/Root %b 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    return bytes(out) + tail % (table, size + 2, root, before, len(out))


def letters() -> list[Given]:
    good = stamped_letter()
    at, text, key = _line(good)
    other = stamped_letter(root=b"q" * 32)
    foreign = stamped_letter(seed=9)
    odd = text[:-1] + bytes(
        [text[-1] + 1]
    )  # a bit beyond the token's end is set, where the last digit has one
    linked = stamped_letter(host="letters.example")
    update = b"9 0 obj\n<</Type/Annot>>\nendobj\nxref\n0 0\ntrailer\n<<>>\nstartxref\n5\n%%EOF\n"
    return [
        Given("good", good),
        Given("good-link", linked),
        *_by_certificate(good),
        Given("dressed-up-as-signed", _dressed_up(good), ("letter.certificate",)),
        Given("other-key-signed-it-all", foreign, ("letter.trust",)),
        Given("bit-of-the-text", _flip(good, 3000), ("letter.source",)),
        Given("byte-appended", good + b"\n", ("letter.end",)),
        Given("update-appended", good + update, ("letter.end",)),
        Given("end-cut-off", good[:-40], ("letter.stamp",)),
        Given("cut-in-the-text", good[:9000] + good[9001:], ("letter.length", "letter.source")),
        Given("bit-of-the-stamp", _flip(good, good.rindex(b" re\n"), 2), ("letter.stamp",)),
        Given("token-of-another", good.replace(text, _line(other)[1], 1), ("letter.stamp",)),
        Given("key-of-another", good.replace(key, _line(foreign)[2], 1), ("letter.kid", "letter.signature")),
        Given("bit-of-the-signature", _with_token(good, lambda raw: _flip(raw, -5)), ("letter.signature",)),
        Given("bit-of-a-claim", _with_token(good, lambda raw: _flip(raw, 60)), ("letter.signature",)),
        Given("byte-after-the-token", _with_token(good, lambda raw: raw + b"\0"), ("letter.token",)),
        Given("number-not-shortest", _with_token(good, lambda raw: raw.replace(b"\x02\x02\x03", b"\x02\x18\x02\x03")[:-1]), ("letter.token",)),
        Given("series-unknown", _with_token(good, lambda raw: raw.replace(b"\x02\x02\x03", b"\x02\x0c\x03")), ("letter.token",)),
        Given("base32-of-another-spelling", good.replace(text, odd, 1), ("letter.token",)),
        Given("host-exchanged", linked.replace(b"LETTERS.EXAMPLE", b"LETTERS.EXAMPLF"), ("letter.signature",)),
        Given("line-not-on-its-own", good[: at - 1] + b" " + good[at:], ("letter.mark",)),
        Given("key-cut-off", good.replace(key, key[:-1], 1), ("letter.mark",)),
    ]  # fmt: skip


def reseal(case: Case, files: Files) -> Files:
    """What the office can do: manifest, seal, entry, and proofs written again over changed files."""
    files["manifest-sha256.txt"] = manifest({p: d for p, d in files.items() if p.startswith("data/")})
    unsealed = ("seal.json", "tagmanifest-sha256.txt", "journal")
    rows = [
        {"path": p, "sha256": sha(d).hex(), "size": len(d), "sm3": sm3(d).hex()}
        for p, d in sorted(files.items())
        if p.split("/")[0] not in unsealed
    ]
    files["seal.json"] = canonical({"entries": case.listed(), "files": rows, "v": 2})
    last = json.loads(case.entries[-1])
    last["data"]["seal"] = sha(files["seal.json"]).hex()
    case.entries[-1] = canonical(last)
    case.prove(files, len(case.entries) - 1)
    return files


def _changed(change: Callable[[Case, Files], object], *, sealed: bool = False, lists: int = 0) -> Files:
    """A bundle after ``change``. ``lists``: 1 writes the tag manifest again, 2 both manifests; ``sealed`` everything."""
    case = sample_case()
    files = case.files()
    change(case, files)
    if lists > 1:
        files["manifest-sha256.txt"] = manifest({p: d for p, d in files.items() if p.startswith("data/")})
    if lists:
        retag(files)
    return reseal(case, files) if sealed else files


def _put(path: str, change: Callable[[bytes], bytes]) -> Callable[[Case, Files], object]:
    return lambda _case, files: files.__setitem__(path, change(files[path]))


def _drop(*paths: str) -> Callable[[Case, Files], object]:
    return lambda _case, files: [files.pop(path) for path in paths]


def _signed_by_another(case: Case, files: Files) -> None:
    """Every proof under the same checkpoint, signed with another key than the office's."""
    note = checkpoint(signing_key(9), case.origin, len(case.entries), case.root(len(case.entries)))
    for index in case.shown:
        files[f"journal/{index:06d}.proof"] = proof(index, case.entries, note)
    files["journal/bundle.proof"] = proof(len(case.entries) - 1, case.entries, note)


def _one_old_checkpoint(case: Case, files: Files) -> None:
    size = len(case.entries) - 1
    note = checkpoint(case.key, case.origin, size, case.root(size))
    files["journal/000000.proof"] = proof(0, case.entries[:size], note)


def _forgotten() -> Files:
    """An entry that nothing refers to, taken out of the bundle."""
    case = sample_case()
    index = case.entry("case.recorded", {"kind": "waiver", "event": "0" * 64}, at="2026-11-24T02:00:00Z")
    files = case.files()
    del files[f"journal/{index:06d}.json"], files[f"journal/{index:06d}.proof"]
    retag(files)
    return files


def _more_signed(name: str) -> Callable[[Case, Files], object]:
    """A line of a signer of this name after all proofs, as anybody can add it."""
    line = f"\u2014 {name} ".encode() + base64.b64encode(b"abcd" + b"x" * 64) + b"\n"

    def change(_case: Case, files: Files) -> None:
        for path in [path for path in files if re.match(r"journal/(\d+|bundle)\.proof", path)]:
            files[path] += line

    return change


def _strange_names(_case: Case, files: Files) -> None:
    """In the journal's folder: a text, digits of another script, and two files once more with more zeros."""
    files["journal/x.txt"] = b"x"
    files["journal/\u0660\u0660\u0660\u0660\u0660\u0661.json"] = b"x"
    files["journal/0000004.json"] = files["journal/000004.json"]
    files["journal/0000004.proof"] = files["journal/000004.proof"]
    consistent = next(path for path in files if path.startswith("journal/consistency-"))
    files[consistent.replace("-", "-0")] = files[consistent]


def _opened_by_a_list(_case: Case, files: Files) -> None:
    """A journal of one entry, signed by a key of its own, whose data are no object."""
    stranger = signing_key(9)
    entry = canonical(
        {
            "at": "2026-01-01T00:00:00Z",
            "by": stranger.public.kid.hex(),
            "data": [],
            "type": "bundle.made",
            "v": 1,
        }
    )
    for path in [path for path in files if path.startswith("journal/")]:
        del files[path]
    note = checkpoint(stranger, "evidence.local/x", 1, sha(b"\0" + entry))
    files["keys/office.pub"] = key_file(stranger)
    files.update({"journal/bundle.json": entry, "journal/bundle.proof": proof(0, [entry], note)})


def _slipped_in(case: Case, files: Files) -> None:
    note = files["journal/bundle.proof"].partition(b"\n\n")[2]
    files["journal/000002.json"] = case.entries[2]
    files["journal/000002.proof"] = proof(2, case.entries, note)


def _first_version(case: Case, files: Files) -> None:
    """A bundle as it was sealed before seals listed the entries."""
    seal = json.loads(files["seal.json"])
    files["seal.json"] = canonical({"files": seal["files"], "v": 1})
    last = json.loads(case.entries[-1])
    last["data"]["seal"] = sha(files["seal.json"]).hex()
    case.entries[-1] = canonical(last)
    case.prove(files, len(case.entries) - 1)


def _other_amount(files: Files) -> bytes:
    return files["data/disclosure.json"].replace(b"1409.50", b"1409.51")


def _rewritten() -> Files:
    """The office rewrites an entry that a delivered letter had covered, and proves everything anew."""
    case = sample_case()
    case.files()
    first = json.loads(case.entries[1])
    first["data"]["issued"] = 2
    case.entries[1] = canonical(first)
    case.entries.pop()
    return case.files()


def lawyers_case() -> Case:
    """A draft of a lawyer letter, one that a lawyer approved, and one that no entry says it of."""
    case = Case()
    case.open()
    draft = case.letter(1, lawyers=True, profile=7)
    case.approval(draft, case.letter(2, lawyers=True))
    case.letter(3, lawyers=True)
    return case


def _with_sm3(wrong: bytes = b"") -> Files:
    """With the list of SM3 that newer bundles have; ``wrong`` stands in it for the first digits."""

    def change(_case: Case, files: Files) -> None:
        payload = sorted((path, data) for path, data in files.items() if path.startswith("data/"))
        listed = "".join(f"{sm3(data).hex()}  {path}\n" for path, data in payload).encode()
        files["manifest-sm3.txt"] = wrong + listed[len(wrong) :]

    return _changed(change, sealed=True)


def _in_volumes(*numbers: int) -> Files:
    def change(_case: Case, files: Files) -> None:
        compiled = files.pop("data/bundle.pdf")
        files.update({f"data/volume-{number}.pdf": compiled for number in numbers})

    return _changed(change, sealed=True)


def _stamped_before(case: Case) -> Case:
    """A journal that records a timestamp over its first entries; its files are another matter."""
    case.entry("time.anchored", {
        "algorithm": "sha256", "at": "2026-11-24T01:00:00Z", "authority": "tsa1", "covers": "checkpoint",
        "root": case.root(3).hex(), "size": 3, "stamped": "0" * 64, "test": True, "token": "1" * 64,
    }, at="2026-11-24T01:00:10Z")  # fmt: skip
    return case


def _with_its_time_listed(*dropped: str) -> Files:
    """The same, the seal listing the timestamp's entry, as it does where the timestamp came before it."""
    case = _stamped_before(sample_case())
    shown = case.shown

    def every() -> list[dict[str, Any]]:
        return [{"index": index, "sha256": sha(case.entries[index]).hex()} for index in sorted(set(shown))]

    case.listed = every  # type: ignore[method-assign]
    files = case.files()
    for path in dropped:
        del files[path]
    retag(files)
    return files


def bundles() -> list[Given]:
    case = sample_case()
    good = case.files()
    consistent = next(path for path in good if path.startswith("journal/consistency-"))
    issued, delivered = "journal/000004", "journal/000005"
    size = len(case.entries)
    return [
        Given("good", good),
        Given("other-key-signed-it-all", sample_case(key=signing_key(9)).files(), ("bundle.trust",)),
        Given("bit-of-a-file", _changed(_put(SLIP, lambda d: _flip(d, 5))), ("bag.manifest", "seal.files")),
        Given("file-added", _changed(lambda c, f: f.__setitem__("data/more.txt", b"x")), ("bag.manifest",)),
        Given("file-added-beside", _changed(lambda c, f: f.__setitem__("more.txt", b"x")), ("bag.tagmanifest",)),
        Given("file-dropped", _changed(_drop(DOCX)), ("bag.manifest", "seal.files")),
        Given("manifest-edited", _changed(_put(SLIP, lambda d: d + b"x"), lists=2), ("seal.files",)),
        Given("manifest-line-dropped", _changed(_put("manifest-sha256.txt", lambda d: d.split(b"\n", 1)[1]), lists=1), ("bag.manifest",)),
        Given("manifest-garbled", _changed(_put("manifest-sha256.txt", lambda d: d.replace(b"  data", b" \xff", 1)), lists=1), ("bag.manifest",)),
        Given("seal-edited", _changed(_put("seal.json", lambda d: d.replace(b'"size":8,', b'"size":9,', 1).replace(b"a", b"b", 1)), lists=1), ()),
        Given("seal-row-dropped", _changed(_put("seal.json", lambda d: re.sub(rb'\{"path":"README[^}]*\},', b"", d)), lists=1), ("seal.files", "journal.sealed")),
        Given("entry-edited", _changed(_put(f"{delivered}.json", lambda d: d.replace(b'"grade":"B"', b'"grade":"A"')), lists=1), ("journal.proof",)),
        Given("entry-respelt", _changed(_put(f"{delivered}.json", lambda d: d + b"\n"), lists=1), ("journal.entry",)),
        Given("entry-dropped", _changed(_drop(f"{issued}.json", f"{issued}.proof"), lists=1), ("letter.recorded",)),
        Given("entry-nobody-misses-dropped", _forgotten(), ("seal.entries",)),
        Given("entry-not-sealed-added", _changed(_slipped_in, lists=1), ("seal.entries",)),
        Given("seal-of-the-first-version", _changed(_first_version)),
        Given("entries-of-the-seal-garbled", _changed(_put("seal.json", lambda d: d.replace(b'"index":4', b'"index":04')), lists=1), ("seal.form",)),
        Given("proof-dropped", _changed(_drop(f"{issued}.proof"), lists=1), ("journal.proof",)),
        Given("hash-of-a-proof", _changed(_put(f"{issued}.proof", lambda d: proof(3, case.entries, d.partition(b"\n\n")[2])), lists=1), ("journal.proof",)),
        Given("entries-exchanged", _changed(lambda c, f: f.update({f"{issued}.json": f[f"{delivered}.json"], f"{delivered}.json": f[f"{issued}.json"]}), lists=1), ("journal.proof",)),
        Given("checkpoint-by-another-key", _changed(_signed_by_another, lists=1), ("journal.checkpoint",)),
        Given("one-older-checkpoint", _changed(_one_old_checkpoint, lists=1), ("journal.checkpoint",)),
        Given("office-key-exchanged", _changed(lambda c, f: f.__setitem__("keys/office.pub", key_file(signing_key(9))), lists=1), ("journal.checkpoint",)),
        Given("office-key-garbled", _changed(_put("keys/office.pub", lambda d: d[:20]), lists=1), ("bundle.key",)),
        Given("sealing-entry-dropped", _changed(_drop("journal/bundle.json", "journal/bundle.proof"), lists=1), ("journal.sealed",)),
        Given("consistency-altered", _changed(lambda c, f: f.__setitem__(consistent, consistency(3, c.entries)), lists=1), ("journal.consistency",)),
        Given("consistency-dropped", _changed(_drop(consistent), lists=1)),
        Given("journal-rewritten", _rewritten(), ("letter.checkpoint",)),
        Given("amount-disclosed-otherwise", _changed(lambda c, f: f.__setitem__("data/disclosure.json", _other_amount(f)), sealed=True), ("letter.facts",)),
        Given("account-disclosed-otherwise", _changed(_put("data/disclosure.json", lambda d: d.replace(b"301", b"302", 1)), sealed=True), ()),
        Given("letter-altered-and-resealed", _changed(_put(LETTER, lambda d: _flip(d, 3000)), sealed=True), ("letter.source", "letter.recorded")),
        Given("letter-of-another-key", _changed(_put(LETTER, lambda d: stamped_letter(seed=9)), sealed=True), ("letter.office",)),
        Given("event-altered-and-resealed", _changed(_put(EVENT, lambda d: d.replace(b"ems", b"sms")), sealed=True), ("delivery.event",)),
        Given("slip-dropped-and-resealed", _changed(_put(SLIP, lambda d: b"other"), sealed=True), ("delivery.proofs",)),
        Given("lawyer-letters-and-a-draft", lawyers_case().files()),
        Given("good-with-a-list-of-sm3", _with_sm3()),
        Given("list-of-sm3-edited", _with_sm3(b"00000000"), ("bag.sm3",)),
        Given("good-in-two-volumes", _in_volumes(1, 2)),
        Given("volume-left-out", _in_volumes(1, 3), ("bundle.required",)),
        Given("timestamp-dropped", _stamped_before(sample_case()).files(), ("time.entry",)),
        Given("timestamp-in-the-seal", _with_its_time_listed(), ("time.entry",)),
        Given("timestamp-in-the-seal-dropped", _with_its_time_listed("journal/000006.json", "journal/000006.proof"), ("seal.entries",)),
        Given("timestamp-nobody-recorded", _changed(lambda c, f: f.update({"journal/time-000004.note": b"x", "journal/time-000004.tst": b"x"}), lists=1)),
        Given("signer-with-a-next-line", _changed(_more_signed("court\x85gov"), lists=1), ("journal.proof",)),
        Given("good-signer-with-a-mark-of-order", _changed(_more_signed("court\ufeffgov"), lists=1)),
        Given("strange-names-in-the-journal", _changed(_strange_names, lists=1), ("bundle.required", "seal.entries")),
        Given("entry-whose-data-are-a-list", _changed(_opened_by_a_list, lists=1), ("journal.entry",)),
        Given("masking-nested-deep", _changed(lambda c, f: f.__setitem__("data/masking.json", b"[" * 5000 + b"]" * 5000), sealed=True), ("bundle.masking",)),
        Given("declaration-edited", _changed(_put("bagit.txt", lambda d: d.replace(b"1.0", b"0.97")), sealed=True), ("bag.declaration",)),
        Given("longer-journal", _changed(lambda c, f: (c.entry("run.completed", {"run": "R8", "issued": 1, "voided": 0}, at="2026-11-26T02:00:00Z", show=False), c.prove(f, size - 1))), ()),
    ]  # fmt: skip
