"""Timestamps in a bundle: what they let a reader conclude, and how each way of bending them is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from authority import PURPOSE, Pair, forged, make_pair
from builder import Case, checkpoint, proof, retag, sha, stamped_letter, write_folder

from evidence.model.report import Question, Report, Status, Verdict
from evidence.verify import parse_trust_tsa, render_text, verify_paths
from evidence.verify.timetoken import token_of_response

AT = datetime(2026, 11, 24, 1, 0, 5, tzinfo=UTC)
CA = make_pair("样例组织/样例CA", ca=True)
TSA = make_pair("样例组织/样例时间机构", CA, purpose=PURPOSE)
TESTER = make_pair("TEST 时间机构", CA, purpose=PURPOSE)
OTHER_CA = make_pair("别的组织/别的CA", ca=True)
OTHER = make_pair("别的组织/别的时间机构", OTHER_CA, purpose=PURPOSE)


class Stamped(Case):
    """A case with timestamps: each is an entry, and two files of the bundle."""

    def stamp(
        self,
        signer: Pair = TSA,
        *,
        name: str = "tsa1",
        size: int = 0,
        test: bool = False,
        certificates: list[bytes] | None = None,
        at: datetime = AT,
        bent: dict[str, object] | None = None,
    ) -> int:
        """Stamp the present head; ``bent`` changes the entry. The index of the entry."""
        size = size or len(self.entries)
        note = checkpoint(self.key, self.origin, size, self.root(size))
        given = certificates or [signer.der, CA.der]
        token = token_of_response(forged(signer, note, certificates=given, at=at))
        data = {
            "authority": name, "covers": "checkpoint", "size": size, "root": self.root(size).hex(),
            "stamped": sha(note).hex(), "algorithm": "sha256", "token": sha(token).hex(),
            "at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "test": test, **(bent or {}),
        }  # fmt: skip
        index = self.entry("time.anchored", data, at="2026-11-24T01:00:10Z")
        self.sizes.add(size)
        self.tokens = {**getattr(self, "tokens", {}), index: (note, token)}
        return index

    def files(self) -> dict[str, bytes]:
        files = super().files()
        for index, (note, token) in getattr(self, "tokens", {}).items():
            files[f"journal/time-{index:06d}.note"] = note
            files[f"journal/time-{index:06d}.tst"] = token
        retag(files)
        return files


def sealed_and_stamped(signer: Pair = TSA, **stamp: object) -> dict[str, bytes]:
    """The same, and the seal stamped as well: what a bundle packed again after `evidence anchor` holds."""
    made = case()
    files = made.files()  # its last entry seals the bundle
    made.stamp(signer, name="tsa2", **stamp)  # type: ignore[arg-type]
    made.prove(files, made.shown[-1] - 1)
    for index, (note, token) in made.tokens.items():
        files[f"journal/time-{index:06d}.note"] = note
        files[f"journal/time-{index:06d}.tst"] = token
    retag(files)
    return files


def case(**stamp: object) -> Stamped:
    """A letter, delivered, then stamped."""
    made = Stamped()
    made.open()
    made.delivery(made.letter())
    made.stamp(**stamp)  # type: ignore[arg-type]
    return made


def check(folder: Path, files: dict[str, bytes], *named: Pair) -> Report:
    root = write_folder(folder / "bundle", files)
    paths = []
    for number, pair in enumerate(named):
        paths.append(folder / f"{number}.pem")
        paths[-1].write_bytes(pair.pem)
    return verify_paths([root], trust_tsa=parse_trust_tsa(paths))


def when(report: Report) -> tuple[Verdict, dict[str, dict[str, object]]]:
    answer = report.subjects[0].answer(Question.SINCE_WHEN)
    return answer.verdict, {s.code: dict(s.params) for s in answer.statements}


def failures(report: Report) -> set[str]:
    return {f"{fact.id} {fact.reason}" for fact in report.failures}


def test_a_stamped_seal_shows_since_when(tmp_path: Path) -> None:
    later = datetime(2026, 11, 26, 1, 0, 5, tzinfo=UTC)
    report = check(tmp_path, sealed_and_stamped(at=later), CA)
    assert report.ok, failures(report)
    verdict, told = when(report)
    assert verdict is Verdict.SHOWN
    assert told["when-whole-dated"]["seconds"] == int(later.timestamp())
    assert told["when-letter-dated"]["seconds"] == int(AT.timestamp()), (
        "the letter is dated by the earlier one"
    )
    assert told["when-unwitnessed"] == {"first": 8, "last": 8}
    assert when(check(tmp_path / "nobody", sealed_and_stamped(at=later)))[0] is Verdict.CLAIMED
    assert when(check(tmp_path / "test", sealed_and_stamped(TESTER, at=later), CA))[0] is Verdict.CLAIMED


def test_a_named_authority_dates_what_the_journal_held(tmp_path: Path) -> None:
    """Entries 0 to 5 are under the timestamp: 0 opens, 4 issues the letter, 5 delivers it; 7 seals the bundle."""
    report = check(tmp_path, case().files(), CA)
    assert report.ok, failures(report)
    verdict, told = when(report)
    assert verdict is Verdict.CLAIMED, "exhibits stand in the seal alone"
    assert told["when-seal-undated"] == {"index": 7}
    seconds = int(AT.timestamp())
    assert told["when-timestamp"] == {"authority": "样例时间机构, 样例组织", "seconds": seconds, "last": 5}
    assert told["when-letter-dated"]["number"] == "2-2026-0001"
    assert told["when-unwitnessed"] == {"first": 6, "last": 7}, "the timestamp's own entry, and the bundle's"
    assert "when-no-timestamp" not in told
    not_shown = {statement.code for statement in report.subjects[0].not_shown}
    assert not_shown >= {"not-dated-after", "not-revoked"}
    assert "not-timestamped" not in not_shown


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            "Independent time: 样例时间机构, 样例组织 stamped the journal at 2026-11-24 09:00:05 Beijing time",
        ),
        ("zh", "独立时间：样例时间机构, 样例组织于北京时间 2026-11-24 09:00:05"),
        ("zh-Hant", "獨立時間：样例时间机构, 样例组织於北京時間 2026-11-24 09:00:05"),
    ],
)
def test_the_report_says_it_in_the_readers_language(tmp_path: Path, lang: str, words: str) -> None:
    assert words in render_text(check(tmp_path, case().files(), CA), lang)


def test_an_authority_nobody_named_is_attested_and_never_shown(tmp_path: Path) -> None:
    report = check(tmp_path, case().files())
    assert report.ok
    verdict, told = when(report)
    assert verdict is Verdict.CLAIMED
    assert told["when-timestamp-unnamed"]["authority"] == "样例时间机构, 样例组织"
    assert told["when-unwitnessed"] == {"first": 0, "last": 7}
    assert "when-letter-dated" not in told
    fact = next(fact for fact in report.facts if fact.id == "time.authority")
    assert (fact.status, fact.reason) == (Status.UNKNOWN, "ts-unnamed")


@pytest.mark.parametrize(
    "stamp", [{"test": True}, {"signer": TESTER}], ids=["the entry says so", "the certificate says so"]
)
def test_an_authority_for_tests_shows_nothing(tmp_path: Path, stamp: dict[str, object]) -> None:
    verdict, told = when(check(tmp_path, case(**stamp).files(), CA))
    assert verdict is Verdict.CLAIMED
    assert "when-timestamp-test" in told
    assert told["when-unwitnessed"]["first"] == 0


def test_a_journal_for_tests_shows_nothing(tmp_path: Path) -> None:
    made = Stamped(origin="evidence.local/TEST/sample")
    made.open()
    made.letter()
    made.stamp()
    verdict, told = when(check(tmp_path, made.files(), CA))
    assert (verdict, "when-timestamp-test" in told) == (Verdict.CLAIMED, True)


def test_what_came_after_the_timestamp_is_only_claimed(tmp_path: Path) -> None:
    made = Stamped()
    made.open()
    number = made.letter()
    made.stamp()
    made.delivery(number)
    verdict, told = when(check(tmp_path, made.files(), CA))
    assert verdict is Verdict.CLAIMED, "the delivery is not under it"
    assert told["when-timestamp"]["last"] == 4
    assert told["when-letter-dated"]["number"] == number, "the letter is"
    assert told["when-unwitnessed"] == {"first": 5, "last": 7}


def test_the_earliest_of_several_authorities_dates_a_letter(tmp_path: Path) -> None:
    made = Stamped()
    made.open()
    made.letter()
    made.stamp(OTHER, name="tsa2", certificates=[OTHER.der], at=datetime(2026, 11, 24, 0, 0, 9, tzinfo=UTC))
    made.stamp()
    both = check(tmp_path, made.files(), CA, OTHER_CA)
    assert when(both)[1]["when-letter-dated"]["authority"] == "别的时间机构, 别的组织"
    one = check(tmp_path / "one", made.files(), CA)
    assert one.ok, "a second authority that nobody named is no failure beside one that is"
    assert when(one)[1]["when-letter-dated"]["authority"] == "样例时间机构, 样例组织"


def test_a_letter_given_beside_is_a_witness(tmp_path: Path) -> None:
    """The recipient's own copy: what it knew is witnessed, whatever the sender did since."""
    made = Stamped()
    made.open()
    made.letter()
    files = made.files()
    letter = tmp_path / "received.pdf"
    letter.write_bytes(files["data/originals/01-催告函.pdf"])
    root = write_folder(tmp_path / "bundle", files)
    report = verify_paths([letter, root])
    answer = report.subjects[1].answer(Question.SINCE_WHEN)
    params = next(s.params for s in answer.statements if s.code == "when-unwitnessed")
    assert params == {"first": 4, "last": 5}
    stranger = tmp_path / "stranger.pdf"
    stranger.write_bytes(stamped_letter(seed=2))
    answer = verify_paths([stranger, root]).subjects[1].answer(Question.SINCE_WHEN)
    assert next(s.params for s in answer.statements if s.code == "when-unwitnessed")["first"] == 0


