"""The profile tables: what formats.md says, and bytes that may never change again."""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from stamp_material import claims_for

import evidence.stamp.profiles
from evidence.errors import EvidenceError
from evidence.model.letter import SERIES, LetterNumber
from evidence.stamp.draw import marks_text, number_text, page_text
from evidence.stamp.profiles import PROFILE_OF_LOCALE, profile, profile_for

FOLDER = Path(evidence.stamp.profiles.__file__).parent

# Letters rest on these bytes. A changed hash here means that letters already issued no longer verify:
# undo the change, or make a new profile.
FINAL = {
    "1.json": "7e0d602985a0de51840c6509d7d1830bd1651c774b65278d94c799e689ee588e",
    "2.json": "028c1f3dfc2421ee022a3aad1e3117fb3802cd2198193e673127e15809124a32",
    "font-1.json": "a112afcbd8f1b1b10f3f0d87a975196633e9690585a5b1cf9190f09b561c3137",
    "font-1.ttf.z": "08022764aca9728485d29203c036bacfa5e60b8073f3af027e024571800712b1",
    "font-1.cmap.z": "12486fd66ea4ef763dec0b15177109581f77cfbe1ac94c662b40bc86ec4ea6ec",
    "3.json": "fa558554d0ff3026c0bec0932c1a8c73e2069a36ca4fcf482c56bdacc7da872e",
    "4.json": "84122e9268b25fd31de37070a7f1d254c9ce94fbc9489c8bcdc3a1713721bb49",
    "font-2.json": "1798e459ea42add792179ad326921eff602b503624c5398ba1a7e642990de87d",
    "font-2.ttf.z": "81ba90559302d9c3f58fe9d7c6698163bdac4ff80101bc68cfd7f89b83540844",
    "7.json": "f98c4d3c460a16844e53df8f918e94ac4198b0c2f606ef1ca4784515a73c1747",
    "8.json": "433530490f3e8895e27fe538a20ee5c8c06e723453676669920b858647acd63b",
    "font-3.json": "268fcb003dd2fc77670557a63404c6dbce65d01498e60aaeaeaaffc5315fd511",
    "font-3.ttf.z": "c71358eb717a6d994882bc48eed13d206a3561fa1e9716e8d854cb6b052d5efb",
    "font-3.cmap.z": "99905aa25becfab8a088203d6552e7c8d846670b45c1a65f8463ae2dfaa1d4d1",
    "font-2.cmap.z": "8d3ddb24cc4c492ea3313e93c68243c5cbd4de01573adcdcce532764cf79e0a3",
}


@pytest.mark.parametrize(("name", "digest"), FINAL.items())
def test_the_tables_are_the_ones_first_released(name: str, digest: str) -> None:
    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest


def points(millimetres: str) -> str:
    exact = Decimal(millimetres) * 72 / Decimal("25.4")
    text = str(exact.quantize(Decimal("0.001"), ROUND_HALF_EVEN))
    return text.rstrip("0").rstrip(".")


@pytest.mark.parametrize("number", [1, 2, 3, 4, 7, 8])
def test_coordinates_are_those_of_the_format_in_points(number: int) -> None:
    look = profile(number)
    assert (look.qr_module, look.qr_x, look.qr_y) == (points("0.46"), points("162.29"), points("249.29"))
    assert (look.caption.x, look.caption.y, look.caption.size) == (points("175.41"), points("243.8"), "6.5")
    for line, x in ((look.letter_number, "20"), (look.page, "66"), (look.marks, "92")):
        assert (line.x, line.y, line.size) == (points(x), points("14"), "7.5")


def test_the_symbol_with_its_quiet_zone_stands_centred_in_the_box() -> None:
    quiet, side = Decimal("0.46") * 4, Decimal("0.46") * 77
    for corner, box in (("162.29", 160), ("249.29", 247)):
        before = Decimal(corner) - quiet - box
        after = box + 40 - (Decimal(corner) + side + quiet)
        assert before == after > 0


