"""What a proof is worth. A wrong grade ends in a dismissed claim, so each line is written out."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest
from delivery_material import MP4, PDF, SLIP, event

from evidence.delivery import Relation, assess, best_arrival, timeline
from evidence.delivery.channels import ACCEPTED, ProofKind
from evidence.law.service import signer_rule
from evidence.model.delivery import Channel, Grade, Outcome, Witness

RULE = signer_rule("cn", date(2026, 11, 25))
assert RULE is not None
ELIGIBLE = {Relation(word) for word in RULE.eligible}
NUMBER = {"tracking": "1234567890123"}
SIGNED = {"signer": "样本丙", "relation": "self"}
FILE: dict[str, Any] = {"proofs": [SLIP]}
BARE: dict[str, Any] = {"proofs": []}
RELATIVE = {"signer": "样本丙", "relation": "cohabiting-adult"}
SEEN = {"witness_name": "样本居委会 样本丁"}


@pytest.mark.parametrize(
    ("channel", "outcome", "given", "grade", "witness"),
    [
        # by hand: the recipient's signature, or a witness, or nothing but the sender's photo
        ("hand", "delivered", FILE | SIGNED, "A", "recipient-paper"),
        ("hand", "delivered", {"proofs": [("回执.pdf", PDF)]} | SIGNED, "A", "recipient-paper"),
        ("hand", "delivered", FILE | {"signer": "样本丙", "relation": "authorised"}, "A", "recipient-paper"),
        ("hand", "delivered", {"proofs": [("v.mp4", MP4)]} | SIGNED, "D", "nobody"),
        ("hand", "delivered", FILE | {"signer": "样本丙"}, "D", "nobody"),
        ("hand", "delivered", FILE | {"relation": "self"}, "D", "nobody"),
        ("hand", "delivered", FILE, "D", "nobody"),
        ("hand", "delivered", FILE | SEEN, "C", "third-person"),
        ("hand", "delivered", BARE | SIGNED | SEEN, "none", "nobody"),
        ("hand", "refused", FILE | SEEN, "C", "third-person"),
        ("hand", "refused", FILE, "D", "nobody"),
        ("hand", "unreachable", FILE | SEEN, "none", "nobody"),
        (
            "cohabitant",
            "delivered",
            FILE | RELATIVE,
            "A",
            "recipient-paper",
        ),
        ("cohabitant", "delivered", FILE | {"signer": "样本丙"}, "D", "nobody"),
        # left or posted: never more than supporting evidence without a witness
        ("left", "delivered", FILE, "D", "nobody"),
        ("left", "delivered", FILE | SIGNED, "D", "nobody"),
        ("left", "refused", FILE | SEEN, "C", "third-person"),
        ("posted", "delivered", FILE | SEEN, "D", "nobody"),
        ("posted", "delivered", BARE, "none", "nobody"),
        # the post
        ("ems", "delivered", FILE | NUMBER | SIGNED, "A", "carrier"),
        ("ems", "delivered", FILE | NUMBER, "B", "carrier"),
        ("ems", "refused", FILE | NUMBER, "B", "carrier"),
        ("ems", "returned", FILE | NUMBER, "B", "carrier"),
        ("ems", "delivered", BARE | NUMBER | SIGNED, "C", "carrier"),
        ("ems", "refused", BARE | NUMBER, "C", "carrier"),
        ("ems", "delivered", FILE | SIGNED, "D", "nobody"),
        ("ems", "delivered", {"proofs": [("v.mp4", MP4)]} | NUMBER | SIGNED, "C", "carrier"),
        ("ems", "sent", FILE | NUMBER, "none", "nobody"),
        ("ems", "in-transit", FILE | NUMBER, "none", "nobody"),
        ("ems", "unreachable", FILE | NUMBER, "none", "nobody"),
        # a private courier is one step weaker
        ("courier", "delivered", FILE | NUMBER | SIGNED, "B", "carrier"),
        ("courier", "delivered", FILE | NUMBER, "C", "carrier"),
        ("courier", "returned", FILE | NUMBER, "C", "carrier"),
        ("courier", "delivered", BARE | NUMBER | SIGNED, "D", "carrier"),
        ("courier", "delivered", FILE, "D", "nobody"),
        # messages
        ("sms", "sent", FILE | NUMBER, "C", "provider"),
        ("email", "delivered", FILE | NUMBER, "C", "provider"),
        ("sms", "sent", FILE, "D", "nobody"),
        ("sms", "sent", BARE | NUMBER, "none", "nobody"),
        ("sms", "unreachable", FILE | NUMBER, "none", "nobody"),
        ("wechat", "sent", FILE, "D", "nobody"),
        ("wechat", "refused", FILE, "none", "nobody"),
        ("qr", "delivered", FILE, "D", "nobody"),
        # a notary
        ("notary", "delivered", {"proofs": [("公证书.pdf", PDF)]}, "A", "notary"),
        ("notary", "refused", {"proofs": [("公证书.pdf", PDF)]}, "B", "notary"),
        ("notary", "delivered", BARE, "none", "nobody"),
    ],
)
def test_grades(channel: str, outcome: str, given: dict[str, Any], grade: str, witness: str) -> None:
    found = assess(event(channel=channel, outcome=outcome, **given))
    assert (found.grade, found.witness) == (Grade(grade), Witness(witness))


def every_event() -> Any:
    proofs = {
        ProofKind.PHOTO: [SLIP],
        ProofKind.DOCUMENT: [("a.pdf", PDF)],
        ProofKind.VIDEO: [("v.mp4", MP4)],
        None: [],
    }
    for channel, outcome, kind, number in product(Channel, Outcome, proofs, ("", "123456")):
        if (kind and kind not in ACCEPTED[channel]) or (
            number and ProofKind.TRACKING not in ACCEPTED[channel]
        ):
            continue
        if channel in (Channel.EMS, Channel.COURIER) and not kind and not number:
            continue
        given = {"channel": channel, "outcome": outcome, "proofs": proofs[kind], "tracking": number}
        yield given | {"signer": "样本丙", "witness_name": "样本丁"}


def test_where_nobody_but_the_sender_saw_it_the_grade_is_never_better_than_d() -> None:
    for given in every_event():
        found = assess(event(**given))
        assert found.witness is not Witness.NOBODY or found.grade in (Grade.D, Grade.NONE)
        if not given["proofs"] and not given["tracking"]:
            assert found.grade is Grade.NONE
        if given["outcome"] in (Outcome.PREPARED, Outcome.IN_TRANSIT, Outcome.UNREACHABLE, Outcome.WITHDRAWN):
            assert found.grade is Grade.NONE


def test_whoever_may_not_sign_makes_no_delivery_on_any_channel() -> None:
    for given in every_event():
        for relation in (
            (Relation.MINOR,) if given["channel"] is Channel.COHABITANT else set(Relation) - ELIGIBLE
        ):
            assert assess(event(**given, relation=relation)).grade is Grade.NONE


def test_who_may_sign_is_what_the_rule_says() -> None:
    # 时效规定 art. 8(2): 自然人本人、同住的具有完全行为能力的亲属或者被授权主体; organisations by their own
    assert {relation.value for relation in ELIGIBLE} == {
        "self",
        "cohabiting-adult",
        "authorised",
        "organisation",
    }


class TestBestArrival:
    PHOTO = event(at="2026-11-22T09:00+08:00", channel="left")
    POST = event(at="2026-11-25T09:00+08:00", channel="ems", **NUMBER)
    POST_LATER = event(at="2026-11-26T09:00+08:00", channel="ems", **NUMBER)
    SIGNED = event(at="2026-11-27T09:00+08:00", **SIGNED)
    GUARD = event(at="2026-11-22T08:00+08:00", signer="样本保安", relation="guard")
    WITHDRAWN = event(at="2026-11-26T00:00+08:00", outcome="withdrawn", proofs=[])

    def test_the_best_grade_wins_and_among_equals_the_earliest(self) -> None:
        assert best_arrival([self.POST_LATER, self.POST, self.PHOTO]) == (self.POST, Grade.B)
        assert best_arrival([self.SIGNED, self.POST, self.PHOTO]) == (self.SIGNED, Grade.A)

    def test_without_proof_there_is_none(self) -> None:
        assert best_arrival([]) is None
        assert best_arrival([self.GUARD, event(proofs=[])]) is None

    def test_what_comes_after_a_withdrawal_does_not_count(self) -> None:
        assert best_arrival([self.WITHDRAWN, self.POST, self.SIGNED]) == (self.POST, Grade.B)
        assert best_arrival([self.WITHDRAWN, self.SIGNED]) is None

    def test_the_timeline_is_in_order_of_time_whatever_the_zone(self) -> None:
        early = event(at="2026-11-25T00:30+00:00")  # 08:30 in Beijing
        assert timeline([self.SIGNED, self.POST, early]) == (early, self.POST, self.SIGNED)
