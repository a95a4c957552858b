"""The short message that goes with a letter (SMS, WeChat): that it is on its way, and whom to ask.

It goes to the owner's own telephone and may still be read by others, over a shoulder or by whoever has the number now.
So it names neither owner nor home and says nothing of a debt (民法典 1033; 个人信息保护法 6), unless the office chooses
to give the sum; and it holds no link, which nobody could tell from a fraud. The sentences are data of the template pack.
"""

from __future__ import annotations

import string
from dataclasses import dataclass

MESSAGE_FIELDS = frozenset({"office", "number", "contact", "phone", "amount", "day"})
"""What a sentence may name: sender, the letter's number, who answers and under which number, sum and day to pay by."""
_SINGLE, _PART = 70, 67


@dataclass(frozen=True, slots=True)
class Message:
    """``segments``: how many short messages it is billed as, in UCS-2 as Chinese needs it (3GPP TS 23.038)."""

    text: str

    @property
    def characters(self) -> int:
        return len(self.text)

    @property
    def segments(self) -> int:
        units = len(self.text.encode("utf-16-be")) // 2
        return 1 if units <= _SINGLE else -(-units // _PART)


def placeholders(text: str) -> set[str]:
    """The names in braces; a stray brace is a name nobody knows."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return {text}


def message(
    letter: str,
    amount: str,
    *,
    office: str,
    number: str,
    contact: str,
    phone: str,
    total: str = "",
    day: str = "",
) -> Message:
    """The message of one letter; ``amount`` is its second sentence, left out without a ``total``."""
    fields = {
        "office": office,
        "number": number,
        "contact": contact,
        "phone": phone,
        "amount": total,
        "day": day,
    }
    sentences = (letter, amount) if total else (letter,)
    return Message("".join(sentence.format_map(fields) for sentence in sentences))
