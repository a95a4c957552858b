"""Error codes that belong to no single room."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

ROWS: tuple[ErrorSpec, ...] = (
    ErrorSpec(
        "general.usage",
        ExitCode.USAGE,
        "The command was not understood: {detail}",
        "`evidence COMMAND --help` shows its arguments and options, with an example.",
    ),
    ErrorSpec(
        "general.fault",
        ExitCode.FAULT,
        "Something unexpected went wrong: {detail}",
        "Run the command again with -v and send us what it prints; nothing half done was kept.",
    ),
    ErrorSpec(
        "general.file-missing",
        ExitCode.INPUT,
        "There is no file {path}.",
        "Check the name and the folder; the command was run in {cwd}.",
    ),
    ErrorSpec(
        "general.file-unreadable",
        ExitCode.INPUT,
        "{path} cannot be read: {reason}.",
        "Check the file and its rights.",
    ),
    ErrorSpec(
        "general.output-exists",
        ExitCode.OUTPUT,
        "{path} exists already and was left as it is.",
        "Name another place, or move the old one away.",
    ),
    ErrorSpec(
        "general.output-not-writable",
        ExitCode.OUTPUT,
        "Cannot write {path}: {reason}.",
        "Check the folder's rights and the free space of the disk, then run the same command again.",
    ),
    ErrorSpec(
        "general.disk-full",
        ExitCode.OUTPUT,
        "The disk is full while writing {path}.",
        "Free some space and run the same command again: it goes on where it stopped, nothing half written was kept.",
    ),
    ErrorSpec(
        "general.interrupted",
        ExitCode.INTERRUPTED,
        "Stopped by you.",
        "Run the same command again: what is on record stays, and what is left is done.",
    ),
)
