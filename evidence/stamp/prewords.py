"""Words for the findings of the pre-stamp lint, in English; the catalogues of this room translate them."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["PARTS", "WORDS"]


def n_(message: str) -> str:
    """Marks a message for the catalogue; it is translated where it is shown."""
    return message


WORDS: Mapping[str, str] = {
    "revisions": n_("saved in {count} layers; the later ones changed: {changed}"),
    "revisions-content": n_("a later layer of saving changed what the pages show ({changed})"),
    "hidden-layer": n_("a layer is hidden until somebody switches it on ({count})"),
    "layers": n_("it has layers that can be switched on and off ({count})"),
    "hybrid": n_("it has two tables of its parts: old and new programs may see different parts"),
    "overlay": n_("something opaque was painted over text ({count} texts)"),
    "annotation-over": n_("a note lies over text ({kinds})"),
    "annotations": n_("it has notes ({count}: {kinds})"),
    "script": n_("it has scripts ({count})"),
    "action": n_("it has actions that open, send or change something ({count})"),
    "embedded-file": n_("it has files inside ({count})"),
    "form": n_("it has form fields ({count})"),
    "font-not-embedded": n_("fonts are missing, so that each machine shows its own ({names})"),
    "signature": n_(
        "it has signatures ({count}); the stamp is put behind them, and a program may call that a change"
    ),
    "signature-partial": n_("its signatures do not cover the last {count} bytes"),
    "signature-odd": n_(
        "a signature does not cover the file from its beginning, or leaves out more than itself ({count})"
    ),
    "encrypted": n_("it is encrypted ({method})"),
    "hidden-text": n_("it has invisible text, as text recognition leaves it ({count} pages)"),
    "cropped-text": n_("text lies outside what is shown of the page ({count} pages)"),
    "orphan-page": n_("pages lie in the file that are not shown ({count})"),
    "repaired": n_("it is damaged, and programs may repair it in different ways ({count} faults)"),
    "unreadable": n_("it could not be looked over ({part})"),
    "unread-page": n_("pages could not be looked over ({count})"),
}
"""One sentence for each code of :data:`evidence.stamp.prelint.CODES`; names in braces are the finding's parameters."""

PARTS: Mapping[str, str] = {
    "header": n_("its beginning"),
    "tail": n_("its end"),
    "xref": n_("its table of parts"),
    "object": n_("one of its parts"),
    "syntax": n_("its grammar"),
    "limit": n_("its size or depth"),
    "duplicate-key": n_("an entry that stands twice"),
    "page-tree": n_("its list of pages"),
    "contents": n_("what its pages show"),
    "filter": n_("how it is packed"),
    "stream": n_("how it is packed"),
    "encryption": n_("its encryption"),
    "encrypted-string": n_("its encryption"),
    "revisions": n_("its layers of saving"),
    "layers": n_("its layers"),
    "alive": n_("its scripts and actions"),
    "attached": n_("its files inside"),
    "form": n_("its form fields"),
    "signatures": n_("its signatures"),
    "fonts": n_("its fonts"),
    "orphans": n_("its pages that are not shown"),
}
"""What ``part`` of the finding ``unreadable`` names; a code that is not here is shown as it is."""
