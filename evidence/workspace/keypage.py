"""The public key on paper: a page to hand out, so that whoever verifies has it from elsewhere than the letter."""

from __future__ import annotations

from datetime import datetime

from evidence.bundle.record import plain_page
from evidence.clock import CHINA
from evidence.i18n import translate
from evidence.resources import fonts_dir
from evidence.stamp.keys import words
from evidence.workspace.core import Desk

_LISTS = {"en": "english", "zh": "chinese_simplified", "zh-Hant": "chinese_traditional"}
_FONTS = {
    "en": "NotoSerifSC-Regular.ttf",
    "zh": "NotoSerifSC-Regular.ttf",
    "zh-Hant": "NotoSerifTC-Regular.ttf",
}
_BIG, _NORMAL = 16.0, 10.5


def n_(message: str) -> str:
    """Marks a message for the catalogue; it is translated where it is shown."""
    return message


def fingerprint_words(desk: Desk, lang: str) -> tuple[str, ...]:
    """The 24 words of the key in use, in the reader's language."""
    return words(desk.signer.public, _LISTS[lang])


def key_page(desk: Desk, lang: str) -> bytes:
    """The page as PDF. Chinese pages have the words in both languages, since lists differ and readers too."""
    public, day = desk.signer.public, desk.source.now().astimezone(CHINA)
    lists = [lang] if lang == "en" else [lang, "en"]
    digits = public.fingerprint.split(" ")
    lines: list[tuple[str, float]] = [
        *(
            [(translate(n_("TEST: for trying out; nothing signed with this key counts."), lang), _BIG)]
            if desk.is_test
            else []
        ),
        (desk.office.creditor.name or desk.root.name, _BIG),
        (translate(n_("Letters and evidence files of this office are signed with this key:"), lang), _NORMAL),
        (" ", _NORMAL),
        (translate(n_("Fingerprint in digits"), lang), _NORMAL),
        *((" ".join(digits[at : at + 8]), _BIG) for at in (0, 8)),
        (" ", _NORMAL),
        (translate(n_("The same in words"), lang), _NORMAL),
    ]
    for one in lists:
        said = fingerprint_words(desk, one)
        lines += [(" ".join(said[at : at + 6]), _BIG) for at in range(0, 24, 6)]
        lines.append((" ", _NORMAL))
    lines += [
        (translate(n_("Public key"), lang), _NORMAL),
        (public.base32, _NORMAL),
        (" ", _NORMAL),
        (translate(n_("To check a letter: evidence verify LETTER.pdf --trust FINGERPRINT"), lang), _NORMAL),
        (
            translate(
                n_(
                    "Take this page from the office itself. A fingerprint that came with the letter shows nothing."
                ),
                lang,
            ),
            _NORMAL,
        ),
        (translate(n_("The words are public; they open nothing."), lang), _NORMAL),
        (translate(n_("As of {day}"), lang, day=_day(day)), _NORMAL),
    ]
    return plain_page(translate(n_("Public key of the office"), lang), lines, fonts_dir() / _FONTS[lang])


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
