"""The shipped templates go through the engine, and come out as docxtpl alone would write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.letters.engine import (
    CompiledTemplate,
    check_variables,
    compile_template,
    document_text,
    stock_render,
)
from evidence.resources import templates_dir

SHIPPED = sorted(templates_dir().glob("*/*.docx"))
pytestmark = pytest.mark.skipif(not SHIPPED, reason="no templates in this checkout")


def made_up_context(template: CompiledTemplate, *, empty: bool = False) -> dict[str, object]:
    """A context from the template's own variables: each text is its path, each list has two rows.

    ``empty`` makes every text "" and every list empty, so that each ``if`` takes its other branch.
    """
    context: dict[str, object] = {}
    for path in template.variables:
        here: dict[str, object] = context
        *steps, last = path.split(".")
        for step in steps:
            if step.endswith("[]"):
                rows = here.get(step[:-2])
                if not isinstance(rows, list):
                    rows = here[step[:-2]] = [{}, {}]
                here = rows[0]
            else:
                here = here.setdefault(step, {})  # type: ignore[assignment]
        if last.endswith("[]"):
            here[last[:-2]] = ["样本一", "样本二"]
        elif last not in here:
            here[last] = "" if empty else f"样本 {path} <&>"
    return {key: _finished(value, empty) for key, value in context.items() if key != "doc"}


def _finished(value: object, empty: bool) -> object:
    if isinstance(value, dict):
        return {key: _finished(item, empty) for key, item in value.items()}
    if isinstance(value, list):
        rows = [value[0], value[0]] if isinstance(value[0], dict) else value
        return [] if empty else [_finished(item, empty) for item in rows]
    return value


def compiled(path: Path) -> CompiledTemplate:
    return compile_template(path.read_bytes(), f"{path.parent.name}/{path.name}")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: f"{p.parent.name}-{p.stem}")
@pytest.mark.parametrize("empty", [False, True], ids=["filled", "empty"])
def test_compiled_and_stock_rendering_say_the_same(path: Path, empty: bool) -> None:
    template = compiled(path)
    context = made_up_context(template, empty=empty)
    assert check_variables(template, context) == ()
    letter = template.render(context)
    assert letter.text == document_text(letter.docx)
    assert letter.text == document_text(stock_render(path.read_bytes(), context))


@pytest.mark.parametrize("path", [p for p in SHIPPED if p.parent.name == "zh"], ids=lambda p: p.stem)
def test_both_scripts_use_the_same_variables(path: Path) -> None:
    other = path.parent.parent / "zh-Hant" / path.name
    assert compiled(path).variables == compiled(other).variables
