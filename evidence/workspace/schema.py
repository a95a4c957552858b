"""Tables of ``office.db`` beside the journal's own. Money is stored as text, times as ISO 8601 in UTC."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, Table, UniqueConstraint
from sqlalchemy import String as _String

SCHEMA_VERSION = 4
"""Kept in ``meta``; raised by whatever changes a table below, together with a step in :mod:`.migrations`."""

METADATA = MetaData()
# PostgreSQL would sort by its locale; the order of rows decides bytes, and has to be that of SQLite everywhere.
String = _String().with_variant(_String(collation="C"), "postgresql")

# One row of key and value: schema version, journal id, test mark.
META = Table(
    "meta", METADATA, Column("key", String, primary_key=True), Column("value", String, nullable=False)
)

# One row per import; a newer snapshot of the estate replaces the view, never the record.
SNAPSHOTS = Table(
    "snapshots",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("imported_at", String, nullable=False),
    Column("currency", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("journal_index", Integer, nullable=False),
)
SNAPSHOT_FILES = Table(
    "snapshot_files",
    METADATA,
    Column("snapshot", ForeignKey("snapshots.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("salt", LargeBinary, nullable=False),
)
ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("snapshot", ForeignKey("snapshots.id"), primary_key=True),
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("estate", String, nullable=False),
    Column("building", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("room", String, nullable=False),
    Column("debtor", String, nullable=False),
    Column("phone", String, nullable=False),
    Column("address", String, nullable=False),
    Column("person", String, nullable=False),
    # The same for homes whose charges have the same figures, which lists of the estate read once; NULL: not known.
    Column("figures", String),
)
CHARGES = Table(
    "charges",
    METADATA,
    Column("snapshot", Integer, primary_key=True),
    Column("account", String, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("item", String, nullable=False),
    Column("start", String, nullable=False),
    Column("end", String, nullable=False),
    Column("due", String),
    Column("billed", String, nullable=False),
    Column("paid", String, nullable=False),
    Column("area", String),
    Column("unit_price", String),
    Column("remark", String, nullable=False),
    Column("file", String, nullable=False),
    Column("sheet", String, nullable=False),
    Column("row", Integer, nullable=False),
)

# A run fixes its letters, numbers, time and batches before the first letter is made (design decision 14).
RUNS = Table(
    "runs",
    METADATA,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("locale", String, nullable=False),
    Column("snapshot", Integer, nullable=False),
    Column("as_of", String, nullable=False),
    Column("pay_by", String, nullable=False),
    Column("issued_at", String, nullable=False),
    Column("converter", String, nullable=False),
    Column("template", String, nullable=False),
    Column("office", String, nullable=False),
    Column("checkpoint_size", Integer, nullable=False),
    Column("checkpoint_root", LargeBinary, nullable=False),
    Column("folder", String, nullable=False),
    Column("completed", Integer, nullable=False, default=0),
    # Figures and history are read from journal entries below this index: a letter made of an approved draft says
    # what the draft said, whatever was recorded since.
    Column("known", Integer, nullable=False),
    # The draft this run makes the letter of, and the journal's entry of its approval; empty for every other run.
    Column("approves", String, nullable=False, default=""),
    Column("approval_index", Integer),
    # What a notice was asked to be about (canonical JSON); empty for letters that state a claim.
    Column("details", String, nullable=False, default=""),
    # How letters speak by reason: the tones of the pack as they were (JSON).
    Column("tones", String, nullable=False, default=""),
)
PLAN_ITEMS = Table(
    "plan_items",
    METADATA,
    Column("run", ForeignKey("runs.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("account", String, nullable=False),
    Column("number", String, nullable=False, unique=True),
    Column("claim_digest", String, nullable=False),
    Column("batch", Integer, nullable=False),
    Column("state", String, nullable=False, default="planned"),  # planned | issued | voided
    Column("reason", String, nullable=False, default=""),
)
LETTERS = Table(
    "letters",
    METADATA,
    Column("number", String, primary_key=True),
    Column("run", ForeignKey("runs.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("effect", String, nullable=False),
    Column("account", String, nullable=False),
    Column("person", String, nullable=False),
    Column("locale", String, nullable=False),
    Column("issued_at", String, nullable=False),
    Column("converter", String, nullable=False),
    Column("printed_number", String, nullable=False),
    Column("docx_sha256", String, nullable=False),
    Column("pdf_sha256", String, nullable=False),
    Column("source_sha256", String, nullable=False),
    Column("source_length", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("total", String, nullable=False),
    Column("currency", String, nullable=False),
    Column("claim_digest", String, nullable=False),
    Column("facts", String, nullable=False),  # JSON [[name, value], …] in the order they were sealed
    Column("folder", String, nullable=False),
    Column("journal_index", Integer, nullable=False),
)
DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("letter", ForeignKey("letters.number"), nullable=False),
    Column("event", String, nullable=False),  # canonical JSON of the event, the bytes the journal commits to
    Column("journal_index", Integer, nullable=False),
)
PROOFS = Table(
    "proofs",
    METADATA,
    Column("delivery", ForeignKey("deliveries.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("sha256", String, nullable=False),
)
EXHIBITS = Table(
    "exhibits",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("account", String, nullable=False),
    Column("person", String, nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("group_code", String, nullable=False),
    Column("source", String, nullable=False),
    Column("proves", String, nullable=False),
    Column("original", String, nullable=False),
    Column("dated", String, nullable=False),
    Column("file_name", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("sha256", String, nullable=False),
    # On what it first stood (a phone, an account, a paper), and who hands it in where that is not the office.
    Column("carrier", String, nullable=False),
    Column("submitter", String, nullable=False),
    UniqueConstraint("account", "person", "sha256", "name"),
)
# Stamped copies of exhibits: ``body`` is the canonical JSON that the journal commits to.
EXHIBIT_STAMPS = Table(
    "exhibit_stamps",
    METADATA,
    Column("number", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("person", String, nullable=False),
    Column("source_sha256", String, nullable=False),
    Column("pdf_sha256", String, nullable=False),
    Column("body", String, nullable=False),
    Column("file_name", String, nullable=False),
    Column("stamped_at", String, nullable=False),
    Column("journal_index", Integer, nullable=False),
    UniqueConstraint("person", "source_sha256"),
)
# What the lint found in an exhibit when it was taken in: a JSON list, by the exhibit's digest.
EXHIBIT_FINDINGS = Table(
    "exhibit_findings",
    METADATA,
    Column("sha256", String, primary_key=True),
    Column("findings", String, nullable=False),
)
# The case file: appended to, never changed (model.case).
CASE_EVENTS = Table(
    "case_events",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("account", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("body", String, nullable=False),
    Column("recorded_at", String, nullable=False),
    Column("journal_index", Integer, nullable=False),
)
# What authorities stamped: `covers` is "checkpoint" or "renewal"; the bytes and the token lie in the store.
TIMESTAMPS = Table(
    "timestamps",
    METADATA,
    Column("journal_index", Integer, primary_key=True, autoincrement=False),
    Column("authority", String, nullable=False),
    Column("covers", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("stamped_sha256", String, nullable=False),
    Column("token_sha256", String, nullable=False),
    Column("at", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """One row of ``timestamps``; ``index`` is the entry's, ``at`` ISO 8601."""

    index: int
    authority: str
    covers: str
    size: int
    stamped_sha256: str
    token_sha256: str
    at: str


