"""Error codes of the workspace: its folder, its configuration, and the runs made in it."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

ROWS: tuple[ErrorSpec, ...] = (
    ErrorSpec(
        "workspace.missing",
        ExitCode.USAGE,
        "There is no workspace at {path} or above it.",
        "Make one with `evidence init DIR --jurisdiction cn --locale zh`, or name one with --workspace.",
    ),
    ErrorSpec(
        "workspace.half-made",
        ExitCode.USAGE,
        "The workspace {path} is half made: {missing} is missing.",
        "Put it back from a backup (evidence restore makes the workspace anew in another folder), or correct the place in "
        "[store] of evidence.toml. Delete nothing.",
    ),
    ErrorSpec(
        "workspace.key-away",
        ExitCode.MISSING,
        "The private key is not in its place, {path}; the workspace can be read, and nothing be changed in it.",
        "Put the copy that `evidence key backup` made back under this very name, with mode 600. If there is no copy any "
        "more: evidence key revoke --reason lost.",
        "So it is after the restore of a backup that was made without keys. Everything written is signed, so that issuing, "
        "recording and bundling wait for the key; status, statements and checks do not, nor does an export of the "
        "journal unless something was written since the last signature. If the key is kept in a device, [key] of "
        "evidence.toml has to name it.",
    ),
    ErrorSpec(
        "workspace.exists",
        ExitCode.OUTPUT,
        "{path} is not empty; it was left as it is.",
        "Name a new or empty folder.",
    ),
    ErrorSpec(
        "workspace.config-unreadable",
        ExitCode.USAGE,
        "evidence.toml cannot be read: {reason}.",
        "Correct the file at the place named; texts stand in straight double quotes.",
    ),
    ErrorSpec(
        "workspace.config-unknown-key",
        ExitCode.USAGE,
        "evidence.toml: nobody knows the key {key}.",
        "Did you mean {near}? Known here: {known}.",
        "A misspelt key would otherwise be ignored in silence, and a letter would go out without it.",
    ),
    ErrorSpec(
        "workspace.config-value",
        ExitCode.USAGE,
        "evidence.toml: the value of {key} is not usable.",
        "Expected: {expected}.",
    ),
    ErrorSpec(
        "workspace.database-taken",
        ExitCode.OUTPUT,
        "The database {path} holds a workspace already; it was left as it is.",
        "Make a database of its own for each workspace: createdb NAME.",
    ),
    ErrorSpec(
        "workspace.moved",
        ExitCode.USAGE,
        "This workspace has moved to another database; the one that evidence.toml names here is out of use.",
        "Use the folder it was moved in, or correct [store] database in evidence.toml.",
        "A command that wrote into the old copy would begin a second journal beside the true one.",
    ),
    ErrorSpec(
        "workspace.moved-differs",
        ExitCode.VERIFY,
        "The copy in {path} is not what it was made from ({table}); the workspace stays where it is.",
        "Run the command again; if it happens again, have disk and database checked.",
    ),
    ErrorSpec(
        "workspace.erase-several",
        ExitCode.USAGE,
        "{account} has had several owners: {persons}.",
        "Name the one to be erased by the code before the name.",
    ),
    ErrorSpec(
        "workspace.erased-ledgers",
        ExitCode.DONE,
        "Imported ledgers ({n} files) name this person with everybody else; they stay in the store.",
        "Import a ledger without this person and keep the earlier files no longer than the law asks.",
    ),
    ErrorSpec(
        "workspace.erased-server",
        ExitCode.DONE,
        "The tables in PostgreSQL were written anew without the erased rows; the server's write-ahead log, its standbys and "
        "its backups may hold them still.",
        "Ask whoever runs the server how long these are kept; the erasure is complete when the last of them is gone.",
        "DELETE only marks rows in PostgreSQL, and VACUUM frees their place without wiping it; so every table is rewritten "
        "(VACUUM FULL) before the command ends. What the server keeps outside of its tables is not in this program's hands.",
    ),
    ErrorSpec(
        "workspace.backup-inside",
        ExitCode.USAGE,
        "{path} lies in the workspace: what takes the one would take the other.",
        "Name a file on another disk.",
    ),
    ErrorSpec(
        "workspace.schema-old",
        ExitCode.BLOCKED,
        "The database of this workspace was made by an earlier version (layout {have}; this one needs {want}).",
        "Run `evidence migrate`: it keeps a copy first and changes all or nothing.",
        "Tables are changed only when somebody says so. The journal's entries, the store and every letter stay as they are, "
        "and what was handed out verifies as before. An earlier version of the toolkit cannot work in the workspace after.",
    ),
    ErrorSpec(
        "workspace.schema-new",
        ExitCode.BLOCKED,
        "The database of this workspace was made by a later version (layout {have}; this one knows {want}).",
        "Use the version of the toolkit that made it, or a later one.",
    ),
    ErrorSpec(
        "workspace.schema-unknown",
        ExitCode.VERIFY,
        "{path} does not say which version of the toolkit made it.",
        "Restore the last backup.",
    ),
    ErrorSpec(
        "workspace.no-ledger",
        ExitCode.INPUT,
        "No ledger has been imported into this workspace.",
        "Import one with `evidence import LEDGER.xlsx`.",
    ),
    ErrorSpec(
        "workspace.unknown-account",
        ExitCode.INPUT,
        "No account {account} in this workspace.",
        "`evidence status` lists the accounts. Close to it: {near}.",
    ),
    ErrorSpec(
        "workspace.unknown-building",
        ExitCode.INPUT,
        "No building {building} in this workspace's ledger.",
        "Name it as the ledger does. Close to it: {near}.",
    ),
    ErrorSpec(
        "workspace.unknown-letter",
        ExitCode.INPUT,
        "No letter {letter} was issued here.",
        "Give the number as printed by `issue`, for example 2-2026-0001.",
    ),
    ErrorSpec(
        "workspace.unknown-fact",
        ExitCode.INPUT,
        "Letter {letter} states no “{name}”.",
        "It states: {names}. `period` stands for all of period.1, period.2 and so on.",
    ),
    ErrorSpec(
        "workspace.nothing-owed",
        ExitCode.BLOCKED,
        "Account {account} has nothing overdue on {day}; no letter is written.",
        "Check the date of calculation (--as-of) and the ledger.",
    ),
    ErrorSpec(
        "workspace.late-only",
        ExitCode.BLOCKED,
        "{account}: no principal is overdue; what is left is a late charge of {amount}, which no letter demands by itself.",
        "Ask for it in words of your own or through a lawyer; evidence statement {account} --annex FOLDER writes its "
        "calculation.",
        "Demands and lawyer letters list fee periods with what is owed of each, and the late charge beside them. Where an "
        "agreement turned the late charge into a sum, this is what is due of it.",
    ),
    ErrorSpec(
        "workspace.unbalanced",
        ExitCode.PARTIAL,
        "Account {account}, {period}: billed less paid does not equal {amount}; no letter is written for it.",
        "Correct the row in the ledger and import it again.",
        "The balance equation must hold to the smallest unit, or the figure in the letter could not be traced.",
    ),
    ErrorSpec(
        "workspace.agreement-needs-account",
        ExitCode.USAGE,
        "An instalment agreement is made with one owner, not with all.",
        "Name the owner: `evidence issue instalment-agreement --account ACCOUNT`.",
    ),
    ErrorSpec(
        "workspace.no-law-firm",
        ExitCode.BLOCKED,
        "A lawyer letter can only be issued by a law firm, and evidence.toml names none.",
        "Fill in [law_firm]; a property company must not write in a lawyer's name.",
        "Lawyers Act (律师法) articles 13, 25 and 55.",
    ),
    ErrorSpec(
        "workspace.notice-account",
        ExitCode.USAGE,
        "A {kind} is written to an owner who is named; a reply or a correction to one alone.",
        "Name the owner: `--account ACCOUNT`.",
    ),
    ErrorSpec(
        "workspace.notice-text",
        ExitCode.USAGE,
        "A {kind} says what the office has to say, and there is nothing.",
        "Write it into a file, a paragraph a line, and name it: `--text FILE`.",
    ),
    ErrorSpec(
        "workspace.notice-about",
        ExitCode.INPUT,
        "Entry {entry} is no complaint or hold on file for this account.",
        "Name the entry that is answered: `--about N`; `evidence case show ACCOUNT` lists them.",
    ),
    ErrorSpec(
        "workspace.notice-corrects",
        ExitCode.INPUT,
        "Letter {letter} was not written to this owner.",
        "Name the letter that was wrong by its number: `--corrects 2-2026-0001`.",
    ),
    ErrorSpec(
        "workspace.not-settled",
        ExitCode.BLOCKED,
        "{account}: {amount} of {period} is still owed; nothing is confirmed as settled.",
        "Record the payment or the waiver first, or name the periods that are settled with --since and --until.",
        "A confirmation of settlement is evidence against the office that gives it.",
    ),
    ErrorSpec(
        "workspace.nothing-billed",
        ExitCode.BLOCKED,
        "{account}: the ledger has no charge in the periods named; there is nothing to confirm.",
        "Check --since and --until, and the ledger.",
    ),
    ErrorSpec(
        "workspace.nothing-falls-due",
        ExitCode.BLOCKED,
        "{account}: nothing falls due soon after {day}; no bill is announced.",
        "bill_notice_days under [policy] in evidence.toml says how long before the due day a bill is announced.",
    ),
    ErrorSpec(
        "workspace.not-a-draft",
        ExitCode.INPUT,
        "Letter {letter} is no draft of a lawyer letter; there is nothing to approve.",
        "Give the number of a draft that `evidence issue lawyer-letter` made.",
    ),
    ErrorSpec(
        "workspace.lawyer-differs",
        ExitCode.BLOCKED,
        "The draft names the lawyer {printed}, not {given}.",
        "Only the lawyer whom the letter names can approve it. If another one takes the matter over, correct [law_firm] in evidence.toml, withdraw the draft and issue a new one.",
        "The approval is that of the person who answers for the letter (律师法 13, 25); the name and licence printed in it must be theirs.",
    ),
    ErrorSpec(
        "workspace.licence-differs",
        ExitCode.BLOCKED,
        "The draft names the licence number {printed}, not {given}.",
        "Only the lawyer whom the letter names can approve it. If another one takes the matter over, correct [law_firm] in evidence.toml, withdraw the draft and issue a new one.",
        "The approval is that of the person who answers for the letter (律师法 13, 25); the name and licence printed in it must be theirs.",
    ),
    ErrorSpec(
        "workspace.draft-withdrawn",
        ExitCode.BLOCKED,
        "{letter} has been withdrawn; no letter can be made of this draft.",
        "Issue a new draft: `evidence issue lawyer-letter --account ACCOUNT`.",
    ),
    ErrorSpec(
        "workspace.certify-draft",
        ExitCode.BLOCKED,
        "{letter} is a draft; no certificate signs it before a lawyer has approved it.",
        "Run evidence approve {letter}, then sign the letter made of it.",
    ),
    ErrorSpec(
        "workspace.certify-withdrawn",
        ExitCode.BLOCKED,
        "Letter {letter} was withdrawn; no copy of it is signed any more.",
        "Sign the letter that takes its place.",
    ),
    ErrorSpec(
        "workspace.draft-superseded",
        ExitCode.BLOCKED,
        "Draft {letter} was approved; the letter made of it is {final}.",
        "Withdraw that letter, if it is the letter you want to take back.",
    ),
    ErrorSpec(
        "workspace.draft-waits",
        ExitCode.DONE,
        "{account}: draft {letter} waits for the lawyer's approval.",
        "`evidence approve {letter} --lawyer NAME --licence NUMBER` makes the letter of it; `evidence withdraw` gives it up.",
    ),
    ErrorSpec(
        "workspace.agreement-unsigned",
        ExitCode.BLOCKED,
        "{account}: agreement {letter} lies there unsigned; a second one with other terms would contradict it.",
        "If it was signed, record that: evidence case set {account} agreement letter={letter} signed_on=DATE; if not, "
        "take it back first: evidence withdraw {letter} --reason TEXT.",
        "Whoever is offered two agreements may sign either, and a court asks which of them holds.",
    ),
    ErrorSpec(
        "workspace.draft-sent",
        ExitCode.DONE,
        "{letter} is a draft that no lawyer has approved; what was recorded is kept, but it counts as no letter.",
        "Have it approved, and deliver the letter made of it.",
        "A draft says on each page that no lawyer answers for it, so that it can neither demand anything nor interrupt limitation.",
    ),
    ErrorSpec(
        "workspace.approval-late",
        ExitCode.BLOCKED,
        "Draft {letter} asks for payment by {pay_by}; a letter of today must leave time until {least} at least.",
        "Withdraw the draft and issue a new one.",
        "After planned arrival the owner must be left a reasonable time (民法典 944); the date in the letter cannot be changed without changing what the lawyer read.",
    ),
    ErrorSpec(
        "workspace.approval-changed",
        ExitCode.BLOCKED,
        "Draft {letter} would say something else today ({what}); it cannot be approved.",
        "Withdraw the draft and issue a new one for the lawyer to read.",
        "The letter must say what the lawyer read, and it must still be true. A payment, a hold, a newer ledger, another account to pay to or another template makes it a different letter.",
    ),
    ErrorSpec(
        "workspace.withdraw-reason",
        ExitCode.USAGE,
        "Letter {letter} is withdrawn for a reason that somebody can read later.",
        "Say why: `--reason TEXT`.",
    ),
    ErrorSpec(
        "workspace.withdraw-late",
        ExitCode.DONE,
        "{letter} had provably arrived before; in law it can no longer be taken back (民法典 141).",
        "Send a correction: `evidence issue correction --corrects {letter} --account ACCOUNT --text FILE`.",
    ),
    ErrorSpec(
        "workspace.withdrawn",
        ExitCode.DONE,
        "The letter was withdrawn before it went out; its number is not used again.",
        "Nothing needs to be done.",
    ),
    ErrorSpec(
        "workspace.locked",
        ExitCode.OUTPUT,
        "Another command is working in {path} ({holder}).",
        "Wait until it has finished, or run this one with --wait 60. If its machine went down, run the command again: the "
        "lock ends with its process.",
    ),
    ErrorSpec(
        "workspace.backup-running",
        ExitCode.OUTPUT,
        "A backup of {path} is being made; until it is done nothing is erased and no key changes.",
        "Wait until it has finished, or run this command with --wait 600.",
    ),
    ErrorSpec(
        "workspace.clock-behind",
        ExitCode.BLOCKED,
        "This machine's clock says {now}, but the journal has written at {last} already: the clock was set back.",
        "Set the clock (timedatectl set-ntp true), see what `evidence doctor` says of it, and run the command again: it goes "
        "on where it stopped. Should the clock be right and the earlier entry wrong, set EVIDENCE_CLOCK_CHECKED=1.",
        "An order of events that a court can rely on needs times that never go back. Nothing is written under a clock that "
        "contradicts what was written before.",
    ),
    ErrorSpec(
        "workspace.key-changed",
        ExitCode.OUTPUT,
        "The signing key of {path} was changed while this command was starting or waiting.",
        "Run the command again: it takes the new key.",
    ),
    ErrorSpec(
        "workspace.store-missing",
        ExitCode.MISSING,
        "The store has no file {file}.",
        "Bring it back from a backup: into the folder store, or onto the server of files under the same name; the journal "
        "still holds what it must be.",
    ),
    ErrorSpec(
        "workspace.store-damaged",
        ExitCode.VERIFY,
        "{file} in the store is not what was put there.",
        "Restore that file from a backup; the journal still holds what it must be.",
    ),
    ErrorSpec(
        "workspace.store-driver",
        ExitCode.MISSING,
        "What speaks to a server of files is not installed.",
        "pip install 'evidence-kit[office]'",
    ),
    ErrorSpec(
        "workspace.store-refused",
        ExitCode.MISSING,
        "The server of files ({server}) refuses: {place}: {reason}.",
        "Check that the bucket exists and that AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set for who runs the command.",
    ),
    ErrorSpec(
        "workspace.store-taken",
        ExitCode.OUTPUT,
        "{place} ({server}) is taken: {found} lies there already. It was left as it is.",
        "Give each workspace a prefix of its own: --files s3://BUCKET/NAME.",
        "An object named WORKSPACE says whose the files beside it are; two workspaces at one place would erase each other's "
        "evidence. A workspace that shared its place from before there were such objects takes its files along with "
        "`evidence migrate --files s3://BUCKET/OTHER`. Where `init` was cut off, or the workspace is gone for good, delete what "
        "lies there, WORKSPACE included, and begin again.",
    ),
    ErrorSpec(
        "workspace.store-unreachable",
        ExitCode.NETWORK,
        "The server of files ({server}) does not do what it is asked: {place}: {reason}.",
        "Check the server and the way to it (one that is not Amazon's is named by --endpoint, [store] endpoint), then run the "
        "same command again: it goes on where it stopped.",
        "Nothing is recorded about a file before the server has kept it. What it kept of an interrupted command lies there "
        "without a name in the records and is used when the command is run again.",
    ),
    ErrorSpec(
        "workspace.erased-store",
        ExitCode.DONE,
        "The files were deleted at {place}; versions and copies that the server keeps are not in this program's hands.",
        "Ask its administrator whether the bucket keeps versions or is copied, and for how long; have these deleted as well.",
    ),
    ErrorSpec(
        "workspace.key-mismatch",
        ExitCode.VERIFY,
        "The signing key in {path} is not the one this journal was opened with.",
        "Put the right key file back; a key cannot be changed by replacing its file.",
    ),
    ErrorSpec(
        "workspace.amount-too-large",
        ExitCode.PARTIAL,
        "Account {account}: {amount} cannot be written in capitals.",
        "Check the amount in the ledger; capitals are defined up to 9,999 hundred millions.",
    ),
    ErrorSpec(
        "workspace.person-erased",
        ExitCode.BLOCKED,
        "The personal key of {person} was erased; nothing new can be made about this person.",
        "This is what erasing means. Import the account again if it was erased by mistake.",
    ),
    ErrorSpec(
        "workspace.no-clean-rows",
        ExitCode.INPUT,
        "No row of the ledger could be used; nothing was imported.",
        "Correct the rows named and import again.",
    ),
    ErrorSpec(
        "workspace.run-changed",
        ExitCode.BLOCKED,
        "Run {run} was interrupted, and what it was planned with has changed since ({what}).",
        "Put the former template, converter or fonts back and run the command again; or give the run up with --abandon.",
        "A run is finished with what it was planned with, so that its letters are the ones its plan recorded.",
    ),
    ErrorSpec(
        "workspace.run-stopped",
        ExitCode.INTERRUPTED,
        "Stopped by you: of the {total} letters of run {run}, {done} are on record and {left} are left.",
        "Run the same command again: it goes on with the rest; no number is given twice and none is lost.",
        "The first Ctrl-C (or SIGTERM) lets the letters at hand be finished and recorded; a second ends at once, and the "
        "letters at hand are made again. Either way the run goes on with the plan it had.",
    ),
    ErrorSpec(
        "workspace.run-finished-only",
        ExitCode.INTERRUPTED,
        "Stopped by you: the run that was cut off before is finished; who else is due was not looked for.",
        "Run the same command again to have their letters made.",
    ),
    ErrorSpec(
        "workspace.run-unfinished",
        ExitCode.DONE,
        "Run {run} ({kind}) is not finished: {done} of {total} letters are on record.",
        "If no command is working on it now, {command} goes on with the {left} that are left, but for letters that what was "
        "recorded since makes other ones; {abandon} gives it up.",
        "A run that cannot be finished, because its template or its fonts are gone, is given up by evidence issue KIND "
        "--abandon: the numbers it had not used are voided.",
    ),
    ErrorSpec(
        "workspace.run-unclosed",
        ExitCode.DONE,
        "All {total} letters of run {run} ({kind}) are on record; some readable copies, and the end of the run, are not.",
        "If no command is working on it now, {command} completes them.",
    ),
    ErrorSpec(
        "workspace.changed-since-plan",
        ExitCode.PARTIAL,
        "{account}: letter {number} was planned for {then}; by what was recorded since, it would be {now}. It was not made, "
        "and its number is void.",
        "Nothing need be done: if the home still owes and it is its turn, it gets a new letter with today's figures.",
        "A run that was interrupted goes on with its plan. But a payment, a hold, a waiver or a newer ledger makes a letter "
        "of it another one: before anything is made, every home that has none yet is looked at again.",
    ),
    ErrorSpec(
        "workspace.undue-since-plan",
        ExitCode.PARTIAL,
        "{account}: letter {number} was planned, but by what was recorded since, it must not go out: the home left the "
        "ledger, belongs to somebody else, or what is on file changes the letter. It was not made, and its number is void.",
        "See what is on file of the home (evidence case show); if a letter is due, the same command makes a new one.",
        "Before an interrupted run goes on, every home that has no letter of it yet is looked at again.",
    ),
    ErrorSpec(
        "workspace.workers-lost",
        ExitCode.MISSING,
        "Processes that make letters ended {times} times in a row in the middle of their work; it stops here.",
        "See whether memory or disk ran out (the system's log says so); then run the same command again, with fewer "
        "--jobs if memory is short.",
        "The letters at hand were given out again each time, and nothing was recorded of them. Letters made before are "
        "on record; the next call goes on with the rest.",
    ),
    ErrorSpec(
        "workspace.worker-differs",
        ExitCode.MISSING,
        "Worker {worker} would make other letters than run {run}: {what}.",
        "Give every machine the same version of this toolkit with the same libraries, LibreOffice and fonts (one "
        "container image for all does it), or leave this worker out; then run the same command again.",
        "A letter's bytes depend on the plan alone, not on who made it. So a worker shows what it works with before it "
        "makes anything: version, libraries, converter and fonts have to be those of the coordinator.",
    ),
    ErrorSpec(
        "workspace.cluster-driver",
        ExitCode.MISSING,
        "--cluster needs the package distributed, which is not installed.",
        "Install it here and on every worker: pip install 'evidence-kit[cluster]'.",
    ),
    ErrorSpec(
        "workspace.cluster-address",
        ExitCode.USAGE,
        "{address} is no address of a scheduler.",
        "Give it as tcp://host:8786, or tls://host:8786 where the network is not the office's own.",
    ),
    ErrorSpec(
        "workspace.cluster-unreachable",
        ExitCode.MISSING,
        "The scheduler at {address} cannot be reached ({reason}).",
        "See whether `dask scheduler` runs there and the address is right, then run the same command again; without "
        "--cluster this machine makes the letters alone.",
    ),
    ErrorSpec(
        "workspace.cluster-certificates",
        ExitCode.MISSING,
        "{address} takes certificates, and this machine names none of its own.",
        "Set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and "
        "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY to their files; docs/office.zh.md says how.",
    ),
    ErrorSpec(
        "workspace.cluster-idle",
        ExitCode.MISSING,
        "The scheduler at {address} has had no worker for {seconds} seconds.",
        "Start workers (dask worker {address} --nthreads 1 --nworkers 2), then run the same command again.",
    ),
    ErrorSpec(
        "workspace.cluster-open",
        ExitCode.DONE,
        "Names, addresses and debts went to {address} unencrypted.",
        "Use tls://, unless nobody but the office is on this network; docs/office.zh.md says how.",
        "Whoever can talk to a Dask scheduler can run programs on its workers, and whoever listens on a tcp:// "
        "connection reads the letters. Both are right only on a network of the office's own.",
    ),
    ErrorSpec(
        "workspace.exhibit-empty",
        ExitCode.INPUT,
        "{file} is empty; an empty file proves nothing.",
        "Give the file with its content.",
    ),
    ErrorSpec(
        "workspace.exhibit-text",
        ExitCode.INPUT,
        "The {field} of the exhibit cannot be used: {given}.",
        "Expected: {expected}. What was not typed is taken from the file's name.",
        "Name, source and purpose are printed in the catalogue: control characters and marks that turn the direction of "
        "reading are refused there, not removed. A date is a day that exists.",
    ),
    ErrorSpec(
        "workspace.test-clock",
        ExitCode.BLOCKED,
        "{path} is a real workspace, and the clock or the randomness given is one for tests.",
        "Unset EVIDENCE_TEST_NOW and EVIDENCE_TEST_SEED, or make a workspace of its own for tests.",
        "Whatever is written under an injected clock must say TEST. A journal opened without that mark would show an "
        "invented time as its own.",
    ),
    ErrorSpec(
        "workspace.keys-unusable",
        ExitCode.MISSING,
        "The keys of the persons in {path} cannot be used: {reason}.",
        "Restore keys/persons.db from a backup made together with office.db.",
    ),
    ErrorSpec(
        "workspace.as-of-future",
        ExitCode.BLOCKED,
        "The date of calculation {day} is after today ({today}); no letter can be issued for it.",
        "Leave out --as-of, or only look with --plan.",
        "A letter issued today would say that something was due on a day that has not come.",
    ),
    ErrorSpec(
        "workspace.payee-differs",
        ExitCode.BLOCKED,
        "Money would be asked for on behalf of {creditor}, but the account belongs to {payee}.",
        "Correct [bank] payee, or say why somebody else receives the money in [bank] payee_note.",
        "A demand that names another payee than the creditor is the first thing a court, and a careful owner, asks about.",
    ),
    ErrorSpec(
        "workspace.bad-date",
        ExitCode.USAGE,
        "{key} in evidence.toml is not a date: {value}.",
        "Write it as 2020年5月1日 or 2020-05-01.",
    ),
    ErrorSpec(
        "workspace.not-readable",
        ExitCode.OUTPUT,
        "{path} cannot be read: {reason}.",
        "Check the rights of that file or folder; the keys folder belongs to the one user who issues letters.",
    ),
    ErrorSpec(
        "workspace.run-abandoned",
        ExitCode.DONE,
        "Run {run} was given up; its unused numbers stay on record as voided.",
        "Run the command again without --abandon: whoever got no letter is due again.",
    ),
    ErrorSpec(
        "workspace.case-period",
        ExitCode.INPUT,
        "Entry {entry} of the case file: the period {period} cannot be read.",
        "Record it again as in the ledger: 2024年1月, 2024年1月至3月, 2024-01.",
    ),
    ErrorSpec(
        "workspace.late-rates-differ",
        ExitCode.DONE,
        "The contracts on file agree different late charges: {rates}. None is applied.",
        "Correct the contract entries, or have the late charge of each contract stated apart.",
        "Which clause governs which period is a question for a lawyer; a statement applies one rate or none.",
    ),
    ErrorSpec(
        "workspace.late-without-rate",
        ExitCode.DONE,
        "A late charge is to be claimed, but for {count} accounts (such as {account}) no clause on file gives a rate: "
        "their letters only reserve the right to it.",
        "Put the rate of the clause into late_rate of [contract] in evidence.toml, or record it: evidence case set - "
        "contract name=NAME type=early|owners|individual from=YYYY-MM-DD late_rate=…; where none was agreed, set "
        "late_charge of [policy] to reserve.",
    ),
    ErrorSpec(
        "workspace.late-high",
        ExitCode.DONE,
        "{count} letters (such as {account}) state a late charge that a court may well lower: more than the principal, "
        "or far above the published rate.",
        "Look at the account's statement, and consider claiming less: evidence case set ACCOUNT late claimed=own rate=…",
    ),
    ErrorSpec(
        "workspace.late-from-unread",
        ExitCode.DONE,
        "The clause says from when the late charge runs ({words}); here it runs from the day after the due date.",
        "Compare the clause. If it begins later, put its own day into the ledger as the due date.",
    ),
    ErrorSpec(
        "workspace.late-outside-contract",
        ExitCode.DONE,
        "{count} overdue periods lie outside the contract that agrees the late charge ({source}) and bear none: {periods}.",
        "Record the contract of those periods, or the end of this one.",
    ),
    ErrorSpec(
        "workspace.doubtful-words",
        ExitCode.DONE,
        "{count} letters (the first to {account}) say “{words}”, which should be looked at (rule {rule}; {basis}). "
        "Instead: {instead}",
        "Read them before they go out, and withdraw what should not be said; docs/lint.zh.md explains each rule.",
    ),
    ErrorSpec(
        "workspace.contact-time",
        ExitCode.INPUT,
        "{given} is no time of day at which somebody could be contacted.",
        "Give day and hour, as in 2026-12-01T10:00; without a zone it is China's time.",
    ),
    ErrorSpec(
        "workspace.contact-channel",
        ExitCode.INPUT,
        "Nobody knows the channel {given}.",
        "Known channels: {known}.",
    ),
    ErrorSpec(
        "workspace.all-held",
        ExitCode.DONE,
        "{account}: all that is overdue ({amount}) is held for now; no letter is written.",
        "Nothing to do while the hold stands; `evidence case show` names it.",
    ),
    ErrorSpec(
        "workspace.below-minimum",
        ExitCode.DONE,
        "{account}: {amount} is overdue, less than the {least} from which this office writes letters.",
        "Nothing to do. The limit is min_amount under [policy] in evidence.toml.",
    ),
    ErrorSpec(
        "workspace.one-snapshot",
        ExitCode.INPUT,
        "Only one ledger has been imported; there is nothing to compare it with.",
        "Import the next ledger with `evidence import LEDGER.xlsx`.",
    ),
    ErrorSpec(
        "workspace.unknown-snapshot",
        ExitCode.INPUT,
        "There is no snapshot {snapshot}.",
        "The ledgers imported have these numbers: {known}.",
    ),
    ErrorSpec(
        "workspace.payment-lost",
        ExitCode.INPUT,
        "{account}, {item} {period}: the ledger had {before} as paid and now has {after}.",
        "Find out where the payment went before anything is claimed: reversed, booked elsewhere, or lost. If the newer "
        "ledger is right, import it with --accept-lost and the reason.",
        "A payment the ledger lost is an error, not a silent change.",
    ),
)

# Payments and ledgers coming in.
ROWS += (
    ErrorSpec(
        "workspace.payment-reference",
        ExitCode.INPUT,
        "{account}: {reference} is {amount} of {day} here and {other} of {other_day} at {where}.",
        "Find out which is right. A payment on record is not changed; take the row out, or give it the reference it has.",
        "A reference with its item and period stands for one payment. Two amounts under it are a slip, and either could "
        "make the claim wrong.",
    ),
    ErrorSpec(
        "workspace.payment-repeated",
        ExitCode.INPUT,
        "{account}: {reference} stands twice in this sheet with the same item, period, day and amount (first at {where}).",
        "Take out the copy; or tell the two lines apart by item or period, such as two parking spaces.",
    ),
    ErrorSpec(
        "workspace.payment-doubtful",
        ExitCode.INPUT,
        "{account}: a payment of {amount} on {day} is on record as entry {entry}; this may be the same or another.",
        "If it is the same, take the row out. If it is another, record it by hand: `evidence case event {account} payment "
        "amount={amount} received_on={day} reference=…`.",
        "Without a reference in both, two payments of one day and amount cannot be told apart. Booked twice, the claim "
        "would be too small; left out, too big.",
    ),
    ErrorSpec(
        "workspace.until-future",
        ExitCode.USAGE,
        "{day} is after today ({today}); no ledger counts payments to come.",
        "Give the day the ledger was exported.",
    ),
    ErrorSpec(
        "workspace.ledger-stale",
        ExitCode.BLOCKED,
        "The newest entry of the ledger is of {newest}, {age} days ago; this office writes no letters from one older than "
        "{limit} days.",
        "Import a newer ledger: `evidence import LEDGER.xlsx`. --as-of does not help, since a letter goes out today. The "
        "limit is ledger_max_age_days under [policy] in evidence.toml; 0 is none.",
        "Whoever has paid since would be sent a demand for money that came in. The newest entry is the latest due date or "
        "end of a period, up to the day of import, or the latest payment recorded.",
    ),
    ErrorSpec(
        "workspace.exhibit-twice",
        ExitCode.DONE,
        "Exhibits {before} ({other}) and {number} ({name}) are the same file.",
        "If one was meant to be another file, add that; a court asks why one paper is handed in twice.",
    ),
    ErrorSpec(
        "workspace.exhibit-dated-ahead",
        ExitCode.DONE,
        "Exhibit {number} ({name}) is noted as made on {dated}, a day to come.",
        "Look at the paper, and put the day right: evidence exhibit set ACCOUNT {number} --dated YYYY-MM-DD",
    ),
    ErrorSpec(
        "workspace.exhibit-not-shown",
        ExitCode.DONE,
        "{name} cannot be set as pages: one page of the evidence file says that it is there, and what it is.",
        "Look whether it is the right file; if it is, add a PDF or picture of it as well.",
    ),
    ErrorSpec(
        "workspace.exhibit-unknown",
        ExitCode.INPUT,
        "Account {account} has no exhibit number {number}.",
        "Its exhibits are: {known}. See evidence exhibit list.",
    ),
    ErrorSpec(
        "workspace.exhibit-table-columns",
        ExitCode.INPUT,
        "The table lacks the columns {columns}.",
        "The first row names the columns: file (文件), name (证据名称), kind (证据种类), group (证据组别), source (证据来源), "
        "proves (证明对象), original (原件/复印件), dated (形成时间), carrier (原始载体), submitter (提交人), account (户号).",
    ),
    ErrorSpec(
        "workspace.exhibit-table-file",
        ExitCode.INPUT,
        "There is no file {file} to read beside the table.",
        "Put the files into the folder of the table and write their names as they are.",
    ),
    ErrorSpec(
        "workspace.exhibit-table-empty",
        ExitCode.INPUT,
        "{file} lists no exhibit.",
        "Write one exhibit a row below the names of the columns.",
    ),
    ErrorSpec(
        "workspace.exhibit-not-pdf",
        ExitCode.INPUT,
        "{file} is no PDF, so that no stamp can be appended to it; nothing was kept.",
        "Add it without --stamp, or convert it to PDF first and keep both.",
    ),
)
