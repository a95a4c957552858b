"""Which of the claimed items are the property fee (物业费), because a letter may not call anything else by its name.

A shared water bill or a parking fee is owed under the contract, but it has neither the contract's price per
square metre nor the article on property fees behind it (民法典 944). The names are data: ``cn-charges.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from importlib.resources import files


class ChargeMix(StrEnum):
    """What a claim consists of; the letter's words and legal basis follow from it."""

    PROPERTY_FEE = "property-fee"
    MIXED = "mixed"
    OTHER = "other"

    @property
    def has_property_fee(self) -> bool:
        return self is not ChargeMix.OTHER

    @property
    def has_other(self) -> bool:
        return self is not ChargeMix.PROPERTY_FEE


def mix_of(items: Iterable[str], jurisdiction: str) -> ChargeMix:
    """The mix of the named ``items``; without any it is a property fee, what these letters are for."""
    names = _property_fees(jurisdiction)
    kinds = {"".join(item.split()) in names for item in items}
    if kinds == {True, False}:
        return ChargeMix.MIXED
    return ChargeMix.OTHER if kinds == {False} else ChargeMix.PROPERTY_FEE


@cache
def _property_fees(jurisdiction: str) -> frozenset[str]:
    """The names a jurisdiction's ledgers give the property fee; none for one without letters of its own."""
    path = files("evidence.law").joinpath("packs", f"{jurisdiction}-charges.toml")
    # The name of a jurisdiction is one of a few words, so a path cannot be made of it.
    if not jurisdiction.isalpha() or not path.is_file():
        return frozenset()
    return frozenset(tomllib.loads(path.read_text("utf-8"))["property_fee"])