# The reader named somebody else.


def test_none_of_the_named_authorities(tmp_path: Path) -> None:
    report = check(tmp_path, case().files(), OTHER_CA)
    assert not report.ok
    assert failures(report) == {"time.authority ts-other"}
    verdict, told = when(report)
    assert (verdict, "when-authority-other" in told) == (Verdict.REFUTED, True)
    assert report.subjects[0].answer(Question.SAME_BYTES).verdict is Verdict.SHOWN, (
        "only the time is in doubt"
    )


def test_a_certificate_on_the_way_that_had_ended(tmp_path: Path) -> None:
    ended = make_pair("样例组织/中间", CA, ca=True, last=datetime(2025, 1, 1, tzinfo=UTC))
    tsa = make_pair("样例组织/机构", ended, purpose=PURPOSE)
    report = check(tmp_path, case(signer=tsa, certificates=[tsa.der, ended.der]).files(), CA)
    assert failures(report) == {"time.authority ts-expired"}


# Somebody bends the files, and writes the tag manifest anew.

Bend = Callable[[dict[str, bytes]], None]
NOTE, TOKEN = "journal/time-000006.note", "journal/time-000006.tst"


def swap_token(files: dict[str, bytes]) -> None:
    """Another good token, of the same authority, over the same note, a day earlier."""
    early = forged(
        TSA, files[NOTE], certificates=[TSA.der, CA.der], at=datetime(2026, 11, 23, 1, 0, 5, tzinfo=UTC)
    )
    files[TOKEN] = token_of_response(early)


