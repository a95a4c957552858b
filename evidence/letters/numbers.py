"""How a letter's number is printed, and back: 〔2026〕催字第0001号.

Brackets and order after GB/T 9704-2012 (hexagonal brackets round the year); a law firm's own number has
full-width round brackets, as the firms' practice is: （2026）沪样律函字第1号.
"""

from __future__ import annotations

import re

from evidence.letters.labels import labels_for
from evidence.model.letter import SERIES, LetterKind, LetterNumber
from evidence.model.office import Office

# Either script: a letter printed in one is looked up by people who write the other.
_SERIES_OF_MARK = {
    mark: series for locale in ("zh", "zh-Hant") for series, mark in labels_for(locale).series.items()
}
_PRINTED = re.compile(
    rf"[〔（(\[【]?([0-9]{{4}})[〕）)\]】]?({'|'.join(_SERIES_OF_MARK)})字第([0-9]{{4,}})[号號]"
)
"""As printed, or with such brackets as a keyboard has, or none: the number is the same."""


def printed_number(number: LetterNumber, locale: str) -> str:
    """``2-2026-0001`` → ``〔2026〕催字第0001号`` (``號`` and ``協`` in ``zh-Hant``); four digits or more."""
    words = labels_for(locale)
    return words.number.format(year=number.year, mark=words.series[number.series], seq=f"{number.seq:04d}")


def parse_printed_number(text: str) -> LetterNumber:
    """Inverse of :func:`printed_number` in either script, with any brackets; ``ValueError`` for anything else."""
    match = _PRINTED.fullmatch("".join(text.split()))
    if match is None:
        raise ValueError(f"not a printed letter number: {text!r}")
    number = LetterNumber(_SERIES_OF_MARK[match[2]], int(match[1]), int(match[3]))
    if len(match[3]) > 4 and match[3].startswith("0"):
        raise ValueError(f"not a printed letter number: {text!r}")
    return number


def firm_number(number: LetterNumber, office: Office, locale: str | None = None) -> str:
    """The law firm's number of a lawyer letter; ``""`` for other kinds or a firm without a mark.

    ``[law_firm] mark`` is the district and the firm in short (沪样), printed as the firm wrote it.
    ``locale`` is the letter's; the office's own where it is not given.
    """
    firm = office.law_firm
    if number.series != SERIES[LetterKind.LAWYER_LETTER] or firm is None or not firm.mark:
        return ""
    words = labels_for(locale or office.locale)
    return words.firm_number.format(year=number.year, mark=firm.mark, seq=number.seq)
