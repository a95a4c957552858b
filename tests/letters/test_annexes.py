"""The annexes: every printed figure can be redone with a pocket calculator from what is printed beside it."""

from __future__ import annotations

import os
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from annex_samples import ACCOUNTS, AS_OF, CREATED, HOME, LOCALES, Made, about, context, made, month, render
from letter_samples import yuan

from evidence.claim.late_terms import ClaimBasis
from evidence.claim.words import parse_rmb_words
from evidence.errors import EvidenceError
from evidence.letters.annexes import AnnexKind
from evidence.letters.convert import open_converter, page_text
from evidence.letters.engine import check_variables, compile_template, document_text
from evidence.letters.packs import find_pack
from evidence.model.events import AccountEvents, Hold, HoldReason, Payment
from evidence.resources import templates_dir

SNAPSHOTS = Path(__file__).parents[1] / "snapshots" / "annexes"
# `EVIDENCE_UPDATE_SNAPSHOTS=1 pytest tests/letters/test_annexes.py` writes the texts anew; review them as a diff.
UPDATE = bool(os.environ.get("EVIDENCE_UPDATE_SNAPSHOTS"))
EACH = pytest.mark.parametrize(
    ("name", "kind", "locale"),
    [(name, kind, locale) for name in ACCOUNTS for kind in AnnexKind for locale in LOCALES],
)
ALL = pytest.mark.parametrize("name", ACCOUNTS)


def values(kind: AnnexKind, calculation: Made, locale: str = "zh") -> dict[str, Any]:
    return context(kind, calculation, locale).values


