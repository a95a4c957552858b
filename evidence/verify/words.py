"""A report in words, in the reader's language, and as JSON.

The text keeps the four answers apart and never sums them up in one mark; failed checks come first, each with
the file it concerns, then the box of what is not shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone

from evidence.i18n import describe, translate
from evidence.model.report import Answer, Fact, Params, Report, Statement, Status, Subject
from evidence.verify import messages
from evidence.verify.checklist import FILLS, ITEMS, RULES, Item, checklist

_CHINA = timezone(timedelta(hours=8))
_CODED: Mapping[str, Mapping[str, str]] = {
    "channel": messages.CHANNELS,
    "outcome": messages.OUTCOMES,
    "witness": messages.WITNESSES,
    "grade": messages.GRADES,
}
# Params that are moments, and params that list names of fields.
_TIMES = ("at", "previous")
_LISTS = ("what",)
_MARKS = {Status.PASS: "+", Status.FAIL: "✗", Status.UNKNOWN: "?", Status.NOT_CHECKED: "-"}


def render_text(report: Report, lang: str = "", *, details: bool = True) -> str:
    """The whole report as plain text, ending in a line end; ``lang`` defaults to the report's.

    Without ``details`` the checks that passed are counted, not listed; failed and open ones always are.
    """
    lang = lang or report.lang
    lines: list[str] = []
    for subject in report.subjects:
        lines += [*_subject(subject, lang, details), ""]
    if report.problems:
        lines.append(_t(messages.FRAME["problems"], lang))
        for problem in report.problems:
            message, hint = describe(problem, lang)
            lines.append(f"  {_MARKS[Status.FAIL]} {_plain(message)} {_plain(hint)}")
        lines.append("")
    lines.append(_t(messages.FRAME["self"], lang))
    return "\n".join(lines) + "\n"


def render_json(report: Report, lang: str = "") -> dict[str, object]:
    """``Report.to_json`` with texts beside the codes, which are never translated."""
    lang = lang or report.lang
    result = report.to_json()
    result["lang"] = lang
    result["subjects"] = [_subject_json(subject, lang) for subject in report.subjects]
    return result


def _subject_json(subject: Subject, lang: str) -> dict[str, object]:
    return {
        **subject.to_json(),
        "answers": [
            {
                **answer.to_json(),
                "question_text": _t(messages.QUESTIONS[answer.question], lang),
                "verdict_text": _t(messages.VERDICTS[answer.verdict], lang),
                "statements": [_with_text(s, lang) for s in answer.statements],
            }
            for answer in subject.answers
        ],
        "not_shown": [_with_text(statement, lang) for statement in subject.not_shown],
        "checklist": [_item_json(item, lang) for item in checklist(subject)],
        "facts": [{**fact.to_json(), "text": fact_text(fact, lang)} for fact in subject.facts],
    }


def _item_json(item: Item, lang: str) -> dict[str, object]:
    return {
        **item.to_json(),
        "rule_text": _t(RULES[item.rule], lang),
        "item_text": _t(ITEMS[item.code], lang),
        "filled": [{**s.to_json(), "text": fill_text(s, lang)} for s in item.filled],
    }


def fill_text(statement: Statement, lang: str) -> str:
    """What fills an item of the checklist: words of its own, or a sentence of the answers."""
    table = FILLS if statement.code in FILLS else messages.STATEMENTS
    return _t(table[statement.code], lang, statement.params)


def _with_text(statement: Statement, lang: str) -> dict[str, object]:
    return {**statement.to_json(), "text": statement_text(statement, lang)}


def _subject(subject: Subject, lang: str, details: bool) -> Iterator[str]:
    yield f"{_plain(subject.name)} · {_t(messages.KINDS[subject.kind], lang)}"
    if subject.is_test:
        yield f"  *** {_t(messages.FRAME['test'], lang)} ***"
    yield ""
    for number, answer in enumerate(subject.answers, 1):
        yield from _answer(number, answer, lang)
    if subject.failures:
        yield ""
        yield f"  {_t(messages.FRAME['failures'], lang)}"
        for fact in subject.failures:
            yield f"    {_MARKS[fact.status]} {fact_text(fact, lang, within=subject.name)}"
    yield ""
    yield f"  {_t(messages.FRAME['not-shown'], lang)}"
    for statement in subject.not_shown:
        yield f"    · {statement_text(statement, lang)}"
    yield ""
    yield f"  {_t(messages.FRAME['checks'], lang)}"
    if not details:
        passed = sum(fact.status is Status.PASS for fact in subject.facts)
        yield f"    {_MARKS[Status.PASS]} {_t(messages.FRAME['passed'], lang, {'count': passed})}"
    for fact in subject.facts:
        if fact.status is not Status.FAIL and (details or fact.status is not Status.PASS):
            yield f"    {_MARKS[fact.status]} {fact_text(fact, lang, within=subject.name)}"


def _answer(number: int, answer: Answer, lang: str) -> Iterator[str]:
    question = _t(messages.QUESTIONS[answer.question], lang)
    yield f"  {number}. {question} {_t(messages.VERDICTS[answer.verdict], lang)}"
    for statement in answer.statements:
        yield f"     {statement_text(statement, lang)}"


def statement_text(statement: Statement, lang: str) -> str:
    """One sentence in words."""
    return _t(messages.STATEMENTS[statement.code], lang, statement.params)


def fact_text(fact: Fact, lang: str, *, within: str = "") -> str:
    """``file › part: what was compared [status]`` and, where it failed or stayed open, why.

    The file is left out under a heading that names it (``within``).
    """
    where = fact.where
    names = (where.part,) if where.file == within else (where.file, where.part)
    place = " › ".join(_plain(name) for name in names if name)
    text = f"{_t(messages.FACTS[fact.id], lang)} [{_t(messages.STATUSES[fact.status], lang)}]"
    if fact.reason:
        text += f" {_t(messages.REASONS[fact.reason], lang, fact.params)}"
    return f"{place}: {text}" if place else text


def translated(message: str, lang: str, params: Params) -> str:
    """A message with its params told in words: codes, moments and lists of fields among them."""
    return _t(message, lang, params)


def _t(message: str, lang: str, params: Params | None = None) -> str:
    filled: dict[str, str | int] = {}
    for key, value in (params or {}).items():
        table = _CODED.get(key)
        if table is not None and value in table:
            filled[key] = translate(table[str(value)], lang)
        elif key in _TIMES:
            filled[key] = _moment({"at": value}, lang)
        elif key in _LISTS:
            names = (translate(messages.FIELDS.get(name, name), lang) for name in str(value).split(", "))
            filled[key] = translate(messages.FRAME["comma"], lang).join(names)
        else:
            filled[key] = _plain(value) if isinstance(value, str) else value
    if params is not None:
        filled.setdefault("when", _moment(params, lang))
    return translate(message, lang, **filled)


def _moment(params: Params, lang: str) -> str:
    """The moment in params, ``seconds`` or ``at`` as written: in Beijing's time first, where these letters are."""
    try:
        if "seconds" in params:
            moment = datetime.fromtimestamp(int(params["seconds"]), UTC)
        elif "at" in params:
            moment = datetime.fromisoformat(str(params["at"])).astimezone(UTC)
        else:
            return ""
        local = moment.astimezone(_CHINA)
    except (OverflowError, ValueError, OSError):
        return f"{params.get('seconds', params.get('at', ''))}"
    return translate(
        messages.FRAME["moment"], lang, local=f"{local:%Y-%m-%d %H:%M:%S}", utc=f"{moment:%Y-%m-%d %H:%M:%S}"
    )


def _plain(text: str) -> str:
    """Foreign text made harmless for a terminal: control, format and direction characters become visible."""
    return "".join(
        char
        if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
        else f"\\u{ord(char):04x}"
        for char in text
    )
