"""The court bundle's own pages: cover (证据材料封面) and catalogue (证据目录)."""

from __future__ import annotations

from templatekit.ooxml import Block, Cell, Document, P, Row, Style, T, Table, each_row
from templatekit.parts import COURT, GAP, line, styles, text, title


def cover() -> Document:
    rows = (
        (T("案由"), "{{ cause }}"),
        (T("提交人", "提交人"), "{{ submitter }}"),
        (T("对方当事人", "對方當事人"), "{{ opponent }}"),
        (T("受理法院", "受理法院"), "{{ court }}"),
        (T("册次", "冊次"), "{{ volume }}"),
        (T("证据份数", "證據份數"), "{{ exhibit_count }}"),
        (T("页数", "頁數"), "{{ page_count }}"),
        (T("材料编号", "材料編號"), "{{ bundle_id }}"),
        (T("制作日期", "製作日期"), "{{ made_on }}"),
        (T("提交日期"), ""),
    )
    blocks: tuple[Block, ...] = (
        P("CoverGap", T("")),
        P("CoverTitle", T("证据材料", "證據材料")),
        P("CoverGap", T("")),
        Table(
            (45, 105),
            tuple(Row((Cell((P("CoverLabel", n),)), text(v, style="CoverText")), 13) for n, v in rows),
            align="center",
        ),
        P("CoverGap", T("")),
        P(
            "Line",
            T(
                "提交人（签名或者盖章）：______________________",
                "提交人（簽名或者蓋章）：______________________",
            ),
        ),
        P("Law", T("{{ law.applicable_law }}")),
    )
    extra = (
        Style("CoverTitle", T("封面标题", "封面標題"), "title", 36, 56, bold=True, align="center"),
        Style("CoverLabel", T("封面项目", "封面項目"), "head", 14, 24, align="center"),
        Style("CoverText", T("封面内容", "封面內容"), "body", 14, 24, align="left"),
        # With names of two lines everything stays on one sheet.
        Style("CoverGap", T("封面间隔", "封面間隔"), "body", 14, 46),
    )
    return Document(blocks, COURT, (*styles(), *extra))


def catalogue() -> Document:
    columns = (
        (10, T("序号", "序號"), "{{ exhibit.number }}", "SmallCentre"),
        (30, T("证据名称", "證據名稱"), "{{ exhibit.name }}", "SmallText"),
        (17, T("种类", "種類"), "{{ exhibit.kind }}", "SmallCentre"),
        (20.6, T("来源", "來源"), "{{ exhibit.source }}", "SmallText"),
        (31.6, T("证明对象", "證明對象"), "{{ exhibit.purpose }}", "SmallText"),
        (17.8, T("页码", "頁碼"), "{{ exhibit.pages }}", "SmallCentre"),
        (14, T("原件/复印件", "原件/複印件"), "{{ exhibit.original }}", "SmallCentre"),
        (29.0, T("哈希值前16位", "哈希值前16位"), "{{ exhibit.hash16 }}", "SmallHash"),
    )
    table = Table(
        tuple(float(width) for width, *_ in columns),
        (
            Row(tuple(Cell((P("SmallHead", name),)) for _, name, _, _ in columns), 12, header=True),
            *each_row(
                len(columns),
                "exhibit",
                "exhibits",
                Row(tuple(text(value, style=style) for _, _, value, style in columns), 8),
            ),
        ),
        lines="horizontal",
        padding=0.8,
        air=0.9,
    )
    # Both rows on one page: a catalogue is handed over as one paper, signed at one place.
    signing = (
        (T("提交人签名/盖章", "提交人簽名/蓋章"), T("提交日期")),
        (T("接收人签名", "接收人簽名"), T("收到日期")),
    )
    foot = Table(
        (40, 45, 40, 45),
        tuple(
            Row(
                tuple(
                    Cell((P(style, words, keep=number < len(signing)),))
                    for label in labels
                    for style, words in (("FormLabel", label), ("FormText", T("")))
                ),
                12,
                exact=True,
            )
            for number, labels in enumerate(signing, start=1)
        ),
    )
    blocks: tuple[Block, ...] = (
        title("证据目录", "證據目錄"),
        line("案由：{{ cause }}"),
        line("提交人：{{ submitter }}", "提交人：{{ submitter }}"),
        line("对方当事人：{{ opponent }}", "對方當事人：{{ opponent }}"),
        line(
            "证据共{{ exhibit_count }}份，合计{{ page_count }}页；材料编号：{{ bundle_id }}",
            "證據共{{ exhibit_count }}份，合計{{ page_count }}頁；材料編號：{{ bundle_id }}",
        ),
        line("制作日期：{{ made_on }}", "製作日期：{{ made_on }}"),
        GAP,
        table,
        P(
            "Note",
            T(
                "哈希值为该证据原始电子文件的SHA-256摘要，用于核对文件是否与提交时一致。"
                "文书页脚所印哈希值系加盖核验标记之前的文件，与本目录所列成品文件的哈希值不同，属正常。"
                "{{ law.applicable_law }}",
                "哈希值為該證據原始電子文件的SHA-256摘要，用於核對文件是否與提交時一致。"
                "文書頁腳所印哈希值係加蓋核驗標記之前的文件，與本目錄所列成品文件的哈希值不同，屬正常。"
                "{{ law.applicable_law }}",
            ),
            keep=True,
        ),
        P("Gap", T(""), keep=True),
        foot,
    )
    extra = (
        Style("SmallHead", T("目录表头", "目錄表頭"), "table", 10.5, 15, bold=True, align="center"),
        Style("SmallText", T("目录文字", "目錄文字"), "table", 10.5, 15, align="left"),
        Style("SmallCentre", T("目录居中", "目錄置中"), "table", 10.5, 15, align="center"),
        Style("SmallHash", T("目录哈希", "目錄哈希"), "table", 8, 15, align="center"),
    )
    return Document(blocks, COURT, (*styles(), *extra))
