"""Languages: the explicit map, and catalogues that cannot fall behind the code."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from evidence.errors import Problem, specs
from evidence.i18n import catalogue, describe, language_of, system_language


def tool(name: str, checkout: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, checkout / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh", "zh"), ("zh_CN.UTF-8", "zh"), ("zh-SG", "zh"), ("zh_Hans_CN", "zh"),
        ("zh_TW", "zh-Hant"), ("zh_HK.UTF-8", "zh-Hant"), ("zh-MO", "zh-Hant"), ("zh_Hant", "zh-Hant"),
        ("zh-Hant-CN", "zh-Hant"), ("zh-Hant-TW", "zh-Hant"), ("en_GB", "en"), ("fr", "en"), ("C", "en"),
    ],
)  # fmt: skip
def test_readers_of_traditional_never_get_simplified(tag: str, language: str) -> None:
    assert language_of(tag) == language


def test_the_environment_is_asked_in_posix_order() -> None:
    assert system_language({"LANG": "en_US.UTF-8", "LC_ALL": "zh_TW.UTF-8"}) == "zh-Hant"
    assert system_language({"EVIDENCE_LANG": "zh", "LC_ALL": "en_US"}) == "zh"
    assert system_language({}) == "en"


@pytest.mark.parametrize("locale", ["zh", "zh_Hant"])
def test_every_message_is_translated(locale: str, checkout: Path) -> None:
    assert tool("catalogues", checkout).missing(locale) == {}


@pytest.mark.parametrize("lang", ["zh", "zh-Hant"])
def test_translations_keep_the_placeholders(lang: str) -> None:
    def names(text: str) -> set[str]:
        return set(re.findall(r"(?<!\{)\{([a-z_]\w*)", text))

    for message, text in catalogue(lang).items():
        assert names(text) <= names(message), f"{message!r} → {text!r}"


@pytest.mark.parametrize("lang", ["en", "zh", "zh-Hant"])
def test_every_error_can_be_described(lang: str) -> None:
    class Anything(dict):  # type: ignore[type-arg]
        def keys(self) -> set[str]:  # type: ignore[override]
            return {
                name for spec in specs().values() for name in re.findall(r"\{(\w+)", spec.message + spec.hint)
            }

        def __getitem__(self, key: str) -> str:
            return key.upper()

    for code in specs():
        message, hint = describe(Problem(code, params=Anything()), lang)
        assert message
        assert hint
