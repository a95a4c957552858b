"""Template packs: a folder of DOCX files and a ``pack.toml`` that says what they are.

A pack belongs to one jurisdiction and one locale; script alone never chooses the law (design decision 1). The
file is read strictly: an unknown or missing key, a file outside the folder, or an effect that a kind cannot
have is refused, and all faults are reported together. Reading a pack opens no template: the engine checks
those.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.letters.messages import MESSAGE_FIELDS, placeholders
from evidence.letters.tones import KEYS, NO_TONES, PLAIN, Tones, tone_of
from evidence.model.events import HoldReason
from evidence.model.letter import NOTICES, LegalEffect, LetterKind

MANIFEST = "pack.toml"
SCHEMA = 1
LOCALES = ("zh", "zh-Hant")

# What a kind may do in law. A reminder may be given the effect of a demand, because the rendered text is then
# checked for period, amount and deadline (design decision 2); a demand is never demoted to a courtesy.
ALLOWED_EFFECTS: Mapping[LetterKind, tuple[LegalEffect, ...]] = MappingProxyType(
    {
        LetterKind.REMINDER: (LegalEffect.REMINDER, LegalEffect.DEMAND),
        LetterKind.DEMAND: (LegalEffect.DEMAND,),
        LetterKind.LAWYER_LETTER: (LegalEffect.DEMAND,),
        LetterKind.INSTALMENT_AGREEMENT: (LegalEffect.AGREEMENT, LegalEffect.OFFER),
        **dict.fromkeys(NOTICES, (LegalEffect.NONE,)),
    }
)

_TOP = {"schema": int, "jurisdiction": str, "locale": str, "name": str}
_KIND = {"file": str, "effect": str, "requires_law_firm": bool}
_TABLES = ("kinds", "bundle", "annexes", "papers", "messages", "tones", "fonts")
_BUNDLE = ("cover", "catalogue")
_ANNEXES = ("fee-statement", "late-charge")
_PAPERS = ("receipt",)
_MESSAGES = ("letter", "amount")


@dataclass(frozen=True, slots=True)
class TemplateRef:
    """One template of a pack. ``requires_law_firm`` locks it behind ``[law_firm]`` of ``evidence.toml``."""

    kind: LetterKind
    path: Path
    effect: LegalEffect
    requires_law_firm: bool

    @property
    def name(self) -> str:
        """How messages name it: ``zh/demand.docx``."""
        return f"{self.path.parent.name}/{self.path.name}"

    def read(self) -> bytes:
        return self.path.read_bytes()

    @property
    def sha256(self) -> str:
        """Of the file as it is now; a run records it and refuses to go on with another template."""
        return hashlib.sha256(self.read()).hexdigest()


@dataclass(frozen=True, slots=True)
class Pack:
    """``bundle`` holds the court bundle's own templates, ``cover`` and ``catalogue``; ``annexes`` those of a claim,
    ``fee-statement`` and ``late-charge``; ``papers`` what goes with letters unstamped, ``receipt``; ``messages`` the
    sentences of a short message, ``letter`` and ``amount``; ``tones`` how letters speak by reason;
    ``fonts`` the families the templates ask for, by role."""

    folder: Path
    name: str
    jurisdiction: str
    locale: str
    kinds: Mapping[LetterKind, TemplateRef]
    bundle: Mapping[str, Path]
    annexes: Mapping[str, Path]
    papers: Mapping[str, Path]
    messages: Mapping[str, str]
    tones: Tones
    fonts: Mapping[str, str]

    def template(self, kind: LetterKind) -> TemplateRef:
        """Raises ``letters.pack-lacks-kind``."""
        if kind not in self.kinds:
            raise fail("letters.pack-lacks-kind", Place(file=str(self.folder / MANIFEST)), kind=kind.value)
        return self.kinds[kind]

    def require_jurisdiction(self, jurisdiction: str) -> None:
        """A pack is never used for another law, whatever its script; raises ``letters.pack-foreign``."""
        if jurisdiction != self.jurisdiction:
            raise fail(
                "letters.pack-foreign",
                Place(file=str(self.folder / MANIFEST)),
                pack=self.jurisdiction,
                office=jurisdiction,
            )


def load_pack(folder: Path) -> Pack:
    """The pack in ``folder``.

    Raises ``letters.pack-missing`` without a readable manifest, else one ``letters.pack-invalid`` a fault.
    """
    manifest = folder / MANIFEST
    try:
        raw = tomllib.loads(manifest.read_text("utf-8"))
    except OSError as error:
        raise fail("letters.pack-missing", Place(file=str(manifest)), folder=str(folder)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise fail("letters.pack-invalid", Place(file=str(manifest)), reason=str(error)) from error
    reader = _Reader(folder)
    pack = reader.pack(raw)
    if pack is None or reader.problems:
        raise EvidenceError(reader.problems)
    return pack


def find_pack(root: Path, jurisdiction: str, locale: str) -> Pack:
    """The pack for a case among the folders of ``root`` (``templates/zh`` …): folder name = locale."""
    pack = load_pack(root / locale)
    pack.require_jurisdiction(jurisdiction)
    return pack


class _Reader:
    """Collects every fault of one manifest; a value is used only after its type was checked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []

    def fault(self, part: str, reason: str) -> None:
        place = Place(file=str(self.folder / MANIFEST), part=part)
        self.problems.append(Problem("letters.pack-invalid", place, {"reason": reason}))

    def table(self, value: object, part: str, known: Mapping[str, type]) -> dict[str, Any]:
        """``value`` as a table holding exactly the ``known`` keys; faulty keys are reported and left out."""
        if not isinstance(value, dict):
            self.fault(part, "a table is expected here")
            return {}
        prefix = f"{part}." if part else ""
        for key in sorted(value.keys() - known.keys()):
            self.fault(f"{prefix}{key}", "unknown key")
        good = {}
        for key, kind in known.items():
            if key not in value:
                self.fault(f"{prefix}{key}", "missing")
            elif type(value[key]) is not kind:
                self.fault(f"{prefix}{key}", f"{kind.__name__} expected, not {type(value[key]).__name__}")
            else:
                good[key] = value[key]
        return good

    def file(self, name: str, part: str) -> Path:
        path = self.folder / name
        if Path(name).name != name or not name.endswith(".docx"):
            self.fault(part, f"{name!r} must be the plain name of a .docx file in this folder")
        elif not path.is_file():
            self.fault(part, f"there is no file {name}")
        return path

    def pack(self, raw: dict[str, Any]) -> Pack | None:
        top = self.table(raw, "", {**_TOP, **dict.fromkeys(_TABLES, dict)})
        if top.get("schema", SCHEMA) != SCHEMA:
            self.fault("schema", f"{top['schema']} is not a version this program reads ({SCHEMA})")
        locale = top.get("locale", "")
        if locale not in LOCALES:
            self.fault("locale", f"{locale!r} is none of {', '.join(LOCALES)}")
            return None
        kinds = {}
        for name, value in top.get("kinds", {}).items():
            template = self.template(name, value)
            if template is not None:
                kinds[template.kind] = template
        if not top.get("kinds"):
            self.fault("kinds", "at least one letter kind is needed")
        bundle = self.table(top.get("bundle", {}), "bundle", dict.fromkeys(_BUNDLE, str))
        paths = {name: self.file(file, f"bundle.{name}") for name, file in bundle.items()}
        sheets = self.table(top.get("annexes", {}), "annexes", dict.fromkeys(_ANNEXES, str))
        annexes = {name: self.file(file, f"annexes.{name}") for name, file in sheets.items()}
        slips = self.table(top.get("papers", {}), "papers", dict.fromkeys(_PAPERS, str))
        papers = {name: self.file(file, f"papers.{name}") for name, file in slips.items()}
        messages = self.table(top.get("messages", {}), "messages", dict.fromkeys(_MESSAGES, str))
        for name, text in messages.items():
            for field in sorted(placeholders(text) - MESSAGE_FIELDS):
                self.fault(f"messages.{name}", f"nobody knows {{{field}}}")
        tones = self.tones(top.get("tones", {}))
        fonts = top.get("fonts", {})
        for role, family in fonts.items():
            if not isinstance(family, str) or not family:
                self.fault(f"fonts.{role}", "the name of a font family is expected")
        if self.problems:
            return None
        return Pack(
            self.folder,
            top["name"],
            top["jurisdiction"],
            locale,
            MappingProxyType(kinds),
            MappingProxyType(paths),
            MappingProxyType(annexes),
            MappingProxyType(papers),
            MappingProxyType(messages),
            tones,
            MappingProxyType(dict(fonts)),
        )

    def tones(self, raw: Mapping[str, Any]) -> Tones:
        """``[tones.reasons]`` (reason = tone, the gravest first) and one table for each tone, ``plain`` among them."""
        rows = {name: value for name, value in raw.items() if name != "reasons"}
        if PLAIN not in rows:
            self.fault(f"tones.{PLAIN}", "missing")
        good = {
            name: self.table(value, f"tones.{name}", dict.fromkeys(KEYS, str)) for name, value in rows.items()
        }
        reasons: dict[HoldReason, str] = {}
        known = {reason.value for reason in HoldReason}
        for reason, name in raw.get("reasons", {}).items():
            if reason not in known:
                self.fault(f"tones.reasons.{reason}", f"none of {', '.join(sorted(known))}")
            elif name not in rows:
                self.fault(f"tones.reasons.{reason}", f"there is no tone {name!r}")
            else:
                reasons[HoldReason(reason)] = name
        if self.problems:
            return NO_TONES
        found = {name: tone_of(name, row) for name, row in good.items()}
        return Tones(MappingProxyType(found), MappingProxyType(reasons))

    def template(self, name: str, value: object) -> TemplateRef | None:
        part = f"kinds.{name}"
        if name not in {kind.value for kind in LetterKind}:
            self.fault(part, "unknown letter kind")
            return None
        kind = LetterKind(name)
        row = self.table(value, part, _KIND)
        allowed = ALLOWED_EFFECTS[kind]
        effect = row.get("effect", allowed[0].value)
        if effect not in {one.value for one in allowed}:
            self.fault(f"{part}.effect", f"{effect!r} is none of {', '.join(allowed)}")
            return None
        if kind is LetterKind.LAWYER_LETTER and row.get("requires_law_firm") is False:
            # Only a law firm may issue one (律师法 13, 55), so a pack cannot unlock it.
            self.fault(f"{part}.requires_law_firm", "a lawyer letter always requires a law firm")
        if "file" not in row:
            return None
        return TemplateRef(
            kind,
            self.file(row["file"], f"{part}.file"),
            LegalEffect(effect),
            row.get("requires_law_firm", False),
        )
