"""What a letter of each kind needs: keys of ``evidence.toml``, sentences of the law pack.

The lists follow the required fields of each kind in ``docs/templates.md``; a test renders every kind with
nothing else filled in, so a template cannot come to need more than is asked for here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from evidence.errors import Place, Problem
from evidence.letters.charges import ChargeMix
from evidence.model.letter import NOTICES, LetterKind
from evidence.model.office import Office

_SENDER = ("creditor.name", "creditor.address", "creditor.phone", "creditor.contact")
_BANK = ("bank.payee", "bank.bank", "bank.number")
_CONTRACT = ("creditor.uscc", "contract.name", "contract.signed_on")
_TERMS = ("contract.fee_clause", "contract.due_clause", "contract.price")
_FIRM = tuple(f"law_firm.{name}" for name in ("name", "mark", "address", "phone", "lawyer", "licence"))

_OFFICE: Mapping[LetterKind, tuple[str, ...]] = MappingProxyType(
    {
        LetterKind.REMINDER: (*_SENDER, *_BANK),
        LetterKind.DEMAND: (*_SENDER, *_CONTRACT, *_TERMS, *_BANK),
        LetterKind.LAWYER_LETTER: (*_SENDER, *_CONTRACT, *_TERMS, *_BANK, *_FIRM),
        LetterKind.INSTALMENT_AGREEMENT: (*_SENDER, *_CONTRACT, *_BANK),
        LetterKind.COMPLAINT_REPLY: _SENDER,
        LetterKind.SETTLEMENT: (*_SENDER, "creditor.uscc"),
        LetterKind.CORRECTION: _SENDER,
        LetterKind.BILL_NOTICE: (*_SENDER, *_BANK),
    }
)

_LAW: Mapping[LetterKind, tuple[str, ...]] = MappingProxyType(
    {
        LetterKind.REMINDER: ("applicable_law",),
        LetterKind.DEMAND: (
            "applicable_law",
            "demand_effect",
        ),
        LetterKind.LAWYER_LETTER: (
            "applicable_law",
            "binding_quote",
            "breach_quote",
            "lawyer_effect",
        ),
        LetterKind.INSTALMENT_AGREEMENT: (
            "acceleration_days",
            "acceleration_missed",
            "acceleration_share",
            "acknowledgement_effect",
            "applicable_law",
            "e_service_notice",
            "standard_terms_basis",
        ),
        **dict.fromkeys(NOTICES, ("applicable_law",)),
    }
)


class _Quotes(NamedTuple):
    """Sentences that follow from what is claimed: the basis of either kind of charge, and what comes next."""

    property_fee: str
    other: str
    consequence: str


_QUOTES: Mapping[LetterKind, _Quotes] = MappingProxyType(
    {
        LetterKind.DEMAND: _Quotes("demand_quote", "contract_quote", "demand_consequence"),
        LetterKind.LAWYER_LETTER: _Quotes("fee_quote", "performance_quote", "lawyer_consequence"),
    }
)


def required_fields(kind: LetterKind, office: Office) -> tuple[Problem, ...]:
    """One ``letters.office-incomplete`` for each empty key of ``evidence.toml`` that ``kind`` needs."""
    problems = []
    for key in _OFFICE[kind]:
        section, _, name = key.partition(".")
        if not str(getattr(getattr(office, section), name, "")).strip():
            place = Place(file="evidence.toml", part=key)
            problems.append(Problem("letters.office-incomplete", place, {"key": key, "kind": kind.value}))
    return tuple(problems)


class Binding(StrEnum):
    """Whom the contract on file binds: all owners (民法典 939), the owner who made it, or ``UNKNOWN``."""

    ALL = "all"
    OWNER = "owner"
    UNKNOWN = "unknown"


_VARIANTS = {
    "barred": ("demand_effect", "reminder_effect", "lawyer_effect"),
    "parties": ("binding_quote",),
}
_SUFFIX = {"barred": "_part", "parties": "_parties"}


class Barred(StrEnum):
    """Of how many of the periods listed limitation has run out."""

    NONE = "none"
    PART = "part"
    ALL = "all"


def in_place_of(*, barred: Barred, binds_all: bool) -> dict[str, str]:
    """Sentences that stand in the place of others: the key a template prints to the key of what it prints.

    Where limitation has run out for some of the periods listed (``barred``), a demand claims its effect on it for the
    others alone, and an agreement says what the owner gives up. ``binds_all``: the contract is one that binds all
    owners by 民法典 939.
    """
    chosen = {"barred": barred is not Barred.NONE, "parties": not binds_all}
    places = {key: key + _SUFFIX[why] for why, keys in _VARIANTS.items() if chosen[why] for key in keys}
    if barred is not Barred.NONE:
        places["acknowledgement_effect"] = f"acknowledgement_effect_{barred.value}"
    return places


def law_keys(
    kind: LetterKind, *, formal: bool, late_clause: bool, mix: ChargeMix, late_spoken_of: bool = True
) -> tuple[str, ...]:
    """The sentences a letter of ``kind`` prints.

    The basis of a property fee is quoted only where one is claimed, an agreed late charge (违约金) mentioned
    only where the contract has a clause on it, and none at all where the office claims none.
    """
    keys = list(_LAW[kind])
    if kind is LetterKind.REMINDER and formal:
        keys.append("reminder_effect")
    if kind in _QUOTES:
        quotes = _QUOTES[kind]
        keys += [quotes.property_fee] * mix.has_property_fee + [quotes.other] * mix.has_other
        variant = "" if late_clause else "_no_late_clause"
        keys.append(quotes.consequence + (variant if late_spoken_of else "_principal_only"))
    if kind is LetterKind.LAWYER_LETTER and late_clause and late_spoken_of:
        keys.append("late_charge_quote")
    return tuple(sorted(keys))
