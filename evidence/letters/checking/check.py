"""``evidence template check``: everything that is wrong with a template, in one report.

Each step goes on where the one before found faults, as far as what it reads still stands: a template with a tag left
open is also checked for its fonts. Only what cannot be opened at all ends with that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from jinja2 import TemplateError

from evidence.errors import EvidenceError, Place, Problem
from evidence.letters.checking.catalogue import near, shape_for, variables_of
from evidence.letters.checking.fields import Lack, lacks, lacks_roughly
from evidence.letters.checking.layout import page_setup, stamp_areas, structure
from evidence.letters.checking.paragraphs import Paragraph, paragraphs_of
from evidence.letters.checking.parity import parity
from evidence.letters.checking.samples import CREATED, NAMES, SIZES, UNSTAMPED, sample
from evidence.letters.checking.words import forbidden, literal_law, other_script, page_numbers
from evidence.letters.engine.compile import CompiledTemplate, compile_template, scan_package
from evidence.letters.engine.package import MAIN_DOCUMENT
from evidence.letters.engine.policy import inspect_template
from evidence.letters.engine.prepare import alone, refusals
from evidence.letters.engine.tags import Spot, Tag
from evidence.letters.engine.variables import Walk
from evidence.letters.packs import Pack

MOST_LOOKED_AT = (
    60_000  # characters of a made-up letter that is turned into a PDF; the longest shipped has 6,000
)


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in one template. ``faults`` keep it from being used, ``notes`` are for a person to look at."""

    name: str
    kind: str
    locale: str
    faults: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A template to check: ``name`` is what messages call it."""

    name: str
    kind: str
    locale: str
    data: bytes


def check_template(
    data: bytes, name: str, kind: str, locale: str, *, lang: str, on: date, looks: bool = True
) -> Report:
    """Everything wrong with ``data`` as a template of ``kind`` in ``locale``.

    ``lang`` is the language of what is quoted in messages, ``on`` the day whose law counts. ``looks`` also makes
    letters of made-up data and looks where their words lie (half a second).
    """
    try:
        package, unsafe = inspect_template(data, name)
    except EvidenceError as error:
        return Report(name, kind, locale, error.problems)
    if MAIN_DOCUMENT not in package.trees:  # a type of its own (macros): there is no text to read
        return Report(name, kind, locale, unsafe)
    faults, notes = list(unsafe), list[Problem]()
    paragraphs = list(paragraphs_of(package))
    tags, misplaced = scan_package(package)
    faults += misplaced
    uses, unknown = variable_uses(tags, kind)
    faults += unknown
    for found, noted in (structure(package, paragraphs), forbidden(paragraphs, on, lang)):
        faults += found
        notes += noted
    faults += page_numbers(paragraphs)
    if kind not in UNSTAMPED:
        faults += page_setup(package)
    notes += [*literal_law(paragraphs), *other_script(paragraphs, locale)]
    compiled = None
    if not unsafe and not misplaced:
        try:
            compiled = compile_template(data, name)
        except EvidenceError as error:
            faults += [problem for problem in error.problems if problem not in faults]
    if compiled is None:
        found_lacks = lacks_roughly(kind, (path for path, _ in uses), "\n".join(p.words for p in paragraphs))
    else:
        found_lacks = lacks(kind, compiled._parts, locale)
    for lack in found_lacks:
        (notes if lack.field.need == "O" else faults).extend(_lack_problems(lack, name, lang, paragraphs))
    if unused := unused_variables(kind, {path for path, _ in uses}):
        notes.append(_general(name, "template.unused", variables=", ".join(unused)))
    if compiled is not None and not faults:
        faults += _trial(compiled, kind, locale, looks=looks)
    return Report(name, kind, locale, _in_order(faults), _in_order(notes))


def pack_sources(pack: Pack, kinds: Iterable[str] = ()) -> tuple[Source, ...]:
    """The templates of a pack, or those of ``kinds`` it has."""
    wanted = set(kinds)
    paths = _files(pack)
    return tuple(
        Source(f"{path.parent.name}/{path.name}", kind, pack.locale, path.read_bytes())
        for kind, path in paths.items()
        if not wanted or kind in wanted
    )


def check_sources(
    sources: Sequence[Source], *, lang: str, on: date, looks: bool = True
) -> tuple[Report, ...]:
    """A report each; where both scripts of a kind are among them, also whether they say the same."""
    reports = [
        check_template(s.data, s.name, s.kind, s.locale, lang=lang, on=on, looks=looks) for s in sources
    ]
    for index, hant in enumerate(sources):
        zh = next((s for s in sources if s.kind == hant.kind and s.locale == "zh"), None)
        if hant.locale != "zh-Hant" or zh is None:
            continue
        try:
            both = [list(paragraphs_of(inspect_template(s.data, s.name)[0])) for s in (zh, hant)]
        except EvidenceError:
            continue  # told already
        if differences := parity(*both):
            before = reports[index]
            reports[index] = replace(before, faults=(*before.faults, *differences))
    return tuple(reports)


def kind_of_file(stem: str, pack: Pack | None) -> str | None:
    """Which kind a file is: as its pack says, else by its name."""
    named = {} if pack is None else _files(pack)
    fitting = [kind for kind, path in named.items() if path.stem == stem]
    return fitting[0] if fitting else stem if stem in NAMES else None


def _files(pack: Pack) -> dict[str, Path]:
    """Every template of a pack by its kind."""
    letters = {ref.kind.value: ref.path for ref in pack.kinds.values()}
    return {**letters, **pack.bundle, **pack.annexes, **pack.papers}


def locale_of(data: bytes, name: str) -> str:
    """The script a template is written in, by the language of its styles; ``zh`` where that says nothing."""
    try:
        package = inspect_template(data, name)[0]
    except EvidenceError:
        return "zh"
    styles = package.parts.get("word/styles.xml", b"")
    return "zh-Hant" if b'w:eastAsia="zh-TW"' in styles or b'w:eastAsia="zh-HK"' in styles else "zh"


def variable_uses(
    tags: Mapping[str, Sequence[Tag]], kind: str
) -> tuple[list[tuple[str, Spot]], list[Problem]]:
    """Every use of a variable with its place, and each one that a ``kind`` does not have, with what may be meant."""
    walk = Walk(shape_for(kind))
    for _ in uses_by_tag(walk, tags):
        pass
    return walk.uses, [_with_guess(problem, kind) for problem in walk.problems]


def uses_by_tag(walk: Walk, tags: Mapping[str, Sequence[Tag]]) -> Iterator[tuple[Tag, tuple[str, ...]]]:
    """Each tag that says something with the paths it uses; ``walk`` collects what is wrong with them."""
    for part_tags in tags.values():
        scopes = [walk.top]
        for tag in part_tags:
            if tag.keyword == "endfor":
                if len(scopes) > 1:
                    scopes.pop()
                continue
            if tag.opener == "{#" or tag.keyword in ("else", "endif"):
                continue
            try:
                tree = alone(tag)
            except (TemplateError, RecursionError):
                continue  # told by the scan, and so is what the audit refuses
            if refusals(tree):
                continue
            before = len(walk.uses)
            inner = walk.single(tree, tag.place, scopes[-1])
            if tag.keyword == "for":
                scopes.append(inner)
            yield tag, tuple(path for path, _ in walk.uses[before:])


def unused_variables(kind: str, used: set[str]) -> tuple[str, ...]:
    """Variables a template of ``kind`` could use and does not; of an unused list its name alone.

    Sentences of the law are left out: which of them a letter needs is the business of its checklist.
    """
    found: list[str] = []
    for variable in variables_of(kind):
        path = variable.path
        if (
            path in used
            or path.startswith(("doc.", "law."))
            or any(path.startswith(f"{one}[]") for one in found)
        ):
            continue
        if variable.type in ("texts", "rows") and any(one.startswith(f"{path}[]") for one in used):
            continue
        found.append(path)
    return tuple(found)


def _with_guess(problem: Problem, kind: str) -> Problem:
    if problem.code != "letters.unknown-variable":
        return problem
    written, path = str(problem.params["variable"]), str(problem.params["path"])
    guesses = near(kind, written, path)
    return replace(problem, params={**problem.params, "known": ", ".join(guesses) or "–"})


def _lack_problems(lack: Lack, name: str, lang: str, paragraphs: Sequence[Paragraph]) -> list[Problem]:
    """The missing field in words; what may not stand there at the paragraph where it does."""
    one = lack.field
    about = {"field": one.title[lang], "id": one.id, "no": one.no, "basis": one.basis}
    problems = []
    if lack.missing:
        needs = "、".join(_as_written(need) for need in lack.missing)
        code = {"O": "template.field-optional", "C": "template.field-missing-when"}.get(
            one.need, "template.field-missing"
        )
        problems.append(_general(name, code, **about, needs=needs, when=one.when))
    for words in lack.found:
        spot = next((p.spot() for p in paragraphs if words in p.text), None)
        problem = _general(name, "template.field-forbidden", **about, found=words)
        problems.append(problem if spot is None else replace(problem, where=spot.problem(problem.code).where))
    return problems


def _as_written(need: str) -> str:
    """A need as its author would put it: ``{{ pay_by }}``, ``“盖章”``."""
    ways = []
    for way in map(str.strip, need.split(" | ")):
        ways.append(f"“{way[1:].split('|')[0]}”" if way.startswith("~") else f"{{{{ {way} }}}}")
    return " / ".join(ways)


def _trial(compiled: CompiledTemplate, kind: str, locale: str, *, looks: bool) -> list[Problem]:
    """What comes to light only when letters are made of it."""
    problems: list[Problem] = []
    plain: bytes | None = None
    for size in SIZES:
        made = sample(kind, locale, size)
        try:
            letter = compiled.render(made.values, must_appear=made.must_appear)
        except EvidenceError as error:
            problems += [problem for problem in error.problems if problem not in problems]
            continue
        if size == "plain" and len(letter.text) <= MOST_LOOKED_AT:
            plain = letter.docx
    if looks and plain is not None and not problems and kind not in UNSTAMPED:
        try:
            problems += stamp_areas(plain, compiled.name, locale, CREATED)
        except EvidenceError as error:
            problems += error.problems
    return problems


def _general(name: str, code: str, **params: str) -> Problem:
    return Problem(code, Place(file=name), {"name": name, **params})


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each once, by part and paragraph; what has no paragraph comes last."""

    def place(problem: Problem) -> tuple[bool, str, int]:
        part, _, number = (problem.where.part or "").partition(" ¶")
        return not number, part, int(number) if number.isdecimal() else 0

    return tuple(sorted(distinct(problems), key=place))


def distinct(problems: Iterable[Problem]) -> list[Problem]:
    """Each once, in the order met."""
    found: dict[
        tuple[object, ...], Problem
    ] = {}  # thousands of them are read, too: no list is searched for each
    for problem in problems:
        found.setdefault((problem.code, problem.where, *sorted(problem.params.items())), problem)
    return list(found.values())
