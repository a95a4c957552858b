"""The words of a report in English, by code; the catalogues translate them.

Wording rules: say what was compared and by what rule, never more. No check here shows that a debt exists,
that a letter has any effect in law, or that a file cannot be forged; the sentences must not suggest it.
"""

from __future__ import annotations

from collections.abc import Mapping

from evidence.verify import bagwords

QUESTIONS: Mapping[str, str] = {
    "same-bytes": "Same bytes?",
    "since-when": "Since when?",
    "how-delivered": "How delivered?",
    "by-whom": "By whom?",
}

VERDICTS: Mapping[str, str] = {
    "shown": "shown by these checks",
    "claimed": "stated by the sender only",
    "open": "not answered by this file",
    "refuted": "a check failed",
}

STATUSES: Mapping[str, str] = {
    "pass": "passed",
    "fail": "FAILED",
    "unknown": "left open",
    "not-checked": "not checked",
}

KINDS: Mapping[str, str] = {
    "letter": "stamped letter",
    "bundle": "evidence bundle",
    "qr": "QR code",
    "journal": "journal",
    "proof": "proof of a journal entry",
    "bag": "BagIt bag, no evidence file",
}

#: What each fact compares; the failed ones are followed by their reason.
FACTS: Mapping[str, str] = {
    "letter.mark": "The line that marks the stamp stands in the file and has its form.",
    "letter.token": "The token in the QR text has its form.",
    "letter.length": "The letter before its stamp is as long as the token says.",
    "letter.source": "The SHA-256 of the letter before its stamp is the one in the token.",
    "letter.kid": "The key in the stamp is the one the token names.",
    "letter.signature": "The token's signature holds under the key in the stamp.",
    "letter.stamp": "The stamp, built again from letter and token, has the same bytes.",
    "letter.end": "Nothing follows the stamp.",
    "letter.certificate": (
        "What follows the stamp is one signature by certificate over everything before it, as the toolkit writes it, and "
        "nothing else."
    ),
    "letter.plain": "The letter holds nothing that could lie over its pages or change them.",
    "letter.trust": "The key in the stamp is one you named.",
    "letter.office": "The letter is signed with a key of the office.",
    "letter.recorded": "The journal records the issue of this letter: commitment, token, number, pages.",
    "letter.dated": "The letter's own time of issue is not later than the journal's.",
    "letter.bundle": "The letter agrees with the bundle, journal or proof given beside it.",
    "letter.journal": "The journal this letter knew begins the one a later letter given beside it knew.",
    "letter.entry": "The journal or proof given beside it holds the entry of its issue, which names its token.",
    "letter.number": "No other letter given beside it bears its number.",
    "letter.docx": "The Word file is the one the journal commits to.",
    "letter.facts": "The disclosed facts of the letter give the root in its token.",
    "letter.stated": "The letter states this value: it belongs to the root in the token.",
    "letter.checkpoint": "The checkpoint in the letter agrees with the journal.",
    "journal.whole": "The entries, from the first on, give the root of the signed checkpoint.",
    "journal.witness": "A letter given beside agrees with the journal, up to the size it knew.",
    "time.token": "The timestamp token has its form and its authority's signature holds.",
    "time.imprint": "The timestamp is over the bytes of the checkpoint beside it.",
    "time.checkpoint": "The stamped checkpoint is the beginning of this journal.",
    "time.entry": "The journal records this timestamp: token, checkpoint, time.",
    "time.authority": "The timestamp comes from an authority you named.",
    "qr.text": "The QR text has its form.",
    "qr.letter": "A letter given beside it carries the same QR text.",
    "qr.signature": "The token's signature holds under a key at hand.",
    "qr.trust": "The key the token names is one you named.",
    "bag.paths": "All names in the bundle are plain files with plain paths.",
    "bag.declaration": "bagit.txt and bag-info.txt have their form.",
    "bag.manifest": "Every file under data/ has the SHA-256 listed for it, and none is missing or extra.",
    "bag.tagmanifest": "Every other file has the SHA-256 listed for it, and none is missing or extra.",
    "bag.sm3": "Every file under data/ has the SM3 listed for it, and none is missing or extra.",
    "seal.form": "seal.json has its form.",
    "seal.files": (
        "Every sealed file has the size, SHA-256 and SM3 in seal.json, and none is missing or extra."
    ),
    "seal.entries": "The journal entries in the bundle are those that seal.json lists, none missing or extra.",
    "zip.canonical": "The zip, built again from its files, has the same bytes.",
    "bundle.required": "The files every bundle has are there, and the journal's folder holds nothing else.",
    "bundle.key": "The office's public key can be read.",
    "bundle.journal": "The bundles given side by side stand on one journal.",
    "bundle.trust": "The office's key is one you named.",
    "journal.entry": "Every journal entry has its form.",
    "journal.type": "The type of the entry is known to this version.",
    "journal.proof": "Every entry stands in the journal at the place its proof says.",
    "journal.checkpoint": "One checkpoint of the journal, signed with the office's key, covers all entries.",
    "journal.consistency": "The journal as a letter knew it is the beginning of the bundle's.",
    "journal.by": "Every entry names the office's key of its time.",
    "journal.keys": "Each change of the office's key is signed as it must be and leads on to the bundle's key.",
    "journal.order": "The times of the entries do not go backwards.",
    "journal.origin": "The first entry names the journal that signed the checkpoint.",
    "journal.sealed": "The last entry holds the SHA-256 of seal.json.",
    "bundle.masking": "The list of what was covered for the other party has its form.",
    "disclosure.form": "The disclosure file has its form and names files that are there.",
    "disclosure.subject": "The journal's entry is about the account disclosed.",
    "delivery.letter": "The delivery concerns a letter issued before it.",
    "delivery.event": "The description of the delivery is the one the journal commits to.",
    "delivery.proofs": "All proofs of the delivery that the journal commits to are there, unchanged.",
    **bagwords.FACTS,
}

