"""The compiled path says what docxtpl alone would say, for every shipped template and any data.

A thousand contexts a template are compared by ``bench/letters.py``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from evidence.letters.engine import check_variables, compile_template, document_text, stock_render
from evidence.resources import templates_dir

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from _contexts import context_for

SHIPPED = sorted(templates_dir().glob("*/*.docx"))
CONTEXTS = 10
SEEDS = {"zh": range(CONTEXTS), "zh-Hant": range(100, 102)}
"""The templates of both scripts have the same tags (see test_template_faults): the second need not see so much."""


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_compiled_and_stock_say_the_same_whatever_the_data(path: Path) -> None:
    data = path.read_bytes()
    template = compile_template(data, path.name)
    texts = []
    for seed in SEEDS[path.parent.name]:
        context = context_for(template, seed)
        assert check_variables(template, context) == ()
        texts.append(template.render(context).text)
        assert document_text(stock_render(data, context)) == texts[-1], f"seed {seed}"
    # Contexts without a slip leave the receipt, which is nothing but slips, empty.
    assert len(set(filter(None, texts))) == len(list(filter(None, texts)))


def test_the_data_of_a_seed_are_always_the_same_and_take_both_branches() -> None:
    template = compile_template((templates_dir() / "zh" / "demand.docx").read_bytes(), "demand.docx")
    made = [context_for(template, seed) for seed in range(CONTEXTS)]
    assert made == [context_for(template, seed) for seed in range(CONTEXTS)]
    assert {bool(one["has_waived"]) for one in made} == {True, False}
    assert {bool(one["lines"]) for one in made} == {True, False}
