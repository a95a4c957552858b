"""Tones by reason: data of the pack that add paragraphs and take nothing away, and never threaten."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from letter_samples import LOCALES, account, context, office, quarters

from evidence.errors import EvidenceError
from evidence.law.lint import lint_text, load_lint
from evidence.letters.convert import open_converter, page_count
from evidence.letters.engine import compile_template, document_text
from evidence.letters.packs import find_pack, load_pack
from evidence.letters.tones import PLAIN, tones_from
from evidence.model.events import HoldReason
from evidence.model.letter import LegalEffect, LetterKind
from evidence.model.office import Service
from evidence.resources import templates_dir

FOLDER = Path(__file__).parents[1] / "snapshots" / "letters"
TONES = ("plain", "forgot", "hardship", "complaint", "refuses")
SPEAKING = (LetterKind.REMINDER, LetterKind.DEMAND)


def docx(kind: LetterKind, locale: str, name: str, **changes: object) -> bytes:
    pack = find_pack(templates_dir(), "cn", locale)
    template = pack.template(kind)
    made = context(kind, locale, tone=pack.tones.known[name], **changes)
    compiled = compile_template(template.read(), template.name)
    return compiled.render(made.values, must_appear=made.must_appear).docx


def text(kind: LetterKind, locale: str, name: str, **changes: object) -> str:
    return document_text(docx(kind, locale, name, **changes))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", SPEAKING)
@pytest.mark.parametrize("name", TONES[1:])
def test_the_text_in_each_tone_is_the_reviewed_one(kind: LetterKind, locale: str, name: str) -> None:
    """As in test_letter_snapshots: delete a file to write it anew, and review the difference."""
    found = text(kind, locale, name).rstrip("\n") + "\n"
    kept = FOLDER / f"{kind.value}.{name}.{locale}.txt"
    if not kept.exists():
        kept.write_text(found, "utf-8")
        pytest.fail(f"{kept.name} was missing and is written now: review it")
    assert found == kept.read_text("utf-8")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", SPEAKING)
def test_a_tone_takes_nothing_away(kind: LetterKind, locale: str) -> None:
    plain = text(kind, locale, PLAIN)
    hint = find_pack(templates_dir(), "cn", locale).tones.known[PLAIN].hint
    for name in TONES[1:]:
        spoken = text(kind, locale, name)
        for line in plain.split("\n"):
            assert line.replace(hint, "") in spoken, (name, line)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_warm_letter_names_no_consequence_and_no_other_owner(locale: str) -> None:
    pack, words = find_pack(templates_dir(), "cn", locale), load_lint("cn")
    assert set(pack.tones.known) == set(TONES)
    assert lint_text(pack.tones.text, date(2026, 11, 21), words) == ()
    for stem in (
        "诉讼", "訴訟", "起诉", "起訴", "法院", "仲裁", "违约", "違約", "逾期", "其他业主", "其他業主",
        "邻", "鄰", "已交",
    ):  # fmt: skip
        assert stem not in pack.tones.text, stem


def test_each_reason_has_its_tone_and_the_gravest_of_several_decides() -> None:
    for locale in LOCALES:
        tones = find_pack(templates_dir(), "cn", locale).tones
        assert tones.choose(()).name == PLAIN
        assert {reason: tones.choose([reason]).name for reason in HoldReason} == {
            HoldReason.FORGOT: "forgot",
            HoldReason.SERVICE_COMPLAINT: "complaint",
            HoldReason.HARDSHIP: "hardship",
            HoldReason.AMOUNT_DISPUTED: "complaint",
            HoldReason.REFUSES: "refuses",
        }
        assert tones.choose([HoldReason.REFUSES, HoldReason.AMOUNT_DISPUTED]).name == "complaint"
        assert tones_from(tones.to_json()) == tones


def test_service_facts_are_reported_as_given_or_not_at_all() -> None:
    given = office(service=Service("更换楼道灯具36盏。\n\n清洗二次供水水箱2次。\n"))
    told = text(LetterKind.REMINDER, "zh", PLAIN, office=given)
    assert "近期我们完成的主要工作，向您报告如下：\n更换楼道灯具36盏。\n清洗二次供水水箱2次。\n" in told
    assert "近期我们完成" not in text(LetterKind.REMINDER, "zh", PLAIN)
    assert "灯具" not in text(LetterKind.DEMAND, "zh", PLAIN, office=given)


def test_the_variant_with_formal_effect_keeps_its_effect_in_every_tone() -> None:
    for name in TONES:
        formal = text(LetterKind.REMINDER, "zh", name, effect=LegalEffect.DEMAND)
        assert "产生诉讼时效中断的效力" in formal


@pytest.mark.parametrize("locale", LOCALES)
def test_letters_stay_as_short_as_they_were(locale: str) -> None:
    home = account(*quarters(6))
    letters = [docx(kind, locale, name, account=home) for kind in SPEAKING for name in TONES]
    with open_converter("builtin", locale) as chosen:
        made = chosen.convert_batches(
            [[one] for one in letters],
            created=datetime(2026, 11, 21, tzinfo=UTC),
            nonces=[[bytes(16)]] * len(letters),
        )
    pages = [page_count(pdf) for (pdf,) in made]
    assert all(count <= 2 for count in pages), pages


FAULTS = [
    ("[tones.plain]", "[tones.simple]", "tones.plain"),
    ('hardship = "hardship"', 'hardship = "harsh"', "tones.reasons.hardship"),
    ('refuses = "refuses"', 'refused = "refuses"', "tones.reasons.refused"),
    ("\nhelp = ", "\nhelps = ", "tones.plain.helps"),
]


@pytest.mark.parametrize(("old", "new", "part"), FAULTS)
def test_a_pack_with_a_faulty_tone_is_refused_by_name(old: str, new: str, part: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(templates_dir() / "zh", tmp_path / "zh"))
    manifest = folder / "pack.toml"
    manifest.write_text(manifest.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(EvidenceError) as caught:
        load_pack(folder)
    assert part in [problem.where.part for problem in caught.value.problems]
