"""The other party's copy: no covered value in any byte of it, the same pages, and a bag that verifies."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import casefile
import estate
import pikepdf
import pytest
from casefile import ACCOUNT, OWNER
from PIL import Image, ImageDraw
from pypdf import PdfReader
from pypdf.generic import Destination

from evidence.bundle.maskfiles import Found
from evidence.bundle.masking import MaskKind, find
from evidence.bundle.maskwords import MASK_WORDS
from evidence.errors import EvidenceError
from evidence.verify import verify_paths
from evidence.workspace import Workspace
from evidence.workspace.cases import require_account
from evidence.workspace.redaction import Redacted, goes_along
from evidence.workspace.redactrules import rules_of

pytest.importorskip("pypdfium2", reason="PDFium redraws the pages")

HOME, NEIGHBOUR = estate.OWNERS[2]
MOBILE, CAMERA, IDENTITY, PLATE = "13800138000", "13711112222", "11010519491231002X", "浙A12345"
SECRETS = (HOME, NEIGHBOUR, MOBILE, CAMERA, IDENTITY, PLATE)
CHAT = (
    f"2026-03-01 样人：{NEIGHBOUR} 家几号？\n2026-03-01 样甲：{MOBILE}，{IDENTITY}，住{HOME}\n"
    f"车牌{PLATE}\n{OWNER}：在吗\n"
)


@dataclass(frozen=True)
class Made:
    office: Path
    copy: Redacted


def photo(shade: int = 230) -> bytes:
    """A red picture, a white square in its upper left corner, and a number in what the camera wrote."""
    image = Image.new("RGB", (800, 500), (shade, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, 200, 200), fill="white")
    exif = Image.Exif()
    exif[0x010E] = CAMERA
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def contract() -> bytes:
    """A page whose text names the neighbour in a note, in its title and in an attachment."""
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page(page_size=(595, 842))
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Text,
        Rect=[10, 10, 30, 30],
        Contents=pikepdf.String(NEIGHBOUR),
    )
    made.pages[0].obj.Annots = pikepdf.Array([note])
    made.docinfo["/Title"] = f"{NEIGHBOUR}的合同"
    made.attachments["a.txt"] = MOBILE.encode()
    made.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Made:
    folder = tmp_path_factory.mktemp("redaction")
    with Workspace.open(casefile.served(folder, checkout), source=casefile.later()) as office:
        kept = {
            "群聊.txt": CHAT.encode(),
            f"合影{MOBILE}.jpg": photo(),
            "门牌.jpg": photo(210),
            "合同.pdf": contract(),
        }
        for name, data in kept.items():
            path = folder / name
            path.write_bytes(data)
            office.add_exhibits(ACCOUNT, [path], source="样本", proves=f"样本 {MOBILE}")
        # R42: the court's own catalogue names a number here, so that there is one to cover.
        office.bundle(ACCOUNT, converter="builtin", overrides=dict.fromkeys(("R04", "R16", "R42"), "样本"))
        pages = json.loads(next((folder / "office/bundles").glob("*/data/catalogue.json")).read_bytes())[
            "rows"
        ]
        page = next(int(row["pages"]) for row in pages if row["file"].startswith("合影"))
        # The picture's white corner, on a page lying on its side with margins of 15 and 20 mm.
        places = {page: [(15.0, 15.0, 70.0, 70.0)]}
        return Made(
            folder / "office", office.redact(ACCOUNT, cover=[PLATE], areas=places, read_pictures=False)
        )


def places(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Whatever can be read in the copy: names, files, parts of zips, streams and strings of PDFs, text of pages."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        yield name, name.encode()
        if not path.is_file() or name.startswith(
            "verify."
        ):  # the checkers, byte for byte those of the toolkit
            continue
        data = path.read_bytes()
        yield name, data
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for info in archive.infolist():
                    yield f"{name}/{info.filename}", archive.read(info)
                    yield f"{name}/{info.filename}", re.sub(rb"<[^>]*>", b"", archive.read(info))
        if data.startswith(b"%PDF-"):
            with pikepdf.open(path) as pdf:
                for item in pdf.objects:
                    yield (
                        name,
                        str(item).encode() if isinstance(item, pikepdf.String) else repr(item).encode(),
                    )
                    if isinstance(item, pikepdf.Stream):
                        jpeg = item.get("/Filter") == pikepdf.Name.DCTDecode
                        yield name, item.read_raw_bytes() if jpeg else item.read_bytes()
            for page in PdfReader(path).pages:
                yield name, re.sub(r"\s", "", page.extract_text()).encode()


def secrets_in(folder: Path) -> set[tuple[str, str]]:
    encoded = {
        (secret, secret.encode(code))
        for secret in SECRETS
        for code in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
    }
    return {(name, secret) for name, data in places(folder) for secret, value in encoded if value in data}


def test_no_covered_value_is_in_any_byte_of_the_copy(made: Made) -> None:
    assert not secrets_in(made.copy.folder)


def test_the_search_itself_finds_them_in_the_courts_copy(made: Made) -> None:
    found = secrets_in(made.copy.folder.with_name(made.copy.bundle))
    assert {secret for _, secret in found} == set(SECRETS)
    # What a camera wrote stands in the pages, too.
    assert ("data/bundle.pdf", CAMERA) in found


def test_pages_and_numbers_are_those_of_the_courts_copy(made: Made) -> None:
    ours = PdfReader(made.copy.folder / "data/bundle.pdf")
    courts = PdfReader(made.copy.folder.with_name(made.copy.bundle) / "data/bundle.pdf")
    assert len(ours.pages) == len(courts.pages) == made.copy.pages
    assert ours.page_labels == courts.page_labels
    assert [round(float(page.mediabox.width)) for page in ours.pages] == [
        round(float(page.mediabox.width)) for page in courts.pages
    ]
    assert bookmarks(ours) == bookmarks(courts)


def bookmarks(reader: PdfReader) -> list[int | None]:
    """The pages that the bookmarks of the first level lead to."""
    items = [item for item in reader.outline if isinstance(item, Destination)]
    return [reader.get_destination_page_number(item) for item in items]


def test_the_parties_own_data_stay(made: Made) -> None:
    text = "".join(page.extract_text() for page in PdfReader(made.copy.folder / "data/bundle.pdf").pages)
    assert OWNER.split()[0] in text
    assert "0000-5550101" in text  # the claimant's telephone


def test_a_place_the_clerk_named_is_painted_over_in_the_picture(made: Made) -> None:
    page = next(page for _, page, kind, _ in made.copy.masked if kind.value == "area")
    (image,) = PdfReader(made.copy.folder / "data/bundle.pdf").pages[page - 1].images
    assert image.image is not None
    shown = image.image.convert("RGB")
    at = [
        shown.getpixel((round(shown.width * x), round(shown.height * y)))
        for x, y in ((0.12, 0.2), (0.6, 0.5))
    ]
    assert sum(at[0]) < 150 < 200 < at[1][0]  # type: ignore[arg-type, index]


def test_what_was_covered_is_listed_and_never_the_value(made: Made) -> None:
    told = json.loads((made.copy.folder / "data/masking.json").read_bytes())
    kinds = {(row["exhibit"] > 0, row["kind"]) for row in told["masked"]}
    assert kinds >= {(True, kind) for kind in ("mobile", "id-number", "name", "room", "listed", "area")}
    assert (False, "mobile") in kinds  # the catalogue's words
    assert (False, "digest") in kinds  # of the chat, which could be tried out
    kept = {Path(item["path"]).name: item for item in told["withheld"]}
    chat = next(item for name, item in kept.items() if "群聊" in name)
    assert "sha256" not in chat
    assert sum("sha256" in item for item in kept.values()) == 3  # photos and contract
    sheet = "".join(page.extract_text() for page in PdfReader(made.copy.folder / "data/masking.pdf").pages)
    assert "身份证件号码" in sheet


def test_it_is_a_bag_that_verifies_and_says_what_it_keeps_back(made: Made) -> None:
    report = verify_paths([made.copy.zip_path])
    assert not report.failures
    assert [fact.params["count"] for fact in report.facts if fact.id == "bundle.masking"] == [4]


def test_the_court_can_open_what_is_kept_back(made: Made) -> None:
    from evidence.stamp.digests import commitment, digest_file

    court = made.copy.folder.with_name(made.copy.bundle)
    disclosed = json.loads((court / "data/disclosure.json").read_bytes())["files"]
    opened = {
        commitment(bytes.fromhex(item["salt"]), digest_file(court / item["path"])).hex() for item in disclosed
    }
    told = json.loads((made.copy.folder / "data/masking.json").read_bytes())["withheld"]
    assert {item["commitment"] for item in told} <= opened


def test_an_account_without_an_evidence_file_has_no_copy(made: Made, tmp_path: Path) -> None:
    office = shutil.copytree(made.office, tmp_path / "office")
    with Workspace.open(office, source=casefile.later()) as opened, pytest.raises(EvidenceError) as caught:
        opened.redact(HOME)
    assert [problem.code for problem in caught.value.problems] == ["bundle.redact-none"]


def test_every_file_kept_back_says_why_and_never_the_value(made: Made) -> None:
    told = json.loads((made.copy.folder / "data/masking.json").read_bytes())["withheld"]
    assert all(item["found"] for item in told)
    assert set(made.copy.reasons) == set(made.copy.withheld)
    door = next(item["found"] for item in told if "门牌" in item["path"])
    (page,) = {reason["page"] for reason in door if "page" in reason}
    assert {"count": 1, "kind": "mobile"} in door  # what its camera wrote
    assert {"count": 1, "kind": "page", "page": page} in door
    sheet = "".join(page.extract_text() for page in PdfReader(made.copy.folder / "data/masking.pdf").pages)
    assert "门牌.jpg" in sheet
    assert "整页不提供" in sheet


def test_a_photo_kept_back_for_what_is_not_found_on_its_page_is_not_shown(made: Made) -> None:
    (page,) = [page for _, page, kind, _ in made.copy.masked if kind.value == "page"]
    (image,) = PdfReader(made.copy.folder / "data/bundle.pdf").pages[page - 1].images
    assert image.image is not None
    # A line of small print on white, and nothing of the red.
    assert min(image.image.convert("L").resize((40, 40)).tobytes()) > 120
    assert page not in {shown for _, shown in made.copy.unsearched}


def test_what_the_parties_state_of_themselves_stays(made: Made) -> None:
    """The claimant's number for service and its agent's; not the neighbour's, and no word of the trade."""
    with Workspace.open(made.office, source=casefile.later()) as office:
        desk = office._desk
        with desk.reading() as connection:
            account, person = require_account(connection, ACCOUNT)
            rules = rules_of(desk, connection, account, person, (), ("送达13922220000转1",))
    assert find("0000-5550101，13922220000，转给公司", rules) == []
    assert [hit.kind.value for hit in find(f"{NEIGHBOUR}", rules)] == ["name"]