def swap_note(files: dict[str, bytes]) -> None:
    """A note of the same key over another tree, with a token over it."""
    made = Case()
    files[NOTE] = checkpoint(made.key, made.origin, 6, sha(b"other"))
    files[TOKEN] = token_of_response(forged(TSA, files[NOTE], certificates=[TSA.der, CA.der], at=AT))


def note_without_key(files: dict[str, bytes]) -> None:
    other = Case(origin="evidence.local/other")
    files[NOTE] = checkpoint(other.key, other.origin, 6, sha(b"other"))


def flip(path: str, position: int) -> Bend:
    def bend(files: dict[str, bytes]) -> None:
        data = bytearray(files[path])
        data[position] ^= 1
        files[path] = bytes(data)

    return bend


def drop(*paths: str) -> Bend:
    def bend(files: dict[str, bytes]) -> None:
        for path in paths:
            del files[path]

    return bend


@pytest.mark.parametrize(
    ("bend", "expected"),
    [
        (swap_token, "time.entry entry-differs"),
        (swap_note, "time.checkpoint checkpoint-rewritten"),
        (note_without_key, "time.checkpoint time-origin"),
        (flip(TOKEN, -1), "time.token ts-signature"),
        (flip(TOKEN, 0), "time.token ts-form"),
        (flip(NOTE, 5), "time.checkpoint checkpoint-origin"),
        (flip(NOTE, 25), "time.checkpoint checkpoint-signature"),
        (drop(TOKEN), "time.token file-missing"),
        (drop(NOTE), "time.checkpoint file-missing"),
        (drop(NOTE, TOKEN), "time.entry time-absent"),
        (drop("journal/000006.json", "journal/000006.proof"), "time.entry time-unrecorded"),
    ],
    ids=[
        "earlier token", "other tree", "other journal", "signature", "form", "origin", "size", "no token", "no note",
        "neither", "no entry",
    ],
)  # fmt: skip
def test_a_bent_timestamp_is_named(tmp_path: Path, bend: Bend, expected: str) -> None:
    files = case().files()
    bend(files)
    retag(files)
    report = check(tmp_path, files, CA)
    assert expected in failures(report)
    assert when(report)[0] is Verdict.REFUTED


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"at": "2026-11-23T01:00:05Z"}, "time.entry entry-differs"),
        ({"covers": "renewal"}, "time.entry entry-differs"),
        ({"algorithm": "sm3"}, "time.entry entry-differs"),
        ({"size": 5}, "time.entry entry-differs"),
        ({"algorithm": "md5"}, "journal.entry entry-value"),
        ({"covers": "letter"}, "journal.entry entry-value"),
        ({"note": "x"}, "journal.entry entry-data"),
    ],
)
def test_an_entry_that_says_otherwise_is_named(
    tmp_path: Path, changes: dict[str, object], expected: str
) -> None:
    assert expected in failures(check(tmp_path, case(bent=changes).files(), CA))


