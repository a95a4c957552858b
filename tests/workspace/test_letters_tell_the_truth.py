"""What a letter says beside its figures: of limitation, of an agreement it is made under, of whom the contract binds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import casefile
import estate
import pytest

from evidence.clock import fixed_source
from evidence.letters.engine import document_text
from evidence.model.case import CaseKind
from evidence.model.delivery import Channel, Outcome
from evidence.model.letter import LetterKind
from evidence.model.office import PlanTerms
from evidence.workspace import Workspace
from evidence.workspace.issue import IssueResult

ACCOUNT, OTHER = estate.OWNERS[0][0], estate.OWNERS[1][0]
WHOLE = {
    "zh": "自本通知到达贵户时起，产生诉讼时效中断的效力",
    "zh-Hant": "自本通知到達貴戶時起，產生訴訟時效中斷的效力",
}
PART = {
    "zh": "自本通知到达贵户时起，对诉讼时效期间尚未届满的各期，产生诉讼时效中断的效力",
    "zh-Hant": "自本通知到達貴戶時起，對訴訟時效期間尚未屆滿的各期，產生訴訟時效中斷的效力",
}


def on(root: Path, day: str) -> Workspace:
    return Workspace.open(root, source=fixed_source(f"{day}T10:00:00+08:00", day))


def text_of(made: Workspace, result: IssueResult) -> str:
    (copy,) = (made.root / "letters" / result.folder).glob(f"*_{result.issued[-1].key}.docx")
    return document_text(copy.read_bytes(), copy.name)


def demand(made: Workspace, account: str = ACCOUNT, locale: str | None = None) -> IssueResult:
    return made.issue(LetterKind.DEMAND, accounts=[account], converter="builtin", locale=locale)


# ── limitation ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def old_debts(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """The first owner owes January 2022, whose three years are over, and October 2026; the second October alone."""
    folder = tmp_path_factory.mktemp("old")
    rows = [
        estate.HEADER,
        [ACCOUNT, "样甲", "物业费", "2022年1月", "2022-01-31", "100", "0"],
        [ACCOUNT, "样甲", "物业费", "2026年10月", "2026-10-31", "100", "0"],
        [OTHER, "样乙", "物业费", "2026年10月", "2026-10-31", "100", "0"],
    ]
    (folder / "old.csv").write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    with Workspace.init(
        folder / "office", locale="zh", config=estate.config(checkout), source=estate.source()
    ) as made:
        made.import_ledger([folder / "old.csv"])
        return made.root


@pytest.fixture
def office(old_debts: Path, tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(shutil.copytree(old_debts, tmp_path / "office"), source=estate.source("old")) as made:
        yield made


def test_a_late_charge_left_of_a_barred_period_is_not_said_to_be_interrupted(office: Workspace) -> None:
    """January 2022 is paid; only the late charge that ran on it for years is still claimed."""
    settings = office.root / "evidence.toml"
    text = settings.read_text("utf-8").replace('"2024-06-20"', '"2020-06-20"')
    text = text.replace("\n[policy]", '\n[policy]\nlate_charge = "claim"')
    settings.write_text(text.replace("\n[contract]", '\n[contract]\nlate_rate = "日万分之五"'), "utf-8")
    paid = {"amount": "100", "received_on": "2026-11-22", "item": "物业费", "period": "2022年1月"}
    with on(office.root, "2026-11-22") as made:
        made.record_case(CaseKind.PAYMENT, ACCOUNT, paid)
        result = demand(made)
        words = text_of(made, result)
    assert "88.90元" in words, "100.00 x 1,756 days x 0.05 %, and 1.10 of October 2026"
    assert PART["zh"] in words


@pytest.mark.parametrize("locale", ["zh", "zh-Hant"])
def test_no_letter_says_that_what_is_time_barred_is_interrupted(office: Workspace, locale: str) -> None:
    result = demand(office, locale=locale)
    text = text_of(office, result)
    assert PART[locale] in text
    assert "2022年1月" in text, "never dropped"
    (warned,) = [w for w in result.warnings if w.code == "claim.barred-listed"]
    assert (warned.params["account"], warned.params["count"]) == (ACCOUNT, 1)
    assert (
        warned.params["periods"] == "物业费 2022-01/2022-01 (2025-02-05)"
    )  # after the holidays of that spring


def test_a_letter_whose_periods_all_run_claims_the_effect_for_all(office: Workspace) -> None:
    result = demand(office, OTHER)
    assert WHOLE["zh"] in text_of(office, result)
    assert not [w for w in result.warnings if w.code == "claim.barred-listed"]


def test_a_promise_in_time_keeps_the_period_running(office: Workspace) -> None:
    office.record_case(
        CaseKind.PROMISE,
        ACCOUNT,
        {"made_on": "2024-06-01", "due": "2024-07-01", "period": "2022年1月", "grade": "A"},
    )
    result = demand(office)
    assert WHOLE["zh"] in text_of(office, result)
    assert not [w for w in result.warnings if w.code == "claim.barred-listed"]


GIVEN_UP = {
    "zh": (
        "乙方知悉：上列2022年1月的物业费，诉讼时效期间已经届满",
        "第一百九十二条第二款",
        "第十九条，此后不得以诉讼时效期间届满为由抗辩",
        "尚未届满的其余各期",
    ),
    "zh-Hant": (
        "乙方知悉：上列2022年1月的物业费，訴訟時效期間已經屆滿",
        "第一百九十二條第二款",
        "第十九條，此後不得以訴訟時效期間屆滿為由抗辯",
        "尚未屆滿的其餘各期",
    ),
}


@pytest.mark.parametrize("locale", ["zh", "zh-Hant"])
def test_an_agreement_says_which_periods_are_barred_and_what_signing_gives_up(
    office: Workspace, locale: str
) -> None:
    """民法典 192(2), 时效规定 19: nobody signs away this defence without being told."""
    result = office.issue(
        LetterKind.INSTALMENT_AGREEMENT, accounts=[ACCOUNT], converter="builtin", locale=locale
    )
    text = text_of(office, result)
    for words in GIVEN_UP[locale]:
        assert words in text
    codes = [warning.code for warning in result.warnings]
    assert "claim.barred-agreed" in codes
    assert "claim.barred-listed" not in codes, "an agreement claims no interruption by demand"


def test_an_agreement_over_periods_that_all_run_says_nothing_of_it(office: Workspace) -> None:
    result = office.issue(LetterKind.INSTALMENT_AGREEMENT, accounts=[OTHER], converter="builtin")
    text = text_of(office, result)
    assert "届满" not in text
    assert "第十四条" in text
    assert not [w for w in result.warnings if w.code.startswith("claim.barred")]


def test_a_reminder_is_not_said_to_interrupt_anything(office: Workspace) -> None:
    result = office.issue(LetterKind.REMINDER, accounts=[ACCOUNT], converter="builtin")
    assert "时效" not in text_of(office, result)
    codes = [warning.code for warning in result.warnings]
    assert "claim.barred-reminded" in codes
    assert "claim.barred-listed" not in codes


# ── a signed agreement ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_demand_under_an_agreement_names_it_and_what_follows_and_then_that_all_is_due(
    tmp_path: Path, checkout: Path
) -> None:
    """220.50 in two instalments, on 30 November and 31 December; nothing is paid."""
    with estate.workspace(tmp_path, checkout) as made:
        root = made.root
        made.issue(
            LetterKind.INSTALMENT_AGREEMENT,
            accounts=[ACCOUNT],
            converter="builtin",
            plan_terms=PlanTerms(dates="2026-11-30,2026-12-31", late="waived"),
        )
        made.record_case(
            CaseKind.AGREEMENT, ACCOUNT, {"letter": "〔2026〕协字第0001号", "signed_on": "2026-11-21"}
        )
    with on(root, "2026-12-05") as made:
        first = demand(made)
        text = text_of(made, first)
        for words in (
            "于2026年11月21日签订编号为〔2026〕协字第0001号的分期付款协议",
            "第1期（2026年11月30日到期，应付110.25元），尚欠110.25元；合计110.25元",
            "其余110.25元尚未到期，本通知暂不主张",
            "自本通知到达贵方之日起15日届满",
            "尚未到期的其余款项全部提前到期",
        ):
            assert words in text
        assert "协商分期支付" not in text
    photo = tmp_path / "签收.jpg"
    photo.write_bytes(casefile.photo())
    with on(root, "2026-12-06") as made:
        made.deliver(
            first.issued[0].key,
            channel=Channel.HAND,
            outcome=Outcome.DELIVERED,
            at="2026-12-06T09:00+08:00",
            servers=["样甲", "样乙"],
            signer="样人",
            relation="authorised",
            proofs=[photo],
        )
    with on(root, "2027-01-20") as made:
        second = demand(made)
        (row,) = [row for row in made.status(date(2027, 1, 20)) if row.account == ACCOUNT]
        assert row.plan is not None
        assert row.plan.state == "accelerated"
        text = text_of(made, second)
        for words in (
            "经我司催告，在分期协议约定的期限内仍未付清：第1期",
            f"剩余款项已于{row.plan.accelerated_on:%Y年}",
            "尚欠共计220.50元",
            "关于免除违约金的约定同时不再适用",
        ):
            assert words in text


def test_a_letter_without_an_agreement_says_nothing_of_one(office: Workspace) -> None:
    assert "分期协议" not in text_of(office, demand(office, OTHER))


# ── whom the contract binds ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("contract", "article", "words"),
    [
        (
            {"type": "early", "signed_by": "developer"},
            "第九百三十九条",
            "据此，物业服务合同对贵户具有法律约束力",
        ),
        ({"type": "individual"}, "第一百一十九条", "由贵户与委托人订立，对双方具有法律约束力"),
        ({}, "第一百一十九条", "为贵户所在的物业服务区域提供物业服务"),
    ],
)
def test_939_is_cited_only_where_the_contract_on_file_binds_by_it(
    office: Workspace, contract: dict[str, str], article: str, words: str
) -> None:
    if contract:
        office.record_case(CaseKind.CONTRACT, "", {"name": "合同（样本）", "from": "2020-01-01", **contract})
    result = office.issue(
        LetterKind.LAWYER_LETTER, accounts=[OTHER], converter="builtin", overrides=estate.UNDEMANDED
    )
    text = text_of(office, result)
    assert words in text
    assert [a for a in ("第九百三十九条", "第一百一十九条") if a in text] == [article]
