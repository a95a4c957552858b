"""Who signs for the owner, as the case file tells it."""

from __future__ import annotations

from collections.abc import Sequence

from evidence.claim.segments import find_segments
from evidence.letters.signer import Signer
from evidence.model.account import Account
from evidence.model.case import CaseEvent, CaseKind, latest
from evidence.workspace.casefacts import is_company_number

__all__ = ["signer_of"]


def signer_of(account: Account, entries: Sequence[CaseEvent], jurisdiction: str) -> Signer:
    """The owner named in the ledger, as recorded under that name; ``entries`` are the account's own and the estate's.

    Of joint owners under one name in the ledger no number is filled in. Where no owner is on file, the name alone
    tells a company (有限公司 and the like).
    """
    name = account.debtor.name
    recorded = [one for one in latest(list(entries), CaseKind.OWNER) if one.text("name") == name]
    if len(recorded) == 1 and recorded[0].text("id_type"):
        owner = recorded[0]
        return Signer(is_company_number(owner.text("id_type")), owner.text("id_number"))
    rules = find_segments(jurisdiction)
    company = any(word in name for word in (rules.company_words if rules else ()))
    return Signer(company, recorded[0].text("id_number") if len(recorded) == 1 else "")
