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
from evidence.cli._places import place_options
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
@place_options
@click.pass_obj
def demo(app: App, /, folder: Path, locale: str | None, converter: str | None, **places: str | None) -> None:
    from evidence.resources import samples_dir
    from evidence.workspace import Workspace
    from evidence.workspace.places import given

    samples = samples_dir()
    script = tomllib.loads((samples / "demo.toml").read_text("utf-8"))
    script_of_letters = locale or ("zh-Hant" if app.lang == "zh-Hant" else "zh")
    issued, served, lawyer, bundled = (
        _standing(script["clock"][name]) for name in ("issued_at", "served_at", "lawyer_at", "bundled_at")
    )
    tell = _Teller(app)

    tell(n_("A workspace"), folder)
    with Workspace.init(
        folder,
        locale=script_of_letters,
        config=samples / script["config"],
        places=given(places),
        source=issued,
    ) as workspace:
        tell(n_("The ledger"))
        ledgers = [samples / name for name in script["ledgers"]]
        ledger = workspace.import_ledger(ledgers, until=script["ledger_until"]).ledger
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
        _case_file(app, tell, workspace, script, samples)
        letters = _letters(app, tell, workspace, script, converter)
    with Workspace.open(folder, source=served) as workspace:
        _deliveries(tell, workspace, script, samples, letters["demand"])
    with Workspace.open(folder, source=lawyer) as workspace:
        accounts = [script["lawyer"]["account"]]
        day = script["lawyer"]["as_of"]
        draft = _issue(app, tell, workspace, LetterKind.LAWYER_LETTER, day, accounts, converter)
        letters["lawyer"] = draft
        _approval(app, tell, workspace, draft.issued[0].key, converter)
    with Workspace.open(folder, source=bundled) as workspace:
        _exhibits(tell, workspace, script, samples)
        counts = _readiness(app, tell, workspace, script["bundle"]["account"])
        tell(n_("The evidence file of {account}"), account=script["bundle"]["account"])
        overrides = script["bundle"]["overrides"]
        for rule, reason in overrides.items():
            app.say(
                app.t(n_("   {rule} does not pass and is overridden: {reason}"), rule=rule, reason=reason)
            )
        bundle = workspace.bundle(
            script["bundle"]["account"], converter=converter, forms=(), overrides=overrides, check=True
        )
        public_key = workspace.root / "keys" / "signing.pub"
        first = next((workspace.root / "letters" / letters["demand"].folder).glob("*.pdf"))
    tell(n_("Verification, without the workspace"))
    report = _verify(app, first, bundle.zip_path, public_key)
    app.out()
    app.out(app.t(n_("Open first:")))
    for label, path in (
        (n_("the evidence file"), bundle.folder / "data" / "bundle.pdf"),
        (n_("the court's forms"), bundle.folder / "data" / "forms"),
        (n_("the sheet for the lawyer, not for the court"), bundle.check[1]),
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
        extra={"ready": counts},
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


def _case_file(app: App, tell: _Teller, workspace: Workspace, script: dict[str, Any], samples: Path) -> None:
    tell(n_("The case file: what the ledger does not know, and payments since it was printed"))
    recorded = workspace.import_case([samples / name for name in script["case"]])
    paid = workspace.import_files([], [samples / name for name in script["payments"]]).payments
    booked = len(paid.recorded) if paid else 0
    app.say(app.t(n_("   {n} pieces recorded, {payments} payments booked"), n=len(recorded), payments=booked))


def _letters(
    app: App, tell: _Teller, workspace: Workspace, script: dict[str, Any], converter: str | None
) -> dict[str, IssueResult]:
    # The waybill in the sample names the first demand, so its owner is served first.
    plan: tuple[tuple[str, LetterKind, list[str] | None], ...] = (
        ("demand", LetterKind.DEMAND, [script["demand"]["account"]]),
        ("reminders", LetterKind.REMINDER, None),
        ("demands", LetterKind.DEMAND, None),
        ("agreement", LetterKind.INSTALMENT_AGREEMENT, [script["instalment"]["account"]]),
    )
    return {
        name: _issue(app, tell, workspace, kind, script["as_of"], accounts, converter)
        for name, kind, accounts in plan
    }


def _issue(
    app: App,
    tell: _Teller,
    workspace: Workspace,
    kind: LetterKind,
    as_of: date,
    accounts: list[str] | None,
    converter: str | None,
) -> IssueResult:
    tell(n_("Letters: {kind}"), kind=kind.value)
    result = workspace.issue(kind, as_of=as_of, accounts=accounts, converter=converter)
    app.say(app.t(n_("   {n} issued by {converter}"), n=len(result.issued), converter=result.converter))
    if result.skipped:
        app.complain(result.skipped, warning=True)
    return result


def _approval(app: App, tell: _Teller, workspace: Workspace, draft: str, converter: str | None) -> None:
    """The lawyer whom the draft names answers for it, and the letter is made of it."""
    firm = workspace.office.law_firm
    assert firm is not None
    tell(n_("The lawyer whom the draft names approves it"))
    made = workspace.approve(draft, lawyer=firm.lawyer, licence=firm.licence, converter=converter)
    app.say(app.t(n_("   {number} takes the place of draft {draft}"), number=made.number.key, draft=draft))


def _deliveries(
    tell: _Teller, workspace: Workspace, script: dict[str, Any], samples: Path, demand: IssueResult
) -> None:
    from evidence.workspace.casewords import kinds_by_word

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
    # In the script named "piece": what was recorded after the delivery.
    for row in script["piece"]:
        workspace.record_case(kinds_by_word()[row["kind"]], row["account"], row["fields"])


def _exhibits(tell: _Teller, workspace: Workspace, script: dict[str, Any], samples: Path) -> None:
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
            carrier=row.get("carrier", ""),
        )


def _readiness(app: App, tell: _Teller, workspace: Workspace, account: str) -> dict[str, int]:
    """How the case stands before it is filed, in a few lines; where the interest rates end."""
    from evidence.claim.readiness import finding_words

    tell(n_("Is the case of {account} ready to be filed?"), account=account)
    found = workspace.ready(account)
    counts = {
        word: sum(f.outcome.value == word for f in found.findings)
        for word in ("pass", "warn", "unknown", "fail")
    }
    words = n_("   {passed} rules passed, {warned} with a warning, {unknown} unknown, {failed} failed")
    app.say(
        app.t(
            words,
            passed=counts["pass"],
            warned=counts["warn"],
            unknown=counts["unknown"],
            failed=counts["fail"],
        )
    )
    for finding in found.findings:
        if finding.outcome.value in ("warn", "fail"):
            told = finding_words(finding, found.pack, app.lang, account)
            app.say(f"   {finding.rule} {told.title}: {' '.join(told.reasons)}")
    later = [f.rule for f in found.findings if found.pack.rules[f.rule].later]
    app.say(app.t(n_("   examined on the evidence file itself: {rules}"), rules=", ".join(later)))
    known = found.facts.lpr_through
    if known is not None and known < found.as_of:
        app.say(
            app.t(
                n_("   the LPR is not available after {day}; add it with: evidence law rates add"),
                day=known.isoformat(),
            )
        )
    return counts


def _verify(app: App, letter: Path, bundle: Path, public_key: Path) -> bool:
    from evidence import verify as verification

    report = verification.verify_paths([letter, bundle], trust=verification.parse_trust([str(public_key)]))
    app.out(verification.render_text(report, app.lang, details=app.verbose))
    if not report.ok:
        raise fail("verify.failed")
    return True
