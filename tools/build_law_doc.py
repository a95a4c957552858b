"""The tables of docs/law-cn.md, from the law packs, so that the page cannot say anything the packs do not.

python tools/build_law_doc.py          write the tables into docs/law-cn.md
python tools/build_law_doc.py --check  exit 1 if the page is out of date
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from evidence.claim.readiness import RULES, RulePack, load_rules, rule_title
from evidence.claim.readiness.howto import commands
from evidence.claim.readiness.words import INPUTS
from evidence.i18n import translate

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
        later = "（尚未审查）" if data.later else ""
        yield f"| {rule.id} | {rule_title(rule.id, 'zh')} | {basis or '地方规定，见下表'} | {verified} | {stops}{later} |"


# Where an input becomes a fact of a case: the module under evidence/workspace.
_FILLED = {
    **dict.fromkeys(("periods", "claimed_total"), "claims"),
    **dict.fromkeys(
        ("creditor_name", "creditor_uscc", "late_charge", "lpr_percent", "lpr_through"), "readiness"
    ),
    **dict.fromkeys(("demands", "interruptions", "texts"), "readiness"),
    **dict.fromkeys(("postings", "agreements", "court_fee"), "casepapers"),
}


def inputs(pack: RulePack) -> Iterator[str]:
    yield "| 规则 | 所需事项 | 在何处登记 | 经查没有的 | 汇总于 |"
    yield "|---|---|---|---|---|"
    for rule in RULES:
        if pack.rules[rule.id].later:
            yield f"| {rule.id} | — | 由其他功能提供 | — | — |"
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


_DOUBT = {"from": "施行日", "until": "失效日", "number": "文号", "text": "条文"}
TABLES = {"rules": rules, "inputs": inputs, "figures": figures, "local": local, "statutes": statutes}


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
