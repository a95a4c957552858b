"""Jurisdiction packs as dated data, and the functions that read them. No template, no script, no PDF."""

from __future__ import annotations

from evidence.law.packs import Citation, LawPack, Sentence, load_law

__all__ = ["Citation", "LawPack", "Sentence", "load_law"]
