"""Error codes of the stamp room."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

ROWS: tuple[ErrorSpec, ...] = (
    ErrorSpec(
        "stamp.unsupported-pdf",
        ExitCode.INPUT,
        "This PDF cannot be stamped: {reason} ({detail}).",
        "Make the PDF again with the toolkit's own converter; nothing was written. "
        "'evidence explain stamp.unsupported-pdf' says what each reason means.",
        "The stamp is appended to the PDF, so that the hash in the QR code stays the hash of the file before "
        "it. That takes a file of one meaning: programs that repair a file in different ways would show "
        "different letters. Reasons: header, tail, xref, object, syntax - the file is damaged or unusual; "
        "limit - it is too large or too deeply nested; stamped - it has a stamp already; signed - it has a "
        "signature, which the stamp would break; encrypted - it has a password; xref-stream, hybrid - it "
        "uses compressed tables; several-revisions - it was saved in layers, which can hide earlier text; "
        "duplicate-key - an entry stands twice; page-tree - its list of pages is wrong; page-size, cropped, "
        "rotated - a page is not upright A4; contents, resources - what a page shows is not described as it "
        "should be; annotations, form, layers, actions, attachments - it holds notes, links, form fields, "
        "layers, scripts or files, which could show something else than its pages say.",
    ),
    ErrorSpec(
        "stamp.claims-mismatch",
        ExitCode.INPUT,
        "The PDF is not the one whose length and hash were to be signed.",
        "The file changed between writing and stamping; issue the letter again.",
    ),
    ErrorSpec(
        "stamp.profile-unknown",
        ExitCode.INPUT,
        "This version does not know stamp profile {profile}.",
        "Update the toolkit: the letter was stamped by a newer one.",
    ),
    ErrorSpec(
        "stamp.series-unknown",
        ExitCode.INPUT,
        "The stamp profile has no word for series {series}.",
        "Use one of the series 1 to 4, or update the toolkit.",
    ),
    ErrorSpec(
        "stamp.host-invalid",
        ExitCode.USAGE,
        "'{host}' cannot be the host of the QR link.",
        "Use at most {limit} letters, digits, full stops and hyphens, or leave the host empty.",
        "The link has to fit into one QR symbol of fixed size (version 15, level Q), which leaves that many "
        "characters for the host name.",
    ),
    ErrorSpec(
        "stamp.token-too-long",
        ExitCode.INPUT,
        "The signed token has {length} bytes; the QR symbol holds {limit}.",
        "A year, running number or journal size is out of its usual range; check the clock of this machine.",
    ),
    ErrorSpec(
        "stamp.qr-too-long",
        ExitCode.INPUT,
        "The QR text has {length} characters; the symbol holds {limit}.",
        "Use a shorter host name, or none.",
    ),
    ErrorSpec(
        "stamp.token-invalid",
        ExitCode.VERIFY,
        "This is not a token that this key signed for this host.",
        "Check which key and which host name the letter was issued under.",
    ),
    ErrorSpec(
        "stamp.key-missing",
        ExitCode.INPUT,
        "There is no signing key at {path}.",
        "Restore the key from your backup, or make a new one with 'evidence key rotate'.",
    ),
    ErrorSpec(
        "stamp.key-permissions",
        ExitCode.USAGE,
        "The signing key {path} can be reached by other users of this machine (mode {mode}).",
        "Run: chmod 600 {path}. If others may have copied the key, replace it with 'evidence key rotate'.",
        "Whoever can read the key can sign letters in your name. A key that others could read is not used.",
    ),
    ErrorSpec(
        "stamp.key-unreadable",
        ExitCode.INPUT,
        "{path} is not a signing key of this toolkit.",
        "It must be a readable file with an Ed25519 key in PKCS#8 PEM without password; "
        "restore it from your backup.",
    ),
    ErrorSpec(
        "stamp.public-key-invalid",
        ExitCode.USAGE,
        "This is neither a public key file nor a fingerprint.",
        "A public key file has one line of 52 letters and digits; a fingerprint has 64 hexadecimal digits.",
    ),
)
