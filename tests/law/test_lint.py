"""What letters may not say: both corpora, tricks of spacing and script, the bounds that keep it fast, the page."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import EvidenceError, ExitCode, Place
from evidence.law.lint import Severity, lint_from, lint_template, lint_text, load_lint, refuse
from evidence.law.lint.folding import Folding
from evidence.law.lint.patterns import MOST_STEPS, PatternError, compile_pattern
from evidence.law.packs import load_law
from evidence.law.statutes import load_statutes

CN = load_lint("cn")
TODAY = date(2026, 11, 21)
DATA = Path(__file__).parents[1] / "data" / "lint"
SCRIPTS = ("zh", "zh-Hant")


def rows(kind: str, script: str) -> list[tuple[str, str]]:
    lines = (DATA / f"{kind}.{script}.tsv").read_text("utf-8").splitlines()
    return [(rule, text) for rule, text in (line.split("\t") for line in lines if not line.startswith("#"))]


def rules_in(text: str) -> set[str]:
    return {hit.rule for hit in lint_text(text, TODAY, CN)}


def tool(folder: str, name: str, checkout: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, checkout / folder / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ── the corpora ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_phrase_of_the_corpus_hits_its_rule(script: str) -> None:
    missed = [(rule, text) for rule, text in rows("hits", script) if rule not in rules_in(text)]
    assert not missed


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_near_miss_is_blocked(script: str) -> None:
    blocked = [
        (text, hit.rule, hit.text)
        for _, text in rows("near", script)
        for hit in lint_text(text, TODAY, CN)
        if hit.blocks
    ]
    assert not blocked


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_corpus_is_large_enough_and_names_every_rule(script: str) -> None:
    for kind in ("hits", "near"):
        found = rows(kind, script)
        assert len(found) >= 150
        assert len({text for _, text in found}) == len(found)
        assert {rule for rule, _ in found} == {rule.id for rule in CN.rules}


def test_the_scripts_were_written_each_for_itself() -> None:
    """A converted copy would test the table of characters and nothing else."""
    for kind in ("hits", "near"):
        plain = [{CN.folding.plain(text) for _, text in rows(kind, script)} for script in SCRIPTS]
        assert len(plain[0] & plain[1]) <= 3


# ── tricks ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "停水", "停 水", "停　水", "停\u200b水", "停\n水", "停.水", "停·水", "停*水", "停-水", "停、水", "停“水”",
        "【停】水",
        "停\u200b您家的水", "停了你家水", "停您的水", "停掉您的水", "停，水，停，电", "停\u0338水", "停\ufe0f水",
        "停/水", "断電", "斷电", "斷電",
        "水電將被切斷", "停供⽔",
    ],
)  # fmt: skip
def test_signs_script_and_fillers_make_no_difference(text: str) -> None:
    assert "supply-cut" in rules_in(f"逾期未交的，{text}。")


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("不得以停水停电方式催交", False), ("不得不停水", True), ("不得再拖，否则停水", True),
        ("您不能按时交费的将停水", True), ("不会停水", False), ("绝不会停水、停电，也不会限制您的门禁", False),
        ("如不交费就停水", True), ("若不停水您不会交费", True),
        ("停水停电催费属于违法行为", False), ("拖欠者停水，属于自找", True), ("管道检修期间停水", False),
        ("管道检修期间停水，欠费的检修后也不恢复，继续停水", True), ("个别业主停水处理", True),
        ("物业服务人不得采取停止供电、供水、供热、供燃气等方式催交物业费", False),
    ],
)  # fmt: skip
def test_a_denial_reaches_as_far_as_it_does_in_chinese(text: str, counts: bool) -> None:
    assert ("supply-cut" in rules_in(text)) is counts


def test_a_hit_says_where_it_stands_in_the_text_as_given() -> None:
    text = "尊敬的業主：\n逾期未繳，將「停 \u200b水」停電。"
    (hit,) = lint_text(text, TODAY, CN)
    first, last = hit.span
    assert (text[first:last], hit.text) == (hit.text, "將「停 \u200b水」停電")
    assert hit.severity is Severity.BLOCK
    assert hit.basis == ("civil-code:944(3)",)
    assert "支付令" in hit.instead["zh-Hant"]


def test_the_basis_is_what_was_in_force_on_the_day_of_the_text() -> None:
    def police(day: date) -> tuple[str, ...]:
        return next(h.basis for h in lint_text("再不交就报警抓人", day, CN) if h.rule == "police")

    assert police(date(2025, 12, 31)) == ("public-security:42", "civil-code:7")
    assert police(date(2026, 1, 1)) == ("public-security:50", "civil-code:7")


def test_a_warning_within_what_is_blocked_is_not_told_twice() -> None:
    assert [hit.rule for hit in lint_text("加收滞纳金。", TODAY, CN)] == ["late-surcharge"]
    assert [hit.rule for hit in lint_text("滞纳金", TODAY, CN)] == ["late-word"]


@given(st.text())
def test_any_text_folds_and_every_span_points_into_it(text: str) -> None:
    folding = Folding({"斷": "断"})
    plain = folding.plain(text)
    offsets = folding.offsets(text)
    for at in range(len(plain)):
        first, last = offsets.span(at, at + 1)
        assert 0 <= first < last <= len(text)
        assert plain[at] in folding.plain(text[first:last])


# ── templates and letters ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_the_law_pack_lets_letters_say_passes(script: str) -> None:
    for sentence in load_law("cn").sentences.values():
        assert not [h for h in lint_text(sentence.text[script], TODAY, CN) if h.blocks], sentence.key


def test_tags_of_a_template_are_looked_through() -> None:
    (hit,) = lint_template("逾期{% if formal %}停{% endif %}水。{{ bank.other_ways }}", TODAY, CN)
    assert hit.text == "停{% endif %}水"
    assert not lint_template("停{{ word }}水", TODAY, CN)  # the value is looked at in the letter


def test_refusing_names_every_place_and_says_what_to_write() -> None:
    hits = lint_text("停水。公布欠费名单。后果自负。", TODAY, CN)
    with pytest.raises(EvidenceError) as stop:
        refuse(hits, Place(file="demand.docx"), "zh", CN)
    assert stop.value.exit_code is ExitCode.BLOCKED
    assert [p.params["rule"] for p in stop.value.problems] == ["supply-cut", "name-list"]
    assert "第九百四十四条第三款" in str(stop.value.problems[0].params["basis"])
    refuse([hit for hit in hits if not hit.blocks], Place(), "zh", CN)  # a warning stops nothing


# ── bounds ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_pattern_is_tried_a_bounded_number_of_ways() -> None:
    """What makes the whole linear: repetition is bounded everywhere, and so is the product of the bounds."""
    for rule in CN.rules:
        for pattern in rule.patterns:
            assert pattern.steps <= MOST_STEPS
            assert not set("*+") & set(pattern.expression)


@pytest.mark.parametrize(
    "unit",
    [
        "停水",
        "停",
        "逾期",
        "公布将欠费业主的",
        "逾期不交将公开您的",
        "未，异议，",
        "停，",
        "限您后天前往",
        "不得",
    ],
)
def test_a_megabyte_of_hostile_text_ends(unit: str) -> None:
    hits = lint_text(unit * (1_000_000 // len(unit)), TODAY, CN)
    assert len(hits) <= 100 * len(CN.rules)


# ── the pack ────────────────────────────────────────────────────────────────────────────────────────────────────────


def pack_text() -> str:
    return files("evidence.law").joinpath("packs", "cn-lint.toml").read_text("utf-8")


def faults(text: str) -> list[str]:
    with pytest.raises(EvidenceError) as stop:
        lint_from(text, load_statutes("cn"))
    assert {p.code for p in stop.value.problems} == {"law.lint-pack"}
    return [f"{p.where.part}: {p.params['reason']}" for p in stop.value.problems]


def test_every_rule_rests_on_something_in_force_and_speaks_all_languages() -> None:
    for rule in CN.rules:
        assert CN.basis(rule, TODAY), rule.id
        for cite in CN.basis(rule, TODAY):
            assert all(CN.in_words(cite, lang) for lang in ("zh", "zh-Hant", "en"))
        assert all(rule.instead[lang] and rule.title[lang] for lang in ("zh", "zh-Hant", "en"))


def test_the_wording_to_use_instead_is_itself_clean() -> None:
    for rule in CN.rules:
        for script in SCRIPTS:
            blocked = [(h.rule, h.text) for h in lint_text(rule.instead[script], TODAY, CN) if h.blocks]
            assert not blocked, rule.id


def test_all_faults_of_a_pack_are_told_at_once() -> None:
    text = pack_text().replace('id = "lift-cut"', 'id = "supply-cut"').replace('"pipl:21"', '"pipl-x:21"')
    text = text.replace('patterns = ["滞纳金"]', 'patterns = ["<nothing>", "镕"]')
    text = text.replace('needs = ["court"]', 'needs = ["kourt"]')
    assert sorted(faults(text)) == [
        "collectors: 'pipl-x:21' is in no table",
        "court-measures: no context is called 'kourt'",
        "fold: 镕: its Traditional form is missing",
        "late-word: <nothing>: no set is called <nothing>",
        "supply-cut: two rules have this id",
    ]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("..5 停", "begins with a word"),
        ("停 ..60 水 ..60 电", "ways to match"),
        ("停( 水", None),
        ("停||水", "cannot read"),
    ],
)
def test_patterns_that_cannot_be_read_are_refused(source: str, why: str | None) -> None:
    if why is None:
        assert compile_pattern(source, {}).regex.search("停(水")  # signs stand for themselves
        return
    with pytest.raises(PatternError, match=why):
        compile_pattern(source, {})


def test_patterns_may_be_written_in_either_script() -> None:
    text = pack_text().replace('patterns = ["滞纳金"]', 'patterns = ["滯納金"]')
    pack = lint_from(text, load_statutes("cn"))
    assert [hit.rule for hit in lint_text("滞纳金", TODAY, pack)] == ["late-word"]


# ── the page and the measurement ────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_what_the_pack_says(checkout: Path) -> None:
    made = tool("tools", "build_lint_doc", checkout)
    page = made.PAGE.read_text("utf-8")
    assert made.filled(page) == page, "run python tools/build_lint_doc.py"
    for rule in CN.rules:
        assert f"**`{rule.id}`" in page


def test_groups_are_named_on_the_page(checkout: Path) -> None:
    assert {rule.group for rule in CN.rules} == set(tool("tools", "build_lint_doc", checkout).GROUPS)


def test_the_bench_measures_what_it_is_given(checkout: Path, tmp_path: Path) -> None:
    sample = tmp_path / "blind.tsv"
    sample.write_text(
        "script\tlabel\ttext\nzh\thit\t逾期停水。\nzh\thit\t祝您安好。\nzh-Hant\tclean\t不得停水。\nzh-Hant\tclean\t停水！\n",
        "utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(checkout / "bench" / "lint.py"), str(sample), "--json"],
        capture_output=True, text=True, encoding="utf-8", check=True, cwd=checkout,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert told["all"]["block"] == {
        "true_hits": 1, "missed": 1, "false_hits": 1, "clean": 1, "precision": 0.5, "recall": 0.5,
    }  # fmt: skip
    assert [row["text"] for row in told["wrong"]] == ["祝您安好。", "停水！"]


def test_the_blind_set_is_reported_as_measured(
    checkout: Path, record_property: Callable[[str, object], None]
) -> None:
    """Written by somebody who has not seen the rules. However good or bad the figures, the page says them."""
    done = subprocess.run(
        [sys.executable, str(checkout / "bench" / "lint.py"), str(DATA / "blind.tsv"), "--json"],
        capture_output=True, text=True, encoding="utf-8", check=True, cwd=checkout,
    )  # fmt: skip
    measured = json.loads(done.stdout)  # a line that is not script, label, text ends the bench
    page = (checkout / "docs" / "benchmarks.md").read_text("utf-8")
    assert measured["all"]["sentences"] == sum(measured[script]["sentences"] for script in SCRIPTS) >= 150
    for row in ("all", *SCRIPTS):
        figures = measured[row]["block"]
        record_property(f"lint-blind-{row}", json.dumps(figures))
        told = next(
            line for line in page.splitlines() if line.startswith(f"| {row} | {measured[row]['sentences']} |")
        )
        assert told.endswith(f"| {figures['precision']:.1%} | {figures['recall']:.1%} |".replace("%", " %"))


def test_the_training_set_covers_both_scripts_and_both_answers(checkout: Path) -> None:
    """Rules are widened by it, so it must be there and be large; how well it is read is for the bench to say."""
    rows_of = [
        line.split("\t")
        for script in SCRIPTS
        for line in (DATA / f"train-{script}.tsv").read_text("utf-8").splitlines()
        if not line.startswith(("#", "script"))
    ]
    assert {len(cells) for cells in rows_of} == {3}
    assert len({cells[2] for cells in rows_of}) == len(rows_of)
    for label in ("hit", "clean"):
        assert sum(cells[1] == label for cells in rows_of) >= 400
        assert {cells[0] for cells in rows_of if cells[1] == label} == set(SCRIPTS)


def test_two_things_together_count_only_where_paying_is_spoken_of() -> None:
    assert "lift-cut" in rules_in("还欠着费，就请您爬几天楼梯。")
    assert "lift-cut" in rules_in("不交费还想坐电梯？从下周起您爬楼吧。")  # said in the sentence before
    assert not rules_in("锻炼身体，不妨爬几天楼梯。")
    assert not rules_in("物业费与电梯使用无关，不影响您乘梯。")


def test_what_only_ties_a_thing_to_paying_is_told_where_nothing_worse_is() -> None:
    assert rules_in("您家的大门何时敞开，取决于何时付清。") == {"tied-to-paying"}
    assert rules_in("未缴清的，电梯停用。") == {"lift-cut"}


def test_a_no_within_a_pattern_that_says_no_itself_counts_where_it_cannot_be_mistaken() -> None:
    assert "automatic-loss" not in rules_in("业主的表决权不因欠费而丧失。")
    assert "automatic-loss" in rules_in("欠费的，业主表决权丧失。")


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_character_of_the_corpora_that_has_a_simplified_form_is_read_as_it(script: str) -> None:
    """A Traditional character that no group names would be read as itself, and no pattern would meet it."""
    names = [f"{kind}.{script}.tsv" for kind in ("hits", "near")] + [f"train-{script}.tsv"]
    plain = CN.folding.plain("".join((DATA / name).read_text("utf-8") for name in names))
    unread = {char for char in plain if "\u4e00" <= char <= "\u9fff" and not _in(char, "gb2312")}
    assert not unread


def _in(char: str, charset: str) -> bool:
    try:
        char.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def test_the_pack_is_plain_toml() -> None:
    assert tomllib.loads(pack_text())["jurisdiction"] == "cn"
