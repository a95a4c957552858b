"""The report on one page: four answers, the box of what is not shown, and the checklist of the rules of evidence.

A sheet is a list of blocks in the reader's language; :func:`sheet_text` sets them as text. Setting them as PDF needs a
font and a writer of PDFs, which this room has not: the command does it (``evidence.cli._sheet``).
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from evidence.i18n import translate
from evidence.model.report import Report, Subject, Verdict
from evidence.verify import messages
from evidence.verify.checklist import ITEMS, RULES, Item, checklist
from evidence.verify.words import fact_text, fill_text, statement_text, translated

_WIDTH = 96
#: A page holds so many sentences of an answer, and twice as many failures; the whole is in the full report. Whoever sets
#: pages of a fixed size may have to be content with fewer.
SENTENCES = 4
BLANK = "＿＿＿＿＿＿＿＿"


class Kind(StrEnum):
    """What a block is, so that each can be set in its own way."""

    TITLE = "title"
    NOTE = "note"
    HEAD = "head"
    ANSWER = "answer"
    TEXT = "text"
    BOXED = "boxed"
    RULE = "rule"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """``left`` is the text, or the item of a row; ``right`` what fills it. ``verdict`` colours an answer."""

    kind: Kind
    left: str
    right: str = ""
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One subject's page."""

    title: str
    blocks: tuple[Block, ...]


def sheets(report: Report, lang: str = "", sentences: int = SENTENCES) -> tuple[Sheet, ...]:
    """A page for each subject, in the order of the report, with so many ``sentences`` of each answer."""
    lang = lang or report.lang
    return tuple(
        Sheet(_t("title", lang), tuple(_blocks(subject, lang, sentences))) for subject in report.subjects
    )


def _t(code: str, lang: str, **params: str | int) -> str:
    return translated(messages.SHEET[code], lang, params)


def _blocks(subject: Subject, lang: str, sentences: int) -> Iterator[Block]:
    kind = translate(messages.KINDS[subject.kind], lang)
    yield Block(Kind.NOTE, _t("subject", lang, name=subject.name, kind=kind))
    if subject.is_test:
        yield Block(Kind.HEAD, translate(messages.FRAME["test"], lang))
    for number, answer in enumerate(subject.answers, 1):
        question = translate(messages.QUESTIONS[answer.question], lang)
        verdict = translate(messages.VERDICTS[answer.verdict], lang)
        yield Block(Kind.ANSWER, f"{number}. {question}", verdict, answer.verdict)
        said = [statement_text(statement, lang) for statement in answer.statements]
        for text in said[:sentences]:
            yield Block(Kind.TEXT, text)
        if len(said) > sentences:
            yield Block(Kind.TEXT, _t("more", lang, count=len(said) - sentences))
    failures = subject.failures
    if failures:
        yield Block(Kind.HEAD, translate(messages.FRAME["failures"], lang))
        for fact in failures[: 2 * sentences]:
            yield Block(
                Kind.TEXT, f"× {fact.id}: {fact_text(fact, lang, within=subject.name)}", "", Verdict.REFUTED
            )
        if len(failures) > 2 * sentences:
            yield Block(Kind.TEXT, _t("more", lang, count=len(failures) - 2 * sentences))
    yield Block(Kind.HEAD, translate(messages.FRAME["not-shown"], lang))
    joined = _t("semicolon", lang).join(statement_text(s, lang) for s in subject.not_shown)
    yield Block(Kind.BOXED, joined)
    yield Block(Kind.HEAD, _t("checklist", lang))
    for rule, items in groupby(checklist(subject), key=lambda item: item.rule):
        yield Block(Kind.RULE, translate(RULES[rule], lang))
        for item in items:
            yield Block(Kind.ROW, translate(ITEMS[item.code], lang), _filled(item, lang))
    yield Block(Kind.NOTE, _t("blanks", lang))
    yield Block(Kind.NOTE, translate(messages.FRAME["self"], lang))


def _filled(item: Item, lang: str) -> str:
    """What fills an item, and the ids of the facts it rests on; empty for a blank."""
    texts = []
    for statement in item.filled:
        ids = f" [{' '.join(statement.facts)}]" if statement.facts else ""
        texts.append(fill_text(statement, lang) + ids)
    return " ".join(texts)


def sheet_text(report: Report, lang: str = "") -> str:
    """All pages as plain text, a form feed between two, ending in a line end."""
    return "\f".join("\n".join(_lines(sheet)) + "\n" for sheet in sheets(report, lang))


def _lines(sheet: Sheet) -> Iterator[str]:
    yield sheet.title
    yield "=" * _wide(sheet.title)
    for block in sheet.blocks:
        if block.kind is Kind.HEAD:
            yield ""
            yield block.left
        elif block.kind is Kind.ANSWER:
            yield ""
            yield f"{block.left} {block.right}"
        elif block.kind is Kind.ROW:
            colon = ": " if block.left.isascii() else "："
            yield from _wrapped(f"{block.left}{colon}{block.right or BLANK}", "  - ", "    ")
        elif block.kind is Kind.BOXED:
            yield from _wrapped(block.left, "  | ", "  | ")
        else:
            yield from _wrapped(block.left, "   " if block.kind is Kind.TEXT else "", "   ")


def _wrapped(text: str, first: str, other: str) -> Iterator[str]:
    """Lines of at most so many columns, a Chinese character counting for two."""
    if text.isascii():
        yield from textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=other) or [first]
        return
    line = first
    for char in text:
        if _wide(line + char) > _WIDTH and char not in "，。；：）、":
            yield line
            line = other
        line += char
    yield line


def _wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
