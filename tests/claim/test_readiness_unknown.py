"""A rule never passes on what it does not know; findings in words, as JSON, and as gates."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readiness_material import AGREEMENT, FACTS, TODAY

from evidence.claim.readiness import (
    RULES,
    CaseFacts,
    Outcome,
    blocking,
    evaluate,
    finding_json,
    finding_words,
    load_rules,
    rule_title,
)
from evidence.claim.readiness.words import INPUTS
from evidence.errors import EvidenceError, spec_of

CN = load_rules("cn")
NAMES = [field.name for field in fields(CaseFacts)]
PAIRS = [(rule.id, name) for rule in RULES for name in rule.inputs]
ROOM = Path(__file__).resolve().parents[2] / "evidence" / "claim" / "readiness"


def outcomes(facts: CaseFacts) -> dict[str, Outcome]:
    return {one.rule: one.outcome for one in evaluate(facts, CN, TODAY)}


@pytest.mark.parametrize(("rule", "name"), PAIRS)
def test_without_any_one_input_a_rule_is_unknown_or_fails(rule: str, name: str) -> None:
    assert outcomes(FACTS)[rule] is Outcome.PASS
    assert outcomes(replace(FACTS, **{name: None}))[rule] in (Outcome.UNKNOWN, Outcome.FAIL)


def test_of_an_empty_case_nothing_is_known() -> None:
    assert set(outcomes(CaseFacts()).values()) == {Outcome.UNKNOWN}


@settings(max_examples=150, deadline=None)
@given(st.sets(st.sampled_from([name for name in NAMES if name != "joint_debtors"])))
def test_forgetting_never_turns_anything_into_a_pass(forgotten: set[str]) -> None:
    known, less = outcomes(FACTS), outcomes(replace(FACTS, **dict.fromkeys(forgotten)))
    for rule in RULES:
        if set(rule.inputs) & forgotten:
            assert less[rule.id] is not Outcome.PASS
        else:
            assert less[rule.id] is known[rule.id]


@settings(max_examples=100, deadline=None)
@given(st.sets(st.sampled_from(sorted(set(NAMES) - {"joint_debtors"})), min_size=1))
def test_a_certain_failure_is_not_hidden_behind_something_unknown(forgotten: set[str]) -> None:
    """The licence is missing: whatever else is not recorded, R01 fails as long as that is known."""
    facts = replace(FACTS, **dict.fromkeys(forgotten - {"licence_on_file"}), licence_on_file=False)
    assert outcomes(facts)["R01"] is Outcome.FAIL


def test_every_rule_reads_exactly_the_inputs_it_declares() -> None:
    """From the source: the fields of the facts a rule's functions name are its inputs, no more and no fewer."""
    used: dict[str, set[str]] = {}
    calls: dict[str, set[str]] = {}
    for path in sorted(ROOM.glob("*.py")):
        for function in [
            n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.FunctionDef)
        ]:
            nodes = list(ast.walk(function))
            key = f"{path.stem}.{function.name}"
            used[key] = {
                n.attr
                for n in nodes
                if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == "facts"
            } & set(NAMES)
            calls[key] = {
                f"{path.stem}.{n.func.id}"
                for n in nodes
                if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
            }
    for rule in RULES:
        key = f"{rule.check.__module__.rpartition('.')[2]}.{rule.check.__name__}"
        reads = used[key].union(*(used.get(called, set()) for called in calls[key])) - {"joint_debtors"}
        # What is only handed on as a whole is declared as it stands.
        assert reads == {*rule.inputs, *rule.helped_by}, rule.id


# ── words and JSON ──────────────────────────────────────────────────────────────────────────────────────────────────


def every_finding() -> list[object]:
    return [*evaluate(CaseFacts(), CN, TODAY), *evaluate(FACTS, CN, TODAY)]


@pytest.mark.parametrize("lang", ["en", "zh", "zh-Hant"])
def test_findings_have_words_in_every_language(lang: str) -> None:
    for finding in [*evaluate(CaseFacts(), CN, TODAY), *evaluate(FACTS, CN, TODAY)]:
        words = finding_words(finding, CN, lang)
        texts = (words.title, words.outcome, *words.reasons, *words.todo, *words.basis, *words.notes)
        for text in texts:
            assert text
            assert not re.search(r"\{\w+\}", text)
        if lang != "en":
            assert re.search(r"[一-鿿]", words.title + "".join(words.reasons))


def test_chinese_findings_print_periods_and_days_as_people_write_them() -> None:
    finding = next(f for f in evaluate(replace(FACTS, demands=()), CN, TODAY) if f.rule == "R11")
    words = finding_words(finding, CN, "zh")
    assert words.reasons == (
        "下列期间没有书面催交：物业费 2024年1月至2024年12月、物业费 2025年1月至2025年12月。",
    )
    assert "《中华人民共和国民法典》第九百四十四条第二款" in words.basis


