"""What a carrier reports of mail posted in bulk: table → rows, every fault by its cell.

Read with the machinery of ledgers (formats, encodings, limits, headers). Nothing is guessed: a result, a relation or a
time that is not understood is refused, and what a carrier does not say (that a relative lives in the home, say) is left
empty. Times without a zone are China's: the carriers are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path

from evidence.clock import CHINA
from evidence.errors import EvidenceError, Problem
from evidence.intake.cells import (
    EXCEL_DIGITS,
    Refusal,
    Value,
    fold,
    is_blank,
    raw,
    refuse_fault,
    said,
    squeeze,
    text_of,
)
from evidence.intake.headers import RESULTS, Header, Vocabulary
from evidence.intake.periods import parse_date
from evidence.intake.read import recognise, shown_names
from evidence.intake.register import Register
from evidence.intake.rows import RowReader
from evidence.intake.tables import Table, load
from evidence.model.delivery import Channel, Outcome
from evidence.model.problem import Place

__all__ = ["ResultRow", "ResultTable", "outcome_of", "read_results", "relation_of"]

# The first that is found decides. What is still to come (待签收) and what failed (未妥投) stand before what they contain.
_OUTCOMES: tuple[tuple[re.Pattern[str], Outcome], ...] = (
    (
        re.compile(
            "待签收|待簽收|准备签收|準備簽收|派送中|投递中|投遞中|正在派送|正在投递|正在投遞|安排投递|安排投遞|待派送|待投递|待投遞"
        ),
        Outcome.IN_TRANSIT,
    ),
    (re.compile("拒收|拒签|拒簽|拒绝签收|拒絕簽收|REFUSED"), Outcome.REFUSED),
    (re.compile("退回|退件|退信|改退|退货|退貨|已退|退运|退運|RETURNED"), Outcome.RETURNED),
    (
        re.compile(
            "未妥投|未投妥|未签收|未簽收|未送达|未送達|不成功|投递失败|投遞失敗|派送失败|派送失敗|签收失败|無人|无人|UNREACHABLE"
        ),
        Outcome.UNREACHABLE,
    ),
    (
        re.compile("妥投|投妥|签收|簽收|代收|已送达|已送達|送达成功|送達成功|已投递|已投遞|DELIVERED"),
        Outcome.DELIVERED,
    ),
    (
        re.compile("在途|运输|運輸|转运|轉運|中转|中轉|到达|到達|离开|離開|发往|發往|IN-TRANSIT"),
        Outcome.IN_TRANSIT,
    ),
    (re.compile("收寄|揽收|攬收|揽件|攬件|已寄出|已发出|已發出|已发货|已發貨|SENT"), Outcome.SENT),
)
# Relations as the words of `evidence deliver --relation`. A relative is one who may sign only where the word says that
# they live together; 代收 alone says only that it was somebody else.
_RELATIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("同住成年|同住家属|同住家屬|cohabiting-adult"), "cohabiting-adult"),
    (re.compile("未成年|儿童|兒童|孩子|minor"), "minor"),
    (re.compile("授权|授權|委托|委託|authorised"), "authorised"),
    (
        re.compile("驿站|驛站|快递柜|快遞櫃|智能柜|智能櫃|丰巢|豐巢|自提|代收点|代收點|菜鸟|菜鳥|locker"),
        "locker",
    ),
    (re.compile("门卫|門衛|保安|物业|物業|传达室|傳達室|guard"), "guard"),
    (re.compile("前台|前臺|front-desk"), "front-desk"),
    (re.compile("单位收发|單位收發|收发章|收發章|单位签收|單位簽收|organisation"), "organisation"),
    (re.compile("邻居|鄰居|neighbour"), "neighbour"),
    (re.compile("本人|self"), "self"),
    (re.compile("他人|同事|朋友|其他|other"), "other"),
)
_PLAIN_RELATION = re.compile(
    "家人|家属|家屬|亲属|親屬|配偶|父母|子女|代收|代签收|代簽收|签收|簽收|正常|正常签收|正常簽收"
)
"""Words that say no relation by which anybody may be told to sign or not."""

_CHANNELS: tuple[tuple[re.Pattern[str], Channel], ...] = (
    (re.compile("EMS|特快专递|特快專遞|邮政|郵政", re.IGNORECASE), Channel.EMS),
    (
        re.compile(
            "顺丰|順豐|中通|圆通|圓通|申通|韵达|韻達|极兔|極兔|京东|京東|德邦|快递|快遞|SF|STO|YTO|ZTO|COURIER",
            re.IGNORECASE,
        ),
        Channel.COURIER,
    ),
)
_CLOCK = re.compile(
    r"(?P<day>.*?\d日?)(?:[\sT]+|(?<=日))(?P<h>\d{1,2})(?::|时|時|点|點)(?P<m>\d{1,2})分?(?::?(?P<s>\d{1,2})(?:\.\d+)?秒?)?"
)
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{2,}", re.IGNORECASE)
_NONE = re.compile(r"[-—–/\\无無]*")


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row, its texts as written but for blanks. ``posted``: when it was handed to the carrier, where the row says.

    ``relation`` is a word of ``evidence deliver --relation`` or empty; ``said`` is the result as the carrier wrote it.
    """

    waybill: str
    letter: str
    outcome: Outcome
    at: datetime
    origin: Place
    said: str
    signer: str = ""
    relation: str = ""
    reason: str = ""
    place: str = ""
    sent_to: str = ""
    channel: Channel | None = None
    posted: datetime | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ResultTable:
    """``problems`` lists every refused row, ``notices`` what to look at."""

    rows: tuple[ResultRow, ...]
    files: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()
    rows_read: int = 0


