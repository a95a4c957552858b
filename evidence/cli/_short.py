"""What a list of commands says of each: one short line, whole in every language.

click would cut the help text at a blank, and Chinese has none: a clerk would read ``import  ...``.
"""

from __future__ import annotations

from collections.abc import Mapping

from evidence.cli._app import n_

SHORT: Mapping[str, str] = {
    "init": n_("Make a new workspace"),
    "demo": n_("Walk through it all on sample data"),
    "doctor": n_("Check what the toolkit depends on"),
    "import": n_("Read a ledger or a list of payments"),
    "status": n_("List who owes what, and the next step"),
    "serve": n_("Serve the letters' page for their recipients"),
    "staff": n_("Who works at the staff's pages"),
    "staff add": n_("Add somebody, or set a new password"),
    "staff list": n_("List who can log in"),
    "staff remove": n_("End somebody's access"),
    "statement": n_("Show how an amount owed comes about"),
    "diff": n_("Compare two ledgers"),
    "issue": n_("Make and stamp letters"),
    "approve": n_("Record a lawyer's approval of a draft"),
    "withdraw": n_("Withdraw a letter"),
    "case": n_("The case file: what is known of an account"),
    "case event": n_("Record something that happened"),
    "case import": n_("Record a whole table of facts"),
    "case plan-contact": n_("Ask whether the owner may be contacted"),
    "case set": n_("Record, change or cancel a fact"),
    "case show": n_("Show what is recorded"),
    "deliver": n_("Record a delivery and its proof"),
    "exhibit": n_("Further evidence, such as the contract"),
    "exhibit add": n_("Keep a file as evidence"),
    "ready": n_("Check an account before it goes to court"),
    "bundle": n_("Make the evidence bundle for court"),
    "verify": n_("Verify a letter, a bundle or a code"),
    "disclose": n_("Write the file that opens a letter's facts"),
    "erase": n_("Destroy a person's data"),
    "anchor": n_("Have the journal timestamped by an authority"),
    "journal": n_("The journal of everything recorded"),
    "journal check": n_("Check that the journal is consistent"),
    "journal export": n_("Write the whole journal to a file"),
    "journal proof": n_("Write the proof of a letter's entry"),
    "journal show": n_("Show the latest checkpoint"),
    "key": n_("The office's signing key"),
    "key backup": n_("Write an encrypted copy of the key"),
    "key protect": n_("Encrypt the key by a passphrase"),
    "key revoke": n_("Report the key lost or stolen"),
    "key rotate": n_("Put a new key in its place"),
    "key show": n_("Show the public key"),
    "key use-device": n_("Go on with a key in a device"),
    "migrate": n_("Bring a workspace of an earlier version up to date"),
    "template": n_("Edit letter templates in Word"),
    "template check": n_("Check templates for mistakes"),
    "template diff": n_("Compare the words of two Word files"),
    "template list": n_("List templates, variables and required fields"),
    "template new": n_("Copy the templates to edit them"),
    "template preview": n_("Fill templates with sample data"),
    "law": n_("The law that letters and rules rest on"),
    "law lint": n_("Look for words that may not be used"),
    "law rates": n_("Show or add published interest rates"),
    "law rates add": n_("Record a newly published rate"),
    "law show": n_("Show what letters cite"),
    "explain": n_("Explain an error code"),
}
