"""The sheet in front of an evidence file, for the lawyer and not for the court.

It says what is missing, what was overridden and why, what each exhibit answers, which places of the forms are blank, and
which days run out. It lies beside the bundle (``bundles/ID-check.docx``) and is never in it: it names the weak points of
the case. It follows from the bundle, the findings and the record of that day; making one changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, select

from evidence.bundle.compose import CatalogueRow
from evidence.claim.limitation import LimitationState
from evidence.claim.limitation_labels import state_label
from evidence.claim.readiness import Finding, Outcome, finding_json, finding_words
from evidence.clock import CHINA
from evidence.errors import Problem
from evidence.i18n import describe
from evidence.model.account import Account
from evidence.model.case import SHAPES
from evidence.model.period import chinese_date
from evidence.workspace import schema
from evidence.workspace.anchors import covering
from evidence.workspace.bundlecheckwords import (
    AMOUNT,
    ARRIVAL,
    PERIOD,
    SERVICE,
    SUBJECT,
    WORDS,
    CheckWords,
)
from evidence.workspace.bundlefiles import Sealed
from evidence.workspace.bundlesheet import Row, Section, Sheet, write_sheet
from evidence.workspace.casewords import kind_label
from evidence.workspace.core import Desk
from evidence.workspace.gaps import LetterGaps, letter_gaps
from evidence.workspace.gate import Override
from evidence.workspace.gather import Gathered
from evidence.workspace.persons import salt_for
from evidence.workspace.readiness import Readiness

__all__ = ["Judged", "answers_of", "check_sheet", "write_check"]

# What the groups of the pack (证据目录, cn.md 6.3) are there to answer.
_ANSWERS: Mapping[str, tuple[str, ...]] = {
    "A1": (SUBJECT,),
    "A2": (SUBJECT,),
    "A3": (SUBJECT,),
    "A4": (SUBJECT,),
    "A6": (SUBJECT,),
    "B1": (SUBJECT, AMOUNT),
    "B2": (SUBJECT, PERIOD, AMOUNT),
    "B3": (PERIOD,),
    "B4": (AMOUNT,),
    "B5": (PERIOD, AMOUNT),
    "B6": (AMOUNT,),
    "B8": (SERVICE,),
    "B9": (PERIOD, AMOUNT),
}
_RULES: Mapping[str, tuple[str, ...]] = {
    ARRIVAL: ("R13", "R14", "R15", "R16"),
    PERIOD: ("R02", "R10", "R11", "R19"),
    AMOUNT: ("R08", "R09", "R21", "R22", "R35"),
    SUBJECT: ("R01", "R03", "R04", "R05", "R07"),
    SERVICE: ("R27",),
}
_EVENT = re.compile(r"data/originals/letters/([^/]+)/delivery-([0-9]{6,})")
_LETTER = re.compile(r"data/originals/letters/([^/]+)\.(?:pdf|docx)$")
_SOON = timedelta(days=60)
_MARKS = {Outcome.PASS: "√", Outcome.WARN: "△", Outcome.UNKNOWN: "？", Outcome.FAIL: "×"}


@dataclass(frozen=True, slots=True)
class Judged:
    """What the gate has said of a bundle: its findings, and the overrides it passed with."""

    found: Readiness
    used: tuple[Override, ...]


def write_check(
    desk: Desk,
    account: Account,
    person: str,
    made: Sealed,
    gathered: Gathered,
    judged: Judged,
    warnings: Sequence[Problem],
    *,
    locale: str,
    converter: str | None = None,
) -> tuple[Path, Path]:
    """Write the sheet of one bundle beside it, over an earlier one; its Word file and its PDF."""
    sheet = check_sheet(desk, account, made, gathered, judged, warnings, locale)
    stem = desk.root / "bundles" / f"{made.id}-check"
    nonce = salt_for(desk.persons.key(person), f"check:{made.id}")[:16]
    return write_sheet(
        desk, sheet, stem, made_at=made.made_at, nonce=nonce, locale=locale, converter=converter
    )


def check_sheet(
    desk: Desk,
    account: Account,
    made: Sealed,
    gathered: Gathered,
    judged: Judged,
    warnings: Sequence[Problem],
    locale: str,
) -> Sheet:
    """What the sheet of a bundle says in the script ``locale``."""
    words, found = WORDS[locale], judged.found
    day = chinese_date(made.made_at.astimezone(CHINA).date())
    counted = {outcome: sum(f.outcome is outcome for f in found.findings) for outcome in Outcome}
    with desk.reading() as connection:
        stamped = _stamped(connection, made, gathered)
    facts = (
        words.account.format(account=account.id, debtor=account.debtor.name),
        words.bundle.format(id=made.id, day=day, seal=made.seal_sha256[:16]),
        words.pages.format(n=len(made.composed.rows), pages=made.composed.pages),
        words.verdict.format(
            fail=counted[Outcome.FAIL],
            unknown=counted[Outcome.UNKNOWN],
            warn=counted[Outcome.WARN],
            passed=counted[Outcome.PASS],
        ),
    )
    # Parted by blanks: at other marks the lines of a sheet may break inside "R01".
    passed = [f.rule for f in found.findings if f.outcome is Outcome.PASS]
    numbers = [demand.number for demand in found.facts.demands or ()]
    letters = letter_gaps(desk, numbers) if numbers else []
    told = dict.fromkeys(
        (*(describe(problem, locale)[0] for problem in warnings), *_doubted(letters, words, locale))
    )
    return Sheet(
        words.title,
        facts,
        words.warning,
        (
            _overridden(judged, words, locale),
            _todo(judged, words, locale),
            _asked(made.composed.rows, found, words),
            _exhibits(made, stamped, words),
            _blanks(made, words, locale),
            _days(letters, found, words, locale),
            Section(
                words.notes,
                (*(told or [words.none]), words.passed.format(rules=" ".join(passed) or words.none)),
            ),
        ),
    )


def answers_of(row: CatalogueRow) -> tuple[str, ...]:
    """Which of the court's questions an exhibit is there to answer; none where its group says nothing."""
    if row.exhibit.group == "B7":
        is_notice = row.exhibit.file_name.endswith(".pdf") and row.exhibit.file_name[:1].isdigit()
        return (PERIOD, AMOUNT) if is_notice else (ARRIVAL,)
    return _ANSWERS.get(row.exhibit.group, ())


