"""The case file in a clerk's words: kinds, fields and choices as they are typed and shown in Chinese.

Every machine word has its label in both scripts, Simplified first, Traditional second, and may have more spellings that
are read and never shown. Labels of one kind's fields, and of one field's choices, differ from each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache

from evidence.intake.cells import Refusal, squeeze
from evidence.intake.periods import parse_date
from evidence.model.case import SHAPES, CaseKind, FieldType

_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
# Days of birth lie before every ledger, so the years of a ledger's dates are no bound here.
_DAY = re.compile(r"([0-9]{4})[年./-]([0-9]{1,2})[月./-]([0-9]{1,2})日?")
_ORDER = {"zh": 0, "zh-Hant": 1}

_KINDS: Mapping[CaseKind, str] = {
    CaseKind.PAYMENT: "付款 付款 收款 回款 缴费 繳費",
    CaseKind.DESIGNATION: "指定抵充 指定抵充",
    CaseKind.WAIVER: "减免 減免",
    CaseKind.CORRECTION: "更正 更正",
    CaseKind.HOLD: "异议 異議 争议 爭議 暂缓 暫緩",
    CaseKind.OWNER: "业主 業主",
    CaseKind.TITLE: "产权 產權",
    CaseKind.HANDOVER: "交房 交房 交付",
    CaseKind.LEASE: "租赁 租賃 承租人 使用人",
    CaseKind.ADDRESS: "地址 地址 送达地址 送達地址",
    CaseKind.CONTRACT: "合同 合同 物业服务合同 物業服務合同",
    CaseKind.PRICE: "收费依据 收費依據 收费标准 收費標準",
    CaseKind.LICENCE: "营业执照 營業執照",
    CaseKind.COMMITTEE: "业委会 業委會 业主委员会 業主委員會",
    CaseKind.SERVICE: "服务记录 服務記錄",
    CaseKind.COMPLAINT: "投诉 投訴",
    CaseKind.ANSWER: "答复 答覆",
    CaseKind.PROMISE: "付款承诺 付款承諾 承诺 承諾",
    CaseKind.CONTACT: "联系记录 聯繫記錄",
    CaseKind.LOCAL: "当地规定 當地規定",
    CaseKind.RATE: "利率 利率",
    CaseKind.LATE: "违约金 違約金",
    CaseKind.LINE: "计费依据 計費依據",
    CaseKind.COST: "费用支出 費用支出",
    CaseKind.AGREEMENT: "分期协议 分期協議",
    CaseKind.WHEREABOUTS: "下落 下落",
    CaseKind.SLIP: "邮寄单 郵寄單",
    CaseKind.POSTING: "张贴 張貼",
    CaseKind.FILING: "立案 立案",
    CaseKind.COURT: "起诉事项 起訴事項",
    CaseKind.PLAINTIFF: "原告 原告",
    CaseKind.AGENT: "代理人 代理人 委托诉讼代理人 委託訴訟代理人",
    CaseKind.SERVING: "送达确认 送達確認",
    CaseKind.PRESERVATION: "财产保全 財產保全",
    CaseKind.APPROVAL: "律师审核 律師審核",
    CaseKind.PAUSE: "暂停联系 暫停聯繫",
    CaseKind.NONE: "经查没有 經查沒有",
    CaseKind.CANCEL: "作废 作廢 撤销 撤銷",
    CaseKind.OVERRIDE: "规则放行 規則放行",
}

# Of a field in every kind; a kind that means something else by it follows below.
_FIELDS: Mapping[str, str] = {
    "accelerates": "有加速到期条款 有加速到期條款",
    "address": "住所地 住所地",
    "amount": "金额 金額",
    "answered_on": "答复日期 答覆日期",
    "arbitration_clause": "有仲裁条款 有仲裁條款",
    "at": "时间 時間",
    "authority": "代理权限 代理權限",
    "birth": "出生日期 出生日期",
    "by": "经手人 經手人",
    "channel": "方式 方式",
    "claimed": "主张方式 主張方式",
    "clause": "约定内容 約定內容",
    "command": "步骤 步驟",
    "contents": "内件品名 內件品名",
    "copies": "份数 份數",
    "copy": "原件或复印件 原件或複印件",
    "costs": "主张诉讼费用 主張訴訟費用",
    "demand_days": "催告天数 催告天數",
    "demands": "催告次数 催告次數",
    "document": "依据文件 依據文件",
    "due": "应付日期 應付日期",
    "electronic": "接受电子送达 接受電子送達",
    "email": "邮箱 郵箱",
    "employer": "工作单位 工作單位",
    "entry": "条目号 條目號 条目 條目 条目编号 條目編號",
    "ethnicity": "民族 民族",
    "evidence": "证据 證據",
    "exists": "已成立 已成立",
    "factor": "倍数 倍數",
    "facts": "其他说明 其他說明",
    "fax": "传真 傳真",
    "fee": "案件受理费 案件受理費",
    "fee_base": "计费基数 計費基數",
    "from": "开始日期 開始日期",
    "gender": "性别 性別",
    "grade": "证明等级 證明等級",
    "guarantee": "担保 擔保",
    "guardian": "监护人 監護人",
    "halved": "减半次数 減半次數",
    "handed_over_on": "交接日期 交接日期",
    "id_number": "证件号码 證件號碼 身份证号 身份證號 身份证号码 身份證號碼",
    "id_type": "证件类型 證件類型",
    "incurred_on": "发生日期 發生日期",
    "instalments": "各期金额 各期金額",
    "item": "费用项目 費用項目",
    "joined": "列为被告 列為被告",
    "known": "下落清楚 下落清楚",
    "late": "违约金处理 違約金處理",
    "late_cap_principal": "以本金为限 以本金為限",
    "late_from": "违约金起算 違約金起算",
    "late_rate": "违约金标准 違約金標準",
    "letter": "文书编号 文書編號",
    "licence": "执业证号 執業證號",
    "limit": "小额诉讼限额 小額訴訟限額",
    "limitation": "时效约定 時效約定",
    "limited_capacity": "行为能力受限 行為能力受限",
    "made_on": "承诺日期 承諾日期",
    "matter": "投诉事项 投訴事項",
    "mediation": "考虑先行调解 考慮先行調解",
    "mediation_known": "了解调解 了解調解",
    "missed": "未付期数 未付期數",
    "mobile": "手机号码 手機號碼",
    "months": "月数 月數",
    "name": "名称 名稱",
    "named": "写明内件 寫明內件",
    "names_owner": "可见业主姓名 可見業主姓名",
    "note": "备注 備註",
    "notice": "须现场公告 須現場公告",
    "number": "编号 編號",
    "of": "事项 事項",
    "on": "日期 日期",
    "on_file": "已存档 已存檔",
    "owner": "权利人 權利人",
    "ownership": "所有制性质 所有制性質",
    "payment": "付款记录号 付款記錄號",
    "pays_fee": "约定由其交费 約定由其交費",
    "percent": "百分比 百分比",
    "period": "所属期间 所屬期間 费用所属期 費用所屬期",
    "person": "联系人 聯繫人",
    "phone": "电话 電話",
    "position": "职务 職務",
    "postcode": "邮政编码 郵政編碼",
    "preserved": "已经诉前保全 已經訴前保全",
    "preserved_by": "保全法院 保全法院",
    "preserved_case": "保全案号 保全案號",
    "preserved_on": "保全时间 保全時間",
    "price": "单价 單價",
    "proof": "证明材料 證明材料",
    "property": "保全财产 保全財產",
    "public_notice_on": "公告日期 公告日期",
    "publicity": "已公示 已公示",
    "quantity": "数量 數量",
    "rate": "利率 利率",
    "reason": "原因 原因",
    "received_on": "收到日期 收到日期 到账日期 到賬日期 收款日期 付款日期",
    "recipient": "收件人 收件人",
    "records": "记录份数 記錄份數",
    "reference": "流水号 流水號",
    "refused_in_writing": "书面拒绝联系 書面拒絕聯繫",
    "refused_to_leave": "拒不退出 拒不退出",
    "region": "地区 地區",
    "registered_at": "注册地 註冊地",
    "relation": "身份 身份",
    "requests": "其他请求 其他請求",
    "result": "处理结果 處理結果",
    "residence": "经常居住地 經常居住地",
    "resolved": "已解决 已解決",
    "rule": "规定 規定",
    "said": "联系内容 聯繫內容",
    "series": "利率种类 利率種類",
    "service_continued": "期满后继续服务 期滿後繼續服務",
    "share": "份额 份額",
    "shows_debt": "可见欠费 可見欠費",
    "signed_at": "签订地点 簽訂地點",
    "signed_by": "签约方 簽約方",
    "signed_name": "签约方名称 簽約方名稱",
    "signed_on": "签订日期 簽訂日期",
    "since": "起始日期 起始日期",
    "source": "出处 出處",
    "stake": "控股或参股 控股或參股",
    "tenant": "承租人 承租人",
    "terminated_on": "终止日期 終止日期",
    "total": "总额 總額",
    "track": "程序 程序",
    "tracking": "邮件号 郵件號",
    "type": "合同类型 合同類型",
    "unchanged_before": "此前未变 此前未變",
    "unit": "单位 單位",
    "until": "截止日期 截止日期",
    "urged_on": "督促日期 督促日期",
    "value": "内容 內容",
    "wechat": "微信号 微信號",
    "written": "须书面 須書面",
    "year": "年度 年度",
}
_OF_KIND: Mapping[tuple[CaseKind, str], str] = {
    (CaseKind.OWNER, "name"): "姓名 姓名 名称 名稱",
    (CaseKind.ADDRESS, "channel"): "地址类型 地址類型",
    (CaseKind.ADDRESS, "value"): "地址 地址",
    (CaseKind.AGREEMENT, "guardian"): "监护人签字 監護人簽字",
    (CaseKind.AGREEMENT, "share"): "未付比例 未付比例",
    (CaseKind.ANSWER, "entry"): "日志记录号 日誌記錄號 条目号 條目號",
    (CaseKind.ANSWER, "on"): "答复日期 答覆日期 日期",
    (CaseKind.APPROVAL, "by"): "律师 律師",
    (CaseKind.APPROVAL, "on"): "审核日期 審核日期",
    (CaseKind.CANCEL, "on"): "解除日期 解除日期 日期",
    (CaseKind.HANDOVER, "on"): "交房日期 交房日期 日期",
    (CaseKind.NONE, "on"): "查询日期 查詢日期 日期",
    (CaseKind.OVERRIDE, "rule"): "规则 規則",
    (CaseKind.POSTING, "on"): "张贴日期 張貼日期 日期",
    (CaseKind.AGENT, "name"): "姓名 姓名",
    (CaseKind.AGENT, "unit"): "单位 單位",
    (CaseKind.COURT, "name"): "受理法院 受理法院",
    (CaseKind.PLAINTIFF, "position"): "法定代表人职务 法定代表人職務 职务 職務",
    (CaseKind.PLAINTIFF, "id_number"): "法定代表人身份证号 法定代表人身份證號 证件号码 證件號碼",
    (CaseKind.PLAINTIFF, "type"): "类型 類型",
    (CaseKind.PRESERVATION, "amount"): "保全数额 保全數額",
    (CaseKind.PRESERVATION, "reason"): "保全理由 保全理由",
    (CaseKind.SERVING, "address"): "送达地址 送達地址",
}

_GRADES = {"A": "甲级 甲級 甲", "B": "乙级 乙級 乙", "C": "丙级 丙級 丙", "D": "丁级 丁級 丁"}
_CHOICES: Mapping[tuple[CaseKind, str], Mapping[str, str]] = {
    (CaseKind.PAYMENT, "grade"): _GRADES,
    (CaseKind.PROMISE, "grade"): _GRADES,
    (CaseKind.AGREEMENT, "grade"): _GRADES,
    (CaseKind.HOLD, "reason"): {
        "forgot": "忘记交费 忘記交費",
        "service-complaint": "服务投诉 服務投訴",
        "hardship": "经济困难 經濟困難",
        "amount-disputed": "金额争议 金額爭議",
        "refuses": "拒绝交费 拒絕交費",
    },
    (CaseKind.ADDRESS, "channel"): {
        "contract": "合同约定 合同約定",
        "premises": "物业所在地 物業所在地",
        "household": "户籍地 戶籍地",
        "mobile": "手机 手機",
        "wechat": "微信 微信",
        "email": "电子邮件 電子郵件",
    },
    (CaseKind.CONTRACT, "type"): {
        "early": "前期 前期 前期物业服务合同 前期物業服務合同",
        "owners": "业主共同选聘 業主共同選聘",
        "individual": "单独签订 單獨簽訂",
    },
    (CaseKind.CONTRACT, "signed_by"): {
        "developer": "建设单位 建設單位 开发商 開發商",
        "committee": "业主委员会 業主委員會 业委会 業委會",
        "owner": "业主 業主",
    },
    (CaseKind.CONTRACT, "copy"): {"original": "原件 原件", "copy": "复印件 複印件"},
    (CaseKind.CONTACT, "channel"): {
        "call": "电话 電話",
        "visit": "上门 上門",
        "message": "消息 消息 微信 短信 短訊",
        "letter": "函件 函件",
    },
    (CaseKind.ANSWER, "result"): {
        "recorded": "已另行登记 已另行登記",
        "accepted": "采纳 採納",
        "declined": "不采纳 不採納",
        "settled": "已解决 已解決",
    },
    (CaseKind.LATE, "claimed"): {
        "contract": "按合同 按合同",
        "reference": "按报价利率 按報價利率",
        "own": "另定 另定",
        "none": "不主张 不主張",
    },
    (CaseKind.AGREEMENT, "late"): {
        "waived": "免除 免除",
        "kept": "保留 保留",
        "restated": "重新约定 重新約定",
        "silent": "未提及 未提及",
    },
    (CaseKind.AGREEMENT, "limitation"): {
        "none": "未约定 未約定",
        "accrued": "放弃已届满的抗辩 放棄已屆滿的抗辯",
        "advance": "预先放弃 預先放棄",
    },
    (CaseKind.OWNER, "gender"): {"male": "男 男", "female": "女 女"},
    (CaseKind.COURT, "mediation"): {"yes": "是 是", "no": "否 否", "undecided": "暂不确定 暫不確定"},
    (CaseKind.PLAINTIFF, "type"): {
        "limited": "有限责任公司 有限責任公司",
        "joint-stock": "股份有限公司 股份有限公司",
        "listed": "上市公司 上市公司",
        "enterprise": "其他企业法人 其他企業法人",
        "institution": "事业单位 事業單位",
        "society": "社会团体 社會團體",
        "foundation": "基金会 基金會",
        "social-service": "社会服务机构 社會服務機構",
        "state-organ": "机关法人 機關法人",
        "rural-collective": "农村集体经济组织法人 農村集體經濟組織法人",
        "cooperative": "城镇农村的合作经济组织法人 城鎮農村的合作經濟組織法人",
        "self-governing": "基层群众性自治组织法人 基層群眾性自治組織法人",
        "sole-proprietor": "个人独资企业 個人獨資企業",
        "partnership": "合伙企业 合夥企業",
        "professional": "不具有法人资格的专业服务机构 不具有法人資格的專業服務機構",
    },
    (CaseKind.PLAINTIFF, "ownership"): {"state": "国有 國有", "private": "民营 民營", "other": "其他 其他"},
    (CaseKind.PLAINTIFF, "stake"): {"controlling": "控股 控股", "holding": "参股 參股"},
    (CaseKind.AGENT, "relation"): {
        "lawyer": "律师 律師",
        "legal-worker": "基层法律服务工作者 基層法律服務工作者",
        "staff": "工作人员 工作人員 员工 員工",
    },
    (CaseKind.AGENT, "authority"): {
        "general": "一般授权 一般授權 一般",
        "special": "特别授权 特別授權 特别 特別",
    },
    (CaseKind.FILING, "track"): {
        "payment-order": "支付令 支付令",
        "small-claims": "小额诉讼 小額訴訟",
        "simplified": "简易程序 簡易程序",
        "ordinary": "普通程序 普通程序",
        "arbitration": "仲裁 仲裁",
    },
    (CaseKind.NONE, "of"): {
        "contract": "合同 合同",
        "termination": "合同终止 合同終止",
        "price": "收费依据 收費依據",
        "lease": "租赁 租賃",
        "public-notice": "公告 公告",
        "urging": "督促 督促",
        "local-rule": "当地规定 當地規定",
        "contact": "联系记录 聯繫記錄",
        "message": "消息 消息",
        "posting": "张贴 張貼",
        "complaint": "投诉 投訴",
        "dispute": "争议 爭議",
        "agreement": "分期协议 分期協議",
        "agent": "代理人 代理人",
        "jurisdiction": "管辖约定 管轄約定",
    },
}


def kind_label(kind: CaseKind, lang: str) -> str:
    """The kind as it is shown; in English the machine's word."""
    return _shown(_KINDS[kind], lang, kind.value)


