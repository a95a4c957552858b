"""The words the evidence file itself carries, in the script of the case. No law in here."""

from __future__ import annotations

from datetime import date

from evidence.bundle.compose import Words
from evidence.bundle.exhibits import PlaceholderWords
from evidence.model.letter import LetterKind
from evidence.model.period import chinese_date

# name, kind of evidence, source, what it proves, original or copy
ExhibitText = tuple[str, str, str, str, str]

ORIGINAL = "原件"  # the same characters in both scripts; the other value is 复印件
# The cause of action this toolkit serves, as the list of causes (民事案件案由规定) names it.
CAUSE = {"zh": "物业服务合同纠纷", "zh-Hant": "物業服務合同糾紛"}
ONE_VOLUME = {"zh": "第1册，共1册", "zh-Hant": "第1冊，共1冊"}

_WORDS = {
    "zh": Words(
        cover="封面",
        catalogue="证据目录",
        exhibit="证据{number}　{name}（第{pages}页）",
        page="第{x}页　共{y}页",
        placeholder=PlaceholderWords(
            title="本页代替不能排成页面的证据文件",
            reason={
                "empty": "原因：文件内没有页面。原文件见 data/originals。",
                "type": "原因：该类型的文件不能排成页面。原文件见 data/originals。",
                "password": "原因：文件设有密码。原文件见 data/originals。",
                "unreadable": "原因：文件无法读取。原文件见 data/originals。",
            },
            file="文件名：",
            hash="哈希值 ",
        ),
    ),
    "zh-Hant": Words(
        cover="封面",
        catalogue="證據目錄",
        exhibit="證據{number}　{name}（第{pages}頁）",
        page="第{x}頁　共{y}頁",
        placeholder=PlaceholderWords(
            title="本頁代替不能排成頁面的證據文件",
            reason={
                "empty": "原因：文件內沒有頁面。原文件見 data/originals。",
                "type": "原因：該類型的文件不能排成頁面。原文件見 data/originals。",
                "password": "原因：文件設有密碼。原文件見 data/originals。",
                "unreadable": "原因：文件無法讀取。原文件見 data/originals。",
            },
            file="文件名：",
            hash="哈希值 ",
        ),
    ),
}

_LETTERS: dict[str, dict[LetterKind, tuple[str, str]]] = {
    "zh": {
        LetterKind.REMINDER: ("温情提示", "原告曾提示被告交纳物业费"),
        LetterKind.DEMAND: ("催交物业费通知书", "原告就所列各期物业费书面催告被告，并给予合理期限"),
        LetterKind.LAWYER_LETTER: ("律师函", "原告委托律师再次催告被告"),
        LetterKind.INSTALMENT_AGREEMENT: ("分期付款协议", "双方对欠付物业费及分期付款的约定"),
    },
    "zh-Hant": {
        LetterKind.REMINDER: ("溫情提示", "原告曾提示被告交納物業費"),
        LetterKind.DEMAND: ("催交物業費通知書", "原告就所列各期物業費書面催告被告，並給予合理期限"),
        LetterKind.LAWYER_LETTER: ("律師函", "原告委託律師再次催告被告"),
        LetterKind.INSTALMENT_AGREEMENT: ("分期付款協議", "雙方對欠付物業費及分期付款的約定"),
    },
}

_README = {
    "zh": """\
证据文件包 {identity}

一、里面有什么
  data/bundle.pdf        供阅读和打印：封面、证据目录、全部证据，页码连续。
  data/catalogue.docx    证据目录（可编辑）。
  data/originals/        每份证据的原始文件，未经改动。
  data/disclosure.json   核对用：各文件的盐值与文书所载事实。
  journal/               与本案有关的日志条目及其包含证明。
  keys/office.pub        制作单位的公钥。
  seal.json              全部文件的大小与 SHA-256、SM3 哈希值清单。

二、怎样核对
  1. 哈希清单：在本文件夹内运行
         sha256sum -c manifest-sha256.txt
     每一行都应显示“OK”或“成功”。
  2. 完整核对：在装有本工具的任何电脑上运行
         evidence verify 本文件夹
     不需要网络，也不需要制作单位的数据。
  3. 核对“由谁制作”：请向制作单位当面或以其他渠道取得公钥指纹，与下列指纹比较。
     本文件包不能自己证明自己由谁制作。
         {fingerprint}

三、没有证明什么
  本文件包没有独立第三方的时间证明，所载时间来自制作单位的时钟。
  扫码或者打开链接只说明某台设备打开过链接，不说明是谁。
""",
    "zh-Hant": """\
證據文件包 {identity}

一、裡面有什麼
  data/bundle.pdf        供閱讀和列印：封面、證據目錄、全部證據，頁碼連續。
  data/catalogue.docx    證據目錄（可編輯）。
  data/originals/        每份證據的原始文件，未經改動。
  data/disclosure.json   核對用：各文件的鹽值與文書所載事實。
  journal/               與本案有關的日誌條目及其包含證明。
  keys/office.pub        製作單位的公鑰。
  seal.json              全部文件的大小與 SHA-256、SM3 哈希值清單。

二、怎樣核對
  1. 哈希清單：在本文件夾內運行
         sha256sum -c manifest-sha256.txt
     每一行都應顯示「OK」或「成功」。
  2. 完整核對：在裝有本工具的任何電腦上運行
         evidence verify 本文件夾
     不需要網絡，也不需要製作單位的數據。
  3. 核對「由誰製作」：請向製作單位當面或以其他渠道取得公鑰指紋，與下列指紋比較。
     本文件包不能自己證明自己由誰製作。
         {fingerprint}

三、沒有證明什麼
  本文件包沒有獨立第三方的時間證明，所載時間來自製作單位的時鐘。
  掃碼或者打開鏈接只說明某台設備打開過鏈接，不說明是誰。
""",
}


def words(locale: str) -> Words:
    """What covers, bookmarks, page numbers and placeholder pages say."""
    return _WORDS[locale]


def letter_exhibit(kind: LetterKind, number: str, locale: str) -> ExhibitText:
    """How one of our letters stands in the catalogue. The stamped PDF is the original: it was issued as data."""
    name, proves = _LETTERS[locale][kind]
    if locale == "zh-Hant":
        return f"{name}（{number}）", "電子數據", "原告簽發，原始電子文件", proves, "原件"
    return f"{name}（{number}）", "电子数据", "原告签发，原始电子文件", proves, "原件"


def proof_exhibit(number: str, channel: str, outcome: str, day: date, locale: str) -> ExhibitText:
    """How the proof of a delivery stands in the catalogue: what was recorded, not what it amounts to."""
    when = chinese_date(day)
    if locale == "zh-Hant":
        return (
            f"送達憑證：{number} {channel}",
            "書證",
            "原告送達時形成",
            f"{when}以{channel}方式送交文書，登記結果：{outcome}",
            "複印件",
        )
    return (
        f"送达凭证：{number} {channel}",
        "书证",
        "原告送达时形成",
        f"{when}以{channel}方式送交文书，登记结果：{outcome}",
        "复印件",
    )


def readme(locale: str, *, fingerprint: str, identity: str) -> str:
    """The plain-Chinese page at the root of the bundle, for the judge's clerk."""
    return _README[locale].format(fingerprint=fingerprint, identity=identity)
