"""The fictional estate: sixty homes, shops and parking spaces, and what each of them owes.

Everything is invented. Owners carry 样 in their names, telephone numbers run 13800000001, 13800000002 …, and
city, street and companies do not exist. The lines made here are the one source of every sample ledger and of
``truth.json``; amounts are ``Decimal`` and rounded half-up to the fen once per line.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

ESTATE = "样本·和风苑小区"
FEN = Decimal("0.01")

PROPERTY = "物业服务费"
PARKING = "停车费(车位管理费)"
SHARED = "公摊水电费"

HOME_PRICE = Decimal("2.60")  # yuan per m² and month
SHOP_PRICE = Decimal("4.80")
SPACE_PRICE = Decimal("80.00")  # yuan per space and month


@dataclass(frozen=True)
class Home:
    """A home, shop or parking space, in the words a ledger uses for its three parts."""

    building: str
    unit: str
    room: str

    @property
    def label(self) -> str:
        """Words are joined as they are (1栋2单元301), a bare letter gets a hyphen (S-12, B1-056)."""
        bare = not self.unit and self.building[-1].isascii()
        return f"{self.building}-{self.room}" if bare else f"{self.building}{self.unit}{self.room}"


@dataclass(frozen=True)
class Line:
    """One fee item for one period: the last day to pay on time, what was billed and what was paid."""

    home: Home
    owner: str
    phone: str
    item: str
    start: tuple[int, int]
    end: tuple[int, int]
    due: date
    billed: Decimal
    paid: Decimal
    area: Decimal | None = None
    price: Decimal | None = None
    remark: str = ""

    @property
    def owed(self) -> Decimal:
        return self.billed - self.paid


# home | owner | unpaid quarters of the property fee | unpaid parking terms | unpaid utility months | part
# "part" is what was paid towards the oldest unpaid quarter. A star in front of the count leaves out (as paid)
# the second unpaid quarter, so that the arrears have a gap.
_BOOK = """
1栋1单元101 | 岳样川 | 6 | 2 | 2 | 300.00
1栋1单元102 | 于样安 | 2 | 0 | 0 |
1栋1单元201 | 范样宁 | 0 | 0 | 0 |
1栋1单元202 | 游样舟 | 3 | 1 | 0 |
1栋1单元301 | 余样庆 | 1 | 0 | 0 |
1栋1单元302 | 丑样山 | 9 | 0 | 3 |
1栋1单元401 | 涂样林 | 0 | 0 | 0 |
1栋1单元402 | 里样 | 4 | 0 | 0 | 120.50
1栋2单元101 | 王㛃䶮 | 3 | 0 | 1 |
1栋2单元102 | 赵样明 | 0 | 0 | 0 |
1栋2单元201 | 钱样华、孙样丽 | 5 | 2 | 0 |
1栋2单元202 | 李样 | 1 | 0 | 0 |
1栋2单元301 | 张三 <女> & 公司 | 4 | 1 | 2 |
1栋2单元302 | 周样波 | 2 | 0 | 0 |
1栋2单元401 | 吴样洁 | 0 | 0 | 0 |
1栋2单元402 | 郑样雨 | *7 | 0 | 0 |
2栋1单元101 | 冯样春 | 2 | 0 | 0 |
2栋1单元102 | 陈样秋 | 1 | 1 | 0 |
2栋1单元201 | 褚样方 | 0 | 0 | 0 |
2栋1单元202 | 卫样平 | 9 | 5 | 0 |
2栋1单元301 | 蒋样清 | 3 | 0 | 0 |
2栋1单元302 | 葉樣葦 | 4 | 0 | 1 |
2栋1单元401 | 沈样河 | 2 | 0 | 0 | 50.00
2栋1单元402 | 韩样江 | 0 | 0 | 0 |
2栋2单元101 | 𠮷某样 | 3 | 0 | 0 |
2栋2单元102 | 杨样柳 | 1 | 0 | 0 |
2栋2单元201 | 古丽巴哈尔·阿卜杜热合曼·样本 | 5 | 1 | 0 |
2栋2单元202 | 朱样砂 | 0 | 0 | 0 |
2栋2单元301 | 秦样关 | 2 | 0 | 0 |
2栋2单元302 | 尤样 | 6 | 0 | 2 |
2栋2单元401 | 许样诺 | 1 | 0 | 0 |
2栋2单元402 | 何样田 | 0 | 0 | 0 |
3栋1单元101 | 吕样品 | 3 | 0 | 0 |
3栋1单元102 | 施样行 | 2 | 1 | 0 |
3栋1单元201 | 张样甲、张样乙 | 4 | 0 | 0 |
3栋1单元202 | 孔样方 | 0 | 0 | 0 |
3栋1单元301 | 曹样冬 | 1 | 0 | 0 | 400.00
3栋1单元302 | 严样谨 | *5 | 0 | 1 |
3栋1单元401 | 金样 | 2 | 0 | 0 |
3栋1单元402 | 魏样原 | 0 | 0 | 0 |
3栋1单元501 | 陶样瓷 | 8 | 3 | 0 |
3栋1单元502 | 姜样米 | 1 | 0 | 0 |
3栋1单元601 | 戚样风 | 2 | 0 | 2 |
3栋1单元602 | 谢样辞 | 0 | 0 | 0 |
S-01 | 样州示例商贸有限公司 | 4 | 0 | 1 |
S-02 | 邹样记 | 2 | 0 | 0 |
S-03 | 喻样行 | 0 | 0 | 0 |
S-05 | 柏样木 | 3 | 0 | 0 | 300.00
S-06 | 水样年 | 1 | 0 | 0 |
S-08 | 窦样子 | 0 | 0 | 0 |
S-09 | 样州市示例区虚构路第一二三四五六七八九十居民小组股份经济合作联合社 | 2 | 0 | 0 |
S-12 | 章样文 | 5 | 0 | 3 |
B1-003 | 云样鹤 | - | 1 | 0 |
B1-012 | 苏样州 | - | 2 | 0 |
B1-018 | 潘样安 | - | 0 | 0 |
B1-027 | 葛样布 | - | 3 | 0 |
B1-056 | 奚样琴 | - | 4 | 0 |
B1-061 | 范样进 | - | 0 | 0 |
B1-088 | 彭样湖 | - | 1 | 0 |
B1-102 | 郎样 | - | 5 | 0 |
"""

QUARTERS = [((y, m), (y, m + 2), date(y, m, 15)) for y in (2024, 2025, 2026) for m in (1, 4, 7, 10)][2:11]
# Parking is paid before each half-year; the last term of the book is a quarter.
TERMS = [
    ((2024, 7), (2024, 12), date(2024, 6, 30)),
    ((2025, 1), (2025, 6), date(2024, 12, 30)),
    ((2025, 7), (2025, 12), date(2025, 6, 30)),
    ((2026, 1), (2026, 6), date(2025, 12, 30)),
    ((2026, 7), (2026, 9), date(2026, 6, 30)),
]
UTILITY_MONTHS = [((2026, m), (2026, m), date(2026, m + 1, 25)) for m in (3, 5, 6, 7, 8)]
_AREAS = ("89.56", "102.35", "118.07", "125.80", "76.43", "95.22", "141.19")
_SHOP_AREAS = ("48.60", "62.15", "35.08", "110.40")


def months(start: tuple[int, int], end: tuple[int, int]) -> int:
    return (end[0] - start[0]) * 12 + end[1] - start[1] + 1


def last_day(month: tuple[int, int]) -> date:
    return date(month[0], month[1], calendar.monthrange(*month)[1])


def _home(label: str) -> Home:
    if "栋" in label:
        building, rest = label.split("栋")
        unit, room = rest.split("单元")
        return Home(f"{building}栋", f"{unit}单元", room)
    building, room = label.split("-")
    return Home(building, "", room)


def _fee(area: Decimal, price: Decimal, start: tuple[int, int], end: tuple[int, int]) -> Decimal:
    return (area * price * months(start, end)).quantize(FEN, ROUND_HALF_UP)


def _account(number: int, text: str) -> Iterable[Line]:
    label, owner, quarters, terms, utilities, part = (piece.strip() for piece in text.split("|"))
    home, phone, zero = _home(label), f"138{number:08d}", Decimal("0.00")
    shop = home.building == "S"
    area = Decimal((_SHOP_AREAS if shop else _AREAS)[number % (4 if shop else 7)])
    price = SHOP_PRICE if shop else HOME_PRICE
    if quarters != "-":
        count = int(quarters.lstrip("*"))
        # One paid term stands before the arrears where there is one, as property systems print it.
        first = max(0, len(QUARTERS) - count - 1)
        for place, (start, end, due) in enumerate(QUARTERS[first:], start=first):
            age = place - (len(QUARTERS) - count)  # 0 is the oldest unpaid quarter
            billed = _fee(area, price, start, end)
            settled = age < 0 or (quarters.startswith("*") and age == 1)
            paid = billed if settled else Decimal(part) if part and age == 0 else zero
            assert paid <= billed, f"{label}: {paid} of {billed}"
            remark = "部分已付" if zero < paid < billed else ""
            yield Line(home, owner, phone, PROPERTY, start, end, due, billed, paid, area, price, remark)
    if quarters == "-" or int(terms):
        first = max(0, len(TERMS) - int(terms) - (quarters == "-"))
        for place, (start, end, due) in enumerate(TERMS[first:], start=first):
            billed = (SPACE_PRICE * months(start, end)).quantize(FEN)
            paid = zero if place >= len(TERMS) - int(terms) else billed
            yield Line(home, owner, phone, PARKING, start, end, due, billed, paid)
    for place, (start, end, due) in enumerate(UTILITY_MONTHS[len(UTILITY_MONTHS) - int(utilities) :]):
        # An arbitrary but fixed spread of odd fen, 20 to 95 yuan.
        billed = Decimal(2000 + (number * 1373 + place * 2917) % 7500) / 100
        yield Line(home, owner, phone, SHARED, start, end, due, billed.quantize(FEN), zero)


def book() -> list[Line]:
    """Every line of the estate, in the order of the book."""
    rows = list(_BOOK.strip().splitlines())
    return [line for number, row in enumerate(rows, start=1) for line in _account(number, row)]


def truth(lines: Iterable[Line], currency: str = "CNY") -> dict[str, object]:
    """What an import of ``lines`` must give: per account what is owed since when, and the total."""
    accounts: dict[str, dict[str, object]] = {}
    owed: dict[str, list[Line]] = {}
    for line in lines:
        owed.setdefault(line.home.label, []).append(line)
    grand = Decimal(0)
    for label, of_home in owed.items():
        total = sum((line.owed for line in of_home), Decimal(0))
        unpaid = [line.due for line in of_home if line.owed]
        grand += total
        accounts[label] = {
            "debtor": of_home[0].owner,
            "premises": label,
            "outstanding": f"{total:.2f}",
            "oldest_due": min(unpaid).isoformat() if unpaid else None,
            "lines_owed": len(unpaid),
            "lines": len(of_home),
        }
    owing = sum(1 for entry in accounts.values() if entry["lines_owed"])
    return {
        "currency": currency,
        "accounts_total": len(accounts),
        "accounts_owing": owing,
        "accounts_paid": len(accounts) - owing,
        "grand_total": f"{grand:.2f}",
        "accounts": accounts,
    }
