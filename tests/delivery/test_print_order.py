"""The order of the round: as people walk it, whatever the ledger's order."""

from __future__ import annotations

import random

import pytest

from evidence.delivery.printrun_order import floor_of, floor_of_home, parts_of, round_key
from evidence.model.account import Premises

# From the ground floor up, below ground first; a fourth floor that is called 3A.
ROOMS = ("B2-01", "B101", "地下室", "101", "102", "301", "3A01", "3A02", "501", "1001", "商铺2", "商铺10")


def in_order(homes: list[Premises]) -> bool:
    mixed = homes[:]
    random.Random(7).shuffle(mixed)
    return sorted(mixed, key=round_key) == homes


def test_buildings_units_floors_and_rooms_stand_in_natural_order() -> None:
    assert in_order(
        [
            Premises("样本苑", building, unit, room)
            for building in ("1栋", "2栋", "10栋")
            for unit in ("1单元", "2单元", "10单元")
            for room in ROOMS
        ]
    )


def test_a_home_that_the_reader_left_whole_stands_where_it_belongs() -> None:
    """The ledger's reader keeps 1栋1单元3A01 whole as a room; the clerk still passes it after the third floor."""
    assert in_order(
        [
            Premises("", "", "", "1栋1单元地下室"),
            Premises("", "1栋", "1单元", "301"),
            Premises("", "", "", "1栋1单元3A01"),
            Premises("", "1栋", "1单元", "501"),
            Premises("", "2栋", "1单元", "101"),
            Premises("", "", "", "10栋地下室"),
            Premises("", "", "", "商铺2"),
        ]
    )
    assert parts_of(Premises("", "", "", "1栋1单元3A01")) == ("1栋", "1单元", "3A01")


@pytest.mark.parametrize(
    ("room", "floor"),
    [
        ("301", "3"), ("1203", "12"), ("301A", "3"), ("3A01", "3A"), ("3AF02", "3A"), ("12层03", "12"),
        ("十二楼A", "12"), ("二十三层", "23"), ("F3-02", "3"), ("B101", "B1"), ("B2-01", "B2"), ("-101", "B1"),
        ("负一层", "B1"), ("地下二层12", "B2"), ("地下室", "B1"), ("Ｂ1", "B1"), ("首层2", "1"),
        ("B1", "B1"), ("12", None), ("056", None), ("003", None), ("商铺3", None), ("车位B101", None),
    ],
)  # fmt: skip
def test_a_room_tells_its_floor_where_it_can(room: str, floor: str | None) -> None:
    found = floor_of(room)
    assert (found.label if found else None) == floor


@pytest.mark.parametrize(
    ("home", "floor"),
    [
        (Premises("", "B1", "", "056"), None),  # a parking floor, or building 1 of zone B: nobody can tell
        (Premises("", "地下一层", "", "102"), "B1"),
        (Premises("", "1栋", "1单元", "B101"), "B1"),
        (Premises("", "B", "", "301"), "3"),
        (Premises("", "", "", "10栋地下室"), "B1"),
        (Premises("", "", "", "S-12"), None),
    ],
)
def test_what_stands_for_a_building_may_be_a_floor(home: Premises, floor: str | None) -> None:
    found = floor_of_home(home)
    assert (found.label if found else None) == floor


def test_buildings_cellars_and_a_floor_called_3a_stand_as_people_walk() -> None:
    """The order asked for by name: 1栋, 2栋, 10栋; B1 and 地下室 below, 3A between 3 and 5; shops last."""
    walk = ["1栋1单元B1", "1栋1单元地下室", "1栋1单元301", "1栋1单元3A01", "1栋1单元501", "2栋1单元101", "10栋地下室",
            "10栋101", "S-12"]  # fmt: skip
    assert in_order([Premises("", "", "", home) for home in walk])
    villas = [Premises("", "", "", home) for home in ("1", "2", "3", "3A", "5", "12", "12A")]
    assert in_order(villas)
