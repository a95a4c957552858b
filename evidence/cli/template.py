"""``evidence template``: work on letter templates: see what they may use, copy, check, try out, compare."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evidence.cli._app import App, n_
from evidence.cli._packs import packs_under, require_kind, sources_of

if TYPE_CHECKING:
    from evidence.errors import Problem
    from evidence.letters.checking.check import Report
    from evidence.letters.checking.textdiff import Change

_KIND = n_("A kind of template, such as demand.")
_LOCALE = click.Choice(("zh", "zh-Hant"))


@click.group(help=n_("Work on letter templates, in Word or WPS: list, check, copy, try out, compare."))
def template() -> None:
    pass


@template.command(
    name="list",
    help=n_(
        "List the kinds of templates and their files; with --variables everything a kind may print, with meaning, type and "
        "example; with --fields what it has to say.\n\n"
        "Example: evidence template list --kind demand --variables"
    ),
)
@click.option("--kind", help=_KIND)
@click.option("--variables", is_flag=True, help=n_("Show the variables."))
@click.option("--fields", is_flag=True, help=n_("Show the checklist of required fields."))
@click.option("--locale", type=_LOCALE, help=n_("Script of examples and files; else that of your language."))
@click.pass_obj
def list_(app: App, kind: str | None, variables: bool, fields: bool, locale: str | None) -> None:
    from evidence.letters.checking.samples import NAMES

    script = locale or ("zh-Hant" if app.lang == "zh-Hant" else "zh")
    names = (require_kind(app, kind),) if kind else NAMES
    results: list[dict[str, Any]] = []
    for name in names:
        if variables:
            results += _variables(app, name, script, heading=len(names) > 1)
        if fields:
            results += _fields(app, name, heading=len(names) > 1)
    if not variables and not fields:
        results = _kinds(app, names, script)
    app.finish(results, counts={"kinds": len(names), "rows": len(results)}, extra={"locale": script})


@template.command(
    help=n_(
        "Check templates: a pack (a folder with pack.toml), a folder of packs, or single Word files. Everything is told at "
        "once, with the paragraph: misspelt variables, required fields left out, forbidden words, broken tags, fonts, "
        "differences between the scripts. Ends with 5 where a template cannot be used; notes alone end with 0. -v adds the "
        "variables it leaves unused.\n\n"
        "Example: evidence template check templates/zh"
    )
)
@click.argument("targets", nargs=-1, required=True, metavar="PACK|FILE...")
@click.option("--kind", help=n_("What kind a single file is, where its name does not say so."))
@click.option(
    "--annotate",
    type=click.Path(path_type=Path),
    metavar="OUT.docx",
    help=n_("Also write a copy of the one file given, with a Word comment at each place."),
)
@click.pass_obj
def check(app: App, targets: tuple[str, ...], kind: str | None, annotate: Path | None) -> None:
    from evidence.errors import ExitCode
    from evidence.letters.checking.check import check_sources, distinct

    if kind:
        require_kind(app, kind)
    sources, broken = sources_of(targets, kind)
    if annotate is not None and len(sources) != 1:
        raise click.UsageError(app.t(n_("--annotate takes one Word file at a time.")))
    reports = check_sources(sources, lang=app.lang, on=app.as_of)
    if annotate is not None:
        _annotate(app, annotate, sources[0].data, reports[0])
    app.table(
        [app.t(n_("Template")), app.t(n_("Kind")), app.t(n_("Faults")), app.t(n_("Notes"))],
        [(r.name, r.kind, str(len(r.faults)), str(_told(app, r))) for r in reports],
        right=[2, 3],
    )
    faults = distinct([*broken, *(problem for report in reports for problem in report.faults)])
    # What a template leaves unused is no news but to who looks for something more to say.
    notes = [
        note
        for note in distinct(problem for report in reports for problem in report.notes)
        if _is_told(app, note)
    ]
    if not faults:
        app.out(app.t(n_("These templates can be used.")))
    app.finish(
        [
            {
                "template": r.name,
                "kind": r.kind,
                "locale": r.locale,
                "usable": not r.faults,
                "faults": len(r.faults),
                "notes": _told(app, r),
            }
            for r in reports
        ],
        counts={"templates": len(reports), "faults": len(faults), "notes": len(notes)},
        errors=faults,
        warnings=notes,
        code=ExitCode.TEMPLATE if faults else ExitCode.DONE,
    )


@template.command(
    help=n_(
        "Make a pack of your own: copy a shipped one, or --from a folder, into the new folder DIR with a page that says how "
        "to go on. In a workspace, templates/zh and templates/zh-Hant are used in place of the shipped packs.\n\n"
        "Example: evidence template new templates/zh"
    )
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--locale", type=_LOCALE, help=n_("Which shipped pack to copy; else that of your language."))
@click.option("--from", "source", metavar="PACK", help=n_("Copy this pack instead: a folder, zh or zh-Hant."))
@click.pass_obj
def new(app: App, folder: Path, locale: str | None, source: str | None) -> None:
    from evidence.letters.checking.own import copy_pack

    if locale and source:
        raise click.UsageError(app.t(n_("--locale and --from exclude each other.")))
    wanted = source or locale or ("zh-Hant" if app.lang == "zh-Hant" else "zh")
    (pack,) = packs_under(wanted)[:1]
    written = copy_pack(pack.folder, folder)
    app.out(
        app.t(
            n_("A pack of your own lies in {folder}; README.md in it says how to go on."), folder=str(folder)
        )
    )
    app.finish(
        [{"file": str(path)} for path in written],
        counts={"files": len(written)},
        extra={"folder": str(folder), "locale": pack.locale},
    )


@template.command(
    help=n_(
        "Fill a template of a pack with made-up data, as Word file and PDF, marked as a sample on every page. Nothing is "
        "numbered, stamped or recorded. The sample lies beside the template; for a shipped pack, which is not written to, "
        "-o names the folder.\n\n"
        "Example: evidence template preview templates/zh --kind demand"
    )
)
@click.argument("pack", metavar="PACK")
@click.option("--kind", required=True, help=_KIND)
@click.option(
    "--out",
    "-o",
    type=click.Path(path_type=Path),
    help=n_("Folder to write to, or a name that ends in .docx or .pdf; else beside the template."),
)
@click.option(
    "--data",
    "size",
    type=click.Choice(("plain", "long", "extreme")),
    default="plain",
    help=n_("Made-up data: four periods, thirty, or long names and large sums."),
)
@click.option(
    "--converter",
    type=click.Choice(["auto", "builtin", "libreoffice"]),
    default="auto",
    help=n_("What turns Word files into PDF; auto takes LibreOffice where it is installed."),
)
@click.pass_obj
def preview(app: App, pack: str, kind: str, out: Path | None, size: str, converter: str) -> None:
    from evidence.letters.checking.check import pack_sources
    from evidence.letters.checking.preview import preview as make

    require_kind(app, kind)
    packs = packs_under(pack)
    found = [source for one in packs for source in pack_sources(one, [kind])]
    if not found:
        from evidence.errors import Place, fail

        raise fail("letters.pack-lacks-kind", Place(file=pack), kind=kind)
    stem = _preview_stem(app, out, packs[0].folder, f"preview-{kind}")
    paths = [stem.with_name(f"{stem.name}{ending}") for ending in (".docx", ".pdf")]
    if out is not None:  # beside the template the last sample makes way: one looks again after each change
        _require_free(paths)
    stem.parent.mkdir(parents=True, exist_ok=True)
    made = make(found[0].data, found[0].name, kind, found[0].locale, size, converter)
    for path, data in zip(paths, (made.docx, made.pdf), strict=True):
        _write(path, data)
        app.out(str(path))
    app.finish(
        [{"kind": kind, "docx": str(paths[0]), "pdf": str(paths[1])}],
        counts={"files": 2},
        extra={"data": size, "locale": found[0].locale},
    )


def _preview_stem(app: App, out: Path | None, pack: Path, name: str) -> Path:
    """Where a sample goes, without ending: where it was asked to, else beside its template, never into the folder that
    happens to be the current one. Nothing is written into the installed program."""
    if out is None:
        from evidence.resources import templates_dir

        if templates_dir().resolve() in pack.resolve().parents:
            raise click.UsageError(app.t(n_("The shipped pack is not written to: name a folder with -o.")))
        return pack / name
    if out.suffix.lower() in (".docx", ".pdf"):
        return out.with_suffix("")
    return out / name


@template.command(
    help=n_(
        "Show what differs in the words of two Word files, paragraph by paragraph, tables cell by cell. With one file its "
        "words are printed, one paragraph or cell a line, so that git can compare (textconv = evidence template diff).\n\n"
        "Example: evidence template diff old.docx new.docx"
    )
)
@click.argument("before", metavar="A.docx", type=click.Path(path_type=Path))
@click.argument("after", metavar="[B.docx]", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def diff(app: App, before: Path, after: Path | None) -> None:
    from evidence.letters.checking.textdiff import differences, lines_of

    first = lines_of(before.read_bytes(), before.name)
    if after is None:
        for line in first:
            app.out(line.text)
        app.finish([{"place": line.place, "text": line.text} for line in first], counts={"lines": len(first)})
        return
    changes = differences(first, lines_of(after.read_bytes(), after.name))
    for change in changes:
        _print_change(app, change)
    if not changes:
        app.out(app.t(n_("The words are the same.")))
    app.finish(
        [
            {
                "before": c.before.text if c.before else None,
                "after": c.after.text if c.after else None,
                "place_before": c.before.place if c.before else None,
                "place_after": c.after.place if c.after else None,
            }
            for c in changes
        ],
        counts={"changes": len(changes)},
    )


def _is_told(app: App, note: Problem) -> bool:
    return app.verbose or note.code != "template.unused"


def _told(app: App, report: Report) -> int:
    """How many notes of a report are told."""
    return sum(_is_told(app, note) for note in report.notes)


def _print_change(app: App, change: Change) -> None:
    where = change.after or change.before
    assert where is not None
    app.out(f"@ {where.place}")
    if change.before is not None:
        app.out(f"- {change.before.text}")
    if change.after is not None:
        app.out(f"+ {change.after.text}")


def _kinds(app: App, names: Sequence[str], locale: str) -> list[dict[str, Any]]:
    from evidence.letters.checking.catalogue import variables_of
    from evidence.letters.checking.check import pack_sources
    from evidence.letters.checking.fields import fields_of

    (pack,) = packs_under(locale)
    files = {source.kind: source.name for source in pack_sources(pack)}
    effects = {kind.value: ref.effect.value for kind, ref in pack.kinds.items()}
    rows: list[dict[str, Any]] = [
        {
            "kind": name,
            "file": files.get(name, ""),
            "effect": effects.get(name, ""),
            "variables": len(variables_of(name)),
            "fields": len([one for one in fields_of(name) if one.need in ("R", "C")]),
        }
        for name in names
    ]
    app.table(
        [app.t(n_("Kind")), app.t(n_("File")), app.t(n_("Legal effect")), app.t(n_("Variables")), app.t(n_("Required fields"))],
        [(r["kind"], r["file"], r["effect"] or "—", str(r["variables"]), str(r["fields"])) for r in rows],
        right=[3, 4],
    )  # fmt: skip
    return rows


def _variables(app: App, name: str, locale: str, *, heading: bool) -> list[dict[str, Any]]:
    from evidence.letters.checking.catalogue import example_of, variables_of

    types = {"text": n_("text"), "flag": n_("yes or no"), "texts": n_("list of texts"), "rows": n_("rows")}
    rows: list[dict[str, Any]] = [
        {
            "kind": name,
            "variable": one.path,
            "type": one.type,
            "meaning": one.meaning[app.lang],
            "example": example_of(name, one.path, locale),
        }
        for one in variables_of(name)
    ]
    if heading:
        app.out(f"\n{name}")
    app.table(
        [app.t(n_("Variable")), app.t(n_("Meaning")), app.t(n_("Type")), app.t(n_("Example"))],
        [(r["variable"], _short(r["meaning"]), app.t(types[r["type"]]), _short(r["example"])) for r in rows],
    )
    return rows


def _fields(app: App, name: str, *, heading: bool) -> list[dict[str, Any]]:
    from evidence.letters.checking.fields import fields_of

    words = {"R": n_("required"), "C": n_("required where"), "O": n_("optional"), "P": n_("by the program")}
    rows: list[dict[str, Any]] = [
        {
            "kind": name,
            "field": one.id,
            "no": one.no,
            "title": one.title[app.lang],
            "need": one.need,
            "when": one.when,
            "needs": list(one.needs),
            "never": list(one.never),
            "basis": one.basis,
        }
        for one in fields_of(name)
    ]
    if heading:
        app.out(f"\n{name}")
    app.table(
        [app.t(n_("No.")), app.t(n_("Field")), app.t(n_("Need")), app.t(n_("Variables")), app.t(n_("Rests on"))],
        [
            (r["no"], r["title"], f"{app.t(words[r['need']])} {r['when']}".strip(), "\n".join(r["needs"]), r["basis"])
            for r in rows
        ],
    )  # fmt: skip
    return rows


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _annotate(app: App, out: Path, data: bytes, report: Report) -> None:
    from evidence.i18n import describe
    from evidence.letters.checking.annotate import annotated

    _require_free([out])
    remarks = []
    for problem in (*report.faults, *(note for note in report.notes if "¶" in note.where.part)):
        message, hint = describe(problem, app.lang)
        remarks.append((problem.where.part, f"{message}\n→ {hint}"))
    _write(out, annotated(data, report.name, remarks))
    app.say(app.t(n_("Annotated copy: {path}"), path=str(out)))


def _require_free(paths: Sequence[Path]) -> None:
    from evidence.errors import EvidenceError, Place, Problem

    taken = [path for path in paths if path.exists()]
    if taken:
        raise EvidenceError(
            Problem("general.output-exists", Place(file=str(p)), {"path": str(p)}) for p in taken
        )


def _write(path: Path, data: bytes) -> None:
    from evidence.workspace.store import write_atomically

    write_atomically(path, data, durable=False)
