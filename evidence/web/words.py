"""The texts of the pages by the names that templates use. Message ids are the English texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evidence.i18n import translate

__all__ = ["TEXTS", "Words"]


def n_(message: str) -> str:
    """Marks a message for the catalogue; it is translated where it is shown."""
    return message


TEXTS: Mapping[str, str] = {
    # --- every page
    "page_title": n_("Document delivery"),
    "staff_title": n_("Staff"),
    "skip": n_("Skip to the content"),
    "language": n_("Language"),
    "back": n_("Back"),
    "next_step": n_("What to do:"),
    "optional": n_("optional"),
    # --- before the code
    "notice_h": n_("A document has been sent to you"),
    "sender": n_("Sender"),
    "number": n_("Document number"),
    "telephone": n_("Telephone"),
    "record_h": n_("What is recorded, and why"),
    "record_1": n_("Scanning and opening this page records the time of opening, as proof that the document was delivered."),
    "record_2": n_(
        "Recorded are the document, the time, and whether it was a telephone or a computer. Your location, your contacts and "
        "your address on the Internet are not recorded."
    ),
    "record_3": n_(
        "The sender named above handles these data. They are kept until the matter and its limitation period are over. You "
        "may ask the sender to see, correct or erase them."
    ),
    "record_4": n_("Opening this page does not mean that you admit the debt or agree to what the document says."),
    "proof_h": n_("Only the addressee can read it"),
    "fold_label": n_("Code under the fold of the letter (nine signs)"),
    "fold_hint": n_("Printed on the inside, such as XXX-XXX-XXX. It is not part of the QR code."),
    "fold_submit": n_("Open the document"),
    "sms_h": n_("Or by text message"),
    "sms_hint": n_("A code is sent to the telephone number that the sender has on record for you (ending in {tail})."),
    "sms_send": n_("Send me a code"),
    "sms_sent": n_("A code was sent. It opens the document once, within ten minutes."),
    "sms_label": n_("Code from the text message (six digits)"),
    "sms_submit": n_("Open the document"),
    "no_code": n_("Without a code, ask the sender by a telephone number that you know. Nobody may ask you to pay on this page."),
    # --- the letter
    "letter_h": n_("Document {number}"),
    "withdrawn": n_("The sender has withdrawn this document."),
    "pdf": n_("Open the document (PDF, {pages} pages)"),
    "pdf_hint": n_("If WeChat shows nothing, choose “open in browser” in its menu."),
    "says_h": n_("What the document says"),
    "f_premises": n_("Home"),
    "f_addressee": n_("Addressee"),
    "f_period": n_("Outstanding"),
    "f_reserved": n_("Not demanded for now"),
    "f_settled": n_("Paid"),
    "f_bill": n_("Bill"),
    "f_total": n_("Total"),
    "f_late": n_("Late charge"),
    "f_pay_by": n_("Pay by"),
    "f_instalment": n_("Instalment"),
    "do_h": n_("Your answer"),
    "do_received": n_("I have received it"),
    "do_disputed": n_("I dispute this"),
    "do_instalments": n_("I want to pay by instalments"),
    "none_needed": n_("You need not answer here. What you do not do on this page counts neither for nor against you."),
    "yours_h": n_("What you have stated here"),
    # --- statements
    "received_h": n_("Confirm that you have received it"),
    "received_1": n_("You confirm that you received the document, and nothing else: neither the debt nor its amount."),
    "who": n_("Who are you?"),
    "who_self": n_("The owner"),
    "who_family": n_("An adult relative living in the home"),
    "who_agent": n_("Somebody authorised by the owner"),
    "your_name": n_("Your name"),
    "sign": n_("Sign with your finger"),
    "sign_file": n_("Signature by finger"),
    "sign_clear": n_("Clear"),
    "sign_off": n_("The field for a signature needs JavaScript. You can confirm without."),
    "device": n_("Sign with a key of this device"),
    "device_hint": n_(
        "Makes a key that stays in this browser and signs your statement. It can show later that the same browser signed "
        "again. Whose browser it is it does not show, and the sender could make such a key too."
    ),
    "received_submit": n_("Confirm receipt"),
    "disputed_h": n_("What do you dispute?"),
    "disputed_1": n_("Your objection is put on record with its time, and you get a receipt. It needs no form."),
    "reason": n_("Reason"),
    "r_paid": n_("I have paid already"),
    "r_amount": n_("The amount is wrong"),
    "r_service": n_("The service was not as agreed"),
    "r_owner": n_("I am not, or was not then, the owner"),
    "r_period": n_("The claim is too old (limitation)"),
    "r_other": n_("Another reason"),
    "text": n_("In your words"),
    "files": n_("Photographs or documents"),
    "files_hint": n_("Up to {most} files of {each} MB: JPEG, PNG, WebP, HEIC, TIFF or PDF."),
    "disputed_submit": n_("Put my objection on record"),
    "instalments_h": n_("Ask for instalments"),
    "instalments_1": n_("This is a request, not an agreement. The sender answers it."),
    "instalments_2": n_(
        "Note: a request to pay in parts or later may be taken as consent to perform, and the limitation period then starts "
        "anew (Judicial Interpretation on Limitation, art. 14). If you dispute the debt, say so instead."
    ),
    "months": n_("In how many months?"),
    "instalments_submit": n_("Send the request"),
    # --- afterwards
    "done_h": n_("On record"),
    "done_1": n_("Recorded at {time} as entry {index} of the sender's journal."),
    "receipt_open": n_("Open the receipt (to print or save)"),
    "receipt_file": n_("Save the proof as a file"),
    "receipt_h": n_("Receipt"),
    "receipt_what": n_("Statement"),
    "receipt_time": n_("Time"),
    "receipt_entry": n_("Journal entry"),
    "receipt_witness": n_("Witness"),
    "receipt_grade": n_("Grade of proof"),
    "receipt_device": n_("Key of the device"),
    "receipt_files": n_("Files"),
    "receipt_proof_h": n_("Proof that the journal holds this entry"),
    "receipt_proof_1": n_(
        "Keep this page or the file. With it anybody can check that this entry stood in the sender's journal; the sender "
        "cannot take it out or change it unnoticed."
    ),
    "print": n_("Print"),
    "a_opened": n_("Page opened"),
    "a_confirmed": n_("Document opened by code"),
    "a_received": n_("Receipt confirmed"),
    "a_disputed": n_("Disputed"),
    "a_instalments": n_("Instalments requested"),
    # --- faults
    "gone_h": n_("This link does not open"),
    "gone_1": n_(
        "It is no link of this office, or what it led to is no longer kept. Check the letter, and ask by a telephone number "
        "that you know."
    ),
    "old_h": n_("This link has expired"),
    "old_1": n_("The page of a letter can be opened for some years. Ask the sender by the telephone number on the letter."),
    "fault_h": n_("That did not work"),
    "fault_form": n_("The page was open too long, or was opened elsewhere in the meantime. Load it anew and try again."),
    "fault_many": n_("Too many requests. Wait {seconds} seconds and try again."),
    "fault_large": n_("What was sent is too large: here at most {limit}."),
    "fault_slow": n_("What was sent came too slowly. Try again with a better connection."),
    "fault_input": n_("Some of what was sent cannot be read. Go back and check it."),
    "fault_missing": n_("There is no such page."),
    "fault_host": n_("This server does not answer to that name. Open the link as it stands in the QR code of the letter."),
    "fault_method": n_("This page takes no such request."),
    "fault_busy": n_("The office's records are being written at this moment. Try again in a minute; nothing was recorded."),
    "fault_server": n_("Something failed on our side; nothing was recorded. Try again later."),
    # --- the staff
    "sign_in_h": n_("Staff login"),
    "name": n_("Name"),
    "password": n_("Password"),
    "sign_in": n_("Log in"),
    "sign_out": n_("Log out"),
    "signed_in": n_("{name} ({role})"),
    "role_clerk": n_("clerk"),
    "role_lawyer": n_("lawyer"),
    "role_admin": n_("administrator"),
    "logged": n_("What you look at here is logged."),
    "nav_door": n_("At the door"),
    "nav_letters": n_("Letters"),
    "nav_receipts": n_("Receipts"),
    "nav_views": n_("Who looked at what"),
    "search": n_("Number or home"),
    "search_go": n_("Search"),
    "home": n_("Home"),
    "issued": n_("Issued"),
    "nothing": n_("Nothing here."),
    "proven": n_("Witnessed by somebody besides the sender"),
    "not_proven": n_("Not proven: witnessed by nobody but the sender"),
    "not_proven_1": n_(
        "A scan proves that a device opened a link, and no more. The sender knows the code under the fold, and could make a "
        "device's key as well."
    ),
    "who_stated": n_("Relation, as stated"),
    "name_stated": n_("Name, as stated"),
    "unanswered": n_("not answered"),
    "answer_it": n_("Not answered yet. Record the answer: evidence case event {account} answer entry={entry} …"),
    "openings_h": n_("Requests for the page"),
    "openings_1": n_("Previews, programs, staff and the office's own addresses are counted apart and never as openings."),
    "hour": n_("Hour"),
    "what_asked": n_("What asked"),
    "count": n_("Times"),
    "seen_device": n_("device"),
    "seen_preview": n_("preview or program"),
    "seen_staff": n_("staff"),
    "seen_office": n_("the office's address"),
    "d_phone": n_("telephone"),
    "d_wechat": n_("WeChat"),
    "d_computer": n_("computer"),
    "d_unknown": n_("unknown"),
    "who_looked": n_("Who"),
    "looked_at": n_("What"),
    "v_sign-in": n_("logged in"),
    "v_letters": n_("list of letters"),
    "v_receipts": n_("list of receipts"),
    "v_letter": n_("a letter's records"),
    "v_pdf": n_("a letter's text"),
    "v_file": n_("a file of a receipt"),
    "v_door": n_("recorded at the door"),
    "v_scan": n_("a scanned code"),
    "v_views": n_("this list"),
    "v_openapi": n_("description of the interface"),
    "door_h": n_("At the door"),
    "door_1": n_("Works without a connection: what is recorded waits on this telephone and is sent when there is one."),
    "door_letter": n_("Letter (number, or scan its code)"),
    "scan": n_("Scan the code"),
    "scan_stop": n_("Stop"),
    "scan_photo": n_("Photograph of the code"),
    "scan_found": n_("Code read"),
    "scan_none": n_("No code of a letter was found. Take the photograph again, or type the number."),
    "outcome": n_("What happened at the door"),
    "o_delivered": n_("Handed over"),
    "o_left": n_("Left at the home"),
    "o_refused": n_("Refused"),
    "o_unreachable": n_("Nobody there"),
    "when": n_("When"),
    "signer": n_("Who took it or refused it"),
    "relation": n_("Relation to the owner"),
    "rel_none": n_("not stated"),
    "servers": n_("Delivered by (two people)"),
    "server_2": n_("Second person"),
    "witness": n_("Witness (name, neighbourhood committee)"),
    "place": n_("Place"),
    "refusal": n_("Reason for refusing, remarks"),
    "photos": n_("Photographs or videos"),
    "photos_large": n_("At most {most} files of {each} MB, {sum} MB together."),
    "photos_hint": n_("Door number, the letter readable, leaving it there, the time. Never inside of the home."),
    "door_submit": n_("Record"),
    "queue_h": n_("Waiting on this telephone"),
    "queue_none": n_("Nothing is waiting."),
    "queue_sync": n_("Send now"),
    "q_saved": n_("Saved on this telephone; it is sent when there is a connection."),
    "q_sent": n_("Recorded: {letter}, journal entry {index}."),
    "q_login": n_("Log in again to send what is waiting."),
    "q_failed": n_("Not recorded: {reason}"),
    "q_offline": n_("No connection."),
    "q_waiting": n_("waiting"),
    "q_correct": n_("Correct"),
    "q_full": n_("Not saved: this telephone has no room left for it. Take fewer or smaller photographs, or send what waits first."),
    "q_remove": n_("Discard"),
}  # fmt: skip


class Words(Mapping[str, str]):
    """:data:`TEXTS` in one language. ``words("sms_hint", tail="12")`` fills a text's places."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __getitem__(self, name: str) -> str:
        return translate(TEXTS[name], self.lang)

    def __call__(self, name: str, /, **params: str | int) -> str:
        return translate(TEXTS[name], self.lang, **params)

    def __iter__(self) -> Iterator[str]:
        return iter(TEXTS)

    def __len__(self) -> int:
        return len(TEXTS)
