"""A carrier's table of results: each row to its letter, every fault by its cell, and nothing recorded twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import casefile
import pytest
from casefile import later
from openpyxl import Workbook

from evidence.errors import EvidenceError
from evidence.intake.results import outcome_of, relation_of
from evidence.model.delivery import Channel, DeliveryEvent, Grade, Outcome
from evidence.workspace import Workspace as Office
from evidence.workspace.deliveries import events_of
from evidence.workspace.results import ResultsImport

FIRST, SECOND = "1234567890123", "1234567890124"
HEADER = ["邮件号", "文书编号", "投递结果", "签收时间", "签收人", "代收关系", "退回原因", "收寄时间"]
TAKEN = [FIRST, "〔2026〕催字第0002号", "已妥投", "2026-11-24 10:30", "㛃䶮", "本人", "", "2026-11-22 09:00"]
BACK = [SECOND, "2-2026-0003", "退回", "2026/11/24 15:05:09", "", "", "原址查无此人", ""]


@pytest.fixture
def office(tmp_path: Path, checkout: Path) -> Path:
    return casefile.issued(tmp_path / "made", checkout)


def table(path: Path, rows: Sequence[Sequence[object]], header: Sequence[str] = HEADER) -> Path:
    lines = [header, *rows]
    path.write_text("".join(",".join(map(str, line)) + "\n" for line in lines), "utf-8")
    return path


def read(office: Path, *paths: Path, **options: object) -> ResultsImport:
    with Office.open(office, source=later()) as made:
        return made.import_deliveries(paths, **{"channel": Channel.EMS, **options})


def recorded(office: Path, letter: str) -> list[DeliveryEvent]:
    with Office.open(office, source=later()) as made, made._desk.reading() as connection:
        return [event for event, _ in events_of(connection, letter)]


def codes(office: Path, path: Path, **options: object) -> list[tuple[str, str]]:
    with pytest.raises(EvidenceError) as caught:
        read(office, path, **options)
    return [(p.code, f"{p.where.column}{p.where.row}") for p in caught.value.problems]


def test_rows_go_to_their_letters_with_all_they_say(office: Path, tmp_path: Path) -> None:
    result = read(office, table(tmp_path / "结果.csv", [TAKEN, BACK]))
    assert (result.rows_read, len(result.results), result.known, result.unmatched) == (2, 3, 0, ())
    sent, taken = recorded(office, "2-2026-0002")
    assert (sent.outcome, sent.at.isoformat(), sent.tracking) == (
        Outcome.SENT,
        "2026-11-22T09:00:00+08:00",
        FIRST,
    )
    assert (taken.outcome, taken.signer, taken.relation) == (Outcome.DELIVERED, "㛃䶮", "self")
    assert "结果.csv，第2行" in taken.note
    (back,) = recorded(office, "2-2026-0003")
    assert (back.outcome, back.reason, back.at.isoformat()) == (
        Outcome.RETURNED,
        "原址查无此人",
        "2026-11-24T15:05:09+08:00",
    )
    assert {one.grade for one in result.results} == {
        Grade.NONE,
        Grade.C,
    }  # a number that can be queried, no page yet


def test_a_table_read_again_records_nothing_wherever_its_rows_stand_now(office: Path, tmp_path: Path) -> None:
    read(office, table(tmp_path / "结果.csv", [TAKEN, BACK]))
    again = read(office, table(tmp_path / "重新导出.csv", [BACK, TAKEN]))
    assert (again.results, again.known) == ((), 2)
    assert len(recorded(office, "2-2026-0002")) == 2


def test_a_table_exported_in_other_words_makes_no_second_delivery(office: Path, tmp_path: Path) -> None:
    """The same waybill's result at the same moment, with another signer or reason: told, not recorded."""
    read(office, table(tmp_path / "结果.csv", [TAKEN, BACK]))
    other = [FIRST, TAKEN[1], "妥投-本人签收", "2026-11-24 10:30:00.084", "周样波", "", "", TAKEN[7]]
    minutes = [SECOND, "2-2026-0003", "退回寄件人", "2026/11/24 15:05", "", "", "地址不详", ""]
    again = read(office, table(tmp_path / "再导出.csv", [other, minutes]))
    assert (again.results, again.known, len(again.planned)) == ((), 2, 2)
    differing = [(p.code, p.where.row, p.params["kept"], p.params["said"]) for p in again.notices]
    assert differing == [
        ("delivery.row-differs", 2, "㛃䶮", "周样波"),
        ("delivery.row-differs", 3, "原址查无此人", "地址不详"),
    ]
    assert len(recorded(office, "2-2026-0002")) == 2
    later_on = [FIRST, TAKEN[1], "妥投", "2026-11-24 10:31", *[""] * 4]
    assert read(office, table(tmp_path / "又一次.csv", [later_on])).known == 0


