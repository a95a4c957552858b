"""The evidence file itself, examined before it is sealed (R28 to R31, R33, R34, R42)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from evidence.claim.readiness.facts import CaseFacts
from evidence.claim.readiness.filed import Agent, Filed
from evidence.claim.readiness.marks import Mark, fail, good, listed, n_, unknown, warn
from evidence.claim.readiness.pack import RulePack

# What an authority has to name one by one (民事诉讼法 62(2)), in both scripts.
SPECIAL_WORDS = (
    ("承认", "承認"),
    ("放弃", "放棄"),
    ("变更", "變更"),
    ("和解", "和解"),
    ("反诉", "反訴"),
    ("上诉", "上訴"),
)


def intact(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R28. Every original in the file has the hash it was recorded with."""
    if (filed := facts.filed) is None:
        return
    missing = [one.path for one in filed.originals if not one.found]
    changed = [one.path for one in filed.originals if one.found and one.found != one.recorded]
    if missing:
        yield fail(
            "missing",
            n_("Originals on record are not in the file: {files}."),
            n_("Find them and record them again; the file cannot be made without them."),
            subjects=missing,
            files=listed(missing),
        )
    if changed:
        yield fail(
            "changed",
            n_("Originals are not what was recorded: {files}."),
            n_("Bring back the untouched originals from a copy."),
            subjects=changed,
            files=listed(changed),
        )
    yield good("intact", n_("All {n} originals have the hash on record."), n=len(filed.originals))


