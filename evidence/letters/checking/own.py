"""A pack of one's own: a copy of another with a page that says how to work on it (``evidence template new``)."""

from __future__ import annotations

import errno
from contextlib import suppress
from pathlib import Path

from evidence.errors import fail
from evidence.letters.packs import MANIFEST, load_pack
from evidence.model.problem import Place

README = "README.md"

_README = {
    "zh": """# 自备模板

本文件夹是一套函件模板，从随附模板复制而来，可用 Word 或 WPS 直接修改。

1. 打开 `.docx`，改文字、字体、版式。`{{ … }}` 和 `{% … %}` 是变量和条件，不要拆开，改错了检查时会指出。
2. 可用的变量：`evidence template list --variables --kind demand`。
3. 改完检查：`evidence template check 本文件夹`。`--annotate 批注.docx` 另存一份带批注的副本，逐处标出问题。
4. 看样张：`evidence template preview 本文件夹 --kind demand`，得到标有“样张”的 Word 和 PDF。
5. 看改了什么：`evidence template diff 旧.docx 新.docx`。
6. 启用：把本文件夹放在工作区的 `templates/{locale}`。此后出函使用它；检查不通过的模板不会用于出函。

不得写：断水断电、限制门禁电梯车位、公示姓名、告知单位亲友、征信、治安刑事等；法律条文、利率、天数一律用 `{{ law.… }}`。
不要画印章，不要加页码，首页右上角和页脚留空。效力（`effect`）和文件名在 `pack.toml` 中。
""",
    "zh-Hant": """# 自備模板

本文件夾是一套函件模板，從隨附模板複製而來，可用 Word 或 WPS 直接修改。

1. 打開 `.docx`，改文字、字體、版式。`{{ … }}` 和 `{% … %}` 是變量和條件，不要拆開，改錯了檢查時會指出。
2. 可用的變量：`evidence template list --variables --kind demand`。
3. 改完檢查：`evidence template check 本文件夾`。`--annotate 批注.docx` 另存一份帶批注的副本，逐處標出問題。
4. 看樣張：`evidence template preview 本文件夾 --kind demand`，得到標有「樣張」的 Word 和 PDF。
5. 看改了什麼：`evidence template diff 舊.docx 新.docx`。
6. 啟用：把本文件夾放在工作區的 `templates/{locale}`。此後出函使用它；檢查不通過的模板不會用於出函。

不得寫：斷水斷電、限制門禁電梯車位、公示姓名、告知單位親友、徵信、治安刑事等；法律條文、利率、天數一律用 `{{ law.… }}`。
不要畫印章，不要加頁碼，首頁右上角和頁腳留空。效力（`effect`）和文件名在 `pack.toml` 中。
""",
}


def copy_pack(source: Path, target: Path) -> tuple[Path, ...]:
    """Copy the pack ``source`` to the new folder ``target``; what was written, the folder's page last.

    Raises ``general.output-exists`` for a folder with anything in it, or a file of that name, and
    ``letters.pack-…`` for a source that is no pack, ``general.disk-full`` or ``general.output-not-writable`` with the
    file that could not be written; then nothing is left behind.
    """
    pack = load_pack(source)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise fail("general.output-exists", Place(file=str(target)), path=str(target))
    files = {
        target / path.name: path.read_bytes()
        for path in sorted(source.iterdir())
        if path.name == MANIFEST or path.suffix == ".docx"
    }
    files[target / README] = _README[pack.locale].replace("{locale}", pack.locale).encode()
    existed, at = target.exists(), target
    try:
        target.mkdir(parents=True, exist_ok=True)
        for at, data in files.items():
            at.write_bytes(data)
    except OSError as error:
        with suppress(OSError):
            for path in files:
                path.unlink(missing_ok=True)
            if not existed:
                target.rmdir()
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise fail("general.disk-full", Place(file=str(at)), path=str(at)) from error
        reason = error.strerror or str(error)
        raise fail("general.output-not-writable", Place(file=str(at)), path=str(at), reason=reason) from error
    return tuple(files)
