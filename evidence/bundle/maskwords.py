"""The words of the copy for the other party: its README, its sheet of what was covered, and what stands on covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evidence.bundle.masking import MaskKind


@dataclass(frozen=True, slots=True)
class MaskWords:
    """``cover`` stands on what is painted over, ``blank`` on a page that could not be drawn, ``instead`` on one
    that shows a picture kept back."""

    cover: str
    blank: str
    title: str
    about: str
    columns: tuple[str, str, str, str]
    outside: str
    withheld: str
    unsearched: str
    none: str
    more: str
    instead: str
    why: str
    why_columns: tuple[str, str, str, str]
    in_file: str
    on_page: str
    on_file_page: str
    kinds: Mapping[MaskKind, str]
    readme: str


_ZH = MaskWords(
    cover="已遮盖",
    blank="本页未能遮盖，不随本份提供",
    title="遮盖清单：{bundle}",
    about="本份供对方当事人使用。与本案当事人无关的个人信息已经重新绘制遮盖；页码与提交法院的一份相同。",
    columns=("证据", "页码", "类别", "处数"),
    outside="（封面、目录）",
    withheld="未随本份提供的原始文件（提交法院的一份中有，可凭比对值核对）：",
    unsearched="含图片、图片中的文字未必全部找到的页：",
    none="无",
    more="以上为前{shown}行，共{total}行。全部见 data/masking.json。",
    instead="本页所载证据含第三人个人信息，原件已提交法院",
    why="未提供的原始文件及原因：{bundle}",
    why_columns=("文件", "所含内容", "位置", "数量"),
    in_file="文件名、正文或属性",
    on_page="第{page}页",
    on_file_page="该文件第{page}页",
    kinds={
        MaskKind.ID_NUMBER: "身份证件号码",
        MaskKind.MOBILE: "手机号码",
        MaskKind.LANDLINE: "电话号码",
        MaskKind.BANK_CARD: "银行卡号",
        MaskKind.NAME: "其他业主姓名",
        MaskKind.ROOM: "其他业主房号",
        MaskKind.LISTED: "指定内容",
        MaskKind.AREA: "指定区域",
        MaskKind.DIGEST: "哈希值",
        MaskKind.UNREADABLE: "未能读取的内容",
        MaskKind.UNSEARCHED: "程序无法检索的内容",
        MaskKind.PAGE: "整页不提供",
        MaskKind.ASKED: "经办人指定不提供",
    },
    readme="""\
证据文件包 {identity}（对方当事人用）

一、这是什么
  本文件包由提交法院的证据文件包 {bundle} 制成，供对方当事人使用。页面和页码与其相同。
  与本案当事人无关的个人信息（身份证件号码、电话号码、银行卡号、其他业主的姓名和房号等）已经遮盖：
  有遮盖的页整页重新绘制为图片，不含原来的文字。遮盖了什么、在哪一页，见 data/masking.pdf。
  含有被遮盖内容的原始文件不在本文件包内，原因见 data/masking.pdf；
  data/masking.json 列有其比对值，可与提交法院的一份核对。

二、里面有什么
  data/bundle.pdf 等     封面、证据目录、全部证据的页面。
  data/masking.pdf       遮盖清单，未提供的文件及原因。
  data/masking.json      同上，供程序读取。
  data/originals/        没有遮盖内容的原始文件，未经改动。
  data/disclosure.json   核对用：各文件的盐值与文书所载事实。
  seal.json、manifest-*.txt、tagmanifest-*.txt、bag-info.txt   本份自己的清单，与提交法院的一份不同。
  journal/bundle.json    本份自己的登记，与提交法院的一份不同；journal/ 内的证明文件（.proof）随之不同。
  journal/ 内编号的登记（000000.json 等）、keys/、verify.html、verify.py
                         核对用；两份都有的，内容相同。

三、怎样核对
  1. 在本文件夹内运行 sha256sum -c manifest-sha256.txt，每一行都应显示“OK”或“成功”。
  2. 运行 evidence verify 本文件夹；没有安装的，可双击 verify.html，或者运行 python3 -I verify.py .
     未随本份提供的文件，核对结果为“未核对”，须凭提交法院的一份核对。
  3. 制作单位公钥的指纹（请以其他渠道取得后比较）：
         {fingerprint}
