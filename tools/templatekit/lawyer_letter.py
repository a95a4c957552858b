"""The lawyer letter (律师函): facts as told by the client, the law, what is asked, and by when."""

from __future__ import annotations

from templatekit.figures import LATE_BY_PERIOD, LATE_SENTENCE, arrears, late_sum, late_table, reserved, said
from templatekit.ooxml import Block, Document, P, T, choose, concat, each, when
from templatekit.parts import (
    LETTER,
    body,
    closing,
    head,
    left,
    letterhead,
    line,
    payment,
    styles,
    table_of,
    title,
)
from templatekit.signed import signed_agreement


def lawyer_letter() -> Document:
    blocks = concat(
        [
            letterhead(
                "{{ firm.name }}",
                T(
                    "{{ firm_number }}　核验编号：{{ number }}",
                    "{{ firm_number }}　核驗編號：{{ number }}",
                ),
                "TwoNumbers",
            ),
            [
                title(
                    "关于{{ debtor.name }}支付{{ charges.subject }}的律师函",
                    "關於{{ debtor.name }}支付{{ charges.subject }}的律師函",
                ),
                line(
                    "致：{{ debtor.name }}（{{ premises.full }}业主）",
                    "致：{{ debtor.name }}（{{ premises.full }}業主）",
                ),
                line("送达地址：{{ debtor.service_address }}", "送達地址：{{ debtor.service_address }}"),
                body(
                    "{{ firm.name }}（以下简称“本所”）依法接受{{ creditor.name }}（以下简称“委托人”）的委托，"
                    "指派{{ firm.lawyer }}律师，就{{ you }}支付{{ charges.subject }}事宜，郑重致函如下：",
                    "{{ firm.name }}（以下簡稱「本所」）依法接受{{ creditor.name }}（以下簡稱「委託人」）的"
                    "委託，指派{{ firm.lawyer }}律師，就{{ you }}支付{{ charges.subject }}事宜，鄭重致函如下：",
                ),
                head("一、基本事实", "一、基本事實"),
                body(
                    "根据委托人的陈述及其提供的物业服务合同、欠费明细和催告记录等材料，本所了解到下列事实：",
                    "根據委託人的陳述及其提供的物業服務合同、欠費明細和催告記錄等材料，本所了解到下列事實：",
                ),
                body(
                    "（一）委托人（统一社会信用代码：{{ creditor.uscc }}）系{{ contract.estate }}的物业服务"
                    "人，依据{{ contract.signed_on }}签订的{{ contract.title }}（以下简称“物业服务合同”）提"
                    "供物业服务；{{ you }}系{{ premises.full }}的业主{% if premises.area %}，房屋建筑面积"
                    "{{ premises.area }}平方米{% endif %}。{% if charges.property_fee %}合同约定的"
                    "{% if charges.other %}物业费{% endif %}收费标准为{{ contract.price }}（见合同"
                    "{{ contract.fee_clause }}），支付期限见合同{{ contract.due_clause }}。{% endif %}"
                    "{% if contract.late_clause and late.spoken %}逾期付款违约金见合同{{ contract.late_clause }}。{% endif %}",
                    "（一）委託人（統一社會信用代碼：{{ creditor.uscc }}）係{{ contract.estate }}的物業服務"
                    "人，依據{{ contract.signed_on }}簽訂的{{ contract.title }}（以下簡稱「物業服務合同」）"
                    "提供物業服務；{{ you }}係{{ premises.full }}的業主{% if premises.area %}，房屋建築面積"
                    "{{ premises.area }}平方米{% endif %}。{% if charges.property_fee %}合同約定的"
                    "{% if charges.other %}物業費{% endif %}收費標準為{{ contract.price }}（見合同"
                    "{{ contract.fee_clause }}），支付期限見合同{{ contract.due_clause }}。{% endif %}"
                    "{% if contract.late_clause and late.spoken %}逾期付款違約金見合同{{ contract.late_clause }}。{% endif %}",
                ),
                body(
                    "（二）截至{{ as_of }}，{{ you }}下列期间的{{ charges.listed }}已到期而尚未支付，本金合计"
                    "**人民币{{ total }}元（大写：{{ total_words }}）**：",
                    "（二）截至{{ as_of }}，{{ you }}下列期間的{{ charges.listed }}已到期而尚未支付，本金合計"
                    "**人民幣{{ total }}元（大寫：{{ total_words }}）**：",
                    keep=True,
                ),
                *arrears(),
            ],
            reserved(
                body(
                    "另有{{ reserved_listing }}，{% if reserved|length > 1 %}共计{{ reserved_total }}元，{% endif %}"
                    "未计入上列金额，本函暂不主张。暂不主张不构成对该部分款项的放弃或者减免，委托人保留依法主张的权利。",
                    "另有{{ reserved_listing }}，{% if reserved|length > 1 %}共計{{ reserved_total }}元，{% endif %}"
                    "未計入上列金額，本函暫不主張。暫不主張不構成對該部分款項的放棄或者減免，委託人保留依法主張的權利。",
                ),
                body(
                    "另有下列款项共计{{ reserved_total }}元，未计入上列金额，本函暂不主张。暂不主张不构成对该部分款项的"
                    "放弃或者减免，委托人保留依法主张的权利。",
                    "另有下列款項共計{{ reserved_total }}元，未計入上列金額，本函暫不主張。暫不主張不構成對該部分款項的"
                    "放棄或者減免，委託人保留依法主張的權利。",
                    keep=True,
                ),
            ),
            when(
                "credit",
                body(
                    "{{ you }}另有结余款项{{ credit }}元，未计入上列金额；{{ you }}可以书面指定以该款项抵充上列费用，应付金额相应"
                    "减少。",
                    "{{ you }}另有結餘款項{{ credit }}元，未計入上列金額；{{ you }}可以書面指定以該款項抵充上列費用，應付金額相應"
                    "減少。",
                ),
            ),
            signed_agreement(T("委托人", "委託人"), T("本函")),
            when(
                "history",
                body(
                    "（三）委托人此前的书面催告情况如下：", "（三）委託人此前的書面催告情況如下：", keep=True
                ),
                *each(
                    "prior",
                    "history",
                    body(
                        "{{ prior.issued_on }}出具{{ prior.number }}催告文书"
                        "{% if prior.delivered_on %}，以{{ prior.channel }}方式于{{ prior.delivered_on }}送达"
                        "{% endif %}{% if loop.last %}。{% else %}；{% endif %}",
                        "{{ prior.issued_on }}出具{{ prior.number }}催告文書"
                        "{% if prior.delivered_on %}，以{{ prior.channel }}方式於{{ prior.delivered_on }}送達"
                        "{% endif %}{% if loop.last %}。{% else %}；{% endif %}",
                    ),
                ),
                body(
                    "本函所列各期{{ charges.short }}至今仍未付清。",
                    "本函所列各期{{ charges.short }}至今仍未付清。",
                ),
                otherwise=[
                    body(
                        "（三）本函系委托人就上列各期{{ charges.short }}委托本所向{{ you }}发出的书面催告。",
                        "（三）本函係委託人就上列各期{{ charges.short }}委託本所向{{ you }}發出的書面催告。",
                    )
                ],
            ),
            [
                head("二、法律分析", "二、法律分析"),
                # Whom a contract binds follows from who made it, as far as that is on file (民法典 939).
                body(
                    "（一）{{ law.binding_quote }}{% if contract.binds_all %}据此，物业服务合同对{{ you }}具有法律约束力。"
                    "{% elif contract.signed_by_owner %}物业服务合同由{{ you }}与委托人订立，对双方具有法律约束力。"
                    "{% else %}委托人依据物业服务合同为{{ you }}所在的物业服务区域提供物业服务。{% endif %}",
                    "（一）{{ law.binding_quote }}{% if contract.binds_all %}據此，物業服務合同對{{ you }}具有法律約束力。"
                    "{% elif contract.signed_by_owner %}物業服務合同由{{ you }}與委託人訂立，對雙方具有法律約束力。"
                    "{% else %}委託人依據物業服務合同為{{ you }}所在的物業服務區域提供物業服務。{% endif %}",
                ),
                body(
                    "（二）{% if charges.property_fee %}{{ law.fee_quote }}{% endif %}"
                    "{% if charges.other %}{{ law.performance_quote }}{% endif %}",
                ),
                body(
                    "（三）{{ law.breach_quote }}{{ you }}逾期未支付上列{{ charges.short }}，委托人有权请求{{ you }}支付。",
                    "（三）{{ law.breach_quote }}{{ you }}逾期未支付上列{{ charges.short }}，委託人有權請求{{ you }}支付。",
                ),
            ],
            when("late.claimed", *_late()),
            when("late.reserved", *_late_reserved()),
            [
                head("三、支付要求", "三、支付要求"),
                left(
                    "请{{ you }}于**{{ pay_by }}前（含当日）**将上述款项支付至委托人的下列账户：",
                    "請{{ you }}於**{{ pay_by }}前（含當日）**將上述款項支付至委託人的下列賬戶：",
                    keep=True,
                ),
                *table_of(payment()),
                head("四、逾期未支付的处理", "四、逾期未支付的處理"),
            ],
            choose(
                ("not late.spoken", body("{{ law.lawyer_consequence_principal_only }}")),
                ("contract.late_clause", body("{{ law.lawyer_consequence }}")),
                ("", body("{{ law.lawyer_consequence_no_late_clause }}")),
            ),
            [
                body("{{ law.lawyer_effect }}"),
                head("五、异议与协商", "五、異議與協商"),
                body(
                    "{{ you }}已经支付，或者对本函所述事实、金额有异议，{% if not agreement.number %}或者愿意协商分期支付的，{% endif %}请于上述期限内与"
                    "本所{{ firm.lawyer }}律师或者委托人联系，以便核实处理。",
                    "{{ you }}已經支付，或者對本函所述事實、金額有異議，{% if not agreement.number %}或者願意協商分期支付的，{% endif %}請於上述期限內與"
                    "本所{{ firm.lawyer }}律師或者委託人聯繫，以便核實處理。",
                ),
                # A telephone number comes first in its line, where no converter can break it at its hyphen.
                left(
                    "电话：{{ firm.phone }}（本所）；地址：{{ firm.address }}",
                    "電話：{{ firm.phone }}（本所）；地址：{{ firm.address }}",
                    keep=True,
                ),
                left(
                    "电话：{{ creditor.phone }}（委托人，联系人{{ creditor.contact }}）；地址："
                    "{{ creditor.address }}",
                    "電話：{{ creditor.phone }}（委託人，聯繫人{{ creditor.contact }}）；地址："
                    "{{ creditor.address }}",
                    keep=True,
                ),
                *when(
                    "creditor.hours",
                    left(
                        "委托人办公时间：{{ creditor.hours }}",
                        "委託人辦公時間：{{ creditor.hours }}",
                        keep=True,
                    ),
                ),
                *closing(
                    "{{ firm.name }}",
                    P("SignLine", T("承办律师签名：________________", "承辦律師簽名：________________")),
                    P(
                        "SignSmall",
                        T(
                            "{{ firm.lawyer }}　执业证号：{{ firm.licence }}",
                            "{{ firm.lawyer }}　執業證號：{{ firm.licence }}",
                        ),
                    ),
                ),
            ],
        ]
    )
    mark = T(
        "{% if draft %}草稿　未经律师签发{% endif %}",
        "{% if draft %}草稿　未經律師簽發{% endif %}",
    )
    return Document(blocks, LETTER, styles(), header=P("Draft", mark))


