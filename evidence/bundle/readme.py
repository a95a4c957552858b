"""README.txt: the plain-Chinese page at the root of a bundle, for the judge's clerk."""

from __future__ import annotations

from datetime import date

from evidence.delivery import grade_label
from evidence.model.delivery import Grade
from evidence.model.period import chinese_date

_README = {
    "zh": """\
证据文件包 {identity}

本文件写给法院立案、书记员和审判人员，也供对方当事人使用。

只看证据的，打开 {volumes} 即可。
封面、证据目录和全部证据都在里面，页码连续，目录中的页码就是纸面上的页码。其余文件供核对用，
不核对的可以不看；不需要安装任何软件，也不需要联网。

一、里面有什么
  {first}供阅读和打印：封面、证据目录、全部证据，页码连续。
  data/catalogue.docx    证据目录（可编辑）。
{forms}  data/originals/        每份证据的原始文件，未经改动；送达记录和附表由制作单位依登记数据制作。
  data/disclosure.json   核对用：各文件的盐值与文书所载事实。
  journal/               与本案有关的日志条目及其证明；有第三方时间戳的，也在这里。
  keys/office.pub        制作单位的公钥。
  seal.json              除 journal/ 和 tagmanifest 外全部文件的大小与 SHA-256、SM3 哈希值清单。
  verify.html            核对用的网页：用浏览器打开，不联网。
  verify.py              核对用的程序：用 Python 运行，不联网。

二、怎样核对
  要核对的是：收到的文件与制作时是否一样，少了没有，改了没有。任选一种：
  1. 最省事：双击 verify.html，把本文件夹拖到页面上，看结论。
  2. 哈希清单：哈希值好比文件的指纹，文件改动一个字，指纹就不同。在本文件夹内运行
         sha256sum -c manifest-sha256.txt          （Linux）
         shasum -a 256 -c manifest-sha256.txt      （macOS）
     每一行都应显示“OK”或“成功”。Windows 可逐个文件运行
         certutil -hashfile 文件 SHA256
     将结果与 manifest-sha256.txt 中该文件一行的哈希值比较。manifest-sm3.txt 是国密 SM3 的同样清单。
  3. 完整核对：在装有本工具的任何电脑上运行
         evidence verify 本文件夹
     不需要网络，也不需要制作单位的数据。本工具名为 evidence-kit，是一个 Python 软件包。
     没有安装的，可在本文件夹内运行
         python3 -I verify.py .
     verify.html 和 verify.py 不联网，核对的项目少一些。随文件一同送来的程序不能证明自己：要紧时请从
     可信的渠道另取一份，或者先将其 SHA-256 与可信渠道公布的比较。
     结束时退出码为 8，表示核对未通过：某个文件或者记录与所载不符，屏幕上会逐项写明。
  4. 核对“由谁制作”：请向制作单位当面或以其他渠道取得公钥指纹，与下列指纹比较。
     本文件包不能自己证明自己由谁制作。
         {fingerprint}

三、三种日期，不要混淆
  证据的日期：证据目录和各份证据上载明的形成时间，例如函件的落款日、照片的拍摄日，由制作或者提供它的人
      写明。
  文件包的日期：{made_on}，即把各份证据编在一起并封存的日期，取自制作单位的时钟。它不说明证据何时形成。
  独立的时间：由制作单位以外的机构（时间戳服务机构）确认的时间，说明某项记录最迟在那时已经存在，此后
      没有改动。journal/ 中有 time- 开头的文件的，才有独立的时间；何时、由哪个机构确认、是否可信，
      核对程序会写明。没有这种文件的，本文件包的一切时间都只来自制作单位的时钟。

四、用语
  送达的证明等级，由本工具按固定的规则评定，不是法院的认定：
{grades}
  盐值：为每份文件另定的一串无法猜测的数字，与文件的哈希值一并计入日志。没有盐值，无法从日志猜出
  文件内容；本文件包附上盐值，使持有人能够核对日志所记的正是这些文件。
  日志：制作单位按先后记录出具、送达等各项的账本，只能往后加，删改其中任何一条都会被核对发现。
  版本：编号末尾的 v1、v2 是同一案件先后制作的版本。后一版本在日志中写明它接替的是哪一版本；前一版本
  仍然可以照样核对。

五、没有证明什么
  核对通过，说明文件与封存时一致，不说明文件所载内容属实，也不代替法院对证据的审查认定。
  没有独立的时间的，所载时间来自制作单位的时钟。
  扫码或者打开链接只说明某台设备打开过链接，不说明是谁。
""",
    "zh-Hant": """\
證據文件包 {identity}

本文件寫給法院立案、書記員和審判人員，也供對方當事人使用。

只看證據的，打開 {volumes} 即可。
封面、證據目錄和全部證據都在裡面，頁碼連續，目錄中的頁碼就是紙面上的頁碼。其餘文件供核對用，
不核對的可以不看；不需要安裝任何軟件，也不需要聯網。

一、裡面有什麼
  {first}供閱讀和列印：封面、證據目錄、全部證據，頁碼連續。
  data/catalogue.docx    證據目錄（可編輯）。
{forms}  data/originals/        每份證據的原始文件，未經改動；送達記錄和附表由製作單位依登記數據製作。
  data/disclosure.json   核對用：各文件的鹽值與文書所載事實。
  journal/               與本案有關的日誌條目及其證明；有第三方時間戳的，也在這裡。
  keys/office.pub        製作單位的公鑰。
  seal.json              除 journal/ 和 tagmanifest 外全部文件的大小與 SHA-256、SM3 哈希值清單。
  verify.html            核對用的網頁：用瀏覽器打開，不聯網。
  verify.py              核對用的程序：用 Python 運行，不聯網。

二、怎樣核對
  要核對的是：收到的文件與製作時是否一樣，少了沒有，改了沒有。任選一種：
  1. 最省事：雙擊 verify.html，把本文件夾拖到頁面上，看結論。
  2. 哈希清單：哈希值好比文件的指紋，文件改動一個字，指紋就不同。在本文件夾內運行
         sha256sum -c manifest-sha256.txt          （Linux）
         shasum -a 256 -c manifest-sha256.txt      （macOS）
     每一行都應顯示「OK」或「成功」。Windows 可逐個文件運行
         certutil -hashfile 文件 SHA256
     將結果與 manifest-sha256.txt 中該文件一行的哈希值比較。manifest-sm3.txt 是國密 SM3 的同樣清單。
  3. 完整核對：在裝有本工具的任何電腦上運行
         evidence verify 本文件夾
     不需要網絡，也不需要製作單位的數據。本工具名為 evidence-kit，是一個 Python 軟件包。
     沒有安裝的，可在本文件夾內運行
         python3 -I verify.py .
     verify.html 和 verify.py 不聯網，核對的項目少一些。隨文件一同送來的程序不能證明自己：要緊時請從
     可信的渠道另取一份，或者先將其 SHA-256 與可信渠道公布的比較。
     結束時退出碼為 8，表示核對未通過：某個文件或者記錄與所載不符，屏幕上會逐項寫明。
  4. 核對「由誰製作」：請向製作單位當面或以其他渠道取得公鑰指紋，與下列指紋比較。
     本文件包不能自己證明自己由誰製作。
         {fingerprint}

三、三種日期，不要混淆
  證據的日期：證據目錄和各份證據上載明的形成時間，例如函件的落款日、照片的拍攝日，由製作或者提供它的人
      寫明。
  文件包的日期：{made_on}，即把各份證據編在一起並封存的日期，取自製作單位的時鐘。它不說明證據何時形成。
  獨立的時間：由製作單位以外的機構（時間戳服務機構）確認的時間，說明某項記錄最遲在那時已經存在，此後
      沒有改動。journal/ 中有 time- 開頭的文件的，才有獨立的時間；何時、由哪個機構確認、是否可信，
      核對程序會寫明。沒有這種文件的，本文件包的一切時間都只來自製作單位的時鐘。

四、用語
  送達的證明等級，由本工具按固定的規則評定，不是法院的認定：
{grades}
  鹽值：為每份文件另定的一串無法猜測的數字，與文件的哈希值一併計入日誌。沒有鹽值，無法從日誌猜出
  文件內容；本文件包附上鹽值，使持有人能夠核對日誌所記的正是這些文件。
  日誌：製作單位按先後記錄出具、送達等各項的賬本，只能往後加，刪改其中任何一條都會被核對發現。
  版本：編號末尾的 v1、v2 是同一案件先後製作的版本。後一版本在日誌中寫明它接替的是哪一版本；前一版本
  仍然可以照樣核對。

五、沒有證明什麼
  核對通過，說明文件與封存時一致，不說明文件所載內容屬實，也不代替法院對證據的審查認定。
  沒有獨立的時間的，所載時間來自製作單位的時鐘。
  掃碼或者打開鏈接只說明某台設備打開過鏈接，不說明是誰。
""",
}


