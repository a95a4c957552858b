"""From ledger to evidence file on the tiny estate: what holds, what is told when it does not, and whose it is."""

from __future__ import annotations

import io
import json
import random
import shutil
import zipfile
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import casefile
import estate
import pikepdf
import pytest
from casefile import ACCOUNT, OTHERS, OWNER

from evidence.clock import fixed_source
from evidence.errors import EvidenceError, Place
from evidence.journal.merkle import verify_consistency
from evidence.journal.note import parse_checkpoint
from evidence.journal.proof import parse_proof
from evidence.letters.engine import document_text
from evidence.model.delivery import Channel, Outcome
from evidence.model.letter import LetterKind
from evidence.model.report import Report
from evidence.verify import parse_trust, verify_paths
from evidence.verify.letter import check_letter
from evidence.workspace import Workspace, steps
from evidence.workspace.bundles import BundleResult


@pytest.fixture(autouse=True)
def no_hook() -> Iterator[None]:
    yield
    steps.set_hook(None)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """A workspace ready for its bundle; copied, never written to."""
    return casefile.served(tmp_path_factory.mktemp("served"), checkout)


@pytest.fixture
def root(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "office")


@pytest.fixture(scope="module")
def bundle(template: Path, tmp_path_factory: pytest.TempPathFactory) -> BundleResult:
    root = shutil.copytree(template, tmp_path_factory.mktemp("bundled") / "office")
    return make(root)


def make(root: Path, account: str = ACCOUNT, **options: str) -> BundleResult:
    with Workspace.open(root, source=casefile.later()) as made:
        return casefile.bundle(made, account, **options)


