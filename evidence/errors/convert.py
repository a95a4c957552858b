"""Error codes of the convert room: from DOCX to PDF, and the fonts for it."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

_AGAIN = "Run the same command again: a lost batch is redone whole. If it fails at the same letter, look at that letter's DOCX."

ROWS: tuple[ErrorSpec, ...] = (
    ErrorSpec(
        "convert.libreoffice-missing",
        ExitCode.MISSING,
        "LibreOffice is not installed here: no program {program} was found.",
        "Install it with: apt-get install libreoffice-writer-nogui. Or let the builtin converter do the work.",
        "LibreOffice is the reference for issued letters. The builtin converter needs nothing beside this toolkit; "
        "a run uses one of them throughout and its record says which.",
    ),
    ErrorSpec(
        "convert.failed",
        ExitCode.FAULT,
        "The converter {converter} could not make a PDF: {reason}.",
        _AGAIN,
        "A crash of the converter is retried once in a fresh process before this is said.",
    ),
    ErrorSpec(
        "convert.timeout",
        ExitCode.FAULT,
        "The converter {converter} gave no answer within {seconds} seconds and was ended.",
        _AGAIN,
        "The limit grows with the number of letters; a converter that exceeds it hangs. It was tried twice.",
    ),
    ErrorSpec(
        "convert.half-pdf",
        ExitCode.FAULT,
        "The converter {converter} left a PDF that is cut off or damaged.",
        "Look whether the disk for temporary files is full, then run the same command again.",
    ),
    ErrorSpec(
        "convert.output-missing",
        ExitCode.FAULT,
        "The converter {converter} reported success but left no PDF for {count} of its {total} files.",
        "Look whether the disk is full and whether LibreOffice has its Writer part (libreoffice-writer-nogui), "
        "then run the same command again.",
        "LibreOffice drops files silently when it gets too many at once, so outputs are always counted.",
    ),
    ErrorSpec(
        "convert.pages-lost",
        ExitCode.FAULT,
        "The converter {converter} made {found} letters out of a batch of {expected}.",
        _AGAIN,
        "Many letters are converted as one file and cut apart at bookmarks; every letter must begin a page of its own.",
    ),
    ErrorSpec(
        "convert.not-a4",
        ExitCode.TEMPLATE,
        "Page {page} is {width} × {height} mm; letters are A4 portrait, 210 × 297 mm.",
        "Set the paper of the template to A4 portrait and try again.",
        "The stamp's QR and footer line stand at fixed places of an A4 page.",
    ),
    ErrorSpec(
        "convert.font-missing",
        ExitCode.MISSING,
        "The font {font} is neither on this machine nor among those with a stated substitute.",
        "Install it, name the folder that has it, or use another font in the template (evidence doctor lists the substitutes).",
        "A converter would put another face in its place without a word, and the letter would break its lines differently.",
    ),
    ErrorSpec(
        "convert.glyph-missing",
        ExitCode.PARTIAL,
        "No font on this machine can print the character {characters} ({code}).",
        "Install {font}, or put a font that has the character into the fonts folder, and issue this letter again.",
        "The shipped fonts hold the 8,105 characters of the national standard list, their Traditional forms and the common "
        "Traditional set. A rarer character in a name is never printed as a box or replaced: the letter waits for a font.",
    ),
    ErrorSpec(
        "convert.character-changed",
        ExitCode.PARTIAL,
        "The builtin converter would print {code} ({characters}) as {other}.",
        "Install LibreOffice, which prints the character as it stands, and issue this letter again.",
        "Compatibility forms such as U+FA19 look almost like the common character, and a name may be registered with one. "
        "The builtin engine replaces them by the common character without a word, so that such a letter is not made with it.",
    ),
    ErrorSpec(
        "convert.text-lost",
        ExitCode.PARTIAL,
        "The PDF that {converter} made does not say “{value}”, which the letter must say.",
        "Try the other converter (--converter), and report which template and text this happens with.",
        "The words of each PDF are read back and compared with what must appear in the letter, such as name, periods, "
        "amount and deadline. A letter whose PDF lacks one of them is not made.",
    ),
)