#: Why a fact failed or stayed open.
REASONS: Mapping[str, str] = {
    "active-parts": (
        "it holds {parts}, by which a program may show other things than it prints, or than another program shows; "
        "look at the letter in several programs"
    ),
    "appended": "{count} bytes follow the stamp, from byte {offset} on",
    "appended-parts": (
        "{count} bytes follow the stamp, from byte {offset} on: an update of the PDF, which concerns {parts}"
    ),
    "bag-info-form": "line {line} is no 'label: value' line",
    "bag-oxum": "Payload-Oxum says {expected}, the files give {found}",
    "bagit-form": "it does not declare BagIt 1.0 in UTF-8",
    "base32": "it is not base32 in its one valid spelling",
    "database-form": "it is not the database of an office, or is damaged",
    "database-gap": "entry {index} is missing in the database",
    "entry-absent": "the entry itself was not given: name its .json file beside the proof",
    "entry-of-another": "the entry in {bundle} is about something else",
    "export-form": "line {line} departs from the form of an exported journal",
    "growth-wrong": (
        "{proof} does not lead from the journal of {size} entries this letter knew to any later one given beside it"
    ),
    "head-absent": "no checkpoint of it has been signed",
    "journal-earlier": "{bundle} may end before the issue of this letter",
    "key-absent": "no key is at hand that could have signed it: name one with --trust, or give a letter beside it",
    "letter-nowhere": "{bundle} has entries of later days, and none of them records the issue of {number}",
    "letters-unrelated": (
        "nothing here ties the journal of {size} entries this letter knew to the one {other} knew: give the journal, or "
        "a consistency proof"
    ),
    "log-other-root": "its entries give another root at size {size}",
    "log-long": "it has {count} entries, more than the {size} under its checkpoint",
    "log-short": "it has {count} entries, the signed checkpoint {size}",
    "log-shorter": (
        "{bundle} has only {found} entries; the letter knew {size}: it is an earlier state, or its tail was cut off"
    ),
    "bundle-entry-early": "an entry of the bundle was written after the one that seals it (index {index})",
    "bundle-long": "it has more than {limit} bytes",
    "cbor-deep": "nested too deeply at byte {offset}",
    "cbor-indefinite": "an indefinite or reserved length at byte {offset}",
    "cbor-not-shortest": "a number not in its shortest form at byte {offset}",
    "cbor-order": "map keys repeated or out of order at byte {offset}",
    "cbor-short": "it ends too early (byte {offset})",
    "cbor-trailing": "bytes after its end (from byte {offset})",
    "cbor-type": "a type that does not belong there at byte {offset}",
    "checkpoint-fork": (
        "{other} carries another root for the same journal size {size}: two journals were kept side by side"
    ),
    "checkpoint-form": "the checkpoint does not have three lines: origin, size, root",
    "checkpoint-late": "it names a journal of {size} entries, but the letter itself is entry {index}",
    "checkpoint-origin": "the checkpoint's origin is not that of such a journal",
    "checkpoint-other": "it refers to another checkpoint than the rest",
    "checkpoint-pieces": (
        "the bundle has no proof that goes back to the journal of {size} entries that the letter names. This takes "
        "nothing from the other checks: the letter and its entry stand under the signed checkpoint. A bundle made "
        "again by the sender, with journal/consistency-{size}.proof, would close it"
    ),
    "checkpoint-rewritten": (
        "the journal had another root at size {size} when the letter was issued: it has been rewritten since"
    ),
    "checkpoint-signature": "the office's key did not sign it",
    "clock-back": "it says {at}, an entry before it says {previous}",
    "consistency-absent": (
        "not shown that the journal this letter knew, of {size} entries, is the beginning of this one: "
        "the bundle has no proof of it, though those of its kind are made with one"
    ),
    "consistency-form": "it is not a proof of the form evidence/consistency@v1",
    "consistency-name": "the proof is for size {size}, the file's name says otherwise",
    "consistency-wrong": (
        "the journal of {size} entries that the letter names is not the beginning of the one of {whole}"
    ),
    "dated-before-known": "it says {when}, but the journal it refers to has an entry of {at}",
    "dated-after-entry": "it says {when}, its entry {at}",
    "bundle-other-letter": "{bundle} holds another letter under the number {number}",
    "bundle-rewritten": (
        "{bundle} has another root at journal size {size} than this letter carries: the journal has been rewritten"
    ),
    "bundle-fork": "{bundle} has other entries at the same places: two journals were kept side by side",
    "bundle-other-origin": "{bundle} is from another journal of the same key, {origin}",
    "bundle-unrelated": "the proofs at hand do not reach from {bundle} to this one (size {size})",
    "bundle-shorter": (
        "{bundle} was made later than the letter, yet its journal has only {found} entries; the letter knew {size}"
    ),
    "bundle-without-letter": "the proofs in {bundle} do not reach the journal's root at size {size}",
    "delivery-before": "it is dated {at}, the issue of the letter {previous}",
    "delivery-early": "the delivery of {number} was recorded before the letter",
    "delivery-no-letter": "there is no letter {number} in this bundle that stood the checks",
    "digest-differs": "expected {expected}, found {found}",
    "disclosure-form": "its part {part} departs from the format",
    "disclosure-path": "it names {path}, which is not in the bundle",
    "docx-absent": "the Word file of {number} is not in the bundle",
    "docx-differs": "the Word file beside the letter {number} is not the one the journal commits to",
    "earlier-failure": "an earlier check failed",
    "entry-at": "its time is not written as UTC to the second, or is no real time",
    "entry-by": "its key id is malformed",
    "entry-data": "its data are not those of the type {type}",
    "entry-differs": "entry {index} says otherwise about: {what}",
    "entry-extra": "the seal does not list it",
    "entry-missing": "it is not there, although the seal lists it",
    "entry-form": "it does not have exactly the keys at, by, data, type, v",
    "entry-other-key": "it names the key {by}",
    "entry-other-type": "its type is {type} instead of bundle.made",
    "entry-type": "the type {type} is unknown to this version",
    "entry-value": "the value of {key} is not of the form that {type} demands",
    "entry-version": "it has another version than 1",
    "event-absent": "the description of this delivery of {number} is not in the bundle",
    "event-differs": "it and the journal's entry differ about: {what}",
    "event-form": "it does not have exactly the keys of a delivery event",
    "event-unrecorded": "no entry of the journal commits to it",
    "fact-elsewhere": "letter {number} does not state this: {name}: {value}",
    "facts-partly": "of {number} some facts are disclosed, each of them checked by itself: {count}",
    "facts-absent": "no facts of {number} are disclosed",
    "facts-differ": "the facts of {number} give another root",
    "exhibit-stamp": "it is a stamped exhibit: the journal's entry about it is not among those this bundle opens",
    "file-changed": "its SHA-256 is {found}; listed is {expected}",
    "file-extra": "this file is on no list",
    "file-long": "it has more than {limit} bytes",
    "file-misplaced": "this file does not belong on the list",
    "file-missing": "this file is missing",
    "file-special": "it is a link or a device, not a plain file",
    "file-unreadable": "it cannot be read",
    "files-many": "there are more than {limit} of them",
    "folder-empty": "it is an empty folder",
    "folder-unreadable": "the folder cannot be read",
    "journal-missing": "there are no entries",
    "json-canonical": "it is not in canonical form (RFC 8785)",
    "json-deep": "it is nested deeper than {limit} levels",
    "json-form": "it is not valid JSON",
    "json-long": "it has more than {limit} bytes",
    "json-number": "it holds a number that is not a plain integer",
    "json-repeated": "a key stands in it twice",
    "key-file": "it is not one line of base32 with 32 bytes",
    "json-values": "it holds more than {limit} values",
    "key-chain": "entry {index} does not lead from the key in use to that of the bundle",
    "key-change-signature": "entry {index} lacks a signature that holds",
    "key-lost": "the key you named was reported lost ({at}); the new one is not signed by it",
    "key-set": "it is no public key set",
    "key-stolen": "this key was reported stolen ({at})",
    "kid-differs": "the token names {token}, the key in the stamp is {key}",
    "certificate": "a signature by certificate follows, which is checked by itself",
    "certificate-form": "what follows the stamp is not one signature in the form this toolkit writes",
    "certificate-signature": "the signature by certificate does not hold ({rule})",
    "later-signature": (
        "a later PDF signature or another update of {count} bytes follows from byte {offset} on; "
        "this version does not check such files"
    ),
    "length-differs": "the token says {expected} bytes, there are {found}",
    "letter-long": "it has more than {limit} bytes",
    "letter-other-key": "it is signed with another key",
    "letter-unrecorded": "no entry of the journal in this bundle records it",
    "kept-back": "a file of {number} is kept back from the other party's copy; the court's copy holds it",
    "letter-voided": "{number} was voided",
    "manifest-form": "line {line} is malformed",
    "manifest-repeated": "line {line} lists a file a second time",
    "masking-form": "its part {part} departs from the format",
    "mark-form": "the line at byte {offset} departs from the format",
    "mark-missing": "traces of a stamp without its marking line",
    "no-bundle-entry": "there is no valid entry that seals this bundle",
    "no-office-key": "the office's public key is missing or malformed",
    "nobody-named": "you named no key",
    "not-stamped": "the file that the journal records as {number} carries no valid token",
    "note-form": "it is not a signed note",
    "note-long": "it has more than {limit} bytes",
    "number-other-letter": "{other} is another letter under the same number {number}",
    "number-twice": "the journal records two letters under the number {number} (the other in entry {index})",
    "opening-absent": "the entry that opens the journal is not in the bundle",
    "opening-misplaced": "entry {index}: the first entry of a journal, and no other, opens it",
    "origin-differs": "its journal or test mark is not that of {origin}",
    "other-key": "the key has the fingerprint {fingerprint}",
    "path-collides": "some systems take it for the same name as {other}",
    "path-deep": "too many folders within folders",
    "path-repeated": "this name stands there twice",
    "path-unsafe": "its path leaves the bundle or holds characters that do not belong in a path",
    "over-limits": "reading it took more time or memory than any letter needs; nothing of it was checked",
    "pdf-absent": "the PDF of letter {number} is not in the bundle, or its salt is not disclosed",
    "pdf-contents": "the content of a page is not described as it should be (byte {offset})",
    "pdf-deep": "nested too deeply (byte {offset})",
    "pdf-duplicate-key": "a key stands twice in a dictionary (byte {offset})",
    "pdf-encryption": "it is encrypted in a way, or with a password, that the empty password does not open",
    "pdf-filter": "a table or object stream is compressed in an unknown or damaged way (object {object})",
    "pdf-header": "it does not begin as a PDF",
    "pdf-long": "its dictionaries have more than {limit} bytes",
    "pdf-missing": "the reference {key} is missing",
    "pdf-object": "object {object} is missing or not where the table says",
    "pdf-page-tree": "the list of pages is malformed (object {object})",
    "pdf-stream": "a stream is not as long as it says (object {object})",
    "pdf-syntax": "it breaks the grammar of PDF at byte {offset}",
    "pdf-tail": "it does not end as a PDF of one revision",
    "pdf-unsupported": "it uses {key}, which a letter before its stamp never does",
    "pdf-xref": "its cross-reference table is malformed (byte {offset})",
    "places-form": "what it says of the places of its marks has not its form ({part})",
    "places-page": "it names page {page}, which there is not",
    "receipt-differs": "the page's record of the receipt and the delivery event differ about: {what}",
    "receipt-form": "it is not the page's record of a receipt, or bears no signature where one is claimed",
    "receipt-signature": "the signature said to be of the recipient's device is not one over this receipt of this letter",
    "places-unsigned": "the places of its marks are not the ones that were signed",
    "proof-form": "it is not a proof of the form c2sp.org/tlog-proof@v1",
    "proof-name": "the proof is for index {index}, the file's name says otherwise",
    "proof-wrong": "the entry is not at index {index} of the journal of {size} entries under this checkpoint",
    "proofs-absent": "proofs of this delivery of {number} that are not in the bundle: {count}",
    "qr-key-id-only": "a fingerprint alone cannot check a signature; the key id {kid} agrees",
    "qr-no-key": "a QR code carries no key; name the key file (key id {kid}) or give the letter as well",
    "qr-no-letter": "none of the letters given carries this QR text (number {number})",
    "qr-no-letter-given": "no letter was given beside it",
    "qr-text": "it is neither HTTPS://HOST/R/… nor EV1:…",
    "seal-differs": "it departs from seal.json in: {what}",
    "seal-entry": "row {row} of its entries departs from the format",
    "seal-form": "it is not an object with exactly the keys entries, files and v (2), or files and v (1)",
    "seal-order": "its rows are not sorted by path, or a path stands there twice",
    "seal-without-entries": "this seal is of the first version, which does not list the entries",
    "seal-row": "row {row} departs from the format",
    "signature-wrong": "it does not",
    "stamp-differs": "the first difference is at byte {offset}",
    "stamp-profile": "profile {profile} is unknown to this version",
    "stamp-series": "the profile has no word for series {series}",
    "stamp-short": "the file ends at byte {offset}, inside the stamp",
    "subject-differs": "it is about another account than {account}",
    "text-form": "it is not UTF-8",
    "token-claim": "claim {key} is malformed",
    "token-claims": "it does not have exactly the claims 1 to 11",
    "token-long": "it has {length} bytes, more than {limit}",
    "token-protected": "its protected header is not algorithm and key id",
    "token-series": "there is no series {value}",
    "token-shape": "it is not a COSE_Sign1 of four parts",
    "token-signature": "its signature does not have 64 bytes",
    "token-tag": "it is not tagged as COSE_Sign1",
    "token-unprotected": "its unprotected header is not empty",
    "token-zero": "its running number or journal size is zero",
    "time-absent": "the timestamp that the journal records is not in the bundle",
    "time-before": "entry {index} records it, though the checkpoint holds that entry already",
    "time-origin": "it is of another journal: {origin}",
    "time-unlinked": "no proof shows that the journal of size {size} is the beginning of this one",
    "time-unrecorded": "no entry {index} of the journal in this bundle records it",
    "ts-algorithm": "the algorithm {oid} is not read by this version",
    "ts-attributes": "its signed attributes do not say what it is over",
    "ts-binding": "what is signed does not name the signer's certificate",
    "ts-certificate": "the certificate of {name} cannot be read",
    "ts-content": "it is not a timestamp of RFC 3161",
    "ts-expired": "the certificate of {name} was valid from {first} to {last}, not on {day}",
    "ts-extension": "it has a critical extension that is unknown ({oid})",
    "ts-form": "it departs from the form at byte {offset}",
    "ts-imprint": "it is over other bytes",
    "ts-issuer": "{name} may not issue such certificates",
    "ts-message-digest": "the time and digest in it are not those that were signed",
    "ts-not-accepted": "the policy file ({anchor}) does not accept this timestamp; see {key} there",
    "ts-other": "none of the authorities in this bundle is one you named; this one is {authority}",
    "ts-purpose": "its certificate is not for timestamping alone",
    "ts-refused": "the authority gave no timestamp (status {status}): {text}",
    "ts-signature": "the authority's signature does not hold",
    "ts-signer": "the certificate it names is not in it",
    "ts-unnamed": "{authority}: you have not named its certificate",
    "ts-weak-key": "the authority's key has only {bits} bits",
    "zip-appended": "bytes follow its end (from byte {offset})",
    "zip-content": "the content of {member} differs at byte {offset}, or other bytes stand there",
    "zip-directory": "the directory entry of {member} differs at byte {offset}",
    "zip-damaged": "its bytes are not those whose length and CRC-32 the zip's directory states",
    "zip-end": "its end record differs at byte {offset}",
    "zip-folder": "it is an entry for a folder, which the format does not have",
    "zip-form": "it cannot be read as a zip",
    "zip-header": "the header of {member} differs at byte {offset}: it was packed again or altered",
    "zip-large": "it is too large for this format",
    "zip-member": "the zip's directory and the header before this file do not agree",
    "zip-method": "it is encrypted or packed by a method that is not read here",
    **bagwords.REASONS,
}

