"""Writes the shipped letter templates: ``templates/zh/*.docx`` and ``templates/zh-Hant/*.docx``.

    python tools/build_templates.py            write them
    python tools/build_templates.py --check    exit 1 if a committed file differs from what this script writes

Each letter is described once, both scripts side by side. Traditional texts are Mainland law in Traditional
script, written by hand: a converter would also change names and terms. What the law says comes in by
``{{ law.… }}`` from the dated law pack, so no article, statute, rate or number of days stands in a text here.

Layout after GB/T 9704-2012 (margins, 仿宋 body, 黑体 heads, dates without leading zeros; 四号 in place of 三号,
so that a demand with its tables takes two pages). Two areas stay empty for the stamp: on page 1 the box 160–200 mm from the left and 10–54 mm
from the top, hence a letterhead of 17 mm whose lines end at 156 mm; on each page the strip 11–18 mm above the
bottom edge, hence no footer.
"""

from __future__ import annotations

import sys
from pathlib import Path

from templatekit.annexes import fee_statement, late_charge
from templatekit.bundle_pages import catalogue, cover
from templatekit.bundle_sheet import bundle_sheet
from templatekit.court_form import court_form
from templatekit.delivery_receipt import delivery_receipt
from templatekit.delivery_report import delivery_report
from templatekit.demand import demand
from templatekit.instalment_agreement import instalment_agreement
from templatekit.lawyer_letter import lawyer_letter
from templatekit.notices import bill_notice, complaint_reply, correction, settlement
from templatekit.ooxml import LOCALES
from templatekit.receipt import receipt
from templatekit.reminder import reminder

ROOT = Path(__file__).resolve().parents[1] / "templates"

DOCUMENTS = {
    "reminder": reminder,
    "demand": demand,
    "lawyer-letter": lawyer_letter,
    "instalment-agreement": instalment_agreement,
    "complaint-reply": complaint_reply,
    "settlement": settlement,
    "correction": correction,
    "bill-notice": bill_notice,
    "receipt": receipt,
    "cover": cover,
    "catalogue": catalogue,
    "fee-statement": fee_statement,
    "late-charge": late_charge,
    "bundle-sheet": bundle_sheet,
    "delivery-report": delivery_report,
    "delivery-receipt": delivery_receipt,
    # The court's, and no pack's: an office may not restyle it.
    "forms/form": court_form,
}


def build() -> dict[Path, bytes]:
    """Every shipped template, by the path it is committed under."""
    return {
        ROOT / locale / f"{name}.docx": make().to_bytes(locale)
        for locale in LOCALES
        for name, make in DOCUMENTS.items()
    }


def main(arguments: list[str]) -> int:
    stale = [path for path, data in build().items() if not path.exists() or path.read_bytes() != data]
    if "--check" in arguments:
        for path in stale:
            print(f"differs: {path.relative_to(ROOT.parent)}", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(build()[path])
        print(f"wrote {path.relative_to(ROOT.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
