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
)