#: The sentences of the answers and of the box "not shown".
STATEMENTS: Mapping[str, str] = {
    "checks-failed": "Failed checks: {count}; they are listed below.",
    "files-agree": "Of {count} sealed files {good} agree with seal.json.",
    "file-departs": "Departs, or is missing: {path}",
    "file-added": "Is not among the sealed files: {path}",
    "files-more": "And as many more of that sort: {count}.",
    "seal-departs": "seal.json itself is not the one that the journal holds.",
    "same-exhibit": (
        "The first {length} bytes are the file that was stamped as exhibit {number}: their SHA-256 is {sha256}, "
        "the one in the signed token."
    ),
    "same-letter": (
        "The first {length} bytes are letter {number} as it was signed: their SHA-256 is {sha256}, "
        "the one in the signed token."
    ),
    "same-stamp": (
        "What follows them is exactly the stamp that letter and token give; "
        "it was built a second time and compared byte for byte."
    ),
    "same-draft": "It is a DRAFT of a lawyer letter: no lawyer has answered for it, and it demands nothing.",
    "same-bundle": (
        "All {count} sealed files have the SHA-256 and SM3 in seal.json, and entry {index} of the "
        "signed journal "
        "holds the SHA-256 of seal.json: {sha256}."
    ),
    "same-letters": "Letters in it, each checked as a letter and recorded in the journal: {count}.",
    "same-drafts": (
        "DRAFTS of lawyer letters in it, for which no lawyer has answered and which demand nothing: {numbers}."
    ),
    "same-journal": "All {count} entries are those under the signed checkpoint with the root {root}.",
    "same-journal-tail": "Entries {first} to {last} were written after that checkpoint; nothing signed covers them.",
    "same-journal-unsigned": "{count} entries were read, and nothing signed was at hand to hold them against.",
    "same-entry": (
        "{entry} is entry {index} of the journal, byte for byte, under the signed checkpoint of {size} entries."
    ),
    "same-proof-alone": "A proof alone says nothing: give the entry it is about beside it (journal size {size}).",
    "same-proof-unsigned": "The checkpoint in it was not checked: no key that signed it was at hand.",
    "same-qr": "The QR text is the one in {letter}; that letter has a report of its own here.",
    "same-qr-alone": (
        "A QR code alone does not show that the page around it is the signed one. It names a PDF whose first "
        "{length} bytes have the SHA-256 {sha256}; compare them with 'head -c {length} letter.pdf | "
        "sha256sum'."
    ),
    "when-issued": "Letter {number} says it was issued at {when}.",
    "when-entry": "The journal dates the issue of {number} {when} (entry {index}).",
    "when-no-timestamp": "No independent time: all dates come from the sender's own clock.",
    "when-witness": (
        "Letter {number} carries journal size {size}, root {root}. A copy delivered earlier "
        "witnesses the journal "
        "up to that size: who holds one can show whether it was changed afterwards."
    ),
    "when-agrees": "The journal in {bundle} agrees with this letter up to size {size}: no entry before it was changed.",
    "when-checkpoint": "The bundle's entries stand under the signed checkpoint of size {size}, root {root}.",
    "when-timestamp": (
        "Independent time: {authority} stamped the journal at {when}. Whatever its entries 0 to {last} hold existed then."
    ),
    "when-timestamp-unnamed": (
        "Attested by {authority}, whose certificate you have not named: the journal at {when}, entries 0 to {last}. "
        "To believe it, name its CA certificate with --trust-tsa."
    ),
    "when-timestamp-test": (
        "TEST, proves nothing: {authority} stamped the journal at {when}, entries 0 to {last}."
    ),
    "when-letter-dated": "Letter {number} existed at {when} at the latest: {authority} stamped the journal that "
    "holds it.",
    "when-whole-dated": (
        "All files of this bundle existed at {when} at the latest: {authority} stamped the journal that holds its seal."
    ),
    "when-seal-undated": (
        "The seal of this bundle (entry {index}) is not under a timestamp of an authority you named: exhibits, and what "
        "was made with the bundle, are dated by the sender alone."
    ),
    "when-entry-says": "Entry {index} ({type}) says it was written at {when}.",
    "when-letter-vouches": "Entries 0 to {last}: vouched for by whoever holds {letter}.",
    "when-all-witnessed": "Every one of the {count} entries has an outside witness here.",
    "when-recorded": "Its issue is entry {index} of the journal given beside it, which dates it {when}.",
    "when-unwitnessed": (
        "Entries {first} to {last} of the journal have no outside witness here: no timestamp of an authority you named, "
        "and no letter given beside, reaches them."
    ),
    "when-authority-other": "No timestamp here comes from an authority you named, or its certificate was not valid.",
    "when-unsigned": "The signature was not checked, so that the token's own date counts for nothing here.",
    "when-clock-back": (
        "The sender's clock went backwards: an entry says {at} after one that says {previous}."
    ),
    "delivery-not-here": "A letter does not say how it was delivered; the evidence bundle does.",
    "delivery-not-in-journal": "A journal holds digests of deliveries, not their proofs; the evidence bundle has these.",
    "delivery-none": "The bundle holds no record of a delivery.",
    "delivery-recorded": (
        "{number}: {channel}, {outcome}, {at}; witness: {witness}; grade: {grade}; "
        "proof files here, unchanged since they were recorded: {proofs}."
    ),
    "delivery-nobody": "For this delivery of {number} nobody but the sender stands witness.",
    "delivery-no-proof": "The bundle holds no proof of this delivery of {number}; its grade is the sender's word.",
    "delivery-broken": "Failed checks of the delivery records: {count}; they are listed below.",
    "who-named": (
        "Signed with the key you named ({anchor}; {digits} of 64 digits of its fingerprint compared)."
    ),
    "who-certificate": (
        "The stamped letter is also signed by a certificate in the name of {subject}, which says it was issued by "
        "{issuer}, not checked; in force from {first} to {last}, its SHA-256 {sha256}. Whose it is, and whether it was "
        "revoked, was not looked up."
    ),
    "who-certificate-test": "That certificate says of itself that it is for tests.",
    "who-certificate-own": "That certificate was issued by its own holder: nobody else vouches for the name in it.",
    "who-approved": (
        "The sender's journal says that a lawyer has answered for {numbers}; who, and whether it is so, was not checked."
    ),
    "who-other": "Not signed with a key you named. The key found has the fingerprint {fingerprint}.",
    "who-unattributed": (
        "Unattributed: compare this fingerprint with one you have from elsewhere, "
        "not from the same file: {fingerprint}"
    ),
    "letter-states": "It states {name}: {value}",
    "who-key-rotated": "The office changed its key with entry {index} ({at}): the earlier and the new key signed it.",
    "who-key-lost": (
        "The office reported its earlier key lost with entry {index} ({at}). What that key signed before counts as ever; "
        "that the new key is the same office's, the earlier one does not say."
    ),
    "who-key-stolen": (
        "The office reported its earlier key stolen with entry {index} ({at}). Of what that key signed, only what this "
        "journal recorded before that entry counts; a letter of that key found elsewhere may be the thief's."
    ),
    "who-was-lost": "This key was reported lost ({at}): nobody signs with it since; letters of before count as ever.",
    "who-was-stolen": (
        "Not attributed: this key was reported stolen ({at}). Whoever has it can sign a letter and date it back. Ask for "
        "the evidence bundle: its journal shows what was recorded while the office held it. Fingerprint: {fingerprint}"
    ),
    "who-named-lost": (
        "Not attributed: the key you named was reported lost with entry {index} ({at}), and the new key is not "
        "signed by it. Get the new fingerprint from the office itself and compare: {fingerprint}"
    ),
    "who-named-stolen": (
        "Not attributed: the key you named was reported stolen with entry {index} ({at}), and the new key is not "
        "signed by it. Get the new fingerprint from the office itself and compare: {fingerprint}"
    ),
    "who-key-id-only": (
        "The token names the key id {kid}, which agrees with the fingerprint you named; "
        "its signature was not checked, for want of the key file."
    ),
    "who-signature-wrong": "The signature does not hold.",
    "who-unread": "Key or signature cannot be read, so that no signature was checked.",
    "not-true": "that what the text says is true, or that the debt exists in this amount",
    "not-timestamped": "that it existed at the stated time: no independent authority dated it",
    "not-time-named": "that it existed at the stated time: you have named no authority that dated it",
    "not-dated-after": "when the entries after {last} were written: no authority you named dated them",
    "not-revoked": "whether a certificate of the authority had been revoked: that would take a network",
    "not-legal": "what effect it has in law; that is for a court to judge",
    "not-whose-key": "who holds the key: a file that brings its own key cannot vouch for itself",
    "not-delivered": "that the letter was delivered, to whom, or that anybody read it",
    "not-exhibit-author": (
        "who made the document under the stamp, and when: the stamp shows that the office held these bytes, "
        "not that they are genuine"
    ),
    "not-recorded": "that the letter stands in the sender's journal; that takes the evidence bundle",
    "not-test-marked": "whether it was made as a test: only the journal says so",
    "not-paper": "that a sheet of paper shows the same: compare it with this file, page by page",
    "not-page": "that the page on which the QR code stands is the signed one",
    "not-pixels": (
        "what the picture shows beside the QR code: pixels are not the letter; compare them with the stamped PDF, "
        "or room, periods and amount with its disclosure file"
    ),
    "not-complete": "that the bundle is complete: the sender chose which entries of the journal to put in",
    "not-approved": "that a lawyer has answered for this letter: the journal in the evidence bundle records the approval",
    "not-approved-in": (
        "that a lawyer has answered for {numbers}: no entry of the journal in this bundle records an approval"
    ),
    "not-entries-true": "that what an entry of the journal says is true: the sender wrote it",
    "not-proof-content": "that photographs, slips and other proofs show what the record says: look at them",
    "not-grade": "that the grade of a delivery is right: the sender gave it",
    "not-compiled": (
        "that the compiled bundle.pdf and the catalogue say what the originals say: only the originals count"
    ),
    "not-rewritten": (
        "that the journal was never rewritten before this checkpoint, "
        "except as far as letters delivered earlier agree with it"
    ),
    "not-voided": "anything about letters that the journal calls voided",
    **bagwords.STATEMENTS,
}

