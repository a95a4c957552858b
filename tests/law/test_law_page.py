"""``docs/law-cn.md``: each rule and figure of the packs with its basis, whether it was checked, and how to change it.

What the page must hold is read from the packs' files here, not from the tool that writes its tables, so that a key
added to a pack without an entry fails.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

YES_NO = ("是", "**否**")


@pytest.fixture(scope="module")
def page(checkout: Path) -> str:
    return (checkout / "docs" / "law-cn.md").read_text("utf-8")


@pytest.fixture(scope="module")
def packs(checkout: Path) -> dict[str, dict[str, Any]]:
    folder = checkout / "evidence" / "law" / "packs"
    return {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("cn*.toml"))}


def table(page: str, name: str) -> list[list[str]]:
    inside = page.split(f"<!-- {name}:begin -->")[1].split(f"<!-- {name}:end -->")[0]
    return [
        [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        for line in inside.strip().splitlines()[2:]
    ]


def named(page: str, name: str) -> dict[str, list[str]]:
    """Rows by the key in their first cell."""
    return {re.sub(r"[`|]| .*", "", row[0]).strip(): row for row in table(page, name)}


def test_every_readiness_rule(page: str, packs: dict[str, dict[str, Any]]) -> None:
    rows = {row[0].strip("| "): row for row in table(page, "rules")}
    assert set(rows) == set(packs["cn-rules"]["rules"]) == {f"R{n:02d}" for n in range(1, 43)}
    for rule, (_, title, basis, checked, stops) in rows.items():
        assert title and basis and stops is not None, rule
        assert checked in (*YES_NO, "逐地"), rule


def test_every_figure_of_the_rules(page: str, packs: dict[str, dict[str, Any]]) -> None:
    rows = named(page, "figures")
    assert set(rows) == set(packs["cn-rules"]["figures"])
    for key, (_, value, kind, basis) in rows.items():
        assert value == str(packs["cn-rules"]["figures"][key]["value"]), key
        assert kind in ("法律规定", "由法律推演", "本工具设定")
        assert kind != "法律规定" or "《" in basis, key  # a figure of the law says of which


def test_every_factor_and_every_rate(page: str, packs: dict[str, dict[str, Any]]) -> None:
    pack = packs["cn-rates"]
    figures = {key for key in pack["late_charge"] if not key.endswith(("_basis", "_verified"))}
    rows = named(page, "factors")
    assert set(rows) == figures
    for key, (_, value, basis, checked) in rows.items():
        assert value == str(pack["late_charge"][key])
        assert basis
        assert checked in YES_NO or "本工具设定" in basis or key == "series", key
    (series,) = pack["series"].values()
    printed = [(row[0].strip("| "), row[1], row[2]) for row in table(page, "rates")]
    assert printed[:-1] == [
        (row["since"].isoformat(), row["percent"], YES_NO[not row["verified"]]) for row in series["rows"]
    ]
    assert printed[-1][0] == f"{series['known_until']} 之后"


def test_every_court_fee_with_every_number_of_it(page: str, packs: dict[str, dict[str, Any]]) -> None:
    (schedule,) = packs["cn-court-fees"]["schedules"]
    rows = named(page, "fees")
    parts = {key: part for key, part in schedule.items() if isinstance(part, dict)}
    assert set(rows) == set(parts)
    for key, part in parts.items():
        _, content, basis, checked = rows[key]
        assert "《" in basis
        assert checked == YES_NO[not schedule["verified"]]
        for value in numbers(part):
            assert value in content, (key, value)


def numbers(part: dict[str, Any]) -> Iterator[str]:
    """Limits and caps as they stand, shares in per cent."""
    for band in part.get("bands", ()):
        yield from (band[key] for key in ("up_to", "fixed") if key in band)
        if "rate" in band:
            yield f"{float(band['rate']) * 100:g}%"
    yield from (part[key] for key in ("cap",) if key in part)
    yield from (f"{float(part[key]) * 100:g}%" for key in ("mandatory_share", "agreed_share") if key in part)
    if "share_denominator" in part:
        yield f"{part['share_numerator']}/{part['share_denominator']}"


def test_every_sentence_of_the_letters(page: str, packs: dict[str, dict[str, Any]]) -> None:
    rows = named(page, "sentences")
    assert set(rows) == set(packs["cn"]["sentences"])
    for key, (_, basis, checked) in rows.items():
        cites = packs["cn"]["sentences"][key].get("cites", [])
        assert basis.count("第") >= len(cites), key
        assert checked in (YES_NO if cites else ("—",)), key


def test_every_local_rule_statute_and_matter(page: str, packs: dict[str, dict[str, Any]]) -> None:
    local = named(page, "local")
    assert set(local) == {row["key"] for row in packs["cn-local"]["places"]}
    assert all(row[6] in YES_NO and row[7] for row in local.values())
    statutes = packs["cn-statutes"]["statutes"]
    assert set(named(page, "statutes")) == set(statutes)
    assert len(table(page, "statutes")) == sum(len(row["editions"]) for row in statutes.values())
    topics = packs["cn-statutes"]["topics"]
    assert set(named(page, "topics")) == set(topics)
    assert len(table(page, "topics")) == sum(len(row["cites"]) for row in topics.values())
    assert all(
        row[-1].rstrip("| ") in YES_NO
        for row in (*table(page, "statutes"), *table(page, "topics"))
        if len(row) == 5
    )


def test_the_ladder_is_policy_and_says_so(page: str, packs: dict[str, dict[str, Any]]) -> None:
    pack = packs["cn-ladder"]
    printed = {row[0].strip("|` "): row[1].rstrip("| ") for row in table(page, "ladder")}
    assert printed == {
        f"[{group}] {key}": str(value)
        for group in ("ladder", "contacts")
        for key, value in pack[group].items()
    }
    assert pack["kind"] == "policy"
    assert "政策，不是法律" in page


def test_every_pack_is_named_with_how_to_change_it(page: str, packs: dict[str, dict[str, Any]]) -> None:
    for name in packs:
        assert f"{name}.toml" in page, name
    # Every chapter of rules or figures says where they are changed.
    chapters = page.split("\n## ")[1:]
    for chapter in chapters:
        title = chapter.splitlines()[0]
        if title.startswith(("“核对”", "English")):
            continue
        assert re.search(r"修改|增加一地|填写", chapter), title


def test_what_the_code_itself_fixes_has_its_place_on_the_page(page: str) -> None:
    """Rules of reckoning that are no data: article, and where they are changed."""
    for article in (
        "第五百六十条",
        "第五百六十一条",
        "第五百八十五条",
        "第一百八十八条",
        "第二百零三条",
        "附一",
    ):
        assert article in page, article
    for module in ("allocation.py", "limitation.py", "words.py"):
        assert f"evidence/claim/{module}" in page, module