def test_what_is_not_verified_says_so() -> None:
    by_rule = {finding.rule: finding for finding in evaluate(FACTS, CN, TODAY)}
    assert not by_rule["R22"].verified  # 1.3 × and 4 × LPR are yardsticks, not law
    assert not by_rule["R11"].verified  # courts are divided
    assert by_rule["R01"].verified
    assert any("1.3" in note for note in finding_words(by_rule["R22"], CN, "zh").notes)
    strict = {finding.rule: finding for finding in evaluate(replace(FACTS, place="浙江省样州市"), CN, TODAY)}
    assert "local:zhejiang-high-court" in strict["R17"].unverified


def test_the_json_of_a_finding_is_stable() -> None:
    finding = evaluate(CaseFacts(), CN, TODAY)[0]
    data = finding_json(finding, CN, "en")
    assert json.loads(json.dumps(data)) == data
    assert list(data) == ["rule", "title", "outcome", "verified", "basis", "reasons", "evidence", "blocks"]
    assert data["reasons"][0] == {
        "code": "missing-input",
        "outcome": "unknown",
        "text": "Not recorded: the provider's name.",
        "todo": "",
        "subjects": ["creditor_name"],
        "commands": ["evidence.toml [creditor] name"],
    }
    assert data["basis"][0] == {
        "cite": "civil-code:937",
        "text": "Civil Code art. 937",
        "verified": True,
        "law": True,
    }


def test_every_input_has_a_name_for_people() -> None:
    assert set(INPUTS) == {name for rule in RULES for name in rule.inputs} == set(NAMES) - {"joint_debtors"}


# ── gates ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_failures_block_and_an_override_needs_a_reason() -> None:
    findings = evaluate(replace(FACTS, licence_on_file=False, copies=1, demands=None), CN, TODAY)

    def codes(command: str, **overrides: str) -> list[tuple[str, str]]:
        return [(p.code, str(p.params["rule"])) for p in blocking(findings, command, overrides)]

    assert codes("lawyer-letter") == [("readiness.blocked", "R01")]
    assert codes("bundle") == [("readiness.blocked", "R01"), ("readiness.blocked", "R32")]
    assert codes("bundle", R01="执照已另行提交", R32="法院自行复印") == []
    assert codes("bundle", R01=" ", R32="法院自行复印") == [("readiness.override-reason", "R01")]
    assert codes("bundle", R99="x")[0] == ("readiness.override-unknown", "R99")
    assert all(spec_of(p.code) for p in blocking(findings, "bundle"))


def test_nothing_blocks_a_case_that_passes() -> None:
    assert blocking(evaluate(FACTS, CN, TODAY), "bundle") == ()


# ── the pack ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_basis_can_be_printed_and_every_statute_of_it_is_in_force() -> None:
    for rule, data in CN.rules.items():
        for cite in data.basis:
            assert all(CN.in_words(cite, lang) for lang in ("en", "zh", "zh-Hant")), rule
            if not cite.startswith("practice:"):
                assert CN.statutes.statutes[cite.partition(":")[0]].edition_on(TODAY), (rule, cite)
        assert set(data.blocks) <= {"lawyer-letter", "bundle"}
    assert list(CN.rules) == [rule.id for rule in RULES]
    for banned in CN.lint.rules:
        assert all(CN.in_words(ground.cite, "zh") for ground in banned.grounds)
    for figure in CN.figures.values():
        assert not figure.basis or CN.in_words(figure.basis, "zh")
        assert figure.kind in ("law", "inference", "policy")


@pytest.mark.parametrize("jurisdiction", ["tw", "hk", "xx", "../cn"])
def test_there_is_no_fallback_to_another_law(jurisdiction: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        load_rules(jurisdiction)
    assert caught.value.problems[0].code == "readiness.no-rules"


def test_an_unknown_region_is_refused() -> None:
    with pytest.raises(EvidenceError) as caught:
        load_rules("cn", "harsh")
    assert caught.value.problems[0].code == "readiness.region"


def test_the_law_page_names_every_rule_and_figure(checkout: Path) -> None:
    page = (checkout / "docs" / "law-cn.md").read_text("utf-8")
    for rule in RULES:
        assert re.search(rf"\| {rule.id} \| {re.escape(rule_title(rule.id, 'zh'))} \|", page), rule.id
    for key in CN.figures:
        assert f"`{key}`" in page, key
    for place in CN.local:
        assert f"`{place.key}`" in page, place.key


def test_an_agreement_number_is_evidence_looked_at() -> None:
    finding = next(f for f in evaluate(FACTS, CN, TODAY) if f.rule == "R37")
    assert finding.seen == (AGREEMENT.number,)


def test_the_tables_of_the_law_page_are_those_of_the_packs(checkout: Path) -> None:
    spec = importlib.util.spec_from_file_location("build_law_doc", checkout / "tools" / "build_law_doc.py")
    assert spec and spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    page = (checkout / "docs" / "law-cn.md").read_text("utf-8")
    assert tool.filled(page) == page, "run python tools/build_law_doc.py"
