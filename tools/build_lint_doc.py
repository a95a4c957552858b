"""The rules in docs/lint.zh.md, from the law pack, so that the page cannot say anything the pack does not.

python tools/build_lint_doc.py          write the rules into docs/lint.zh.md
python tools/build_lint_doc.py --check  exit 1 if the page is out of date
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from evidence.law.lint import LintPack, load_lint

PAGE = Path(__file__).resolve().parent.parent / "docs" / "lint.zh.md"
BEGIN, END = "<!-- rules:begin -->", "<!-- rules:end -->"
GROUPS = {
    "supplies": "水、电、气、暖",
    "access": "电梯、门禁、车辆、服务",
    "shaming": "公开、曝光、比较",
    "third-persons": "单位、亲友、邻居",
    "credit": "征信、限制消费、执行",
    "criminal": "报警、犯罪",
    "false-law": "对法律的虚假陈述",
    "titles": "冒用公权力",
    "late-charge": "滞纳金",
    "outcome": "保证结果",
    "fees": "没有约定的费用",
    "insult": "侮辱",
    "threat": "威胁、滋扰",
}


def rules(pack: LintPack) -> Iterator[str]:
    """A section for each group, an entry for each rule."""
    for group in dict.fromkeys(rule.group for rule in pack.rules):
        yield f"### {GROUPS[group]}\n"
        for rule in pack.rules:
            if rule.group != group:
                continue
            effect = "禁止" if rule.severity.value == "block" else "提示"
            yield f"**`{rule.id}` {rule.title['zh']}**（{effect}）\n"
            yield f"- 依据：{'；'.join(_grounds(pack, rule.grounds))}"
            yield f"- 改用：{rule.instead['zh']}"
            yield f"- {rule.title['en']}. {rule.instead['en']}\n"


def _grounds(pack: LintPack, grounds: object) -> Iterator[str]:
    assert isinstance(grounds, tuple)
    for ground in grounds:
        words = pack.in_words(ground.cite, "zh")
        days = "".join(
            part
            for part in (
                f"{ground.since}起" if ground.since else "",
                f"至{ground.until}" if ground.until else "",
            )
        )
        checked = pack.is_verified(ground.cite, ground.until or pack.checked_on)
        notes = "，".join(note for note in (days, "" if checked else "未核对") if note)
        yield words + (f"（{notes}）" if notes else "")


def filled(page: str) -> str:
    """The page with its rules made anew."""
    head, rest = page.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}\n\n" + "\n".join(rules(load_lint("cn"))) + f"\n{END}{tail}"


def main() -> int:
    page = PAGE.read_text("utf-8")
    made = filled(page)
    if "--check" in sys.argv:
        return int(made != page)
    PAGE.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
