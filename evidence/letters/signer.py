"""Who signs an agreement for the owner: a person with name and finger print, or a company with its seal.

Only what the case file says is filled in. An identity number is printed in an agreement alone, because no other letter
needs it (个人信息保护法 6: no more than the purpose asks for).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Signer"]


@dataclass(frozen=True, slots=True)
class Signer:
    """``company``: it is a legal person or other organisation; ``id_number`` its 统一社会信用代码, or the number of a
    person's paper. Empty where it is not on file: then it is left to be written by hand."""

    company: bool = False
    id_number: str = ""
