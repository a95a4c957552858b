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
