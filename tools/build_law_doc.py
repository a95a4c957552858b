"""The tables of docs/law-cn.md, from the law packs, so that the page cannot say anything the packs do not.

python tools/build_law_doc.py          write the tables into docs/law-cn.md
python tools/build_law_doc.py --check  exit 1 if the page is out of date
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from evidence.claim.rate_text import plain
from evidence.claim.readiness import RULES, RulePack, load_rules, rule_title
from evidence.claim.readiness.howto import commands
from evidence.claim.readiness.words import INPUTS
from evidence.delivery import channel_label
from evidence.i18n import translate
from evidence.law.fees import fees_on
from evidence.law.packs import load_law
from evidence.law.rates import load_rates
from evidence.law.service import load_service
from evidence.model.delivery import Channel

PAGE = Path(__file__).resolve().parent.parent / "docs" / "law-cn.md"
_COMMANDS = {"lawyer-letter": "律师函", "bundle": "证据包"}
_KINDS = {"law": "法律规定", "inference": "由法律推演", "policy": "本工具设定"}
_COMMITTEE = {"shall": "应当督促", "may": "可以督促", "": ""}


def mark(verified: bool) -> str:
    return "是" if verified else "**否**"


def rules(pack: RulePack) -> Iterator[str]:
    yield "| 规则 | 内容 | 依据 | 全部核对 | 未通过时停止 |"
    yield "|---|---|---|---|---|"
    for rule in RULES:
        data = pack.rules[rule.id]
        on = pack.statutes.checked_on
        basis = "；".join(grouped(data.basis, pack))
        stops = "、".join(_COMMANDS[command] for command in data.blocks) or "—"
        verified = mark(all(pack.is_verified(cite, on) for cite in data.basis)) if data.basis else "逐地"
        later = "（制作时审查）" if data.later else ""
        yield f"| {rule.id} | {rule_title(rule.id, 'zh')} | {basis or '地方规定，见下表'} | {verified} | {stops}{later} |"


# Where an input becomes a fact of a case: the module under evidence/workspace.
_FILLED = {
    **dict.fromkeys(("periods", "claimed_total"), "claims"),
    **dict.fromkeys(
        ("creditor_name", "creditor_uscc", "late_charge", "lpr_percent", "lpr_through"), "readiness"
    ),
    **dict.fromkeys(("demands", "interruptions", "texts"), "readiness"),
    **dict.fromkeys(("postings", "agreements", "court_fee"), "casepapers"),
    "agents": "casepapers",
    "filed": "bundlegate",
}


def inputs(pack: RulePack) -> Iterator[str]:
    yield "| 规则 | 所需事项 | 在何处登记 | 经查没有的 | 汇总于 |"
    yield "|---|---|---|---|---|"
    for rule in RULES:
        for name in rule.inputs:
            given, none = commands(name, "房号")
            where = "<br>".join(f"`{command}`".replace("|", "\\|") for command in given)
            words = translate(INPUTS[name], "zh")
            filled_in = _FILLED.get(name, "casefacts")
            yield f"| {rule.id} | {words} | {where} | {f'`{none}`' if none else '—'} | `{filled_in}` |"


def grouped(cites: tuple[str, ...], pack: RulePack) -> Iterator[str]:
    """Citations in words, the articles of one statute behind its name once."""
    by_statute: dict[str, list[str]] = {}
    for cite in cites:
        by_statute.setdefault(cite if cite.startswith("practice:") else cite.partition(":")[0], []).append(
            cite
        )
    for statute, places in by_statute.items():
        words = pack.in_words(places[0], "zh")
        name = words if statute.startswith("practice:") else pack.in_words(statute, "zh")
        words += "".join("、" + pack.in_words(cite, "zh").removeprefix(name) for cite in places[1:])
        checked = all(pack.is_verified(cite, pack.statutes.checked_on) for cite in places)
        yield words + ("" if checked or "未核对" in words else "（未核对）")


def figures(pack: RulePack) -> Iterator[str]:
    yield "| 数字 | 取值 | 性质 | 依据 |"
    yield "|---|---|---|---|"
    for key, figure in pack.figures.items():
        basis = pack.in_words(figure.basis, "zh") if figure.basis else "—"
        yield f"| `{key}` | {figure.value} | {_KINDS[figure.kind]} | {basis} |"


def local(pack: RulePack) -> Iterator[str]:
    yield "| 键 | 规定 | 催告次数 | 书面 | 公告 | 业委会 | 核对 | 出处 |"
    yield "|---|---|---|---|---|---|---|---|"
    for rule in pack.local:
        yield (
            f"| `{rule.key}` | {rule.in_words('zh')} | {rule.demands or '—'} | {'是' if rule.written else '—'} "
            f"| {'是' if rule.notice else '—'} | {_COMMITTEE[rule.committee] or '—'} | {mark(rule.verified)} | {rule.source} |"
        )


def statutes(pack: RulePack) -> Iterator[str]:
    yield "| 键 | 名称 | 施行 | 失效 | 文本核对 | 存疑之处 |"
    yield "|---|---|---|---|---|---|"
    for statute in pack.statutes.statutes.values():
        for edition in statute.editions:
            label = f"（{edition.amended}年文本）" if edition.amended else ""
            yield (
                f"| `{statute.key}` | {statute.name['zh']}{label} | {edition.since} | {edition.until or '—'} "
                f"| {mark(edition.verified)} | {'、'.join(_DOUBT[d] for d in edition.doubtful) or '—'} |"
            )


def factors(pack: RulePack) -> Iterator[str]:
    """What late charge is measured by: figures of the rate pack, with their basis."""
    raw = raw_pack("rates")["late_charge"]
    yield "| 数字 | 取值 | 依据 | 核对 |"
    yield "|---|---|---|---|"
    for key, value in raw.items():
        if key.endswith(("_basis", "_verified")):
            continue
        stem = key.rpartition("_factor")[0] or "loss"
        basis, verified = raw.get(f"{stem}_basis"), raw.get(f"{stem}_verified")
        if not key.endswith(("_factor", "_factor_low", "_factor_high")):
            basis = None
        words = pack.in_words(basis, "zh") if basis else _OWN[key]
        yield f"| `{key}` | {value} | {words} | {mark(verified) if basis else '—'} |"


_OWN = {
    "series": "民间借贷、买卖合同司法解释以一年期贷款市场报价利率为标准",
    "year_days": "本工具设定（单利，一年按365日；合同另有约定的从约定）",
    "implausible_year": "本工具设定：年利率超过365%（日百分之一）视为笔误，不予计算",
}


def rates(pack: RulePack) -> Iterator[str]:
    yield "| 自 | 一年期LPR（%） | 核对 | 出处 |"
    yield "|---|---|---|---|"
    table = load_rates("cn").reference
    for row in table.rows:
        yield f"| {row.since} | {row.percent} | {mark(row.verified)} | {row.source} |"
    yield f"| {table.known_until} 之后 | 无 | **否** | 不推算；用 `evidence law rates add` 补充 |"


def fees(pack: RulePack) -> Iterator[str]:
    """The schedule in force when the packs were last checked."""
    yield "| 项目 | 内容 | 依据 | 核对 |"
    yield "|---|---|---|---|"
    verified = mark(fees_on("cn", pack.statutes.checked_on).verified)
    (schedule,) = raw_pack("court-fees")["schedules"]
    for key, part in schedule.items():
        if isinstance(part, dict):
            cites = dict.fromkeys((part["basis"], *part.get("grounds", {}).values()))
            basis = "；".join(grouped(tuple(cites), pack))
            yield f"| `{key}` {_FEES[key]} | {_content(part)} | {basis} | {verified} |"


_FEES = {
    "case": "案件受理费",
    "enforcement": "申请执行费",
    "preservation": "保全申请费",
    "payment_order": "支付令",
    "halving": "减半",
    "small_claim": "小额诉讼",
}


def _content(part: dict[str, Any]) -> str:
    if "bands" in part:
        bands, above = [], ""
        for band in part["bands"]:
            reach = f"{above}至{band['up_to']}元" if "up_to" in band and above else ""
            reach = reach or (f"{band['up_to']}元以内" if "up_to" in band else f"超过{above}元")
            bands.append(
                reach + (f"每件{band['fixed']}元" if "fixed" in band else f" {percent(band['rate'])}")
            )
            above = band.get("up_to", above)
        return "；".join(bands) + (f"；最多{part['cap']}元" if "cap" in part else "")
    if "share_numerator" in part:
        return f"受理费的{part['share_numerator']}/{part['share_denominator']}"
    if "grounds" in part:
        return "简易程序（含小额）、调解、撤诉减半，只减一次"
    return (
        f"上年度就业人员年平均工资的{percent(part['mandatory_share'])}以下适用，"
        f"{percent(part['agreed_share'])}以下可以约定适用；工资数额由使用者填写"
    )


def percent(share: str) -> str:
    return f"{plain(Decimal(share) * 100)}%"


def sentences(pack: RulePack) -> Iterator[str]:
    """What letters quote, and whether each statute behind it was compared with a public copy."""
    law = load_law("cn")
    yield "| 句子 | 依据 | 核对 |"
    yield "|---|---|---|"
    for sentence in law.sentences.values():
        verified = all(law.statutes[cite.partition(":")[0]].verified for cite in sentence.cites)
        basis = "；".join(grouped(sentence.cites, pack)) if sentence.cites else "—（不引用法条）"
        yield f"| `{sentence.key}` | {basis} | {mark(verified) if sentence.cites else '—'} |"


def topics(pack: RulePack) -> Iterator[str]:
    """Which place regulates a matter on a day."""
    yield "| 事项 | 自 | 至 | 条文 | 核对 |"
    yield "|---|---|---|---|---|"
    for topic in pack.statutes.topics.values():
        for row in topic.rows:
            words = pack.in_words(row.cite, "zh")
            yield (
                f"| `{topic.key}` {topic.name['zh']} | {day(row.since)} | {day(row.until)} | {words} | {mark(row.verified)} |"
            )


def day(value: date | None) -> str:
    return value.isoformat() if value else "—"


def ladder(pack: RulePack) -> Iterator[str]:
    """Policy, so that nobody takes a number of days here for the law's."""
    raw = raw_pack("ladder")
    yield "| 键 | 默认值 |"
    yield "|---|---|"
    for group in ("ladder", "contacts"):
        for key, value in raw[group].items():
            yield f"| `[{group}] {key}` | {value} |"


