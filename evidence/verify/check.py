"""A check of any number of things at once: each by itself, and each held against the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.model.report import Fact, Report, Status, Subject
from evidence.verify.bagit import PlainBag
from evidence.verify.bundle import Bundle, bundle_trust
from evidence.verify.given import IMAGE_HEADS, Given, Item, inside_bundle, take, unreadable
from evidence.verify.keys import PublicKey, TrustAnchor, trust_fact
from evidence.verify.letter import Letter, check_letter
from evidence.verify.limits import LETTER_BYTES
from evidence.verify.log import ISSUE, Log, LoneProof, check_proof, issue_entry, log_times
from evidence.verify.policy import bundle_subject, letter_subject, qr_subject
from evidence.verify.policy_bag import bag_subject
from evidence.verify.policy_log import log_subject
from evidence.verify.qr import check_qr, qr_texts_of_image
from evidence.verify.refused import Refused
from evidence.verify.related import Growth, Head, confirmed, heads_of, read_growths, relate
from evidence.verify.stated import stated
from evidence.verify.timechain import TimeAnchor
from evidence.verify.timefacts import time_trust
from evidence.verify.token import Token, looks_like_qr_text, parse_qr_text, restored_qr_text
from evidence.verify.witness import compare, compare_bundles, compare_letters, witnesses


def parse_trust(values: Sequence[str | Path]) -> tuple[TrustAnchor, ...]:
    """Anchors from ``--trust``: key files, key sets or fingerprints; raises with *all* problems."""
    anchors: list[TrustAnchor] = []
    problems: list[Problem] = []
    for value in values:
        try:
            anchors += TrustAnchor.several(value)
        except EvidenceError as error:
            problems.extend(error.problems)
    if problems:
        raise EvidenceError(problems)
    return tuple(anchors)


def parse_trust_tsa(paths: Sequence[str | Path]) -> tuple[TimeAnchor, ...]:
    """Authorities from ``--trust-tsa``: files of CA certificates, or policy files; raises with *all* problems."""
    anchors: list[TimeAnchor] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            anchors += TimeAnchor.several(Path(path))
        except EvidenceError as error:
            problems.extend(error.problems)
    if problems:
        raise EvidenceError(problems)
    return tuple(anchors)


def verify_paths(
    paths: Sequence[Path | str],
    *,
    trust: Sequence[TrustAnchor] = (),
    trust_tsa: Sequence[TimeAnchor] = (),
    lang: str = "en",
    limited: bool = False,
    fast: bool = False,
) -> Report:
    """Check letters, bundles (folder or zip), journals, proofs, QR texts, photographs of pages, and folders of them.

    A BagIt bag that is no bundle of this toolkit is checked by that standard alone.

    Each argument becomes at least one subject of the report, or belongs to another: a disclosure file to its letter, an
    entry to its proof, timestamps to their journal. Arguments that are no evidence files are listed in
    ``Report.problems`` and make the report not ok; where *none* of them is one, ``EvidenceError`` is raised with all the
    problems (``verify.unknown-format``, ``verify.pdf-unstamped``, ``verify.part-of-bundle``, ``verify.docx-alone``,
    ``general.file-missing`` …). What is given side by side is compared: QR texts with letters, letters with letters,
    journals and bundles, bundles with bundles. ``lang`` is only kept for whoever puts the report into words. ``limited``:
    letters that stand by themselves are read in a process of its own, under limits of time and memory; for files from
    strangers, as the command has it. ``fast``: of bundles and bags only names, numbers and sizes are looked at; such a
    report is never ok.
    """
    given = Given(limited=limited, fast=fast)
    problems: list[Problem] = []
    for path in paths:
        try:
            take(path, given)
        except EvidenceError as error:
            problems.extend(error.problems)
    given.read_letters()
    keys = _keys(given, trust)
    given.items = [
        (name, check_proof(item, given.entries, keys) if isinstance(item, LoneProof) else item)
        for name, item in given.items
    ]
    growths, bad = read_growths(given.growths)
    problems += [_alone("verify.growth-form", name) for name, _refused in bad]
    used = {part for log in given.logs.values() for part in log_times(log, given.stamps)}
    problems += _left_over(given, growths, used)
    if not given.items:
        raise EvidenceError(problems or [Problem("verify.nothing-given")])
    beside = {name: _beside(name, letter, given) for name, letter in given.letters.items()}
    context = _Context(
        given, trust, trust_tsa, heads_of(given.letters, given.bundles.values()), growths, beside
    )
    return Report(tuple(context.subject(*item) for item in given.items), tuple(problems), lang)


def _alone(code: str, name: str, **params: str | int) -> Problem:
    """A file that has nothing to be held against; inside of a bundle its reader is sent to the whole."""
    return inside_bundle(Path(name), name, fail(code, Place(file=name), name=name, **params)).problems[0]


def _left_over(given: Given, growths: Sequence[Growth], used: set[str]) -> list[Problem]:
    """What was given to be held against something that is not there."""
    ids = {token.letter_id for token in given.tokens()}
    found = [
        _alone("verify.disclosure-alone", file.name, number=file.number)
        for file in given.disclosed
        if file.letter_id not in ids
    ]
    if not any(log.whole is None for log in given.logs.values()):
        found += [_alone("verify.entry-alone", name) for name in given.entries]
    sizes = {token.checkpoint_size for token in given.tokens()}
    found += [
        _alone("verify.growth-alone", one.name, size=one.old) for one in growths if one.old not in sizes
    ]
    return found + [_alone("verify.stamp-alone", name) for name in given.stamps if name not in used]


def _keys(given: Given, trust: Sequence[TrustAnchor]) -> list[PublicKey]:
    """Every key at hand by which a checkpoint could be signed."""
    named = [anchor.key for anchor in trust if anchor.key is not None]
    letters = [letter.key for letter in given.letters.values() if letter.key is not None]
    bundles = [
        key for one in given.bundles.values() for key in (*one.journal.keys.keys, one.key) if key is not None
    ]
    return list(dict.fromkeys([*named, *letters, *bundles]))


def _beside(name: str, letter: Letter, given: Given) -> list[Fact]:
    """A letter against everything that holds a part of its journal, and against letters of its number."""
    return [
        *compare(name, letter, given.bundles),
        *issue_entry(name, letter, given.logs),
        *compare_letters(name, letter, given.letters),
    ]


class _Context:
    """What every subject is held against."""

    def __init__(
        self,
        given: Given,
        trust: Sequence[TrustAnchor],
        trust_tsa: Sequence[TimeAnchor],
        heads: Sequence[Head],
        growths: Sequence[Growth],
        beside: Mapping[str, Sequence[Fact]],
    ) -> None:
        self.given, self.trust, self.trust_tsa = given, trust, trust_tsa
        self.heads, self.growths, self.beside = heads, growths, beside
        self.tied = confirmed(beside)

    def subject(self, name: str, thing: Item) -> Subject:
        if isinstance(thing, Letter):
            return self._letter(name, thing)
        if isinstance(thing, Bundle):
            return self._bundle(name, thing)
        if isinstance(thing, PlainBag):
            return bag_subject(thing, self.trust)
        facts, token = check_qr(str(thing), Place(file=name), self.trust, self.given.letters)
        said = [*facts, *stated(token, self.given.disclosed, Place(file=name))]
        return qr_subject(name, said, token, pictured=name in self.given.pictures)

    def _letter(self, name: str, letter: Letter) -> Subject:
        where = Place(file=name)
        signer = [trust_fact("letter.trust", letter.key, self.trust, where)] if letter.key else []
        opened = stated(letter.token, self.given.disclosed, where)
        others = relate(name, letter, self.heads, self.growths, self.tied)
        beside = self.beside[name]
        recorded = {
            fact.params["bundle"] for fact in beside if fact.id == ISSUE and fact.status is Status.PASS
        }
        is_test = any(log.is_test for title, log in self.given.logs.items() if title in recorded)
        return letter_subject(name, letter, [*opened, *beside, *others, *signer], is_test=is_test)

    def _bundle(self, name: str, bundle: Bundle) -> Subject:
        given = self.given
        container = [given.archives[name]] if name in given.archives else []
        beside = compare_bundles(name, bundle, given.bundles)
        held = [*witnesses(bundle, given.letters), *time_trust(bundle.times, self.trust_tsa, name)]
        extra = [*container, *beside, *held, *bundle_trust(bundle, self.trust)]
        return log_subject(bundle, extra) if isinstance(bundle, Log) else bundle_subject(bundle, extra)


def describe_token(text_or_pdf: Path | str) -> Mapping[str, object]:
    """What a token says, without judging it: for ``--show-token``. Times are UTC, digests hex, lengths bytes.

    Takes a QR text, a stamped letter, or a photograph of its first page; raises ``verify.no-token`` where
    none can be read. Nothing in the result says that the signature holds.
    """
    name = str(text_or_pdf)
    if looks_like_qr_text(name):
        return _described(restored_qr_text(name), name)
    path = Path(text_or_pdf)
    try:
        with path.open("rb") as file:
            data = file.read(LETTER_BYTES + 1)
    except OSError as error:
        raise unreadable(name, error) from None
    if data.startswith(IMAGE_HEADS):
        return _described(qr_texts_of_image(data, name)[0][1], name)
    letter = check_letter(data, Place(file=name))
    if letter.token is None:
        raise fail("verify.no-token", Place(file=name), name=name)
    return _token(letter.token)


def _described(text: str, name: str) -> Mapping[str, object]:
    try:
        return _token(parse_qr_text(text))
    except Refused:
        raise fail("verify.no-token", Place(file=name), name=name) from None


def _token(token: Token) -> dict[str, object]:
    return {
        "number": token.number.key,
        "profile": token.profile,
        "issued_at": utc(token.issued_at),
        "length": token.source_length,
        "sha256": token.source_sha256.hex(),
        "facts_root": token.facts_root.hex(),
        "letter_id": token.letter_id.hex(),
        "short_code": token.short_code,
        "checkpoint_size": token.checkpoint_size,
        "checkpoint_root": token.checkpoint_root.hex(),
        "kid": token.kid.hex(),
        "host": token.host,
        "token_bytes": len(token.raw),
        "token_sha256": token.sha256,
    }


def utc(seconds: int) -> str:
    """``2026-11-21T02:00:00Z``; a number of seconds beyond the calendar stays a number."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return f"{seconds} s"
