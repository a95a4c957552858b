"""Error codes of the verify room: what cannot be checked at all. Failed checks are facts, not errors."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

ROWS: tuple[ErrorSpec, ...] = (
    ErrorSpec(
        "verify.disclosure-alone",
        ExitCode.INPUT,
        "{name} opens the facts of letter {number}, which is not among what was given.",
        "Name the letter (PDF), its QR text or a photograph of its first page beside it.",
    ),
    ErrorSpec(
        "verify.disclosure-form",
        ExitCode.VERIFY,
        "{name} is a disclosure file that departs from its form.",
        "Ask the sender for it again; do not open and save it in an editor.",
    ),
    ErrorSpec(
        "verify.entry-alone",
        ExitCode.INPUT,
        "{name} is an entry of a journal; without its proof nothing can be checked.",
        "Give its .proof file beside it, or the whole bundle or journal it comes from.",
    ),
    ErrorSpec(
        "verify.growth-form",
        ExitCode.VERIFY,
        "{name} is a consistency proof that departs from its form.",
        "Ask the sender for it again; do not open and save it in an editor.",
    ),
    ErrorSpec(
        "verify.growth-alone",
        ExitCode.INPUT,
        "{name} proves that a journal of {size} entries has grown; no letter given beside it knew that one.",
        "Give the letter whose checkpoint has this size, and a later letter or the journal.",
    ),
    ErrorSpec(
        "verify.stamp-alone",
        ExitCode.INPUT,
        "{name} belongs to a timestamp; no journal given beside it records it.",
        "Give the checkpoint (.note), the token (.tst) and the exported journal together, or the whole bundle.",
    ),
    ErrorSpec(
        "verify.trust-tsa-unreadable",
        ExitCode.USAGE,
        "{name} cannot be read as certificates of a timestamp authority.",
        "Give the authority's CA certificate, in PEM or DER, fetched from its own site.",
    ),
    ErrorSpec(
        "verify.tsa-policy",
        ExitCode.USAGE,
        "The policy file for timestamp authorities: {key} is not usable, or nobody knows it.",
        "Expected is: {expected}. docs/time.zh.md shows a whole file.",
        "A condition that is misspelt would accept what it was meant to refuse.",
    ),
    ErrorSpec(
        "verify.unknown-format",
        ExitCode.INPUT,
        "{name} is neither a stamped letter nor an evidence bundle.",
        "Give a stamped PDF, a bundle (folder or zip), a journal, a proof, the text of a QR code, or a photograph of a "
        "page.",
        "Only files that carry a signature of this toolkit can be checked. Nothing was said about this one, "
        "neither good nor bad.",
    ),
    ErrorSpec(
        "verify.encrypted",
        ExitCode.INPUT,
        "{name} is encrypted (age); what is in it cannot be checked so.",
        "Decrypt it first (age -d -o evidence.zip {name}), then check the zip.",
        "Encryption protects an evidence file on its way. The check is of the plain zip, whose every byte counts.",
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
        "verify.pdf-rewritten",
        ExitCode.INPUT,
        "{name} shows stamped pages, but it is not a stamped letter: a program has written it anew. "
        "It cannot be checked alone.",
        "Give the stamped PDF as it was issued, or the evidence bundle (folder or zip) that this file belongs to.",
        "Merging, splitting or saving again keeps what pages look like and loses the bytes that were signed. "
        "Nothing was said about this file, neither good nor bad.",
    ),
    ErrorSpec(
        "verify.part-of-bundle",
        ExitCode.INPUT,
        "{name} is the compiled volume of an evidence bundle; it cannot be checked alone.",
        "Check the whole folder or the zip: evidence verify {bundle}",
        "The compiled PDF is for reading. It is sealed with the bundle, and the letters in it are copies of the "
        "stamped ones under data/originals.",
    ),
    ErrorSpec(
        "verify.file-of-bundle",
        ExitCode.INPUT,
        "{name} is one file of an evidence bundle; it cannot be checked alone.",
        "Check the whole folder or the zip: evidence verify {bundle}",
    ),
    ErrorSpec(
        "verify.zip-damaged",
        ExitCode.INPUT,
        "{name} cannot be opened: the zip's own directory, the list at its end, is damaged or cut off.",
        "Fetch the zip again from where you have it, or check the unpacked folder.",
        "The directory says where each file begins. Without it nothing can be said about any one of them.",
    ),
    ErrorSpec(
        "verify.bundle-large",
        ExitCode.INPUT,
        "{name} is larger than a bundle of this format can be.",
        "Check that it is the bundle and not an archive of many things.",
    ),
    ErrorSpec(
        "verify.special-file",
        ExitCode.INPUT,
        "{name} is a device or a pipe, not a file.",
        "Save what comes out of it to a file and check that.",
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
        "{name} cannot be read (number of the system's error: {number}).",
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
        "verify.image-limits",
        ExitCode.INPUT,
        "Reading the pictures of {name} took more time or memory than is allowed here.",
        "Save the page that carries the QR code as a picture of its own and check that.",
        "Pictures and scans are read in a process of its own, which is ended when it takes too much.",
    ),
    ErrorSpec(
        "verify.image-readers-differ",
        ExitCode.INPUT,
        "Two readers see different QR texts in {name}.",
        "Photograph the code again, sharp and alone in the picture, or scan it with a phone and give its text.",
        "A code that one reader takes for another text cannot be relied on.",
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
