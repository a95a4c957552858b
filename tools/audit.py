"""Known vulnerabilities in what is installed here: fails on a finding, and only on a finding.

    python tools/audit.py

Asks ``pip-audit``. Without a way to its service nothing can be said, which is told and is no failure: a change must
not wait for somebody else's server. Packages the service does not know are counted, not hidden.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

#: Come with Python, not with us.
NOT_OURS = frozenset({"pip", "setuptools"})
ASK = (
    "-m",
    "pip_audit",
    "--local",
    "--skip-editable",
    "--progress-spinner",
    "off",
    "--timeout",
    "10",
    "--format",
    "json",
)
SECONDS = 180


def told(answer: str) -> tuple[list[str], int, int]:
    """From ``pip-audit``'s JSON: a line for each finding, how many packages were looked up, how many were not."""
    findings, known, unknown = [], 0, 0
    for package in json.loads(answer)["dependencies"]:
        name = package["name"]
        if "skip_reason" in package:
            unknown += 1
            continue
        known += 1
        for found in package["vulns"] if name not in NOT_OURS else ():
            mended = ", ".join(found["fix_versions"]) or "no version yet"
            findings.append(f"{name} {package['version']}: {found['id']}; mended in {mended}")
    return sorted(set(findings)), known, unknown


def main() -> int:
    if importlib.util.find_spec("pip_audit") is None:
        print("audit: pip-audit is not installed (extra `lint`)")
        return 2
    said = ""
    try:
        done = subprocess.run(
            [sys.executable, *ASK], capture_output=True, text=True, timeout=SECONDS, check=False
        )
        said = (done.stderr.strip().splitlines() or [""])[-1]
        findings, known, unknown = told(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        print(f"audit: the vulnerability service cannot be reached; nothing was audited. {said}")
        return 0
    if not known:
        print(f"audit: the vulnerability service knows none of the {unknown} packages; nothing was audited")
        return 0
    for finding in findings:
        print(finding)
    print(f"audit: {known} packages looked up, {unknown} unknown, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
