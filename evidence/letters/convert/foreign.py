"""Somebody else's Word file or table as PDF, by LibreOffice where it is installed: as it is, not as we would set it.

A stranger's file is opened without macros, without active content, and without what it links to elsewhere.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from evidence.letters.convert.office import bare_environment, find_program, run_to_end

SECONDS = 60.0
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/Product">
<prop oor:name="ooSetupLastVersion" oor:op="fuse"><value>99.9</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
</oor:items>
"""


def foreign_pdf(data: bytes, suffix: str) -> bytes | None:
    """``data`` as the office program prints it; ``suffix`` (such as ``docx``) says what it is.

    ``None`` where it cannot be opened within :data:`SECONDS`. Raises ``convert.libreoffice-missing``.
    """
    program = find_program()
    with tempfile.TemporaryDirectory(prefix="evidence-foreign-") as name:
        folder = Path(name)
        user = folder / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(_SETTINGS, "utf-8")
        source = folder / f"file.{suffix}"
        source.write_bytes(data)
        command = [
            str(program), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
            "--nolockcheck", "--convert-to", "pdf", "--outdir", str(folder), str(source),
        ]  # fmt: skip
        run_to_end(command, bare_environment(folder, None), SECONDS)
        made = folder / "file.pdf"
        return made.read_bytes() if made.exists() else None
