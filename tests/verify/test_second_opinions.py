"""Four checkers, one answer: the toolkit, ``verify.py``, the page in a real browser, and the printed recipe.

Each letter and bundle of ``opinions`` goes to all four. Check by check, none may say *pass* where another says *fail*;
each answers only the checks the published list (docs/checks.md) gives it; what was altered is found by all that look.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from builder import (
    canonical,
    key_file,
    leaf_of_fact,
    mth,
    path_to,
    proof,
    retag,
    sample_case,
    signing_key,
    stamped_letter,
    write_folder,
    write_zip,
)
from opinions import (
    LETTER,
    PAGE,
    STANDALONE,
    Answers,
    Given,
    _flip,
    _line,
    blocks,
    bundles,
    by_page,
    by_recipe,
    by_standalone,
    by_toolkit,
    lawyers_case,
    letters,
    merged,
    reseal,
    standalone,
)

from evidence.verify import verify_paths
from evidence.verify.checks import CHECKS, FULL, NONE

CHROMIUM = shutil.which("chromium")
NEEDS_BROWSER = pytest.mark.skipif(
    CHROMIUM is None or importlib.util.find_spec("playwright") is None,
    reason="Chromium or playwright is not installed",
)
NEEDS_SHELL = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in ("bash", "basenc", "openssl", "sha256sum")),
    reason="bash, coreutils or openssl is not installed",
)
EVERY = [("letter", given) for given in letters()] + [("bundle", given) for given in bundles()]
NAMES = [f"{kind}-{given.name}" for kind, given in EVERY]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for all tests here, without a network."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def opened(browser: Any, script: str = "", locale: str = "zh-CN") -> tuple[Any, list[str]]:
    """The page from its ``file://`` address, offline, and the list of what it asked the network or complained of."""
    context = browser.new_context(offline=True, locale=locale)
    page, seen = context.new_page(), []
    page.on("request", lambda request: seen.append(request.url))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("console", lambda message: seen.append(message.text))
    if script:
        page.add_init_script(script)
    page.goto(PAGE.as_uri())
    return page, seen


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    page, seen = opened(browser)
    yield page
    assert seen == [PAGE.as_uri()], "the page asked for something, or complained"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The key the reader believes in, from elsewhere."""
    return write_folder(tmp_path_factory.mktemp("trust"), {"k.pub": key_file(signing_key())}) / "k.pub"


def on_disk(folder: Path, prefix: str, given: Given) -> Path:
    if isinstance(given.content, bytes):
        path = folder / f"{prefix}{given.name}.pdf"
        path.write_bytes(given.content)
        return path
    return write_folder(folder / f"{prefix}{given.name}", given.content)


def without_contradiction(answers: dict[str, Answers]) -> None:
    for check in sorted({check for one in answers.values() for check in one}):
        said = {who: one[check] for who, one in answers.items() if one.get(check) in ("pass", "fail")}
        assert len(set(said.values())) <= 1, f"{check}: {said}"


def held_to_the_list(who: str, answers: Answers) -> None:
    levels = {check.id: getattr(check, who) for check in CHECKS}
    for check, status in answers.items():
        if status == "pass":
            assert levels[check] == FULL, f"{who} passes {check}, the list says {levels[check] or 'not here'}"
        elif status == "fail":
            assert levels[check] != NONE, f"{who} fails {check}, which the list does not give it"


@dataclass(frozen=True, slots=True)
class Case:
    """One letter or bundle on the disk, and what toolkit and program say of it."""

    given: Given
    path: Path
    answers: dict[str, Answers]
    code: int


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory, key: Path) -> dict[str, Case]:
    folder, program, made = tmp_path_factory.mktemp("given"), standalone(), {}
    for (kind, given), name in zip(EVERY, NAMES, strict=True):
        path = on_disk(folder, f"{kind}-", given)
        answers, code = by_standalone(program, path, key)
        made[name] = Case(given, path, {"toolkit": by_toolkit(path, key), "standalone": answers}, code)
    return made


def agreed(case: Case, who: str) -> None:
    """No contradiction with anybody; nothing beyond the list; what was altered is found."""
    without_contradiction(case.answers)
    answers = case.answers[who]
    held_to_the_list(who, answers)
    levels = {check.id: getattr(check, who) for check in CHECKS}
    for check in case.given.finds:
        assert case.answers["toolkit"][check] == "fail", check
        assert levels[check] != FULL or answers[check] == "fail", check
    if case.given.name.startswith("good"):
        assert "fail" not in answers.values()


@pytest.mark.parametrize("name", NAMES)
def test_the_program_and_the_toolkit_agree(name: str, cases: dict[str, Case]) -> None:
    case = cases[name]
    agreed(case, "standalone")
    assert case.code == (8 if "fail" in case.answers["standalone"].values() else 0)


@NEEDS_BROWSER
@pytest.mark.parametrize("name", NAMES)
def test_the_page_agrees_with_both(name: str, cases: dict[str, Case], page: Any, key: Path) -> None:
    case = cases[name]
    agreed(replace(case, answers={**case.answers, "page": by_page(page, case.path, key)}), "page")


# The recipe leaves these to the programs, and says so: the form of other signers' names, of the names of the journal's
# files, and of the entries.
BEYOND_THE_RECIPE = (
    "bundle-signer-with-a-next-line",
    "bundle-strange-names-in-the-journal",
    "bundle-entry-whose-data-are-a-list",
)


@NEEDS_SHELL
@pytest.mark.parametrize("name", [name for name in NAMES if name not in BEYOND_THE_RECIPE])
def test_the_recipe_agrees_with_both(name: str, cases: dict[str, Case], tmp_path: Path) -> None:
    case = cases[name]
    answers = by_recipe(case.path, tmp_path)
    agreed(replace(case, answers={**case.answers, "recipe": answers}), "recipe")
    if case.given.name.startswith("good"):
        made = {check.id for check in CHECKS if check.recipe == FULL}
        if case.path.is_file():
            made = {check for check in made if check.startswith("letter.")}
        assert answers == dict.fromkeys(made, "pass")


@pytest.mark.parametrize("name", ["bundle-timestamp-dropped", "bundle-timestamp-nobody-recorded"])
def test_a_timestamp_taken_out_or_slipped_in_is_found_by_the_small_checkers(
    name: str, cases: dict[str, Case], request: pytest.FixtureRequest, key: Path
) -> None:
    assert cases[name].answers["standalone"]["time.entry"] == "fail"
    if CHROMIUM:
        assert by_page(request.getfixturevalue("page"), cases[name].path, key)["time.entry"] == "fail"


def test_toolkit_and_list_name_the_same_checks() -> None:
    from evidence.verify import messages

    assert [check.id for check in CHECKS] == list(messages.FACTS)


# verify.py, as a program.


def ran(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(STANDALONE), *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **variables},
        check=False,
    )


def test_the_program_is_one_short_file_of_the_standard_library() -> None:
    text = STANDALONE.read_text("utf-8")
    assert len(text.splitlines()) < 400
    imported = {
        name.strip()
        for line in text.splitlines()
        if line.startswith("import ")
        for name in line[7:].split(",")
    }
    assert imported <= sys.stdlib_module_names
    assert "from " not in {line[:5] for line in text.splitlines()}


def test_the_program_runs_inside_of_a_bundle(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, sample_case().files())
    shutil.copy(STANDALONE, folder / "verify.py")
    done = subprocess.run(
        [sys.executable, "-I", "verify.py", "."], capture_output=True, text=True, check=False, cwd=folder
    )
    # The copy put there by hand is on no list, and is told so; everything else holds.
    assert done.returncode == 8
    assert [line.split()[2] for line in done.stdout.splitlines() if "✗" in line] == [
        "bag.tagmanifest",
        "seal.files",
    ]
    assert "cannot vouch for itself" in done.stdout
    assert sorted(folder.glob("**/__pycache__")) == []


@pytest.mark.parametrize(
    ("lang", "variables", "word"),
    [
        ("", {"LANG": "zh_CN.UTF-8"}, "没有说明"),
        ("", {"LANG": "zh_HK.UTF-8"}, "沒有說明"),
        ("", {"LANG": "de_DE.UTF-8"}, "Not proven"),
        ("zh", {"LANG": "C"}, "没有说明"),
    ],
)
def test_the_program_speaks_the_readers_language(
    lang: str, variables: dict[str, str], word: str, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(stamped_letter())
    options = ["--lang", lang] if lang else []
    done = ran(tmp_path / "a.pdf", *options, PYTHONIOENCODING="utf-8", **variables)
    assert done.returncode == 0
    assert word in done.stdout
    assert signing_key().public.fingerprint.replace(" ", "").lower() in done.stdout.replace(" ", "")


def test_the_program_says_in_the_readers_language_what_is_wrong(tmp_path: Path) -> None:
    files = sample_case().files()
    del files["data/originals/01-催告函.docx"]
    folder = write_folder(tmp_path / "b", files)
    for lang, word in (("en", "missing"), ("zh", "缺少"), ("zh-Hant", "缺少")):
        assert (
            f"data/originals/01-催告函.docx ({word})"
            in ran(folder, "--lang", lang, PYTHONIOENCODING="utf-8").stdout
        )
    program = standalone()
    text = STANDALONE.read_text("utf-8")
    # Whatever a departure or a failed check is called in the program has words of its own.
    said = re.findall(r', "([a-z ]+)"\)(?![.)])', "\n".join(re.findall(r"(?:need|say)\(.*", text)))
    assert {"missing", "changed", "large", "another key"} < set(said)
    assert {why for why in said if why not in program.WORDS} == set()


def test_the_program_names_a_key_that_was_not_named(tmp_path: Path, key: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(stamped_letter(seed=9))
    fingerprint = signing_key(9).public.fingerprint
    assert ran(tmp_path / "a.pdf", "--key", key).returncode == 8
    assert ran(tmp_path / "a.pdf", "--key", fingerprint).returncode == 0
    assert ran(tmp_path / "a.pdf", "--key", tmp_path / "missing").returncode == 2


def test_what_follows_the_stamp_is_never_passed_over(cases: dict[str, Case], key: Path) -> None:
    """Without a key anybody can append what begins as a signature does: it must switch no check off."""
    dressed = ran(cases["letter-dressed-up-as-signed"].path, "--key", key, "--lang", "en")
    assert dressed.returncode == 8
    assert "letter.end  (more follows)" in dressed.stdout
    name = "letter-signed-by-certificate"
    if name in cases:
        signed = ran(cases[name].path, "--key", key, "--lang", "en").stdout
        assert "NOT ALL was checked" in signed
        assert "use evidence verify" in signed
        (left,) = (line for line in signed.splitlines() if "Not checked here" in line)
        assert "letter.certificate, letter.end" in left


def test_a_check_that_could_not_be_tried_is_said_to_be_open(cases: dict[str, Case]) -> None:
    """Every check of the list is answered: passed, failed, or left open."""
    for kind, leaves_out in (
        ("letter", "letter-line-not-on-its-own"),
        ("bundle", "bundle-lawyer-letters-and-a-draft"),
    ):
        ids = set(cases[f"{kind}-good"].answers["standalone"])
        assert set(cases[leaves_out].answers["standalone"]) >= ids - {"letter.trust"}
    ids = {check.id for check in CHECKS if check.standalone != NONE}
    answered = set(cases["letter-good"].answers["standalone"]) | set(
        cases["bundle-good"].answers["standalone"]
    )
    assert ids <= answered
    assert cases["bundle-lawyer-letters-and-a-draft"].answers["standalone"]["delivery.event"] == "not-checked"


def test_a_draft_in_a_bundle_is_called_one_and_an_approval_is_told(tmp_path: Path) -> None:
    from evidence.verify.sheet import sheets
    from evidence.verify.words import render_text

    report = verify_paths([write_folder(tmp_path / "b", lawyers_case().files())])
    assert report.ok
    (sheet,) = sheets(report, "en")
    for text in (render_text(report, "en"), "\n".join(block.left for block in sheet.blocks)):
        assert "DRAFTS of lawyer letters in it" in text
        assert "demand nothing: 3-2026-0001." in text
        assert "journal says that a lawyer has answered for 3-2026-0002;" in text
        assert "that a lawyer has answered for 3-2026-0001, 3-2026-0003: no entry" in text


@NEEDS_BROWSER
def test_the_page_names_drafts_approvals_and_what_follows_a_stamp(
    browser: Any, cases: dict[str, Case]
) -> None:
    page, _ = opened(browser, locale="en-US")
    page.set_input_files("#folder", str(cases["bundle-lawyer-letters-and-a-draft"].path))
    page.wait_for_selector('body[data-done="1"]')
    said = page.inner_text("article")
    assert "3-2026-0001 in it is a DRAFT" in said
    assert "Lawyer letter 3-2026-0002: the sender's journal says" in said
    assert "Lawyer letter 3-2026-0003: nothing in this bundle records" in said
    if (name := "letter-signed-by-certificate") in cases:
        page.click("#clear")
        page.set_input_files("#files", str(cases[name].path))
        page.wait_for_selector("article[data-kind=letter]")
        assert "use evidence verify" in page.inner_text("article [data-question=same-bytes]")
    page.context.close()


def test_the_program_refuses_what_is_no_evidence(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x")
    for what in (tmp_path / "a.txt", tmp_path, tmp_path / "missing"):
        assert ran(what).returncode == 2
    assert ran().returncode == 2


def test_the_programs_signatures_are_those_of_the_library() -> None:
    """Right, altered in each part, beyond the group's order, and keys that are no points."""
    holds, key = standalone().holds, signing_key(3)
    order = 2**252 + 27742317777372353535851937790883648493
    message = b"sample"
    right = key.sign(message)
    beyond = right[:32] + (int.from_bytes(right[32:], "little") + order).to_bytes(32, "little")
    for raw, signature, text, expected in (
        (key.public.raw, right, message, True),
        (key.public.raw, right, b"Sample", False),
        (key.public.raw, beyond, message, False),
        (key.public.raw, right[:63], message, False),
        (signing_key(4).public.raw, right, message, False),
        (b"\x02" + bytes(31), right, message, False),
        *((key.public.raw, _flip(right, at, 4), message, False) for at in range(0, 64, 7)),
    ):
        assert holds(raw, signature, text) is expected