def members(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def named(report: Report) -> set[str]:
    """Every file a failed check points at, in its place or in its words."""
    found = {fact.where.part for fact in report.failures} | {fact.where.file for fact in report.failures}
    return found | {str(value) for fact in report.failures for value in fact.params.values()}


def test_the_bundle_verifies_as_folder_and_as_zip(bundle: BundleResult, template: Path) -> None:
    trust = parse_trust([template / "keys" / "signing.pub"])
    for path in (bundle.folder, bundle.zip_path):
        report = verify_paths([path], trust=trust)
        assert report.ok, report.failures
        assert report.subjects[0].is_test
    with zipfile.ZipFile(bundle.zip_path) as archive:
        assert archive.namelist() == members(bundle.folder)
        assert all(archive.read(name) == (bundle.folder / name).read_bytes() for name in archive.namelist())


def test_the_case_is_told_in_order(bundle: BundleResult) -> None:
    rows = json.loads((bundle.folder / "data" / "catalogue.json").read_bytes())["rows"]
    assert [(row["group"], row["name"], row["pages"]) for row in rows] == [
        ("B2", "公示照片", "3"),
        ("B5", "欠费明细表（截至2026年11月25日）", "4"),
        ("B7", "催交物业费通知书（〔2026〕催字第0001号）", "5-6"),
        ("B7", "送达记录：〔2026〕催字第0001号", "7"),
        ("B7", "送达凭证：〔2026〕催字第0001号 直接送达", "8"),
    ]
    assert (bundle.exhibits, bundle.pages) == (5, 8)
    assert rows[2]["proves"] == "原告就所列各期费用书面催告被告，并给予合理期限"


def test_one_changed_byte_in_any_file_is_found_and_the_file_is_named(
    bundle: BundleResult, tmp_path: Path
) -> None:
    folder = shutil.copytree(bundle.folder, tmp_path / "bundle")
    names = members(folder)
    assert len(names) > 20
    for name in names:
        sound = (folder / name).read_bytes()
        for position in {0, len(sound) // 2, len(sound) - 1}:
            broken = bytearray(sound)
            broken[position] ^= 0x01
            (folder / name).write_bytes(broken)
            report = verify_paths([folder])
            assert not report.ok, (name, position)
            if name == "tagmanifest-sha256.txt":  # which of list and file is wrong, nobody can tell
                assert "bag.tagmanifest" in {fact.id for fact in report.failures}
            else:
                assert name in named(report), (name, position, report.failures)
        (folder / name).write_bytes(sound)
    assert verify_paths([folder]).ok


def test_one_changed_byte_anywhere_in_the_zip_is_found(bundle: BundleResult, tmp_path: Path) -> None:
    sound = bundle.zip_path.read_bytes()
    with zipfile.ZipFile(bundle.zip_path) as archive:
        starts = {member.header_offset: member.filename for member in archive.infolist()}
    directory = sound.index(b"PK\x01\x02")
    dice = random.Random(2026)  # the same positions each time
    path = tmp_path / "bundle.zip"
    for position in dice.sample(range(len(sound)), 200):
        broken = bytearray(sound)
        broken[position] ^= 1 << dice.randrange(8)
        path.write_bytes(broken)
        try:
            report = verify_paths([path])
        except EvidenceError as error:  # no zip any more: refused by name
            assert error.problems[0].where.file == str(path)
            continue
        assert not report.ok, position
        if position < directory:
            member = starts[max(start for start in starts if start <= position)]
            assert member in named(report), (position, member, report.failures)


def test_a_file_added_removed_or_swapped_is_named(bundle: BundleResult, tmp_path: Path) -> None:
    names = members(bundle.folder)
    letter = "data/originals/letters/2-2026-0001.docx"

    def changed(count: list[int] = [0]) -> Path:  # noqa: B006 - counts the copies
        count[0] += 1
        return shutil.copytree(bundle.folder, tmp_path / f"bundle{count[0]}")

    for stray in ("data/originals/exhibits/999-无关.pdf", "stray.txt", "journal/000099.json"):
        folder = changed()
        (folder / stray).write_bytes(b"x")
        report = verify_paths([folder])
        assert not report.ok
        assert stray in named(report)
    for name in names:
        folder = changed()
        (folder / name).unlink()
        report = verify_paths([folder])
        assert not report.ok, name
        assert name in named(report), (name, report.failures)
        shutil.rmtree(folder)
    folder, other = changed(), letter.replace(".docx", ".pdf")
    (folder / letter).rename(folder / "x")
    (folder / other).rename(folder / letter)
    (folder / "x").rename(folder / other)
    report = verify_paths([folder])
    assert not report.ok
    assert {letter, other} <= named(report)


class Cut(BaseException):
    """Stands for the process ending."""


def cut_after(step: str) -> None:
    def cut(name: str) -> None:
        if name == step:
            raise Cut

    steps.set_hook(cut)


@pytest.mark.parametrize("step", ["composed", "sealed", "packed"])
def test_cut_off_and_called_again_the_same_bundle_is_packed(
    step: str, root: Path, bundle: BundleResult
) -> None:
    cut_after(step)
    with pytest.raises(Cut):
        make(root)
    steps.set_hook(None)
    if step != "packed":
        assert list((root / "bundles").iterdir()) == []
        again = make(root)
        assert again.seal_sha256 == bundle.seal_sha256
    found = root / "bundles" / bundle.id
    assert estate.files(found) == estate.files(bundle.folder)
    assert found.with_name(f"{bundle.id}.zip").read_bytes() == bundle.zip_path.read_bytes()
    assert members(root / "bundles") == sorted(
        [*(f"{bundle.id}/{name}" for name in members(found)), f"{bundle.id}.zip"]
    )


def test_a_bundle_cut_off_before_packing_is_made_anew_when_the_case_has_changed(
    root: Path, tmp_path: Path
) -> None:
    cut_after("sealed")
    with pytest.raises(Cut):
        make(root)
    steps.set_hook(None)
    with Workspace.open(root, source=casefile.later()) as made:
        casefile.serve(made, tmp_path, proof=casefile.photo(10))
    result = make(root)
    assert result.id == f"{ACCOUNT}-20261125-v2"
    assert verify_paths([result.folder, result.zip_path]).ok


def test_a_bundle_taken_away_is_no_reason_to_fail(root: Path, tmp_path: Path) -> None:
    """Moved to a memory stick: the next one, with what has happened since, is version 2."""
    first = make(root)
    shutil.move(first.folder, tmp_path / "stick")
    with Workspace.open(root, source=casefile.later()) as made:
        casefile.serve(made, tmp_path, proof=casefile.photo(11))
    second = make(root)
    assert second.id.endswith("-v2")
    assert verify_paths([second.folder, tmp_path / "stick"]).ok


def test_a_missing_bundles_folder_comes_back(root: Path) -> None:
    (root / "bundles").rmdir()
    assert verify_paths([make(root).folder]).ok


def codes(result: BundleResult) -> list[str]:
    return [warning.code for warning in casefile.about_the_bundle(result)]


def test_a_bundle_of_an_unchanged_case_is_handed_back(root: Path, tmp_path: Path) -> None:
    first = make(root)
    shape = estate.files(root / "bundles")
    with Workspace.open(root, source=casefile.later()) as made:
        size = made.check_journal()[0]
    first.zip_path.unlink()
    again = make(root)
    assert (again.id, again.seal_sha256, again.pages) == (first.id, first.seal_sha256, first.pages)
    assert codes(again) == ["bundle.unchanged"]
    assert estate.files(root / "bundles") == shape
    with Workspace.open(root, source=casefile.later()) as made:
        assert made.check_journal() == (size, ())


def test_what_changes_the_case_makes_a_next_version(root: Path, tmp_path: Path) -> None:
    first = make(root)
    with Workspace.open(root, source=casefile.later()) as made:
        made.deliver("2-2026-0001", channel=Channel.EMS, outcome=Outcome.UNREACHABLE,
                     at="2026-11-24T09:00+08:00", tracking="YB1")  # fmt: skip
    second = make(root)
    assert (first.id[-3:], second.id[-3:]) == ("-v1", "-v2")
    assert first.folder.exists()
    assert "bundle.unchanged" not in codes(second)
    traditional = make(root, locale="zh-Hant")
    assert traditional.id.endswith("-v3")
    assert make(root).id == second.id, "the one in the script asked for"


def test_a_court_that_takes_few_pages_gets_volumes_that_verify(root: Path, tmp_path: Path) -> None:
    court = tmp_path / "本院.toml"
    court.write_text('jurisdiction = "cn"\n[volumes]\nmax_pages = 6\n[copies]\neach_defendant = 2\n', "utf-8")
    made = make(root, profile=str(court))
    assert made.volumes == ("volume-1.pdf", "volume-2.pdf")
    assert made.copies == 3
    assert sorted(path.name for path in (made.folder / "data").glob("*.pdf")) == list(made.volumes)
    told = json.loads((made.folder / "data" / "catalogue.json").read_bytes())
    assert [(row["volume"], row["pages"]) for row in told["rows"]] == [
        ("1", "3"), ("1", "4"), ("1", "5-6"), ("2", "9"), ("2", "10"),
    ]  # fmt: skip
    assert [(one["first"], one["pages"]) for one in told["volumes"]] == [(1, 6), (7, 4)]
    for path in (made.folder, made.zip_path):
        report = verify_paths([path], trust=parse_trust([root / "keys" / "signing.pub"]))
        assert report.ok, report.failures
    assert make(root, profile=str(court)).id == made.id
    assert not list((root / "bundles").glob(".*")), "nothing is left of the setting"


def test_a_bundle_somebody_touched_is_not_handed_back(root: Path) -> None:
    first = make(root)
    (first.folder / "data" / "bundle.pdf").write_bytes(b"%PDF-1.7 other")
    second = make(root)
    assert second.id.endswith("-v2")
    assert verify_paths([second.folder]).ok


def draft(made: Workspace, rule: str) -> None:
    """A lawyer letter's draft, although ``rule`` of the gate fails: what is looked at here is what becomes of drafts."""
    made.issue(LetterKind.LAWYER_LETTER, accounts=[ACCOUNT], converter="builtin", overrides={rule: "样本"})


def test_papers_that_nobody_signed_are_left_out_whole(root: Path) -> None:
    with Workspace.open(root, source=casefile.later()) as made:
        draft(made, "R16")
        made.issue(LetterKind.INSTALMENT_AGREEMENT, accounts=[ACCOUNT], converter="builtin")
    result = make(root)
    assert codes(result) == ["bundle.left-out-draft", "bundle.left-out-unsigned"]
    assert [name for name in members(result.folder) if "3-2026" in name or "4-2026" in name] == []
    # verify.py and verify.html, the same in every bundle, know how to name a draft.
    told = [name for name in members(result.folder) if not name.startswith("verify.")]
    for trace in ("律师函", "分期付款"):
        assert [name for name in told if trace.encode() in readable(result.folder / name)] == [], trace
    assert verify_paths([result.folder]).ok


def test_a_draft_that_went_out_is_shown_as_the_draft_it_is(root: Path) -> None:
    with Workspace.open(root, source=casefile.later()) as made:
        draft(made, "R16")
        made.deliver("3-2026-0001", channel=Channel.EMS, outcome=Outcome.SENT,
                     at="2026-11-25T16:00+08:00", tracking="YB1")  # fmt: skip
    result = make(root)
    assert codes(result) == ["bundle.unsigned-shown"]
    rows = json.loads((result.folder / "data" / "catalogue.json").read_bytes())["rows"]
    (row,) = (row for row in rows if "底稿" in row["name"])
    assert row["name"] == "律师函底稿（〔2026〕律函字第0001号）"
    assert row["source"] == "样州示例律师事务所（样本）出具"
    assert "是否到达见送达记录" in row["proves"]
    assert verify_paths([result.folder]).ok


def test_drafts_alone_are_nothing_to_show(tmp_path: Path, checkout: Path) -> None:
    with estate.workspace(tmp_path, checkout) as made:
        draft(made, "R11")
        with pytest.raises(EvidenceError) as caught:
            made.bundle(ACCOUNT, converter="builtin")
    assert [problem.code for problem in caught.value.problems] == [
        "bundle.nothing-to-show",
        "bundle.left-out-draft",
    ]


def test_attempts_that_failed_are_on_record_though_nothing_proves_them(root: Path) -> None:
    with Workspace.open(root, source=casefile.later()) as made:
        made.deliver("2-2026-0001", channel=Channel.HAND, outcome=Outcome.REFUSED,
                     at="2026-11-24T09:00+08:00", servers=["样甲", "样乙"])  # fmt: skip
    result = make(root)
    record = result.folder / "data" / "originals" / "letters" / "2-2026-0001" / "delivery-record.pdf"
    text = readable(record).decode(errors="replace")
    assert text.index("拒收") < text.index("已送达")
    assert verify_paths([result.folder]).ok


def test_a_ledger_that_claims_something_else_than_the_demand_is_told(root: Path, tmp_path: Path) -> None:
    ledger = estate.ledger(tmp_path / "next.csv")
    ledger.write_text(ledger.read_text("utf-8").replace(",20.50\n", ",50.50\n"), "utf-8")
    with Workspace.open(root, source=casefile.later()) as made:
        made.import_ledger([ledger])
    (warning,) = casefile.about_the_bundle(make(root))
    assert warning.code == "bundle.claim-differs"
    assert (warning.params["then"], warning.params["now"]) == ("220.50 CNY", "190.50 CNY")


def test_each_letters_checkpoint_is_shown_to_begin_the_bundles_journal(bundle: BundleResult) -> None:
    (path,) = (bundle.folder / "journal").glob("consistency-*.proof")
    first, old, *hashes = path.read_text().splitlines()
    size = int(path.stem.removeprefix("consistency-"))
    assert (first, old) == ("evidence/consistency@v1", f"old {size}")
    checkpoint = parse_checkpoint(
        parse_proof((bundle.folder / "journal" / "bundle.proof").read_bytes()).checkpoint
    )
    pdf = (bundle.folder / "data" / "originals" / "letters" / "2-2026-0001.pdf").read_bytes()
    token = check_letter(pdf, Place()).token
    assert token is not None
    assert token.checkpoint_size == size
    proof = [b64decode(value) for value in hashes]
    assert verify_consistency(size, checkpoint.size, proof, token.checkpoint_root, checkpoint.root)


def test_accounts_of_one_safe_name_get_bundles_of_their_own(tmp_path: Path, checkout: Path) -> None:
    owners = [("1-2/3", "样甲"), ("1-2_3", "样乙")]
    with estate.workspace(tmp_path, checkout, owners) as made:
        made.issue(LetterKind.DEMAND, converter="builtin")
        accounts = [row.account for row in made.status()]
        assert len(accounts) == 2
        results = [casefile.bundle(made, account) for account in accounts]
    assert len({result.id for result in results}) == 2
    assert verify_paths([path for result in results for path in (result.folder, result.zip_path)]).ok


def readable(path: Path) -> bytes:
    """A file with all that is packed in it: streams of a PDF, parts of a DOCX."""
    data = path.read_bytes()
    if data.startswith(b"%PDF-"):
        with pikepdf.open(path) as opened:
            streams = [item for item in opened.objects if isinstance(item, pikepdf.Stream)]
            data += b"".join(bytes(item.unparse(resolved=True)) for item in opened.objects)
            data += b"".join(item.read_bytes() for item in streams if "/Width" not in item)
        from pypdf import PdfReader

        data += "".join(page.extract_text() for page in PdfReader(path).pages).encode()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data += b"".join(archive.read(name) for name in archive.namelist())
    return data


def everything(folder: Path) -> bytes:
    return b"\n".join(name.encode() + readable(folder / name) for name in members(folder))


def test_a_bundle_tells_of_one_owner_alone(bundle: BundleResult) -> None:
    told = everything(bundle.folder)
    assert OWNER.encode() in told, "this search would find a name"
    for (account, _), owner in zip(estate.OWNERS[1:], OTHERS, strict=True):
        for trace in (owner, account, "邻居的收据"):
            for encoding in ("utf-8", "utf-16-be", "gb18030"):
                assert trace.encode(encoding) not in told, (trace, encoding)


def sold(root: Path, folder: Path) -> str:
    """The first home has a new owner in the next ledger; all are written to again."""
    name = "样新主"
    owners = [(ACCOUNT, name), *estate.OWNERS[1:]]
    with Workspace.open(root, source=fixed_source("2026-12-01T09:00:00+08:00", "sold")) as made:
        made.import_ledger([estate.ledger(folder / "next.csv", owners)])
        made.issue(LetterKind.DEMAND, converter="builtin")
        draft(made, "R13")
    return name


def test_nothing_of_a_former_owner_is_in_the_new_owners_bundle(root: Path, tmp_path: Path) -> None:
    name = sold(root, tmp_path)
    result = make(root)
    told = everything(result.folder)
    assert name.encode() in told
    assert OWNER.encode() not in told
    assert "公示照片".encode() not in told, "an exhibit of the case against the former owner"
    assert verify_paths([result.folder]).ok
    draft, former = casefile.about_the_bundle(result)
    assert draft.code == "bundle.left-out-draft"
    assert (former.code, former.params["n"]) == ("bundle.former-owner", 1)


def test_a_letter_to_a_new_owner_cites_no_demand_to_the_former_one(root: Path, tmp_path: Path) -> None:
    sold(root, tmp_path)
    (letter,) = (root / "letters").rglob("*_3-2026-0001.docx")
    text = document_text(letter.read_bytes())
    assert "样新主" in text
    assert "催字第0001号" not in text
    with Workspace.open(root, source=casefile.later()) as made:
        assert [letter.number for letter in made.status()[0].letters] == ["2-2026-0005", "3-2026-0001"]


def test_the_same_delivery_is_on_record_once(root: Path, tmp_path: Path) -> None:
    with Workspace.open(root, source=casefile.later()) as made:
        before = made.check_journal()[0]
        casefile.serve(made, tmp_path)  # as it was recorded when the workspace was made
        assert made.check_journal()[0] == before
        casefile.serve(made, tmp_path, proof=casefile.photo(77))  # another photo is another event
        assert made.check_journal()[0] == before + 1


def test_a_damaged_store_is_told_before_a_court_tells(root: Path) -> None:
    (pdf,) = (path for path in (root / "letters").rglob("*_2-2026-0001.pdf"))
    data = pdf.read_bytes()
    (stored,) = (path for path in (root / "store").rglob("*") if path.is_file() and path.read_bytes() == data)
    stored.chmod(0o644)
    stored.write_bytes(data[:-1] + b"?")
    with pytest.raises(EvidenceError) as caught:
        make(root)
    assert caught.value.problems[0].code == "workspace.store-damaged"
    stored.unlink()
    with pytest.raises(EvidenceError) as caught:
        make(root)
    assert caught.value.problems[0].code == "workspace.store-missing"


def test_an_account_without_anything_has_no_bundle(tmp_path: Path, checkout: Path) -> None:
    with estate.workspace(tmp_path, checkout) as made, pytest.raises(EvidenceError) as caught:
        made.bundle(ACCOUNT)
    assert caught.value.problems[0].code == "bundle.nothing-to-show"


def test_both_scripts_tell_the_same_case(root: Path, bundle: BundleResult) -> None:
    traditional = make(root, locale="zh-Hant")
    first, second = (
        json.loads((folder / "data" / "catalogue.json").read_bytes())["rows"]
        for folder in (bundle.folder, traditional.folder)
    )
    for row, other in zip(first, second, strict=True):
        # Delivery record and annexes are written in the script of the file; all else is what it was.
        ours = "送达记录" in row["name"] or row["group"] == "B5"
        same = ("group", "dated") if ours else ("sha256", "group", "dated")
        assert [row[key] for key in same] == [other[key] for key in same]
        assert row["name"].count("〔2026〕催字第0001号") == other["name"].count("〔2026〕催字第0001号")
    assert "證據目錄" in document_text((traditional.folder / "data" / "catalogue.docx").read_bytes())
    assert verify_paths([traditional.folder]).ok
