"""Minimal letters for the tests of this room: WordprocessingML written by hand, zipped without clocks."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CT = "application/vnd.openxmlformats-officedocument.wordprocessingml"

SECTION = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1985" w:left="1588" w:header="851" w:footer="1134" w:gutter="0"/>'
    "</w:sectPr>"
)


def p(text: str = "", *, font: str = "", bold: bool = False, before: int = 0, align: str = "both") -> str:
    """One paragraph of one run."""
    fonts = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}"/>' if font else ""
    properties = f"<w:rPr>{fonts}{'<w:b/>' if bold else ''}</w:rPr>"
    run = f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    spacing = f'<w:spacing w:before="{before}" w:line="360" w:lineRule="auto"/>'
    return f'<w:p><w:pPr>{spacing}<w:jc w:val="{align}"/></w:pPr>{run}</w:p>'


def table(rows: list[list[str]], widths: tuple[int, ...] = (2948, 2948, 2948)) -> str:
    """A ruled table of fixed column widths in twentieths of a point."""
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    body = "".join(
        "<w:tr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{w}" w:type="dxa"/></w:tcPr>{p(cell, align="left")}</w:tc>'
            for w, cell in zip(widths, row, strict=True)
        )
        + "</w:tr>"
        for row in rows
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>'
    )


def docx(
    body: str,
    *,
    font: str = "仿宋_GB2312",
    title: str = "样本",
    language: str = "",
    footer: str = "本函适用中华人民共和国法律 样本",
    extra_styles: str = "",
    section: str = SECTION,
) -> bytes:
    """A complete package around ``body``; every other part depends on the keyword arguments alone."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_CT}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_CT}.styles+xml"/>'
        f'<Override PartName="/word/footer1.xml" ContentType="{_CT}.footer+xml"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        "</Types>",
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="word/document.xml"/>'
        '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"'
        ' Target="docProps/core.xml"/></Relationships>',
        "docProps/core.xml": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title>'
        + (f"<dc:language>{escape(language)}</dc:language>" if language else "")
        + "</cp:coreProperties>",
        "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_REL}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId2" Type="{_REL}/footer" Target="footer1.xml"/></Relationships>',
        "word/styles.xml": f"<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:cs="{font}"/><w:sz w:val="28"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
        f"{extra_styles}</w:styles>",
        "word/footer1.xml": f"<w:ftr {W} {R}>{p(footer, align='center')}</w:ftr>",
        "word/document.xml": f"<w:document {W} {R}><w:body>{body}{section}</w:body></w:document>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), _HEAD + text)
    return out.getvalue()


def letter(n: int = 1, *, name: str = "", lines: int = 4, font: str = "仿宋_GB2312", **package: str) -> bytes:
    """A letter about arrears with a heading, a table and ``lines`` paragraphs; all of it invented."""
    who = name or f"样本业主{n}"
    rows = [["期间", "应缴（元）", "尚欠（元）"]]
    rows += [[f"2025-{m:02}", f"{200 + n + m}.00", f"{100 + n}.50"] for m in range(1, 4)]
    text = f"贵户位于样本花园{n}号楼，截至2026年11月21日尚欠物业费人民币{1000 + n}.50元，请于十五日内付清。"
    body = (
        p("物业费催缴通知书（样本）", font="黑体", align="center", before=480)
        + p(f"{who}：", align="left")
        + "".join(p(text) for _ in range(lines))
        + table(rows)
        + p("√ 已核对　□ 未核对　①②③〔2026〕样字第" + f"{n}号", align="left")
        + p("样本物业服务有限公司", align="right")
    )
    return docx(body, font=font, **package)
