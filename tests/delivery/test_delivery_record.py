"""Recording an event: all its faults at once, and warnings for what it is not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from delivery_material import (
    AT,
    ISSUED,
    LETTER,
    MP4,
    NOW,
    PDF,
    SLIP,
    deliver,
    event,
    photo,
    refused,
    warnings,
)
from hypothesis import given
from hypothesis import strategies as st

from evidence.delivery import event_from_json, event_json, make_event, sniff
from evidence.delivery import files as proof_files
from evidence.errors import EvidenceError, ExitCode
from evidence.journal.canonical import dumps, loads
from evidence.model.delivery import Channel, Outcome


def test_a_sound_event_is_kept_as_it_was_stated() -> None:
    made, found = deliver(
        channel="ems",
        tracking=" 1234567890123 ",
        signer="样本丙",
        relation="self",
        place="样本小区1栋2单元301",
        note="第一行\n第二行",
        proofs=[SLIP, ("查询页.pdf", PDF)],
    )
    assert found == ()
    assert (made.letter, made.channel, made.outcome) == (LETTER, Channel.EMS, Outcome.DELIVERED)
    assert (made.at.isoformat(), made.recorded_at) == ("2026-11-25T10:30:00+08:00", NOW)
    assert (made.tracking, made.note) == ("1234567890123", "第一行\n第二行")
    slip, page = made.proofs
    assert (slip.name, slip.media_type, slip.size) == ("回单.jpg", "image/jpeg", len(SLIP[1]))
    assert (page.media_type, len(page.sha256), len(page.sm3)) == ("application/pdf", 64, 64)


def test_all_faults_are_reported_at_once() -> None:
    assert refused(
        channel="pigeon",
        outcome="lost",
        relation="cat",
        at="yesterday",
        signer="a\x00",
        note="x" * 2001,
        proofs=[("leer.jpg", b""), ("../x.png", photo("PNG")), ("t.txt", b"text")],
    ) == [
        "channel-unknown",
        "outcome-unknown",
        "relation-unknown",
        "time-unreadable",
        "text-unreadable",
        "text-long",
        "proof-empty",
        "proof-name",
        "proof-type",
    ]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (AT, []),
        ("2026-11-21T10:00:00+08:00", []),  # the moment of issue itself
        ("2026-11-21T02:00:00Z", []),
        ("2026-11-21T10:00+08:00", []),
        ("2026-12-01T09:00:00+08:00", []),  # now
        ("2026-11-21T09:59:59+08:00", ["time-before-letter"]),
        ("2026-11-21T10:00:00+09:00", ["time-before-letter"]),
        ("2026-12-01T09:00:01+08:00", ["time-future"]),
        ("2026-12-01T09:00:00+07:00", ["time-future"]),
        ("2026-11-25T10:30", ["time-zone"]),
        ("2026-11-25", ["time-zone"]),
        ("2026-11-31T10:30+08:00", ["time-unreadable"]),
        ("", ["time-unreadable"]),
        ("\udcff", ["time-unreadable"]),
        ("0001-01-01T00:00+08:00", ["time-before-letter"]),
        ("9999-12-31T23:59-08:00", ["time-future"]),
    ],
)
def test_times(at: str, expected: list[str]) -> None:
    assert refused(at=at) == expected


@pytest.mark.parametrize("role", ["receipt", "device-receipt"])
def test_what_only_the_letters_page_states_is_no_clerks_to_say(role: str) -> None:
    assert refused(roles=[role]) == ["role-unknown"]


def test_parts_of_a_second_are_cut_off() -> None:
    assert event(at=datetime(2026, 11, 25, 2, 30, 0, 999_999, tzinfo=UTC)).at.microsecond == 0


@pytest.mark.parametrize("channel", ["ems", "courier"])
def test_mail_needs_a_number_or_a_file(channel: str) -> None:
    assert refused(channel=channel, proofs=[]) == ["tracking-needed"]
    assert refused(channel=channel, proofs=[], outcome="sent") == ["tracking-needed"]
    assert refused(channel=channel, proofs=[], outcome="prepared") == []
    assert refused(channel=channel, proofs=[], tracking="1234567890123") == []
    assert refused(channel=channel, proofs=[], tracking="  ") == ["tracking-needed"]
    assert refused(channel=channel) == []


@pytest.mark.parametrize("channel", ["hand", "cohabitant", "left", "posted", "wechat", "notary"])
def test_a_number_does_not_go_with_channels_that_have_none(channel: str) -> None:
    assert refused(channel=channel, tracking="1") == ["tracking-unfit"]


def test_a_channel_takes_only_its_kinds_of_proof() -> None:
    assert refused(channel="qr", proofs=[("v.mp4", MP4)]) == ["proof-unfit"]


def test_only_a_relative_of_the_home_signs_as_one() -> None:
    assert refused(channel="cohabitant", relation="self") == ["relation-contradicts"]
    assert refused(channel="cohabitant", relation="cohabiting-adult") == []


class TestFiles:
    @pytest.mark.parametrize(
        ("data", "media_type"),
        [
            (photo("JPEG"), "image/jpeg"),
            (photo("PNG"), "image/png"),
            (photo("TIFF"), "image/tiff"),
            (photo("WEBP"), "image/webp"),
            (PDF, "application/pdf"),
            (MP4, "video/mp4"),
            (b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  ", "video/quicktime"),
            (b"\x00\x00\x00\x18ftyp3gp4\x00\x00\x00\x00", "video/3gpp"),
            (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "image/heic"),
        ],
    )
    def test_the_bytes_say_what_it_is_and_the_name_does_not(self, data: bytes, media_type: str) -> None:
        assert sniff(data) == media_type
        assert event(proofs=[("照片.txt", data)]).proofs[0].media_type == media_type

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"MZ\x90\x00", "proof-program"),
            (b"\x7fELF\x02", "proof-program"),
            (b"#!/bin/sh\n", "proof-program"),
            (b"\xcf\xfa\xed\xfe", "proof-program"),
            (b"<!DOCTYPE html>", "proof-web-page"),
            (b"\xef\xbb\xbf \n<HTML>", "proof-web-page"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "proof-web-page"),
            (b"PK\x03\x04", "proof-type"),
            (b"GIF89a", "proof-type"),
            (b"\x00\x00\x00\x18ftypXXXX", "proof-type"),
            (b" %PDF-1.7", "proof-type"),
            (b"", "proof-empty"),
            (photo("JPEG")[:20], "proof-damaged"),
            (photo("PNG")[:12], "proof-damaged"),
        ],
    )
    def test_what_is_no_proof_is_refused_by_name(self, data: bytes, code: str) -> None:
        assert refused(proofs=[("照片.jpg", data)]) == [code]

    def test_the_file_is_named(self) -> None:
        with pytest.raises(EvidenceError) as caught:
            deliver(proofs=[SLIP, ("坏.jpg", b"MZ")])
        assert caught.value.problems[0].where.file == "坏.jpg"
        assert caught.value.exit_code is ExitCode.INPUT

    @pytest.mark.parametrize(
        "name", ["", "a/b.jpg", "a\\b.jpg", "a\x00.jpg", "a\udcff.jpg", "a\u202egpj.exe", "x" * 200]
    )
    def test_names_that_cannot_be_kept(self, name: str) -> None:
        assert refused(proofs=[(name, SLIP[1])]) == ["proof-name"]

    def test_limits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(proof_files, "MAX_PROOF_BYTES", len(PDF))
        assert refused(proofs=[("a.pdf", PDF)]) == []
        assert refused(proofs=[("a.pdf", PDF + b" ")]) == ["proof-too-large"]
        assert refused(proofs=[("a.pdf", PDF)] * 51) == ["proofs-many"]

    def test_the_same_file_twice(self) -> None:
        assert refused(proofs=[SLIP, ("另名.jpg", SLIP[1])]) == ["proof-twice"]

    @given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"RIFF0000WEBP"]), st.binary())
    def test_garbage_behind_a_good_beginning_never_breaks_the_reader(self, start: bytes, rest: bytes) -> None:
        assert refused(proofs=[("a.jpg", start + rest)]) in ([], ["proof-damaged"])

    @given(st.integers(0, 400), st.integers(0, 255))
    def test_a_damaged_camera_time_never_breaks_the_reader(self, at: int, value: int) -> None:
        data = bytearray(photo(taken="2026:11:25 10:20:00", zone="+08:00"))
        data[at % len(data)] = value
        refused(proofs=[("a.jpg", bytes(data))])


class TestWarnings:
    def test_a_sound_event_has_none(self) -> None:
        assert warnings() == []

    @pytest.mark.parametrize("relation", ["guard", "front-desk", "neighbour", "minor", "locker", "other"])
    def test_a_signer_who_may_not_sign(self, relation: str) -> None:
        assert warnings(signer="样本", relation=relation) == ["signer-not-eligible"]

    def test_a_proof_of_another_letter(self) -> None:
        digest = event().proofs[0].sha256
        assert warnings(used_elsewhere={digest: "2-2026-0002"}) == ["proof-reused"]
        assert warnings(used_elsewhere={digest: LETTER}) == []
        assert warnings(used_elsewhere={"0" * 64: "2-2026-0002"}) == []

    @pytest.mark.parametrize(
        ("taken", "zone", "kept", "expected"),
        [
            ("2026:11:25 10:20:00", "", "2026-11-25T10:20:00", []),
            ("2026:11:25 10:20:00", "+08:00", "2026-11-25T10:20:00+08:00", []),
            ("2026:11:24 10:29:00", "", "2026-11-24T10:29:00", ["photo-time"]),
            ("2026:11:21 09:59:00", "", "2026-11-21T09:59:00", ["photo-older"]),
            ("2020:01:01 00:00:00", "", "2020-01-01T00:00:00", ["photo-older"]),
            ("2027:01:01 00:00:00", "-11:00", "2027-01-01T00:00:00-11:00", ["photo-time"]),
            ("0000:00:00 00:00:00", "", "", []),
            ("2026-11-25", "", "", []),
            ("", "", "", []),
        ],
    )
    def test_the_cameras_time_is_kept_and_compared_and_never_taken(
        self, taken: str, zone: str, kept: str, expected: list[str]
    ) -> None:
        made, found = deliver(proofs=[("a.jpg", photo(taken=taken, zone=zone))])
        assert made.proofs[0].taken_at == kept
        assert made.at.isoformat() == "2026-11-25T10:30:00+08:00"
        assert [problem.code.removeprefix("delivery.") for problem in found] == expected

    def test_a_number_alone_fades_after_a_year(self) -> None:
        assert warnings(channel="ems", proofs=[], tracking="1234567890123") == ["keep-tracking-page"]

    @pytest.mark.parametrize("outcome", ["refused", "returned"])
    def test_what_came_back_is_no_certain_arrival(self, outcome: str) -> None:
        found = warnings(channel="ems", outcome=outcome, tracking="1234567890123", signer="", relation="")
        assert found == ["back-doubtful"]
        assert "back-doubtful" not in warnings(outcome=outcome, signer="", relation="")

    def test_a_word_alone(self) -> None:
        assert warnings(proofs=[]) == ["no-proof"]

    @pytest.mark.parametrize("channel", ["hand", "cohabitant", "left"])
    def test_one_person_alone(self, channel: str) -> None:
        assert warnings(channel=channel, servers=("样本甲", " ")) == ["one-server"]

    def test_warnings_stop_nothing(self) -> None:
        _, found = deliver(proofs=[], servers=(), relation="guard")
        from evidence.errors import spec_of

        assert {spec_of(problem.code).exit for problem in found} == {ExitCode.DONE}


class TestEventJson:
    def test_the_bytes(self) -> None:
        made = event(channel="ems", tracking="123", proofs=[("a.pdf", PDF)], servers=(), signer="样本丙")
        assert event_json(made).decode() == (
            '{"at":"2026-11-25T10:30:00+08:00","channel":"ems","letter":"2-2026-0001","note":"",'
            '"outcome":"delivered","place":"","proofs":[{"media_type":"application/pdf","name":"a.pdf",'
            f'"sha256":"{made.proofs[0].sha256}","size":{len(PDF)},"sm3":"{made.proofs[0].sm3}","taken_at":""}}],'
            '"recorded_at":"2026-12-01T09:00:00+08:00","relation":"","servers":[],"signer":"样本丙",'
            '"tracking":"123","v":1,"witness_name":""}'
        )

    def test_it_is_read_back(self) -> None:
        for made in (event(), event(proofs=[]), event(channel="ems", tracking="1", at="2026-11-25T02:30Z")):
            assert event_from_json(event_json(made)) == made

    @pytest.mark.parametrize(
        "change",
        [
            {"v": 2},
            {"v": True},
            {"at": "2026-11-25T10:30:00"},
            {"at": "2026-11-25T10:30+08:00"},
            {"channel": "pigeon"},
            {"servers": "样本甲"},
            {"servers": [1]},
            {"note": None},
            {"extra": ""},
            {"proofs": [{}]},
            {"proofs": None},
        ],
    )
    def test_another_form_is_refused(self, change: dict[str, object]) -> None:
        value = loads(event_json(event()))
        assert isinstance(value, dict)
        with pytest.raises(EvidenceError) as caught:
            event_from_json(dumps({**value, **change}))  # type: ignore[dict-item]
        assert caught.value.problems[0].code == "delivery.event-form"


def test_a_letter_that_is_no_number_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        make_event(letter="x", issued_at=ISSUED, channel="hand", outcome="sent", at=AT, now=NOW)


def test_no_grade_or_label_depends_on_where_the_tests_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = event_json(event())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "America/New_York")
    assert event_json(event()) == before


ISSUED_LATE_IN_THE_MINUTE = datetime.fromisoformat("2026-11-21T10:00:42+08:00")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-21T10:00+08:00", []),  # `date -Iminutes` in the minute of issue
        ("2026-11-21T02:00Z", []),  # the same on a computer that runs on UTC
        ("2026-11-21T10:00:41+08:00", ["time-before-letter"]),  # with seconds it is meant to the second
        ("2026-11-21T09:59+08:00", ["time-before-letter"]),
    ],
)
def test_a_time_without_seconds_is_compared_to_the_minute(at: str, expected: list[str]) -> None:
    assert refused(at=at, issued_at=ISSUED_LATE_IN_THE_MINUTE) == expected


def test_both_times_are_told_in_one_zone() -> None:
    with pytest.raises(EvidenceError) as caught:
        deliver(at="2026-11-21T01:59:00Z")
    (problem,) = caught.value.problems
    assert (problem.params["at"], problem.params["issued"]) == (
        "2026-11-21T09:59:00+08:00",
        "2026-11-21T10:00:00+08:00",
    )
