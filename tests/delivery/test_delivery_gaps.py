"""What a court will ask, channel by channel: whatever one thing is missing is told by name, whichever it is.

The cases are generated from the law pack: for every channel and every way an attempt on it can end, a complete record is
built, then each required thing is taken out of it in turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count

import pytest

from evidence.delivery import channel_label, event_json
from evidence.delivery.gaps import Attempt, Beside, attempts
from evidence.law.service import Ask, load_service
from evidence.model.delivery import Channel, DeliveryEvent, Outcome, Proof, ProofRole

PACK = load_service("cn")
POSTED = datetime.fromisoformat("2026-11-24T09:00:00+08:00")
ENDED = POSTED + timedelta(days=2)
WAYBILL = "1234567890123"
OWN = "样本号码"
COMPLETE = Beside(
    slip_named=lambda number: number in (WAYBILL, ""),
    addresses={kind: frozenset({OWN}) for kind in ("mobile", "wechat", "email")},
)
_SERIAL = count(1)


def proof(role: ProofRole | None) -> Proof:
    return Proof(f"{role or '未注明'}.jpg", "image/jpeg", 9, f"{next(_SERIAL):064x}", "0" * 64, role=role)


def complete(channel: Channel, outcome: Outcome) -> list[DeliveryEvent]:
    """An attempt with everything: a first step, and an end with a file for each kind of proof the pack knows."""
    asked = {need for ask in PACK.asks if channel.value in ask.channels for need in ask.needs}
    roles = [ProofRole(need.partition(":")[2]) for need in sorted(asked) if need.startswith("proof:")]
    has_number = any(need.endswith(":tracking") for need in asked)
    first = DeliveryEvent(
        "2-2026-0001",
        channel,
        Outcome.SENT,
        POSTED,
        ENDED,
        tracking=WAYBILL if has_number else "",
        sent_to=OWN,
    )
    end = replace(
        first,
        outcome=outcome,
        at=ENDED,
        place="样本小区1栋1单元101",
        servers=("样本甲", "样本乙"),
        signer="样本丙" if outcome is Outcome.DELIVERED else "",
        relation="self" if outcome is Outcome.DELIVERED else "",
        witness_name="样本居委会 样本丁",
        reason="样本：收件人拒绝签收",
        proofs=tuple(proof(role) for role in roles),
    )
    return [first, end]


CASES = [(channel, Outcome(outcome)) for channel in Channel for outcome in sorted(PACK.closes[channel.value])]


def of(events: list[DeliveryEvent], beside: Beside = COMPLETE) -> Attempt:
    (found,) = attempts(events, PACK, beside)
    return found


def asked(channel: Channel, outcome: Outcome) -> Iterator[Ask]:
    for ask in PACK.asks:
        if (
            ask.required
            and channel.value in ask.channels
            and (not ask.outcomes or outcome.value in ask.outcomes)
        ):
            yield ask


def without(ask: Ask, events: list[DeliveryEvent]) -> tuple[list[DeliveryEvent], Beside]:
    """The record without anything that would satisfy ``ask``."""
    beside = COMPLETE
    for need in ask.needs:
        kind, _, what = need.partition(":")
        match kind:
            case "field":
                events = [replace(event, **{what: ""}) for event in events]
            case "servers":
                events = [replace(event, servers=event.servers[:1]) for event in events]
            case "signer":
                events = [replace(e, relation="guard" if e.relation else "") for e in events]
            case "proof":
                events = [replace(e, proofs=tuple(p for p in e.proofs if p.role != what)) for e in events]
            case "step":
                closes = PACK.closes[events[0].channel.value]
                is_end = closes.__contains__ if what == "closed" else what.__eq__
                events = [event for event in events if not is_end(event.outcome.value)]
            case "unique" if what == "tracking":
                beside = replace(beside, tracking_elsewhere=frozenset({WAYBILL}))
            case "unique":
                beside = replace(beside, proofs_elsewhere=frozenset({events[-1].proofs[0].sha256}))
            case "time":
                beside = replace(beside, issued_at=POSTED)
                older = replace(events[-1].proofs[0], taken_at="2020-01-01T08:30:00")
                events = [*events[:-1], replace(events[-1], proofs=(older, *events[-1].proofs[1:]))]
            case "slip":
                beside = replace(beside, slip_named=lambda number: False)
            case "address":
                beside = replace(beside, addresses={})
            case _:
                raise AssertionError(f"no test knows how to take away {need}")
    return events, beside


def test_every_way_a_letter_goes_in_practice_is_a_channel() -> None:
    named = [
        "直接送达", "同住成年家属签收", "留置送达", "邮政特快专递（EMS）", "快递", "短信", "微信", "电子邮件", "张贴",
        "公证送达", "公证保全送达", "扫码查阅",
    ]  # fmt: skip
    assert [channel_label(channel, "zh") for channel in Channel] == named


def test_every_channel_has_its_list_and_its_ends() -> None:
    for channel in Channel:
        assert PACK.closes[channel.value], channel
        assert len([ask for ask in PACK.asks if channel.value in ask.channels and ask.required]) >= 3, channel


@pytest.mark.parametrize(("channel", "outcome"), CASES)
def test_a_complete_record_lacks_nothing(channel: Channel, outcome: Outcome) -> None:
    assert [gap.key for gap in of(complete(channel, outcome)).required] == []


REMOVALS = [
    pytest.param(channel, outcome, ask, id=f"{channel}-{outcome}-{ask.key}")
    for channel, outcome in CASES
    for ask in asked(channel, outcome)
]


@pytest.mark.parametrize(("channel", "outcome", "ask"), REMOVALS)
def test_whatever_is_taken_away_is_told_by_name(channel: Channel, outcome: Outcome, ask: Ask) -> None:
    events, beside = without(ask, complete(channel, outcome))
    if (
        not events
    ):  # a message that was sent has no end before its sending: without it there is no attempt at all
        assert "step:closed" in ask.needs
        assert attempts(events, PACK, beside) == ()
        return
    gaps = of(events, beside).required
    told = {gap.key for gap in gaps}
    assert ask.key in told
    assert ask.words["zh"] in {gap.words("zh").partition("：")[0] for gap in gaps}
    if not {"step:closed", "signer:eligible"} & set(ask.needs):
        assert told == {ask.key}


def test_how_many_were_tried() -> None:
    """The table above stands for all channels: it shrinks with the pack, and somebody should see that."""
    assert {param.values[0] for param in REMOVALS} == set(Channel)
    assert len(REMOVALS) >= 130


@pytest.mark.parametrize("lang", ["en", "zh", "zh-Hant"])
def test_every_item_has_words_a_source_and_a_level(lang: str) -> None:
    for ask in PACK.asks:
        assert ask.words[lang].strip()
        assert ask.source
        assert ask.basis
        assert ask.channels <= {channel.value for channel in Channel}
        assert ask.outcomes <= {outcome.value for outcome in Outcome}
    assert len({ask.key for ask in PACK.asks}) == len(PACK.asks)


@pytest.mark.parametrize(
    ("posted", "remind", "lost"),
    [
        ("2026-11-24T09:00:00+08:00", date(2026, 12, 24), date(2027, 11, 24)),
        ("2028-02-29T09:00:00+08:00", date(2028, 3, 30), date(2029, 2, 28)),  # 2029 has no such day
        ("2026-11-23T23:30:00+00:00", date(2026, 12, 24), date(2027, 11, 24)),  # the 24th in China
    ],
)
def test_a_tracking_page_is_to_be_saved_in_thirty_days_and_is_lost_a_year_after_posting(
    posted: str, remind: date, lost: date
) -> None:
    ask = next(ask for ask in PACK.asks if ask.key == "tracking-page")
    events, beside = without(ask, complete(Channel.EMS, Outcome.DELIVERED))
    (gap,) = of([replace(e, at=datetime.fromisoformat(posted)) for e in events], beside).required
    assert (gap.key, gap.remind_on, gap.lost_on) == ("tracking-page", remind, lost)


class TestAttempts:
    def test_two_waybills_are_two_attempts_and_a_step_without_one_belongs_to_the_only_one(self) -> None:
        first, end = complete(Channel.EMS, Outcome.RETURNED)
        again = replace(first, tracking="9999999999999", at=ENDED + timedelta(days=1))
        bare = replace(first, tracking="", outcome=Outcome.IN_TRANSIT, at=POSTED + timedelta(hours=5))
        assert len(of([first, bare, end]).events) == 3
        found = attempts([first, bare, end, again], PACK, COMPLETE)
        assert [(one.tracking, len(one.events)) for one in found] == [(WAYBILL, 3), ("9999999999999", 1)]
        assert [gap.key for gap in found[1].required][-1:] != []

    def test_each_is_called_by_its_waybill(self) -> None:
        first, end = complete(Channel.EMS, Outcome.RETURNED)
        assert of([first, end]).label("zh") == f"邮政特快专递（EMS） {WAYBILL}"
        assert of(complete(Channel.HAND, Outcome.DELIVERED)).label("zh") == "直接送达"

    def test_what_was_only_prepared_is_no_attempt(self) -> None:
        prepared = replace(complete(Channel.HAND, Outcome.DELIVERED)[0], outcome=Outcome.PREPARED)
        assert attempts([prepared], PACK) == ()

    def test_a_file_of_which_nobody_said_what_it_shows_is_taken_for_the_channels_own(self) -> None:
        events, _ = without(
            next(a for a in PACK.asks if a.key == "receipt"), complete(Channel.HAND, Outcome.DELIVERED)
        )
        events[-1] = replace(events[-1], proofs=(*events[-1].proofs, proof(None)))
        assert of(events).required == ()

    def test_a_number_of_somebody_else_is_not_the_owners(self) -> None:
        events = [replace(e, sent_to="139 0000 0000") for e in complete(Channel.SMS, Outcome.SENT)]
        other = replace(COMPLETE, addresses={"mobile": frozenset({"+86 139-0000-0001"})})
        assert [gap.key for gap in of(events, other).required] == ["mobile-proven"]
        same = replace(COMPLETE, addresses={"mobile": frozenset({"+86 139-0000-0000"})})
        assert of(events, same).required == ()


def test_what_the_clerk_said_of_a_proof_is_in_the_event() -> None:
    """And an event that uses none of it has the bytes it always had."""
    _, end = complete(Channel.HAND, Outcome.DELIVERED)
    assert b'"v":2' in event_json(end)
    bare = replace(end, reason="", sent_to="", proofs=(proof(None),))
    assert b'"v":1' in event_json(bare)
    assert b"role" not in event_json(bare)