def field_label(kind: CaseKind, name: str, lang: str) -> str:
    return _shown(_words_of_field(kind, name), lang, name)


def any_field_label(name: str, lang: str) -> str:
    """A field whose kind is not told; what is no field stays as it is."""
    return _shown(_FIELDS[name], lang, name) if name in _FIELDS else name


def value_label(kind: CaseKind, name: str, value: str, lang: str) -> str:
    """A stored value as it is shown: choices, yes and no in words, all else as it is."""
    field = SHAPES[kind].field(name)
    if lang == "en" or field is None:
        return value
    if field.type is FieldType.BOOL:
        return {"true": "是", "false": "否"}.get(value, value)
    words = _CHOICES.get((kind, name), {}).get(value)
    return _shown(words, lang, value) if words else value


def _shown(words: str, lang: str, otherwise: str) -> str:
    return words.split()[_ORDER[lang]] if lang in _ORDER else otherwise


def _words_of_field(kind: CaseKind, name: str) -> str:
    return _OF_KIND.get((kind, name)) or _FIELDS[name]


@cache
def kinds_by_word() -> Mapping[str, CaseKind]:
    """Every way to write a kind, machine words in lower case among them. ``override`` is the gate's alone."""
    return {
        word: kind
        for kind, words in _KINDS.items()
        if kind is not CaseKind.OVERRIDE
        for word in (kind.value, *words.split())
    }


