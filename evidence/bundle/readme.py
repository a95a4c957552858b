"""README.txt: the plain-Chinese page at the root of a bundle, for the judge's clerk."""

from __future__ import annotations

from evidence.delivery import grade_label
from evidence.model.delivery import Grade

_README = {
    "zh": """\
证据文件包 {identity}

一、里面有什么
  data/bundle.pdf        供阅读和打印：封面、证据目录、全部证据，页码连续。
  data/catalogue.docx    证据目录（可编辑）。
{forms}  data/originals/        每份证据的原始文件，未经改动；送达记录和附表由制作单位依登记数据制作。
  data/disclosure.json   核对用：各文件的盐值与文书所载事实。
  journal/               与本案有关的日志条目及其证明。
  keys/office.pub        制作单位的公钥。
  seal.json              除 journal/ 和 tagmanifest 外全部文件的大小与 SHA-256、SM3 哈希值清单。
  verify.html            核对用的网页：用浏览器打开，不联网。
  verify.py              核对用的程序：用 Python 运行，不联网。

二、怎样核对
  1. 哈希清单：在本文件夹内运行
         sha256sum -c manifest-sha256.txt          （Linux）
         shasum -a 256 -c manifest-sha256.txt      （macOS）
     每一行都应显示“OK”或“成功”。Windows 可逐个文件运行
         certutil -hashfile 文件 SHA256
     将结果与 manifest-sha256.txt 中该文件一行的哈希值比较。
  2. 完整核对：在装有本工具的任何电脑上运行
         evidence verify 本文件夹
     不需要网络，也不需要制作单位的数据。本工具名为 evidence-kit，是一个 Python 软件包。
     没有安装的，可双击 verify.html，把本文件夹拖到页面上；或者在本文件夹内运行
         python3 -I verify.py .
     这两个程序不联网，核对的项目少一些。随文件一同送来的程序不能证明自己：要紧时请从可信的渠道
     另取一份，或者先将其 SHA-256 与可信渠道公布的比较。
     结束时退出码为 8，表示核对未通过：某个文件或者记录与所载不符，屏幕上会逐项写明。
  3. 核对“由谁制作”：请向制作单位当面或以其他渠道取得公钥指纹，与下列指纹比较。
     本文件包不能自己证明自己由谁制作。
         {fingerprint}

三、用语
  送达的证明等级，由本工具按固定的规则评定，不是法院的认定：
{grades}
  盐值：为每份文件另定的一串无法猜测的数字，与文件的哈希值一并计入日志。没有盐值，无法从日志猜出
  文件内容；本文件包附上盐值，使持有人能够核对日志所记的正是这些文件。

四、没有证明什么
  本文件包没有独立第三方的时间证明，所载时间来自制作单位的时钟。
  扫码或者打开链接只说明某台设备打开过链接，不说明是谁。
""",
    "zh-Hant": """\
證據文件包 {identity}

一、裡面有什麼
  data/bundle.pdf        供閱讀和列印：封面、證據目錄、全部證據，頁碼連續。
  data/catalogue.docx    證據目錄（可編輯）。
{forms}  data/originals/        每份證據的原始文件，未經改動；送達記錄和附表由製作單位依登記數據製作。
  data/disclosure.json   核對用：各文件的鹽值與文書所載事實。
  journal/               與本案有關的日誌條目及其證明。
  keys/office.pub        製作單位的公鑰。
  seal.json              除 journal/ 和 tagmanifest 外全部文件的大小與 SHA-256、SM3 哈希值清單。
  verify.html            核對用的網頁：用瀏覽器打開，不聯網。
  verify.py              核對用的程序：用 Python 運行，不聯網。

二、怎樣核對
  1. 哈希清單：在本文件夾內運行
         sha256sum -c manifest-sha256.txt          （Linux）
         shasum -a 256 -c manifest-sha256.txt      （macOS）
     每一行都應顯示「OK」或「成功」。Windows 可逐個文件運行
         certutil -hashfile 文件 SHA256
     將結果與 manifest-sha256.txt 中該文件一行的哈希值比較。
  2. 完整核對：在裝有本工具的任何電腦上運行
         evidence verify 本文件夾
     不需要網絡，也不需要製作單位的數據。本工具名為 evidence-kit，是一個 Python 軟件包。
     沒有安裝的，可雙擊 verify.html，把本文件夾拖到頁面上；或者在本文件夾內運行
         python3 -I verify.py .
     這兩個程序不聯網，核對的項目少一些。隨文件一同送來的程序不能證明自己：要緊時請從可信的渠道
     另取一份，或者先將其 SHA-256 與可信渠道公布的比較。
     結束時退出碼為 8，表示核對未通過：某個文件或者記錄與所載不符，屏幕上會逐項寫明。
  3. 核對「由誰製作」：請向製作單位當面或以其他渠道取得公鑰指紋，與下列指紋比較。
     本文件包不能自己證明自己由誰製作。
         {fingerprint}

三、用語
  送達的證明等級，由本工具按固定的規則評定，不是法院的認定：
{grades}
  鹽值：為每份文件另定的一串無法猜測的數字，與文件的哈希值一併計入日誌。沒有鹽值，無法從日誌猜出
  文件內容；本文件包附上鹽值，使持有人能夠核對日誌所記的正是這些文件。

四、沒有證明什麼
  本文件包沒有獨立第三方的時間證明，所載時間來自製作單位的時鐘。
  掃碼或者打開鏈接只說明某台設備打開過鏈接，不說明是誰。
""",
}


_FORMS = {
    "zh": "  data/forms/            起诉状等诉讼文书，供签署，不是证据。\n",
    "zh-Hant": "  data/forms/            起訴狀等訴訟文書，供簽署，不是證據。\n",
}


def grade_lines(locale: str) -> tuple[str, ...]:
    """What each grade of proof means, strongest first, a line each."""
    return tuple(grade_label(grade, locale) for grade in Grade if grade is not Grade.NONE)


def readme(locale: str, *, fingerprint: str, identity: str, forms: bool = False) -> str:
    """The page in the script ``locale``; ``forms``: whether the court's forms are in the bundle."""
    grades = "\n".join(f"    {line}" for line in grade_lines(locale))
    return _README[locale].format(
        fingerprint=fingerprint, identity=identity, grades=grades, forms=_FORMS[locale] if forms else ""
    )