def test_the_words_in_both_scripts() -> None:
    claims = claims_for(b"")
    for number, wanted in ((1, "〔2026〕催字第0001号"), (2, "〔2026〕催字第0001號")):
        assert number_text(profile(number), claims.number) == wanted
    assert number_text(profile(1), LetterNumber(3, 2026, 12345)) == "〔2026〕律函字第12345号"
    assert number_text(profile(1), LetterNumber(4, 2027, 7)) == "〔2027〕协字第0007号"
    assert number_text(profile(2), LetterNumber(4, 2027, 7)) == "〔2027〕協字第0007號"
    assert number_text(profile(3), LetterNumber(5, 2026, 1)) == "〔2026〕复字第0001号"
    assert number_text(profile(4), LetterNumber(5, 2026, 1)) == "〔2026〕復字第0001號"
    assert number_text(profile(4), LetterNumber(8, 2026, 1)) == "〔2026〕賬字第0001號"
    assert number_text(profile(1), LetterNumber(1, 2026, 1)) == "〔2026〕提字第0001号"
    assert number_text(profile(7), LetterNumber(3, 2026, 1)) == "〔2026〕律函字第0001号 草稿"
    assert number_text(profile(8), LetterNumber(3, 2026, 1)) == "〔2026〕律函字第0001號 草稿"
    assert [profile_for(locale, 3, draft=True) for locale in ("zh", "zh-Hant")] == [7, 8]
    assert page_text(profile(1), 1, 3) == "第1页 共3页"
    assert page_text(profile(2), 2, 3) == "第2頁 共3頁"
    # SHA-256 of nothing, letter id 02…, checkpoint 12345 with root 03…
    assert (
        marks_text(profile(1), claims) == "SHA-256 e3b0 c442 98fc 1c14  短码 0810-40G2  日志 12345:03030303"
    )
    assert (
        marks_text(profile(2), claims) == "SHA-256 e3b0 c442 98fc 1c14  短碼 0810-40G2  日誌 12345:03030303"
    )
    assert [profile(n).caption.text for n in (1, 2)] == ["扫码核验", "掃碼核驗"]


def test_every_series_has_its_word_and_others_are_refused() -> None:
    for locale in PROFILE_OF_LOCALE:
        for series in SERIES.values():
            look = profile(profile_for(locale, series))
            assert (look.locale, series in look.series) == (locale, True)
    for number in (1, 2, 3, 4, 7, 8):
        with pytest.raises(EvidenceError) as error:
            number_text(profile(number), LetterNumber(9, 2026, 1))
        assert error.value.problems[0].code == "stamp.series-unknown"


def test_locales_have_their_profiles_and_unknown_ones_are_refused() -> None:
    assert {locale: profile(n).locale for locale, n in PROFILE_OF_LOCALE.items()} == {
        "zh": "zh",
        "zh-Hant": "zh-Hant",
    }
    for number in (0, 5, 99):
        with pytest.raises(EvidenceError) as error:
            profile(number)
        assert error.value.problems[0].code == "stamp.profile-unknown"


@pytest.mark.parametrize("pair", [(1, 2), (3, 4), (7, 8)])
def test_the_font_draws_every_character_the_profiles_can_print(pair: tuple[int, int]) -> None:
    font = profile(pair[0]).font
    program = zlib.decompress(font.objects[3].stream or b"")
    loaded = TTFont(io.BytesIO(program))
    outlines, order = loaded["glyf"], loaded.getGlyphOrder()
    printed = set("0123456789abcdef0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    for number in pair:
        look = profile(number)
        for text in (
            look.letter_number.text,
            look.page.text,
            look.marks.text,
            look.caption.text,
            *look.series.values(),
        ):
            printed |= set(
                text.format(year="", series="", seq="", page="", pages="", hash="", code="", size="", root="")
            )
    assert printed <= set(font.glyphs)
    for char in printed - {" "}:
        assert outlines[order[font.glyphs[char]]].numberOfContours > 0, char


@pytest.mark.parametrize("font", ["font-1", "font-2", "font-3"])
def test_the_font_objects_give_the_true_lengths(font: str) -> None:
    table = json.loads((FOLDER / f"{font}.json").read_text(encoding="utf-8"))
    for entry in table["objects"]:
        if "stream" in entry:
            assert f"/Length {(FOLDER / entry['stream']).stat().st_size}" in entry["body"]
    assert (
        f"/Length1 {len(zlib.decompress((FOLDER / (font + '.ttf.z')).read_bytes()))}"
        in table["objects"][3]["body"]
    )


@pytest.mark.parametrize(("name", "number"), [("font-1", 1), ("font-2", 3), ("font-3", 7)])
def test_copied_text_gets_its_characters_back(name: str, number: int) -> None:
    cmap = zlib.decompress((FOLDER / f"{name}.cmap.z").read_bytes()).decode("ascii")
    for char, glyph in profile(number).font.glyphs.items():
        assert f"<{glyph:04X}><{ord(char):04X}>\n" in cmap


def test_the_licence_travels_with_the_font() -> None:
    assert "SIL Open Font License" in (FOLDER / "OFL.txt").read_text(encoding="utf-8")