# The page.


def test_the_page_is_what_its_parts_give(checkout: Path) -> None:
    spec = importlib.util.spec_from_file_location("build_page", checkout / "tools" / "build_verify_page.py")
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    for name, digest in tool.PINNED.items():
        assert hashlib.sha256((tool.PARTS / name).read_bytes()).hexdigest() == digest
    assert PAGE.read_text("utf-8") == tool.build(), "run python tools/build_verify_page.py"
    words = json.loads((tool.PARTS / "words.json").read_text("utf-8"))
    assert all(len(texts) == 3 and all(texts) for texts in words.values())


def test_the_page_may_load_nothing() -> None:
    text = PAGE.read_text("utf-8")
    assert "default-src 'none'; script-src 'sha256-" in text
    assert "unsafe" not in text.split("</head>")[0]
    for way_out in ("fetch(", "XMLHttpRequest", "WebSocket", "import(", 'src="', "url(http", "sendBeacon"):
        assert way_out not in text


OLD = {
    "no-ed25519": """const own = SubtleCrypto.prototype.importKey;
        SubtleCrypto.prototype.importKey = function (form, key, name, ...rest) {
            return (name.name || name) === "Ed25519" ? Promise.reject(new DOMException("", "NotSupportedError"))
                : own.call(this, form, key, name, ...rest);
        };""",
    "no-webcrypto": "Object.defineProperty(globalThis, 'crypto', { value: undefined });",
}


