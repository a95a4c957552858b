"""Error codes of the letters room."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

ROWS: tuple[ErrorSpec, ...] = ()

# Packs, context, numbers.
ROWS += (
    ErrorSpec(
        "letters.office-incomplete",
        ExitCode.USAGE,
        "evidence.toml does not say {key}, which a {kind} needs.",
        "Fill in the keys named above in evidence.toml and run the same command again.",
        "Each kind of letter has fields that only the office can tell: who sends it, the contract it rests on, "
        "the account to pay to. docs/templates.md lists them by kind. A letter with a hole is not written.",
    ),
    ErrorSpec(
        "letters.law-key-missing",
        ExitCode.TEMPLATE,
        "The law pack has no sentence {key}, which a {kind} prints.",
        "Add the sentence to the law pack in both scripts, or use the law pack that ships with this version.",
        "Templates hold no article, statute or rate; they print finished sentences of the dated law pack.",
    ),
    ErrorSpec(
        "letters.nothing-owed",
        ExitCode.PARTIAL,
        "{account} owes nothing that is due, so there is nothing to write.",
        "Look at evidence statement {account}; choose a later date with --as-of if a due date is near.",
    ),
    ErrorSpec(
        "letters.amount-unwritable",
        ExitCode.PARTIAL,
        "The sum of {account}, {total}, cannot be written in capitals.",
        "Correct the amounts in the ledger: renminbi, not negative, whole fen, below ten thousand 亿 yuan.",
        "A demand states its sum in figures and in capitals (人民币大写), and the two must agree.",
    ),
    ErrorSpec(
        "letters.late-unknown",
        ExitCode.PARTIAL,
        "The late charge of {account} cannot be figured, and this letter would have to state it.",
        "See evidence statement {account} for what is missing; add a rate with evidence law rates add, or set "
        'policy.late_charge = "reserve".',
        "A late charge that rests on the LPR needs the rate of its day. Past the end of the table nothing is "
        "computed, and a letter that leaves the sum open would not be a demand for it.",
    ),
    ErrorSpec(
        "letters.late-not-restated",
        ExitCode.PARTIAL,
        "There is no late charge of {account} that the agreement could restate as a sum.",
        "See evidence statement {account}: without a rate, or where no late charge is claimed or an earlier agreement "
        "governs it, choose --late kept or --late waived.",
        "Restating turns the late charge accrued to the day of the agreement into a sum that is paid in the instalments; "
        "a sum nobody can figure, or that is not claimed, cannot be one.",
    ),
    ErrorSpec(
        "letters.plan-missing",
        ExitCode.USAGE,
        "An instalment agreement for {account} needs a plan.",
        "Give the number of instalments with --plan or in evidence.toml under policy.instalments.",
    ),
    ErrorSpec(
        "letters.plan-differs",
        ExitCode.PARTIAL,
        "The instalments of {account} add up to {planned}, but {total} is owed.",
        "Change the plan so that its sum is the amount owed; late charge is dealt with apart.",
    ),
    ErrorSpec(
        "letters.pack-missing",
        ExitCode.TEMPLATE,
        "There is no template pack in {folder}.",
        "Name a folder that holds a pack.toml; the shipped packs are zh and zh-Hant.",
    ),
    ErrorSpec(
        "letters.pack-invalid",
        ExitCode.TEMPLATE,
        "pack.toml is not as it should be: {reason}.",
        "Correct the place named above; docs/templates.md lists every key.",
        "A pack is read strictly: an unknown key is more often a slip of the pen than a wish.",
    ),
    ErrorSpec(
        "letters.pack-lacks-kind",
        ExitCode.TEMPLATE,
        "This template pack has no {kind}.",
        "Add a section for it to pack.toml with its template, or use a shipped pack.",
    ),
    ErrorSpec(
        "letters.pack-foreign",
        ExitCode.BLOCKED,
        "The template pack is made for the law of {pack}, the office works under that of {office}.",
        "Use a pack of your jurisdiction. The script of a pack says nothing about its law.",
        "A letter under the wrong law has a wrong claimant, court, interest and limitation while every "
        "character looks right, so there is no way round this check.",
    ),
)

# The engine: templates (see evidence/letters/engine).
ROWS += (
    ErrorSpec(
        "letters.template-unreadable",
        ExitCode.TEMPLATE,
        "{name} cannot be read as a Word document ({detail}).",
        "Open it in Word or WPS, save it as an ordinary .docx without a password, and try again.",
        "A template is a .docx file: not .doc, not a macro or template format (.docm, .dotx), not the strict "
        "variant, not encrypted. Damaged archives, repeated or unsafe member names and XML that is not well "
        "formed UTF-8 are refused rather than repaired.",
    ),
    ErrorSpec(
        "letters.template-too-large",
        ExitCode.TEMPLATE,
        "{name} goes beyond a limit of the engine: {part}, limit {limit}.",
        "Take large pictures and unused styles out of the template, and look for loops inside loops.",
        "There are limits for the size of the file and its parts, their number, compression and depth, the "
        "number of tags, the rows repeated and the size of the letter. They lie far above any real letter and "
        "stop a file made to exhaust the machine.",
    ),
    ErrorSpec(
        "letters.template-unsafe",
        ExitCode.TEMPLATE,
        "{name} holds something a template may not hold: {found}.",
        "Remove it: a template is text, tables, pictures (PNG, JPEG) and simple tags, with nothing linked or "
        "embedded.",
        "Refused are macros, OLE and ActiveX objects, embedded packages, altChunk, linked templates and "
        "pictures, every external relationship (hyperlinks too), fields other than page numbers and references, "
        "tracked changes, document type declarations, and in tags every call, import and name with a leading "
        "underscore. A template may come from anywhere; an engine that runs what it is given is a way into the "
        "machine.",
    ),
    ErrorSpec(
        "letters.template-unsupported",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: {found} is not part of the template language (“{excerpt}”).",
        "Use values, if / elif / else, for, and the filters join and length only; docs/templates.md shows each.",
        "Templates look things up, branch and repeat. Figures arrive formatted, each with its trace, so a "
        "template neither computes nor sets variables. Of docxtpl's own tags those for paragraphs (p) and table "
        "rows (tr) are accepted; the others lose formatting or join paragraphs.",
    ),
    ErrorSpec(
        "letters.template-syntax",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: a tag is not written correctly ({detail}): “{excerpt}”.",
        "Correct the tag in that paragraph. Every tag is closed where it began, every if has its endif, every "
        "for its endfor.",
        "Paragraphs are counted from 1 in their part (body, header, footer), those in table cells included. A "
        "tag begins and ends in the same paragraph.",
    ),
    ErrorSpec(
        "letters.template-full-width",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: a tag is typed with full-width characters ({found}): “{excerpt}”.",
        "Switch the input method to half-width and type the braces and percent signs again.",
        "A tag in full-width characters would be printed as it stands.",
    ),
    ErrorSpec(
        "letters.tag-not-alone",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: the tag {tag} stands where words would be lost: “{excerpt}”.",
        "Give each paragraph tag (p) a paragraph and each row tag (tr) a table row of its own; keep all other "
        "tags in plain text.",
        "The paragraph of a p tag and the row of a tr tag go away with the tag, whatever else stands in them. "
        "Tags in field codes or alternative texts are not filled.",
    ),
    ErrorSpec(
        "letters.block-crosses",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: a block that began in paragraph {opened} cannot end or turn here "
        "(“{excerpt}”).",
        "Begin and end a block in the same paragraph; or use paragraph tags (p) for both ends within one cell or "
        "the body, or row tags (tr) for both ends within one table.",
        "A block that crosses a paragraph, cell or table would break the document when its condition is false.",
    ),
    ErrorSpec(
        "letters.unknown-variable",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: there is nothing called {variable} to fill in (“{excerpt}”).",
        "Correct the spelling; names that fit: {known}. evidence template check lists all at once.",
        "docxtpl alone would print nothing here, and the letter would go out with a hole. Every variable must "
        "exist, also in branches that are not taken today.",
    ),
    ErrorSpec(
        "letters.not-printable",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: {variable} is a list, a record or a yes/no and cannot be printed "
        "(“{excerpt}”).",
        "Print one of its fields, repeat it with for, or ask for it with if.",
    ),
    ErrorSpec(
        "letters.not-a-list",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: {variable} is not a list (“{excerpt}”).",
        "Only lists can be repeated with for, counted with length or joined with join.",
    ),
    ErrorSpec(
        "letters.render-broken",
        ExitCode.TEMPLATE,
        "{name} does not give a sound document: {detail}.",
        "Look at the blocks of the template, for an if or for that cuts a paragraph or a table in two.",
        "Every letter is parsed again, strictly, before it is kept. docxtpl alone would repair the file by "
        "leaving out what it does not understand.",
    ),
    ErrorSpec(
        "letters.annex-nothing-owed",
        ExitCode.PARTIAL,
        "{account} has nothing due on {day}; there is nothing to state in an annex.",
        "Look at evidence statement {account}; --as-of names another day.",
    ),
    ErrorSpec(
        "letters.annex-no-late-charge",
        ExitCode.PARTIAL,
        "{account} has no late charge that could be reckoned; no sheet is made of it.",
        "Record the clause that gives a rate (evidence case set contract … late_rate=…) and the due dates.",
    ),
    ErrorSpec(
        "letters.text-lost",
        ExitCode.TEMPLATE,
        "{name} leaves out what the letter must say: “{value}”.",
        "Put the missing variable back into the template; docs/templates.md lists what each kind of letter must "
        "print.",
        "The text of each letter is read back and compared with what must appear in it, such as name, periods, "
        "amount and deadline.",
    ),
    ErrorSpec(
        "letters.residue",
        ExitCode.TEMPLATE,
        "{name} leaves {found} in the finished letter.",
        "Correct the tag in the template; if it looks right, send us the template.",
        "No tag, and no programmer's word for nothing, may stand in a letter unless the data itself says so.",
    ),
    ErrorSpec(
        "letters.control-character",
        ExitCode.PARTIAL,
        "The value of {variable} contains the invisible character {character}.",
        "Type the value again in the ledger or the case; pasted text often carries such characters.",
        "Control characters, line breaks and direction overrides can change the layout or make a text read "
        "differently from what it says. They are refused, not removed: a letter says exactly what the ledger "
        "says.",
    ),
    ErrorSpec(
        "letters.notice-empty",
        ExitCode.PARTIAL,
        "Account {account}: a {kind} has nothing to say; none is written.",
        "A reply needs what it answers (--about) and the answer (--text), a correction the letter (--corrects) and what was wrong (--text); a settlement needs charges, a bill something that falls due.",
    ),
)