_NAMED = 3
_FORMS = {
    "zh": "  data/forms/            起诉状等诉讼文书，供签署，不是证据。\n",
    "zh-Hant": "  data/forms/            起訴狀等訴訟文書，供簽署，不是證據。\n",
}


def grade_lines(locale: str) -> tuple[str, ...]:
    """What each grade of proof means, strongest first, a line each."""
    return tuple(grade_label(grade, locale) for grade in Grade if grade is not Grade.NONE)


def _volumes(count: int, locale: str) -> str:
    """The files that hold the pages, by name."""
    if count == 1:
        return "data/bundle.pdf"
    names = [f"data/volume-{number}.pdf" for number in range(1, count + 1)]
    whole = "、".join(names) if count <= _NAMED else f"{names[0]} 至 {names[-1]}"
    return f"{whole}（共{count}{'册' if locale == 'zh' else '冊'}）"


def readme(
    locale: str, *, fingerprint: str, identity: str, made_on: date, forms: bool = False, volumes: int = 1
) -> str:
    """The page in the script ``locale``; ``made_on`` is the day of the bundle, ``forms`` whether the court's are in it.

    ``volumes`` is how many files its pages are in.

    It is under the seal, and timestamps may come after that: whether there is independent time it cannot say itself.
    """
    return _README[locale].format(
        fingerprint=fingerprint,
        identity=identity,
        made_on=chinese_date(made_on),
        grades="\n".join(f"    {line}" for line in grade_lines(locale)),
        forms=_FORMS[locale] if forms else "",
        volumes=_volumes(volumes, locale),
        first="data/bundle.pdf        " if volumes == 1 else "data/volume-1.pdf 等   ",
    )