#: The report on one page.
SHEET: Mapping[str, str] = {
    "title": "Report of verification",
    "subject": "{name} ({kind})",
    "more": "and {count} more; see the full report.",
    "semicolon": "; ",
    "checklist": "What courts ask of electronic data: filled from the checks above, for the court to judge",
    "blanks": (
        "An empty line is for whoever submits it: no check of this program can know it. Codes in [brackets] are those of "
        "the checks in evidence verify --json, for experts; they need not be read."
    ),
}

FRAME: Mapping[str, str] = {
    "test": "TEST: made with a test clock or a test key. It proves nothing outside of a test.",
    "failures": "Failed checks",
    "not-shown": "Not shown by these checks",
    "checks": "What was checked",
    "passed": "{count} checks passed (with -v each is listed)",
    "problems": "Not checked at all",
    "moment": "{local} Beijing time (UTC {utc})",
    "comma": ", ",
    "self": (
        "A checking program that travels with the files cannot vouch for itself; "
        "use one from a source of your own."
    ),
}

# The message ids of evidence/delivery/labels.py, so that the catalogue has one Chinese term for each.
CHANNELS: Mapping[str, str] = {
    "hand": "personal delivery",
    "cohabitant": "receipt by a cohabiting adult relative",
    "left": "leaving at the home",
    "ems": "EMS express mail",
    "courier": "private courier",
    "sms": "text message",
    "wechat": "WeChat",
    "email": "e-mail",
    "posted": "posting on site",
    "notary": "delivery through a notary",
    "preserved": "delivery recorded by a notary",
    "qr": "opening by QR code",
}

