"""Tiny DOCX templates for the engine's tests, written as OOXML by hand: no more parts than Word needs."""

from __future__ import annotations

import io
import zipfile

W_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def p(*runs: str) -> str:
    """A paragraph; each argument is the text of one run, already XML."""
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


def row(*cells: str) -> str:
    """A table row; each argument is the content of one cell: paragraphs, or text for one."""
    inside = (cell if cell.startswith("<") else p(cell) for cell in cells)
    return "<w:tr>" + "".join(f"<w:tc><w:tcPr/>{cell}</w:tc>" for cell in inside) + "</w:tr>"


def table(*rows: str) -> str:
    columns = max(one.count("<w:tc>") for one in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{'<w:gridCol/>' * columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def part(root: str, inside: str) -> bytes:
    """One WordprocessingML part with the given root element."""
    return f'<w:{root} xmlns:w="{W_NS}" xmlns:r="{R_NS}">{inside}</w:{root}>'.encode()


def relationships(*rows: tuple[str, str, str]) -> bytes:
    """A .rels part from (last segment of the type, target, target mode)."""
    inside = "".join(
        f'<Relationship Id="rId{n}" Type="{REL}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        for n, (kind, target, mode) in enumerate(rows, start=1)
    )
    ns = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{ns}">{inside}</Relationships>'.encode()


def content_types(**overrides: str) -> bytes:
    """[Content_Types].xml; keys are part names with ``__`` for ``/`` and ``_`` for ``.``."""
    named = {"/" + k.replace("__", "/").replace("_", "."): v for k, v in overrides.items()}
    named = {"/word/document.xml": f"{WORD}document.main+xml", **named}
    inside = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in named.items())
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{inside}</Types>'
    ).encode()


def docx(*body: str, parts: dict[str, bytes] | None = None, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A DOCX with ``body``; ``parts`` adds parts or replaces those made here."""
    whole = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relationships(("officeDocument", "word/document.xml", "Internal")),
        "word/document.xml": part("document", f"<w:body>{''.join(body)}<w:sectPr/></w:body>"),
        **(parts or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in whole.items():
            archive.writestr(name, data)
    return out.getvalue()


def full() -> bytes:
    """A letter with all an honest template uses: header, footer, footnote, table, conditions, split tags."""
    reference = f'xmlns:r="{R_NS}"'
    section = (
        f'<w:sectPr {reference}><w:headerReference w:type="default" r:id="rId1"/>'
        '<w:footerReference w:type="default" r:id="rId2"/></w:sectPr>'
    )
    body = (
        p("致：{{ debtor.na", "me }}")
        + "<w:p><w:r><w:t>房号</w:t><w:tab/><w:t>{{ premises }}</w:t></w:r></w:p>"
        + p("{%p if formal %}") + p("特此催告。") + p("{%p else %}") + p("温馨提示。") + p("{%p endif %}")
        + table(
            row("期间", "金额"),
            row("{%tr for line in lines %}", ""),
            row(
                "{{ loop.index }}. {{ line.period }}",
                "{{ line.amount }}{% if line.late %}（逾期）{% endif %}",
            ),
            row("{%tr endfor %}", ""),
            row("合计", "{{ total }}"),
        )
        + p("附：{{ enclosures|join(‘、’) }}")
        + '<w:p><w:r><w:t>见注</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    )  # fmt: skip
    note = '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote><w:footnote w:id="2">' + p(
        "依据{{ law }}"
    )
    return docx(
        parts={
            "[Content_Types].xml": content_types(
                word__header1_xml=f"{WORD}header+xml",
                word__footer1_xml=f"{WORD}footer+xml",
                word__footnotes_xml=f"{WORD}footnotes+xml",
            ),
            "word/_rels/document.xml.rels": relationships(
                ("header", "header1.xml", "Internal"),
                ("footer", "footer1.xml", "Internal"),
                ("footnotes", "footnotes.xml", "Internal"),
            ),
            "word/document.xml": part("document", f"<w:body>{body}{section}</w:body>"),
            "word/header1.xml": part("hdr", p("{{ office }}")),
            "word/footer1.xml": part("ftr", p("不含标签的页脚")),
            "word/footnotes.xml": part("footnotes", note + "</w:footnote>"),
        }
    )


def full_context(**changes: object) -> dict[str, object]:
    """What :func:`full` needs (样本)."""
    return {
        "debtor": {"name": "张三 <女> & 公司"},
        "premises": "样本苑 1 幢 101 室",
        "formal": True,
        "lines": [
            {"period": "2025年1月", "amount": "120.00", "late": True},
            {"period": "2025年2月", "amount": "130.50", "late": False},
        ],
        "total": "250.50",
        "enclosures": ["明细表", "合同"],
        "law": "《民法典》第九百四十四条",
        "office": "样本物业服务有限公司",
        "doc": {
            "title": "催告函（样本）",
            "identifier": "2-2026-0001",
            "language": "zh-CN",
            "created": "2026-11-21T02:00:00Z",
        },
        **changes,
    }
