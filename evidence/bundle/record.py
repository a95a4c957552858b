"""The delivery record (送达记录) of one letter: every recorded step on a page, proven or not.

Drawn here rather than from a Word template: it is a statement of what is on record, and nobody should be able
to edit one row out of it by editing a template. Same events, same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Pdf

from evidence.bundle.geometry import A4, MM
from evidence.bundle.readme import grade_lines
from evidence.bundle.rows import effective, result_text
from evidence.bundle.typeset import add_page
from evidence.clock import CHINA
from evidence.delivery import assess, channel_label, relation_label
from evidence.model.delivery import DeliveryEvent, Grade
from evidence.model.period import chinese_date
from evidence.stamp.lettering import Face, spelt

SIZE, LEADING = 9.5, 14.0
SMALL, SMALL_LEADING = 8.5, 12.5
TITLE = 18.0
LEFT, TOP, BOTTOM = 22 * MM, 25 * MM, 24 * MM
PAD = 1.2 * MM
# 序号, 时间, 方式, 登记结果, 签收人, 单号, 证明等级: together the width between the margins. A day of 11 characters and a
# waybill number of 13 stay on one line.
WIDTHS = tuple(width * MM for width in (10, 29, 26, 31, 27, 29, 14))
_WIDTH = sum(WIDTHS)


@dataclass(frozen=True, slots=True)
class RecordWords:
    """What the record's page says besides the events."""

    title: str
    letter: str
    recipient: str
    maker: str
    columns: tuple[str, ...]
    grade: str
    none: str
    servers: str
    place: str
    reason: str
    witness: str
    note: str
    proofs: str
    proof: str
    no_proofs: str
    stop: str
    foot: str


_WORDS = {
    "zh": RecordWords(
        title="送达记录",
        letter="文书：{name}",
        recipient="受送达人：{name}",
        maker="制作：{name}（原告）",
        columns=("序号", "时间\n（北京时间）", "方式", "登记结果", "签收人", "单号", "证明\n等级"),
        grade="{grade}级",
        none="无",
        servers="送达人：{text}",
        place="地点：{text}",
        reason="事由：{text}",
        witness="见证人：{text}",
        note="备注：{text}",
        proofs="凭证：{text}",
        proof="{name}（SHA-256前16位 {hash}）",
        no_proofs="凭证：无",
        stop="；",
        foot="本页由原告依登记数据制作，列出对上述文书登记的全部送达经过，包括未成功的。"
        "证明等级由原告所用工具按固定规则评定，不是法院的认定：",
    ),
    "zh-Hant": RecordWords(
        title="送達記錄",
        letter="文書：{name}",
        recipient="受送達人：{name}",
        maker="製作：{name}（原告）",
        columns=("序號", "時間\n（北京時間）", "方式", "登記結果", "簽收人", "單號", "證明\n等級"),
        grade="{grade}級",
        none="無",
        servers="送達人：{text}",
        place="地點：{text}",
        reason="事由：{text}",
        witness="見證人：{text}",
        note="備註：{text}",
        proofs="憑證：{text}",
        proof="{name}（SHA-256前16位 {hash}）",
        no_proofs="憑證：無",
        stop="；",
        foot="本頁由原告依登記數據製作，列出對上述文書登記的全部送達經過，包括未成功的。"
        "證明等級由原告所用工具按固定規則評定，不是法院的認定：",
    ),
}


def delivery_record(
    events: Sequence[DeliveryEvent], *, letter: str, recipient: str, maker: str, locale: str, font_file: Path
) -> bytes:
    """The record of one letter as a PDF. ``letter`` is its name and number as the catalogue has them."""
    words = _WORDS[locale]
    heads = [words.letter.format(name=letter), words.recipient.format(name=recipient)]
    heads.append(words.maker.format(name=maker))
    rows = [_row(i, event, late, words, locale) for i, (event, late) in enumerate(effective(events), 1)]

    def legible(text: str) -> str:
        return "\n".join(spelt(line, font_file) for line in text.split("\n"))

    heads = [legible(text) for text in heads]
    rows = [([legible(cell) for cell in cells], legible(detail)) for cells, detail in rows]
    feet = [words.foot, *grade_lines(locale)]
    texts = [words.title, *heads, *words.columns, *feet]
    texts += [text for cells, detail in rows for text in (*cells, detail)]
    pdf = Pdf.new()
    sheet = _Sheet(pdf, Face(pdf, font_file, texts), words.columns)
    sheet.title(words.title)
    for text in heads:
        sheet.paragraph(text, SIZE + 1, LEADING + 4)
    sheet.header()
    for cells, detail in rows:
        sheet.row(cells, detail)
    sheet.close()
    for text in feet:
        sheet.paragraph(text, SMALL, SMALL_LEADING)
    return sheet.bytes()


