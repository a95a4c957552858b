"""Whose signature a delivery record shows: the same verdict at the desk, before the court and in the verifier."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import casefile
import estate
import pytest
from pypdf import PdfReader

from evidence.model.case import CaseKind
from evidence.model.delivery import Channel, Grade, Outcome
from evidence.verify import parse_trust, verify_paths
from evidence.workspace import Workspace
from evidence.workspace.deliveries import DeliveryResult

ACCOUNT, OWNER = estate.OWNERS[2]
NUMBER = "2-2026-0003"
TODAY = date(2026, 11, 25)
USCC = "31990000YANGBEN13P"  # the sample law firm's, whose check digits are right


@pytest.fixture
def root(tmp_path: Path, checkout: Path) -> Path:
    return casefile.issued(tmp_path, checkout)


def slip(made: Workspace, folder: Path, signer: str, relation: str, number: str = NUMBER) -> DeliveryResult:
    """An EMS slip with a name on it, photographed."""
    path = folder / f"回执-{number}.jpg"
    path.write_bytes(casefile.photo())
    return made.deliver(
        number, channel=Channel.EMS, outcome=Outcome.DELIVERED, at=casefile.AT, tracking="YB0000001", signer=signer,
        relation=relation, proofs=[path],
    )  # fmt: skip


def codes(result: DeliveryResult) -> list[str]:
    return [warning.code for warning in result.warnings]


def test_a_strangers_name_is_never_the_owners_own_signature(root: Path, tmp_path: Path) -> None:
    with Workspace.open(root, source=casefile.later()) as made:
        result = slip(made, tmp_path, "李四", "self")
        assert (result.grade, result.event.signer, result.event.relation) == (Grade.B, "李四", "")
        assert codes(result) == ["delivery.signer-not-owner"]
        assert result.warnings[0].params == {"signer": "李四", "owner": OWNER}
        (demand,) = made.ready(ACCOUNT, TODAY).facts.demands or ()
        assert [(arrival.grade, arrival.relation) for arrival in demand.arrivals] == [(Grade.B, "")]
        bundle = casefile.bundle(made, ACCOUNT)
    letter = bundle.folder / "data" / "originals" / "letters" / NUMBER
    record = "".join(page.extract_text() for page in PdfReader(letter / "delivery-record.pdf").pages)
    assert "李四" in record
    assert "本人" not in record
    report = verify_paths([bundle.folder], trust=parse_trust([root / "keys" / "signing.pub"]))
    assert report.ok
    statements = [
        told for subject in report.subjects for answer in subject.answers for told in answer.statements
    ]
    assert [told.params["grade"] for told in statements if told.code == "delivery-recorded"] == ["B"]


def test_the_owner_and_a_co_owner_on_file_sign_in_person(root: Path, tmp_path: Path) -> None:
    with Workspace.open(root, source=casefile.later()) as made:
        result = slip(made, tmp_path, OWNER, "self")
        assert (result.grade, codes(result)) == (Grade.A, [])
        made.record_case(CaseKind.OWNER, ACCOUNT, {"name": "样本乙"})
        result = slip(made, tmp_path, "样本乙", "self")
        assert (result.grade, codes(result)) == (Grade.A, [])


def test_once_the_co_owner_is_on_file_the_same_slip_is_recorded_anew(root: Path, tmp_path: Path) -> None:
    with Workspace.open(root, source=casefile.later()) as made:
        assert slip(made, tmp_path, "样本乙", "self").grade is Grade.B
        made.record_case(CaseKind.TITLE, ACCOUNT, {"owner": "样本乙", "from": "2024-01-01"})
        again = slip(made, tmp_path, "样本乙", "self")
        assert (again.grade, again.already_known) == (Grade.A, False)


def test_whoever_sold_the_home_before_signs_no_longer(root: Path, tmp_path: Path) -> None:
    with Workspace.open(root, source=casefile.later()) as made:
        sold = {"owner": "样本乙", "from": "2020-01-01", "until": "2024-12-31"}
        made.record_case(CaseKind.TITLE, ACCOUNT, sold)
        assert codes(slip(made, tmp_path, "样本乙", "self")) == ["delivery.signer-not-owner"]


@pytest.mark.parametrize(
    ("signer", "relation", "grade", "warned"),
    [
        ("前台", "self", Grade.B, ["delivery.signer-for-organisation"]),
        ("样人", "cohabiting-adult", Grade.B, ["delivery.signer-for-organisation"]),
        ("收发室", "organisation", Grade.A, []),
        ("样人", "authorised", Grade.A, []),
    ],
)
def test_an_organisation_signs_by_its_people(
    root: Path, tmp_path: Path, signer: str, relation: str, grade: Grade, warned: list[str]
) -> None:
    with Workspace.open(root, source=casefile.later()) as made:
        result = slip(made, tmp_path, signer, relation, "2-2026-0001")
        assert (result.grade, codes(result)) == (grade, warned)


def test_what_the_case_file_says_of_the_debtor_goes_before_the_sound_of_the_name(
    root: Path, tmp_path: Path
) -> None:
    with Workspace.open(root, source=casefile.later()) as made:
        made.record_case(
            CaseKind.OWNER, ACCOUNT,
            {"name": OWNER, "id_type": "统一社会信用代码", "id_number": USCC},
        )  # fmt: skip
        assert codes(slip(made, tmp_path, OWNER, "self")) == ["delivery.signer-for-organisation"]
