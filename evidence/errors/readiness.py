"""Error codes of the readiness rules and of identity data."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

ROWS: tuple[ErrorSpec, ...] = (
    ErrorSpec(
        "readiness.blocked",
        ExitCode.BLOCKED,
        "{command} is stopped by rule {rule}, {title}: {reason}",
        '{rule}: {todo} Or go on with --override {rule} --reason "…"; it is journaled.',
        "A failing rule means that a court would send the case back or dismiss the claim as it stands. A lawyer may "
        "know better: an override takes a reason and is written to the journal.",
    ),
    ErrorSpec(
        "readiness.override-unknown",
        ExitCode.USAGE,
        "There is no rule {rule} to override.",
        "The rules are R01 to R42; see evidence ready ACCOUNT.",
    ),
    ErrorSpec(
        "readiness.override-reason",
        ExitCode.USAGE,
        "The override of {rule} gives no reason.",
        'Say why with --reason "…"; it is written to the journal.',
    ),
    ErrorSpec(
        "readiness.override-unneeded",
        ExitCode.DONE,
        "Rule {rule} stops nothing here, so its override was not used.",
        "Leave it out.",
    ),
    ErrorSpec(
        "readiness.unknown-left",
        ExitCode.DONE,
        "{n} rules that could stop this are unknown ({rules}).",
        "See evidence ready {account} for what to record; what is unknown does not stop anything.",
    ),
    ErrorSpec(
        "readiness.not-judged",
        ExitCode.DONE,
        "There are no readiness rules for the law of {jurisdiction}: nothing was examined.",
        "Have a lawyer of that jurisdiction check the case by hand.",
    ),
    ErrorSpec(
        "readiness.no-rules",
        ExitCode.BLOCKED,
        "There are no readiness rules for the law of {jurisdiction}.",
        "Have a lawyer of that jurisdiction check the case by hand.",
    ),
    ErrorSpec(
        "readiness.region",
        ExitCode.USAGE,
        "There is no region {given}.",
        "Known are: {known}. Strict takes a missing demand for a failure, lenient for a warning.",
    ),
    ErrorSpec(
        "readiness.uscc-length",
        ExitCode.INPUT,
        "A unified social credit code has 18 characters; this one has {count}.",
        "Copy it from the business licence again.",
    ),
    ErrorSpec(
        "readiness.uscc-character",
        ExitCode.INPUT,
        "A unified social credit code has no {characters}.",
        "The letters I, O, S, V and Z are never used: look for 1, 0, 5, U and 2.",
    ),
    ErrorSpec(
        "readiness.uscc-organisation",
        ExitCode.INPUT,
        "Character {position} of the unified social credit code is wrong: the check of the organisation code inside fails.",
        "Copy characters 9 to 17 from the business licence again.",
        "GB 32100-2015 puts the organisation code (GB 11714) with a check of its own into characters 9 to 17.",
    ),
    ErrorSpec(
        "readiness.uscc-check",
        ExitCode.INPUT,
        "Character {position} of the unified social credit code is wrong: the check of the whole code fails.",
        "Copy the code from the business licence again.",
    ),
    ErrorSpec(
        "readiness.citizen-length",
        ExitCode.INPUT,
        "A citizen's ID number has 18 characters; this one has {count}.",
        "Numbers of 15 digits are no longer issued: take the number from the current card.",
    ),
    ErrorSpec(
        "readiness.citizen-digits",
        ExitCode.INPUT,
        "A citizen's ID number is 17 digits and a digit or X.",
        "Copy it from the card again.",
    ),
    ErrorSpec(
        "readiness.citizen-province",
        ExitCode.INPUT,
        "The ID number begins with no province's code.",
        "Copy the first two digits from the card again.",
    ),
    ErrorSpec(
        "readiness.citizen-birth",
        ExitCode.INPUT,
        "Digits 7 to 14 of the ID number are no date.",
        "Copy the number from the card again.",
    ),
    ErrorSpec(
        "readiness.citizen-unborn",
        ExitCode.INPUT,
        "By the ID number its holder is not born yet.",
        "Copy digits 7 to 14 from the card again.",
    ),
    ErrorSpec(
        "readiness.citizen-other-birth",
        ExitCode.INPUT,
        "The ID number and the recorded day of birth differ.",
        "Find out which of the two was copied wrongly.",
    ),
    ErrorSpec(
        "readiness.citizen-check",
        ExitCode.INPUT,
        "The check digit of the ID number is wrong.",
        "Copy the number from the card again; two digits may be swapped.",
    ),
    ErrorSpec(
        "readiness.bank-digits",
        ExitCode.INPUT,
        "A bank account is digits only.",
        "Blanks and hyphens between groups are fine; letters are not.",
    ),
    ErrorSpec(
        "readiness.bank-length",
        ExitCode.INPUT,
        "A bank account has 8 to 32 digits; this one has {count}.",
        "Copy it from the bank's paper again.",
    ),
)
