"""Error codes of the receipt page and its server."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

_PAPER = "Ask the sender by the telephone number on the letter if it goes on."

ROWS: tuple[ErrorSpec, ...] = (
    # --- starting the server
    ErrorSpec(
        "web.not-installed",
        ExitCode.MISSING,
        "The receipt page needs {module}, which is not installed.",
        "Install it: pip install 'evidence-kit[web]'.",
    ),
    ErrorSpec(
        "web.address-taken",
        ExitCode.OUTPUT,
        "Cannot listen on {host}, port {port}: {reason}.",
        "Choose another --port, or end the program that listens there.",
    ),
    ErrorSpec(
        "web.no-host",
        ExitCode.INPUT,
        "evidence.toml names no host, so the QR codes of your letters are no links.",
        "Set host under [policy] to the name of this server before letters are made; the staff's pages work without.",
    ),
    ErrorSpec(
        "web.address-unreadable",
        ExitCode.USAGE,
        "{given} is no address and no network.",
        "Write it like 203.0.113.7 or 203.0.113.0/24.",
    ),
    ErrorSpec(
        "web.name-unreadable",
        ExitCode.USAGE,
        "{given} is no name of a server.",
        "Write it without https:// and without a path, like files.office or 192.168.1.5.",
    ),
    ErrorSpec(
        "web.sms-unknown",
        ExitCode.USAGE,
        "There is no sender of text messages called {given}.",
        "Use none, console, command:PROGRAM, or the name of an installed package's sender.",
        "command:PROGRAM runs a program of yours with the telephone number and the text as JSON on its standard input; it "
        "prints the provider's number of the message. console prints messages and is for tests: nobody carried them, so "
        "that receipts opened by such a code are witnessed by nobody.",
    ),
    # --- codes
    ErrorSpec(
        "web.code-typo",
        ExitCode.INPUT,
        "This cannot be a code from under the fold: a sign is wrong, missing or too much.",
        "Look at the nine signs again: there is no B, D, G, I, L, O, Q, S, U, V or Z among them, and no 0 and no 1.",
    ),
    ErrorSpec(
        "web.code-wrong",
        ExitCode.INPUT,
        "This code does not open the letter.",
        "Check it. A code by text message opens the page once, within ten minutes; ask for a new one.",
    ),
    ErrorSpec(
        "web.tries",
        ExitCode.BLOCKED,
        "Too many wrong codes were tried for this letter.",
        "Try again in an hour. " + _PAPER,
    ),
    ErrorSpec(
        "web.codes-sent",
        ExitCode.BLOCKED,
        "Several codes were sent for this letter already.",
        "Use the latest one, or try again in an hour. " + _PAPER,
    ),
    ErrorSpec(
        "web.no-phone",
        ExitCode.BLOCKED,
        "No code can be sent by text message for this letter.",
        "Use the code under the fold of the letter. " + _PAPER,
    ),
    ErrorSpec(
        "web.sms-failed",
        ExitCode.NETWORK,
        "The text message could not be sent ({reason}).",
        "Try again in a few minutes, or use the code under the fold of the letter.",
    ),
    # --- what is sent
    ErrorSpec(
        "web.files-many",
        ExitCode.INPUT,
        "More than {most} files were sent.",
        "Send the most important ones, or put several photographs into one PDF.",
    ),
    ErrorSpec(
        "web.form-unreadable",
        ExitCode.INPUT,
        "The form could not be read.",
        "Go back, load the page anew and fill it in again.",
    ),
    ErrorSpec(
        "web.text-missing",
        ExitCode.INPUT,
        "What the dispute is about was not said.",
        "Choose a reason, and write a few words where it is another one.",
    ),
    ErrorSpec(
        "web.own-device",
        ExitCode.BLOCKED,
        "Somebody of the staff was logged in on this device, so nothing was recorded as the recipient's.",
        "The recipient does this on a device of their own. What happens at the door is recorded on the staff's pages.",
    ),
    ErrorSpec(
        "web.door-conflict",
        ExitCode.INPUT,
        "Under this number something else was recorded before.",
        "Load the page anew and record it again.",
    ),
    ErrorSpec(
        "web.device-signature",
        ExitCode.INPUT,
        "The signature of this device does not fit what was sent.",
        "Load the page anew and send it again, or send it without the device's signature.",
    ),
    ErrorSpec(
        "web.no-such-receipt",
        ExitCode.INPUT,
        "There is no receipt {receipt} of this letter.",
        "Open the letter's page again; its receipts are listed there.",
    ),
    # --- the staff
    ErrorSpec(
        "web.staff-name",
        ExitCode.INPUT,
        "{given} cannot be the name of a login.",
        "Use up to 40 letters, digits, characters, dots and dashes.",
    ),
    ErrorSpec("web.staff-role", ExitCode.INPUT, "There is no role {given}.", "Use one of: {known}."),
    ErrorSpec(
        "web.staff-password",
        ExitCode.INPUT,
        "A password needs at least {least} characters.",
        "Take several words, or let a password manager make one. Programs give it in EVIDENCE_STAFF_PASSWORD.",
    ),
    ErrorSpec(
        "web.staff-unknown",
        ExitCode.INPUT,
        "Nobody of the staff is called {name}.",
        "List them: evidence staff list.",
    ),
    ErrorSpec(
        "web.sign-in",
        ExitCode.BLOCKED,
        "Name and password do not fit.",
        "Try again, or ask an administrator: evidence staff add NAME sets a new password.",
    ),
    ErrorSpec(
        "web.not-yours",
        ExitCode.BLOCKED,
        "Your role does not allow this.",
        "Ask an administrator of your office.",
    ),
    ErrorSpec(
        "web.no-code-read",
        ExitCode.INPUT,
        "No code of a letter of this office was found in the picture.",
        "Take it again, closer, in good light and flat, or type the letter's number.",
    ),
)
