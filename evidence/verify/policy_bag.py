"""From the facts of a plain BagIt bag to answers: it is listed, and nobody has signed the lists."""

from __future__ import annotations

from collections.abc import Sequence

from evidence.model.problem import Place
from evidence.model.report import Answer, Fact, Question, Statement, Status, Subject, SubjectKind, Verdict
from evidence.verify.bagit import PlainBag
from evidence.verify.keys import TrustAnchor
from evidence.verify.refused import failed

#: Files named in the first answer; beyond that they are counted, and all of them stand among the failed checks.
_NAMED = 10


def bag_subject(bag: PlainBag, trust: Sequence[TrustAnchor]) -> Subject:
    """The report on a bag. Whoever named a key asked for a signature, and a plain bag has none: that fails."""
    facts = list(bag.facts)
    if trust:
        facts.append(failed("bagit.trust", Place(file=bag.name), "bagit-unsigned"))
    who = Verdict.REFUTED if trust else Verdict.OPEN
    answers = (
        _same(bag),
        Answer(Question.SINCE_WHEN, Verdict.OPEN, (Statement("when-bag"),)),
        Answer(Question.HOW_DELIVERED, Verdict.OPEN, (Statement("delivery-bag"),)),
        Answer(Question.BY_WHOM, who, (Statement("who-bag", {}, ("bagit.trust",) if trust else ()),)),
    )
    not_shown = [
        Statement("not-fast" if bag.is_ours else "not-bag"),
        Statement("not-true"),
        Statement("not-legal"),
    ]
    kind = SubjectKind.BUNDLE if bag.is_ours else SubjectKind.BAG
    return Subject(bag.name, kind, tuple(facts), answers, tuple(not_shown), is_checked=bag.is_checked)


def _same(bag: PlainBag) -> Answer:
    question = Question.SAME_BYTES
    if bad := [fact for fact in bag.facts if fact.status is Status.FAIL]:
        return Answer(question, Verdict.REFUTED, tuple(_departing(bad)))
    if not bag.is_checked:
        code = "same-bag-fast" if bag.fast else "same-bag-unread"
        return Answer(question, Verdict.OPEN, (Statement(code, {}, ("bagit.digests",)),))
    params: dict[str, str | int] = {
        "count": bag.count,
        "size": bag.octets,
        "version": bag.version,
        "algorithms": ", ".join(bag.algorithms) or "-",
    }
    said = Statement("same-bag", params, ("bagit.complete", "bagit.digests"))
    return Answer(question, Verdict.CLAIMED, (said, Statement("same-bag-unsigned")))


def _departing(bad: Sequence[Fact]) -> list[Statement]:
    extra = sorted({fact.where.part for fact in bad if fact.reason == "file-extra"})
    wrong = sorted(
        {
            fact.where.part
            for fact in bad
            if fact.id in ("bagit.complete", "bagit.digests") and fact.reason != "file-extra"
        }
    )
    ids = ("bagit.complete", "bagit.digests")
    said: list[Statement] = []
    for code, paths in (("file-departs", wrong), ("bag-added", extra)):
        said += [Statement(code, {"path": path}, ids) for path in paths[:_NAMED]]
        if len(paths) > _NAMED:
            said.append(Statement("files-more", {"count": len(paths) - _NAMED}, ids))
    failing = tuple(sorted({fact.id for fact in bad}))
    return [*said, Statement("checks-failed", {"count": len(bad)}, failing)]
