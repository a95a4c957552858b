"""What the office said and did: R24 to R26, and the law it quoted: R41."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from evidence.claim.readiness.facts import CaseFacts, Contact, ContactWay
from evidence.claim.readiness.marks import Mark, fail, good, listed, n_, unknown, warn
from evidence.claim.readiness.pack import RulePack
from evidence.clock import CHINA
from evidence.law.citations import Verdict, check_citations
from evidence.law.lint import Hit, lint_text


def banned_words(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R24. No text threatens what the law forbids (``evidence.law.lint``). Sent is sent: then a lawyer has to know."""
    for document in facts.texts or ():
        groups: dict[str, list[Hit]] = {}
        for hit in lint_text(document.text, document.dated, pack.lint):
            if hit.blocks:
                groups.setdefault(hit.group, []).append(hit)
        for group, hits in groups.items():
            yield (warn if document.sent else fail)(
                f"banned-{group}",
                n_("{document} says: {words}."),
                n_("Tell the lawyer; do not repeat it, and withdraw it where that helps.")
                if document.sent
                else n_("Take these words out."),
                subjects=[document.name],
                basis=list(dict.fromkeys(cite for hit in hits for cite in hit.basis)),
                document=document.name,
                words=listed(list(dict.fromkeys("".join(hit.text.split()) for hit in hits))),
            )
    yield good(
        "clean", n_("No text holds words that nobody may send."), seen=[t.name for t in facts.texts or ()]
    )


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
                cited=finding.cited,
                day=document.dated.isoformat(),
                instead=finding.instead,
            )
    yield good(
        "in-force",
        n_("Every citation was in force on the day of its text."),
        seen=[t.name for t in facts.texts or ()],
    )