@pytest.mark.parametrize("locale", ["zh", "zh-Hant"])
def test_the_readme_claims_no_more_likeness_than_there_is(locale: str, made: Made) -> None:
    court = made.copy.folder.with_name(made.copy.bundle)
    other = [
        name for name in ("seal.json", "journal/bundle.json")
        if (court / name).read_bytes() != (made.copy.folder / name).read_bytes()
    ]  # fmt: skip
    lines = [line for line in MASK_WORDS[locale].readme.splitlines() if "不同" in line]
    assert [name for name in other if not any(name in line for line in lines)] == []


@pytest.mark.parametrize(
    ("path", "kind", "along"),
    [
        ("data/forms/01-民事起诉状.pdf", MaskKind.NAME, True),
        ("data/forms/01-民事起诉状.docx", MaskKind.MOBILE, True),
        ("data/forms/01-民事起诉状.pdf", MaskKind.LISTED, False),  # the clerk named what is in it
        ("data/forms/01-民事起诉状.pdf", MaskKind.UNREADABLE, False),
        ("data/originals/exhibits/001-x.pdf", MaskKind.NAME, False),
    ],
)
def test_the_complaint_goes_along_and_an_exhibit_does_not(path: str, kind: MaskKind, along: bool) -> None:
    assert goes_along(path, Found(frozenset({(kind, "x")}))) is along
