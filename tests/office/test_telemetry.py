"""What OpenTelemetry is told: stages, numbers and codes, and nothing about anybody. Nothing leaves the machine here."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import estate
import pytest
from speaking import Command

from evidence import telemetry
from evidence.errors import fail

pytest.importorskip("opentelemetry.sdk")
pytest.importorskip("opentelemetry.exporter.otlp.proto.http")

from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

PLACE = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}


class Seen:
    """What would have been sent."""

    def __init__(self) -> None:
        self._spans, self._reader = InMemorySpanExporter(), InMemoryMetricReader()
        telemetry.use(SimpleSpanProcessor(self._spans), self._reader, "0")

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self._spans.get_finished_spans()

    @property
    def counts(self) -> dict[tuple[str, str], int]:
        """By name of the counter and value of its attribute."""
        data = json.loads(self._reader.get_metrics_data().to_json())  # type: ignore[union-attr]
        points = [
            (metric["name"], point)
            for resource in data["resource_metrics"]
            for scope in resource["scope_metrics"]
            for metric in scope["metrics"]
            for point in metric["data"]["data_points"]
        ]
        return {(name, *point["attributes"].values()): point["value"] for name, point in points}

    @property
    def text(self) -> str:
        """All of it, as a collector would keep it."""
        return "".join(span.to_json() for span in self.spans)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    end = telemetry.stop
    monkeypatch.setattr(
        telemetry, "stop", lambda: None
    )  # a command ends with it; here its words are looked at first
    yield Seen()
    end()


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, False),
        (PLACE, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:9/v1/traces"}, True),
        ({**PLACE, "OTEL_SDK_DISABLED": "true"}, False),
        ({**PLACE, "OTEL_TRACES_EXPORTER": "none"}, True),
        ({**PLACE, "OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": " "}, False),
    ],
)
def test_it_is_on_where_its_own_environment_says_so(environ: dict[str, str], wanted: bool) -> None:
    assert telemetry.is_wanted(environ) is wanted


def test_nothing_of_it_is_loaded_when_it_is_off() -> None:
    code = (
        "import sys, evidence.telemetry as t\n"
        "with t.span('run', letters=1) as more: more['letters'] = 2\n"
        "t.count('letters', 3); t.past('make', 0.0); assert not t.start({}); t.stop()\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


PRIVATE = (
    "张三",
    "1栋1单元101",
    "样本业主 owes 120.50",
    "a b",
    "/srv/office/letters",
    "13800138000",
    "2-2026-0001",
    "Ω",
)


def test_what_is_no_code_and_no_number_is_left_out(seen: Seen) -> None:
    for private in PRIVATE:
        with telemetry.span("run", kind=private, owner=private, letters=3) as more:
            more["codes"] = (private, "convert.text-lost")
            more["account"] = private
        telemetry.count("letters", 2, kind=private)
        telemetry.past("make", 0.0, converter=private, batches=1)
    with telemetry.span(PRIVATE[0]):
        pass
    for span in seen.spans:
        assert dict(span.attributes or {}) in (
            {"evidence.letters": 3, "evidence.codes": ("convert.text-lost",)},
            {"evidence.batches": 1},
        )
    assert seen.counts == {("evidence.letters",): 2 * len(PRIVATE)}


def test_of_an_error_only_its_code_is_told(seen: Seen) -> None:
    with pytest.raises(Exception, match="张三"), telemetry.span("run"):
        raise ValueError("张三")
    with pytest.raises(Exception, match="没有"), telemetry.span("run"):
        raise fail("workspace.unknown-account", account="没有此户")
    first, second = seen.spans
    assert [span.status.status_code.name for span in seen.spans] == ["ERROR", "ERROR"]
    assert (first.events, second.events, first.status.description) == ((), (), None)
    assert dict(second.attributes or {}) == {"evidence.codes": ("workspace.unknown-account",)}


def test_no_detector_of_the_environment_tells_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPERIMENTAL_RESOURCE_DETECTORS", "process,host,os")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=sample")
    seen = Seen()
    try:
        with telemetry.span("run"):
            pass
    finally:
        telemetry.stop()
    told = dict(seen.spans[0].resource.attributes)
    assert (told["service.name"], told["deployment.environment"]) == ("evidence", "sample")
    assert not [name for name in told if name.startswith(("process.", "host."))]


def test_a_run_is_told_by_its_stages(
    seen: Seen, command: Command, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    estate.workspace(tmp_path, checkout).close()
    monkeypatch.setenv(*next(iter(PLACE.items())))
    root, (room, owner) = tmp_path / "office", estate.OWNERS[0]
    rooms = [word for one, _ in estate.OWNERS[:2] for word in ("--account", one)]
    assert command("-C", root, "issue", "demand", *rooms, "--converter", "builtin").code == 0
    assert command("-C", root, "statement", "没有此户").code == 3
    found: dict[str, list[dict[str, Any]]] = {}
    for span in seen.spans:
        found.setdefault(span.name, []).append(dict(span.attributes or {}))
    assert set(found) == set(telemetry.SPANS) - {"print"}
    assert found["command"] == [
        {"evidence.command": "issue", "evidence.exit": 0},
        {
            "evidence.command": "statement",
            "evidence.exit": 3,
            "evidence.codes": ("workspace.unknown-account",),
        },
    ]
    assert found["stamp"] == [{"evidence.letters": 2}]
    assert found["store"] == [{"evidence.files": 4}]
    by_id = {span.context.span_id: span.name for span in seen.spans if span.context}
    parents = {span.name: by_id[span.parent.span_id] for span in seen.spans if span.parent}
    assert (parents["run"], parents["stamp"], parents["make"], parents["store"]) == (
        "command",
        "run",
        "run",
        "record",
    )
    assert seen.counts == {
        ("evidence.letters", "demand"): 2,
        ("evidence.errors", "workspace.unknown-account"): 1,
    }
    for private in (room, owner, "没有此户", "2-2026", str(tmp_path)):
        assert private not in seen.text and json.dumps(private)[1:-1] not in seen.text


def test_a_place_that_does_not_answer_stops_no_command(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(*next(iter(PLACE.items())))
    monkeypatch.setattr(telemetry, "PATIENCE_S", 0.05)
    spoken = command("explain", "workspace.unknown-account")
    assert (spoken.code, spoken.err) == (0, "")
