"""Citations in a text, and whether each of them could be quoted on the day the text bears.

Found are statutes by their title in 《》, by document number (法释〔2009〕8号) and by the short names lawyers use
(民法典, 民诉法, 条例), with the articles that follow (第六条, 第944条第二款, 第五百六十条、第五百六十一条). What is
neither in the table nor looks like a statute (a contract, a notice) is left alone.

A short name without 《》 counts only where it is used as a title: 「合同法律关系」 quotes nothing, 「合同法第一百零七条」
does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from evidence.errors import Place, Problem
from evidence.law.statutes import Statute, StatuteTable, plain_title

__all__ = [
    "Citation",
    "CitationFinding",
    "Verdict",
    "check_citations",
    "citation_problems",
    "find_citations",
]


class Verdict(StrEnum):
    """What is wrong with a citation on the day of the text. From ``UNKNOWN`` on it is no ground for refusal."""

    NOT_YET = "not-yet"
    NO_LONGER = "no-longer"
    NO_SUCH_ARTICLE = "no-such-article"
    MOVED = "moved"
    OTHER_EDITION = "other-edition"
    UNKNOWN = "unknown"
    UNVERIFIED = "unverified"


_REFUSED = frozenset(
    {Verdict.NOT_YET, Verdict.NO_LONGER, Verdict.NO_SUCH_ARTICLE, Verdict.MOVED, Verdict.OTHER_EDITION}
)


@dataclass(frozen=True, slots=True)
class Citation:
    """One citation as written. ``statute`` is ``""`` for a title that is not in the table; ``article`` ``None``
    where only the statute is named; ``edition`` the year in （2023年修正）; ``at`` the offset in the text."""

    written: str
    statute: str
    article: int | None
    edition: int | None
    at: int


@dataclass(frozen=True, slots=True)
class CitationFinding:
    """A citation that does not stand. ``instead`` is the citation key to use on that day, where one is known."""

    citation: Citation
    verdict: Verdict
    instead: str = ""
    verified: bool = True

    @property
    def refused(self) -> bool:
        """Whether a letter with this citation must not go out (rule R41)."""
        return self.verdict in _REFUSED

    @property
    def cited(self) -> str:
        """What is quoted, as written, with the article."""
        article = self.citation.article
        return self.citation.written + (f"第{article}条" if article is not None else "")


_NUMERALS = "〇零一二三四五六七八九十百千两兩"
_NUMBER = rf"[{_NUMERALS}]+|\d+"
_ARTICLES = re.compile(rf"第\s*((?:{_NUMBER})(?:\s*[、,，]\s*(?:{_NUMBER}))*)\s*[条條](?:之[{_NUMERALS}]+)?")
_INSIDE = re.compile(
    rf"\s*(?:第?\s*[（(]?(?:{_NUMBER})[）)]?\s*[款项項目]|[（(][{_NUMERALS}\d]+[）)][项項目]?|前段|后段|後段)"
)
_JOIN = re.compile(r"\s*(?:、|，|,|和|及|与|與|以及|或者?|至|到|[-－—–~～]+)\s*")
_TITLE = re.compile(r"《((?:[^《》]|《[^《》]*》)*)》")
_BRACKET = re.compile(r"\s*[（(](?P<inside>[^（）()]*)[）)]")
_YEAR = re.compile(r"(\d{4})\s*年?\s*(?:修正|修订|修訂|修改)")
_LOOKS_LIKE_LAW = re.compile(r"(?:法|条例|條例|规定|規定|解释|解釋|办法|辦法|规则|規則|通则|通則|总则|總則)$")
_USED_AS_TITLE = re.compile(
    rf"\s*(?:[（(][^（）()]*[）)]\s*)?(?:的|之|中|中的)?\s*(?:第\s*(?:{_NUMBER})|(?:有关|相关|有關|相關)?(?:规定|規定)|等|、|和|及|与|與|，|,|。|；|;|$)"
)
_BACK = re.compile(
    r"(?:该|該|前述|上述)(?:司法解释|司法解釋|解释|解釋|条例|條例|规定|規定|办法|辦法|法)(?=第)"
)
# What stands before a short name and makes it another law's: 劳动合同法, 河南省物业管理条例.
_PART_OF_OTHER = "动動保省市区區县縣州盟旗"
# 条例 and the like say nothing by themselves: they count only where a sentence begins to cite.
_BARE = frozenset({"条例", "條例"})
_BEFORE_BARE = frozenset("据據照循依按由合反守用引见見和及与與、，,。；;：:（(“「\n \t的")


def find_citations(text: str, table: StatuteTable) -> tuple[Citation, ...]:
    """Every citation in ``text``, in order; one for each article, or one without article."""
    found: list[Citation] = []
    last = ""
    for start, end, written, keys in _mentions(text, table):
        if keys is None:
            if not last:
                continue
            statute = last
        else:
            statute = keys[0] if keys else ""
        last = statute
        after, edition = _edition(text, end)
        articles = tuple(_articles_after(text, after))
        found += [
            Citation(
                written if keys is not None else table.statutes[statute].name["zh"],
                key,
                article,
                edition,
                start,
            )
            for key in (keys or (statute,))
            for article in (articles or (None,))
        ]
    return tuple(found)


def check_citations(text: str, on: date, table: StatuteTable) -> tuple[CitationFinding, ...]:
    """What in ``text``, a document dated ``on``, must not be quoted or has not been checked.

    A short name that two statutes share stands for the one in force on ``on``. One finding a citation, the
    gravest; empty when all of them stand.
    """
    findings = []
    by_place: dict[tuple[int, int | None], list[Citation]] = {}
    for citation in find_citations(text, table):
        by_place.setdefault((citation.at, citation.article), []).append(citation)
    for readings in by_place.values():
        held = [c for c in readings if c.statute and table.statutes[c.statute].edition_on(on)]
        finding = _judge((held or readings)[0], on, table)
        if finding:
            findings.append(finding)
    return tuple(findings)


def citation_problems(
    text: str, on: date, table: StatuteTable, where: Place | None = None
) -> tuple[Problem, ...]:
    """The citations of a letter dated ``on`` that do not stand, each named once; those that stop it come first.

    ``law.citation-refused`` (exit 9): not in force that day, moved, or no such article. ``law.citation-unchecked``
    (a warning): a law outside the table, or a text nobody compared with a public copy. ``text`` is what a person
    reads, as rendered; ``where`` says which letter it is.
    """
    place, problems = where or Place(), {}
    for finding in check_citations(text, on, table):
        code = "law.citation-refused" if finding.refused else "law.citation-unchecked"
        instead = table.in_words(finding.instead, "zh") if finding.instead else "–"
        params = {"cited": finding.cited, "day": on.isoformat(), "instead": instead}
        problems[code, finding.cited] = Problem(code, place, params)
    return tuple(problem for (code, _), problem in sorted(problems.items(), key=lambda row: row[0][0]))


def _judge(citation: Citation, on: date, table: StatuteTable) -> CitationFinding | None:
    if not citation.statute:
        return CitationFinding(citation, Verdict.UNKNOWN)
    statute = table.statutes[citation.statute]
    edition = statute.edition_on(on)
    move = next((m for m in statute.moved if m.article == citation.article and m.since <= on), None)
    if move is not None:
        verdict = Verdict.MOVED
        if edition is None:
            verdict = Verdict.NO_LONGER
        elif edition.articles is not None and move.article > edition.articles:
            verdict = Verdict.NO_SUCH_ARTICLE
        return CitationFinding(citation, verdict, table.new_place(move, on), move.verified)
    if edition is None:
        early = on < min(e.since for e in statute.editions)
        return CitationFinding(
            citation,
            Verdict.NOT_YET if early else Verdict.NO_LONGER,
            "" if early else statute.replaced_by,
            _date_is_verified(statute, on),
        )
    if citation.article is not None and edition.articles is not None and citation.article > edition.articles:
        return CitationFinding(citation, Verdict.NO_SUCH_ARTICLE)
    if citation.edition is not None and edition.amended is not None and citation.edition != edition.amended:
        return CitationFinding(citation, Verdict.OTHER_EDITION, citation.statute)
    if not edition.verified:
        return CitationFinding(citation, Verdict.UNVERIFIED, verified=False)
    return None


def _date_is_verified(statute: Statute, on: date) -> bool:
    """Whether the date that rules the statute out on ``on`` is itself certain."""
    if on < min(edition.since for edition in statute.editions):
        first = min(statute.editions, key=lambda edition: edition.since)
        return "from" not in first.doubtful
    last = max(statute.editions, key=lambda edition: edition.since)
    return "until" not in last.doubtful


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _mentions(text: str, table: StatuteTable) -> Iterator[tuple[int, int, str, tuple[str, ...] | None]]:
    """Start, end, words and statute keys of each mention; no key for an unknown law, ``None`` for 该法."""
    known = table.by_name
    found: list[tuple[int, int, str, tuple[str, ...] | None]] = []
    for match in _TITLE.finditer(text):
        inner = match[1]
        keys = known.get(plain_title(inner))
        if keys is None:
            stripped = re.sub(r"[（(][^（）()]*[）)]\s*$", "", inner)
            keys = known.get(plain_title(stripped))
            if keys is None and not _LOOKS_LIKE_LAW.search(plain_title(stripped)):
                found.append((match.start(), match.end(), "", ()))  # a contract: hides what is inside it
                continue
        found.append((match.start(), match.end(), match[0], keys or ()))
    taken = [(start, end) for start, end, _, _ in found]
    for match in table.short_names.finditer(text):
        if any(start <= match.start() < end for start, end in taken):
            continue
        before = text[match.start() - 1] if match.start() else "\n"
        whole = re.search(r"(?:中华人民共和国|中華人民共和國|最高人民法院)$", text[: match.start()])
        if match[0] in _BARE:
            if before not in _BEFORE_BARE or not _ARTICLES.match(text, match.end()):
                continue
        elif (not whole and before in _PART_OF_OTHER) or not _USED_AS_TITLE.match(text, match.end()):
            continue
        found.append((match.start(), match.end(), match[0], known[match[0]]))
    found += [(m.start(), m.end(), m[0], None) for m in _BACK.finditer(text)]
    for mention in sorted(found, key=lambda m: m[0]):
        if mention[2]:
            yield mention


def _edition(text: str, at: int) -> tuple[int, int | None]:
    """Where the articles begin after a title, and the year of （2023年修正） in between or inside the title."""
    year = None
    inside = _BRACKET.search(text[max(0, at - 40) : at])
    if inside and text[at - 1 : at] == "》" and (found := _YEAR.search(inside["inside"])):
        year = int(found[1])
    while (bracket := _BRACKET.match(text, at)) and not re.fullmatch(rf"[{_NUMERALS}\d]+", bracket["inside"]):
        if found := _YEAR.search(bracket["inside"]):
            year = int(found[1])
        at = bracket.end()
    if particle := re.compile(r"\s*(?:中的|的|之|中)?\s*").match(text, at):
        at = particle.end()
    return at, year


def _articles_after(text: str, at: int) -> Iterator[int]:
    match = _ARTICLES.match(text, at)
    while match:
        for number in re.split(r"\s*[、,，]\s*", match[1]):
            yield _value(number)
        at = match.end()
        while inside := _INSIDE.match(text, at):
            at = inside.end()
            # 第一款、第二款: stay within the article
            join = _JOIN.match(text, at)
            if join and _INSIDE.match(text, join.end()):
                at = join.end()
        join = _JOIN.match(text, at)
        match = _ARTICLES.match(text, join.end() if join else at)


def _value(text: str) -> int:
    """六, 六十四, 九百四十四, 一千零三十三, 九四四, 944 and full-width digits."""
    if text.isdigit():
        return int(text)
    digits = {char: i for i, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
    units = {"十": 10, "百": 100, "千": 1000}
    if not any(char in units for char in text):
        return int("".join(str(digits[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in units:
            total += (digit or 1) * units[char]
            digit = 0
        else:
            digit = digits[char]
    return total + digit
