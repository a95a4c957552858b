"""Spans and counters for whoever watches many machines (OpenTelemetry): never for whom, to whom, or about whom.

Off, and nothing of OpenTelemetry loaded, unless its own environment names a place to send to
(``OTEL_EXPORTER_OTLP_ENDPOINT``, ``…_TRACES_ENDPOINT``, ``…_METRICS_ENDPOINT``) and the extra ``telemetry`` is there.
What is sent passes one door: names from a list here, attributes from a list here, and of words only those that are codes
of this toolkit. Faults are told by their code; no message, path, number of a letter or text of an error is sent. The
provider is our own, so that what other libraries would tell of themselves is not sent along.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.metrics import Counter
    from opentelemetry.sdk.metrics.export import MetricReader
    from opentelemetry.sdk.trace import SpanProcessor

__all__ = ["ATTRIBUTES", "COUNTERS", "SPANS", "count", "is_wanted", "past", "span", "start", "stop"]

SPANS = ("command", "run", "plan", "make", "prepare", "stamp", "record", "store", "journal", "close", "print")
"""``command`` holds all others. ``make`` is a chunk from its order to its coming back, wherever it was made."""
COUNTERS = {
    "letters": "letters on record, by kind",
    "refused": "letters that could not be written, by kind",
    "receipts": "receipts confirmed on the letters' page",
    "errors": "faults told by a command, by code",
}
ATTRIBUTES = (
    "command",
    "exit",
    "kind",
    "letters",
    "files",
    "entries",
    "batches",
    "converter",
    "code",
    "codes",
    "jobs",
)
PATIENCE_S = 3.0
_CODE = re.compile(r"[a-z][a-z0-9.-]{0,79}")
_PLACES = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
)
_Value = str | int | float


class _Sender:
    """What is there while telemetry is on."""

    def __init__(self, processor: SpanProcessor, reader: MetricReader, version: str) -> None:
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.resources import OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider

        # Not Resource.create: the environment may ask that for detectors, and one of them tells the command's words.
        told = {"service.name": "evidence", "service.version": version}
        resource = Resource(told).merge(OTELResourceDetector().detect())
        self._traces = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._traces.add_span_processor(processor)
        self._metrics = MeterProvider([reader], resource=resource, shutdown_on_exit=False)
        self.tracer = self._traces.get_tracer("evidence", version)
        meter = self._metrics.get_meter("evidence", version)
        self.counters: dict[str, Counter] = {
            name: meter.create_counter(f"evidence.{name}", description=told)
            for name, told in COUNTERS.items()
        }

    def close(self) -> None:
        """Sends what is left; a place that does not answer holds a command up for :data:`PATIENCE_S` and no longer."""
        ends = [Thread(target=end, daemon=True) for end in (self._traces.shutdown, self._metrics.shutdown)]
        for one in ends:
            one.start()
        until = time.monotonic() + PATIENCE_S
        for one in ends:
            one.join(max(0.0, until - time.monotonic()))


_sender: _Sender | None = None


def is_wanted(environ: Mapping[str, str]) -> bool:
    """Whether the environment names a place to send to and does not forbid it."""
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    if not any(environ.get(name, "").strip() for name in _PLACES):
        return False
    kinds = [environ.get(f"OTEL_{what}_EXPORTER", "otlp").strip() for what in ("TRACES", "METRICS")]
    return any(kind in ("", "otlp") for kind in kinds)


def start(environ: Mapping[str, str] = os.environ, version: str = "") -> bool:
    """Turn it on where it is wanted; says whether it is. Without the extra, or with a faulty environment, it stays off:
    no work fails for the sake of being watched (``evidence doctor`` says whether the extra is there)."""
    if _sender is not None or not is_wanted(environ):
        return _sender is not None
    # What the exporter has to say of a place that does not answer goes to --log-file, not between a command's words.
    import logging

    logging.getLogger("opentelemetry").addHandler(logging.NullHandler())
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        use(
            BatchSpanProcessor(OTLPSpanExporter()),
            PeriodicExportingMetricReader(OTLPMetricExporter()),
            version,
        )
    except (ImportError, ValueError):
        return False
    return True


def use(processor: SpanProcessor, reader: MetricReader, version: str = "") -> None:
    """Send to these; :func:`start` gives those of the environment, tests give ones that keep what they get."""
    global _sender  # noqa: PLW0603 - one for a process, like its log
    _sender = _Sender(processor, reader, version)


def stop() -> None:
    """Send what is left, and turn it off."""
    global _sender
    if _sender is not None:
        ending, _sender = _sender, None
        ending.close()


@contextmanager
def span(name: str, **attributes: _Value | tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """A stretch of work. What is put into the dictionary it gives is told when it ends. Costs nothing when off."""
    more: dict[str, Any] = {}
    if _sender is None or name not in SPANS:
        yield more
        return
    from opentelemetry.trace import Status, StatusCode

    # Never with the exception's own text: that is where names, rooms and paths stand.
    with _sender.tracer.start_as_current_span(
        name, attributes=_allowed(attributes), record_exception=False, set_status_on_exception=False
    ) as opened:
        failed = True
        try:
            yield more
            failed = False
        except SystemExit:
            failed = bool(more.get("exit"))
            raise
        except BaseException as error:
            more.setdefault("codes", tuple(problem.code for problem in getattr(error, "problems", ())))
            raise
        finally:
            opened.set_attributes(_allowed(more))
            if failed:
                opened.set_status(Status(StatusCode.ERROR))
                for code in more.get("codes", ()) if name == "command" else ():
                    count("errors", code=code)


def past(name: str, began: float, **attributes: _Value) -> None:
    """A stretch of work that began at ``began`` (:func:`time.monotonic`) and has just ended, wherever it was done."""
    if _sender is None or name not in SPANS:
        return
    now = time.time_ns()
    begun = now - int((time.monotonic() - began) * 1e9)
    _sender.tracer.start_span(name, attributes=_allowed(attributes), start_time=begun).end(now)


def count(name: str, number: int = 1, **attributes: _Value) -> None:
    """Add to one of :data:`COUNTERS`."""
    if _sender is not None and number > 0:
        _sender.counters[name].add(number, _allowed(attributes))


def _allowed(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """What may be sent: known names, numbers, and words that are codes. All else is left out rather than covered."""
    kept: dict[str, Any] = {}
    for name, value in attributes.items():
        if name not in ATTRIBUTES:
            continue
        if isinstance(value, tuple | list):
            if codes := sorted({one for one in value if isinstance(one, str) and _CODE.fullmatch(one)}):
                kept[f"evidence.{name}"] = codes
        elif isinstance(value, int | float) or _CODE.fullmatch(str(value)):
            kept[f"evidence.{name}"] = value
    return kept