def figure(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def calculator(formula: str) -> Fraction:
    """What a pocket calculator makes of ``1648.40 × 20 × 3% ÷ 365``; knows nothing of the code that wrote it."""
    product, *divisors = formula.split(" ÷ ")
    result = Fraction(1)
    for factor in product.split(" × "):
        result *= Fraction(factor[:-1]) / 100 if factor.endswith("%") else Fraction(factor)
    for divisor in divisors:
        result /= Fraction(divisor)
    return result


def to_fen(exact: Fraction) -> Decimal:
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


# -- figures ---------------------------------------------------------------------------------------------------


@ALL
def test_each_row_of_the_fee_statement_adds_up_and_so_do_the_totals(name: str) -> None:
    sheet = values(AnnexKind.FEE_STATEMENT, ACCOUNTS[name]())
    columns = ("billed", "change", "paid", "outstanding", "held", "demanded")
    for row in [*sheet["lines"], sheet["totals"]]:
        billed, change, paid, outstanding, held, demanded = (figure(row[column]) for column in columns)
        assert billed + change - paid == outstanding
        assert outstanding - held == demanded
    for column in columns:
        assert sum(figure(row[column]) for row in sheet["lines"]) == figure(sheet["totals"][column])
    assert sheet["total"] == sheet["totals"]["demanded"]
    assert parse_rmb_words(sheet["total_words"]).amount == figure(sheet["total"])


@ALL
def test_area_price_and_months_give_what_was_billed(name: str) -> None:
    lines = values(AnnexKind.FEE_STATEMENT, ACCOUNTS[name]())["lines"]
    told = [row for row in lines if row["calculation"] != "—"]
    assert bool(told) == (name != "extreme")
    for row in told:
        assert to_fen(calculator(row["calculation"])) == figure(row["billed"])


def test_a_price_that_does_not_give_the_bill_is_left_out() -> None:
    sheet = values(AnnexKind.FEE_STATEMENT, made(month(2025, 1, billed="300.00")))
    assert [row["calculation"] for row in sheet["lines"]] == ["—"]


def test_the_printed_equations_hold() -> None:
    sheet = values(AnnexKind.FEE_STATEMENT, ACCOUNTS["short"]())
    assert sheet["equation"] == (
        "应收1,051.12元－更正及减免50.50元－已付400.00元＝尚欠600.62元；尚欠600.62元－暂缓主张60.00元＝本次主张540.62元"
    )
    for equation in (sheet["equation"], sheet["payments_equation"]):
        for part in equation.split("；"):
            left, right = part.split("＝")[:2]
            amounts = [re.findall(r"([－＋]?)[^－＋\d]*([\d,]+\.\d\d)元", side) for side in (left, right)]
            sums = [
                sum(figure(text) * (-1 if sign == "－" else 1) for sign, text in side) for side in amounts
            ]
            assert sums[0] == sums[1]


def test_parts_of_a_payment_sum_to_the_payment() -> None:
    rows = values(AnnexKind.FEE_STATEMENT, ACCOUNTS["short"]())["payments"]
    number, payment = "", Decimal(0)
    shares: dict[str, list[Decimal]] = {}
    for row in rows:
        number = row["number"] or number
        payment = figure(row["amount"]) if row["amount"] else payment
        shares.setdefault(f"{number} {payment}", []).append(figure(row["share"]))
    assert {name: sum(parts) for name, parts in shares.items()} == {
        "1 300.00": Decimal("300.00"),
        "2 100.00": Decimal("100.00"),
    }
    assert rows[0]["rule"] == "先到期的优先（第560条第2款）"
    assert rows[-1]["rule"] == "债务人指定（第560条第1款）"


@ALL
@pytest.mark.parametrize("full", [False, True])
def test_every_late_figure_is_the_sum_of_its_formulas_rounded_once(name: str, full: bool) -> None:
    sheet = context(AnnexKind.LATE_CHARGE, ACCOUNTS[name](), full=full).values
    assert sheet["has_reference"] is full
    names = ("contract", "reference", "claimed") if full else ("contract", "claimed")
    columns = dict(zip("①②③", names, strict=False))
    done = 0
    for line in sheet["lines"]:
        for mark, column in columns.items():
            steps = [s for s in sheet["steps"] if s["number"] == line["number"] and mark in s["figure"]]
            if line[column] == "—":
                assert not steps
                continue
            found = to_fen(sum((calculator(step["formula"]) for step in steps), start=Fraction(0)))
            if steps[-1]["capped"]:
                assert found > figure(line["base"])
                found = figure(line["base"])
            assert found == figure(line[column]) == figure(steps[-1]["amount"])
            done += 1
    assert done >= 2 * len(sheet["lines"])


@ALL
def test_a_step_is_base_days_and_rate_and_days_are_counted_from_its_dates(name: str) -> None:
    for step in values(AnnexKind.LATE_CHARGE, ACCOUNTS[name]())["steps"]:
        percent = step["rate"].lstrip("日年")
        wanted = f"{figure(step['base'])} × {step['days']} × {percent}"
        assert step["formula"] == wanted + (" ÷ 365" if step["rate"].startswith("年") else "")
        first, last = (_day(step[key]) for key in ("first", "last"))
        assert (last - first).days + 1 == int(step["days"])
        if step["rate_from"]:
            assert calculator(step["rate_from"]) * 100 == Fraction(percent.rstrip("%"))
        exact = calculator(step["formula"])
        assert 0 <= exact - Fraction(step["unrounded"]) < Fraction(1, 10**6)


def _day(text: str) -> date:
    return date(*map(int, re.findall(r"\d+", text)))


@ALL
def test_late_totals_and_the_whole_claim_add_up(name: str) -> None:
    calculation = ACCOUNTS[name]()
    sheet = values(AnnexKind.LATE_CHARGE, calculation)
    for column in ("contract", "reference", "claimed", "settled", "outstanding"):
        amounts = [row[column] for row in sheet["lines"]]
        if "—" in amounts:
            assert sheet["totals"][column] == "—"
        else:
            assert sum(map(figure, amounts)) == figure(sheet["totals"][column])
    late, whole = (figure(re.findall(r"人民币([\d,.]+)元", text)[0]) for text in sheet["summary"])
    principal = figure(values(AnnexKind.FEE_STATEMENT, calculation)["total"])
    assert late == figure(sheet["totals"]["outstanding"])
    assert late + principal == whole
    for text, amount in zip(sheet["summary"], (late, whole), strict=True):
        assert parse_rmb_words(re.findall(r"大写：([^）]+)", text)[0]).amount == amount


# -- what is told ----------------------------------------------------------------------------------------------


def test_a_rate_that_is_not_known_is_a_dash_and_told_to_the_court_as_a_fact() -> None:
    late = made(month(2026, 1), as_of=date(2026, 3, 31))
    sheet = context(AnnexKind.LATE_CHARGE, late, full=True).values
    assert [row["reference"] for row in sheet["lines"]] == ["—"]
    assert sheet["totals"]["reference"] == "—"
    (note,) = sheet["notes"]
    assert note == (
        "②：一年期贷款市场报价利率（LPR）在2025年5月20日之后的数值未经核实收录，本表不以推定的数值计算，涉及的1项从缺。"
    )
    assert "evidence law" not in document_text(render(AnnexKind.LATE_CHARGE, late, full=True))


def test_a_court_is_shown_no_figure_that_argues_for_the_other_side() -> None:
    """585(2): the owner may ask to lower a charge above the loss; the claimant's own exhibit does not do it for them."""
    agreed = ACCOUNTS["short"]()
    for locale in LOCALES:
        exhibit, full = (
            document_text(render(AnnexKind.LATE_CHARGE, agreed, locale, full=full)) for full in (False, True)
        )
        assert "LPR" in full
        assert "LPR" not in exhibit
        assert "尚未" not in exhibit


def test_a_claim_by_the_reference_rate_shows_that_rate() -> None:
    by_law = made(month(2025, 1), claimed=ClaimBasis.REFERENCE)
    sheet = values(AnnexKind.LATE_CHARGE, by_law)
    assert sheet["has_reference"] is True
    assert [row["reference"] for row in sheet["lines"]] == [row["claimed"] for row in sheet["lines"]]


def test_a_claim_by_an_agreed_lpr_says_which_rates_nobody_compared() -> None:
    by_lpr = made(*(month(2022, n) for n in (1, 2, 3)), clause="LPR的1.3倍")
    sheet = values(AnnexKind.LATE_CHARGE, by_lpr)
    assert sheet["has_reference"] is False
    assert any("尚未与公布的文本核对" in note for note in sheet["notes"])


def test_a_claim_that_rests_on_an_unknown_rate_has_no_total() -> None:
    late = made(month(2026, 1), clause="LPR的1.3倍", as_of=date(2026, 3, 31))
    sheet = values(AnnexKind.LATE_CHARGE, late)
    assert (sheet["summary"], sheet["steps"], sheet["totals"]["outstanding"]) == ([], [], "—")
    assert "②所依据的利率数值尚未收录齐全，不能得出数额，合计从缺。" in sheet["notes"]


def test_why_somebody_does_not_pay_stays_in_the_case_file() -> None:
    hold = Hold("000009", HOME, (about(2025, 1),), HoldReason.HARDSHIP, AS_OF, note="样本备注：失业")
    text = document_text(
        render(AnnexKind.FEE_STATEMENT, made(month(2025, 1), events=AccountEvents(holds=(hold,))))
    )
    assert "暂缓主张" in text
    for secret in ("困难", "失业"):
        assert secret not in text


def test_the_sheet_says_whose_reckoning_it_is_and_where_it_comes_from() -> None:
    for kind in AnnexKind:
        text = document_text(render(kind, ACCOUNTS["short"]()))
        for words in ("债权人单方计算", "第3次导入", "第17号条目", "0123456789abcdef", "未加盖核验标记"):
            assert words in text


def test_nothing_due_and_no_clause_are_refused_by_name() -> None:
    for kind, calculation, code in (
        (AnnexKind.FEE_STATEMENT, made(month(2025, 6)), "letters.annex-nothing-owed"),
        (AnnexKind.LATE_CHARGE, made(month(2025, 1), clause=None), "letters.annex-no-late-charge"),
    ):
        with pytest.raises(EvidenceError) as caught:
            context(kind, calculation)
        assert [problem.code for problem in caught.value.problems] == [code]


def test_money_beyond_every_charge_is_the_owners_credit() -> None:
    events = AccountEvents(payments=(Payment("000003", HOME, AS_OF, yuan("300.00")),))
    sheet = values(
        AnnexKind.FEE_STATEMENT, made(month(2025, 1), month(2025, 2, paid="262.78"), events=events)
    )
    assert sheet["payments_equation"] == "付款合计300.00元＝抵充本金262.78元＋余额37.22元"
    assert [row["part"] for row in sheet["payments"]] == ["本金", "余额"]


# -- templates, snapshots, pages -------------------------------------------------------------------------------


@EACH
def test_every_variable_is_known(name: str, kind: AnnexKind, locale: str) -> None:
    path = find_pack(templates_dir(), "cn", locale).annexes[kind.value]
    found = context(kind, ACCOUNTS[name](), locale)
    assert check_variables(compile_template(path.read_bytes(), path.name), found.values) == ()


@EACH
def test_the_words_are_those_reviewed(name: str, kind: AnnexKind, locale: str) -> None:
    text = document_text(render(kind, ACCOUNTS[name](), locale)) + "\n"
    path = SNAPSHOTS / f"{kind.value}-{name}.{locale}.txt"
    if UPDATE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@ALL
@pytest.mark.parametrize("kind", AnnexKind)
def test_both_scripts_print_the_same_figures(name: str, kind: AnnexKind) -> None:
    zh, hant = (
        re.findall(r"\d[\d,.]*", document_text(render(kind, ACCOUNTS[name](), locale))) for locale in LOCALES
    )
    assert zh == hant


def test_the_page_on_templates_names_every_variable_of_the_annexes(checkout: Path) -> None:
    page = (checkout / "docs" / "templates.md").read_text("utf-8")
    documented = set(re.findall(r"`\.?([a-z0-9_.*]+)`", page))
    named = {piece for name in documented for piece in name.split(".")}

    def keys(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {k for inner in value.values() for k in keys(inner)}
        return {k for inner in value for k in keys(inner)} if isinstance(value, list) else set()

    used: set[str] = set()
    for kind in AnnexKind:
        printed = {**values(kind, ACCOUNTS["short"]())}
        assert printed.pop("law")
        used |= keys(printed)
    assert used - named == set()


@pytest.mark.parametrize("converter", ["builtin", pytest.param("libreoffice", marks=pytest.mark.libreoffice)])
def test_thirty_lines_flow_over_pages_under_their_head(converter: str) -> None:
    with open_converter(converter, "zh", prefer_installed=False) as engine:
        docs = [render(kind, ACCOUNTS["long"]()) for kind in AnnexKind]
        batches = engine.convert_batches(
            [[doc] for doc in docs], created=CREATED, nonces=[[bytes(16)]] * 2, landscape=True
        )
    fee, late = (["".join(text.split()) for text in page_text(pdf)] for (pdf,) in batches)
    assert [("应付日" in text) for text in fee[:2]] == [True, True]
    assert all("债权人单方计算" in text for text in [*fee, *late])
    steps = [text for text in late if "÷365" in text]
    assert len(steps) > 1
    assert all("四舍五入至分" in text for text in steps)


def test_a_sheet_on_its_side_is_refused_where_a_stamp_is_to_come() -> None:
    doc = render(AnnexKind.FEE_STATEMENT, ACCOUNTS["short"]())
    with (
        open_converter("builtin", "zh", prefer_installed=False) as engine,
        pytest.raises(EvidenceError) as caught,
    ):
        engine.convert([doc], created=CREATED, nonces=[bytes(16)])
    assert [problem.code for problem in caught.value.problems] == ["convert.not-a4"]
