"""From facts to answers: what a reader may conclude, question by question, and what is not shown.

Nothing is compared here and no words are made here. The rules, in short:

* *Same bytes* is shown only where no check of the content failed.
* *Since when* is shown only where an authority the reader named has stamped the entry that seals the bundle, and so
  every file in it, and claimed otherwise. An authority for tests, or one nobody named, shows nothing.
* *How delivered* is claimed where the journal has events, and open for a letter alone.
* *By whom* is shown only for a key the reader named, and open otherwise, however well the signature holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from evidence.model.letter import EXHIBIT_SERIES
from evidence.model.report import (
    Answer,
    Fact,
    Question,
    Statement,
    Status,
    Subject,
    SubjectKind,
    Verdict,
)
from evidence.verify.bundle import Bundle
from evidence.verify.letter import Letter
from evidence.verify.pades import FACT as CERTIFICATE
from evidence.verify.stated import told
from evidence.verify.timefacts import BundleTime
from evidence.verify.token import Token

#: Facts that say who signed; they bear on *by whom*, not on *same bytes*.
_WHO = ("letter.trust", "bundle.trust", "qr.trust")
#: Facts about whose time it is; they bear on *since when* alone.
_WHEN = ("time.authority",)


#: Facts without which there is no key to try a signature with.
_KEYLESS = ("letter.mark", "letter.token", "bundle.key", "qr.text")
#: Files named in the first answer about a bundle; beyond that they are counted.
_NAMED = 10


def _ids(facts: Iterable[Fact], status: Status) -> tuple[str, ...]:
    return tuple(sorted({fact.id for fact in facts if fact.status is status}))


def failed_ids(facts: Sequence[Fact]) -> tuple[str, ...]:
    return _ids((fact for fact in facts if fact.id not in (*_WHO, *_WHEN)), Status.FAIL)


def _of(facts: Iterable[Fact], fact_id: str) -> Fact | None:
    return next((fact for fact in facts if fact.id == fact_id), None)


def refuted(question: Question, facts: Sequence[Fact]) -> Answer:
    count = sum(fact.status is Status.FAIL and fact.id not in (*_WHO, *_WHEN) for fact in facts)
    return Answer(
        question, Verdict.REFUTED, (Statement("checks-failed", {"count": count}, failed_ids(facts)),)
    )


def by_whom(facts: Sequence[Fact], trust_id: str, signature_ids: tuple[str, ...]) -> Answer:
    question = Question.BY_WHOM
    trust = _of(facts, trust_id)
    broken = [fact for fact in facts if fact.id in signature_ids and fact.status is Status.FAIL]
    if broken:
        # Without a key no signature was tried: it must not be said that one failed.
        code = "who-unread" if _ids(broken, Status.FAIL)[0] in _KEYLESS else "who-signature-wrong"
        statement = Statement(code, {}, _ids(broken, Status.FAIL))
        return Answer(question, Verdict.REFUTED, (statement,))
    if trust is None or trust.status is Status.NOT_CHECKED:
        return Answer(question, Verdict.OPEN, (Statement("who-unread"),))
    if trust.status is Status.PASS:
        named = [Statement("who-named", trust.params, (trust_id,))]
        if "lost" in trust.params:
            named.append(Statement("who-was-lost", {"at": trust.params["lost"]}, (trust_id,)))
        return Answer(question, Verdict.SHOWN, tuple(named))
    if trust.status is Status.FAIL:
        return Answer(question, Verdict.REFUTED, (Statement("who-other", trust.params, (trust_id,)),))
    code = "who-key-id-only" if trust.reason == "qr-key-id-only" else "who-unattributed"
    if trust.reason in ("key-lost", "key-stolen"):
        # With an index it is the reader's own key that ended in this journal; else the one that signed.
        code = f"who-named-{trust.reason[4:]}" if "index" in trust.params else "who-was-stolen"
    return Answer(question, Verdict.OPEN, (Statement(code, trust.params, (trust_id,)),))


def issued_by(token: Token, signature_id: str) -> tuple[Statement, ...]:
    params: dict[str, str | int] = {"seconds": token.issued_at, "number": token.number.key}
    checkpoint: dict[str, str | int] = {
        "number": token.number.key,
        "size": token.checkpoint_size,
        "root": token.checkpoint_root.hex(),
    }
    return (
        Statement("when-issued", params, (signature_id,)),
        Statement("when-no-timestamp"),
        Statement("when-witness", checkpoint, (signature_id,)),
    )


def _certificate(facts: Sequence[Fact]) -> Iterator[Statement]:
    """What a certificate after the stamp says of itself; the verdict stays what the stamp's key gives."""
    fact = _of(facts, CERTIFICATE)
    if fact is None or fact.status is not Status.PASS:
        return
    yield Statement("who-certificate", fact.params, (fact.id,))
    for key in ("own", "test"):
        if fact.params[key]:
            yield Statement(f"who-certificate-{key}", {}, (fact.id,))


