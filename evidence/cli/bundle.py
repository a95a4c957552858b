"""``evidence bundle ACCOUNT``: the dated evidence file of one owner, and the court's forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evidence.cli._app import App, n_
from evidence.cli._bundles import bundle_due, compare
from evidence.cli._gate import in_words, override_options, overrides_of
from evidence.cli._lines import lines_option
from evidence.cli._transport import Wanted, encrypted, lock_of, transport_options
from evidence.errors import ExitCode, spec_of

if TYPE_CHECKING:
    from evidence.bundle.forms import Blank
    from evidence.workspace.bundles import BundleResult
    from evidence.workspace.courtforms import CourtForm

FORM_KINDS = (
    "complaint",
    "payment-order",
    "representative",
    "authority-general",
    "authority-special",
    "firm-letter",
    "service-address",
    "mediation",
    "preservation",
    "electronic-evidence",
    "evidence-receipt",
)
"""The forms of ``evidence/bundle/forms/cn.toml`` in its order; a test holds them together. Reading it here would cost
every start of the program."""


@click.command(
    help=n_(
        "Make the dated evidence file of ACCOUNT: cover, catalogue, exhibits with continuous page numbers, "
        "manifest and journal proofs, as a folder and a zip under bundles/. A readiness rule that fails stops it (see "
        "evidence ready). Beside it lies a sheet for the lawyer, never for the court: what is missing, what was overridden, "
        "which days run out.\n\nWith --due, one file for each account whose letters have come to court; one that a rule "
        "stops does not stop the others. With --compare, what differs between two versions.\n\n"
        "Example: evidence bundle 1栋2单元301"
    )
)
@click.argument("account", required=False)
@click.option(
    "--due",
    is_flag=True,
    help=n_("Every account whose next step is court, each in a file of its own; takes no override."),
)
@click.option("--building", help=n_("With --due, only this building, as the ledger names it."))
@click.option(
    "--compare",
    "versions",
    nargs=2,
    metavar="OLD NEW",
    help=n_("Make nothing; say what differs between two versions (1 2, v1 v2, or their ids)."),
)
@click.option(
    "--locale",
    type=click.Choice(["zh", "zh-Hant"]),
    help=n_("Script of cover, catalogue and forms; else the workspace's."),
)
@click.option(
    "--converter",
    type=click.Choice(["auto", "builtin", "libreoffice"]),
    help=n_("What turns Word files into PDF; auto takes LibreOffice where it is installed."),
)
@click.option(
    "--forms",
    is_flag=True,
    help=n_(
        "Put the court's forms into the evidence file, filled from the case; what is not on file stays blank."
    ),
)
@click.option(
    "--form",
    "kinds",
    multiple=True,
    type=click.Choice(FORM_KINDS),
    help=n_("Only this form (may be given again); else those the case needs."),
)
@click.option(
    "--forms-to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help=n_("Write only the forms, as Word and PDF files, into this folder; no evidence file is made."),
)
@click.option(
    "--profile",
    metavar="NAME|FILE",
    help=n_(
        "The court's wishes: cn, cn-online, cn-paper, or a TOML file of your own. They set the limits of a volume, the "
        "catalogue's columns, copies, page numbers, dividers and printing on both sides."
    ),
)
@click.option(
    "--duplex",
    is_flag=True,
    help=n_(
        "For printing on both sides: each exhibit begins on a front side; blank sides say so and are counted."
    ),
)
@click.option(
    "--ocr",
    is_flag=True,
    help=n_(
        "Put a text layer behind scans and photos, by ocrmypdf where it is installed; takes seconds a page."
    ),
)
@transport_options
@override_options
@lines_option
@click.pass_obj
def bundle(
    app: App,
    account: str | None,
    due: bool,
    building: str | None,
    versions: tuple[str, str] | None,
    locale: str | None,
    converter: str | None,
    forms: bool,
    kinds: tuple[str, ...],
    folder: Path | None,
    profile: str | None,
    duplex: bool,
    ocr: bool,
    recipients: tuple[str, ...],
    encrypt: bool,
    passphrase_file: Path | None,
    overrides: tuple[str, ...],
    reasons: tuple[str, ...],
) -> None:
    wanted = kinds if forms or kinds else None
    one = not due and versions is None and folder is None
    lock = lock_of(app, Wanted(recipients, encrypt, passphrase_file), alone=one)
    if due:
        if account or versions or folder or overrides or ocr:
            raise click.UsageError(
                app.t(
                    n_("--due goes with neither an account nor --compare, --forms-to, --ocr or --override.")
                )
            )
        bundle_due(app, building, locale, converter, wanted, profile, duplex)
        return
    if account is None:
        raise click.UsageError(app.t(n_("Name an account, or give --due.")))
    if building is not None:
        raise click.UsageError(app.t(n_("--building goes with --due.")))
    if versions is not None:
        compare(app, account, versions, locale, converter)
        return
    if folder is not None:
        _forms_only(app, account, folder, kinds, locale, converter)
        return
    against = overrides_of(app, overrides, reasons)
    with in_words(app):
        result = app.workspace().bundle(
            account,
            locale=locale,
            converter=converter,
            overrides=against,
            forms=wanted,
            profile=profile,
            duplex=duplex,
            check=True,
            ocr=ocr,
        )
    app.out(app.t(n_("Evidence file: {path}"), path=str(result.folder)))
    app.out(app.t(n_("As one file: {path}"), path=str(result.zip_path)))
    locked = encrypted(app, result.zip_path, lock)
    app.out(app.t(n_("{exhibits} exhibits, {pages} pages."), exhibits=result.exhibits, pages=result.pages))
    if len(result.volumes) > 1:
        app.out(app.t(n_("Volumes: {n}. {files}"), n=len(result.volumes), files=", ".join(result.volumes)))
    app.out(app.t(n_("Sets to hand in: {n}."), n=result.copies))
    if result.check:
        app.out(app.t(n_("For the lawyer, not for the court: {path}"), path=str(result.check[1])))
    _tell(app, result.forms)
    app.finish(
        [bundle_json(result, account, locked)],
        counts={"bundles": 1, "exhibits": result.exhibits, "pages": result.pages},
        warnings=result.warnings,
        # A page that only stands for an exhibit is something the court will not see.
        code=max((spec_of(problem.code).exit for problem in result.warnings), default=ExitCode.DONE),
    )


def bundle_json(result: BundleResult, account: str, locked: Path | None = None) -> dict[str, object]:
    """The object of one evidence file in ``--json``."""
    return {
        "bundle": result.id,
        "account": account,
        "folder": str(result.folder),
        "zip": str(result.zip_path),
        "encrypted": "" if locked is None else str(locked),
        "check": [str(path) for path in result.check],
        "exhibits": result.exhibits,
        "pages": result.pages,
        "volumes": list(result.volumes),
        "copies": result.copies,
        "seal_sha256": result.seal_sha256,
        "journal_index": result.journal_index,
        "forms": [
            _form_json(
                form,
                result.folder / "data" / "forms" / f"{form.name}.docx",
                result.folder / "data" / "forms" / f"{form.name}.pdf",
            )
            for form in result.forms
        ],
    }


def _forms_only(
    app: App, account: str, folder: Path, kinds: tuple[str, ...], locale: str | None, converter: str | None
) -> None:
    with in_words(app):
        written, warnings = app.workspace().forms(
            account, folder, kinds=kinds, locale=locale, converter=converter
        )
    for one in written:
        app.out(
            app.t(n_("{title}: {docx}, {pdf}"), title=one.form.title, docx=str(one.docx), pdf=str(one.pdf))
        )
    _tell(app, [one.form for one in written])
    app.finish(
        [_form_json(one.form, one.docx, one.pdf) for one in written],
        counts={
            "forms": len(written),
            "to_fill": len({b.field for one in written for b in one.form.missing}),
        },
        warnings=warnings,
    )


def _tell(app: App, forms: Iterable[CourtForm]) -> None:
    """What is to be filled in, form by form, and where: on the screen only, never on the form."""
    for form in forms:
        if form.missing:
            app.out(app.t(n_("To be filled in on {form}:"), form=form.title))
        for blank in form.missing:
            where = _where(blank.source, app.lang)
            app.out(f"  {blank.label}" + (f" ({where})" if where else ""))


def _where(source: str, lang: str) -> str:
    """Where a field is entered, in the user's words: the case file's kinds and fields as they are typed."""
    from evidence.model.case import SHAPES
    from evidence.workspace.casewords import field_label, kind_label

    kind, _, name = source.partition(".")
    found = next((one for one in SHAPES if one.value == kind), None)
    if found is None:
        return source
    return f"evidence case set … {kind_label(found, lang)} {field_label(found, name, lang)}=…"


def _form_json(form: CourtForm, docx: Path, pdf: Path) -> dict[str, object]:
    return {
        "form": form.kind,
        "title": form.title,
        "about": form.about,
        "docx": str(docx),
        "pdf": str(pdf),
        "to_fill": [_blank_json(blank) for blank in form.blanks],
    }


def _blank_json(blank: Blank) -> Mapping[str, object]:
    return {
        "field": blank.field,
        "label": blank.label,
        "where": blank.source,
        "required": blank.required,
    }
