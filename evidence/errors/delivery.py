"""Error codes of the delivery room.

Codes that exit 3 keep an event from being recorded; those that exit 0 are warnings about one that was.
"""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

_ONE_OF = "Use one of: {known}."
_AGAIN = "Copy the file again from the phone or scanner and name it anew."

ROWS: tuple[ErrorSpec, ...] = (
    # --- the event
    ErrorSpec("delivery.channel-unknown", ExitCode.INPUT, "There is no channel {given}.", _ONE_OF),
    ErrorSpec("delivery.outcome-unknown", ExitCode.INPUT, "There is no outcome {given}.", _ONE_OF),
    ErrorSpec("delivery.relation-unknown", ExitCode.INPUT, "There is no relation {given}.", _ONE_OF),
    ErrorSpec(
        "delivery.role-unknown",
        ExitCode.INPUT,
        "A proof cannot be of the kind {given}.",
        "Use one of: {known}; or give the file alone where none fits.",
    ),
    ErrorSpec(
        "delivery.relation-contradicts",
        ExitCode.INPUT,
        "The signer is {relation}, which does not go with the channel {channel}.",
        "Say hand where it was handed to anybody but a relative living in the home.",
    ),
    ErrorSpec(
        "delivery.time-unreadable",
        ExitCode.INPUT,
        "{given} is not a time.",
        "Write it like 2026-11-25T10:30+08:00.",
    ),
    ErrorSpec(
        "delivery.time-zone",
        ExitCode.INPUT,
        "The time {given} has no zone.",
        "Write it with one: 2026-11-25T10:30+08:00 for Beijing time.",
    ),
    ErrorSpec(
        "delivery.time-future",
        ExitCode.INPUT,
        "{at} has not come yet; it is {now}.",
        "Record what happened after it happened; if it did, check the clock of this computer.",
    ),
    ErrorSpec(
        "delivery.time-before-letter",
        ExitCode.INPUT,
        "{at} is before the letter was issued ({issued}).",
        "Check the time and the number of the letter.",
    ),
    ErrorSpec(
        "delivery.tracking-needed",
        ExitCode.INPUT,
        "An event of the channel {channel} needs a tracking number or a proof.",
        "Give --tracking, or --proof with the slip or the tracking page.",
    ),
    ErrorSpec(
        "delivery.tracking-unfit",
        ExitCode.INPUT,
        "The channel {channel} has no tracking numbers.",
        "Leave it out, or check the channel.",
    ),
    ErrorSpec(
        "delivery.text-unreadable",
        ExitCode.INPUT,
        "The field {field} holds characters that cannot be kept.",
        "Type the text again; it may have been pasted in another encoding.",
    ),
    ErrorSpec(
        "delivery.text-long",
        ExitCode.INPUT,
        "The field {field} is longer than {limit} characters.",
        "Shorten it, or attach the full text as a proof.",
    ),
    # --- its files
    ErrorSpec(
        "delivery.proofs-many",
        ExitCode.INPUT,
        "{count} proofs were given; one event takes {limit}.",
        "Join the pages into one PDF, or record several events.",
    ),
    ErrorSpec(
        "delivery.proof-name",
        ExitCode.INPUT,
        "The file name {name} cannot be kept.",
        "Rename the file; use letters, digits and Chinese characters.",
    ),
    ErrorSpec("delivery.proof-empty", ExitCode.INPUT, "{name} is empty.", _AGAIN),
    ErrorSpec(
        "delivery.proof-too-large",
        ExitCode.INPUT,
        "{name} is larger than {limit} MiB.",
        "Cut the video to the delivery itself, and keep the original on a disc.",
    ),
    ErrorSpec(
        "delivery.proofs-large",
        ExitCode.INPUT,
        "The proofs of one event are larger than {limit} MiB together.",
        "Record them as several events, or shorten the videos.",
    ),
    ErrorSpec(
        "delivery.proof-no-file",
        ExitCode.INPUT,
        "{name} is no ordinary file.",
        "Name the photo, scan or video itself, not a folder or a device.",
    ),
    ErrorSpec(
        "delivery.proof-type",
        ExitCode.INPUT,
        "{name} is of a kind that is not taken as proof.",
        "Give a photo (JPEG, PNG, HEIC, TIFF, WebP), a PDF, or a video (MP4, MOV, 3GP).",
        "What a file is, is told by its first bytes, not by its name. Only kinds that a court can open are taken.",
    ),
    ErrorSpec(
        "delivery.proof-program",
        ExitCode.INPUT,
        "{name} is a program, whatever its name says.",
        "Do not open it. Find the real photo, and have the computer it came from checked.",
    ),
    ErrorSpec(
        "delivery.proof-web-page",
        ExitCode.INPUT,
        "{name} is a web page, whatever its name says.",
        "Print the page to PDF, or take a screenshot, and give that.",
        "A saved web page shows something else on each computer and can run programs; a court takes the picture.",
    ),
    ErrorSpec("delivery.proof-damaged", ExitCode.INPUT, "The picture {name} cannot be opened.", _AGAIN),
    ErrorSpec(
        "delivery.proof-unfit",
        ExitCode.INPUT,
        "{name} ({type}) is no proof for the channel {channel}.",
        "Check the channel, or give a photo or a PDF.",
    ),
    ErrorSpec(
        "delivery.proof-twice",
        ExitCode.INPUT,
        "{name} and {other} are the same file.",
        "Give each proof once.",
    ),
    ErrorSpec(
        "delivery.event-form",
        ExitCode.VERIFY,
        "This is no delivery event of this toolkit.",
        "It was altered, or written by a newer version; restore the last backup that checks clean.",
    ),
    # --- a carrier's table, and a stack of scanned slips
    ErrorSpec(
        "delivery.row-letter",
        ExitCode.PARTIAL,
        "No letter of this office has the number {letter}; the row was left.",
        "Check the number. A letter of another office is recorded in that office's workspace.",
    ),
    ErrorSpec(
        "delivery.row-waybill",
        ExitCode.PARTIAL,
        "The waybill {waybill} is recorded for no letter; the row was left.",
        "If it is a letter's, record its posting first: evidence deliver LETTER --outcome sent --tracking {waybill}.",
    ),
    ErrorSpec(
        "delivery.row-contradicts",
        ExitCode.INPUT,
        "The row names letter {letter}, but its waybill {waybill} is recorded for letter {other} to another owner.",
        "One of the two is wrong: check the waybill, and correct the table.",
    ),
    ErrorSpec(
        "delivery.row-differs",
        ExitCode.DONE,
        "This result of letter {letter} is on record already, with {kept}; the row says {said}. Nothing was changed.",
        "Where the row is right, record the event by hand with evidence deliver and the signed slip as its proof.",
        "A carrier's table exported again may word the signer or the reason anew. The result of one waybill at one moment "
        "is one event, so that reading tables again never makes two deliveries of one.",
    ),
    ErrorSpec(
        "delivery.row-ambiguous",
        ExitCode.INPUT,
        "The waybill {waybill} is recorded for letters to different owners: {letters}.",
        "Put the letter's number into the row, and correct the wrong waybill.",
    ),
    ErrorSpec(
        "delivery.row-channel",
        ExitCode.INPUT,
        "The row does not say who carried the letter.",
        "Give --channel ems or --channel courier for the whole table.",
    ),
    ErrorSpec(
        "delivery.scan-reader-missing",
        ExitCode.MISSING,
        "Reading codes off scanned slips needs the package zxing-cpp, which is not installed.",
        "Install it with: pip install 'evidence-kit[scan]'.",
    ),
    ErrorSpec(
        "delivery.scan-nothing",
        ExitCode.INPUT,
        "{path} holds no picture and no PDF.",
        "Name the folder of the photos, or the scanner's PDF.",
    ),
    ErrorSpec(
        "delivery.scan-too-large",
        ExitCode.INPUT,
        "{name} is larger than {limit} MiB.",
        "Scan the stack in parts, or at 200 dpi in grey.",
    ),
    ErrorSpec(
        "delivery.scan-damaged",
        ExitCode.PARTIAL,
        "{name} cannot be opened, or takes too long to read.",
        "Scan it again, or record its letters one by one with evidence deliver.",
    ),
    ErrorSpec(
        "delivery.scan-unread",
        ExitCode.PARTIAL,
        "No code can be read on it; it is filed to no letter.",
        "Look at the page and write the letter's number into the list, or scan it again straight and sharp.",
    ),
    ErrorSpec(
        "delivery.scan-no-pictures",
        ExitCode.PARTIAL,
        "The page holds no scanned picture; it is filed to no letter.",
        "Give the scan as the scanner or the telephone made it, not a page printed to PDF.",
    ),
    ErrorSpec(
        "delivery.scan-foreign",
        ExitCode.PARTIAL,
        "The code {code} is of no letter of this office; the page is filed to none.",
        "It may be another office's, or of a letter whose owner's data were erased.",
    ),
    ErrorSpec(
        "delivery.scan-several",
        ExitCode.PARTIAL,
        "The codes of several letters are on it ({letters}); it is filed to none.",
        "Scan each slip by itself: a page that shows two owners' names may go to neither.",
    ),
    ErrorSpec(
        "delivery.scan-contradicts",
        ExitCode.INPUT,
        "The list says letter {letter}, but the code on the page is that of {code}.",
        "Correct the list; the code on the slip is the letter's own.",
    ),
    ErrorSpec(
        "delivery.scan-row-unknown",
        ExitCode.INPUT,
        "The list names {file}, page {page}, which is not among what was scanned.",
        "Give the same scan the list was made from.",
    ),
    ErrorSpec(
        "delivery.scan-row-letter",
        ExitCode.INPUT,
        "The row has a result and no letter: no code was read on that page.",
        "Write the letter's number into the row, or empty the result.",
    ),
    ErrorSpec(
        "delivery.scan-row-twice",
        ExitCode.INPUT,
        "The pages of letter {letter} have different results or times in the list.",
        "Give all pages of one slip the same result, or leave it to one of them.",
    ),
    # --- warnings
    ErrorSpec(
        "delivery.signer-not-eligible",
        ExitCode.DONE,
        "Somebody signed who may not sign for the owner ({relation}): this does not count as delivered.",
        "Deliver again to the owner, a cohabiting adult relative or somebody the owner authorised, or by EMS.",
        "For a natural person the owner, a cohabiting relative of full capacity or an authorised person may sign "
        "(时效规定, article 8). A guard, the front desk, a neighbour, a minor or a parcel locker may not.",
    ),
    ErrorSpec(
        "delivery.signer-not-owner",
        ExitCode.DONE,
        "{signer} is not on record as an owner ({owner}), so this is not counted as the owner's own signature.",
        "Record it again with the true relation (cohabiting-adult, authorised, …); if {signer} is a co-owner, record that "
        "first: evidence case set HOME owner name={signer}.",
        "The event is kept with the name that was given, but without the relation: what the owner signed in person "
        "proves more than what somebody else signed (时效规定, article 8), and a court compares the name on the slip.",
    ),
    ErrorSpec(
        "delivery.signer-for-organisation",
        ExitCode.DONE,
        "The debtor {owner} is an organisation, which neither signs in person nor lives with relatives: the relation is "
        "not recorded.",
        "Record it again with organisation for its head or the department that receives mail, or with authorised.",
    ),
    ErrorSpec(
        "delivery.signer-for-person",
        ExitCode.DONE,
        "The debtor {owner} is a natural person, for whom no organisation signs: the relation is not recorded.",
        "Record it again with the true relation (self, cohabiting-adult, authorised, …).",
    ),
    ErrorSpec(
        "delivery.none-yet",
        ExitCode.INPUT,
        "Nothing is on record of how letter {letter} went.",
        "Record it first with evidence deliver; the empty receipt to be signed comes with evidence print.",
    ),
    ErrorSpec(
        "delivery.proof-reused",
        ExitCode.DONE,
        "{name} is already on record as proof for letter {letter}.",
        "Check that it shows this letter as well; take one photo for each letter.",
    ),
    ErrorSpec(
        "delivery.photo-time",
        ExitCode.DONE,
        "The camera dates {name} {taken}, the event is recorded for {at}.",
        "Check the time given and the clock of the camera; a court will see both.",
    ),
    ErrorSpec(
        "delivery.photo-older",
        ExitCode.DONE,
        "The camera dates {name} {taken}, before the letter was made ({issued}).",
        "Find the photo of this letter. If the camera's clock is wrong, write so in --note; a court will see its time.",
    ),
    ErrorSpec(
        "delivery.tracking-reused",
        ExitCode.DONE,
        "The waybill {tracking} is on record for letter {letter} too, which went to another owner.",
        "One of the two is wrong: check the waybill, and record the right number for the other letter.",
        "One waybill cannot have brought letters to two owners. As long as both stand, status --gaps names both, and a "
        "court can be shown neither.",
    ),
    ErrorSpec(
        "delivery.heic-kept",
        ExitCode.DONE,
        "{name} is a HEIC photo, which many computers of courts cannot show; it is kept as it is.",
        "Install the converter once (pip install 'evidence-kit[heic]'), or give a JPEG copy beside it.",
    ),
    ErrorSpec(
        "delivery.heic-damaged",
        ExitCode.INPUT,
        "The HEIC photo {name} cannot be opened.",
        _AGAIN,
    ),
    ErrorSpec(
        "delivery.keep-tracking-page",
        ExitCode.DONE,
        "Only the number {tracking} is on record, no slip or tracking page.",
        "Save the tracking page and the signed slip now and add them: carriers answer for one year from posting.",
        "Registered items can be queried for one year (邮政法, article 49). After that the number proves nothing.",
    ),
    ErrorSpec(
        "delivery.back-doubtful",
        ExitCode.DONE,
        "A letter that came back ({reason}) is no certain arrival: courts decide it case by case.",
        "Show that the address is the one agreed or registered (evidence case set … address), and that the waybill names "
        "the letter; deliver once more in another way before limitation runs out.",
        "Reported cases took a refused item whose waybill named the demand, and an item returned from the unchanged "
        "registered address, as arrived; others did not. The grade says how well the post's own record is proven, not how "
        "a court will weigh it.",
    ),
    ErrorSpec(
        "delivery.no-proof",
        ExitCode.DONE,
        "The delivery is recorded on your word alone, without any proof.",
        "Add a photo, the signed receipt, or a tracking number.",
    ),
    ErrorSpec(
        "delivery.one-server",
        ExitCode.DONE,
        "Delivery on site should be done by two people; {count} named.",
        "Name both with --server; two can bear witness to what one alone only claims.",
    ),
)