def letter_subject(name: str, letter: Letter, extra: Sequence[Fact], *, is_test: bool = False) -> Subject:
    """A letter by itself. Whether it is a test letter stays open, as its token has no mark, unless a journal for tests
    given beside it records its issue (``is_test``).

    ``extra`` are the facts of trust and of bundles given beside it.
    """
    facts = (*letter.facts, *extra)
    token = letter.token
    exhibit = token is not None and token.number.series == EXHIBIT_SERIES
    is_bad = bool(failed_ids(facts)) or token is None
    if is_bad or token is None:
        same = refuted(Question.SAME_BYTES, facts)
        when = refuted(Question.SINCE_WHEN, facts)
    else:
        ids = _ids(letter.facts, Status.PASS)
        params: dict[str, str | int] = {
            "number": token.number.key,
            "length": token.source_length,
            "sha256": token.source_sha256.hex(),
        }
        same = Answer(
            Question.SAME_BYTES,
            Verdict.SHOWN,
            (
                Statement("same-exhibit" if exhibit else "same-letter", params, ids),
                Statement("same-stamp", {}, ("letter.stamp", "letter.end")),
                *((Statement("same-draft", {}, ("letter.token", "letter.stamp")),) if token.is_draft else ()),
                *told(extra),
            ),
        )
        agreed = (
            Statement("when-agrees", fact.params, (fact.id,))
            for fact in extra
            if fact.id == "letter.bundle" and fact.status is Status.PASS
        )
        said = (*issued_by(token, "letter.signature"), *_entered(extra), *agreed)
        when = Answer(Question.SINCE_WHEN, Verdict.CLAIMED, said)
    delivered = Answer(Question.HOW_DELIVERED, Verdict.OPEN, (Statement("delivery-not-here"),))
    who = by_whom(facts, "letter.trust", ("letter.mark", "letter.token", "letter.kid", "letter.signature"))
    who = replace(who, statements=(*who.statements, *_certificate(facts)))
    not_shown = (
        *always(facts, "letter.trust"),
        *((Statement("not-exhibit-author"),) if exhibit else ()),
        *((Statement("not-approved"),) if token is not None and token.is_lawyers else ()),
        Statement("not-delivered"),
        *(() if _of_status(extra, "letter.entry", Status.PASS) else (Statement("not-recorded"),)),
        *(() if is_test else (Statement("not-test-marked"),)),
        Statement("not-paper"),
    )
    return Subject(name, SubjectKind.LETTER, facts, (same, when, delivered, who), not_shown, is_test=is_test)


def _of_status(facts: Iterable[Fact], fact_id: str, status: Status) -> list[Fact]:
    return [fact for fact in facts if fact.id == fact_id and fact.status is status]


def _entered(extra: Sequence[Fact]) -> list[Statement]:
    """The entry of a letter's issue in a journal or proof given beside it."""
    return [
        Statement("when-recorded", {"index": fact.params["index"], "at": fact.params["at"]}, (fact.id,))
        for fact in _of_status(extra, "letter.entry", Status.PASS)
    ]


