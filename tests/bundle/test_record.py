"""The delivery record: every step on a page, those that led nowhere too."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from binding import FONT
from pypdf import PdfReader
from test_rows import BY_GUARD, SIGNED, event

from evidence.bundle.record import delivery_record
from evidence.model.delivery import DeliveryEvent


def made(events: list[DeliveryEvent], locale: str = "zh") -> bytes:
    return delivery_record(
        events,
        letter="催交物业费通知书（〔2026〕催字第0001号）",
        recipient="样本（1栋1单元101）",
        maker="样州物业（样本）",
        locale=locale,
        font_file=FONT[locale],
    )


def pages(pdf: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_every_attempt_is_listed_in_order_with_its_worth() -> None:
    refused = event("hand", "refused", 18, servers=("样甲", "样乙"))  # type: ignore[arg-type]
    returned = event("ems", "returned", 19, tracking="YB0")
    (text,) = pages(made([SIGNED, BY_GUARD, returned, refused]))
    places = [text.index(part) for part in ("拒收", "退回", "YB1", "未计为到达")]
    assert places == sorted(places)
    for part in ("催交物业费通知书（〔2026〕催字第0001号）", "（原告）", "送达人：样甲、样乙", "凭证：无",
                 "样本（保安）", "样本（业主本人）", "2026年11月20日10:30", "A级", "C级",
                 "签收单.jpg（SHA-256前16位abababababababab）", "不是法院的认定"):  # fmt: skip
        assert part in text, part


def test_why_a_letter_came_back_is_told() -> None:
    returned = replace(event("ems", "returned", 19, tracking="YB0"), reason="查无此人")  # type: ignore[arg-type]
    (text,) = pages(made([returned]))
    assert "退回" in text and "事由：查无此人" in text


def test_times_are_beijing_times_whatever_zone_they_were_stated_in() -> None:
    late = DeliveryEvent(
        SIGNED.letter, SIGNED.channel, SIGNED.outcome, datetime(2026, 11, 20, 20, 5, tzinfo=UTC), SIGNED.recorded_at
    )  # fmt: skip
    assert "2026年11月21日04:05" in pages(made([late]))[0]


def test_both_scripts_have_words_of_their_own() -> None:
    (text,) = pages(made([BY_GUARD], "zh-Hant"))
    for part in ("送達記錄", "證明等級", "已送達（簽收人不符合規定，未計為到達）"):
        assert part in text, part
    assert "〔2026〕催字第0001号" in text, "the number is the letter's own"


def test_a_long_record_goes_on_under_its_head_and_loses_nothing() -> None:
    many = [event("ems", "returned", 1 + i % 28, tracking=f"YB{i:04d}", note="样" * 300) for i in range(40)]
    told = pages(made(many))
    assert len(told) > 3
    assert all("证明等级" in text for text in told[:-1])
    for i in range(40):
        assert sum(text.count(f"YB{i:04d}") for text in told) == 1
    assert sum(text.count("样") for text in told) >= 40 * 300


def test_the_same_events_give_the_same_bytes_in_any_order() -> None:
    assert made([SIGNED, BY_GUARD]) == made([SIGNED, BY_GUARD])
    assert made([SIGNED, event("hand", "refused", 18)]) == made([event("hand", "refused", 18), SIGNED])


@pytest.mark.parametrize("note", ["😀", "x" * 2000, "（" * 400, "a\nb"])
def test_no_note_breaks_the_page(note: str) -> None:
    told = "".join(pages(made([event("hand", "refused", note=note)])))
    assert note.replace("😀", "[U+1F600]").replace("\n", "") in told


@pytest.mark.parametrize("locale", ["zh", "zh-Hant"])
@pytest.mark.parametrize("number", ["1000000000001", "EA123456789CN"])
def test_a_day_and_a_waybill_number_stay_on_one_line(number: str, locale: str) -> None:
    pdf = made([event("ems", "returned", 30, tracking=number)], locale)
    lines = PdfReader(io.BytesIO(pdf)).pages[0].extract_text().splitlines()
    assert any(number in line for line in lines)
    assert any("2026年11月30日" in line for line in lines)


def test_a_page_that_was_opened_is_not_said_to_be_a_delivery() -> None:
    opened = event("qr", "delivered", 19)  # type: ignore[arg-type]
    (text,) = pages(made([opened]))
    assert "页面已打开" in text and "未计为到达" in text
    assert "已送达" not in text.split("证明等级由原告")[0]
