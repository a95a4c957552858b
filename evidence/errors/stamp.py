"""Error codes of the stamp room."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

ROWS: tuple[ErrorSpec, ...] = (
    ErrorSpec(
        "stamp.unsupported-pdf",
        ExitCode.INPUT,
        "This PDF cannot be stamped: {reason} ({detail}).",
        "Make a letter's PDF again with the toolkit's own converter; print and scan an exhibit anew, or keep it without "
        "stamp. Nothing was written. 'evidence explain stamp.unsupported-pdf' says what each reason means.",
        "The stamp is appended to the PDF, so that the hash in the QR code stays the hash of the file before "
        "it. That takes a file of one meaning: programs that repair a file in different ways would show "
        "different letters. Reasons: header, tail, xref, object, syntax - the file is damaged or unusual; "
        "limit - it is too large or too deeply nested; stamped - it has a stamp already; signed - it has a "
        "signature, which the stamp would break; encrypted - it has a password; xref-stream, hybrid - it "
        "uses compressed tables; several-revisions - it was saved in layers, which can hide earlier text; "
        "duplicate-key - an entry stands twice; page-tree - its list of pages is wrong; page-size, cropped, "
        "rotated - a page is not upright A4; contents, resources - what a page shows is not described as it "
        "should be; annotations, form, layers, actions, attachments - it holds notes, links, form fields, "
        "layers, scripts or files, which could show something else than its pages say. An exhibit may be and hold most of "
        "these, and is refused only for: header, tail, xref, object, syntax, limit, stamped, duplicate-key, page-tree, "
        "contents; filter, stream - its tables are packed in a way nobody else uses; encryption, encrypted-string - the "
        "empty password does not open it, or it cannot be added to; readers-differ - two readers see other pages.",
    ),
    ErrorSpec(
        "stamp.exhibit-findings",
        ExitCode.DONE,
        "{name} was kept as it is; look at it before you rely on it: {findings}.",
        "Open it in several programs, ask whoever sent it for the original, and say in the catalogue what it is.",
        "A PDF can be made to show one thing on the screen and another in print, or one today and another tomorrow: by "
        "earlier versions under later ones, layers, paint or notes over text, scripts. None of this proves a forgery; "
        "forms and signed contracts have it too. The toolkit tells what it finds and changes nothing. revisions, "
        "revisions-content - saved in layers; hidden-layer - parts wait to be switched on; overlay, annotation-over - "
        "text lies under something; script, action - it does something when opened; embedded-file - files inside; "
        "signature-partial, signature-odd - signed, but not the whole; cropped-text, orphan-page - parts that are not "
        "shown; repaired, unreadable - it is damaged.",
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
        "Put back the copy that 'evidence key backup' made; if there is none: evidence key revoke --reason lost.",
    ),
    ErrorSpec(
        "stamp.key-permissions",
        ExitCode.USAGE,
        "The signing key {path} can be reached by other users of this machine (mode {mode}).",
        "Run: chmod 600 {path}. If others may have copied the key, replace it with 'evidence key rotate'.",
        "Whoever can read the key can sign letters in your name. A key that others could read is not used.",
    ),
    ErrorSpec(
        "stamp.key-locked",
        ExitCode.BLOCKED,
        "The signing key {path} is encrypted, and no passphrase, or not the right one, was given.",
        "Type it when asked, or set EVIDENCE_KEY_PASSPHRASE for this one command. If it is forgotten: evidence key revoke "
        "--reason lost.",
        "Only what signs asks for it: letters, deliveries, imports, evidence files. To look at statements or to verify takes "
        "no key.",
    ),
    ErrorSpec(
        "stamp.key-other",
        ExitCode.VERIFY,
        "{path} does not hold the private half of this workspace's public key.",
        "Restore the key from your backup.",
    ),
    # --- a key in a device (PKCS#11)
    ErrorSpec(
        "stamp.device-extra",
        ExitCode.MISSING,
        "The signing key is in a device, and the Python package that speaks to devices is missing.",
        "Run: pip install 'evidence-kit[pkcs11]'",
    ),
    ErrorSpec(
        "stamp.device-unset",
        ExitCode.USAGE,
        "evidence.toml names no device for the signing key.",
        "Fill in [key]: module is the path of the maker's PKCS#11 library; docs/keys.zh.md shows how.",
    ),
    ErrorSpec(
        "stamp.device-module",
        ExitCode.MISSING,
        "The PKCS#11 library {path} cannot be loaded ({reason}).",
        "Install the device maker's software, and write the library's path into [key] module in evidence.toml.",
    ),
    ErrorSpec(
        "stamp.device-absent",
        ExitCode.MISSING,
        "The device {device} with the signing key is not plugged in, or has no such label.",
        "Plug it in, or correct [key] device in evidence.toml. Reading and verifying go on without it.",
    ),
    ErrorSpec(
        "stamp.device-which",
        ExitCode.USAGE,
        "Several devices are plugged in: {known}.",
        "Write the label of the right one into [key] device in evidence.toml.",
    ),
    ErrorSpec(
        "stamp.device-pin-missing",
        ExitCode.USAGE,
        "The device {device} needs its PIN, and there is no terminal to ask for it.",
        "Set EVIDENCE_KEY_PIN for this one command.",
    ),
    ErrorSpec(
        "stamp.device-pin-wrong",
        ExitCode.BLOCKED,
        "The PIN is not that of the device {device}.",
        "Try again with care: devices lock themselves after a few wrong PINs. It was tried once.",
    ),
    ErrorSpec(
        "stamp.device-pin-locked",
        ExitCode.BLOCKED,
        "The device {device} has locked itself, or its PIN has run out.",
        "Unlock it with the maker's software. If that cannot be done: evidence key revoke --reason lost.",
    ),
    ErrorSpec(
        "stamp.device-no-key",
        ExitCode.INPUT,
        "The device {device} holds no Ed25519 key of that label.",
        "Let it make one: evidence key use-device --generate; or correct [key] label in evidence.toml.",
    ),
    ErrorSpec(
        "stamp.device-several",
        ExitCode.USAGE,
        "The device {device} holds {n} Ed25519 keys.",
        "Write the label of the right one into [key] label in evidence.toml, or let the device make a new one with --generate.",
    ),
    ErrorSpec(
        "stamp.device-no-ed25519",
        ExitCode.MISSING,
        "The device {device} makes no Ed25519 keys.",
        "Keep the key in an encrypted file (evidence key protect), or use a device that knows CKM_EDDSA.",
        "Letters are signed by Ed25519, so that the QR code stays small and everybody can check it. Many older devices know "
        "RSA and SM2 only.",
    ),
    ErrorSpec(
        "stamp.device-key-absent",
        ExitCode.VERIFY,
        "The device {device} does not hold the private half of this workspace's public key.",
        "Plug in the right device, or correct [key] in evidence.toml. If it is gone: evidence key revoke --reason lost.",
    ),
    ErrorSpec(
        "stamp.device-known-key",
        ExitCode.BLOCKED,
        "The key in {device} is one this journal has had before.",
        "A key never comes back. Let the device make a new one: evidence key use-device --generate.",
    ),
    ErrorSpec(
        "stamp.device-in-use",
        ExitCode.USAGE,
        "The signing key is in the device {device} already.",
        "For a new key in it run evidence key rotate.",
    ),
    ErrorSpec(
        "stamp.device-keeps",
        ExitCode.USAGE,
        "The signing key is in the device {device}, which does not give it out.",
        "Its PIN protects it, and there is no copy. If the device is lost: evidence key revoke --reason lost. Letters of "
        "before count as ever.",
    ),
    ErrorSpec(
        "stamp.device-old-key",
        ExitCode.DONE,
        "The key was changed, but the device {device} did not delete the earlier one.",
        "Delete it with the maker's software; nothing is signed by it any more.",
    ),
    ErrorSpec(
        "stamp.device-fault",
        ExitCode.MISSING,
        "The device {device} did not do what was asked of it ({reason}).",
        "Plug it in again and repeat the command; nothing was written.",
    ),
    ErrorSpec(
        "stamp.passphrase-missing",
        ExitCode.USAGE,
        "A passphrase is needed, and there is no terminal to ask for it.",
        "Set EVIDENCE_KEY_PASSPHRASE for this one command, at least {least} characters.",
    ),
    ErrorSpec(
        "stamp.passphrase-short",
        ExitCode.USAGE,
        "The passphrase has fewer than {least} characters.",
        "Take several words.",
    ),
    ErrorSpec(
        "stamp.key-unreadable",
        ExitCode.INPUT,
        "{path} is not a signing key of this toolkit.",
        "It must be a readable file with an Ed25519 key in PKCS#8 PEM; restore it from your backup.",
    ),
    ErrorSpec(
        "stamp.public-key-invalid",
        ExitCode.USAGE,
        "This is neither a public key file nor a fingerprint.",
        "A public key file has one line of 52 letters and digits; a fingerprint has 64 hexadecimal digits.",
    ),
    # --- a signature by certificate after the stamp (PAdES)
    ErrorSpec(
        "stamp.certificate-extra",
        ExitCode.MISSING,
        "The Python package that makes signatures by certificate is missing.",
        "Run: pip install 'evidence-kit[pades]'",
    ),
    ErrorSpec(
        "stamp.certificate-missing",
        ExitCode.INPUT,
        "The certificate file {path} is not there or cannot be read.",
        "Give the path of a PKCS#12 file (.p12, .pfx) after --certificate.",
    ),
    ErrorSpec(
        "stamp.certificate-unreadable",
        ExitCode.INPUT,
        "{path} cannot be opened: the passphrase is wrong, or it is no PKCS#12 file.",
        "Type the passphrase when asked, or set EVIDENCE_CERTIFICATE_PASSPHRASE for this one command.",
    ),
    ErrorSpec(
        "stamp.certificate-key",
        ExitCode.INPUT,
        "{path} holds no certificate with a key that can sign here.",
        "It takes RSA of at least 2048 bits, or ECDSA on P-256 or P-384, with its certificate in the same file.",
        "Certificates by SM2 and Ed25519 are not signed with: readers of PDF in use take them for damaged.",
    ),
    ErrorSpec(
        "stamp.certificate-expired",
        ExitCode.BLOCKED,
        "The certificate of {subject} is in force from {first} to {last}, and not today.",
        "Use one that is in force, or set this machine's clock.",
    ),
    # --- timestamps: exit 10, the other authorities are still asked
    ErrorSpec(
        "stamp.tsa-unreachable",
        ExitCode.NETWORK,
        "The timestamp authority at {url} cannot be reached ({reason}).",
        "Check the address in evidence.toml and the network, then run evidence anchor again; nothing was lost.",
    ),
    ErrorSpec(
        "stamp.tsa-slow",
        ExitCode.NETWORK,
        "The timestamp authority did not answer within {seconds} seconds.",
        "Run evidence anchor again later; nothing was lost.",
    ),
    ErrorSpec(
        "stamp.tsa-http",
        ExitCode.NETWORK,
        "The server at {url} answered with HTTP status {status} instead of a timestamp.",
        "Check the address in evidence.toml with the authority's own instructions, then run evidence anchor again.",
    ),
    ErrorSpec(
        "stamp.tsa-huge",
        ExitCode.NETWORK,
        "The answer has more than {limit} bytes; a timestamp is far shorter.",
        "Check the address in evidence.toml: this is no timestamp authority.",
    ),
    ErrorSpec(
        "stamp.tsa-command",
        ExitCode.NETWORK,
        "The local timestamp program {command} failed (status {status}).",
        "Run the command of [[timestamp]] in evidence.toml by hand to see why.",
    ),
    ErrorSpec(
        "stamp.tsa-answer",
        ExitCode.NETWORK,
        "The answer is no timestamp; it begins with: {start}",
        "Check the address in evidence.toml. Web pages are what login portals and blocked addresses answer with.",
    ),
    ErrorSpec(
        "stamp.tsa-refused",
        ExitCode.NETWORK,
        "The authority gave no timestamp ({status}): {told}",
        "Check hash and policy under [[timestamp]] in evidence.toml against what the authority offers.",
    ),
    ErrorSpec(
        "stamp.tsa-nonce",
        ExitCode.NETWORK,
        "The timestamp answers another request: its nonce is not the one sent.",
        "Run evidence anchor again. If it happens again, somebody answers in the authority's place; the timestamp was "
        "not kept.",
    ),
    ErrorSpec(
        "stamp.tsa-imprint",
        ExitCode.NETWORK,
        "The timestamp is over other bytes than those sent.",
        "Run evidence anchor again. If it happens again, change the authority; the timestamp was not kept.",
    ),
    ErrorSpec(
        "stamp.tsa-policy",
        ExitCode.NETWORK,
        "The timestamp was given under policy {found}; asked was {asked}.",
        "Write the policy that the authority offers into evidence.toml, or none.",
    ),
    ErrorSpec(
        "stamp.tsa-invalid",
        ExitCode.NETWORK,
        "The timestamp does not hold: {reason}.",
        "Check that the CA file under [[timestamp]] is the authority's, fetched from its own site; the timestamp was not "
        "kept.",
        "Before a timestamp is kept, its signature, its certificate's purpose and the way to the CA file are checked "
        "twice, by two programs. A token that does not hold today would not hold in court either. Signatures by SM2 and "
        "RSA-PSS are not read by this version.",
    ),
    ErrorSpec(
        "stamp.tsa-not-accepted",
        ExitCode.NETWORK,
        "{file} does not accept this timestamp of {name}: see {key} there.",
        "Ask another authority, or have whoever is responsible for that file change it; the timestamp was not kept.",
        "[time] policy in evidence.toml names the authorities, certificates, policies and algorithms the office accepts, "
        "and for which days.",
    ),
    ErrorSpec(
        "stamp.tsa-none",
        ExitCode.DONE,
        "No timestamp authority is configured: there is no independent time.",
        "Add a [[timestamp]] table to evidence.toml; docs/time.zh.md says how. Until then every date in reports is the "
        "office's own.",
    ),
    ErrorSpec(
        "stamp.tsa-unknown",
        ExitCode.USAGE,
        "evidence.toml has no timestamp authority {name}; it has: {known}.",
        "Give one of these names after --tsa, or leave --tsa out to ask all.",
    ),
    ErrorSpec(
        "stamp.tsa-ca",
        ExitCode.NETWORK,
        "The CA file {path} of this timestamp authority cannot be read as certificates.",
        "Put the authority's CA certificate there, in PEM, fetched from its own site; 'ca' in evidence.toml names it, "
        "from the workspace's folder.",
    ),
    ErrorSpec(
        "stamp.tsa-test",
        ExitCode.DONE,
        "{name} is a timestamp authority for tests: its timestamps prove nothing.",
        "Use a real authority before anybody relies on the time.",
    ),
    ErrorSpec(
        "stamp.tsa-clock",
        ExitCode.DONE,
        "The clock of {name} and this machine's differ by {seconds} seconds.",
        "Set this machine's clock: the dates of letters and entries come from it.",
    ),
    ErrorSpec(
        "stamp.tsa-unnamed",
        ExitCode.DONE,
        "evidence.toml no longer has the authority {name}; this timestamp of it was not checked.",
        "Put its [[timestamp]] table back, CA file included; a url that answers no more does no harm.",
    ),
    ErrorSpec(
        "stamp.renewal-differs",
        ExitCode.VERIFY,
        "The renewal in entry {index} does not agree with what is stored now: {part}.",
        "Stop writing, keep a copy of the workspace as it is, and compare it with the last backup.",
    ),
)