def outcome_of(text: str) -> Outcome | None:
    """What a carrier's words say, ``None`` where they are not understood."""
    word = squeeze(text).upper()
    return next((outcome for pattern, outcome in _OUTCOMES if pattern.search(word)), None)


def relation_of(text: str) -> str | None:
    """Who signed, empty where the words do not say; ``None`` where they are not understood."""
    word = squeeze(text)
    found = next((relation for pattern, relation in _RELATIONS if pattern.search(word)), None)
    return "" if found is None and (not word or _PLAIN_RELATION.fullmatch(word)) else found


def read_results(
    paths: Sequence[Path],
    *,
    synonyms: Mapping[str, tuple[str, ...]] | None = None,
    encoding: str | None = None,
) -> ResultTable:
    """Read carriers' tables. ``synonyms`` adds header names to fields (of :data:`~evidence.intake.headers.RESULTS`).

    Raises ``EvidenceError`` with one problem per unusable *file*, as :func:`evidence.intake.read_ledger` does.
    """
    vocabulary = Vocabulary(synonyms, RESULTS)
    names = shown_names(paths)
    faults: list[Problem] = []
    problems: list[Problem] = []
    notices: list[Problem] = []
    sheets: list[tuple[Table, Header]] = []
    for path, name in zip(paths, names, strict=True):
        try:
            tables = load(path, name, encoding=encoding, score=vocabulary.best_row)
            sheets += recognise(tables, vocabulary, problems, notices)
        except EvidenceError as fault:
            faults += fault.problems
    if faults:
        raise EvidenceError(faults)
    rows: list[ResultRow] = []
    count = 0
    for table, header in sheets:
        if header.ignored:
            params = {"columns": ", ".join(header.ignored)}
            notices.append(Problem("intake.columns-ignored", table.place(header.last_row), params))
        reader = ResultReader(table, header, "", Register())
        for row in range(header.last_row + 1, len(table.rows)):
            if _is_margin(table, header, row):
                continue
            count += 1
            found, wrong = reader.read(row)
            problems += wrong
            rows += [found] if found else []
        for (code, name), times in reader.repeated.items():
            place = table.place(reader.first[code, name], header.columns.get(name))
            notices.append(Problem(code, place, {"rows": times}))
    if not count and not problems:
        raise EvidenceError([Problem("intake.result-no-rows", Place(names[0] if names else ""))])
    return ResultTable(tuple(rows), tuple(names), tuple(problems), tuple(notices), count)


def _is_margin(table: Table, header: Header, row: int) -> bool:
    """Whether a row is blank, a header printed again, or a remark: it reports on no letter."""
    cells = [cell for cell in table.rows[row] if not is_blank(cell)]
    texts = {squeeze(cell) for cell in cells if isinstance(cell, str)} - {""}
    told = [
        table.value(row, header.columns[name]) for name in ("waybill", "letter", "result") if header.has(name)
    ]
    if all(map(is_blank, told)) or (all(map(_is_text, cells)) and header.texts.issuperset(texts)):
        return True
    return len(cells) == len(texts) == 1 and not any(sign.isdigit() for sign in "".join(texts))


def _is_text(value: Value) -> bool:
    return isinstance(value, str)


