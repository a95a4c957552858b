"""``evidence law``: look at the law the toolkit quotes, and at the rates it reckons with.."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evidence.cli._app import App, n_
from evidence.cli._lint import lint

if TYPE_CHECKING:
    from evidence.law.packs import LawPack, Sentence
    from evidence.law.rates import RateTable
    from evidence.law.statutes import Statute, StatuteTable

# Packs with law in them; the others carry a currency only.
_JURISDICTIONS = ("cn",)
_HELP_JURISDICTION = n_("Whose law to show.")


@click.group(help=n_("The law that letters and rules rest on, as this version carries it."))
def law() -> None:
    pass


law.add_command(lint)


@law.command(
    help=n_(
        "Show the sentences letters quote and the statutes behind them: when in force, from which source, and whether "
        "somebody compared the text with a public copy. With KEY one of them in full.\n\n"
        "Example: evidence law show civil-code"
    )
)
@click.argument("key", required=False)
@click.option("--jurisdiction", type=click.Choice(_JURISDICTIONS), default="cn", help=_HELP_JURISDICTION)
@click.pass_obj
def show(app: App, key: str | None, jurisdiction: str) -> None:
    from evidence.law.packs import load_law
    from evidence.law.statutes import load_statutes

    pack, table = load_law(jurisdiction), load_statutes(jurisdiction)
    wanted = key.partition(":")[0] if key else None  # civil-code:944 is a place in civil-code
    if wanted is not None and wanted not in pack.sentences and wanted not in table.statutes:
        near = difflib.get_close_matches(wanted, [*pack.sentences, *table.statutes], n=1)
        if near:
            raise click.UsageError(
                app.t(
                    n_("Nothing in the law pack is called {key}. Did you mean {near}?"),
                    key=wanted,
                    near=near[0],
                )
            )
        raise click.UsageError(
            app.t(
                n_("Nothing in the law pack is called {key}; `evidence law show` lists it all."), key=wanted
            )
        )
    sentences = [s for s in pack.sentences.values() if wanted in (None, s.key, *map(_statute_of, s.cites))]
    cited = (
        {_statute_of(cite) for s in sentences for cite in s.cites} if wanted in pack.sentences else {wanted}
    )
    statutes = [s for s in table.statutes.values() if wanted is None or s.key in cited]
    _print_sentences(app, sentences, pack, table)
    if sentences and statutes:
        app.out()
    _print_statutes(app, statutes, in_full=wanted is not None)
    app.finish(
        [
            *(_sentence_json(sentence, pack, table, app) for sentence in sentences),
            *(_statute_json(statute, app) for statute in statutes),
        ],
        counts={"sentences": len(sentences), "statutes": len(statutes)},
        extra={"jurisdiction": pack.jurisdiction, "checked_on": pack.checked_on.isoformat()},
    )


@law.group(
    invoke_without_command=True,
    help=n_(
        "Show the interest rates late charge is measured by, each with its source and whether somebody compared it "
        "with a public copy, and the day on which the table ends: after it nothing is reckoned from it.\n\n"
        "Example: evidence law rates"
    ),
)
@click.option("--jurisdiction", type=click.Choice(_JURISDICTIONS), default="cn", help=_HELP_JURISDICTION)
@click.pass_context
def rates(ctx: click.Context, jurisdiction: str) -> None:
    from evidence.law.rates import load_rates

    app: App = ctx.obj
    if ctx.invoked_subcommand is not None:
        return
    # In a workspace its own additions count too; elsewhere the shipped table is shown.
    here = app.workspace_option is not None or _in_workspace()
    pack = app.workspace().rates() if here else load_rates(jurisdiction)
    tables = list(pack.tables.values())
    for table in tables:
        app.out(f"{table.key}  {_name(table.name, table.key, app.lang)}")
        app.out()
        app.table(
            [app.t(n_("Since")), app.t(n_("% a year")), app.t(n_("Checked")), app.t(n_("Source"))],
            [
                (row.since.isoformat(), str(row.percent), _yes(app, row.verified), row.source)
                for row in table.rows
            ],
            right=[1],
        )
        app.out()
        app.out(_ends(app, table))
    app.finish(
        [
            {
                "series": table.key,
                "since": row.since.isoformat(),
                "percent": str(row.percent),
                "verified": row.verified,
                "source": row.source,
            }
            for table in tables
            for row in table.rows
        ],
        counts={"rates": sum(len(table.rows) for table in tables)},
        extra={
            "jurisdiction": jurisdiction,
            "series": [
                {
                    "series": table.key,
                    "name": _name(table.name, table.key, app.lang),
                    "known_from": table.known_from.isoformat(),
                    "known_until": _iso(table.known_until),
                }
                for table in tables
            ],
        },
    )


@rates.command(
    help=n_(
        "Record a rate published since the table ends. It counts until the day it is recorded; record the next one "
        "when it is published.\n\n"
        'Example: evidence law rates add 2026-11-20 3.00 --source "www.chinamoney.com.cn 2026-11-20" --unchanged-before'
    )
)
@click.argument("since", metavar="SINCE", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("percent", metavar="PERCENT")
@click.option("--source", required=True, help=n_("Where it was published, and when it was read."))
@click.option("--series", default="lpr-1y", show_default=True, help=n_("Which series it belongs to."))
@click.option(
    "--unchanged-before",
    is_flag=True,
    help=n_("Nothing else was published between the end of the table and this day."),
)
@click.pass_obj
def add(app: App, since: datetime, percent: str, source: str, series: str, unchanged_before: bool) -> None:
    recorded = app.workspace().add_rate(
        series, since.date(), percent, source, unchanged_before=unchanged_before
    )
    if recorded:
        app.out(app.t(n_("Recorded as entry {index}."), index=recorded[0].journal_index))
    else:
        app.out(app.t(n_("That was recorded before; nothing changed.")))
    app.finish(
        [{"series": series, "since": since.date().isoformat(), "percent": percent, "source": source}],
        counts={"recorded": len(recorded)},
    )


def _in_workspace() -> bool:
    from evidence.errors import EvidenceError
    from evidence.workspace import Workspace

    try:
        Workspace.find(Path.cwd())
    except EvidenceError:
        return False
    return True


def _ends(app: App, table: RateTable) -> str:
    if table.known_until is None:
        return app.t(n_("Fixed by statute; it holds until the statute changes."))
    return app.t(
        n_("Known from {first} to {last}. For later days no figure is given: nothing is carried forward."),
        first=table.known_from.isoformat(),
        last=table.known_until.isoformat(),
    )


def _print_sentences(app: App, sentences: Sequence[Sentence], pack: LawPack, table: StatuteTable) -> None:
    if not sentences:
        return
    rows = []
    for sentence in sentences:
        since, until, verified = _force(sentence, pack)
        cites = "\n".join(table.in_words(cite, app.lang) for cite in sentence.cites)
        text = sentence.text["zh" if app.lang == "en" else app.lang]
        rows.append((sentence.key, text, cites or "—", _range(since, until), _yes(app, verified)))
    app.table(
        [
            app.t(n_("Key")),
            app.t(n_("Sentence")),
            app.t(n_("Rests on")),
            app.t(n_("In force")),
            app.t(n_("Checked")),
        ],
        rows,
    )


def _print_statutes(app: App, statutes: Sequence[Statute], *, in_full: bool) -> None:
    if not statutes:
        return
    app.table(
        [
            app.t(n_("Key")),
            app.t(n_("Statute")),
            app.t(n_("In force")),
            app.t(n_("Checked")),
            app.t(n_("Source")),
        ],
        [
            (
                statute.key,
                _name(statute.name, statute.key, app.lang)
                + (f" ({edition.amended})" if edition.amended else ""),
                _range(edition.since, edition.until),
                _yes(app, edition.verified),
                edition.source,
            )
            for statute in statutes
            for edition in statute.editions
            if in_full or edition.holds_on(app.as_of)
        ],
    )


def _force(sentence: Sentence, pack: LawPack) -> tuple[date | None, date | None, bool | None]:
    """The days on which all a sentence cites was in force, and whether all of it was checked.

    ``None`` of a sentence that cites nothing: there is no text to compare it with.
    """
    cited = [pack.statutes[_statute_of(cite)] for cite in sentence.cites]
    return (
        max((statute.in_force for statute in cited), default=None),
        min((statute.until for statute in cited if statute.until), default=None),
        all(statute.verified for statute in cited) if cited else None,
    )


def _sentence_json(sentence: Sentence, pack: LawPack, table: StatuteTable, app: App) -> dict[str, Any]:
    since, until, verified = _force(sentence, pack)
    return {
        "kind": "sentence",
        "key": sentence.key,
        "text": dict(sentence.text),
        "cites": [{"cite": cite, "text": table.in_words(cite, app.lang)} for cite in sentence.cites],
        "since": _iso(since),
        "until": _iso(until),
        "verified": verified,
    }


def _statute_json(statute: Statute, app: App) -> dict[str, Any]:
    return {
        "kind": "statute",
        "key": statute.key,
        "name": _name(statute.name, statute.key, app.lang),
        "number": statute.number,
        "replaced_by": statute.replaced_by,
        "editions": [
            {
                "since": edition.since.isoformat(),
                "until": _iso(edition.until),
                "in_force": edition.holds_on(app.as_of),
                "verified": edition.verified,
                "doubtful": list(edition.doubtful),
                "source": edition.source,
            }
            for edition in statute.editions
        ],
    }


def _statute_of(cite: str) -> str:
    return cite.partition(":")[0]


def _name(names: Any, key: str, lang: str) -> str:
    return str(names.get(lang) or names.get("zh") or key)


def _range(since: date | None, until: date | None) -> str:
    return f"{since or ''} – {until or ''}".strip() if since else "—"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _yes(app: App, answer: bool | None) -> str:
    if answer is None:
        return "—"
    return app.t(n_("yes")) if answer else app.t(n_("no"))
