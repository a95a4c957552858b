"""The checker grades every delivery again, by the table of docs/formats.md and code of its own."""

from __future__ import annotations

import json
import re
from datetime import datetime
from itertools import product
from pathlib import Path

import pytest
from builder import Case, write_folder

from evidence.delivery import event_json
from evidence.delivery.channels import Relation, assess
from evidence.model.delivery import Channel, DeliveryEvent, Outcome, Proof, ProofRole
from evidence.verify import grades, verify_paths

AT = datetime.fromisoformat("2026-11-25T10:00:00+08:00")
FILES = [
    (),
    *(
        (Proof("a", media_type, 1, "0", "0", role=role),)
        for role in (None, *ProofRole)
        for media_type in ("image/jpeg", "video/mp4")
    ),
]


@pytest.mark.parametrize("channel", Channel)
def test_both_come_to_the_same_grade_and_witness(channel: Channel) -> None:
    relations = ("", Relation.SELF, Relation.AUTHORISED, Relation.GUARD)
    cases = product(Outcome, ("", "1"), ("", "样本丙"), relations, ("", "样本丁"), FILES)
    for outcome, tracking, signer, relation, seen, proofs in cases:
        event = DeliveryEvent(
            "2-2026-0001", channel, outcome, AT, AT,
            tracking=tracking, signer=signer, relation=relation, witness_name=seen, proofs=proofs,
        )  # fmt: skip
        graded = assess(event)
        assert grades.grade_of(json.loads(event_json(event))) == (graded.grade, graded.witness), event


def test_the_table_is_that_of_the_formats(checkout: Path) -> None:
    text = (checkout / "docs" / "formats.md").read_text("utf-8")
    rows = text.partition("| grade | witness | channels |")[2].partition("\n\n")[0].splitlines()[2:]
    told = [[cell.strip() for cell in row.strip("| ").split(" | ")] for row in rows]

    def words(cell: str) -> list[str]:
        return re.findall(r"[a-z-]+", cell)

    for row, own in zip(told, grades._TABLE, strict=True):
        grade, witness, channels, outcomes, needs, *roles = row
        assert (grade, witness) == own[:2]
        assert words(channels) == own[2].split()
        assert words(outcomes) == own[3].split()
        shown = words(" ".join(roles).rstrip("|"))
        assert set(words(needs)) | ({"only"} & set(shown)) == set(own[4].split())
        assert set(shown) - {"only"} == set(own[5].split())


@pytest.mark.parametrize(("witness", "grade"), [("carrier", "A"), ("nobody", "B")])
def test_a_grade_better_than_the_event_bears_is_named(tmp_path: Path, witness: str, grade: str) -> None:
    case = Case()
    case.open()
    case.delivery(case.letter(), witness=witness, grade=grade)
    subject = verify_paths([write_folder(tmp_path / "bundle", case.files())]).subjects[0]
    (fact,) = [fact for fact in subject.failures if fact.id == "delivery.event"]
    assert fact.params["what"] == "grade"
