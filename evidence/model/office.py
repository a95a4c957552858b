"""Who we are: the office that sends the letters, as read from ``evidence.toml``."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Creditor:
    """The property service provider (物业服务人). ``uscc`` is the 统一社会信用代码."""

    name: str = ""
    uscc: str = ""
    address: str = ""
    phone: str = ""
    contact: str = ""
    hours: str = ""
    legal_representative: str = ""


@dataclass(frozen=True, slots=True)
class BankAccount:
    payee: str = ""
    bank: str = ""
    number: str = ""
    other_ways: str = ""
    payee_note: str = ""  # why somebody else than the creditor receives the money


@dataclass(frozen=True, slots=True)
class Contract:
    """The property service contract the claim rests on."""

    name: str = ""
    signed_on: str = ""
    fee_clause: str = ""
    due_clause: str = ""
    late_clause: str = ""
    late_rate: str = ""  # as the clause words it, e.g. 日万分之五
    price: str = ""
    estate: str = ""
    estate_address: str = ""


@dataclass(frozen=True, slots=True)
class LawFirm:
    name: str = ""
    uscc: str = ""
    mark: str = ""
    address: str = ""
    phone: str = ""
    lawyer: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """What an office sets for itself; the law only says "reasonable period".

    ``late_charge``: ``reserve`` (letters reserve an agreed late charge), ``claim`` (they state it) or ``none``.
    ``ledger_max_age_days``: no letters from a ledger whose newest entry is older; 0 is no limit. By default a quarter
    and a week: fees are billed by the month or the quarter, and the export takes some days.
    ``bill_notice_days``: how long before it is due a bill is announced. ``message_amount``: whether the short message
    of a letter gives the sum. ``min_amount``: less than this is not dunned. ``region``: how strictly readiness is judged.
    """

    days_to_pay: int = 15
    planned_arrival_days: int = 5
    instalments: int = 3
    converter: str = "auto"
    host: str = ""
    late_charge: str = "reserve"
    ledger_max_age_days: int = 100
    min_amount: str = "0"
    region: str = "strict"
    bill_notice_days: int = 30
    message_amount: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """What the office can truly say it did; ``facts`` a sentence a line. A reminder reports them, nothing else does."""

    facts: str = ""


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """How instalment agreements are made. ``amount``: so much a month, else ``policy.instalments`` equal parts.

    ``dates``: ISO days with commas between, which set the number. ``late``: what becomes of the late charge, ``kept``,
    ``waived`` (if the agreement is kept) or ``restated`` (as a sum that is paid in the instalments). Empty texts are not
    set.
    """

    amount: str = ""
    dates: str = ""
    late: str = "kept"


@dataclass(frozen=True, slots=True)
class TimestampAuthority:
    """One RFC 3161 authority the office asks (``[[timestamp]]``).

    ``url``, or ``command`` for a program on this machine; ``ca`` the file of its CA certificate, from the workspace's
    folder; ``policy`` an object identifier in dots, or empty for the authority's own choice; ``test`` says that its time
    proves nothing.
    """

    name: str = ""
    url: str = ""
    command: str = ""
    ca: str = ""
    policy: str = ""
    hash: str = "sha256"
    test: bool = False


@dataclass(frozen=True, slots=True)
class KeyDevice:
    """Where the signing key is, if it is in a device (``[key]``): a USB key, smart card or HSM behind PKCS#11.

    ``module`` is the library its maker gives out, ``device`` the label it was initialised with (empty where there is
    only one), ``label`` that of the key in it (empty for any). The PIN stands nowhere.
    """

    module: str = ""
    device: str = ""
    label: str = ""

    @property
    def shown(self) -> str:
        """How people know it."""
        return self.device or self.module


@dataclass(frozen=True, slots=True)
class Office:
    """``ladder`` and ``contacts`` hold what this office changes of the jurisdiction's policy, by key."""

    jurisdiction: str
    locale: str
    creditor: Creditor = field(default_factory=Creditor)
    bank: BankAccount = field(default_factory=BankAccount)
    contract: Contract = field(default_factory=Contract)
    law_firm: LawFirm | None = None
    policy: Policy = field(default_factory=Policy)
    header_synonyms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    plan: PlanTerms = field(default_factory=PlanTerms)
    service: Service = field(default_factory=Service)
    ladder: dict[str, str | int] = field(default_factory=dict)
    contacts: dict[str, str | int] = field(default_factory=dict)
