"""Error codes of the verify room: what cannot be checked at all. Failed checks are facts, not errors."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

ROWS: tuple[ErrorSpec, ...] = (
    ErrorSpec(
        "verify.unknown-format",
        ExitCode.INPUT,
        "{name} is neither a stamped letter nor an evidence bundle.",
        "Give a stamped PDF, a bundle (folder or zip), the text of a QR code, or a photograph of a page.",
        "Only files that carry a signature of this toolkit can be checked. Nothing was said about this one, "
        "neither good nor bad.",
    ),
    ErrorSpec(
        "verify.pdf-unstamped",
        ExitCode.INPUT,
        "{name} is a PDF without a stamp; there is nothing in it to check.",
        "Give the stamped PDF as it was issued. If this is all you have, compare its SHA-256 with "
        "the one in the "
        "QR code: evidence verify QR-TEXT --show-token.",
        "A stamped letter is the letter and, appended to it, the stamp with QR code and signature. "
        "Printing to PDF "
        "or saving in another program removes the signature; so does cutting the file off.",
    ),
    ErrorSpec(
        "verify.docx-alone",
        ExitCode.INPUT,
        "{name} is a Word file; it cannot be checked alone.",
        "Check the stamped PDF of the same letter, or the evidence bundle that holds this file.",
        "A Word file carries no stamp. Its digests are committed to in the journal, and the bundle "
        "has what opens "
        "that commitment.",
    ),
    ErrorSpec(
        "verify.unreadable",
        ExitCode.INPUT,
        "{name} cannot be read ({reason}).",
        "Check that the file is complete and that you may read it; fetch it again from where you have it.",
    ),
    ErrorSpec(
        "verify.nothing-given",
        ExitCode.USAGE,
        "Nothing was given to check.",
        "Name at least one file, folder or QR text.",
    ),
    ErrorSpec(
        "verify.no-token",
        ExitCode.INPUT,
        "No token can be read from {name}.",
        "Give a stamped PDF or the whole text of its QR code; 'evidence verify' says what is wrong with it.",
    ),
    ErrorSpec(
        "verify.image-reader-missing",
        ExitCode.MISSING,
        "Reading a QR code from the image {name} needs the package zxing-cpp, which is not installed.",
        "Install it with 'pip install zxing-cpp', or scan the code with a phone and give its text.",
    ),
    ErrorSpec(
        "verify.image-unreadable",
        ExitCode.INPUT,
        "No QR code of a letter could be read from the image {name}.",
        "Photograph the code again: sharp, evenly lit, filling a quarter of the picture, sent as original.",
        "Chat programs shrink pictures. The code's modules are 0.46 mm wide and need some three pixels each.",
    ),
    ErrorSpec(
        "verify.trust-unreadable",
        ExitCode.USAGE,
        "'{name}' is neither a public key file nor a fingerprint.",
        "Give the office's .pub file, or its fingerprint of 64 hexadecimal digits.",
    ),
    ErrorSpec(
        "verify.trust-short",
        ExitCode.USAGE,
        "The fingerprint has {given} digits; at least {least} and at most 64 are needed.",
        "Copy all 64 digits of the fingerprint; blanks and colons between them do not matter.",
        "With few digits somebody could make keys until one has the same beginning.",
    ),
)