def qr_subject(name: str, facts: Sequence[Fact], token: Token | None, *, pictured: bool = False) -> Subject:
    """A QR text. It is checked only where a key was at hand, from a key file or a letter given beside it."""
    compared = _of(facts, "qr.letter")
    signature = _of(facts, "qr.signature")
    if failed_ids(facts) or token is None:
        same, when = (refuted(q, facts) for q in (Question.SAME_BYTES, Question.SINCE_WHEN))
    else:
        if compared is not None and compared.status is Status.PASS:
            same = Answer(
                Question.SAME_BYTES,
                Verdict.SHOWN,
                (Statement("same-qr", compared.params, ("qr.letter", "qr.signature")),),
            )
        else:
            params: dict[str, str | int] = {
                "length": token.source_length,
                "sha256": token.source_sha256.hex(),
            }
            same = Answer(
                Question.SAME_BYTES, Verdict.OPEN, (Statement("same-qr-alone", params, ("qr.text",)),)
            )
        drafted = (Statement("same-draft", {}, ("qr.text",)),) if token.is_draft else ()
        same = replace(same, statements=(*same.statements, *drafted, *told(facts)))
        is_signed = signature is not None and signature.status is Status.PASS
        when = (
            Answer(Question.SINCE_WHEN, Verdict.CLAIMED, issued_by(token, "qr.signature"))
            if is_signed
            else Answer(
                Question.SINCE_WHEN, Verdict.OPEN, (Statement("when-unsigned", {}, ("qr.signature",)),)
            )
        )
    delivered = Answer(Question.HOW_DELIVERED, Verdict.OPEN, (Statement("delivery-not-here"),))
    who = by_whom(facts, "qr.trust", ("qr.text", "qr.signature"))
    not_shown = (*always(facts, "qr.trust"), Statement("not-delivered"), Statement("not-page"))
    if pictured:
        not_shown = (*not_shown, Statement("not-pixels"))
    checked = signature is not None and signature.status is not Status.NOT_CHECKED
    return Subject(
        name, SubjectKind.QR, tuple(facts), (same, when, delivered, who), not_shown, is_checked=checked
    )


def bundle_subject(bundle: Bundle, extra: Sequence[Fact]) -> Subject:
    """A bundle; ``extra`` are the facts of its zip and of trust."""
    facts = (*extra, *bundle.facts)
    if failed_ids(facts):
        same, when = _departing(facts), refuted(Question.SINCE_WHEN, facts)
    else:
        same, when = _sealed(bundle, facts), _dated(bundle, facts)
    who = by_whom(
        facts,
        "bundle.trust",
        ("bundle.key", "journal.checkpoint", "journal.by", "journal.keys", "letter.office"),
    )
    approved, missing = _approvals(bundle)
    if approved and not failed_ids(facts):
        answered = Statement("who-approved", {"numbers": approved}, ("journal.proof",))
        who = replace(who, statements=(*who.statements, answered))
    who = replace(who, statements=(*who.statements, *key_changes(bundle)))
    not_shown = [
        *always(facts, "bundle.trust", bundle.times, believed_times(bundle)),
        Statement("not-complete"),
        Statement("not-proof-content"),
        Statement("not-compiled"),
        Statement("not-rewritten"),
    ]
    if missing:
        not_shown.insert(0, Statement("not-approved-in", {"numbers": missing}))
    if bundle.deliveries:
        not_shown.append(Statement("not-grade"))
    if any(fact.id == "letter.recorded" and fact.reason == "letter-voided" for fact in facts):
        not_shown.append(Statement("not-voided"))
    return Subject(
        bundle.name,
        SubjectKind.BUNDLE,
        facts,
        (same, when, _delivered(bundle, facts), who),
        tuple(not_shown),
        is_test=bundle.is_test,
    )


def _drafts(bundle: Bundle) -> str:
    """Numbers of the drafts of lawyer letters among its letters: by its profile anybody knows one."""
    tokens = (letter.token for letter in bundle.letters.values())
    return ", ".join(sorted({token.number.key for token in tokens if token is not None and token.is_draft}))


def _approvals(bundle: Bundle) -> tuple[str, str]:
    """Numbers of its lawyer letters: those for which the journal has an approval, and all others, drafts among them."""
    answered = {entry.text("number") for entry in bundle.journal.of_type("letter.approved")}
    tokens = [letter.token for letter in bundle.letters.values()]
    lawyers = [token for token in tokens if token is not None and (token.is_lawyers or token.is_draft)]
    approved = {token.number.key for token in lawyers if not token.is_draft} & answered
    missing = {token.number.key for token in lawyers} - approved
    return ", ".join(sorted(approved)), ", ".join(sorted(missing))


def key_changes(bundle: Bundle) -> list[Statement]:
    """What the journal says about its own keys, and what follows for what they signed."""
    return [
        Statement(
            f"who-key-{change.reason or 'rotated'}",
            {"index": change.index, "at": change.at},
            ("journal.keys",),
        )
        for change in bundle.journal.keys.changes
    ]