def _section(heads: tuple[str, str, str, str], rows: Iterable[Row], empty: str, *notes: str) -> Section:
    head, *columns = heads
    told = tuple(rows)
    first, second, third = columns
    return Section(head, notes if told else (empty,), (first, second, third), told)


def _overridden(judged: Judged, words: CheckWords, locale: str) -> Section:
    findings = {finding.rule: finding for finding in judged.found.findings}
    rows = [
        (
            _rule(findings[one.rule], judged, locale),
            words.stop.join(_reasons(findings[one.rule], judged, locale, failing=True)),
            one.reason,
        )
        for one in judged.used
        if one.rule in findings
    ]
    return _section(words.overridden, rows, words.none)


def _todo(judged: Judged, words: CheckWords, locale: str) -> Section:
    used = {one.rule for one in judged.used}
    left = [f for f in judged.found.findings if f.outcome is not Outcome.PASS and f.rule not in used]
    order = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WARN)
    rows = []
    for finding in sorted(left, key=lambda one: order.index(one.outcome)):
        # The commands that record what is missing are those of `evidence ready`: a page of them would hide the case.
        said = finding_json(finding, judged.found.pack, locale, judged.found.account)
        reasons = [reason["text"].rstrip("。") for reason in said["reasons"]]
        todo = [reason["todo"].rstrip("。") for reason in said["reasons"] if reason["todo"]]
        if any(reason["commands"] and not reason["todo"] for reason in said["reasons"]):
            todo.append(words.record)
        rows.append(
            (
                f"{_MARKS[finding.outcome]} {finding.rule} {said['title']}",
                words.stop.join(dict.fromkeys(reasons)),
                words.stop.join(dict.fromkeys(todo)),
            )
        )
    return _section(words.todo, rows, words.none, words.legend)


def _rule(finding: Finding, judged: Judged, locale: str) -> str:
    return f"{finding.rule} {finding_words(finding, judged.found.pack, locale).title}"


def _reasons(finding: Finding, judged: Judged, locale: str, *, failing: bool) -> Iterator[str]:
    said = finding_words(finding, judged.found.pack, locale, judged.found.account).reasons
    for mark, reason in zip(finding.marks, said, strict=True):
        if not failing or mark.outcome is Outcome.FAIL:
            yield reason.rstrip("。")


def _asked(rows: Sequence[CatalogueRow], found: Readiness, words: CheckWords) -> Section:
    outcomes = {finding.rule: finding.outcome for finding in found.findings}
    told = []
    for key, question in words.questions.items():
        numbers = [str(row.number) for row in rows if key in answers_of(row)]
        rules = "　".join(f"{rule}{_MARKS[outcomes[rule]]}" for rule in _RULES[key] if rule in outcomes)
        told.append((question, "、".join(numbers) or words.nobody, rules))
    return _section(words.asked, told, words.none, words.legend)


