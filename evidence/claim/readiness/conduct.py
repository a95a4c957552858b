"""What the office said and did: R24 to R26, and the law it quoted: R41."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from evidence.claim.readiness.facts import CaseFacts, Contact, ContactWay
from evidence.claim.readiness.marks import Mark, fail, good, listed, n_, unknown, warn
from evidence.claim.readiness.pack import RulePack
from evidence.clock import CHINA
from evidence.law.citations import CitationFinding, Verdict, check_citations

_NEGATED = re.compile(
    r"(?:不会|不會|不得|不能|不可|不予|不应|不應|不将|不將|绝不|絕不|从不|從不|未|并非|並非|禁止|严禁|嚴禁|不采取|不採取|不以|无权|無權|不)"
    r"(?:采取|採取|以|对您|對您|任何|向|实施|實施|进行|進行|[“「])*$"
)


def banned_words(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R24. No text threatens what the law forbids. Sent is sent: then a lawyer has to know."""
    for document in facts.texts or ():
        hits = _hits(document.text, pack)
        for key, words in hits.items():
            basis = [b.basis for b in pack.banned if b.key == key and b.basis]
            yield (warn if document.sent else fail)(
                f"banned-{key}",
                n_("{document} says: {words}."),
                n_("Tell the lawyer; do not repeat it, and withdraw it where that helps.")
                if document.sent
                else n_("Take these words out."),
                subjects=[document.name],
                basis=basis,
                document=document.name,
                words=listed(words),
            )
    yield good(
        "clean", n_("No text holds words that nobody may send."), seen=[t.name for t in facts.texts or ()]
    )


def _hits(text: str, pack: RulePack) -> dict[str, list[str]]:
    """Banned words by kind. What is denied right before it does not count: 不会停水停电."""
    plain = re.sub(r"\s+", "", text)
    hits: dict[str, dict[str, None]] = {}
    for banned in pack.banned:
        denied_until: int | None = None
        for match in banned.pattern.finditer(plain):
            before = plain[max(0, match.start() - 12) : match.start()]
            # A denial carries over a chain of such words: 停水停电, 停水、停电.
            if _NEGATED.search(before) or (denied_until is not None and match.start() - denied_until <= 1):
                denied_until = match.end()
            else:
                hits.setdefault(banned.key, {})[match[0]] = None
    return {key: list(words) for key, words in hits.items()}


def contact_caps(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R25. Calls, messages and visits stayed inside hours, festivals and numbers, and stopped when refused."""
    contacts = sorted((c for c in facts.contacts or () if c.way is not ContactWay.LETTER), key=lambda c: c.at)
    breaches: dict[str, list[str]] = {}
    refused_at = min((c.at for c in facts.contacts or () if c.refused), default=None)
    for contact in contacts:
        local = contact.at.astimezone(CHINA)
        stamp = local.strftime("%Y-%m-%d %H:%M")
        if not pack.calendar.in_contact_hours(local.time()):
            breaches.setdefault("hours", []).append(stamp)
        if pack.calendar.festival_on(local.date()):
            breaches.setdefault("festival", []).append(stamp)
        if refused_at is not None and contact.at > refused_at:
            breaches.setdefault("after-refusal", []).append(stamp)
    breaches |= {code: days for code, days in _too_many(contacts, pack).items() if days}
    words = {
        "hours": n_("Outside contact hours: {times}."),
        "festival": n_("On a festival: {times}."),
        "after-refusal": n_("After the owner refused contact in writing: {times}."),
        "calls": n_("Too many calls on one day: {times}."),
        "messages": n_("Too many messages on one day: {times}."),
        "week": n_("Too many contacts within seven days, from: {times}."),
    }
    for code, times in breaches.items():
        yield warn(
            code,
            words[code],
            n_("Tell the lawyer; from now on keep to the hours and numbers of the policy."),
            subjects=times,
            times=listed(times),
        )
    yield good("within", n_("All contacts stayed inside hours and numbers."))


def _too_many(contacts: list[Contact], pack: RulePack) -> dict[str, list[str]]:
    days = [(contact.at.astimezone(CHINA).date(), contact.way) for contact in contacts]
    calls = Counter(day for day, way in days if way is ContactWay.CALL)
    messages = Counter(day for day, way in days if way is ContactWay.MESSAGE)
    week = pack.number("contacts_a_week")
    crowded = [
        day
        for day in dict.fromkeys(d for d, _ in days)
        if sum(day <= d < day + timedelta(days=7) for d, _ in days) > week
    ]
    return {
        "calls": [day.isoformat() for day, n in calls.items() if n > pack.number("calls_a_day")],
        "messages": [day.isoformat() for day, n in messages.items() if n > pack.number("messages_a_day")],
        "week": [day.isoformat() for day in crowded],
    }


def not_shamed(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R26. Nothing posted names an owner together with a debt."""
    for posting in facts.postings or ():
        if posting.names_owner is False or posting.shows_debt is False:
            continue
        if posting.names_owner is None or posting.shows_debt is None:
            yield unknown(
                "not-looked-at",
                n_("Whether posting {name} shows an owner's name with a debt is not recorded."),
                n_("Look at the photo of the posting and record it."),
                subjects=[posting.name],
                name=posting.name,
                record="postings",
            )
        else:
            yield warn(
                "named",
                n_("Posting {name} shows an owner's name with a debt."),
                n_("Take it down and have a lawyer look at it before filing."),
                subjects=[posting.name],
                name=posting.name,
            )
    yield good(
        "unnamed",
        n_("Nothing posted names an owner with a debt."),
        seen=[p.name for p in facts.postings or ()],
    )


_VERDICTS = {
    Verdict.NOT_YET: n_("{document} quotes {cited}, which was not yet in force on {day}."),
    Verdict.NO_LONGER: n_("{document} quotes {cited}, which was no longer in force on {day}."),
    Verdict.NO_SUCH_ARTICLE: n_("{document} quotes {cited}; the text in force on {day} has no such article."),
    Verdict.MOVED: n_("{document} quotes {cited}; on {day} that rule stood elsewhere."),
    Verdict.OTHER_EDITION: n_("{document} quotes {cited}, which is not the edition in force on {day}."),
    Verdict.UNKNOWN: n_("{document} quotes {cited}, which is not in the table of statutes."),
    Verdict.UNVERIFIED: n_(
        "{document} quotes {cited}; the text in force on {day} was not checked against a public copy."
    ),
}


def law_in_force(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R41. Every text quotes law that was in force on its own date."""
    for document in facts.texts or ():
        for finding in check_citations(document.text, document.dated, pack.statutes):
            todo = n_("Have the lawyer check it against the official text.")
            if finding.instead:
                todo = n_(
                    "Quote what is in force instead: {instead}. For facts before 2021 a lawyer may override."
                )
            elif finding.refused:
                todo = n_("Quote the law in force on the day of the letter.")
            yield (fail if finding.refused else warn)(
                finding.verdict.value,
                _VERDICTS[finding.verdict],
                todo,
                subjects=[document.name],
                basis=[finding.instead] if finding.instead else [],
                document=document.name,
                cited=_cited(finding),
                day=document.dated.isoformat(),
                instead=finding.instead,
            )
    yield good(
        "in-force",
        n_("Every citation was in force on the day of its text."),
        seen=[t.name for t in facts.texts or ()],
    )


def _cited(finding: CitationFinding) -> str:
    article = finding.citation.article
    return finding.citation.written + (f"第{article}条" if article is not None else "")
