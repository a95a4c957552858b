"""Error codes of the print run: its selection, its paper, its files."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

ROWS: tuple[ErrorSpec, ...] = (
    ErrorSpec(
        "print.run-unknown",
        ExitCode.INPUT,
        "No run of letters is called {run}.",
        "Give the run's id, the name of its folder under letters/, or last. The latest are: {known}.",
    ),
    ErrorSpec(
        "print.run-several",
        ExitCode.INPUT,
        "{run} is the beginning of several runs: {known}.",
        "Give one of them whole.",
    ),
    ErrorSpec(
        "print.run-unfinished",
        ExitCode.INPUT,
        "Run {run} was interrupted and is not finished.",
        "Run the same evidence issue again: it finishes the run. Then print it.",
    ),
    ErrorSpec(
        "print.draft",
        ExitCode.BLOCKED,
        "Run {run} holds drafts of lawyer letters that no lawyer has approved.",
        "Have each approved with evidence approve; the approved letters are runs of their own, to be printed then.",
        "A lawyer letter is a draft until a named, licensed lawyer approves it. A print run is what goes out: a draft in it "
        "would be taken for the letter.",
    ),
    ErrorSpec(
        "print.nothing",
        ExitCode.INPUT,
        "There is no letter to print in run {run}.",
        "Its letters were withdrawn, erased or not chosen; evidence status shows which letters there are.",
    ),
    ErrorSpec(
        "print.selection-unknown",
        ExitCode.INPUT,
        "{given} is no letter, home, building or place in run {run}.",
        "Give a letter's number (2-2026-0001), a home (1栋2单元301), a building (1栋), or places in the round (12 or 12-40).",
    ),
    ErrorSpec(
        "print.label-size",
        ExitCode.USAGE,
        "There is no label sheet {given}.",
        "Give the size of one label in mm, as printed on the box: {known}.",
    ),
    ErrorSpec(
        "print.label-start",
        ExitCode.USAGE,
        "A sheet of {size} has {count} labels; {given} is none of them.",
        "Count the labels row by row from the top left and give the first that is free.",
    ),
    ErrorSpec(
        "print.differs",
        ExitCode.OUTPUT,
        "{path} is there already, and what would be printed now is not the same.",
        "Move it away, or name another folder with --out. Something changed since: a letter was withdrawn, or other options "
        "were given.",
        "The same letters printed with the same options make the same file, byte for byte. Where a file of that name holds "
        "something else, it may be what went out: it is not written over.",
    ),
    ErrorSpec(
        "print.no-letters",
        ExitCode.INPUT,
        "No letter to the present owner of {account} was issued.",
        "Issue one first; letters to a former owner, drafts and withdrawn letters that never went out are not reported.",
    ),
    # --- warnings
    ErrorSpec(
        "print.withdrawn",
        ExitCode.DONE,
        "Letter {letter} was withdrawn and is left out.",
        "Nothing to do; take it out of the pile if it was printed before.",
    ),
    ErrorSpec(
        "print.no-phone",
        ExitCode.DONE,
        "No telephone number is on file for {n} of the addressees in the mailing list.",
        "The carrier asks for one: fill it in from the register of owners, in the ledger or before handing the list over.",
    ),
    ErrorSpec(
        "print.character-missing",
        ExitCode.DONE,
        "No font of this machine has {characters} ({code}): on item {place} it is printed as [{code}].",
        "Write the character on the label by hand, or install {font} and print again.",
    ),
    ErrorSpec(
        "print.several-pages",
        ExitCode.DONE,
        "The receipt slip of letter {letter} takes {pages} pages.",
        "Shorten your own template of the slip: both halves of a slip have to be signed.",
    ),
)
