"""Checks of letters, bundles and QR texts, by anybody, offline, without a workspace.

Written from docs/formats.md alone: this room shares no code with those that write what it checks, only the
stamp's profile tables, so that a fault of a writer cannot hide itself here. Three layers: facts (``letter``,
``qr``, ``bundle`` and below), ``policy`` (facts to answers), ``words`` (answers to text).
"""

from __future__ import annotations

from evidence.model.report import (
    Answer,
    Fact,
    Question,
    Report,
    Statement,
    Status,
    Subject,
    SubjectKind,
    Verdict,
)
from evidence.verify.check import describe_token, parse_trust, parse_trust_tsa, verify_paths
from evidence.verify.keys import TrustAnchor
from evidence.verify.timechain import TimeAnchor
from evidence.verify.words import render_json, render_text

__all__ = [
    "Answer",
    "Fact",
    "Question",
    "Report",
    "Statement",
    "Status",
    "Subject",
    "SubjectKind",
    "TimeAnchor",
    "TrustAnchor",
    "Verdict",
    "describe_token",
    "parse_trust",
    "parse_trust_tsa",
    "render_json",
    "render_text",
    "verify_paths",
]
