"""Homes: one label for one home, however it is written and spread over columns."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from evidence.intake.cells import Refusal
from evidence.intake.rooms import read_home


@pytest.mark.parametrize(
    ("cells", "parts", "label"),
    [
        ({"room": "1栋2单元301"}, ("1栋", "2单元", "301"), "1栋2单元301"),
        ({"room": "1-2-301"}, ("1", "2", "301"), "1-2-301"),
        ({"room": "1-301"}, ("1", "", "301"), "1-301"),
        ({"room": "A座1203"}, ("A座", "", "1203"), "A座1203"),
        ({"room": "3號樓2單元1201室"}, ("3號樓", "2單元", "1201室"), "3號樓2單元1201室"),
        ({"room": "１栋２单元３０１"}, ("１栋", "２单元", "３０１"), "１栋２单元３０１"),
        ({"room": "一期3栋2单元301"}, ("一期3栋", "2单元", "301"), "一期3栋2单元301"),
        ({"room": "S-12"}, ("", "", "S-12"), "S-12"),
        ({"room": "B1-056"}, ("", "", "B1-056"), "B1-056"),
        ({"room": "12號5樓之2"}, ("", "", "12號5樓之2"), "12號5樓之2"),
        ({"room": "3号楼"}, ("", "", "3号楼"), "3号楼"),
        ({"room": 301.0, "building": 1.0, "unit": 2.0}, ("1", "2", "301"), "1-2-301"),
        ({"room": "301", "building": "3号楼"}, ("3号楼", "", "301"), "3号楼301"),
        ({"room": "2-301", "building": "1栋"}, ("1栋", "2", "301"), "1栋2-301"),
        ({"room": "1-2-301", "building": "1栋"}, ("1栋", "2", "301"), "1栋2-301"),
        ({"room": "样本苑1栋301", "estate": "样本苑"}, ("1栋", "", "301"), "1栋301"),
        ({"room": "301", "building": "3栋", "phase": "一期"}, ("一期3栋", "", "301"), "一期3栋301"),
    ],
)
def test_homes(cells: dict[str, Any], parts: tuple[str, str, str], label: str) -> None:
    premises = read_home(**cells).premises
    assert (premises.building, premises.unit, premises.room) == parts
    assert premises.label == label


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1-2-301", "1栋2单元301室", True),
        ("01栋301", "1幢301", True),
        ("1栋301", "１栋３０１", True),
        ("1栋301", "1座301", False),
        ("1栋301", "1栋1单元301", False),
        ("一期3栋301", "二期3栋301", False),
        ("1栋301", "1栋0301", False),  # 0301 may be a numbering of its own
        ("3", "3号楼", False),
    ],
)
def test_when_two_spellings_are_one_home(one: str, other: str, same: bool) -> None:
    assert read_home(one).is_same(read_home(other)) is same


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"room": ""}, "room-missing"),
        ({"room": date(2024, 1, 12)}, "room-is-date"),
        ({"room": "1月12日"}, "room-is-date"),
        ({"room": "12-Jan"}, "room-is-date"),
        ({"room": 30.5}, "room-unreadable"),
        ({"room": True}, "room-unreadable"),
        ({"room": "1.2E+03"}, "room-unreadable"),
        ({"room": "2-2-301", "building": "1栋"}, "room-contradicts"),
        ({"room": "1栋2单元301", "unit": "3单元"}, "room-contradicts"),
        ({"room": "301", "has_building_column": True}, "room-incomplete"),
    ],
)
def test_what_is_no_home(cells: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_home(**cells)
    assert refusal.value.code == f"intake.{code}"
