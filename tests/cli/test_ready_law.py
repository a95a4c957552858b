"""``ready`` and ``law`` as people and programs read them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from casefile import ACCOUNT
from speaking import Command

from evidence.law.packs import load_law
from evidence.law.rates import load_rates
from evidence.law.statutes import load_statutes


@pytest.fixture
def office(served_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served_office, tmp_path / "office")


def test_ready_puts_failures_first_and_tells_when_limitation_ends(office: Path, command: Command) -> None:
    done = command("-C", office, "--lang", "zh", "ready", ACCOUNT)
    assert (done.code, done.err) == (0, "")
    first = {word: done.out.index(f" {word} ") for word in ("未通过", "不明", "通过")}
    assert first["未通过"] < first["不明"] < first["通过"]
    assert "请补充统一社会信用代码，或者住所地。" in done.out
    assert "2-2026-0001 2026-11-25 A" in done.out
    assert "最早届满的诉讼时效，名义届满日为2029-11-25" in done.out
    assert done.out.rstrip().endswith("未通过 2 项，提示 0 项，不明 30 项，通过 10 项。")


def test_ready_is_a_report_whatever_it_finds(office: Path, command: Command) -> None:
    told = command("-C", office, "--json", "ready", ACCOUNT, "--region", "lenient")
    assert told.code == 0
    assert told.json["counts"] == {"fail": 2, "warn": 0, "unknown": 30, "pass": 10}
    assert [row["rule"] for row in told.json["results"]] == [f"R{n:02}" for n in range(1, 43)]
    assert (told.json["account"], told.json["region"]) == (ACCOUNT, "lenient")
    assert told.json["limitation"] == {
        "first_lapse": "2029-11-25",
        "first_last_day": "2029-11-25",
        "periods": [
            {
                "period": f"物业费 2026-0{month}/2026-0{month}", "due": f"2026-0{month}-15", "state": "running",
                "nominal": "2029-11-25", "last_day": "2029-11-25", "unpublished": 2029,
                "rests_on": "2-2026-0001", "ignored": [],
            }
            for month in (2, 3)
        ],
    }  # fmt: skip


def test_ready_of_nobody_names_who_is_near(office: Path, command: Command) -> None:
    done = command("-C", office, "ready", "1栋1单元1O1")
    assert done.code != 0
    assert "[workspace.unknown-account]" in done.err
    assert ACCOUNT in done.err


def test_law_show_lists_every_sentence_and_every_statute(command: Command) -> None:
    told = command("--json", "law", "show").json
    pack, table = load_law("cn"), load_statutes("cn")
    assert {row["key"] for row in told["results"] if row["kind"] == "sentence"} == set(pack.sentences)
    assert {row["key"] for row in told["results"] if row["kind"] == "statute"} == set(table.statutes)
    shown = command("--lang", "zh", "law", "show").out
    for sentence in pack.sentences:
        assert f"{sentence} " in shown


def test_law_show_tells_of_one_key_range_source_and_whether_it_was_checked(command: Command) -> None:
    (statute,) = [
        row
        for row in command("--json", "law", "show", "contract-law").json["results"]
        if row["kind"] == "statute"
    ]
    (edition,) = statute["editions"]
    assert (statute["replaced_by"], edition["until"], edition["in_force"]) == (
        "civil-code",
        "2020-12-31",
        False,
    )
    assert (edition["verified"], edition["doubtful"]) == (False, ["from", "text"])
    words = command("--lang", "zh", "law", "show", "contract-law").out
    assert "2020-12-31" in words
    assert "repealed by art. 1260" in words
    sentence = command("--json", "law", "show", "demand_effect").json["results"][0]
    assert (sentence["key"], sentence["since"], sentence["until"], sentence["verified"]) == (
        "demand_effect", "2021-01-01", None, True,
    )  # fmt: skip
    place = command("--json", "law", "show", "civil-code:944").json
    assert {row["kind"] for row in place["results"]} == {"sentence", "statute"}


def test_a_sentence_without_a_statute_is_neither_checked_nor_unchecked(command: Command) -> None:
    (sentence,) = command("--json", "law", "show", "applicable_law").json["results"]
    assert (sentence["cites"], sentence["verified"]) == ([], None)


def test_law_show_names_the_nearest_key(command: Command) -> None:
    done = command("law", "show", "civil-cod")
    assert done.code == 2
    assert "civil-code" in done.err
    assert command("law", "show", "zzzz").code == 2


def test_law_rates_says_where_the_table_ends(command: Command) -> None:
    table = load_rates("cn").reference
    told = command("--json", "law", "rates").json
    assert [
        (r["since"], r["percent"], r["verified"]) for r in told["results"] if r["series"] == table.key
    ] == [(row.since.isoformat(), str(row.percent), row.verified) for row in table.rows]
    assert all(row["source"] for row in told["results"])
    assert told["series"][0]["known_until"] == str(table.known_until)
    assert f"至{table.known_until}止。" in command("--lang", "zh", "law", "rates").out
