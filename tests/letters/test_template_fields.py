"""The checklists of fields are data: each required field, taken out of a shipped template, is the one that is named."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import zip_longest
from pathlib import Path

import pytest
from template_surgery import edited, parts_without, without

from evidence.letters.checking.catalogue import variables_of
from evidence.letters.checking.check import check_template
from evidence.letters.checking.fields import fields_of, lacks
from evidence.letters.checking.samples import NAMES, situations
from evidence.resources import templates_dir

ON = date(2026, 11, 21)
LOCALES = ("zh", "zh-Hant")
EACH = pytest.mark.parametrize(("locale", "name"), [(locale, name) for locale in LOCALES for name in NAMES])


def shipped(locale: str, name: str) -> bytes:
    return Path(templates_dir(), locale, f"{name}.docx").read_bytes()


def lacking(data: bytes, name: str, locale: str, needs: Iterable[str]) -> list[str]:
    """The required fields a template lacks without ``needs``; not what else there is to check."""
    found = lacks(name, parts_without(data, name, needs), locale)
    return [one.field.id for one in found if one.field.need != "O"]


def missing(data: bytes, name: str, locale: str) -> list[str]:
    """The fields the whole check names as missing; nothing else may be wrong."""
    report = check_template(data, f"{name}.docx", name, locale, lang="zh", on=ON, looks=False)
    assert {p.code for p in report.faults} <= {"template.field-missing", "template.field-missing-when"}
    return [str(problem.params["id"]) for problem in report.faults]


# That the shipped templates lack nothing themselves is seen where the command checks both packs (tests/cli).
@EACH
def test_each_required_field_taken_out_is_named_and_no_other(locale: str, name: str) -> None:
    """In one script a field at a time, the last one before the whole check; in the other each need by itself: of every
    field its first, then of every field its second, and so on, so that as many are named as were taken out."""
    whole = shipped(locale, name)
    checked = [one for one in fields_of(name) if one.need in ("R", "C") and one.needs]
    assert checked
    if locale == "zh":
        for needs in zip_longest(*(one.needs for one in checked)):
            cut = [one.id for one, need in zip(checked, needs, strict=True) if need]
            assert lacking(whole, name, locale, filter(None, needs)) == cut, needs
        return
    for one in checked:
        assert lacking(whole, name, locale, one.needs) == [one.id]
    last = checked[-1]
    assert missing(without(whole, name, last.needs), name, locale) == [last.id]


@pytest.mark.parametrize("name", NAMES)
def test_each_field_is_called_for_in_some_made_up_letter(name: str) -> None:
    for one in fields_of(name):
        assert any(one.is_due(situation.values) for situation in situations(name, "zh")), one.id


@pytest.mark.parametrize("name", NAMES)
def test_a_checklist_names_variables_there_are(name: str) -> None:
    known = {variable.path for variable in variables_of(name)}
    known |= {f"{v.path}[]" for v in variables_of(name) if v.type == "texts"}
    for one in fields_of(name):
        ways = [way.strip() for need in one.needs for way in need.split(" | ")]
        assert {way for way in ways if not way.startswith("~")} <= known, one.id
        for test in one.when.split(" and ") if one.when else ():
            assert test.removeprefix("not ").strip() in known, one.id


def test_every_kind_of_letter_has_its_checklist_numbered_as_in_the_rules() -> None:
    chapters = {"demand": "7.1", "reminder": "7.2", "lawyer-letter": "7.3", "instalment-agreement": "7.4"}
    for name, chapter in chapters.items():
        assert {one.no.partition("-")[0] for one in fields_of(name)} == {chapter}
    # Every row of the demand's checklist but enclosures (16), which go with the letter and not into it.
    rows = {int(one.no.partition("-")[2]) for one in fields_of("demand")}
    assert rows == set(range(1, 20)) - {16}


def test_a_field_in_a_branch_that_is_not_always_taken_is_missing() -> None:
    """The variable stands in the file; a letter without a waiver would not show it all the same."""
    cut = edited(shipped("zh", "demand"), "{{ pay_by }}前", "{% if has_waived %}{{ pay_by }}前{% endif %}")
    assert missing(cut, "demand", "zh") == ["deadline"]


def test_a_row_that_is_skipped_is_missing() -> None:
    cut = edited(
        shipped("zh", "catalogue"),
        "{{ exhibit.purpose }}",
        "{% if loop.first %}{{ exhibit.purpose }}{% endif %}",
    )
    assert missing(cut, "catalogue", "zh") == ["exhibits"]


@pytest.mark.parametrize(
    ("name", "words", "field"),
    [
        ("reminder", "逾期我司将申请支付令。", "no-consequence"),
        ("reminder", "已交费的业主都理解。", "greeting"),
        ("demand", "本律师函", "title"),
    ],
)
def test_words_that_a_kind_leaves_out_are_named_with_their_paragraph(
    name: str, words: str, field: str
) -> None:
    old = "感谢您一直以来" if name == "reminder" else "现通知如下："
    data = edited(shipped("zh", name), old, old + words)
    report = check_template(data, "t.docx", name, "zh", lang="zh", on=ON, looks=False)
    told = [p for p in report.faults if p.code == "template.field-forbidden"]
    assert [p.params["id"] for p in told] == [field]
    assert "¶" in told[0].where.part