def _late() -> tuple[Block, ...]:
    """The late charge as claimed: its basis, how it runs, what it comes to, and with the principal."""
    by = T(
        "（四）{% if contract.late_clause %}{{ law.late_charge_quote }}据此，委托人有权依据合同"
        "{{ contract.late_clause }}请求{{ you }}支付{% else %}委托人并有权请求{{ you }}支付{% endif %}",
        "（四）{% if contract.late_clause %}{{ law.late_charge_quote }}據此，委託人有權依據合同"
        "{{ contract.late_clause }}請求{{ you }}支付{% else %}委託人並有權請求{{ you }}支付{% endif %}",
    )
    return P("Body", said(by, LATE_SENTENCE, LATE_BY_PERIOD)), *late_table(), late_sum()


def _late_reserved() -> tuple[Block, ...]:
    return when(
        "contract.late_clause",
        body(
            "（四）{{ law.late_charge_quote }}上列金额未计违约金，委托人保留依据合同主张逾期付款违约金的权利。",
            "（四）{{ law.late_charge_quote }}上列金額未計違約金，委託人保留依據合同主張逾期付款違約金的權利。",
        ),
        otherwise=[
            body(
                "（四）上列金额为本金，未计逾期付款损失，委托人保留依法主张逾期付款违约责任的权利。",
                "（四）上列金額為本金，未計逾期付款損失，委託人保留依法主張逾期付款違約責任的權利。",
            )
        ],
    )
