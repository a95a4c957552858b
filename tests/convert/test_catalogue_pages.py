"""The catalogue of an evidence file is signed at one place: its two signing rows never stand on different pages."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime

import pytest

from evidence.law import load_law
from evidence.letters.bundle_pages import CatalogueRow, CoverPage, catalogue_context
from evidence.letters.convert import open_converter, page_text
from evidence.letters.engine import compile_template
from evidence.resources import templates_dir

DAY = date(2026, 11, 21)
CREATED = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
COUNTS = range(1, 13)
OFFICE = pytest.param(
    "libreoffice",
    marks=[
        pytest.mark.libreoffice,
        pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
    ],
)


def catalogue(count: int) -> bytes:
    page = CoverPage(
        "物业服务合同纠纷",
        "样本物业服务有限公司",
        "张样本",
        "",
        "第1册，共1册",
        count,
        count,
        "样本-0001",
        DAY,
    )
    rows = tuple(
        CatalogueRow(
            n, "催交物业费通知书（〔2026〕催字第0001号）", "电子数据", "原告签发，原始电子文件",
            "原告就所列各期费用书面催告被告，并给予合理期限", f"{100 + n}—{101 + n}", True, f"{n:064x}",
        )
        for n in range(1, count + 1)
    )  # fmt: skip
    values = catalogue_context(
        page,
        rows,
        law=load_law("cn").texts(DAY, "zh"),
        locale="zh",
        doc_created=CREATED,
        doc_identifier="00" * 16,
    )
    path = templates_dir() / "zh" / "catalogue.docx"
    return compile_template(path.read_bytes(), path.name).render(values).docx


@pytest.mark.parametrize("converter", ["builtin", OFFICE])
def test_both_signing_rows_stand_on_one_page_under_the_note(converter: str) -> None:
    documents = [catalogue(count) for count in COUNTS]
    with open_converter(converter, "zh", prefer_installed=False) as engine:
        made = engine.convert_batches(
            [[d] for d in documents], created=CREATED, nonces=[[bytes(16)]] * len(COUNTS)
        )
    for count, (pdf,) in zip(COUNTS, made, strict=True):
        pages = ["".join(text.split()) for text in page_text(pdf)]
        signed = [text for text in pages if "提交人签名" in text or "接收人签名" in text]
        assert len(signed) == 1, count
        assert {"提交人签名/盖章", "接收人签名", "哈希值为该证据"} <= {
            word for word in ("提交人签名/盖章", "接收人签名", "哈希值为该证据") if word in signed[0]
        }, count