OUTCOMES: Mapping[str, str] = {
    "prepared": "prepared",
    "sent": "sent",
    "in-transit": "in transit",
    "delivered": "delivered",
    "refused": "refused",
    "returned": "returned",
    "unreachable": "not reached",
    "withdrawn": "withdrawn",
}

WITNESSES: Mapping[str, str] = {
    "carrier": "the carrier",
    "recipient-paper": "the recipient's signature on paper",
    "recipient-device": "a key said to be of the recipient's device; the sender could have made it",
    "provider": "the provider of the message service",
    "notary": "a notary",
    "third-person": "a third person",
    "nobody": "nobody but the sender",
}

#: The grades A to D are their own names.
GRADES: Mapping[str, str] = {"none": "none: nothing but the sender's word"}

#: The names of fields in which two records may differ.
FIELDS: Mapping[str, str] = {
    "at": "the time",
    "channel": "the channel",
    "grade": "the grade of the proof",
    "witness": "the witness",
    "key": "the key",
    "kind": "the kind of letter",
    "letter": "the letter's number",
    "number": "the number",
    "origin": "the journal's origin",
    "outcome": "the outcome",
    "pages": "the number of pages",
    "profile": "the stamp's profile",
    "pdf": "the letter's PDF",
    "proofs": "the proof files",
    "relation": "the relation to the recipient",
    "signer": "who signed",
    "tracking": "the number of the consignment or message",
    "algorithm": "the digest algorithm",
    "covers": "what was stamped",
    "root": "the root",
    "stamped": "the stamped bytes",
    "sha256": "SHA-256",
    "size": "the size",
    "sm3": "SM3",
    "token": "the token",
}

#: All tables whose texts are message ids of the catalogue.
TABLES: tuple[Mapping[str, str], ...] = (
    QUESTIONS, VERDICTS, STATUSES, KINDS, FACTS, REASONS, STATEMENTS, FRAME, CHANNELS, OUTCOMES, WITNESSES,
    GRADES, FIELDS, SHEET,
)  # fmt: skip
