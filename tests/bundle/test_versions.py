"""Two versions of an evidence file compared: what came, went, was reworded, replaced, renumbered, and what else moved."""

from __future__ import annotations

import json
from typing import Any

from evidence.bundle.versions import Edition, compare, edition

CLAIM = {"as_of": "2026-11-25", "principal": "220.50", "late": "6.45", "total": "226.95", "currency": "CNY"}


def row(number: int, name: str, pages: str, sha: str, **changes: str) -> dict[str, str]:
    words = {
        "group": "B7",
        "kind": "书证",
        "source": "样本",
        "proves": "样本",
        "original": "原件",
        "dated": "",
    }
    return {
        "number": str(number), "name": name, "pages": pages, "sha256": sha * 32, "file": f"{name}.pdf",
        **words, **changes,
    }  # fmt: skip


def version(
    rows: list[dict[str, str]], forms: dict[str, str] | None = None, claim: dict[str, str] | None = None
) -> Edition:
    raw: dict[str, Any] = {"bundle": "b", "made_at": "2026-11-25", "rows": rows}
    if claim:
        raw["claim"] = claim
    return edition(json.dumps(raw).encode(), forms or {})


FIRST = [
    row(1, "合同", "3-4", "aa"),
    row(2, "送达记录", "5", "bb", file="delivery-record.pdf"),
    row(3, "照片", "6", "cc"),
]


def test_a_version_compared_with_itself_has_no_difference() -> None:
    one = version(FIRST, {"01-起诉状": "甲\n乙"}, CLAIM)
    assert compare(one, one).same


def test_what_came_and_went_and_what_its_going_renumbers() -> None:
    found = compare(
        version(FIRST), version([FIRST[0], row(2, "回执", "5-6", "dd"), {**FIRST[2], "pages": "7"}])
    )
    assert [line.name for line in found.added] == ["回执"]
    assert [line.name for line in found.removed] == ["送达记录"]
    assert [(one.before.pages, one.after.pages) for one in found.renumbered] == [("6", "7")]
    assert (found.reworded, found.replaced) == ((), ())


def test_other_words_for_the_same_file_are_rewording() -> None:
    changed = {**FIRST[2], "name": "公示照片", "proves": "已经公示"}
    (one,) = compare(version(FIRST), version([*FIRST[:2], changed])).reworded
    assert (one.before.name, one.after.name, one.words) == ("照片", "公示照片", ("name", "proves"))


def test_a_record_that_has_grown_is_the_same_exhibit_with_another_file() -> None:
    grown = {**FIRST[1], "sha256": "ee" * 32, "pages": "5-6"}
    found = compare(version(FIRST), version([FIRST[0], grown, {**FIRST[2], "pages": "7"}]))
    assert [one.after.name for one in found.replaced] == ["送达记录"]
    assert (found.added, found.removed) == ((), ())
    assert len(found.renumbered) == 2


def test_the_annex_of_another_day_is_the_same_exhibit_under_another_name() -> None:
    (old, new) = (
        row(1, f"欠费明细表（截至{day}）", "3", sha, file="fee-statement.pdf", group="B5")
        for day, sha in (("11月25日", "aa"), ("12月1日", "bb"))
    )
    (one,) = compare(version([old]), version([new])).kept
    assert (one.replaced, one.words) == (True, ("name",))


def test_an_annex_that_says_the_same_is_not_told_as_another_file() -> None:
    old, new = (
        json.dumps({"bundle": "b", "made_at": "", "rows": [row(1, "欠费明细表", "3", sha, group="B5")]})
        for sha in ("aa", "bb")
    )
    file = ("B5", "欠费明细表.pdf")
    same, other = ({file: text} for text in ("合计220.50", "合计230.50"))
    before = edition(old.encode(), {}, same)
    assert compare(before, edition(new.encode(), {}, same)).same
    assert compare(before, edition(new.encode(), {}, other)).replaced
    assert compare(before, edition(new.encode(), {})).replaced, "nothing is known of what it says"


def test_two_of_one_name_are_not_guessed_at() -> None:
    twins = [row(1, "照片", "3", "aa"), row(2, "照片", "4", "bb")]
    others = [row(1, "照片", "3", "cc"), row(2, "照片", "4", "dd")]
    found = compare(version(twins), version(others))
    assert (len(found.added), len(found.removed), found.kept) == (2, 2, ())


def test_forms_and_figures() -> None:
    before = version(FIRST, {"01-起诉状": "甲\n欠费100元\n丙", "02-委托书": "样"}, CLAIM)
    claim = {**CLAIM, "as_of": "2026-12-01", "total": "228.00"}
    after = version(FIRST, {"01-起诉状": "甲\n欠费200元\n丙", "03-律所函": "样"}, claim)
    found = compare(before, after)
    assert [(one.name, one.state, one.gone, one.new) for one in found.forms] == [
        ("起诉状", "changed", ("欠费100元",), ("欠费200元",)),
        ("委托书", "removed", (), ()),
        ("律所函", "added", (), ()),
    ]
    assert [(one.name, one.before, one.after) for one in found.figures] == [
        ("as_of", "2026-11-25", "2026-12-01"),
        ("total", "226.95", "228.00"),
    ]


def test_a_version_that_states_no_figures_has_none() -> None:
    found = compare(version(FIRST), version(FIRST, claim=CLAIM))
    assert [(one.name, one.before) for one in found.figures] == [
        ("as_of", ""), ("principal", ""), ("late", ""), ("total", ""),
    ]  # fmt: skip
