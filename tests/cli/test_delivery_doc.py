"""``docs/delivery.zh.md`` names what there is: channels, kinds of proof, options, days, and fields of the case file."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import click
import pytest
from speaking import Command

from evidence.cli import _root
from evidence.cli._words import channel_choice, relation_word, role_choice
from evidence.delivery.labels import channel_label, role_word
from evidence.law.service import load_service
from evidence.model.delivery import Channel


@pytest.fixture(scope="module")
def page(checkout: Path) -> str:
    return (checkout / "docs" / "delivery.zh.md").read_text("utf-8")


def test_every_channel_by_the_name_the_program_gives_it(page: str) -> None:
    for channel in Channel:
        assert f"`{channel.value}`" in page, channel
    for channel in (Channel.HAND, Channel.NOTARY, Channel.PRESERVED):
        assert channel_label(channel, "zh") in page


def test_every_channel_is_taken_by_the_name_in_the_table(page: str) -> None:
    table = page.partition("| 写法 | 方式 | 说明 |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|", table, re.MULTILINE)
    pairs = [
        pair
        for words, names in rows
        for pair in zip(re.findall(r"`(\w+)`", words), names.split("、"), strict=True)
    ]
    assert {word for word, _ in pairs} == set(Channel)
    choice = channel_choice()
    assert [choice.convert(name, None, None) for _, name in pairs] == [word for word, _ in pairs]


def test_a_relative_is_one_who_lives_there_only_where_somebody_says_so() -> None:
    assert relation_word("同住成年家属") == relation_word("同住成年亲属") == "cohabiting-adult"
    assert relation_word("家属") == "家属"


def test_every_kind_of_proof_in_words_the_program_takes(page: str) -> None:
    table = page.partition("| 种类 | 是什么")[2].partition("\n\n")[0]
    named = dict(re.findall(r"`([a-z]+)`(?: (\w+))? ?\|", table))
    assert set(named) == set(role_choice().choices)
    assert {role_word(word) for word in named.values() if word} <= set(named)


def commands(page: str) -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("evidence ")]


def test_every_command_of_the_page_is_one(page: str) -> None:
    """Parsed as the program parses it, files and letters aside."""
    found = commands(page)
    assert len(found) >= 10
    for words in found:
        command: click.Command = _root.cli
        rest = list(words)
        while isinstance(command, click.Group):
            name = rest[0]
            child = command.get_command(click.Context(command), name)
            if child is None:  # evidence deliver LETTER
                child = command.get_command(click.Context(command), "record")
            else:
                rest = rest[1:]
            assert child is not None, words
            command = child
        with command.make_context(words[0], rest, resilient_parsing=False, obj=None) as context:
            assert context.params


def test_the_days_are_those_of_the_pack(page: str) -> None:
    days = {ask.key: ask.within_days for ask in load_service("cn").asks}
    assert "| 邮件详情单存根 | 交寄后 30 日 |" in page and days["stub"] == 30
    assert "| 投递结果 | 交寄后 15 日查询 |" in page and days["mail-result"] == 15
    assert (
        "| 查询页、签收回单 | 交寄后 30 日 |" in page and days["tracking-page"] == days["signed-slip"] == 30
    )


def test_what_closes_a_gap_can_be_recorded_as_the_page_says(
    page: str, command: Command, served_office: Path, tmp_path: Path
) -> None:
    office = shutil.copytree(served_office, tmp_path / "office")
    told = re.findall(r"`evidence (case set 房号 [^`]+)`", page)
    assert len(told) == 2
    for line in told:
        words = (
            line.replace("房号", "1栋1单元101")
            .replace("2-2026-0001", "2-2026-0001")
            .replace("…", "样本")
            .split()
        )
        assert command("-C", office, *words).code == 0, line