@dataclass(slots=True, kw_only=True)
class ResultReader(RowReader):
    """Reads the rows of one sheet."""

    def read(self, row: int) -> tuple[ResultRow | None, list[Problem]]:
        """The report of one row, or all that is wrong with it."""
        self._row, self._problems = row, []
        waybill = self._take(partial(self._number, "waybill"), "waybill")
        letter = self._take(partial(self._number, "letter"), "letter")
        if waybill == "" and letter == "":
            self._fault(Refusal("intake.result-nobody"), "waybill")
        outcome = self._take(self._outcome, "result")
        at = self._take(partial(self._moment, "at"), "at")
        if at is None and not any(
            p.where == self.table.place(row, self._column("at")) for p in self._problems
        ):
            self._fault(Refusal("intake.result-time-missing"), "at")
        posted = self._take(partial(self._moment, "posted", is_needed=False), "posted")
        relation = self._take(self._relation, "relation")
        channel = self._take(self._channel, "channel")
        texts = {
            n: self._take(partial(self._said, n), n) or ""
            for n in ("signer", "reason", "place", "sent_to", "remark")
        }
        if self._problems or outcome is None or at is None:
            return None, self._problems
        result = self._said("result")
        return (
            ResultRow(
                waybill=waybill or "",
                letter=letter or "",
                outcome=outcome,
                at=at,
                origin=self.table.place(row),
                said=result,
                relation=relation or next(_told(result, outcome), ""),
                channel=channel,
                posted=posted,
                **texts,
            ),
            self._problems,
        )

    def _said(self, name: str) -> str:
        value = self._cell(name)
        refuse_fault(value)
        text = said(value) if isinstance(value, str) else text_of(value)
        return "" if _NONE.fullmatch(text) else text

    def _number(self, name: str) -> str:
        """A waybill or letter number. Excel keeps 15 digits; two must not share what is left of longer ones."""
        value = self._cell(name)
        text = squeeze(self._said(name))
        lost = isinstance(value, int | float) and abs(value) >= 10**EXCEL_DIGITS
        if lost or _SCIENTIFIC.fullmatch(text):
            raise Refusal("intake.result-waybill-lost", raw=raw(value))
        return text

    def _outcome(self) -> Outcome:
        text = self._said("result")
        if not text:
            raise Refusal("intake.result-missing")
        found = outcome_of(text)
        if found is None:
            raise Refusal("intake.result-word", raw=raw(self._cell("result")))
        return found

    def _relation(self) -> str:
        text = self._said("relation")
        found = relation_of(text)
        if found is None:
            raise Refusal("intake.result-relation", raw=raw(self._cell("relation")))
        return found

    def _channel(self) -> Channel | None:
        text = self._said("channel")
        if not text:
            return None
        for pattern, channel in _CHANNELS:
            if pattern.search(text):
                return channel
        raise Refusal("intake.result-channel", raw=raw(self._cell("channel")))

    def _moment(self, name: str, *, is_needed: bool = True) -> datetime | None:
        """A day with its time, China's where no zone is named. A day alone is refused, or passed over with a notice: no
        hour is made up."""
        value = self._cell(name)
        refuse_fault(value)
        if is_blank(value) or (isinstance(value, str) and _NONE.fullmatch(squeeze(value))):
            return None
        found = _moment_of(value, epoch_1904=self.table.epoch_1904)
        if isinstance(found, datetime):
            return found
        if found is None:
            raise Refusal("intake.result-time", raw=raw(value))
        if is_needed:
            raise Refusal("intake.result-clock", raw=raw(value))
        self._repeat("intake.result-posted", name)
        return None


def _told(result: str, outcome: Outcome) -> Iterator[str]:
    """The relation that the result itself names: 本人签收, 快递柜代收."""
    if outcome is Outcome.DELIVERED and (found := relation_of(result)):
        yield found


def _moment_of(value: Value, *, epoch_1904: bool) -> datetime | date | None:
    """A moment where cell or text has a time of day, a day where it has none, ``None`` where it is neither."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or CHINA) if value.time() != time() else value.date()
    text = fold(value) if isinstance(value, str) else ""
    try:
        stated = datetime.fromisoformat(text)
        if stated.tzinfo is not None:
            return stated
    except ValueError:
        pass
    try:
        if found := _CLOCK.fullmatch(text):
            day = parse_date(found["day"])
            clock = time(int(found["h"]), int(found["m"]), int(found["s"] or 0))
            return datetime.combine(day, clock, CHINA) if day else None
        day = parse_date(value, epoch_1904=epoch_1904)
    except (Refusal, ValueError):
        return None
    if day is not None and isinstance(value, float) and value % 1:
        return datetime.combine(day, time(), CHINA) + timedelta(seconds=round(value % 1 * 86400))
    return day