def test_a_row_with_a_waybill_alone_finds_the_letter_it_was_posted_for(office: Path, tmp_path: Path) -> None:
    with Office.open(office, source=later()) as made:
        made.deliver(
            "2-2026-0004",
            channel=Channel.COURIER,
            outcome=Outcome.SENT,
            at="2026-11-22T09:00+08:00",
            tracking="SF1",
        )
    result = read(
        office, table(tmp_path / "r.csv", [["SF1", "", "派送中", "2026-11-23 09:00", "", "", "", ""]])
    )
    (one,) = result.results
    assert (one.event.letter, one.event.channel) == ("2-2026-0004", Channel.COURIER)  # as it was posted


def test_other_mail_is_told_and_left(office: Path, tmp_path: Path) -> None:
    rows = [
        ["999", "", "妥投", "2026-11-24 10:30", *[""] * 4],
        ["", "〔2026〕催字第0999号", "妥投", "2026-11-24 10:30", *[""] * 4],
    ]
    result = read(office, table(tmp_path / "r.csv", [*rows, TAKEN]))
    assert [(p.code, p.where.row) for p in result.unmatched] == [
        ("delivery.row-waybill", 2),
        ("delivery.row-letter", 3),
    ]
    assert len(result.results) == 2


def test_a_plan_writes_nothing(office: Path, tmp_path: Path) -> None:
    result = read(office, table(tmp_path / "r.csv", [TAKEN]), plan=True)
    assert (len(result.planned), result.results) == (2, ())
    assert recorded(office, "2-2026-0002") == []


def test_all_faults_are_told_by_cell_and_nothing_is_written(office: Path, tmp_path: Path) -> None:
    rows = [
        TAKEN,
        ["1.23457E+12", "", "妥投", "2026-11-24 10:30", *[""] * 4],
        [SECOND, "2-2026-0003", "不清楚", "昨天下午", "", "外星人", "", ""],
        [SECOND, "2-2026-0003", "妥投", "2026-11-24", *[""] * 4],
        [SECOND, "2-2026-0003", "", "", *[""] * 4],
        ["", "", "妥投", "2026-11-24 10:30", *[""] * 4],
    ]
    path = table(tmp_path / "r.csv", rows)
    assert codes(office, path) == [
        ("intake.result-waybill-lost", "A3"),
        ("intake.result-word", "C4"),
        ("intake.result-time", "D4"),
        ("intake.result-relation", "F4"),
        ("intake.result-clock", "D5"),
        ("intake.result-missing", "C6"),
        ("intake.result-time-missing", "D6"),
        ("intake.result-nobody", "A7"),
    ]
    assert recorded(office, "2-2026-0002") == []
    result = read(office, path, skip_invalid=True)
    assert (len(result.faults), len(result.results)) == (8, 2)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ([FIRST, "2-2026-0002", "妥投", "2026-11-20 10:30", *[""] * 4], "delivery.time-before-letter"),
        ([FIRST, "2-2026-0002", "妥投", "2026-11-26 10:30", *[""] * 4], "delivery.time-future"),
    ],
)
def test_times_outside_the_letters_life(office: Path, tmp_path: Path, row: list[str], code: str) -> None:
    path = table(tmp_path / "r.csv", [BACK, row])
    with pytest.raises(EvidenceError) as caught:
        read(office, path)
    assert [(p.code, p.where.row) for p in caught.value.problems] == [(code, 3)]
    result = read(office, path, skip_invalid=True)
    assert [one.event.letter for one in result.results] == ["2-2026-0003"]


class TestAWaybillUsedTwice:
    """One waybill cannot have brought letters to two owners."""

    def test_in_one_table(self, office: Path, tmp_path: Path) -> None:
        other = [FIRST, "2-2026-0003", *TAKEN[2:4], *[""] * 4]
        assert codes(office, table(tmp_path / "r.csv", [TAKEN, other])) == [("delivery.row-contradicts", "3")]

    def test_against_what_is_on_record(self, office: Path, tmp_path: Path) -> None:
        read(office, table(tmp_path / "r.csv", [TAKEN]))
        other = [FIRST, "2-2026-0003", *TAKEN[2:4], *[""] * 4]
        assert codes(office, table(tmp_path / "s.csv", [other])) == [("delivery.row-contradicts", "2")]

    def test_recorded_by_hand_it_is_told_and_stands_among_the_gaps_of_both(self, office: Path) -> None:
        with Office.open(office, source=later()) as made:
            for letter, expected in (("2-2026-0001", []), ("2-2026-0002", ["delivery.tracking-reused"])):
                done = made.deliver(
                    letter,
                    channel=Channel.EMS,
                    outcome=Outcome.SENT,
                    at="2026-11-22T09:00+08:00",
                    tracking=FIRST,
                )
                assert [w.code for w in done.warnings if w.code != "delivery.keep-tracking-page"] == expected
            told = {
                one.number: {gap.key for attempt in one.attempts for gap in attempt.gaps}
                for one in made.delivery_gaps()
            }
        assert "waybill-once" in told["2-2026-0001"] & told["2-2026-0002"]

    def test_a_row_without_a_letter_is_then_ambiguous(self, office: Path, tmp_path: Path) -> None:
        self.test_recorded_by_hand_it_is_told_and_stands_among_the_gaps_of_both(office)
        row = [FIRST, "", "妥投", "2026-11-24 10:30", *[""] * 4]
        assert codes(office, table(tmp_path / "r.csv", [row])) == [("delivery.row-ambiguous", "2")]


