"""Who signs for the owner, as the case file tells it: an agreement, and the slip of a letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from evidence.claim.segments import sounds_like_company
from evidence.delivery import Owners
from evidence.letters.signer import Signer
from evidence.model.account import Account
from evidence.model.case import CaseEvent, CaseKind, latest
from evidence.workspace import schema
from evidence.workspace.casefacts import is_citizen_number, is_company_number
from evidence.workspace.casefile import events

__all__ = ["owners_of", "signer_of"]


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
    return Signer(
        sounds_like_company(name, jurisdiction), recorded[0].text("id_number") if len(recorded) == 1 else ""
    )


def owners_of(connection: Connection, account: str, person: str, jurisdiction: str, *, on: date) -> Owners:
    """The owners of a home to whom a letter of the day ``on`` was written: as the ledgers name that ``person``, and as
    the case file names owners and whoever held the title then."""
    homes = schema.ACCOUNTS
    named = select(homes.c.debtor).where(homes.c.id == account, homes.c.person == person).distinct()
    names = set(connection.execute(named).scalars())
    own = [piece for piece in events(connection, account) if piece.account]
    names |= {
        title.text("owner")
        for title in latest(own, CaseKind.TITLE)
        if (until := title.date("until")) is None or until >= on
    }
    recorded = {owner.text("name"): owner for owner in latest(own, CaseKind.OWNER)}
    persons, organisations = set(), set()
    for name in names | set(recorded):
        owner = recorded.get(name)
        kind = owner.text("id_type") if owner else ""
        if is_company_number(kind):
            organisations.add(name)
        elif owner and owner.text("id_number") and is_citizen_number(kind):
            persons.add(name)
        elif sounds_like_company(name, jurisdiction):
            organisations.add(name)
    others = (names | set(recorded)) - persons - organisations - {""}
    return Owners(frozenset(persons), frozenset(organisations), frozenset(others))
