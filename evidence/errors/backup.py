"""Error codes of backups."""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

ROWS: tuple[ErrorSpec, ...] = (
    ErrorSpec(
        "backup.unreadable",
        ExitCode.INPUT,
        "{path} is not a backup of a workspace, or its end is missing.",
        "Take the file that `evidence backup` wrote, whole; or an earlier one.",
        "The list of what a backup holds stands at its end. A file that was cut off while it was copied has none.",
    ),
    ErrorSpec(
        "backup.damaged",
        ExitCode.VERIFY,
        "The backup {path} is damaged: {part} is not what the backup says it is.",
        "Copy the file again from where it was kept, or take an earlier backup. Nothing was restored.",
        "Every part is compared with its length and SHA-256, and the journal is derived anew and compared with its last "
        "checkpoint. A workspace restored by halves would look whole until a court asks for the other half.",
    ),
    ErrorSpec(
        "backup.format",
        ExitCode.INPUT,
        "The backup is of form {have}; this version reads form {want}.",
        "Restore it with the version that wrote it.",
    ),
    ErrorSpec(
        "backup.name-unfit",
        ExitCode.INPUT,
        "{file} is not in the backup: its name holds a backslash or is not UTF-8, or its path is too long.",
        "Rename the file, then make the backup again.",
    ),
)
