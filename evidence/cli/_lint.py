"""``evidence law lint``: what a text says that no letter may say."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evidence.cli._app import App, n_

if TYPE_CHECKING:
    from evidence.errors import Problem
    from evidence.law.lint import Hit, LintPack


@click.command(
    help=n_(
        "Look for words that letters and messages may not say: threats of cutting supplies or access, publicity, "
        "employers, relatives, credit records or police, titles of courts, promises of an outcome, false law. Texts and "
        "Word files (templates too); - or nothing reads standard input. Ends with 9 where a rule stops the text; warnings "
        "alone end with 0.\n\n"
        "Example: evidence law lint letter.docx sms.txt"
    )
)
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--jurisdiction", type=click.Choice(("cn",)), default="cn", help=n_("Whose law to show."))
@click.option(
    "--encoding",
    type=click.Choice(("utf-8", "gb18030", "big5")),
    help=n_("Encoding of texts that are not UTF-8."),
)
@click.option("--rules", "rules_only", is_flag=True, help=n_("List the rules instead."))
@click.pass_obj
def lint(
    app: App, files: tuple[Path, ...], jurisdiction: str, encoding: str | None, rules_only: bool
) -> None:
    from evidence.errors import Place
    from evidence.law.lint import lint_template, load_lint, problems_of

    pack = load_lint(jurisdiction)
    if rules_only:
        _list_rules(app, pack)
        return
    results: list[dict[str, Any]] = []
    errors: list[Problem] = []
    warnings: list[Problem] = []
    for path in files or (Path("-"),):
        text = _read(path, encoding)
        for hit in lint_template(text, app.as_of, pack):
            line = text.count("\n", 0, hit.span[0]) + 1
            column = hit.span[0] - (text.rfind("\n", 0, hit.span[0]) + 1) + 1
            where = Place(file=str(path), part=f"{line}:{column}")
            results.append({"file": str(path), "line": line, "column": column, **_as_json(app, hit, pack)})
            (errors if hit.blocks else warnings).extend(problems_of([hit], where, app.lang, pack))
    if not results:
        app.out(app.t(n_("Nothing found that may not be said.")))
    app.finish(
        results,
        counts={"block": len(errors), "warn": len(warnings), "files": len(files) or 1},
        errors=errors,
        warnings=warnings,
        extra={"jurisdiction": jurisdiction, "checked_on": pack.checked_on.isoformat()},
    )


def _as_json(app: App, hit: Hit, pack: LintPack) -> dict[str, Any]:
    return {
        "rule": hit.rule,
        "group": hit.group,
        "severity": hit.severity.value,
        "text": hit.text,
        "span": list(hit.span),
        "basis": [
            {
                "cite": cite,
                "text": pack.in_words(cite, app.lang),
                "verified": pack.is_verified(cite, app.as_of),
            }
            for cite in hit.basis
        ],
        "instead": hit.instead[app.lang],
    }


def _read(path: Path, encoding: str | None) -> str:
    """The words of a file: Word by its reader, everything else as text.

    GB 18030 and Big5 read each other's bytes as gibberish in which nothing would be found, so neither is guessed.
    """
    if str(path) == "-":
        return _decoded(sys.stdin.buffer.read(), encoding, "-")
    data = path.read_bytes()
    if data[:2] == b"PK":
        from evidence.letters.engine import document_text

        return document_text(data, path.name)
    return _decoded(data, encoding, str(path))


def _decoded(data: bytes, encoding: str | None, name: str) -> str:
    from evidence.errors import Place, fail

    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode(encoding or ("utf-16" if marked else "utf-8-sig"))
    except UnicodeDecodeError as error:
        raise fail("law.unreadable-text", Place(file=name), name=name) from error


def _list_rules(app: App, pack: LintPack) -> None:
    words = {"block": app.t(n_("stops")), "warn": app.t(n_("warns"))}
    app.table(
        [
            app.t(n_("Rule of wording")),
            app.t(n_("About")),
            app.t(n_("Effect")),
            app.t(n_("Rests on")),
            app.t(n_("Checked")),
        ],
        [
            (
                rule.id,
                rule.title[app.lang],
                words[rule.severity.value],
                "\n".join(pack.in_words(cite, app.lang) for cite in pack.basis(rule, app.as_of)),
                "\n".join(
                    _yes(app, pack.is_verified(cite, app.as_of)) for cite in pack.basis(rule, app.as_of)
                ),
            )
            for rule in pack.rules
        ],
    )
    app.finish(
        list(_rules_json(app, pack)),
        counts={"rules": len(pack.rules)},
        extra={"jurisdiction": pack.jurisdiction, "checked_on": pack.checked_on.isoformat()},
    )


def _rules_json(app: App, pack: LintPack) -> Iterator[dict[str, Any]]:
    for rule in pack.rules:
        yield {
            "rule": rule.id,
            "group": rule.group,
            "severity": rule.severity.value,
            "title": rule.title[app.lang],
            "basis": list(pack.basis(rule, app.as_of)),
            "instead": rule.instead[app.lang],
        }


def _yes(app: App, answer: bool) -> str:
    return app.t(n_("yes")) if answer else app.t(n_("no"))
