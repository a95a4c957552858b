"""``evidence demo``: the whole main job on the sample estate."""

from __future__ import annotations

import secrets
import tomllib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evidence.cli._app import App, n_
from evidence.clock import Source
from evidence.errors import ExitCode, fail
from evidence.model.delivery import Channel, Outcome
from evidence.model.letter import LetterKind

if TYPE_CHECKING:
    from evidence.workspace import Workspace
    from evidence.workspace.issue import IssueResult


@click.command(
    help=n_(
        "Run the whole main job on the sample estate: ledger, letters, delivery, evidence file, verification.\n\n"
        "Everything is fictional; the sample's photos have dates, so the demo's clock is set to them and its "
        "journal says TEST.\n\nExample: evidence --lang zh demo mydemo"
    )
)
@click.argument("folder", metavar="[DIR]", default="evidence-demo", type=click.Path(path_type=Path))
@click.option(
    "--locale", type=click.Choice(["zh", "zh-Hant"]), help=n_("Script of the letters; else by --lang.")
)
@click.option(
    "--converter",
    type=click.Choice(["auto", "builtin", "libreoffice"]),
    help=n_("What turns Word files into PDF; auto takes LibreOffice where it is installed."),
)
@click.pass_obj
def demo(app: App, folder: Path, locale: str | None, converter: str | None) -> None:
    from evidence.resources import samples_dir
    from evidence.workspace import Workspace

    samples = samples_dir()
    script = tomllib.loads((samples / "demo.toml").read_text("utf-8"))
    script_of_letters = locale or ("zh-Hant" if app.lang == "zh-Hant" else "zh")
    issued, bundled = (_standing(script["clock"][name]) for name in ("issued_at", "bundled_at"))
    tell = _Teller(app)

    tell(n_("A workspace"), folder)
    with Workspace.init(
        folder, locale=script_of_letters, config=samples / script["config"], source=issued
    ) as workspace:
        tell(n_("The ledger"))
        ledgers = [samples / name for name in script["ledgers"]]
        ledger = workspace.import_ledger(ledgers).ledger
        rows = workspace.status(script["as_of"])
        total = sum((row.outstanding.amount for row in rows if row.outstanding is not None), start=Decimal(0))
        app.say(
            app.t(
                n_("   {rows} rows read, {n} owners owe {total}"),
                rows=ledger.rows_read,
                n=len(rows),
                total=f"{total:,.2f} {ledger.currency}",
            )
        )
        letters = _letters(app, tell, workspace, script, converter)
    with Workspace.open(folder, source=bundled) as workspace:
        _deliveries(tell, workspace, script, samples, letters["demand"])
        tell(n_("The evidence file of {account}"), account=script["bundle"]["account"])
        bundle = workspace.bundle(script["bundle"]["account"], converter=converter)
        public_key = workspace.root / "keys" / "signing.pub"
        first = next((workspace.root / "letters" / letters["demand"].folder).glob("*.pdf"))
    tell(n_("Verification, without the workspace"))
    report = _verify(app, first, bundle.zip_path, public_key)
    app.out()
    app.out(app.t(n_("Open first:")))
    for label, path in (
        (n_("the evidence file"), bundle.folder / "data" / "bundle.pdf"),
        (n_("a formal demand"), first),
        (n_("all letters"), folder / "letters"),
        (n_("the same evidence as one file"), bundle.zip_path),
    ):
        app.out(f"  {app.t(label)}: {path}")
    app.out(
        app.t(
            n_("Check it yourself: {command}"),
            command=f"evidence verify {bundle.zip_path} --trust {public_key}",
        )
    )
    app.finish(
        [
            {
                "workspace": str(folder),
                "bundle": str(bundle.folder),
                "zip": str(bundle.zip_path),
                "letter": str(first),
                "verified": report,
            }
        ],
        counts={"letters": sum(len(r.issued) for r in letters.values()), "owners": len(rows)},
        code=ExitCode.DONE if report else ExitCode.VERIFY,
    )


def _standing(moment: datetime) -> Source:
    """A clock that stands at ``moment``; keys and salts stay as random as ever."""
    return Source(lambda: moment, secrets.token_bytes, is_test=True)


class _Teller:
    """Numbers the steps of the demo on stderr."""

    def __init__(self, app: App) -> None:
        self._app, self._step = app, 0

    def __call__(self, message: str, path: Path | None = None, /, **params: str | int) -> None:
        self._step += 1
        text = self._app.t(message, **params)
        self._app.say(f"{self._step}. {text}" + (f": {path}" if path else ""))


def _letters(
    app: App, tell: _Teller, workspace: Workspace, script: dict[str, Any], converter: str | None
) -> dict[str, IssueResult]:
    as_of: date = script["as_of"]
    # The waybill in the sample names the first demand, so its owner is served first.
    plan: tuple[tuple[str, LetterKind, list[str] | None], ...] = (
        ("demand", LetterKind.DEMAND, [script["demand"]["account"]]),
        ("reminders", LetterKind.REMINDER, None),
        ("demands", LetterKind.DEMAND, None),
        ("agreement", LetterKind.INSTALMENT_AGREEMENT, [script["instalment"]["account"]]),
        ("lawyer", LetterKind.LAWYER_LETTER, [script["demand"]["account"]]),
    )
    results = {}
    for name, kind, accounts in plan:
        tell(n_("Letters: {kind}"), kind=kind.value)
        result = workspace.issue(kind, as_of=as_of, accounts=accounts, converter=converter)
        results[name] = result
        app.say(app.t(n_("   {n} issued by {converter}"), n=len(result.issued), converter=result.converter))
        if result.skipped:
            app.complain(result.skipped, warning=True)
    return results


def _deliveries(
    tell: _Teller, workspace: Workspace, script: dict[str, Any], samples: Path, demand: IssueResult
) -> None:
    tell(n_("Delivery of {number}, with its proofs"), number=demand.issued[0].key)
    for row in script["delivery"]:
        workspace.deliver(
            demand.issued[0].key,
            channel=Channel(row["channel"]),
            outcome=Outcome(row["outcome"]),
            at=row["at"].isoformat(),
            place=row.get("place", ""),
            tracking=row.get("tracking", ""),
            servers=row.get("servers", []),
            signer=row.get("signer", ""),
            relation=row.get("relation", ""),
            note=row.get("note", ""),
            proofs=[samples / name for name in row["proofs"]],
        )
    tell(n_("Other evidence"))
    for row in script["exhibit"]:
        workspace.add_exhibits(
            script["bundle"]["account"],
            [samples / row["file"]],
            name=row["name"],
            kind=row["kind"],
            group=row.get("group", "B8"),
            source=row["source"],
            proves=row["purpose"],
            original="原件" if row["original"] else "复印件",
            dated=row["formed_on"].isoformat(),
        )


def _verify(app: App, letter: Path, bundle: Path, public_key: Path) -> bool:
    from evidence import verify as verification

    report = verification.verify_paths([letter, bundle], trust=verification.parse_trust([str(public_key)]))
    app.out(verification.render_text(report, app.lang, details=app.verbose))
    if not report.ok:
        raise fail("verify.failed")
    return True