# Renewals (docs/formats.md §6), and the leaf of each file in them. Where a file was erased its salt and name are
# gone and the leaf stays, so that the record's root can still be derived.
RENEWALS = Table(
    "renewals",
    METADATA,
    Column("journal_index", Integer, primary_key=True, autoincrement=False),
    Column("algorithm", String, nullable=False),
    Column("record_sha256", String, nullable=False),
)
RENEWED_FILES = Table(
    "renewed_files",
    METADATA,
    Column("renewal", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String, nullable=False, index=True),
    Column("salt", LargeBinary),
    Column("leaf", LargeBinary, nullable=False),
)
BUNDLES = Table(
    "bundles",
    METADATA,
    Column("id", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("made_at", String, nullable=False),
    Column("seal_sha256", String, nullable=False),
    Column("folder", String, nullable=False),
    Column("journal_index", Integer, nullable=False),
)
# Copies of evidence files for the other party, with what concerns third persons covered.
BUNDLE_COPIES = Table(
    "bundle_copies",
    METADATA,
    Column("id", String, primary_key=True),
    Column("bundle", String, nullable=False),
    Column("account", String, nullable=False),
    Column("made_at", String, nullable=False),
    Column("seal_sha256", String, nullable=False),
    Column("journal_index", Integer, nullable=False),
)
# Persons whose data were erased. ``left`` (JSON) names what still lies on the disk: emptied once all of it is gone, so
# that an erasure cut off by a crash is finished by asking for it again.
ERASED = Table(
    "erased",
    METADATA,
    Column("person", String, primary_key=True),
    Column("account", String, nullable=False, index=True),
    Column("erased_at", String, nullable=False),
    Column("journal_index", Integer, nullable=False),
    Column("left", String, nullable=False),
)
# --- the receipt page. What somebody did there: `event` is the canonical JSON that the journal commits to.
RECEIPTS = Table(
    "receipts",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("letter", ForeignKey("letters.number"), nullable=False, index=True),
    Column("action", String, nullable=False),
    Column("at", String, nullable=False),
    Column("witness", String, nullable=False),
    Column("grade", String, nullable=False),
    Column("event", String, nullable=False),
    Column("journal_index", Integer, nullable=False),
    Column("once", String, nullable=False, unique=True),  # a form sent twice is one receipt
)
RECEIPT_FILES = Table(
    "receipt_files",
    METADATA,
    Column("receipt", ForeignKey("receipts.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("sha256", String, nullable=False),
)
# Requests for a letter's page, counted by the hour and by what asked: `seen` is device | preview | staff | office. Only
# `device` may ever count, and no address is kept.
RECEIPT_OPENINGS = Table(
    "receipt_openings",
    METADATA,
    Column("letter", ForeignKey("letters.number"), primary_key=True),
    Column("hour", String, primary_key=True),
    Column("seen", String, primary_key=True),
    Column("device", String, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("first_at", String, nullable=False),
    Column("last_at", String, nullable=False),
)
# One-time codes sent by text message, as digests, and what was typed for a letter's fold code and was not it.
RECEIPT_CODES = Table(
    "receipt_codes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("letter", ForeignKey("letters.number"), nullable=False, index=True),
    Column("digest", String, nullable=False),
    Column("message", String, nullable=False),  # the provider's number of the message
    Column("sent_at", String, nullable=False),
    Column("used_at", String, nullable=False, default=""),
)
RECEIPT_TRIES = Table(
    "receipt_tries",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("letter", ForeignKey("letters.number"), nullable=False, index=True),
    Column("at", String, nullable=False),
)
# Who works at the staff's pages; `since` ends every earlier login when it changes.
STAFF = Table(
    "staff",
    METADATA,
    Column("name", String, primary_key=True),
    Column("role", String, nullable=False),  # clerk | lawyer | admin
    Column("password", String, nullable=False),  # argon2id
    Column("since", String, nullable=False),
)
STAFF_VIEWS = Table(
    "staff_views",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("what", String, nullable=False),
    Column("letter", String, nullable=False),
)
# What was recorded at the door, by the number its phone gave it: sent twice, it is recorded once.
DOOR_RECORDS = Table(
    "door_records",
    METADATA,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("letter", String, nullable=False),
    Column("at", String, nullable=False),
    Column(
        "digest", String, nullable=False
    ),  # of what was sent: the same number for something else is refused
    Column("journal_index", Integer, nullable=False),
)
