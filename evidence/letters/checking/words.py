"""What a template says by itself: forbidden words, law written out by hand, characters of the other script."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from evidence.errors import Problem
from evidence.law.lint import lint_template, load_lint, problems_of
from evidence.letters.checking.catalogue import JURISDICTION
from evidence.letters.checking.paragraphs import Paragraph
from evidence.letters.engine.tags import excerpt_of

_NUMERAL = "[一二三四五六七八九十百千〇零两兩0-9０-９]+"
# An article, a statute by its title, a rate, a number of days: all of these are dated data of the law pack.
_LAW = re.compile(
    rf"第{_NUMERAL}[条條](?:第{_NUMERAL}款)?|《[^》]*(?:法典?|条例|條例|规定|規定|解释|解釋|办法|辦法)》"
    rf"|[0-9０-９.．]+ ?[%％‰]|[万萬千百]分之{_NUMERAL}|{_NUMERAL}[个個]?(?:工作)?[日天][内內]|LPR"
)
_PAGE = re.compile(r"第\s*\S{0,4}\s*[页頁]|[共總]\s*\S{0,4}\s*[页頁]|[Pp]age\s*\d*")
_CHARSET = {"zh": "gb2312", "zh-Hant": "big5"}
_HAN = re.compile("[一-鿿]")


def forbidden(paragraphs: Sequence[Paragraph], on: date, lang: str) -> tuple[list[Problem], list[Problem]]:
    """(faults, notes): what may not be said, and what somebody should look at, each at its paragraph."""
    pack = load_lint(JURISDICTION)
    starts, text = [], ""
    for paragraph in paragraphs:
        starts.append(len(text))
        text += paragraph.text + "\n"
    faults: list[Problem] = []
    notes: list[Problem] = []
    for hit in lint_template(text, on, pack):
        index = bisect_right(starts, hit.span[0]) - 1
        where = paragraphs[index].spot().problem("law.forbidden-words").where
        (problem,) = problems_of([hit], where, lang, pack)
        at = hit.span[0] - starts[index]
        around = excerpt_of(paragraphs[index].text, at, at + len(hit.text))
        # One word is found more easily among its neighbours: 名单 stands in many a letter, and rightly.
        if hit.text in around:
            told = around.replace(hit.text, f"【{hit.text}】", 1)
            problem = replace(problem, params={**problem.params, "words": told})
        (faults if hit.blocks else notes).append(problem)
    return faults, notes


def literal_law(paragraphs: Sequence[Paragraph]) -> list[Problem]:
    """Articles, statutes, rates and numbers of days that stand in the template instead of the law pack."""
    return [
        paragraph.spot(*match.span()).problem("template.literal-law", found=match.group())
        for paragraph in paragraphs
        for match in _LAW.finditer(paragraph.words)
    ]


def page_numbers(paragraphs: Sequence[Paragraph]) -> list[Problem]:
    """Page numbers typed into a header or footer."""
    return [
        paragraph.spot(*match.span()).problem("template.page-number", found=match.group())
        for paragraph in paragraphs
        if re.match(r"word/(?:header|footer)", paragraph.part)
        for match in [_PAGE.search(paragraph.text)]
        if match
    ]


def other_script(paragraphs: Sequence[Paragraph], locale: str) -> list[Problem]:
    """Characters that the script of ``locale`` does not have, one note a paragraph."""
    problems = []
    for paragraph in paragraphs:
        strange = [c for c in _HAN.findall(paragraph.words) if not c.encode(_CHARSET[locale], "ignore")]
        if strange:
            at = paragraph.text.find(strange[0])
            found = "".join(dict.fromkeys(strange))
            problems.append(paragraph.spot(at, at + 1).problem("template.other-script", found=found))
    return problems