def _exhibits(made: Sealed, stamped: Mapping[str, datetime], words: CheckWords) -> Section:
    day = made.made_at.astimezone(CHINA).date().isoformat()
    rows = []
    for row in made.composed.rows:
        one = row.exhibit
        at = stamped.get(one.sha256)
        answers = [words.short[key] for key in answers_of(row)]
        rows.append(
            (
                f"{row.number} {one.name}（{row.pages}）",
                words.dates.format(
                    dated=one.dated or words.undated,
                    made=day,
                    stamped=at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if at else words.unstamped,
                ),
                "、".join(answers) or one.proves,
            )
        )
    return _section(words.exhibits, rows, words.none, words.presumed)


def _stamped(connection: Connection, made: Sealed, gathered: Gathered) -> dict[str, datetime]:
    """By an exhibit's SHA-256, the earliest time at which somebody else's timestamp covers the entry it stands in."""
    letters = schema.LETTERS
    known = {
        row.number: row.journal_index
        for row in connection.execute(
            select(letters.c.number, letters.c.journal_index).where(letters.c.account == made.account)
        )
    }
    found: dict[str, datetime] = {}
    for path, content in gathered.originals.items():
        event, letter = _EVENT.match(path), _LETTER.match(path)
        index = int(event[2]) if event else known.get(letter[1]) if letter else None
        if index is None or not isinstance(content, Path):
            continue
        if stamps := covering(connection, [index]):
            found[content.name] = min(datetime.fromisoformat(stamp.at) for stamp in stamps)
    return found


def _blanks(made: Sealed, words: CheckWords, locale: str) -> Section:
    """What a court asks for and nobody filled in, form by form, with the case file's kind that records it."""
    found: dict[tuple[str, str], list[str]] = {}
    for form in made.forms:
        title = form.title + (f"（{form.about}）" if form.about else "")
        for blank in form.missing:
            found.setdefault((title, _source(blank.source, words, locale)), []).append(blank.label)
    rows = [(title, "、".join(dict.fromkeys(labels)), where) for (title, where), labels in found.items()]
    return _section(words.blanks, rows, words.no_blanks if made.forms else words.none)


def _source(source: str, words: CheckWords, locale: str) -> str:
    """Where a field is recorded, in the words a clerk types."""
    kind = next((one for one in SHAPES if one.value == source.partition(".")[0]), None)
    if kind is not None:
        return f"evidence case set … {kind_label(kind, locale)}"
    return source or words.by_hand


def _doubted(letters: Iterable[LetterGaps], words: CheckWords, locale: str) -> Iterator[str]:
    """What is asked for in the stead of a proof that is on record, and tells against itself."""
    for letter in letters:
        for attempt in letter.attempts:
            for gap in attempt.gaps:
                if gap.about:
                    way, what = attempt.label(locale), gap.words(locale)
                    yield words.doubted.format(letter=letter.printed, way=way, what=what)


def _days(letters: Iterable[LetterGaps], found: Readiness, words: CheckWords, locale: str) -> Section:
    """What runs out, soonest first: limitation, the time given by demands, and proofs that will not be had later."""
    told: list[tuple[date, str, str]] = []
    lapses: dict[tuple[date, LimitationState], list[str]] = {}
    for one in (*found.limitation.expired, *found.limitation.running):
        terms = lapses.setdefault((one.work_to(found.as_of), one.state), [])
        terms.append(f"{one.term.item} {one.term.period.chinese}")
    for (on, state), terms in lapses.items():
        form = words.expired if state is LimitationState.EXPIRED else words.limitation
        told.append((on, form.format(term="、".join(terms)), state_label(state, locale)))
    for demand in found.facts.demands or ():
        if demand.deadline is not None and demand.deadline >= found.as_of - _SOON:
            told.append((demand.deadline, words.pay_by.format(letter=demand.number), ""))
    for letter in letters:
        for attempt in letter.attempts:
            for gap in attempt.gaps:
                said = {"what": gap.words(locale), "letter": letter.printed}
                if gap.remind_on:
                    told.append((gap.remind_on, words.gap.format(**said), attempt.label(locale)))
                if gap.lost_on:
                    told.append((gap.lost_on, words.lost.format(**said), attempt.label(locale)))
    rows = [(chinese_date(on), what, note) for on, what, note in sorted(told)]
    return _section(words.days, rows, words.no_days)
