"""The rules of what is covered for the other party: every spelling of a number, whole names and homes, and no more."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from evidence.bundle.maskfiles import found_in, guessable
from evidence.bundle.masking import MaskKind, Rules, find, masked
from evidence.bundle.redraw import without_segments

RULES = Rules(
    names=frozenset({"样邻居", "李四"}),
    rooms=frozenset({"1栋2单元30", "3栋101"}),
    numbers=frozenset({"5551234"}),
    listed=frozenset({"浙A12345"}),
    keep=frozenset({"13900001111", "李四光", "样州物业"}),
)


def id_number(body: str) -> str:
    """``body`` of seventeen digits with its check character (GB 11643)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def card(body: str) -> str:
    """``body`` of fifteen digits with its check digit (ISO/IEC 7812)."""
    digits = [int(d) for d in body[::-1]]
    total = sum(sum(divmod(2 * d, 10)) if i % 2 == 0 else d for i, d in enumerate(digits))
    return body + str(-total % 10)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电话13800138000。", "mobile"),
        ("138 0013 8000", "mobile"),
        ("138-0013-8000", "mobile"),
        ("138.0013.8000", "mobile"),
        ("+86 13800138000", "mobile"),
        ("１３８００１３８０００", "mobile"),
        ("1 3 8 0 0 1 3 8 0 0 0", "mobile"),
        ("1380013\n8000", "mobile"),
        ("301 13800138000 5", "mobile"),
        ("身份证11010519491231002X", "id-number"),
        ("110105 19491231 002x", "id-number"),
        ("旧证110105491231002", "id-number"),
        ("0571-88888888", "landline"),
        ("(0571)8888 8888", "landline"),
        ("电话 555-1234", "landline"),
        (f"卡号{card('622202021234567')}", "bank-card"),
        ("卡号" + " ".join(re.findall("....", card("622202021234567"))), "bank-card"),
        ("1栋2单元30室", "room"),
        ("1 栋 2 单元 30，", "room"),
        ("3栋101 2026-01-05", "room"),
        ("样邻居说", "name"),
        ("样 邻\n居", "name"),
        ("车牌浙A·12345", "listed"),
        ("浙a12345", "listed"),
        # what only looks like one
        ("13900001111", ""),  # the debtor's own
        ("李四光教授", ""),  # a longer name that is kept
        ("1栋2单元301", ""),
        ("11栋2单元30", ""),
        ("日期 2026-01-05", ""),
        ("15 2026-01-05 3 7 9", ""),
        ("110105194912310021", ""),  # the check character is another
        ("金额 138,001.38 元", ""),
        ("哈希 a13812345678bcde", ""),
        ("快递单号 1234567890123", ""),
        ("aa110000193001150000aa", "id-number"),
    ],
)  # fmt: skip
def test_what_is_covered(text: str, expected: str) -> None:
    assert {hit.kind.value for hit in find(text, RULES)} == ({expected} if expected else set())


def test_the_covered_text_keeps_its_length_and_lines() -> None:
    assert masked("样邻居\n电话 １３８00138000", RULES) == "＊＊＊\n电话 ＊＊＊********"


_AROUND = st.text(alphabet="样本说：，。 \n（）abc", max_size=6)
_BETWEEN = st.sampled_from(["", " ", "-", "\n", "  "])
_SECRET = st.one_of(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.builds(
        lambda area, year, day, last: id_number(f"{area}{year}{day:02}15{last:03}"),
        st.integers(110000, 659999), st.integers(1930, 2015), st.integers(1, 12), st.integers(0, 999),
    ),
    st.sampled_from(["样邻居", "李四", "浙A12345", "3栋101"]),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(_SECRET, _AROUND, _AROUND, st.integers(1, 5), _BETWEEN)
def test_no_covered_value_is_left_however_it_is_broken(
    secret: str, before: str, after: str, cut: int, between: str
) -> None:
    if not secret[:17].isdigit() and between == "-":
        between = ""  # hyphens stand inside numbers, not inside names
    if len(secret) == 11 and secret.isdigit():
        before = before.rstrip("abc")  # within a long word of hexadecimal digits it is taken for a digest's
    text = f"{before}{secret[:cut]}{between}{secret[cut:]}{after}"
    left = re.sub(r"[\s\-]", "", masked(text, RULES))
    assert secret not in left


def docx(paragraph: str, extra: Mapping[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "word/document.xml", f"<w:document><w:body><w:p>{paragraph}</w:p></w:body></w:document>"
        )
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return out.getvalue()


def jpeg(comment: bytes = b"", exif: Image.Exif | None = None) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG", comment=comment, **({"exif": exif} if exif else {}))
    return out.getvalue()


def camera() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = "13800138000"
    return exif


def pdf(title: str = "", attached: str = "", encryption: pikepdf.Encryption | bool = False) -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    if title:
        made.docinfo["/Title"] = title
    if attached:
        made.attachments["a.txt"] = attached.encode()
    made.save(out, encryption=encryption)
    return out.getvalue()


HIDDEN = {
    "name-13800138000.bin": b"\0\1\2",
    "runs.docx": docx("<w:r><w:t>1380</w:t></w:r><w:r><w:t>0138000</w:t></w:r>"),
    "core.docx": docx("", {"docProps/core.xml": "<cp:creator>样邻居</cp:creator>".encode()}),
    "media.docx": docx("", {"word/media/1.jpg": jpeg(b"13800138000")}),
    "gbk.txt": "样邻居".encode("gb18030"),
    "wide.txt": "样邻居".encode("utf-16"),
    "comment.jpg": jpeg(b"tel 13800138000"),
    "exif.jpg": jpeg(exif=camera()),
    "title.pdf": pdf(title="样邻居的合同"),
    "attachment.pdf": pdf(attached="电话13800138000"),
    "tag.mp3": b"ID3" + bytes(20) + "样邻居 13800138000".encode(),
    "event.json": '{"note":"样邻居"}'.encode(),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_file_is_searched_where_programs_look_and_not_only_on_its_pages(name: str) -> None:
    assert found_in(name, HIDDEN[name], RULES, pages=False).kinds - {MaskKind.UNREADABLE}


@pytest.mark.parametrize(
    "data", [docx("<w:t>样州物业 13900001111</w:t>"), jpeg(b"hello"), pdf(title="x"), b"plain"]
)
def test_a_file_without_any_may_go(data: bytes) -> None:
    assert not found_in("a", data, RULES, pages=False).kinds


def test_a_file_nobody_can_open_stays_back() -> None:
    locked = pdf(encryption=pikepdf.Encryption(owner="o", user="u"))
    assert found_in("a.pdf", locked, RULES, pages=False).kinds == {MaskKind.UNREADABLE}
    assert found_in("a.zip", docx("x")[:60], RULES, pages=False).kinds in ({MaskKind.UNREADABLE}, frozenset())


def test_only_the_digest_of_what_could_be_guessed_is_kept_back() -> None:
    assert guessable("a.txt", "样邻居".encode())
    assert not guessable("a.jpg", jpeg())


def test_a_photo_loses_what_its_camera_wrote_and_no_pixel() -> None:
    data = jpeg(b"13800138000", camera())
    plain = without_segments(data)
    assert b"13800138000" in data
    assert b"13800138000" not in plain
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(plain)) as after:
        assert before.tobytes() == after.tobytes()
        assert not after.getexif()
