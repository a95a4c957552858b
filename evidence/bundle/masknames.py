"""The persons and organisations a ledger names in one cell, as they are to be covered wherever they stand.

A cell is no list: it may hold joint owners, remarks, forms of address, or no name at all (``空置``). A word that
any page may hold, such as 公司 or 业主, is nobody's name: covered everywhere it would black out the case itself.
The cell as a whole is always looked for; parts of it only where they are whole names.
"""

from __future__ import annotations

import re
import unicodedata

from evidence.bundle.masking import plain

_WORDS = """
    公司 有限公司 有限责任公司 股份有限公司 股份公司 集团 集团公司 分公司 子公司 总公司 企业 单位 商店 商户
    个体户 个体工商户 物业 物业公司 物业服务 物业服务公司 物业服务企业 物业服务中心 物业管理 服务中心 管理处
    客服 前台 社区 居委会 村委会 业主 业主们 业主方 业主大会 业主委员会 业委会 住户 租户 租客 承租人 房东 房主
    户主 产权人 所有权人 共有 共有人 共同共有 按份共有 共同 联名 夫妻 夫妻共有 夫妇 配偶 丈夫 妻子 先生 女士
    小姐 太太 老师 师傅 经理 主任 老板 同志 本人 家属 家人 亲属 亲戚 父母 父亲 母亲 儿子 女儿 子女 朋友 小区
    单元 楼栋 楼层 车位 车库 商铺 店铺 门面 住宅 房屋 房间 公寓 别墅 地下室 开发商 建设单位 空置 空房 空关 未售
    未知 不详 不明 暂无 没有 待定 待查 样本 示例 测试 个人 自然人 法人 男 女 男性 女性 甲方 乙方 丙方 居民 客户
    用户 顾客 联系人 委托人 代理人 代理 法定代表人 法人代表 负责人 经办人 收件人 签收人 监护人 使用人 原告 被告
    第三人 当事人 已故 去世 离婚 继承 继承人 转让 过户 已售 出租 自住 姓名 电话 手机 地址 备注 有限責任公司
    集團 集團公司 總公司 企業 單位 商戶 個體戶 個體工商戶 物業 物業公司 物業服務 物業服務公司 物業服務企業
    物業服務中心 物業管理 服務中心 管理處 前臺 社區 居委會 村委會 業主 業主們 業主大會 業主委員會 業委會 住戶
    租戶 房東 戶主 產權人 所有權人 聯名 夫婦 老師 師傅 經理 老闆 家屬 親屬 親戚 父親 母親 兒子 女兒 小區 單元
    樓棟 樓層 車位 車庫 商鋪 店鋪 門面 房間 別墅 開發商 建設單位 不詳 暫無 沒有 樣本 測試 個人 客戶 用戶 顧客
    聯繫人 委託人 負責人 經辦人 簽收人 監護人 當事人 離婚 繼承 繼承人 轉讓 過戶 電話 手機 備註 owner tenant
    company ltd co inc llc mr mrs ms none unknown vacant n/a na tbd empty
"""
_GENERIC = frozenset(_WORDS.split())
# The commoner surnames, in both scripts: what parts two names where a character may as well stand inside one.
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂"
    "章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶"
    "解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑"
    "郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴"
    "盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危"
    "張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧蕭蔣餘葉蘇魏呂鍾鐘譚陸賈韋鄒閆龍賀顧龔萬錢嚴湯溫齊喬龐顏莊聶魯嶽關蘭俞寧紀畢單駱藍遊華饒"
    "陽時農簡車項連蘆麥婁竇黨宮費衛應閔鄔邊師榮鞏遲鄺談儲勞樓滿聞厲區權強帥豐國計晉門雲來闕烏況鮮"
)
_COMPOUND = """
    欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯 端木 闻人 独孤 南宫 西门 歐陽 司馬 諸葛 東方
    尉遲 公孫 聞人 獨孤 南宮 西門
"""
_DOUBLE = tuple(_COMPOUND.split())
_HAN = "[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
_HAN_NAME = re.compile(f"{_HAN}{{2,4}}")
_DOTTED = re.compile(f"{_HAN}+(?:[·•・‧.]{_HAN}+)+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z.'-]+(?: [A-Za-z][A-Za-z.'-]*)+")
_ORGANISATION = re.compile(
    f"{_HAN}{{2,}}(?:公司|集团|集團|合作社|联合社|聯合社|事务所|事務所|中心|银行|銀行|工厂|工廠)"
)
_REMARK = re.compile(r"[(\[{<‹〈《「【]([^()\[\]{}<>‹›〈〉《》「」【】]*)[)\]}>›〉》」】]")
_BETWEEN = re.compile(r"[、,;/|&+\n\t]")
_SOFT = re.compile(r"\s+|以及|和|与|與|及")
_TITLE = re.compile(r"(?:先生|女士|小姐|太太|老师|老師|等人?)$")


def generic(name: str) -> bool:
    """Whether ``name`` alone names nobody: a word of the trade, a form of address, a single character, no letter."""
    text = plain(name)
    return len(text) < 2 or text in _GENERIC or not any(char.isalpha() for char in text)


def persons(cell: str) -> list[str]:
    """The names of ``cell``: 张三、李四（共有） are 张三 and 李四; 李和平 is one; 公司 is none."""
    text = unicodedata.normalize("NFKC", cell).strip()
    bare = _REMARK.sub(" ", text).strip()
    found = {cell.strip(), bare, _TITLE.sub("", bare).strip()}
    organisation = bool(_ORGANISATION.search(bare))
    for piece in (bare, *_REMARK.findall(text)):
        hard = [_TITLE.sub("", part.strip()).strip() for part in _BETWEEN.split(piece)]
        for part in hard:
            if _full(part) or (len(hard) > 1 and not organisation and _HAN_NAME.fullmatch(part)):
                found.add(part)
            found |= _joined(part)
    return sorted(name for name in found if not generic(name))


def _full(part: str) -> bool:
    """Whether ``part`` is a whole name by its form: surname and given name, one in several parts, an organisation's."""
    tight = re.sub(r"\s+", "", part)
    if _DOTTED.fullmatch(tight) or _LATIN.fullmatch(part) or _ORGANISATION.fullmatch(tight):
        return True
    return _chinese(tight) and tight not in _GENERIC


def _chinese(name: str) -> bool:
    if name.startswith(_DOUBLE):
        return 3 <= len(name) <= 4 and bool(_HAN_NAME.fullmatch(name))
    return bool(_HAN_NAME.fullmatch(name)) and name[0] in _SURNAMES


def _joined(part: str) -> set[str]:
    """Names parted by a blank, 和 or 与: only where a whole name stands on either side."""
    for between in _SOFT.finditer(part):
        left, right = part[: between.start()].strip(), part[between.end() :].strip()
        rest = _joined(right)
        if _chinese(left) and not generic(left) and (rest or (_chinese(right) and not generic(right))):
            return {left, *(rest or {right})}
    return set()
