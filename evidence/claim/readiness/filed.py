"""What is known of a finished evidence file before it is sealed, for the rules that examine the file itself.

Everything here is read from the file as it was made: hashes found in it, rows of its catalogue, the blanks its forms have
left. :class:`~evidence.claim.readiness.CaseFacts` holds it as ``filed``; ``None`` there is "no file was made yet".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from evidence.model.money import Money


@dataclass(frozen=True, slots=True)
class Agent:
    """Who appears for the plaintiff. ``relation``: lawyer, legal-worker, staff; ``authority``: general, special."""

    name: str
    relation: str = ""
    authority: str = ""
    id_number: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class FiledOriginal:
    """An original by its path in the file: the SHA-256 on record, and the one found (``""``: it is not there)."""

    path: str
    recorded: str
    found: str


@dataclass(frozen=True, slots=True)
class FiledExhibit:
    """One line of the catalogue. ``digital``: electronic or audio-visual material, which has an original carrier;
    ``stands_in``: its page only says that there is a file; ``dated`` ISO 8601 or empty; ``group`` that of the filing
    pack; ``listed`` its number in the office's register, 0 where it is none of those.
    """

    number: int
    name: str
    source: str
    proves: str
    pages: str
    original: str
    dated: str = ""
    digital: bool = False
    carrier: str = ""
    stands_in: bool = False
    group: str = ""
    listed: int = 0

    @property
    def shown(self) -> str:
        """Its number in the file, that in the register by which it is put right, and its name: ``14〔#10〕 合同``."""
        register = f"〔#{self.listed}〕" if self.listed else ""
        return f"{self.number}{register} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class FiledStamp:
    """A timestamp over an entry of the file; ``holds``: its token covers what it says it covers."""

    authority: str
    holds: bool
    test: bool = False


@dataclass(frozen=True, slots=True)
class FiledForm:
    """A court's form: what is blank on it that a court asks for, ``text`` where the rule reads it.

    ``is_complaint``: the paper that opens the case, in the form the court prescribes.
    """

    title: str
    about: str = ""
    missing: tuple[str, ...] = ()
    is_complaint: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Exposed:
    """A full number of a person that can be read ``where`` others will read it; ``kind``: identity or phone."""

    where: str
    kind: str


@dataclass(frozen=True, slots=True)
class Filed:
    """The file as a whole. ``bound`` are the pages of its PDF, ``counted`` those the catalogue counts to.

    ``forms`` is ``None`` where none were asked for; ``stated`` the sum they claim, ``claimed`` the claim's of that day.
    """

    made_on: date
    originals: tuple[FiledOriginal, ...]
    exhibits: tuple[FiledExhibit, ...]
    bound: int
    counted: int
    stamps: tuple[FiledStamp, ...] = ()
    forms: tuple[FiledForm, ...] | None = None
    stated: Money | None = None
    claimed: Money | None = None
    exposed: tuple[Exposed, ...] = ()