def test_without_a_carrier_nothing_is_guessed(office: Path, tmp_path: Path) -> None:
    assert codes(office, table(tmp_path / "r.csv", [TAKEN]), channel=None) == [("delivery.row-channel", "2")]
    header = [*HEADER, "快递公司"]
    named = table(tmp_path / "s.csv", [[*TAKEN, "顺丰速运"]], header)
    assert {one.event.channel for one in read(office, named, channel=None).results} == {Channel.COURIER}


def test_a_workbook_under_other_names_with_numbers_and_times_as_cells(office: Path, tmp_path: Path) -> None:
    from datetime import datetime

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["EMS 大宗邮件投递反馈表"])
    sheet.append(["运单号码", "客户订单号", "邮件状态", "最新时间", "签收人姓名"])
    sheet.append([int(FIRST), "2-2026-0002", "他人代收", datetime(2026, 11, 24, 10, 30), "样本同事"])
    sheet.append([None, None, None, None, None])
    sheet.append(["制表人：样本"])
    path = tmp_path / "r.xlsx"
    book.save(path)
    (one,) = read(office, path).results
    assert (one.event.tracking, one.event.at.isoformat()) == (FIRST, "2026-11-24T10:30:00+08:00")
    assert (one.event.relation, one.grade) == (
        "other",
        Grade.NONE,
    )  # somebody else may not sign for the owner


def test_a_table_of_something_else(office: Path, tmp_path: Path) -> None:
    path = table(tmp_path / "r.csv", [["1", "2"]], ["甲", "乙"])
    with pytest.raises(EvidenceError) as caught:
        read(office, path)
    assert caught.value.problems[0].code == "intake.header-unknown"


def test_an_offices_own_names_of_columns(office: Path, tmp_path: Path) -> None:
    config = office / "evidence.toml"
    config.write_text(config.read_text("utf-8") + '\n[ledger.synonyms]\nwaybill = ["我司单号"]\n', "utf-8")
    path = table(tmp_path / "r.csv", [TAKEN], ["我司单号", *HEADER[1:]])
    assert recorded(office, "2-2026-0002") == []
    assert {one.event.tracking for one in read(office, path).results} == {FIRST}


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("妥投", "delivered"), ("已签收", "delivered"), ("本人签收", "delivered"), ("他人代收", "delivered"),
        ("已簽收", "delivered"), ("运输中", "in-transit"),
        ("待签收", "in-transit"), ("派送中，请准备签收", "in-transit"), ("到达【样本中心】", "in-transit"),
        ("未妥投", "unreachable"), ("投递不成功", "unreachable"), ("未签收", "unreachable"), ("无人在家", "unreachable"),
        ("拒收", "refused"), ("收件人拒签", "refused"), ("本人拒收退回", "refused"),
        ("退回", "returned"), ("退回妥投", "returned"), ("改退批条：迁移新址不明", "returned"),
        ("退件已签收", "returned"),
        ("已收寄", "sent"), ("已揽收", "sent"),
        ("完成", None), ("?", None), ("", None),
    ],
)  # fmt: skip
def test_what_carriers_say(said: str, outcome: str | None) -> None:
    assert outcome_of(said) == outcome


@pytest.mark.parametrize(
    ("said", "relation"),
    [
        ("本人", "self"), ("同住成年家属", "cohabiting-adult"), ("家人", ""), ("代收", ""), ("", ""),
        ("他人代收", "other"), ("单位收发章", "organisation"),
        ("物业代收", "guard"), ("门卫签收", "guard"), ("丰巢快递柜", "locker"), ("菜鸟驿站代收点", "locker"),
        ("邻居", "neighbour"), ("未成年子女", "minor"), ("天书", None),
    ],
)  # fmt: skip
def test_who_signed_as_carriers_say_it(said: str, relation: str | None) -> None:
    """That relatives live together is never read out of 家人; that is what decides whether they may sign."""
    assert relation_of(said) == relation
