"""The list a clerk fills in beside a stack of scanned slips: what became of each letter, every fault by its cell.

A row without a result is not filled in yet and says nothing. A time without a zone is China's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from evidence.errors import Problem
from evidence.intake.cells import Refusal, raw, squeeze
from evidence.intake.headers import SLIPS, Vocabulary
from evidence.intake.read import recognise
from evidence.intake.register import Register
from evidence.intake.results import ResultReader, outcome_of
from evidence.intake.tables import load
from evidence.model.delivery import Channel, Outcome
from evidence.model.problem import Place

__all__ = ["SlipRow", "read_slip_list"]

_LEFT = re.compile("留置|left")
_CHANNELS = {
    Channel.HAND: re.compile("直接|当面|當面|上门|上門|hand"),
    Channel.COHABITANT: re.compile("同住|家属代收|家屬代收|cohabitant"),
    Channel.LEFT: _LEFT,
    Channel.EMS: re.compile("EMS|特快|邮政|郵政|邮寄|郵寄", re.IGNORECASE),
    Channel.COURIER: re.compile("快递|快遞|courier"),
    Channel.POSTED: re.compile("张贴|張貼|posted"),
    Channel.NOTARY: re.compile("公证送达|公證送達|notary"),
}
_AND = re.compile(r"[、,，;；/]")


@dataclass(frozen=True, slots=True)
class SlipRow:
    """One row: ``page`` 0 for a picture. ``outcome`` and ``at`` are ``None`` where nothing was filled in yet."""

    file: str
    page: int
    letter: str
    origin: Place
    outcome: Outcome | None = None
    at: datetime | None = None
    channel: Channel | None = None
    signer: str = ""
    relation: str = ""
    servers: tuple[str, ...] = ()
    witness: str = ""
    place: str = ""
    reason: str = ""
    sent_to: str = ""
    role: str = ""
    remark: str = ""


def read_slip_list(
    path: Path, *, synonyms: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[tuple[SlipRow, ...], tuple[Problem, ...]]:
    """The rows of one list, and all that is wrong with it. Raises for a file that is none."""
    vocabulary = Vocabulary(synonyms, SLIPS)
    problems: list[Problem] = []
    rows: list[SlipRow] = []
    tables = load(path, path.name, encoding=None, score=vocabulary.best_row)
    for table, header in recognise(tables, vocabulary, problems, []):
        reader = _SlipReader(table, header, "", Register())
        for row in range(header.last_row + 1, len(table.rows)):
            found, wrong = reader.slip(row)
            problems += wrong
            rows += [found] if found else []
    return tuple(rows), tuple(problems)


@dataclass(slots=True, kw_only=True)
class _SlipReader(ResultReader):
    def slip(self, row: int) -> tuple[SlipRow | None, list[Problem]]:
        self._row, self._problems = row, []
        file = self._take(partial(self._said, "file"), "file")
        if not file:
            return None, self._problems
        page = self._take(self._page, "page")
        letter = self._take(partial(self._number, "letter"), "letter") or ""
        origin = self.table.place(row)
        word = self._take(partial(self._said, "result"), "result") or ""
        if not word or self._problems or page is None:
            found = None if self._problems or page is None else SlipRow(file, page, letter, origin)
            return found, self._problems
        outcome = self._take(self._slip_outcome, "result")
        at = self._take(partial(self._moment, "at"), "at")
        if at is None and not self._problems:
            self._fault(Refusal("intake.result-time-missing"), "at")
        relation = self._take(self._relation, "relation") or ""
        channel = self._take(self._slip_channel, "channel")
        texts = {
            name: self._take(partial(self._said, name), name) or ""
            for name in ("signer", "witness", "place", "reason", "sent_to", "role", "remark")
        }
        servers = self._take(partial(self._said, "servers"), "servers") or ""
        if self._problems or outcome is None:
            return None, self._problems
        return (
            SlipRow(
                file=file,
                page=page,
                letter=letter,
                origin=origin,
                outcome=outcome,
                at=at,
                channel=Channel.LEFT if _LEFT.search(word) else channel,
                relation=relation or ("self" if outcome is Outcome.DELIVERED and "本人" in word else ""),
                servers=tuple(name.strip() for name in _AND.split(servers) if name.strip()),
                **texts,
            ),
            self._problems,
        )

    def _page(self) -> int:
        text = squeeze(self._said("page"))
        if not text:
            return 0
        if not (text.isascii() and text.isdigit()):
            raise Refusal("intake.result-page", raw=raw(self._cell("page")))
        return int(text)

    def _slip_outcome(self) -> Outcome:
        word = self._said("result")
        found = Outcome.DELIVERED if _LEFT.search(word) else outcome_of(word)
        if found is None and re.search("未遇|不在|没人|沒人", word):
            found = Outcome.UNREACHABLE
        if found is None:
            raise Refusal("intake.slip-word", raw=raw(self._cell("result")))
        return found

    def _slip_channel(self) -> Channel | None:
        text = self._said("channel")
        if not text:
            return None
        found = next((channel for channel, pattern in _CHANNELS.items() if pattern.search(text)), None)
        if found is None:
            raise Refusal("intake.result-channel", raw=raw(self._cell("channel")))
        return found