def _departing(facts: Sequence[Fact]) -> Answer:
    """How many of the sealed files agree, and which do not, before the number of failed checks."""
    summed = refuted(Question.SAME_BYTES, facts)
    statements: list[Statement] = []
    form = _of(facts, "seal.form")
    if form is not None and form.status is Status.PASS:
        ids = ("seal.files",)
        broken = [fact for fact in facts if fact.id in ids and fact.status is Status.FAIL]
        extra = sorted({fact.where.part for fact in broken if fact.reason == "file-extra"})
        wrong = sorted({fact.where.part for fact in broken if fact.reason != "file-extra"})
        count = int(form.params["count"])
        good: dict[str, str | int] = {"good": count - len(wrong), "count": count}
        statements.append(Statement("files-agree", good, ids))
        for code, paths in (("file-departs", wrong), ("file-added", extra)):
            statements += [Statement(code, {"path": path}, ids) for path in paths[:_NAMED]]
            if len(paths) > _NAMED:
                statements.append(Statement("files-more", {"count": len(paths) - _NAMED}, ids))
    sealed = _of(facts, "journal.sealed")
    if sealed is not None and sealed.reason == "digest-differs":
        statements.append(Statement("seal-departs", {}, ("journal.sealed",)))
    return Answer(Question.SAME_BYTES, Verdict.REFUTED, (*statements, *summed.statements))


def _sealed(bundle: Bundle, facts: Sequence[Fact]) -> Answer:
    sealed, files = _of(facts, "journal.sealed"), _of(facts, "seal.files")
    params = {**(sealed.params if sealed else {}), "count": files.params["count"] if files else 0}
    statements = [Statement("same-bundle", params, ("bag.manifest", "seal.files", "journal.sealed"))]
    if drafts := _drafts(bundle):
        statements.insert(0, Statement("same-drafts", {"numbers": drafts}, ("letter.token", "letter.stamp")))
    if bundle.letters:
        count: dict[str, str | int] = {"count": len(bundle.letters)}
        statements.append(
            Statement("same-letters", count, ("letter.source", "letter.stamp", "letter.recorded"))
        )
    return Answer(Question.SAME_BYTES, Verdict.SHOWN, tuple(statements))


def believed_times(bundle: Bundle) -> list[BundleTime]:
    """Timestamps that count: they hold, their authority was named, and nothing about them is for tests."""
    return [
        time for time in bundle.times if time.holds and time.named and not time.is_test and not bundle.is_test
    ]


def stamped_at(time: BundleTime, bundle: Bundle) -> Statement:
    """What one timestamp says, by whether the reader has named its authority and whether it is a test."""
    params: dict[str, str | int] = {
        "authority": time.authority,
        "seconds": int(time.at.timestamp()),
        "last": time.size - 1,
    }
    ids = ("time.token", "time.imprint", "time.checkpoint", "time.authority")
    if time.is_test or bundle.is_test:
        return Statement("when-timestamp-test", params, ids)
    return Statement("when-timestamp" if time.named else "when-timestamp-unnamed", params, ids)


def _letter_dated(number: str, index: int, believed: Sequence[BundleTime]) -> list[Statement]:
    """The earliest independent time by which an entry stood in the journal."""
    over = [time for time in believed if time.size > index]
    if not over:
        return []
    first = min(over, key=lambda time: time.at)
    params: dict[str, str | int] = {
        "number": number,
        "authority": first.authority,
        "seconds": int(first.at.timestamp()),
    }
    return [Statement("when-letter-dated", params, ("time.token", "journal.proof"))]


def _whole_dated(index: int, believed: Sequence[BundleTime]) -> list[Statement]:
    """The earliest independent time by which the seal stood in the journal, and with it every file."""
    first = min((time for time in believed if time.size > index), key=lambda time: time.at)
    params: dict[str, str | int] = {"authority": first.authority, "seconds": int(first.at.timestamp())}
    return [Statement("when-whole-dated", params, ("time.token", "journal.sealed"))]


def _witnessed(bundle: Bundle, facts: Sequence[Fact], believed: Sequence[BundleTime]) -> list[Statement]:
    """Which entries nobody but the sender vouches for: up to where timestamps and letters given beside reach."""
    checkpoint = bundle.journal.checkpoint
    if checkpoint is None:
        return []
    letters = [int(fact.params["size"]) for fact in facts if fact.id == "journal.witness"]
    reach = max([0, *letters, *(time.size for time in believed)])
    if reach >= checkpoint.size:
        return []
    params: dict[str, str | int] = {"first": reach, "last": checkpoint.size - 1}
    return [Statement("when-unwitnessed", params, ("journal.checkpoint",))]