def test_a_timestamp_in_another_journals_bundle_is_refused(tmp_path: Path) -> None:
    """The operator copies an old token into a journal written anew: the tree under it is another one."""
    honest = case()
    forgery = Stamped()
    forgery.open()
    forgery.letter()
    forgery.entry("run.completed", {"run": "R7", "issued": 3, "voided": 0})
    index = len(forgery.entries)
    note, token = honest.tokens[6]
    forgery.entry("time.anchored", {
        "authority": "tsa1", "covers": "checkpoint", "size": 6, "root": forgery.root(6).hex(),
        "stamped": sha(note).hex(), "algorithm": "sha256", "token": sha(token).hex(), "at": f"{AT:%Y-%m-%dT%H:%M:%SZ}",
        "test": False,
    })  # fmt: skip
    forgery.tokens = {index: (note, token)}
    forgery.sizes.add(6)
    found = failures(check(tmp_path, forgery.files(), CA))
    assert found & {"time.checkpoint checkpoint-rewritten", "journal.consistency consistency-wrong"}
    assert "time.entry entry-differs" in found


def test_a_checkpoint_that_no_proof_links_is_refused(tmp_path: Path) -> None:
    """Stamped amid entries that the bundle does not show, so that nothing gives the root of that day away."""
    made = Stamped()
    made.open()
    made.letter()
    for number in range(4):
        made.entry("run.completed", {"run": f"S{number}", "issued": 1, "voided": 0}, show=False)
    index = made.stamp(size=7)
    made.entry("run.completed", {"run": "S5", "issued": 1, "voided": 0}, show=False)
    files = made.files()
    assert check(tmp_path / "whole", files, CA).ok
    del files["journal/consistency-7.proof"]
    retag(files)
    assert index == 9
    assert failures(check(tmp_path / "part", files, CA)) == {"time.checkpoint time-unlinked"}


def test_a_stray_file_beside_the_timestamps_is_told(tmp_path: Path) -> None:
    files = case().files()
    files["journal/time-6.tst"] = files[TOKEN]
    retag(files)
    assert "bundle.required file-extra" in failures(check(tmp_path, files, CA))


def test_a_timestamp_recorded_before_what_it_covers_is_refused(tmp_path: Path) -> None:
    """An entry inside the very checkpoint it says was stamped: no order of events gives that."""
    made = Stamped()
    made.open()
    made.letter()
    index = made.stamp()
    note = checkpoint(made.key, made.origin, index + 1, made.root(index + 1))
    made.tokens = {index: (note, token_of_response(forged(TSA, note, certificates=[TSA.der, CA.der], at=AT)))}
    made.sizes.add(index + 1)
    assert "time.entry entry-differs" in failures(check(tmp_path, made.files(), CA))


def test_a_proof_of_the_builder_is_what_it_says() -> None:
    """The helper above must not pass by leaving something out."""
    files = case().files()
    assert {NOTE, TOKEN, "journal/000006.json", "journal/consistency-6.proof"} <= set(files)
    assert proof(6, case().entries, b"")[:5] == b"c2sp."