@NEEDS_BROWSER
@pytest.mark.parametrize("old", OLD)
def test_an_old_browser_finds_the_same(old: str, browser: Any, cases: dict[str, Case], key: Path) -> None:
    page, seen = opened(browser, OLD[old])
    for name in (
        "letter-good",
        "letter-bit-of-the-text",
        "letter-bit-of-a-claim",
        "bundle-good",
        "bundle-bit-of-a-file",
    ):
        agreed(
            replace(
                cases[name], answers={**cases[name].answers, "page": by_page(page, cases[name].path, key)}
            ),
            "page",
        )
        assert page.evaluate("EVIDENCE.path.used") == "noble"
    assert seen == [PAGE.as_uri()]
    page.context.close()


@NEEDS_BROWSER
def test_a_zip_dropped_on_the_page_is_read(page: Any, tmp_path: Path, key: Path) -> None:
    files = sample_case().files()
    archive = write_zip(tmp_path / "a.zip", files, "案卷/")
    assert "fail" not in by_page(page, archive, key).values()
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", write_folder(tmp_path / "b", files))
    answers = by_page(page, Path(packed), key)
    # A packed zip has entries for folders, which the format does not have; its files are read all the same.
    assert {check for check, status in answers.items() if status == "fail"} == {
        "bag.paths",
        "zip.canonical",
    }
    assert by_toolkit(Path(packed), key)["bag.paths"] == "fail"
    archive.write_bytes(archive.read_bytes()[:-100])
    by_page(page, archive, key)
    assert page.locator("article[data-kind=none]").count() == 1