_LEVELS = {True: "应当", False: "建议"}
_PRACTICE = "实务（没有法条）"


def service(pack: RulePack) -> Iterator[str]:
    """What a court will ask of each way of delivery; most of it is practice, and says so."""
    yield "| 要求 | 渠道 | 程度 | 依据 | 核对 |"
    yield "|---|---|---|---|---|"
    for ask in load_service("cn").asks:
        ways = "、".join(channel_label(Channel(name), "zh") for name in sorted(ask.channels))
        basis = _PRACTICE if ask.basis == "practice" else pack.in_words(ask.basis, "zh")
        yield f"| {ask.words['zh']} | {ways} | {_LEVELS[ask.required]} | {basis} | {mark(ask.verified)} |"


def raw_pack(name: str) -> dict[str, Any]:
    return tomllib.loads(files("evidence.law").joinpath("packs", f"cn-{name}.toml").read_text("utf-8"))


_DOUBT = {"from": "施行日", "until": "失效日", "number": "文号", "text": "条文"}
TABLES = {
    "rules": rules,
    "inputs": inputs,
    "figures": figures,
    "factors": factors,
    "rates": rates,
    "fees": fees,
    "sentences": sentences,
    "topics": topics,
    "ladder": ladder,
    "service": service,
    "local": local,
    "statutes": statutes,
}


def filled(page: str) -> str:
    """The page with every table between its marks made anew."""
    pack = load_rules("cn")
    for name, make in TABLES.items():
        begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
        head, rest = page.split(begin)
        _, tail = rest.split(end)
        page = f"{head}{begin}\n" + "\n".join(make(pack)) + f"\n{end}{tail}"
    return page


def main() -> int:
    page = PAGE.read_text("utf-8")
    made = filled(page)
    if "--check" in sys.argv:
        return int(made != page)
    PAGE.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
