"""What courts ask of electronic data, item by item, filled from facts; what no fact answers stays blank.

Sources: 电子签名法 arts 5 and 8; 最高人民法院关于民事诉讼证据的若干规定 (法释〔2019〕19号) arts 93 and 94;
人民法院在线诉讼规则 (法释〔2021〕12号) arts 16 to 18; 最高人民法院关于互联网法院审理案件若干问题的规定
(法释〔2018〕16号) art. 11. A filled item repeats what a check found and never judges whether the item is met: that is for
the court.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evidence.model.report import Answer, Fact, Question, Statement, Status, Subject, SubjectKind, Verdict


@dataclass(frozen=True, slots=True)
class Item:
    """One point of a rule: ``rule`` and ``code`` are keys of ``messages``; without ``filled`` it is a blank."""

    rule: str
    code: str
    filled: tuple[Statement, ...] = ()

    def to_json(self) -> dict[str, object]:
        return {
            "rule": self.rule,
            "item": self.code,
            "blank": not self.filled,
            "filled": [statement.to_json() for statement in self.filled],
        }


_Filler = Callable[[Subject], tuple[Statement, ...]]


def _passed(subject: Subject, *ids: str) -> tuple[str, ...]:
    have = {fact.id for fact in subject.facts if fact.status is Status.PASS}
    return tuple(fact_id for fact_id in ids if fact_id in have)


def _fact(subject: Subject, fact_id: str) -> Fact | None:
    return next((f for f in subject.facts if f.id == fact_id and f.status is Status.PASS), None)


def _said(answer: Answer, *codes: str) -> tuple[Statement, ...]:
    return tuple(statement for statement in answer.statements if statement.code in codes)


def _intact(subject: Subject) -> tuple[Statement, ...]:
    answer = subject.answer(Question.SAME_BYTES)
    if answer.verdict is Verdict.REFUTED:
        ids = tuple(sorted({fact.id for fact in subject.failures}))
        return (Statement("fill-altered", {"count": len(subject.failures)}, ids),)
    if answer.verdict is not Verdict.SHOWN:
        return ()
    found = _said(
        answer, "same-letter", "same-exhibit", "same-bundle", "same-journal", "same-entry", "same-qr"
    )
    ids = found[0].facts if found else ()
    return (Statement("fill-intact", {}, ids),)


def _readable(subject: Subject) -> tuple[Statement, ...]:
    ids = _passed(subject, "letter.plain", "seal.files")
    return (Statement("fill-readable", {}, ids),) if ids else ()


def _hashed(subject: Subject) -> tuple[Statement, ...]:
    both = _passed(subject, "seal.files")
    if both:
        return (Statement("fill-hash-both", {}, both),)
    one = _passed(subject, "letter.source", "journal.whole", "journal.proof")
    return (Statement("fill-hash", {}, one),) if one else ()


def _signer(subject: Subject) -> tuple[Statement, ...]:
    ids = _passed(subject, "letter.signature", "journal.checkpoint", "qr.signature")
    trust = next((fact for fact in subject.facts if fact.id.endswith(".trust")), None)
    if not ids or trust is None or "fingerprint" not in trust.params:
        return ()
    shown: dict[str, str | int] = {"fingerprint": trust.params["fingerprint"]}
    answer = subject.answer(Question.BY_WHOM)
    if answer.verdict is Verdict.SHOWN:
        return (Statement("fill-signer-named", shown, (*ids, trust.id)),)
    code = "fill-signer-other" if answer.verdict is Verdict.REFUTED else "fill-signer-open"
    return (Statement(code, shown, (*ids, trust.id)),)


def _signed(subject: Subject) -> tuple[Statement, ...]:
    """That it is signed, where the item that names the key stands above."""
    found = _signer(subject)
    return (Statement("fill-signed", {}, found[0].facts),) if found else ()


def _time(subject: Subject) -> tuple[Statement, ...]:
    answer = subject.answer(Question.SINCE_WHEN)
    independent = _said(answer, "when-timestamp", "when-whole-dated")
    if independent:
        return independent[:1]
    stated = _said(answer, "when-issued", "when-entry", "when-entry-says")
    if answer.verdict is Verdict.CLAIMED and stated:
        return (*stated[:1], Statement("fill-own-clock", {}, stated[0].facts))
    return ()


def _authority(subject: Subject) -> tuple[Statement, ...]:
    """A timestamp of an authority the reader named."""
    return _said(subject.answer(Question.SINCE_WHEN), "when-timestamp")[:1]


def _third(subject: Subject) -> tuple[Statement, ...]:
    """Whoever stands outside: such an authority, or those who hold a letter that agrees."""
    held = [f for f in subject.facts if f.id == "journal.witness" and f.status is Status.PASS]
    if not held or subject.answer(Question.SINCE_WHEN).verdict is Verdict.REFUTED:
        return _authority(subject)
    return (*_authority(subject), Statement("fill-witness", {"count": len(held)}, ("journal.witness",)))


def _recorded(subject: Subject) -> tuple[Statement, ...]:
    """How it was kept: in a journal that is only ever added to, as far as the checks reach."""
    ids = _passed(
        subject, "journal.proof", "journal.whole", "journal.checkpoint", "journal.sealed", "letter.entry"
    )
    kinds = (SubjectKind.BUNDLE, SubjectKind.JOURNAL, SubjectKind.PROOF)
    if not ids or (subject.kind not in kinds and "letter.entry" not in ids):
        return ()
    return (Statement("fill-recorded", {}, ids),)


def _checked(subject: Subject) -> tuple[Statement, ...]:
    count = sum(fact.status in (Status.PASS, Status.FAIL) for fact in subject.facts)
    bad = len(subject.failures)
    return (Statement("fill-checked", {"count": count, "failed": bad}, ()),) if count else ()


def _repeat(subject: Subject) -> tuple[Statement, ...]:
    return (Statement("fill-repeat", {}, ()),)


def _sender(subject: Subject) -> tuple[Statement, ...]:
    kinds = (SubjectKind.LETTER, SubjectKind.BUNDLE, SubjectKind.JOURNAL, SubjectKind.PROOF)
    return (Statement("fill-interested", {}, ()),) if subject.kind in kinds else ()


def _delivered(subject: Subject) -> tuple[Statement, ...]:
    found = _said(subject.answer(Question.HOW_DELIVERED), "delivery-recorded")
    return (Statement("fill-deliveries", {"count": len(found)}, found[0].facts),) if found else ()


def _no_chain(subject: Subject) -> tuple[Statement, ...]:
    return (Statement("fill-no-chain", {}, ()),)


def _several(*fillers: _Filler) -> _Filler:
    def fill(subject: Subject) -> tuple[Statement, ...]:
        return tuple(statement for filler in fillers for statement in filler(subject))

    return fill


def _blank(subject: Subject) -> tuple[Statement, ...]:
    return ()


#: Rule, item, and what fills it. Items without a filler are for people: no check of ours can know them.
_ITEMS: Sequence[tuple[str, str, _Filler]] = (
    ("esl-5", "esl-5-1", _readable),
    ("esl-5", "esl-5-2", _intact),
    ("esl-8", "esl-8-1", _several(_recorded, _delivered)),
    ("esl-8", "esl-8-2", _hashed),
    ("esl-8", "esl-8-3", _signer),
    ("esl-8", "esl-8-4", _blank),
    ("evidence-93", "evidence-93-1", _blank),
    ("evidence-93", "evidence-93-2", _blank),
    ("evidence-93", "evidence-93-3", _checked),
    ("evidence-93", "evidence-93-4", _several(_hashed, _recorded)),
    ("evidence-93", "evidence-93-5", _blank),
    ("evidence-93", "evidence-93-6", _blank),
    ("evidence-93", "evidence-93-7", _blank),
    ("evidence-94", "evidence-94-1", _blank),
    ("evidence-94", "evidence-94-2", _authority),
    ("evidence-94", "evidence-94-3", _blank),
    ("evidence-94", "evidence-94-4", _blank),
    ("evidence-94", "evidence-94-5", _blank),
    ("evidence-94", "evidence-94-6", _blank),
    ("online-16", "online-16-1", _no_chain),
    ("online-17", "online-17-1", _sender),
    ("online-17", "online-17-2", _blank),
    ("online-17", "online-17-3", _hashed),
    ("online-18", "online-18-1", _several(_signed, _time)),
    ("online-18", "online-18-2", _third),
    ("internet-11", "internet-11-1", _blank),
    ("internet-11", "internet-11-2", _several(_signed, _time)),
    ("internet-11", "internet-11-3", _recorded),
    ("internet-11", "internet-11-4", _repeat),
    ("internet-11", "internet-11-5", _intact),
    ("internet-11", "internet-11-6", _several(_hashed, _third)),
)


def checklist(subject: Subject) -> tuple[Item, ...]:
    """Every item in the order of the rules."""
    return tuple(Item(rule, code, fill(subject)) for rule, code, fill in _ITEMS)


RULES: Mapping[str, str] = {
    "esl-5": "Electronic Signature Law, art. 5 (original form)",
    "esl-8": "Electronic Signature Law, art. 8 (truth of data messages)",
    "evidence-93": "Civil Evidence Provisions, art. 93 (completeness and reliability)",
    "evidence-94": "Civil Evidence Provisions, art. 94 (when presumed true)",
    "online-16": "Online Litigation Rules, art. 16 (blockchain storage)",
    "online-17": "Online Litigation Rules, art. 17 (objections to storage)",
    "online-18": "Online Litigation Rules, art. 18 (before storage)",
    "internet-11": "Internet Courts Provisions, art. 11 (authenticity)",
}

ITEMS: Mapping[str, str] = {
    "esl-5-1": "(1) shows its content and can be called up at any time",
    "esl-5-2": "(2) complete and unaltered since its final form",
    "esl-8-1": "(1) reliability of generating, storing and transmitting",
    "esl-8-2": "(2) reliability of keeping the content complete",
    "esl-8-3": "(3) reliability of identifying the sender",
    "esl-8-4": "(4) other factors",
    "evidence-93-1": "(1) hardware and software complete and reliable",
    "evidence-93-2": "(2) in normal operation, or its faults without effect",
    "evidence-93-3": "(3) effective means of monitoring and checking against error",
    "evidence-93-4": "(4) completely kept, transmitted, extracted; by reliable methods",
    "evidence-93-5": "(5) formed and stored in normal dealings",
    "evidence-93-6": "(6) suitable persons kept, transmitted and extracted it",
    "evidence-93-7": "(7) other factors",
    "evidence-94-1": "(1) against the interest of the party who submits or keeps it",
    "evidence-94-2": "(2) provided or confirmed by a neutral third party",
    "evidence-94-3": "(3) formed in normal business",
    "evidence-94-4": "(4) kept as archives are",
    "evidence-94-5": "(5) kept, transmitted, extracted as the parties agreed",
    "evidence-94-6": "content certified by a notary",
    "online-16-1": "stored on a blockchain and technically checked",
    "online-17-1": "interest between the party and the storage platform",
    "online-17-2": "the platform's system clean, safe, reliable, available",
    "online-17-3": "technology and process: encryption, transmission, verification",
    "online-18-1": "source, generation and storage before it was recorded",
    "online-18-2": "notary, third-party witness, corroborating data",
    "internet-11-1": "(1) safe and reliable hardware and software",
    "internet-11-2": "(2) maker and time clear; content clear and accurate",
    "internet-11-3": "(3) storage medium and manner of keeping",
    "internet-11-4": "(4) extraction reliable and repeatable",
    "internet-11-5": "(5) nothing added, deleted, altered or missing",
    "internet-11-6": "(6) can be verified: signature, timestamp, hash",
}

FILLS: Mapping[str, str] = {
    "fill-altered": "No: {count} checks failed.",
    "fill-intact": "Yes for these bytes: all digests agree.",
    "fill-readable": "Read in full; nothing in it can change what it shows.",
    "fill-hash-both": "SHA-256 and SM3 compared, both agree.",
    "fill-hash": "SHA-256 compared, agrees.",
    "fill-signer-named": "Ed25519 signature holds; the key is the one named by the reader ({fingerprint}).",
    "fill-signer-open": "Ed25519 signature holds; whose key it is was not named ({fingerprint}).",
    "fill-signer-other": "Not signed with the key that was named ({fingerprint}).",
    "fill-signed": "Signature: see Electronic Signature Law, art. 8 (3).",
    "fill-own-clock": "By the sender's own clock; no independent time.",
    "fill-witness": "Letters given beside it that agree with the journal: {count}.",
    "fill-recorded": "Recorded in an append-only journal; place and signed checkpoint checked.",
    "fill-checked": "{count} checks made, {failed} failed.",
    "fill-repeat": "Anybody can repeat the checks: evidence verify, verify.py, verify.html, or openssl and sha256sum.",
    "fill-interested": "The record is kept by the sender itself, a party.",
    "fill-deliveries": "Records of delivery, their proofs unchanged: {count}.",
    "fill-no-chain": "Not stored on a blockchain; see art. 17, 18.",
}
