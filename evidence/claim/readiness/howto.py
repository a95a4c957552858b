"""Where a user writes down what a rule needs: the very command, input by input.

Keys are the inputs of the rules (:data:`~evidence.claim.readiness.words.INPUTS`) and a few parts of them. A command is
told as it is typed; ``{account}`` is the account's, capitals and ``…`` stand for what the user knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_SET = "evidence case set"


@dataclass(frozen=True, slots=True)
class How:
    """``commands`` record the input; ``none`` is the piece that says somebody asked and there is none."""

    commands: tuple[str, ...]
    none: str = ""


def _account(piece: str, none: str = "") -> How:
    return How((f"{_SET} {{account}} {piece}",), none and f"{_SET} {{account}} none of={none} on=YYYY-MM-DD")


def _estate(piece: str, none: str = "") -> How:
    return How((f"{_SET} - {piece}",), none and f"{_SET} - none of={none} on=YYYY-MM-DD")


_CONTRACT = "contract name=NAME type=early|owners|individual from=YYYY-MM-DD until=YYYY-MM-DD"
_AGREEMENT = (
    "agreement letter=NUMBER signed_on=YYYY-MM-DD late=waived|kept|restated|silent accelerates=true|false share=0.2 "
    "missed=2 demand_days=15 limitation=none|accrued|advance guardian=true|false grade=A proof=…"
)
_FILING = "filing track=payment-order|small-claims|simplified|ordinary limit=AMOUNT copies=N"
_FEE = "filing track=… fee_base=AMOUNT fee=AMOUNT halved=0|1"
_LEDGER = How(("evidence import LEDGER",))
_OFFICE = "evidence.toml [creditor] "

HOW: Mapping[str, How] = {
    "place": _estate("local region=PLACE"),
    "local_rules_known": _estate(
        "local region=PLACE rule=… demands=N written=true|false notice=true|false", "local-rule"
    ),
    "periods": _LEDGER,
    "claimed_total": _LEDGER,
    "due": _LEDGER,
    "lines": _account("line item=ITEM period=PERIOD quantity=N price=N proof=…"),
    "corrections": _account("correction item=ITEM period=PERIOD amount=±AMOUNT on=YYYY-MM-DD reason=…"),
    "late_charge": How(
        ("evidence.toml [policy] late_charge", f"{_SET} {{account}} late claimed=contract|reference|own|none")
    ),
    "late_clause": _estate(f"{_CONTRACT} late_rate=… late_cap_principal=true|false"),
    "lpr_percent": How(("evidence law rates add",)),
    "lpr_through": How(("evidence law rates add",)),
    "creditor_name": How((_OFFICE + "name",)),
    "creditor_uscc": How((_OFFICE + "uscc",)),
    "licence_on_file": _estate("licence on_file=true proof=…"),
    "contracts": _estate(f"{_CONTRACT} signed_by=developer|committee|owner copy=original|copy", "contract"),
    "service_continued": _estate(f"{_CONTRACT} service_continued=true|false"),
    "terminations": _estate(
        f"{_CONTRACT} terminated_on=YYYY-MM-DD handed_over_on=YYYY-MM-DD refused_to_leave=true|false",
        "termination",
    ),
    "prices": _estate("price item=ITEM price=N from=YYYY-MM-DD document=… publicity=true|false", "price"),
    "defendants": _account("owner name=NAME id_number=NUMBER birth=YYYY-MM-DD"),
    "organisations": _account("owner name=NAME id_type=统一社会信用代码 id_number=NUMBER"),
    "titles": _account("title owner=NAME from=YYYY-MM-DD proof=…"),
    "occupiers": _account("lease tenant=NAME pays_fee=true|false joined=true|false", "lease"),
    "delivered_on": _account("handover on=YYYY-MM-DD proof=…"),
    "limited_capacity": _account("owner name=NAME limited_capacity=true|false"),
    "whereabouts_known": _account("whereabouts known=true|false since=YYYY-MM-DD proof=…"),
    "demands": How(("evidence issue demand --account {account}",)),
    "arrivals": How(
        (
            "evidence deliver NUMBER --channel ems --outcome delivered --at YYYY-MM-DDTHH:MM --signer NAME "
            "--relation self|cohabiting-adult|authorised|organisation --tracking NUMBER --proof FILE",
        )
    ),
    "slips": _account("slip letter=NUMBER tracking=NUMBER named=true|false contents=…"),
    "public_notices": _estate("local region=PLACE public_notice_on=YYYY-MM-DD", "public-notice"),
    "committee_exists": _estate("committee exists=true|false proof=…"),
    "committee_urged_on": _estate("committee exists=true urged_on=YYYY-MM-DD proof=…", "urging"),
    "interruptions": How(("evidence deliver NUMBER …", f"{_SET} {{account}} promise …")),
    "texts": _account("contact at=YYYY-MM-DDTHH:MM channel=message said=…", "message"),
    "contacts": _account("contact at=YYYY-MM-DDTHH:MM channel=call|visit|message|letter said=…", "contact"),
    "postings": _account(
        "posting name=NUMBER on=YYYY-MM-DD names_owner=true|false shows_debt=true|false proof=…", "posting"
    ),
    "service_records": _estate("service year=YYYY records=N proof=…"),
    "complaints": _account(
        "complaint received_on=YYYY-MM-DD matter=… answered_on=YYYY-MM-DD resolved=true|false", "complaint"
    ),
    "agreements": _account(_AGREEMENT, "agreement"),
    "arbitration_clause": _estate(f"{_CONTRACT} arbitration_clause=true|false"),
    "disputed": _account("hold reason=amount-disputed amount=AMOUNT from=YYYY-MM-DD evidence=…", "dispute"),
    "procedure": _account(_FILING),
    "court_fee": _account(_FEE),
    "copies": _account("filing track=… copies=N"),
    "agents": _estate(
        "agent name=NAME relation=lawyer|legal-worker|staff authority=general|special licence=… id_number=…",
        "agent",
    ),
    "exhibits": How(
        ("evidence exhibit set {account} NUMBER --source … --proves … --dated YYYY-MM-DD --carrier …",)
    ),
    "filed": How(("evidence bundle {account} --forms",)),
}


def commands(record: str, account: str) -> tuple[tuple[str, ...], str]:
    """The commands for an entry of :data:`HOW` with the account filled in, and the one for "there is none"."""
    how = HOW[record]
    filled = tuple(command.replace("{account}", account) for command in how.commands)
    return filled, how.none.replace("{account}", account)
