"""Error codes of the case file."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

ROWS: tuple[ErrorSpec, ...] = (
    ErrorSpec(
        "case.unknown-field",
        ExitCode.INPUT,
        "{kind} has no field {field}.",
        "Known fields: {known}.",
    ),
    ErrorSpec(
        "case.bad-value",
        ExitCode.INPUT,
        "{field} cannot be {value}.",
        "Expected: {expected}.",
    ),
    ErrorSpec(
        "case.missing-field",
        ExitCode.INPUT,
        "{kind} needs the field {field}.",
        "Give it as {field}=VALUE.",
    ),
    ErrorSpec(
        "case.unknown-kind",
        ExitCode.INPUT,
        "Nobody knows what a {kind} is.",
        "Known kinds: {known}.",
    ),
    ErrorSpec(
        "case.not-recognised",
        ExitCode.INPUT,
        "The file has neither a column nor sheet names that say what its rows are.",
        "Name each sheet after a kind ({known}), or add a column kind; the columns are the kind's fields and account.",
    ),
    ErrorSpec(
        "case.future",
        ExitCode.INPUT,
        "{field} is {day}, and today is {today}: what has not happened is not recorded.",
        "Correct the day, or record it once it has happened.",
    ),
    ErrorSpec(
        "case.cost-not-claimed",
        ExitCode.DONE,
        "{account}: {amount} of costs on file (entry {entry}) are claimed in no letter and in no statement.",
        "They are kept for the suit: claim them there with their proof, where the contract or the law lays them on the owner.",
        "A demand states the fees of the service. Whether costs of collecting may be claimed depends on the contract; "
        "nothing here adds them by itself.",
    ),
    ErrorSpec(
        "case.payment-again",
        ExitCode.INPUT,
        "{account}: a payment of {amount} on {day} is on record as entry {entry}; this may be the same or another.",
        "If it is the same, there is nothing to record. If it is another, say so with a reference=… or note=….",
        "Without anything that tells them apart, two payments of one day and amount are taken for one. Booked twice, the "
        "claim would be too small; left out, too big.",
    ),
    ErrorSpec(
        "case.payment-beyond",
        ExitCode.DONE,
        "{account}: payment {entry} ({amount}) exceeds all that is owed by {beyond}, which stands as the owner's credit.",
        "If the amount was mistyped, take the entry back: evidence case event {account} cancel entry={entry} reason=…, and record it "
        "anew.",
    ),
    ErrorSpec(
        "case.hold-exceeds",
        ExitCode.INPUT,
        "{account}: {amount} is to be held, where only {open} is open and not held yet.",
        "Correct the amount, leave it out to hold all of it, or end the earlier hold first: `evidence case set ACCOUNT "
        "cancel entry=NUMBER on=DATE reason=…`.",
    ),
    ErrorSpec(
        "case.owner-is-creditor",
        ExitCode.INPUT,
        "The number recorded for {owner} is the creditor's own unified social credit code.",
        "Copy the owner's number from the owner's own paper.",
    ),
    ErrorSpec(
        "case.agreement-unknown",
        ExitCode.INPUT,
        "There is no letter {letter} here that anybody could have signed.",
        "`evidence status` shows the letters of each account. An agreement that was not written here is recorded under "
        "a name of its own.",
    ),
    ErrorSpec(
        "case.agreement-kind",
        ExitCode.INPUT,
        "{letter} is no instalment agreement but a {kind}.",
        "Name the agreement's number; it begins with 4-.",
    ),
    ErrorSpec(
        "case.agreement-account",
        ExitCode.INPUT,
        "{letter} is the agreement of {account}.",
        "Record it for that account, or name the agreement of this one.",
    ),
    ErrorSpec(
        "case.agreement-late",
        ExitCode.INPUT,
        "By its own words {letter} treats the late charge as {says}; recorded is {value}.",
        "Leave the field out, or write what the paper says. If something else was agreed, make an agreement that says so: "
        "`evidence issue instalment-agreement --account ACCOUNT --late kept|waived|restated`.",
    ),
    ErrorSpec(
        "case.answer-unknown",
        ExitCode.INPUT,
        "{account}: no owner's statement on a letter's page is entry {entry} of the journal.",
        "Not answered yet: {open}. `evidence status` lists what waits for an answer.",
    ),
    ErrorSpec(
        "case.answer-early",
        ExitCode.INPUT,
        "The answer of {on} is older than what it answers, entry {entry} of {stated}.",
        "Correct the day or the entry.",
    ),
    ErrorSpec(
        "case.cancel-unknown",
        ExitCode.INPUT,
        "There is no entry {entry} in the case file.",
        "`evidence case show ACCOUNT` lists the entries with their numbers.",
    ),
    ErrorSpec(
        "case.cancel-account",
        ExitCode.INPUT,
        "Entry {entry} belongs to {account}.",
        "Take it back there; - stands for the whole estate.",
    ),
    ErrorSpec(
        "case.cancel-again",
        ExitCode.INPUT,
        "Entry {entry} was taken back before.",
        "If it holds after all, record it anew.",
    ),
    ErrorSpec(
        "case.cancel-kind",
        ExitCode.INPUT,
        "Entry {entry} is of the kind {kind}, which is not taken back.",
        "What was taken back is recorded anew; a lawyer's approval ends with `evidence withdraw`; what went on against a "
        "rule stays on record.",
    ),
    ErrorSpec(
        "case.cancel-on",
        ExitCode.INPUT,
        "Entry {entry} is of the kind {kind} and has no last day that could be set.",
        "Leave on= out to take it back altogether. Only a hold or a pause ends on a day.",
    ),
)