@cache
def fields_by_word(kind: CaseKind) -> Mapping[str, str]:
    """Every way to write a field of ``kind``: its name in lower case, its labels, other spellings."""
    return {
        word: field.name
        for field in SHAPES[kind].fields
        for word in (field.name, *_words_of_field(kind, field.name).split())
    }


def in_machine_words(kind: CaseKind, data: Mapping[str, str]) -> dict[str, str]:
    """Fields and values as they are stored; what nobody can read stays as it was written, to be refused by name."""
    known = fields_by_word(kind)
    return {
        (name := known.get(word.strip(), known.get(word.strip().lower(), word))): _machine_value(
            kind, name, value.strip()
        )
        for word, value in data.items()
    }


def _machine_value(kind: CaseKind, name: str, value: str) -> str:
    field = SHAPES[kind].field(name)
    if field is None or not value:
        return value
    for word, labels in _CHOICES.get((kind, name), {}).items():
        if value in labels.split():
            return word
    if field.type is FieldType.DATE:
        return _day(value)
    if field.type in (FieldType.MONEY, FieldType.NUMBER):
        number = squeeze(value).strip("¥元%")
        if name == "entry":
            number = number.strip("#第号號条條")
        return number.replace(",", "") if _GROUPED.fullmatch(number) else number or value
    return value


def _day(value: str) -> str:
    """A date in ISO form; a date nobody can read stays as it was written."""
    try:
        if match := _DAY.fullmatch(squeeze(value)):
            return date(*map(int, match.groups())).isoformat()
        found = parse_date(value)
    except (Refusal, ValueError):
        return value
    return found.isoformat() if found else value
