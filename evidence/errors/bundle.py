"""Error codes of the bundle room."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

ROWS: tuple[ErrorSpec, ...] = (
    ErrorSpec(
        "bundle.exhibit-empty",
        ExitCode.PARTIAL,
        "{name} has no pages; a page stands in its place.",
        "Give the whole document; this one may have been cut off.",
        "The untouched original travels beside the pages in any case. One file that cannot be shown never stops the others.",
    ),
    ErrorSpec(
        "bundle.exhibit-type",
        ExitCode.PARTIAL,
        "{name} is of a kind that cannot be shown as pages; a page stands in its place.",
        "Give a PDF or a picture of it as well (a HEIC photo saved as JPEG, a chat printed to PDF).",
        "The untouched original travels beside the pages in any case. One file that cannot be shown never stops the others.",
    ),
    ErrorSpec(
        "bundle.exhibit-password",
        ExitCode.PARTIAL,
        "{name} is protected by a password; a page stands in its place.",
        "Save it without a password and add that file as well.",
        "The untouched original travels beside the pages in any case. One file that cannot be shown never stops the others.",
    ),
    ErrorSpec(
        "bundle.exhibit-unreadable",
        ExitCode.PARTIAL,
        "{name} is damaged or too large to be shown as pages; a page stands in its place.",
        "Copy it again from where it came, or give a smaller picture of it as well.",
        "The untouched original travels beside the pages in any case. One file that cannot be shown never stops the others.",
    ),
    ErrorSpec(
        "bundle.exhibit-cut",
        ExitCode.DONE,
        "{name} is long: its pages show {shown} of {total} lines, and say so.",
        "If the rest matters, print the part that does to PDF and add it as well.",
        "The whole file travels beside the pages.",
    ),
    ErrorSpec(
        "bundle.unsettled",
        ExitCode.FAULT,
        "The catalogue's length keeps moving the page numbers it prints.",
        "Shorten the longest names of exhibits, or report this with the catalogue.",
    ),
    ErrorSpec(
        "bundle.path",
        ExitCode.INPUT,
        "The name {path} cannot be used in the evidence file (clashes with {other} or leaves the folder).",
        "Give the exhibit another name.",
    ),
    ErrorSpec(
        "bundle.nothing-to-show",
        ExitCode.BLOCKED,
        "Account {account} has no letter and no exhibit yet.",
        "Issue a demand and record its delivery first.",
    ),
    ErrorSpec(
        "bundle.nothing-demanded",
        ExitCode.BLOCKED,
        "Account {account} has no letter and no exhibit yet, and nothing of it is demanded today: all is held, paid or "
        "not yet due.",
        "evidence statement {account} says which. What is held is demanded again once the hold is ended (evidence case "
        "event {account} cancel entry=NUMBER on=DATE reason=…).",
    ),
    ErrorSpec(
        "bundle.former-owner",
        ExitCode.DONE,
        "{n} letters of account {account} went to an owner of another name; they are not in this evidence file.",
        "Nothing to do after a sale. If only the spelling of the name was corrected, issue the demand again.",
        "A file about one owner must not tell of another's debts, and a letter to one person is no demand to the next.",
    ),
    ErrorSpec(
        "bundle.left-out-draft",
        ExitCode.DONE,
        "Lawyer's letter {letter} is a draft that no lawyer has signed; it is not in this evidence file.",
        "Have it signed and delivered, then add the signed scan with `evidence exhibit add`.",
        "A draft proves nothing, and a catalogue that lists it as the firm's letter tells the court what is not true.",
    ),
    ErrorSpec(
        "bundle.left-out-unsigned",
        ExitCode.DONE,
        "Instalment agreement {letter} is kept here without signatures; it is not in this evidence file.",
        "If it was signed, add the signed scan with `evidence exhibit add`.",
        "Without both signatures it is a proposal, and proposals made for a settlement do not belong in a suit.",
    ),
    ErrorSpec(
        "bundle.unsigned-shown",
        ExitCode.DONE,
        "{letter} went out, but the copy kept here bears no signature; the catalogue says so.",
        "Add the signed scan with `evidence exhibit add`.",
        "What was delivered is part of the delivery record; the file of it that is kept here was stamped before anybody signed.",
    ),
    ErrorSpec(
        "bundle.claim-differs",
        ExitCode.DONE,
        "The ledger claims {now} today; demand {letter}, the last that arrived, claimed {then}, or other periods.",
        "Sue for what was demanded, or issue a new demand, deliver it, and make the evidence file again.",
        "For property fees a written demand with a reasonable period comes before suit (民法典 944(2)). What was not demanded lacks it.",
    ),
    ErrorSpec(
        "bundle.restamped",
        ExitCode.DONE,
        "Evidence file {bundle} is as it was; its proofs now carry the timestamps made since.",
        "Hand out this folder or zip from now on; the sealed files in it have not changed by a byte.",
    ),
    ErrorSpec(
        "bundle.unchanged",
        ExitCode.DONE,
        "Nothing has changed since evidence file {bundle} was made; no new version was made.",
        "Nothing to do: folder and zip are as they were.",
    ),
    ErrorSpec(
        "bundle.version-unknown",
        ExitCode.USAGE,
        "{account} has no version {version} of its evidence file; there are: {known}.",
        "Name a version (1 or v1) or the evidence file's id.",
    ),
    ErrorSpec(
        "bundle.version-gone",
        ExitCode.INPUT,
        "Evidence file {bundle} does not lie in bundles/ any more.",
        "Put its folder or its zip back there.",
    ),
    ErrorSpec(
        "bundle.version-altered",
        ExitCode.VERIFY,
        "Evidence file {bundle} is not as it was made.",
        "Say what changed with evidence verify, and bring the file back from a copy.",
    ),
    ErrorSpec(
        "bundle.none-due",
        ExitCode.DONE,
        "No account is due for court today.",
        "evidence status says what each account waits for; evidence bundle ACCOUNT makes one file whatever the ladder says.",
    ),
    ErrorSpec(
        "bundle.form-none",
        ExitCode.BLOCKED,
        "There are no court forms for jurisdiction {jurisdiction}.",
        "Court forms are filled for Mainland cases (cn) only; take the form of your court.",
    ),
    ErrorSpec(
        "bundle.form-unknown",
        ExitCode.USAGE,
        "There is no form {form}.",
        "The forms are: {known}.",
    ),
    ErrorSpec(
        "bundle.form-no-firm",
        ExitCode.BLOCKED,
        "The letter of a law firm cannot be made: evidence.toml names no law firm.",
        "Fill in [law_firm], or leave this form to the firm.",
        "Only a law firm may write it (律师法 13, 55); an agent who is no lawyer needs other papers (民诉法解释 88).",
    ),
    ErrorSpec(
        "bundle.form-sums",
        ExitCode.INPUT,
        "The forms of {account} would not add up ({what}): the lines come to {lines}, the claim says {claim}. Nothing was written.",
        "Look at `evidence statement`; if the claim is right there, report this with the figures.",
        "Every sum printed on a form for a court is added up again from its lines first.",
    ),
    ErrorSpec(
        "bundle.form-blank",
        ExitCode.DONE,
        "{n} entries that a court asks for are blank in the forms of {account}.",
        "Record what is listed as to be filled in, or write it into the Word files by hand.",
        "What is not on file is left blank on the form and listed here; nothing is guessed.",
    ),
)
