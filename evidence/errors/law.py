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
    ErrorSpec(
        "law.citation-refused",
        ExitCode.BLOCKED,
        "The letter quotes {cited}, which cannot be quoted on {day}. In force instead: {instead}.",
        "Correct the template or the text; where old law governs older facts, a lawyer decides (rule R41).",
        "The text of a letter is read once more when it is finished: every statute and article it names must have "
        "stood in force, at that place, on the day the letter bears. Since 2021 art. 6 of the 2009 interpretation on "
        "property services is gone, and art. 65 and 67 of the property regulations are now art. 64.",
    ),
    ErrorSpec(
        "law.citation-unchecked",
        ExitCode.DONE,
        "The letter quotes {cited}, which nobody has checked here for {day}.",
        "Have a lawyer compare it with the official text, then add it to the table of statutes.",
        "It is not in the table of statutes, or its text was not compared with a public copy. That is no reason to "
        "stop the letter, and a reason to look.",
    ),
    ErrorSpec(
        "law.forbidden-words",
        ExitCode.BLOCKED,
        "“{words}” must not be said (rule {rule}; {basis}). Instead: {instead}",
        "Change these words; docs/lint.zh.md explains each rule. A word in a name or an address is changed there.",
        "Letters may not threaten supplies, access, publicity, employers, relatives, credit or police, borrow the titles of "
        "courts, promise an outcome or misstate the law. Such a letter harms the claim it is meant to serve.",
    ),
    ErrorSpec(
        "law.doubtful-words",
        ExitCode.BLOCKED,
        "“{words}” should be looked at first (rule {rule}; {basis}). Instead: {instead}",
        "This is a warning: nothing was stopped. Change the words, or let a lawyer decide.",
        "Some words are lawful in one place and harmful in another; the rule says what to look at.",
    ),
    ErrorSpec(
        "law.lint-pack",
        ExitCode.USAGE,
        "The list of words that may not be said has a fault: {reason}",
        "Correct the file; docs/lint.zh.md describes how it is written.",
        "A list with a fault in it is not used at all: a rule that silently never matches would be worse than none.",
    ),
    ErrorSpec(
        "law.unreadable-text",
        ExitCode.INPUT,
        "{name} is neither a Word file nor a text in UTF-8.",
        "Save it as .docx or as plain text in UTF-8, or say --encoding gb18030 or big5.",
        "Old .doc files and pictures hold no words that can be read here. Other encodings are not guessed: read in the wrong one, a text is gibberish in which nothing would be found.",
    ),
)