""",
)
_HANT = MaskWords(
    cover="已遮蓋",
    blank="本頁未能遮蓋，不隨本份提供",
    title="遮蓋清單：{bundle}",
    about="本份供對方當事人使用。與本案當事人無關的個人信息已經重新繪製遮蓋；頁碼與提交法院的一份相同。",
    columns=("證據", "頁碼", "類別", "處數"),
    outside="（封面、目錄）",
    withheld="未隨本份提供的原始文件（提交法院的一份中有，可憑比對值核對）：",
    unsearched="含圖片、圖片中的文字未必全部找到的頁：",
    none="無",
    more="以上為前{shown}行，共{total}行。全部見 data/masking.json。",
    instead="本頁所載證據含第三人個人信息，原件已提交法院",
    why="未提供的原始文件及原因：{bundle}",
    why_columns=("文件", "所含內容", "位置", "數量"),
    in_file="文件名、正文或屬性",
    on_page="第{page}頁",
    on_file_page="該文件第{page}頁",
    kinds={
        MaskKind.ID_NUMBER: "身份證件號碼",
        MaskKind.MOBILE: "手機號碼",
        MaskKind.LANDLINE: "電話號碼",
        MaskKind.BANK_CARD: "銀行卡號",
        MaskKind.NAME: "其他業主姓名",
        MaskKind.ROOM: "其他業主房號",
        MaskKind.LISTED: "指定內容",
        MaskKind.AREA: "指定區域",
        MaskKind.DIGEST: "哈希值",
        MaskKind.UNREADABLE: "未能讀取的內容",
        MaskKind.UNSEARCHED: "程序無法檢索的內容",
        MaskKind.PAGE: "整頁不提供",
        MaskKind.ASKED: "經辦人指定不提供",
    },
    readme="""\
證據文件包 {identity}（對方當事人用）

一、這是什麼
  本文件包由提交法院的證據文件包 {bundle} 製成，供對方當事人使用。頁面和頁碼與其相同。
  與本案當事人無關的個人信息（身份證件號碼、電話號碼、銀行卡號、其他業主的姓名和房號等）已經遮蓋：
  有遮蓋的頁整頁重新繪製為圖片，不含原來的文字。遮蓋了什麼、在哪一頁，見 data/masking.pdf。
  含有被遮蓋內容的原始文件不在本文件包內，原因見 data/masking.pdf；
  data/masking.json 列有其比對值，可與提交法院的一份核對。

二、裡面有什麼
  data/bundle.pdf 等     封面、證據目錄、全部證據的頁面。
  data/masking.pdf       遮蓋清單，未提供的文件及原因。
  data/masking.json      同上，供程序讀取。
  data/originals/        沒有遮蓋內容的原始文件，未經改動。
  data/disclosure.json   核對用：各文件的鹽值與文書所載事實。
  seal.json、manifest-*.txt、tagmanifest-*.txt、bag-info.txt   本份自己的清單，與提交法院的一份不同。
  journal/bundle.json    本份自己的登記，與提交法院的一份不同；journal/ 內的證明文件（.proof）隨之不同。
  journal/ 內編號的登記（000000.json 等）、keys/、verify.html、verify.py
                         核對用；兩份都有的，內容相同。

三、怎樣核對
  1. 在本資料夾內運行 sha256sum -c manifest-sha256.txt，每一行都應顯示「OK」或「成功」。
  2. 運行 evidence verify 本資料夾；沒有安裝的，可雙擊 verify.html，或者運行 python3 -I verify.py .
     未隨本份提供的文件，核對結果為「未核對」，須憑提交法院的一份核對。
  3. 製作單位公鑰的指紋（請以其他渠道取得後比較）：
         {fingerprint}
""",
)
MASK_WORDS: Mapping[str, MaskWords] = {"zh": _ZH, "zh-Hant": _HANT}


def sheet_rows(
    words: MaskWords, masked: Sequence[tuple[int, int, MaskKind, int]], names: Mapping[int, str]
) -> list[list[str]]:
    """The table of the sheet: exhibit, page, kind, count; ``names`` are those of the catalogue, covered."""
    rows = [list(words.columns)]
    for exhibit, page, kind, count in masked:
        name = f"{exhibit}　{names.get(exhibit, '')}" if exhibit else words.outside
        rows.append([name, str(page), words.kinds[kind], str(count)])
    return rows
