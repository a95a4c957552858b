"""Reading a template pack: strict, every fault at once, and never across jurisdictions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evidence.errors import EvidenceError
from evidence.letters.packs import find_pack, load_pack
from evidence.model.letter import NOTICES, LegalEffect, LetterKind
from evidence.resources import templates_dir


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped Simplified pack to spoil."""
    return Path(shutil.copytree(templates_dir() / "zh", tmp_path / "zh"))


def spoil(folder: Path, old: str, new: str) -> None:
    manifest = folder / "pack.toml"
    text = manifest.read_text("utf-8")
    assert old in text
    manifest.write_text(text.replace(old, new), "utf-8")


def faults(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(EvidenceError) as caught:
        load_pack(folder)
    assert {p.code for p in caught.value.problems} == {"letters.pack-invalid"}
    return [(p.where.part, str(p.params["reason"])) for p in caught.value.problems]


@pytest.mark.parametrize("locale", ["zh", "zh-Hant"])
def test_the_shipped_packs_hold_all_kinds(locale: str) -> None:
    pack = find_pack(templates_dir(), "cn", locale)

    assert (pack.jurisdiction, pack.locale) == ("cn", locale)
    assert {kind: pack.template(kind).effect for kind in LetterKind} == {
        LetterKind.REMINDER: LegalEffect.REMINDER,
        LetterKind.DEMAND: LegalEffect.DEMAND,
        LetterKind.LAWYER_LETTER: LegalEffect.DEMAND,
        LetterKind.INSTALMENT_AGREEMENT: LegalEffect.AGREEMENT,
        **dict.fromkeys(NOTICES, LegalEffect.NONE),
    }
    assert [kind for kind in LetterKind if pack.template(kind).requires_law_firm] == [
        LetterKind.LAWYER_LETTER
    ]
    assert set(pack.bundle) == {"cover", "catalogue"}
    assert pack.template(LetterKind.DEMAND).name == f"{locale}/demand.docx"


def test_a_template_is_known_by_the_digest_of_its_file(folder: Path) -> None:
    template = load_pack(folder).template(LetterKind.DEMAND)
    before = template.sha256

    template.path.write_bytes(template.read() + b"\0")

    assert template.sha256 != before


def test_every_fault_is_reported_with_its_place(folder: Path) -> None:
    spoil(folder, 'name = "', 'nickname = "x"\nname = "')
    spoil(folder, 'file = "demand.docx"', 'file = "../demand.docx"')
    spoil(folder, 'cover = "cover.docx"', 'cover = "front.docx"')
    spoil(folder, "schema = 1", 'schema = "1"')

    assert faults(folder) == [
        ("nickname", "unknown key"),
        ("schema", "int expected, not str"),
        ("kinds.demand.file", "'../demand.docx' must be the plain name of a .docx file in this folder"),
        ("bundle.cover", "there is no file front.docx"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("[kinds.demand]", "[kinds.ultimatum]", "kinds.ultimatum"),
        ('effect = "agreement"', 'effect = "demand"', "kinds.instalment-agreement.effect"),
        ("requires_law_firm = true", "requires_law_firm = false", "kinds.lawyer-letter.requires_law_firm"),
        ('locale = "zh"', 'locale = "zh_TW"', "locale"),
        ("schema = 1", "schema = 2", "schema"),
        ('jurisdiction = "cn"\n', "", "jurisdiction"),
        ("requires_law_firm = true", "requires_law_firm = 1", "kinds.lawyer-letter.requires_law_firm"),
    ],
)
def test_single_faults(folder: Path, old: str, new: str, part: str) -> None:
    spoil(folder, old, new)

    assert [place for place, _ in faults(folder)] == [part]


def test_a_demand_cannot_be_called_a_courtesy(folder: Path) -> None:
    spoil(
        folder,
        '[kinds.demand]\nfile = "demand.docx"\neffect = "demand"',
        '[kinds.demand]\nfile = "demand.docx"\neffect = "reminder"',
    )

    assert faults(folder) == [("kinds.demand.effect", "'reminder' is none of demand")]


def test_a_reminder_may_be_given_the_effect_of_a_demand(folder: Path) -> None:
    spoil(folder, 'effect = "reminder"', 'effect = "demand"')

    assert load_pack(folder).template(LetterKind.REMINDER).effect is LegalEffect.DEMAND


def test_no_pack_and_a_broken_pack_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError) as absent:
        load_pack(tmp_path)
    (tmp_path / "pack.toml").write_text("schema = \n", "utf-8")

    assert absent.value.problems[0].code == "letters.pack-missing"
    assert len(faults(tmp_path)) == 1


def test_a_pack_may_lack_a_kind_until_it_is_asked_for(folder: Path) -> None:
    manifest = folder / "pack.toml"
    text = manifest.read_text("utf-8")
    start, end = text.index("[kinds.lawyer-letter]"), text.index("# Binds nobody")
    manifest.write_text(text[:start] + text[end:], "utf-8")
    pack = load_pack(folder)

    with pytest.raises(EvidenceError) as caught:
        pack.template(LetterKind.LAWYER_LETTER)

    assert caught.value.problems[0].code == "letters.pack-lacks-kind"


@pytest.mark.parametrize("jurisdiction", ["tw", "hk"])
def test_traditional_script_does_not_open_a_pack_to_another_law(jurisdiction: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        find_pack(templates_dir(), jurisdiction, "zh-Hant")

    assert caught.value.problems[0].code == "letters.pack-foreign"
    assert caught.value.exit_code == 9
