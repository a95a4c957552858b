"""The tables the tests of this room are typed from stand in a note beside the repository: none may drift or be short.

Where the note is (``shared/law/cn.md``), every table of numbers in it is read anew and set against what the tests
hold, and against the code. The tests of the values themselves need no note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from claim_material import cny
from test_court_fees import FORMULAS, VECTORS
from test_late_rates import HISTORY
from test_rate_text import LPR_AT_THREE, YEARLY
from test_words import EXAMPLES, VARIANTS

from evidence.claim.court_fees import case_fee
from evidence.claim.limitation import FeeTerm, limitation_of
from evidence.claim.rate_text import LateRate, parse_rate
from evidence.claim.words import parse_rmb_words, rmb_words
from evidence.law.calendar import load_calendar
from evidence.law.fees import fees_on
from evidence.law.identity import check_citizen_number, check_uscc
from evidence.law.rates import load_rates
from evidence.law.statutes import load_statutes
from evidence.model.period import Period

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def note() -> str:
    path = Path(__file__).parents[2].parent / "shared" / "law" / "cn.md"
    if not path.is_file():
        pytest.skip("shared/law/cn.md is not here")
    return path.read_text("utf-8")


def section(note: str, first: str, after: str) -> str:
    return note[note.index(first) : note.index(after, note.index(first))]


def rows(text: str) -> Iterator[list[str]]:
    """The cells of every table row, without the rows of dashes."""
    for line in text.splitlines():
        if line.startswith("|") and not re.fullmatch(r"[|\- ]+", line):
            yield [cell.strip().strip("*") for cell in line.strip("|").split("|")]


def number(text: str) -> str:
    return text.replace(",", "")


def test_capitals_9_1(note: str) -> None:
    table = [row for row in rows(section(note, "### 9.1", "### 9.2")) if re.match(r"[\d,]+\.\d\d$", row[0])]
    assert len(table) == 12
    for amount, cell in table:
        words = re.match(r"人民币[^\s(（\[]+", cell)
        assert words
        assert (number(amount), words[0]) in EXAMPLES
        assert rmb_words(cny(number(amount))) == words[0]
        for other in re.findall(r"\(or (壹[^)]+)\)", cell):
            assert ("人民币" + other, number(amount)) in VARIANTS
        if "without 零" in cell or "optional" in cell:
            without = re.sub(r"元零(?=.角)", "元", words[0])
            assert without != words[0]
            assert (without, number(amount)) in VARIANTS
            assert parse_rmb_words(without).amount == Decimal(number(amount))


def test_daily_rates_2_3(note: str) -> None:
    table = {row[0]: row[1] for row in rows(section(note, "Rate table for the calculator", "One-year LPR"))}
    del table["Clause"]
    lpr = table.popitem()
    assert {clause: percent.rstrip("%") for clause, percent in table.items()} == dict(YEARLY)
    for clause, percent in table.items():
        rate = parse_rate(clause)
        assert isinstance(rate, LateRate)
        assert rate.year_fraction(365) * 100 == Decimal(percent.rstrip("%"))
    factors = re.findall(r"[\d.]+", lpr[0].removeprefix("LPR 3.0%"))
    percents, daily = (re.findall(r"[\d.]+", part) for part in lpr[1].split("(="))
    assert [(Decimal(f), Decimal(p), d) for f, p, d in zip(factors, percents, daily, strict=True)] == [
        (Decimal(f), Decimal(p), d) for f, p, d in LPR_AT_THREE
    ]


def test_history_of_the_reference_rate_2_3(note: str) -> None:
    text = section(note, "One-year LPR history", "### 2.4")
    history = re.findall(r"(20\d\d-\d\d-\d\d) (\d\.\d\d)", text)
    assert history == [(day, percent) for day, percent, _ in HISTORY]
    table = load_rates("cn").reference
    assert [(row.since.isoformat(), str(row.percent)) for row in table.rows] == history
    assert "No value after 2025-05-20 is verified" in text
    assert table.known_until == date(2025, 5, 20)


def test_court_fees_6_4(note: str) -> None:
    text = section(note, "**诉讼费用交纳办法**", "Half: art. 15")
    values = re.findall(r"([\d,]+)→([\d,.]+)", text)
    assert [(number(claim), Decimal(number(fee))) for claim, fee in values] == [
        (claim, Decimal(fee)) for claim, fee in VECTORS
    ]
    schedule = fees_on("cn", TODAY)
    for claim, fee in values:
        assert case_fee(cny(number(claim)), schedule).amount == cny(number(fee))
    bands = [row for row in rows(text) if "x" in row[2] and row[0] != "Band (元)"]
    found = [re.match(r"([\d.]+)x ([−+]) ([\d,]+)", row[2]) for row in bands]
    assert [(m[1], int(number(m[3])) * (1 if m[2] == "+" else -1)) for m in found if m] == [
        (rate, constant) for _, _, rate, constant in FORMULAS
    ]
    for row, (above, up_to, rate, constant) in zip(bands, FORMULAS, strict=True):
        limits = [number(limit) for limit in re.findall(r"[\d,]{2,}", row[0])]
        assert limits == ([above, up_to] if len(limits) == 2 else [above])
        exact = case_fee(cny(up_to), schedule).exact
        assert exact == Fraction(rate) * Fraction(up_to) + constant


def test_check_digits_9_4_and_9_5(note: str) -> None:
    (citizen,) = re.findall(r"Test vector: \*\*(\w{18})\*\*", section(note, "### 9.4", "### 9.5"))
    assert check_citizen_number(citizen, TODAY) == ()
    text = section(note, "### 9.5", "### 9.6")
    companies = re.findall(r"\b9[0-9A-Z]{17}\b", text)
    assert len(companies) == 4
    for code in companies:
        assert check_uscc(code) == ()
    typed = (Path(__file__).parents[1] / "law" / "test_identity.py").read_text("utf-8")
    assert all(f'"{value}"' in typed for value in (citizen, *companies))


def test_the_example_of_limitation_3_1(note: str) -> None:
    example = re.search(r"Example: due (\S+) → last day (\d{4}-\d\d-\d\d)", note)
    assert example
    term = FeeTerm("物业费", Period.months(2023, 10, 2023, 12), date.fromisoformat(example[1]))
    assert limitation_of(term, [], TODAY, load_calendar("cn")).last_day == date.fromisoformat(example[2])


# Rows of the table of statutes, by a word of their name, and where the pack keeps them.
STATUTES = {
    "中华人民共和国民法典": "civil-code",
    "中华人民共和国合同法": "contract-law",
    "民法总则": "general-provisions",
    "物业服务纠纷解释 (具体应用法律)": "property-interpretation-2009",
    "物业服务纠纷解释 (适用法律)": "property-interpretation",
    "物业服务收费管理办法": "fee-measures",
    "民法典时间效力规定": "temporal-rules",
    "合同编通则解释": "contract-interpretation",
    "合同法解释（二） art. 29": "contract-law-interpretation-2",
    "民事诉讼法": "civil-procedure",
    "民事证据规定": "evidence-rules",
    "在线诉讼规则": "online-rules",
    "互联网法院规定": "internet-courts",
    "互联网法院案件管辖规定": "internet-courts-jurisdiction",
    "登记立案规定": "registration-rules",
    "法院专递规定": "court-mail",
    "民事案件案由规定": "causes-of-action",
    "起诉状答辩状示范文本（试行）": "complaint-forms-trial",
    "起诉状答辩状示范文本": "complaint-forms",
    "诉讼费用交纳办法": "court-fees",
    "密码法": "cryptography",
    "商用密码管理条例": "commercial-cryptography",
    "个人信息保护法": "pipl",
    "治安管理处罚法": "public-security",
    "人民调解法": "mediation-law",
    "仲裁法": "arbitration-law",
    "邮政法": "postal-law",
    "城市居民委员会组织法": "residents-committees",
    "印章管理规定": "seals",
    "支付结算办法 附一": "payment-settlement",
}


def test_dates_of_the_table_of_statutes_11(note: str) -> None:
    table = load_statutes("cn")
    seen = set()
    for row in rows(section(note, "## 11.", "## 12.")):
        key = STATUTES.get(row[0])
        start = re.match(r"\**(\d{4}-\d\d-\d\d)", row[2]) if len(row) > 3 else None
        if key is None or start is None:
            continue
        seen.add(row[0])
        until = re.match(r"(\d{4}-\d\d-\d\d)", row[3])
        edition = table.statutes[key].edition_on(date.fromisoformat(start[1]))
        assert edition is not None, row
        assert edition.since.isoformat() == start[1], row
        assert edition.until == (date.fromisoformat(until[1]) if until else None), row
    assert seen == set(STATUTES)