def _row(
    number: int, event: DeliveryEvent, late: bool, words: RecordWords, locale: str
) -> tuple[list[str], str]:
    """The cells of one step, and what stands below them across the table."""
    at = event.at.astimezone(CHINA)
    grade = Grade.NONE if late else assess(event).grade
    kin = relation_label(event.relation, locale)
    signer = f"{event.signer}（{kin}）" if event.signer and kin else event.signer or kin
    cells = [
        str(number),
        f"{chinese_date(at.date())}\n{at:%H:%M}",
        channel_label(event.channel, locale),
        result_text(event, late, locale),
        signer,
        event.tracking,
        words.none if grade is Grade.NONE else words.grade.format(grade=grade.value),
    ]
    proofs = [words.proof.format(name=proof.name, hash=proof.sha256[:16]) for proof in event.proofs]
    details = [
        (words.servers, "、".join(event.servers)),
        (words.place, event.place),
        (words.reason, event.reason),
        (words.witness, event.witness_name),
        (words.note, " ".join(event.note.split())),
    ]
    told = words.stop.join(form.format(text=text) for form, text in details if text)
    shown = [words.proofs.format(text=proof) for proof in proofs] or [words.no_proofs]
    return cells, "\n".join([told, *shown] if told else shown)


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One step as the record tells it; ``detail`` is who served where, the witness, the note and the proofs."""

    number: str
    at: str
    channel: str
    result: str
    signer: str
    tracking: str
    grade: str
    detail: str


def record_rows(events: Sequence[DeliveryEvent], locale: str) -> tuple[RecordRow, ...]:
    """The steps of one letter in the words of its delivery record: the delivery report says the same."""
    words = _WORDS[locale]
    told = [_row(i, event, late, words, locale) for i, (event, late) in enumerate(effective(events), 1)]
    found = []
    for cells, detail in told:
        number, at, channel, result, signer, tracking, grade = (" ".join(cell.split("\n")) for cell in cells)
        told_in_full = detail.replace("\n", words.stop)
        found.append(RecordRow(number, at, channel, result, signer, tracking, grade, told_in_full))
    return tuple(found)


def plain_page(title: str, paragraphs: Sequence[tuple[str, float]], font_file: Path) -> bytes:
    """A title and paragraphs of given sizes (pt), as a PDF of A4 pages."""
    told = [(spelt(text, font_file), size) for text, size in paragraphs]
    pdf = Pdf.new()
    sheet = _Sheet(pdf, Face(pdf, font_file, [title, *(text for text, _ in told)]), ())
    sheet.title(title)
    for text, size in told:
        sheet.paragraph(text, size, size * 1.6)
    return sheet.bytes()


class _Sheet:
    """Pages filled from the top; a table's head is set again on every page it runs to."""

    def __init__(self, pdf: Pdf, face: Face, columns: Sequence[str]) -> None:
        self._pdf, self._face, self._columns = pdf, face, columns
        self._pages: list[list[str]] = []
        self._y = 0.0
        self._turn()

    def _turn(self) -> None:
        self._pages.append([])
        self._y = A4[1] - TOP

    def _fits(self, height: float) -> bool:
        return self._y - height >= BOTTOM

    def _text(self, x: float, y: float, size: float, text: str) -> None:
        self._pages[-1].append(f"BT /F {size:g} Tf 1 0 0 1 {x:.3f} {y:.3f} Tm {self._face.show(text)} ET")

    def _rule(self, width: float, left: float = LEFT) -> None:
        right = LEFT + _WIDTH
        self._pages[-1].append(f"{width:g} w {left:.3f} {self._y:.3f} m {right:.3f} {self._y:.3f} l S")

    def title(self, text: str) -> None:
        self._y -= TITLE
        self._text((A4[0] - self._face.width(text, TITLE)) / 2, self._y, TITLE, text)
        self._y -= TITLE

    def paragraph(self, text: str, size: float, leading: float) -> None:
        for line in self._face.broken(text, size, _WIDTH):
            if not self._fits(leading):
                self._turn()
            self._y -= leading
            self._text(LEFT, self._y, size, line)

    def header(self) -> None:
        self._y -= 3 * MM
        self._rule(1.2)
        self._cells(self._broken(self._columns))
        self._rule(0.6)

    def _broken(self, cells: Sequence[str]) -> list[list[str]]:
        return [
            self._face.broken(cell, SIZE, width - 2 * PAD) for cell, width in zip(cells, WIDTHS, strict=True)
        ]

    def _cells(self, broken: Sequence[Sequence[str]]) -> None:
        top, x = self._y - PAD, LEFT
        for lines, width in zip(broken, WIDTHS, strict=True):
            for i, line in enumerate(lines):
                self._text(x + PAD, top - SIZE - i * LEADING, SIZE, line)
            x += width
        self._y = top - max(len(lines) for lines in broken) * LEADING

    def row(self, cells: Sequence[str], detail: str) -> None:
        """Cells, then ``detail`` below them from the second column on, which may run over to the next page."""
        broken = self._broken(cells)
        height = max(len(lines) for lines in broken) * LEADING + PAD
        below = self._face.broken(detail, SMALL, _WIDTH - WIDTHS[0] - PAD)
        if not self._fits(height + SMALL_LEADING * min(len(below), 4) + PAD):
            self._break()
        self._cells(broken)
        for line in below:
            if not self._fits(SMALL_LEADING):
                self._break()
            self._y -= SMALL_LEADING
            self._text(LEFT + WIDTHS[0] + PAD, self._y + 3, SMALL, line)
        self._y -= PAD
        self._rule(0.3)

    def _break(self) -> None:
        self.close()
        self._turn()
        self.header()

    def close(self) -> None:
        self._rule(1.2)
        self._y -= 2 * MM

    def bytes(self) -> bytes:
        for body in self._pages:
            add_page(self._pdf, self._face, body)
        out = io.BytesIO()
        self._pdf.save(
            out,
            min_version="1.7",
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            linearize=False,
        )
        return out.getvalue()
