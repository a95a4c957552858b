"""Write docs/commands.md and docs/errors.md from the program itself; a test fails when they are stale.

python tools/build_reference.py
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent


def commands() -> str:
    """Every command with its help and options, in English and Chinese."""
    from evidence.cli._root import COMMANDS, cli
    from evidence.i18n import translate

    lines = [
        "# 命令 Commands",
        "",
        "<!-- Written by tools/build_reference.py; do not edit. -->",
        "",
        "`evidence --lang zh COMMAND --help` 显示中文帮助。下列每条先中文，后英文。",
        "",
        "## evidence",
        "",
        *_described(cli, translate),
    ]
    for name in COMMANDS:
        command = _raw(name)
        lines += ["", f"## evidence {name}", "", *_described(command, translate)]
        if isinstance(command, click.Group):
            lines += _children(f"evidence {name}", command, translate)
    return "\n".join(lines) + "\n"


def _children(path: str, group: click.Group, translate: object) -> list[str]:
    lines = []
    for name, child in group.commands.items():
        lines += ["", f"### {path} {name}", "", *_described(child, translate)]
        if isinstance(child, click.Group):
            lines += _children(f"{path} {name}", child, translate)
    return lines


def _raw(name: str) -> click.Command:
    from importlib import import_module

    from evidence.cli._root import _ATTRIBUTE, COMMANDS

    return getattr(import_module(f"evidence.cli.{COMMANDS[name]}"), _ATTRIBUTE.get(name, name))


def _described(command: click.Command, translate: object) -> list[str]:
    assert callable(translate)
    lines = []
    for text in (translate(command.help or "", "zh"), command.help or ""):
        body = text.partition("Example: ")[0].partition("例：")[0].strip()
        if body and body not in lines:
            lines += [body, ""]
    example = (command.help or "").partition("Example: ")[2].strip()
    if example:
        lines += ["```sh", example, "```", ""]
    rows = []
    for param in command.params:
        if isinstance(param, click.Argument):
            rows.append(f"| `{param.metavar or (param.name or '').upper()}` | | |")
        elif isinstance(param, click.Option):
            names = ", ".join(f"`{opt}`" for opt in (*param.opts, *param.secondary_opts))
            choices = " ".join(param.type.choices) if isinstance(param.type, click.Choice) else ""
            choices = f"（{choices}）" if choices else ""
            zh = translate(param.help or "", "zh").replace("|", "\\|")
            rows.append(f"| {names} | {zh}{choices} | {(param.help or '').replace('|', chr(92) + '|')} |")
    if rows:
        lines += ["| | 中文 | English |", "|---|---|---|", *rows]
    return lines


def errors() -> str:
    """Exit codes and the whole error table."""
    from evidence.errors import ExitCode, specs
    from evidence.i18n import translate

    meaning = {
        ExitCode.DONE: ("完成", "done"),
        ExitCode.FAULT: ("意外错误", "unexpected fault"),
        ExitCode.USAGE: ("用法或配置有误", "usage or configuration"),
        ExitCode.INPUT: ("输入有误，未写入任何内容", "input invalid, nothing written"),
        ExitCode.PARTIAL: ("已完成，部分记录被跳过", "finished, some records skipped"),
        ExitCode.TEMPLATE: ("模板有误或不安全", "template invalid or unsafe"),
        ExitCode.MISSING: ("缺少外部程序、字体或文件", "external part missing"),
        ExitCode.OUTPUT: ("输出已存在或不可写", "output exists or not writable"),
        ExitCode.VERIFY: ("核验未通过", "verification failed"),
        ExitCode.BLOCKED: ("被规则拦阻", "blocked by a rule"),
        ExitCode.NETWORK: ("网络或时间戳服务", "network or timestamp authority"),
        ExitCode.INTERRUPTED: ("被中断", "interrupted"),
    }
    lines = [
        "# 退出码与错误码 Exit codes and error codes",
        "",
        "<!-- Written by tools/build_reference.py; do not edit. -->",
        "",
        "| 退出码 | 含义 | meaning |",
        "|---|---|---|",
        *(f"| {int(code)} | {zh} | {en} |" for code, (zh, en) in meaning.items()),
        "",
        "`evidence explain CODE` 显示每个错误码的说明。",
    ]
    room = ""
    for spec in specs().values():
        if spec.code.partition(".")[0] != room:
            room = spec.code.partition(".")[0]
            lines += ["", f"## {room}", "", "| 错误码 | 退出 | 说明 | 下一步 |", "|---|---|---|---|"]
        cells = [translate(spec.message, "zh"), translate(spec.hint, "zh")]
        escaped = [cell.replace("|", "\\|").replace("\n", " ") for cell in cells]
        lines.append(f"| `{spec.code}` | {int(spec.exit)} | {escaped[0]} | {escaped[1]} |")
    return "\n".join(lines) + "\n"


def checks() -> str:
    """Every check, and which of the four checkers makes it."""
    from evidence.i18n import translate
    from evidence.verify.checks import CHECKS, FULL, PART

    mark = {FULL: "●", PART: "◐"}
    lines = [
        "# 核对项目 The checks",
        "",
        "<!-- Written by tools/build_reference.py; do not edit. -->",
        "",
        "四种核验方式对每一项只有三种回答：通过、不通过、此处未核对。编号相同，结论不会互相矛盾；有测试将四者逐项对照。",
        "",
        "Four checkers, one list: each answers *pass*, *fail* or *not checked here* under these ids, and no two may",
        "contradict each other; a test gives good and altered letters and bundles to all four.",
        "",
        "* A `evidence verify` · B `verify.py`（`evidence/verify/standalone.py`）· C `verify.html`（网页 the page）· "
        "D [recipe.zh.md](recipe.zh.md)（系统命令 coreutils, openssl）",
        "* ● 核对 made · ◐ 只能发现不符，不能认定相符 it can find a fault, never a pass · – 此处未核对 not checked here",
        "",
        "| | 核对内容 | what is compared | A | B | C | D |",
        "|---|---|---|---|---|---|---|",
    ]
    for check in CHECKS:
        levels = [mark.get(level, "–") for level in (check.standalone, check.page, check.recipe)]
        cells = [f"`{check.id}`", translate(check.text, "zh"), check.text, "●", *levels]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", *_LIMITS]) + "\n"


_LIMITS = (
    "“不会互相矛盾”的界限 / Where “no contradiction” ends:",
    "",
    "* 网页从浏览器取得文件夹，看不到符号链接、管道、空文件夹和不是 UTF-8 的文件名，只能由 A、B 指出。"
    "The page is given a folder by the browser, which shows it no links, pipes, empty folders, or names that are not "
    "UTF-8: A and B name them.",
    "* 印记之后写法像证书签名的内容，B、C 只看框架，回答“此处未核对”，第一问注明“未全部核对”；签名是假是真只有 A 能认定。"
    "What follows a stamp in the frame of a signature by certificate is *not checked* by B and C, which say so under the "
    "first question; only A tells a forged signature from a real one.",
    "* D 不核对其他签署者名称、journal 文件夹中文件名和日志条目的格式。"
    "D does not judge the form of other signers' names, of the names in the journal's folder, or of the entries.",
    "* 删去 `journal/consistency-N.proof` 并重写 tagmanifest 不需要密钥：没有其他证明时，A 报告 `consistency-absent`，"
    "B、C 在第一问注明，均不算通过；旧版文件包（seal.json 第 1 版）不报告。"
    "To take a consistency proof out and write the tag manifest again needs no key: where nothing else shows the link, A "
    "reports `consistency-absent` and B and C say so under the first question, none of them as a pass. Bundles with a "
    "seal of version 1 are not held to it.",
)


PAGES = {"docs/commands.md": commands, "docs/errors.md": errors, "docs/checks.md": checks}


def main() -> int:
    os.environ.setdefault("LANG", "C.UTF-8")
    for name, make in PAGES.items():
        (ROOT / name).write_text(make(), "utf-8")
        print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