def carrier(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R29. Electronic material says on which device or account the original is."""
    if (filed := facts.filed) is None:
        return
    bare = [one.shown for one in filed.exhibits if one.digital and not one.carrier.strip()]
    if bare:
        yield warn(
            "no-carrier",
            n_("Electronic exhibits without the device or account the original is on: {exhibits}."),
            n_("Note the original carrier of each, and keep it until judgment."),
            subjects=bare,
            exhibits=listed(bare),
            record="exhibits",
        )
    if any(one.digital for one in filed.exhibits):
        yield good("carriers", n_("Every electronic exhibit names its original carrier."))
    yield good("not-electronic", n_("No exhibit is electronic: the rule does not apply."))


def third_party_time(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R30. Somebody else than the plaintiff fixes when the file's entries were there at the latest."""
    if (filed := facts.filed) is None:
        return
    names = [one.authority for one in filed.stamps]
    if broken := [one.authority for one in filed.stamps if not one.holds]:
        yield fail(
            "broken",
            n_("Timestamps that do not check: {authorities}."),
            n_("Have the journal stamped again: evidence anchor."),
            subjects=broken,
            authorities=listed(broken),
        )
    if not names:
        yield warn(
            "none",
            n_("No timestamp of a third party covers anything in the file: its times are the office's own."),
            n_("Name an authority in evidence.toml ([[timestamp]]) and run evidence anchor."),
        )
    elif all(one.test for one in filed.stamps):
        yield warn(
            "only-test",
            n_("The timestamps are of an authority for tests: {authorities}."),
            n_("Name a real authority in evidence.toml ([[timestamp]]) and run evidence anchor."),
            authorities=listed(dict.fromkeys(names)),
        )
    yield good("stamped", n_("Timestamped by: {authorities}."), authorities=listed(dict.fromkeys(names)))


def catalogue(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R31. Each line of the catalogue says what 证据规定 19 asks, and its pages are the file's."""
    if (filed := facts.filed) is None:
        return
    for column, message in _COLUMNS.items():
        if bare := [one.shown for one in filed.exhibits if not getattr(one, column).strip()]:
            yield fail(
                f"no-{column}",
                message,
                n_("Put right what is noted of the exhibit, by its number in the register (after #)."),
                subjects=bare,
                exhibits=listed(bare),
                record="exhibits",
            )
    if not filed.exhibits:
        yield fail("empty", n_("The catalogue has no line."), n_("Record exhibits: evidence exhibit add."))
    if filed.bound != filed.counted:
        yield fail(
            "pages",
            n_("The catalogue counts {counted} pages, the file has {bound}."),
            n_("Make the file again; if it happens again, report it as a fault of the program."),
            counted=filed.counted,
            bound=filed.bound,
        )
    yield from _look_at(filed)
    yield good("complete", n_("All {n} lines of the catalogue are complete."), n=len(filed.exhibits))


_COLUMNS = {
    "name": n_("Exhibits without a name: {exhibits}."),
    "source": n_("Exhibits without a source: {exhibits}."),
    "proves": n_("Exhibits that do not say what they prove: {exhibits}."),
    "pages": n_("Exhibits without page numbers: {exhibits}."),
    "original": n_("Exhibits that do not say whether they are the original: {exhibits}."),
}


def _look_at(filed: Filed) -> Iterator[Mark]:
    """What a lawyer should look at in the catalogue, though a court would take it."""
    if hidden := [one.shown for one in filed.exhibits if one.stands_in]:
        yield warn(
            "stands-in",
            n_("Exhibits that are only a page saying that there is a file: {exhibits}."),
            n_("Add a readable copy, or be ready to show the file in court."),
            subjects=hidden,
            exhibits=listed(hidden),
        )
    day = filed.made_on.isoformat()
    if ahead := [one.shown for one in filed.exhibits if one.dated[:10] > day]:
        yield warn(
            "dated-ahead",
            n_("Exhibits dated after the day of the file: {exhibits}."),
            n_("Correct the dates."),
            subjects=ahead,
            exhibits=listed(ahead),
            record="exhibits",
        )


def agents(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R33. Who acts for the plaintiff has the papers, and a special authority says what it is for."""
    if facts.agents is None:
        return
    for agent in facts.agents:
        yield from _agent(agent, facts.filed)
    if not facts.agents:
        yield good("no-agent", n_("The plaintiff acts itself: the rule does not apply."))
    yield good("papers", n_("Every agent's papers are complete."))


def _agent(agent: Agent, filed: Filed | None) -> Iterator[Mark]:
    papers = [
        one for one in (filed.forms if filed and filed.forms else ()) if one.about == agent.name and one.text
    ]
    if not agent.authority:
        yield unknown(
            "authority-unknown",
            n_("It is not recorded what {agent} may do."),
            "",
            subjects=[agent.name],
            agent=agent.name,
            record="agents",
        )
    elif agent.authority not in ("general", "special"):
        yield warn(
            "full-power",
            n_("{agent} has a full power without particulars, which counts as a general one."),
            n_("Name each special power, or file a general authority."),
            subjects=[agent.name],
            agent=agent.name,
            record="agents",
        )
    elif agent.authority == "special" and papers:
        text = "".join(one.text for one in papers)
        lacking = [pair[0] for pair in SPECIAL_WORDS if not any(word in text for word in pair)]
        if lacking:
            yield fail(
                "special-words",
                n_("The special authority of {agent} does not name: {words}."),
                n_("Name each special power in the authority (民事诉讼法 62)."),
                subjects=[agent.name],
                agent=agent.name,
                words=", ".join(lacking),
            )
    if agent.relation in ("lawyer", "legal-worker") and not agent.licence:
        yield warn(
            "no-licence",
            n_("The licence number of {agent} is not on file."),
            n_("Record it, and file the licence with the firm's letter."),
            subjects=[agent.name],
            agent=agent.name,
            record="agents",
        )
    if agent.relation == "staff" and not agent.id_number:
        yield warn(
            "no-identity",
            n_("The identity number of {agent} is not on file."),
            n_("Record it, and file a copy of the card with proof of employment."),
            subjects=[agent.name],
            agent=agent.name,
            record="agents",
        )


def element_form(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R34. The court's element form has no blank a court asks for, and claims what the ledger gives."""
    if (filed := facts.filed) is None:
        return
    if filed.forms is None:
        yield warn(
            "no-forms",
            n_("The court's forms are not in this file."),
            n_("Make it with --forms, or fill the complaint in by hand."),
        )
        return
    opening = [one for one in filed.forms if one.is_complaint]
    if not opening:
        yield warn(
            "no-complaint",
            n_("Neither complaint nor application for a payment order is among the forms."),
            n_("Make the file with --forms, or fill the complaint in by hand."),
        )
    for form in filed.forms:
        if not form.missing:
            continue
        say = fail if form.is_complaint else warn
        yield say(
            "blank" if form.is_complaint else "blank-beside",
            n_("{form}: not filled in: {fields}."),
            n_("Record what is missing, or fill it in by hand and override with that reason."),
            subjects=form.missing,
            form=form.title,
            fields=listed(form.missing),
        )
    if filed.stated is not None and filed.claimed is not None and filed.stated != filed.claimed:
        yield fail(
            "sum",
            n_("The forms claim {stated}, the ledger gives {claimed}."),
            n_("Make the file again from the present ledger."),
            stated=filed.stated.plain,
            claimed=filed.claimed.plain,
        )
    yield good("filled", n_("The court's form is filled in, and claims what the ledger gives."))


def masked(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R42. No full identity or phone number where somebody else than court and parties' lawyers will read it."""
    if (filed := facts.filed) is None:
        return
    if filed.exposed:
        where = [one.where for one in filed.exposed]
        yield fail(
            "exposed",
            n_("A full identity or phone number can be read in: {places}."),
            n_("Shorten it where it was written, or have the copy masked."),
            subjects=where,
            places=listed(dict.fromkeys(where)),
        )
    yield good("masked", n_("No full identity or phone number stands in catalogue, file names or notices."))
