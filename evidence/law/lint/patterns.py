"""The little language of patterns, so that a lawyer can read and change them without knowing regular expressions.

A pattern is a row of elements parted by blanks, each of which has to follow the one before it::

    停|断 <whose>* 水!费平|电          one of these, then up to four fillers, then one of those
    公布|张贴 ..8 名单|姓名             up to eight characters in between, but no comma and no full stop
    逾期 ..12, 视为                    the same, where a comma may stand in between

====================  ==============================================================================
``a|b|c``             any of these words
``<name>``            any word of the set ``name`` of the pack
``x?`` ``x*``         may be missing; may stand up to four times or be missing
``..n`` ``..n,``      at most ``n`` characters in between; with ``,`` also over a comma
``水!费平``            水 that is followed by neither 费 nor 平
``暂临~停``            停 that is preceded by neither 暂 nor 临
====================  ==============================================================================

Patterns compile to regular expressions with bounded repetition only, and the product of all bounds is limited:
matching takes time proportional to the length of the text, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import prod

MOST_STEPS = 2500
"""Ways a pattern may be tried at one place of the text; its product of bounds must not exceed this."""

_REPEAT = 4
_GAP = re.compile(r"\.\.(\d{1,2})(,?)")
_WORD = re.compile(r"(?:(?P<before>[^~!<>|?*\s]+)~)?(?P<word>[^~!<>|?*\s]+)(?:!(?P<after>[^~!<>|?*\s]+))?")
_SET = re.compile(r"<([a-z-]+)>")

Words = Mapping[str, tuple[str, ...]]


class PatternError(ValueError):
    """A pattern that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern. ``needs`` holds for each element that must be present the words it may be, the fewest
    first: a text without any of them cannot match."""

    source: str
    expression: str
    needs: tuple[frozenset[str], ...]
    steps: int
    reach: int
    """The most characters a match can have."""
    negative: bool
    """Whether the pattern itself says "no" (禁止使用电梯), so that a "no" inside a match denies nothing."""
    framed: bool = False
    """Whether it counts only within one of the frames of its rule."""

    @property
    def regex(self) -> re.Pattern[str]:
        """Compiled when first asked for: of a pack's patterns a text seldom needs more than a few."""
        return _compiled(self.expression)


def words_of(element: str, sets: Words) -> list[str]:
    """The words of ``a|b|<set>``, those of sets expanded; marks ``~`` and ``!`` still on them."""
    found: list[str] = []
    for word in element.split("|"):
        if match := _SET.fullmatch(word):
            if match[1] not in sets:
                raise PatternError(f"no set is called <{match[1]}>")
            for inner in sets[match[1]]:
                found += words_of(inner, sets)
        elif _WORD.fullmatch(word):
            found.append(word)
        else:
            raise PatternError(f"cannot read {word!r}")
    return found


def alternatives(words: Iterable[str]) -> str:
    """A regular expression for any of ``words``, the longest first."""
    parts = []
    for word in sorted(dict.fromkeys(words), key=lambda one: (-len(_bare(one)), one)):
        match = _WORD.fullmatch(word)
        assert match is not None
        before = f"(?<![{re.escape(match['before'])}])" if match["before"] else ""
        after = f"(?![{re.escape(match['after'])}])" if match["after"] else ""
        parts.append(before + re.escape(match["word"]) + after)
    return "(?:" + "|".join(parts) + ")"


def compile_pattern(source: str, sets: Words, *, framed: bool = False) -> Pattern:
    """Raises :class:`PatternError` for one that cannot be read or could take too long."""
    regex: list[str] = []
    needs: list[frozenset[str]] = []
    bounds: list[int] = []
    reach = 0
    negative = False
    for element in source.split():
        if gap := _GAP.fullmatch(element):
            regex.append(f"[^{'。' if gap[2] else '。，'}]{{0,{gap[1]}}}?")
            bounds.append(int(gap[1]) + 1)
            reach += int(gap[1])
            continue
        mark = element[-1] if element[-1] in "?*" else ""
        words = words_of(element[:-1] if mark else element, sets)
        body = alternatives(words)
        reach += max(len(_bare(word)) for word in words) * (_REPEAT if mark == "*" else 1)
        if mark == "*":
            regex.append(f"{body}{{0,{_REPEAT}}}")
            bounds.append(_REPEAT + 1)
        elif mark == "?":
            regex.append(f"{body}?")
            bounds.append(2)
        else:
            regex.append(body)
            needs.append(frozenset(map(_bare, words)))
            negative = negative or any(char in "不禁拒无未别没" for word in words for char in _bare(word))
    if not needs or regex[0].startswith("[^"):
        raise PatternError("a pattern begins with a word")
    steps = prod(bounds)
    if steps > MOST_STEPS:
        raise PatternError(f"{steps} ways to match at one place; at most {MOST_STEPS} are allowed")
    return Pattern(source, "".join(regex), tuple(sorted(needs, key=len)), steps, reach, negative, framed)


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def _bare(word: str) -> str:
    match = _WORD.fullmatch(word)
    assert match is not None
    return match["word"]
