"""Error codes of the journal room.

Whatever is wrong with something that was signed or hashed exits 8 (verification failed); codes that exit 0
are warnings.
"""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

_REFETCH = "Fetch the file again from whoever made it; it was altered, or not made by this toolkit."
_RESTORE = (
    "Stop writing, keep a copy of the database as it is, and restore the last backup that checks clean."
)

ROWS: tuple[ErrorSpec, ...] = (
    # --- the database
    ErrorSpec(
        "journal.engine",
        ExitCode.USAGE,
        "The journal cannot be kept in a {backend} database.",
        "Use PostgreSQL (postgresql+psycopg://HOST/NAME) in [store] database, or leave it out for SQLite.",
    ),
    ErrorSpec(
        "journal.unreachable",
        ExitCode.MISSING,
        "The database {path} cannot be reached: {reason}.",
        "Check that the server runs, and name, user and password ([store] database in evidence.toml, ~/.pgpass). "
        "Then run the same command again; nothing half written was kept.",
    ),
    ErrorSpec(
        "journal.driver-missing",
        ExitCode.MISSING,
        "For PostgreSQL the package psycopg is needed.",
        "Run: pip install 'evidence-kit[postgres]'.",
    ),
    ErrorSpec(
        "journal.locked",
        ExitCode.OUTPUT,
        "Another program is writing to {path}.",
        "Wait until it is done and run the same command again; nothing was written.",
        "One program writes at a time, so that the journal can never fork. The command waited a few "
        "seconds for the other. If no other command is running, look for a program that holds the file "
        "open, such as a database browser or a backup tool.",
    ),
    ErrorSpec(
        "journal.lock-lost",
        ExitCode.MISSING,
        "The connection that kept others out of the database {path} was lost in the middle of the command.",
        "Run the command again: it goes on where it stopped. If this happens often, ask the administrator about restarts, "
        "time limits for idle connections, and pools between here and the server (a pool must keep whole sessions).",
        "The lock of a command lives as long as its connection. Once that is gone, another machine may have begun to work; "
        "so nothing more is written.",
    ),
    ErrorSpec(
        "journal.disk-full",
        ExitCode.OUTPUT,
        "The disk is full: {path} cannot grow.",
        "Free some space and run the same command again; nothing half written was kept.",
    ),
    ErrorSpec(
        "journal.read-only",
        ExitCode.OUTPUT,
        "{path} cannot be written to.",
        "Check the rights of the file and of its folder, and that the disk is not mounted read-only.",
    ),
    ErrorSpec(
        "journal.disk-error",
        ExitCode.OUTPUT,
        "The disk reported an error while working on {path}.",
        "Check the disk and its cable or network, then run the same command again; nothing half written "
        "was kept.",
    ),
    ErrorSpec(
        "journal.cannot-open",
        ExitCode.MISSING,
        "The database {path} cannot be opened.",
        "Check that the folder is there and that you may write in it.",
    ),
    ErrorSpec(
        "journal.damaged",
        ExitCode.VERIFY,
        "{path} is damaged or is no database of this toolkit.",
        _RESTORE,
    ),
    # --- canonical JSON
    ErrorSpec(
        "journal.json-encoding",
        ExitCode.VERIFY,
        "The text is not valid UTF-8 (at byte {position}).",
        _REFETCH,
    ),
    ErrorSpec(
        "journal.json-syntax", ExitCode.VERIFY, "The text is not JSON (at character {position}).", _REFETCH
    ),
    ErrorSpec(
        "journal.json-duplicate", ExitCode.VERIFY, "The key {key} stands twice in one object.", _REFETCH
    ),
    ErrorSpec(
        "journal.json-number",
        ExitCode.VERIFY,
        "{number} is not a whole number that every reader keeps exactly.",
        _REFETCH,
        "Canonical JSON here holds integers within ±(2^53 - 1) and no floating-point numbers (RFC 8785, "
        "RFC 7493); amounts of money are texts.",
    ),
    ErrorSpec(
        "journal.json-depth", ExitCode.VERIFY, "The JSON is nested deeper than {limit} levels.", _REFETCH
    ),
    ErrorSpec(
        "journal.json-not-canonical",
        ExitCode.VERIFY,
        "The JSON is not in canonical form (from byte {position} on).",
        _REFETCH,
        "One value has exactly one spelling (RFC 8785): no blanks, keys in order, no needless escapes. "
        "Digests are taken over these bytes; do not open and save such a file in an editor.",
    ),
    # --- entries
    ErrorSpec(
        "journal.entry-long",
        ExitCode.VERIFY,
        "An entry has {size} bytes; at most {limit} are read.",
        _REFETCH,
    ),
    ErrorSpec(
        "journal.entry-shape",
        ExitCode.VERIFY,
        "This is no journal entry: it must have exactly at, by, data, type and v (version 1).",
        "If a newer version of the toolkit wrote it, read it with that one. Otherwise it was altered.",
    ),
    ErrorSpec(
        "journal.entry-type",
        ExitCode.VERIFY,
        "There is no entry type {type}.",
        "If a newer version of the toolkit wrote it, read it with that one. Otherwise it was altered.",
    ),
    ErrorSpec(
        "journal.entry-field-missing", ExitCode.VERIFY, "The field {field} is missing in {type}.", _REFETCH
    ),
    ErrorSpec("journal.entry-field-unknown", ExitCode.VERIFY, "{type} has no field {field}.", _REFETCH),
    ErrorSpec(
        "journal.entry-field",
        ExitCode.VERIFY,
        "The field {field} in {type} does not have the form it must have.",
        "docs/formats.md, section 4, gives the form of every field.",
        "Texts in entries are identifiers in ASCII. Names, addresses and remarks never go into the "
        "journal, because nothing in it can be erased; they are named by commitments.",
    ),
    # --- notes, checkpoints, proofs
    ErrorSpec("journal.note-form", ExitCode.VERIFY, "This is no signed note (line {line}).", _REFETCH),
    ErrorSpec(
        "journal.note-unsigned",
        ExitCode.VERIFY,
        "The key of {name} has not signed this note.",
        "Compare the fingerprint of the key with the one the sender published.",
    ),
    ErrorSpec(
        "journal.note-signature",
        ExitCode.VERIFY,
        "The signature of {name} does not fit the note.",
        "The note was altered after it was signed. " + _REFETCH,
    ),
    ErrorSpec(
        "journal.checkpoint-form",
        ExitCode.VERIFY,
        "This is no checkpoint: it must have three lines, origin, size and root.",
        _REFETCH,
    ),
    ErrorSpec(
        "journal.checkpoint-origin",
        ExitCode.VERIFY,
        "The checkpoint is of {found}, not of {expected}.",
        "Compare it with a checkpoint of the same journal.",
    ),
    ErrorSpec(
        "journal.proof-form", ExitCode.VERIFY, "This is no proof of a journal entry (line {line}).", _REFETCH
    ),
    ErrorSpec(
        "journal.proof-mismatch",
        ExitCode.VERIFY,
        "The proof does not lead from this entry, at index {index}, to the signed root.",
        "Entry, proof and checkpoint must come from the same journal; one of them was exchanged or altered.",
    ),
    # --- the journal as a whole
    ErrorSpec(
        "journal.empty",
        ExitCode.INPUT,
        "The journal has no entries yet, so there is no head to sign.",
        "Run evidence init first: it writes the opening entry.",
    ),
    ErrorSpec(
        "journal.no-such-entry",
        ExitCode.USAGE,
        "The journal has {size} entries; {index} is out of range.",
        "Entries are counted from 0; evidence journal show lists them.",
    ),
    ErrorSpec(
        "journal.head-contradicted",
        ExitCode.VERIFY,
        "The journal, {size} entries long, does not continue the checkpoint of size {head}.",
        _RESTORE,
        "A checkpoint that left the house is a promise: the journal must go on from exactly there. It does "
        "not when an old backup was restored over a newer journal, or when entries were changed. The tool "
        "refuses to sign a second story.",
    ),
    ErrorSpec("journal.gap", ExitCode.VERIFY, "Entry {index} is missing; the next one is {found}.", _RESTORE),
    ErrorSpec(
        "journal.leaf-wrong",
        ExitCode.VERIFY,
        "Entry {index} does not have the hash kept beside it.",
        _RESTORE,
    ),
    ErrorSpec(
        "journal.node-missing",
        ExitCode.VERIFY,
        "The tree lacks the hash of subtree {index} at level {level}.",
        _RESTORE,
    ),
    ErrorSpec(
        "journal.node-wrong",
        ExitCode.VERIFY,
        "The hash of subtree {index} at level {level} does not follow from the entries.",
        _RESTORE,
    ),
    ErrorSpec(
        "journal.node-extra",
        ExitCode.VERIFY,
        "The tree keeps a hash of subtree {index} at level {level} that no entries stand for.",
        _RESTORE,
    ),
    ErrorSpec(
        "journal.head-wrong",
        ExitCode.VERIFY,
        "The checkpoint of size {head} is not that of the entries.",
        _RESTORE,
    ),
    ErrorSpec(
        "journal.head-beyond",
        ExitCode.VERIFY,
        "There is a checkpoint of size {head}, but the journal has only {size} entries.",
        _RESTORE,
        "Entries at the end are gone: usually an old copy of the database took the place of a newer one.",
    ),
    ErrorSpec(
        "journal.opening",
        ExitCode.VERIFY,
        "Entry {index} is {type}; the first entry, and no other, opens the journal.",
        _RESTORE,
    ),
    ErrorSpec(
        "journal.row-type",
        ExitCode.VERIFY,
        "{count} rows of {table} hold values of the wrong kind.",
        _RESTORE,
    ),
    ErrorSpec(
        "journal.time-went-back",
        ExitCode.DONE,
        "Entry {index} is dated before the one ahead of it.",
        "Check the clock of the computer; the order of the entries stands, their times are only as good as "
        "it.",
    ),
    ErrorSpec(
        "journal.key-by",
        ExitCode.VERIFY,
        "Entry {index} names key {key}, which was not the one in use.",
        _RESTORE,
        "The key in use follows from the journal alone: it is opened with one, and a new key takes its place only by an "
        "entry about that. An entry under any other key was not written by this workspace.",
    ),
    ErrorSpec(
        "journal.key-chain",
        ExitCode.VERIFY,
        "Entry {index} changes a key that was not in use, or brings an earlier one back.",
        _RESTORE,
    ),
    ErrorSpec(
        "journal.key-signature",
        ExitCode.VERIFY,
        "Entry {index} changes the key, but is not signed as it must be.",
        _RESTORE,
        "Both keys sign a rotation; where the old key was lost or stolen, the new one does.",
    ),
)
