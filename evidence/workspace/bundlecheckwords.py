"""The words of the sheet in front of an evidence file, in both scripts (:mod:`evidence.workspace.bundlecheck`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ARRIVAL, PERIOD, AMOUNT, SUBJECT, SERVICE = "arrival", "period", "amount", "subject", "service"


@dataclass(frozen=True, slots=True)
class CheckWords:
    """Tuples are a head and the heads of three columns; ``questions`` and ``short`` by what a court asks.

    ``doubted`` takes the ``letter``, the ``way`` it went and ``what`` is missing in the stead of a proof on record.
    """

    title: str
    account: str
    bundle: str
    pages: str
    verdict: str
    warning: str
    questions: Mapping[str, str]
    short: Mapping[str, str]
    presumed: str
    by_hand: str
    record: str
    overridden: tuple[str, str, str, str]
    todo: tuple[str, str, str, str]
    asked: tuple[str, str, str, str]
    exhibits: tuple[str, str, str, str]
    blanks: tuple[str, str, str, str]
    days: tuple[str, str, str, str]
    notes: str
    passed: str
    none: str
    nobody: str
    dates: str
    undated: str
    unstamped: str
    no_blanks: str
    no_days: str
    limitation: str
    expired: str
    pay_by: str
    gap: str
    lost: str
    doubted: str
    legend: str
    stop: str


WORDS: Mapping[str, CheckWords] = {
    "zh": CheckWords(
        title="立案前审查表",
        account="案户：{account}　业主：{debtor}",
        bundle="证据文件：{id}　制作日期：{day}　封存哈希值前16位：{seal}",
        pages="证据 {n} 份，共 {pages} 页",
        verdict="审查结果：未通过 {fail} 条（已写明理由放行），不明 {unknown} 条，提醒 {warn} 条，通过 {passed} 条",
        warning="本表供承办律师审阅，列有本案的弱点，不得提交法院或者交给对方。它不在证据文件内。",
        questions={
            ARRIVAL: "催告到达了吗？",
            PERIOD: "主张哪些期间？",
            AMOUNT: "金额从何而来？",
            SUBJECT: "主体是否正确？",
            SERVICE: "服务是否提供？",
        },
        short={ARRIVAL: "到达", PERIOD: "期间", AMOUNT: "金额", SUBJECT: "主体", SERVICE: "服务"},
        presumed="所答事项按证据组别推定，由承办律师核定。",
        by_hand="手工填写",
        record="补充登记，命令见 evidence ready",
        overridden=("一、未通过而放行的规则", "规则", "未通过的原因", "放行理由"),
        todo=("二、尚须处理的事项", "规则", "情况", "怎么办"),
        asked=("三、法院会问的五个问题", "问题", "以哪些证据回答", "有关规则"),
        exhibits=("四、逐份证据", "证据（页码）", "日期：形成／编入／第三方时间", "回答什么"),
        blanks=("五、诉讼文书的空缺", "文书", "空缺项", "在何处登记"),
        days=("六、期限", "日期", "事项", "说明"),
        notes="七、制作时的提示",
        passed="通过的规则：{rules}",
        none="没有。",
        nobody="没有证据回答",
        dates="{dated}／{made}／{stamped}",
        undated="未注明",
        unstamped="无",
        no_blanks="必填项均已填写。",
        no_days="没有登记期限。",
        limitation="诉讼时效届满：{term}",
        expired="诉讼时效已过：{term}",
        pay_by="催告给予的付款期限届满：{letter}",
        gap="应取得{what}（{letter}）",
        lost="此后无法取得{what}（{letter}）",
        doubted="{letter}的送达（{way}）存疑，应补：{what}",
        legend="√ 通过　△ 提醒　？ 不明　× 未通过",
        stop="；",
    ),
    "zh-Hant": CheckWords(
        title="立案前審查表",
        account="案戶：{account}　業主：{debtor}",
        bundle="證據文件：{id}　製作日期：{day}　封存哈希值前16位：{seal}",
        pages="證據 {n} 份，共 {pages} 頁",
        verdict="審查結果：未通過 {fail} 條（已寫明理由放行），不明 {unknown} 條，提醒 {warn} 條，通過 {passed} 條",
        warning="本表供承辦律師審閱，列有本案的弱點，不得提交法院或者交給對方。它不在證據文件內。",
        questions={
            ARRIVAL: "催告到達了嗎？",
            PERIOD: "主張哪些期間？",
            AMOUNT: "金額從何而來？",
            SUBJECT: "主體是否正確？",
            SERVICE: "服務是否提供？",
        },
        short={ARRIVAL: "到達", PERIOD: "期間", AMOUNT: "金額", SUBJECT: "主體", SERVICE: "服務"},
        presumed="所答事項按證據組別推定，由承辦律師核定。",
        by_hand="手工填寫",
        record="補充登記，命令見 evidence ready",
        overridden=("一、未通過而放行的規則", "規則", "未通過的原因", "放行理由"),
        todo=("二、尚須處理的事項", "規則", "情況", "怎麼辦"),
        asked=("三、法院會問的五個問題", "問題", "以哪些證據回答", "有關規則"),
        exhibits=("四、逐份證據", "證據（頁碼）", "日期：形成／編入／第三方時間", "回答什麼"),
        blanks=("五、訴訟文書的空缺", "文書", "空缺項", "在何處登記"),
        days=("六、期限", "日期", "事項", "說明"),
        notes="七、製作時的提示",
        passed="通過的規則：{rules}",
        none="沒有。",
        nobody="沒有證據回答",
        dates="{dated}／{made}／{stamped}",
        undated="未註明",
        unstamped="無",
        no_blanks="必填項均已填寫。",
        no_days="沒有登記期限。",
        limitation="訴訟時效屆滿：{term}",
        expired="訴訟時效已過：{term}",
        pay_by="催告給予的付款期限屆滿：{letter}",
        gap="應取得{what}（{letter}）",
        lost="此後無法取得{what}（{letter}）",
        doubted="{letter}的送達（{way}）存疑，應補：{what}",
        legend="√ 通過　△ 提醒　？ 不明　× 未通過",
        stop="；",
    ),
}