def packed_again(data: bytes, prefix: str = "", twice: tuple[bytes, ...] = ()) -> bytes:
    """The zip written by the library: under one more folder, or the compiled file with contents of ``twice`` instead."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            several = twice if twice and info.filename == "data/bundle.pdf" else (old.read(info),)
            for content in several:
                new.writestr(zipfile.ZipInfo(prefix + info.filename), content)
    return out.getvalue()


def altered_zips(data: bytes) -> dict[str, bytes]:
    """What can be done to a zip without touching a file in it."""
    end = data.rindex(b"PK\5\6")
    directory = int.from_bytes(data[end + 16 : end + 20], "little")
    compiled = zipfile.ZipFile(io.BytesIO(data)).read("data/bundle.pdf")
    return {
        "a letter's case in a local header": _flip(data, 30, 0x20),
        "called encrypted in the directory": _flip(data, directory + 8),
        "called encrypted in a local header": _flip(data, 6),
        "another sum in the directory": _flip(data, directory + 16),
        "another time": _flip(data, directory + 12),
        "a comment": data[: end + 20] + b"\5\0hello",
        "something before it": packed_again(data, twice=(b"evil",)) + data,
        "above its folder": packed_again(data, "../"),
        "a folder that turns the text": packed_again(data, "a\u202eb/"),
        "a name twice, the last another": packed_again(data, twice=(compiled, b"evil")),
        "a name twice, the first another": packed_again(data, twice=(b"evil", compiled)),
    }


@NEEDS_BROWSER
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_page_and_toolkit_read_a_zip_alike(page: Any, tmp_path: Path, key: Path) -> None:
    """Names in the headers of the files, flags, sums, what stands twice, and the folder all stand in."""
    data = write_zip(tmp_path / "a.zip", sample_case().files()).read_bytes()
    levels = {check.id: check.page for check in CHECKS}
    for what, changed in altered_zips(data).items():
        (tmp_path / "a.zip").write_bytes(changed)
        ours, theirs = by_toolkit(tmp_path / "a.zip", key), by_page(page, tmp_path / "a.zip", key)
        without_contradiction({"toolkit": ours, "page": theirs})
        failing = {check for check, status in ours.items() if status == "fail" and levels[check] != NONE}
        assert failing, what
        assert {check for check, status in theirs.items() if status == "fail"} == failing, what


def test_what_is_no_plain_file_is_named_by_the_program_too(tmp_path: Path, key: Path) -> None:
    """A link, a pipe, an empty folder and an odd name are on no list, and no list misses them."""
    folder = write_folder(tmp_path / "b", sample_case().files())
    program = standalone()
    assert by_standalone(program, folder, key)[0]["bag.paths"] == "not-checked"
    inside = folder / "data" / "originals"
    (inside / "link").symlink_to("/etc")
    os.mkfifo(inside / "pipe")
    (inside / "empty").mkdir()
    (inside / "two\nlines").write_bytes(b"x")
    done = ran("--json", folder)
    assert done.returncode == 8
    said = [fact for one in json.loads(done.stdout)["subjects"] for fact in one["facts"]]
    odd = {fact["where"] for fact in said if fact["status"] == "fail"}
    assert odd == {f"data/originals/{name}" for name in ("link", "pipe", "empty", "two\nlines")}
    report = verify_paths([folder])
    assert {fact.where.part for fact in report.failures} == odd
    assert {fact.id for fact in report.failures} == {"bag.paths"}


def test_a_proof_left_out_is_told(tmp_path: Path, key: Path) -> None:
    """Without a key anybody can take the proof of an earlier journal away: no checker then calls the link shown."""
    journal = sample_case()
    for run in range(11):
        journal.entry("run.completed", {"run": f"S{run}", "issued": 1, "voided": 0}, show=False)
    journal.letter(2, size=len(journal.entries) - 3)
    files = journal.files()
    whole = write_folder(tmp_path / "whole", files)
    assert by_standalone(standalone(), whole, key)[0]["journal.consistency"] == "pass"
    (proof_of_it,) = (path for path in files if path == f"journal/consistency-{max(journal.sizes)}.proof")
    del files[proof_of_it]
    retag(files)
    folder = write_folder(tmp_path / "b", files)
    told = [fact for fact in verify_paths([folder]).facts if fact.id == "journal.consistency"]
    assert [fact.reason for fact in told if fact.reason] == ["consistency-absent"]
    said = ran(folder, "--lang", "en").stdout
    (passed,) = (line for line in said.splitlines() if "Passed:" in line)
    assert "journal.checkpoint" in passed and "journal.consistency" not in passed
    assert "NOT ALL was checked" in said
    assert "Not shown that the journal a letter knew" in said


def pasted(page: Any, text: str) -> dict[str, str]:
    before = int(page.evaluate("document.body.dataset.done || '0'"))
    page.evaluate("document.getElementById('pasting').open = true")
    page.fill("#paste", text)
    page.click("#paste-check")
    page.wait_for_selector(f'body[data-done="{before + 1}"]')
    return {
        fact["id"]: fact["status"]
        for one in page.evaluate("evidenceResult()")["subjects"]
        for fact in one["facts"]
    }


@NEEDS_BROWSER
@pytest.mark.parametrize("some", [True, False])
def test_a_disclosure_file_beside_its_letter_is_checked_value_by_value(
    some: bool, page: Any, tmp_path: Path
) -> None:
    salts = [bytes([n]) * 16 for n in range(5)]
    facts = [
        ("premises", "样本 1栋101"),
        ("period.1", "2026-01 物业费 CNY 10.50"),
        ("total", "CNY 10.50"),
        ("pay_by", "2026-12-12"),
        ("addressee", "样本业主"),
    ]
    leaves = [leaf_of_fact(salt, *fact) for salt, fact in zip(salts, facts, strict=True)]
    letter = stamped_letter(facts_root=mth(leaves))
    rows = [{"name": n, "salt": s.hex(), "value": v} for (n, v), s in zip(facts, salts, strict=True)]
    about = {
        "kind": "evidence/disclosure",
        "letter": {"id": b"sample letter id".hex(), "number": "2-2026-0001"},
    }
    if some:
        chosen = [{**rows[i], "index": i, "path": [h.hex() for h in path_to(i, leaves)]} for i in (0, 1, 4)]
        value: dict[str, Any] = {**about, "facts": chosen, "size": 5, "v": 2}
    else:
        value = {**about, "facts": rows, "v": 1}
    paths = [tmp_path / "letter.pdf", tmp_path / "facts.json"]
    paths[0].write_bytes(letter)
    for good in (True, False):
        if not good:
            value["facts"][1]["value"] += "0"
        paths[1].write_bytes(canonical(value))
        page.click("#clear") if page.is_visible("#clear") else None
        before = int(page.evaluate("document.body.dataset.done || '0'"))
        page.set_input_files("#files", [str(path) for path in paths])
        page.wait_for_selector(f'body[data-done="{before + 1}"]')
        (subject,) = page.evaluate("evidenceResult()")["subjects"]
        found = merged((fact["id"], fact["status"]) for fact in subject["facts"])
        report = verify_paths(paths)
        ours = merged((fact.id, fact.status.value) for fact in report.facts)
        assert ("fail" in found.values()) is (not good) is (not report.ok)
        for check in ("letter.facts", "letter.stated"):
            if check in found and check in ours:
                assert found[check] == ours[check], check
        assert page.locator("table.facts tr").count() == (
            len(value["facts"]) - (not good) if some or good else 0
        )


@NEEDS_BROWSER
def test_qr_texts_and_proofs_can_be_pasted(browser: Any, key: Path) -> None:
    page, _ = opened(browser)
    qr = _line(stamped_letter())[1].decode()
    assert pasted(page, qr) == {
        "qr.text": "pass", "qr.letter": "not-checked", "qr.signature": "not-checked", "qr.trust": "not-checked",
    }  # fmt: skip
    page.fill("#trust", key.read_text("ascii").strip())
    page.click("#clear")
    assert pasted(page, qr)["qr.signature"] == "pass"
    page.click("#clear")
    assert pasted(page, qr[:-1] + "1") == {"qr.text": "fail"}
    case = sample_case()
    files = case.files()
    entry, told = files["journal/000004.json"].decode(), files["journal/000004.proof"].decode()
    for text, expected in (
        (told, "not-checked"),
        (f"{told}\n{entry}\n", "pass"),
        (told + entry.replace("2-2026-0001", "2-2026-0002"), "fail"),
        (proof(3, case.entries, told.partition("\n\n")[2].encode()).decode() + entry, "fail"),
    ):
        page.click("#clear")
        answers = pasted(page, text)
        assert (answers["journal.proof"], answers["journal.checkpoint"]) == (expected, "pass")
    page.context.close()


@NEEDS_BROWSER
def test_the_page_answers_four_questions_and_says_what_is_not_proven(
    browser: Any, cases: dict[str, Case]
) -> None:
    page, _ = opened(browser, locale="en-US")
    page.set_input_files("#files", str(cases["letter-good"].path))
    page.wait_for_selector('body[data-done="1"]')
    shown = page.locator("[data-question]")
    verdicts = [shown.nth(at).get_attribute("data-verdict") for at in range(shown.count())]
    assert verdicts == ["part", "claimed", "open", "open"]
    assert "Not proven by these checks" in page.inner_text(".box")
    for language, title in (
        ("zh", "核验函件或证据文件包"),
        ("zh-Hant", "核驗函件或證據文件包"),
        ("en", "Check a letter"),
    ):
        page.click(f"[data-lang={language}]")
        assert title in page.inner_text("h1")
    with page.expect_download() as download:
        page.click(".save-source")
    data = cases["letter-good"].path.read_bytes()
    assert download.value.path().read_bytes() == data[: _line(data)[0] - 1]
    page.set_input_files("#files", str(cases["letter-bit-of-the-text"].path))
    page.wait_for_selector('body[data-done="2"]')
    assert page.locator("article").nth(1).locator("ul.failed li").count() == 1
    assert page.locator("article").nth(1).locator("[data-verdict=refuted]").count() == 2
    page.context.close()


# The recipe.


@NEEDS_SHELL
def test_the_recipe_saves_the_signed_text(cases: dict[str, Case], tmp_path: Path) -> None:
    data = cases["letter-good"].path.read_bytes()
    environment = {
        **os.environ,
        "LETTER": str(cases["letter-good"].path),
        "SAVE": str(tmp_path / "s.pdf"),
        "TMPDIR": str(tmp_path),
    }
    subprocess.run(["bash", "-c", blocks(1)], env=environment, capture_output=True, check=False)
    assert (tmp_path / "s.pdf").read_bytes() == data[: _line(data)[0] - 1]


# No checker reaches for the network.

WATCH = """
import sys
def watch(event, args):
    if event.startswith("socket.") and event not in ("socket.__new__",):
        raise SystemExit(f"socket event {event} {args}")
    if event == "socket.__new__":
        raise SystemExit(f"a socket was made: {args}")