def _dated(bundle: Bundle, facts: Sequence[Fact]) -> Answer:
    statements: list[Statement] = []
    believed = believed_times(bundle)
    checkpoint = bundle.journal.checkpoint
    for path, entry in bundle.recorded.items():
        token = bundle.letters[path].token
        if token is not None:
            issued: dict[str, str | int] = {"number": token.number.key, "seconds": token.issued_at}
            statements.append(Statement("when-issued", issued, ("letter.signature",)))
            params: dict[str, str | int] = {
                "number": token.number.key,
                "at": entry.at,
                "index": entry.index,
            }
            statements.append(Statement("when-entry", params, ("journal.proof",)))
            statements += _letter_dated(token.number.key, entry.index, believed)
            statements.append(
                Statement(
                    "when-witness",
                    {
                        "number": token.number.key,
                        "size": token.checkpoint_size,
                        "root": token.checkpoint_root.hex(),
                    },
                    ("letter.checkpoint",),
                )
            )
    held = [time for time in bundle.times if time.holds]
    statements += [stamped_at(time, bundle) for time in held] or [Statement("when-no-timestamp")]
    statements += _witnessed(bundle, facts, believed)
    if checkpoint is not None:
        whole: dict[str, str | int] = {"size": checkpoint.size, "root": checkpoint.root.hex()}
        statements.append(Statement("when-checkpoint", whole, ("journal.checkpoint",)))
    for fact in bundle.facts:
        if fact.id == "journal.order":
            statements.append(Statement("when-clock-back", fact.params, ("journal.order",)))
    # The entry that seals the bundle is the only one that speaks of all its files, exhibits among them.
    seal = bundle.journal.bundle
    is_shown = seal is not None and any(time.size > seal.index for time in believed)
    if seal is not None and is_shown:
        statements += _whole_dated(seal.index, believed)
    elif seal is not None and believed:
        statements.append(Statement("when-seal-undated", {"index": seal.index}, ("journal.sealed",)))
    verdict = Verdict.SHOWN if is_shown else Verdict.CLAIMED
    if any(fact.id in _WHEN and fact.status is Status.FAIL for fact in facts):
        verdict = Verdict.REFUTED
        statements.insert(0, Statement("when-authority-other", {}, _WHEN))
    return Answer(Question.SINCE_WHEN, verdict, tuple(statements))


def _delivered(bundle: Bundle, facts: Sequence[Fact]) -> Answer:
    question = Question.HOW_DELIVERED
    ids = ("delivery.letter", "delivery.event", "delivery.proofs")
    broken = [fact for fact in facts if fact.id in ids and fact.status is Status.FAIL]
    if broken:
        statement = Statement("delivery-broken", {"count": len(broken)}, _ids(broken, Status.FAIL))
        return Answer(question, Verdict.REFUTED, (statement,))
    if not bundle.deliveries:
        return Answer(question, Verdict.OPEN, (Statement("delivery-none"),))
    statements: list[Statement] = []
    for delivery in bundle.deliveries:
        params: dict[str, str | int] = {
            "number": delivery.number,
            "channel": delivery.channel,
            "outcome": delivery.outcome,
            "at": delivery.at,
            "witness": delivery.witness,
            "grade": delivery.grade,
            "proofs": delivery.proofs,
        }
        statements.append(Statement("delivery-recorded", params, ids))
        if delivery.witness in ("nobody", "recipient-device"):  # the sender could have made that key
            statements.append(Statement("delivery-nobody", {"number": delivery.number}, ids))
        elif not delivery.proofs:
            statements.append(Statement("delivery-no-proof", {"number": delivery.number}, ids))
    verdict = Verdict.CLAIMED if not failed_ids(facts) else Verdict.REFUTED
    if verdict is Verdict.REFUTED:
        statements.insert(0, refuted(question, facts).statements[0])
    return Answer(question, verdict, tuple(statements))


def always(
    facts: Sequence[Fact],
    trust_id: str,
    times: Sequence[BundleTime] = (),
    believed: Sequence[BundleTime] = (),
) -> list[Statement]:
    """What no check of this room can ever show."""
    trust = _of(facts, trust_id)
    time = [Statement("not-time-named" if any(one.holds for one in times) else "not-timestamped")]
    if believed:
        time = [
            Statement("not-dated-after", {"last": max(one.size for one in believed) - 1}),
            Statement("not-revoked"),
        ]
    statements = [Statement("not-true"), *time, Statement("not-legal")]
    if trust is None or trust.status is not Status.PASS:
        statements.append(Statement("not-whose-key"))
    return statements
