"""What the 证据目录 says of letters and deliveries: as much as is on record, in both scripts, and not more."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from evidence.bundle.rows import Standing, letter_exhibit, proof_exhibit, result_text, standing
from evidence.clock import CHINA
from evidence.model.delivery import Channel, DeliveryEvent, Outcome, Proof
from evidence.model.letter import LegalEffect, LetterKind

SLIP = Proof("签收单.jpg", "image/jpeg", 9, "ab" * 32, "cd" * 32)
LOCALES = ("zh", "zh-Hant")


def event(channel: str, outcome: str, day: int = 20, *, proof: bool = False, **details: str) -> DeliveryEvent:
    at = datetime(2026, 11, day, 10, 30, tzinfo=CHINA)
    proofs = (SLIP,) if proof else ()
    return DeliveryEvent("2-2026-0001", Channel(channel), Outcome(outcome), at, at, proofs=proofs, **details)  # type: ignore[arg-type]


SIGNED = event("ems", "delivered", proof=True, tracking="YB1", signer="样本", relation="self")
BY_GUARD = event("hand", "delivered", proof=True, signer="样本", relation="guard")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], Standing.KEPT),
        ([event("ems", "prepared")], Standing.KEPT),
        ([event("ems", "sent", tracking="YB1")], Standing.SENT),
        ([event("hand", "unreachable")], Standing.SENT),
        ([BY_GUARD], Standing.SENT),
        ([event("wechat", "delivered", proof=True)], Standing.SENT),  # grade D: supporting proof only
        ([SIGNED], Standing.ARRIVED),
        ([event("ems", "refused", proof=True, tracking="YB1")], Standing.ARRIVED),  # grade B: the carrier's record
        ([event("ems", "withdrawn", 19), SIGNED], Standing.WITHDRAWN),
        ([SIGNED, event("ems", "withdrawn", 21)], Standing.ARRIVED),
    ],
)  # fmt: skip
def test_a_letter_arrived_only_where_strong_proof_says_so(
    events: list[DeliveryEvent], expected: Standing
) -> None:
    assert standing(events) is expected


def demand(reached: Standing, locale: str, kind: LetterKind = LetterKind.DEMAND) -> tuple[str, str, str]:
    number = "〔2026〕催字第0001号"
    row = letter_exhibit(
        kind, LegalEffect.DEMAND, "催交物业费通知书", number, reached, firm="样州律师事务所", locale=locale
    )
    return row.name, row.source, row.proves


def test_a_demand_that_is_not_shown_to_have_arrived_demanded_nothing() -> None:
    assert demand(Standing.ARRIVED, "zh")[2] == "原告就所列各期费用书面催告被告，并给予合理期限"
    assert demand(Standing.ARRIVED, "zh-Hant")[2] == "原告就所列各期費用書面催告被告，並給予合理期限"
    assert demand(Standing.KEPT, "zh")[2] == "原告制作的催告文书（未附送达凭证）"
    assert demand(Standing.KEPT, "zh-Hant")[2] == "原告製作的催告文書（未附送達憑證）"
    for reached in (Standing.SENT, Standing.WITHDRAWN, Standing.KEPT):
        for locale in LOCALES:
            assert "催告被告" not in demand(reached, locale)[2]


def test_title_and_number_stand_as_the_letter_prints_them_in_either_script() -> None:
    assert {demand(Standing.KEPT, locale)[0] for locale in LOCALES} == {
        "催交物业费通知书（〔2026〕催字第0001号）"
    }


def test_a_lawyers_letter_comes_from_the_firm_and_its_draft_is_called_one() -> None:
    for locale in LOCALES:
        name, source, proves = demand(Standing.ARRIVED, locale, LetterKind.LAWYER_LETTER)
        assert "底稿（" in name
        assert source == "样州律师事务所出具"
        assert "底稿" in proves


def test_a_signature_that_does_not_count_is_told_with_the_result() -> None:
    assert result_text(BY_GUARD, False, "zh") == "已送达（签收人不符合规定，未计为到达）"
    assert result_text(BY_GUARD, False, "zh-Hant") == "已送達（簽收人不符合規定，未計為到達）"
    assert result_text(SIGNED, False, "zh") == "已送达"
    assert result_text(SIGNED, True, "zh") == "已送达（文书已先行撤回，未计为到达）"
    assert result_text(event("hand", "delivered"), False, "zh") == "已送达（无送达证明，未计为到达）"
    assert result_text(event("hand", "refused"), False, "zh") == "拒收"


@pytest.mark.parametrize(
    ("channel", "media_type", "zh", "hant"),
    [
        ("sms", "image/png", "电子数据", "電子數據"),
        ("wechat", "application/pdf", "电子数据", "電子數據"),
        ("email", "image/jpeg", "电子数据", "電子數據"),
        ("hand", "image/jpeg", "电子数据", "電子數據"),
        ("posted", "video/mp4", "视听资料", "視聽資料"),
        ("ems", "application/pdf", "书证", "書證"),
        ("notary", "image/tiff", "书证", "書證"),
    ],
)
def test_a_proof_is_the_kind_of_evidence_its_file_is(
    channel: str, media_type: str, zh: str, hant: str
) -> None:
    told = event(channel, "delivered")
    for locale, kind in (("zh", zh), ("zh-Hant", hant)):
        row = proof_exhibit("〔2026〕催字第0001号", told, media_type, date(2026, 11, 20), "已送达", locale)
        assert row.kind == kind
        assert "〔2026〕催字第0001号" in row.name
