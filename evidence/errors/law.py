"""Error codes of the law room."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

ROWS: tuple[ErrorSpec, ...] = (
    ErrorSpec(
        "law.unknown-jurisdiction",
        ExitCode.USAGE,
        "There is no law pack for jurisdiction {given}.",
        "Known are: {known}. The jurisdiction is never guessed from the script of a text.",
        "Script is not law: a Traditional letter may be under Mainland, Taiwan or Hong Kong law. So the "
        "jurisdiction is always said, never inferred.",
    ),
    ErrorSpec(
        "law.no-letters",
        ExitCode.BLOCKED,
        "Letters under the law of {jurisdiction} cannot be written yet: its pack holds no reviewed law.",
        "Import and status work. For letters wait for a pack, or write one and have it reviewed by a lawyer.",
        "A letter under one law with the statutes of another is worse than none; there is no fallback.",
    ),
    ErrorSpec(
        "law.not-in-force",
        ExitCode.BLOCKED,
        "The letter would cite {statute}, which was not in force on {day} or is not verified.",
        "Correct the law pack (evidence/law/packs); a letter is dated by the clock, never by --as-of.",
        "A letter cites what was in force on its date, from texts somebody has checked.",
    ),
)