sys.addaudithook(watch)
"""


@pytest.mark.parametrize("who", ["evidence", "verify.py"])
def test_no_checker_makes_a_socket(who: str, tmp_path: Path) -> None:
    """Python tells an audit hook of every socket: in a process of its own, for a letter, a folder and a zip."""
    files = sample_case().files()
    folder = write_folder(tmp_path / "b", files)
    (tmp_path / "a.pdf").write_bytes(files[LETTER])
    paths = [str(folder), str(tmp_path / "a.pdf")]
    if who == "evidence":
        paths.append(str(write_zip(tmp_path / "a.zip", files)))
        start = f"sys.argv = ['evidence', 'verify', *{paths!r}]\nfrom evidence.cli import main\nmain()"
    else:
        start = f"sys.argv = ['verify.py', *{paths!r}]\nimport runpy\n"
        start += f"runpy.run_path({str(STANDALONE)!r}, run_name='__main__')"
    # Where the system allows it, in a network namespace of its own as well: there is no way out of it.
    alone = ["unshare", "--map-root-user", "--net"] if shutil.which("unshare") else []
    if alone and subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        alone = []
    command = [*alone, sys.executable, "-c", WATCH + start]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    tripped = subprocess.run(
        [sys.executable, "-c", WATCH + "import socket; socket.socket()"], check=False, capture_output=True
    )
    assert tripped.returncode == 1, "the watch itself would not notice"


# Where they are found.


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    target = tmp_path / "page.html"

    def command(*arguments: str) -> int:
        whole = [sys.executable, "-m", "evidence", "verify", *arguments]
        return subprocess.run(whole, capture_output=True, check=False, cwd=tmp_path).returncode

    assert command("--page", str(target)) == 0
    assert target.read_bytes() == PAGE.read_bytes()
    assert command("--page", str(target)) == 7, "what is there stays"
    assert command() == 2


def test_a_bundle_carries_both_and_their_own_copies_find_it_whole(tmp_path: Path) -> None:
    """As ``docs/formats.md`` has it: at the root, on the tag manifest and under the seal."""
    from evidence.resources import checkers

    case = sample_case()
    files = case.files()
    files.update({name: path.read_bytes() for name, path in checkers().items()})
    folder = write_folder(tmp_path / "b", reseal(case, files))
    done = subprocess.run(
        [sys.executable, "-I", "verify.py", "."], cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == 0
    assert "fail" not in by_toolkit(folder, write_folder(tmp_path, {"k": key_file(case.key)}) / "k").values()
    (folder / "verify.py").write_bytes((folder / "verify.py").read_bytes() + b"\n")
    done = subprocess.run(
        [sys.executable, "-I", str(STANDALONE), str(folder)], capture_output=True, check=False
    )
    assert done.returncode == 8, "a checker that was exchanged is found by one from elsewhere"
