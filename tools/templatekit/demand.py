"""The formal demand (催交物业费通知书, 催交费用通知书 where no property fee is claimed), with every field that docs/templates.md lists as required."""

from __future__ import annotations

from templatekit.figures import LATE_BY_PERIOD, LATE_SENTENCE, arrears, late_sum, late_table, reserved, said
from templatekit.ooxml import Block, Document, P, T, choose, concat, each, when
from templatekit.parts import (
    LETTER,
    NUMBER,
    USCC,
    body,
    closing,
    contact,
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


def demand() -> Document:
    blocks = concat(
        [
            letterhead("{{ creditor.name }}", NUMBER),
            [
                title("{{ title }}"),
                line(
                    "致：{{ debtor.name }}（{{ premises.full }}业主）",
                    "致：{{ debtor.name }}（{{ premises.full }}業主）",
                ),
                body(
                    "{{ creditor.name }}（以下简称“我司”）系{{ contract.estate }}的物业服务人。依据"
                    "{{ contract.signed_on }}签订的{{ contract.title }}（以下简称“物业服务合同”），{{ you }}应当"
                    "按照约定支付{{ charges.subject }}。现通知如下：",
                    "{{ creditor.name }}（以下簡稱「我司」）係{{ contract.estate }}的物業服務人。依據"
                    "{{ contract.signed_on }}簽訂的{{ contract.title }}（以下簡稱「物業服務合同」），{{ you }}應"
                    "當按照約定支付{{ charges.subject }}。現通知如下：",
                ),
                head("一、欠费情况", "一、欠費情況"),
                body(
                    "{{ you }}房屋为{{ premises.full }}{% if premises.area %}，建筑面积{{ premises.area }}平方米"
                    "{% endif %}。{% if charges.property_fee %}物业服务合同约定的{% if charges.other %}物业费"
                    "{% endif %}收费标准为{{ contract.price }}（见合同{{ contract.fee_clause }}），支付期限见合同"
                    "{{ contract.due_clause }}。{% endif %}截至{{ as_of }}，"
                    "{{ you }}下列期间的{{ charges.listed }}已到期而尚未支付，{% if late.claimed %}本金{% endif %}合计**人民币{{ total }}元（大写："
                    "{{ total_words }}）**：",
                    "{{ you }}房屋為{{ premises.full }}{% if premises.area %}，建築面積{{ premises.area }}平方米"
                    "{% endif %}。{% if charges.property_fee %}物業服務合同約定的{% if charges.other %}物業費"
                    "{% endif %}收費標準為{{ contract.price }}（見合同{{ contract.fee_clause }}），支付期限見合同"
                    "{{ contract.due_clause }}。{% endif %}截至{{ as_of }}，"
                    "{{ you }}下列期間的{{ charges.listed }}已到期而尚未支付，{% if late.claimed %}本金{% endif %}合計**人民幣{{ total }}元（大寫："
                    "{{ total_words }}）**：",
                ),
                *arrears(),
            ],
            when("late.claimed", *_late()),
            when("late.reserved", *_late_reserved()),
            reserved(
                body(
                    "另有{{ reserved_listing }}，{% if reserved|length > 1 %}共计{{ reserved_total }}元，{% endif %}"
                    "未计入上列欠付金额，本通知暂不主张。暂不主张不构成对该部分款项的放弃或者减免，我司保留依法主张的"
                    "权利。",
                    "另有{{ reserved_listing }}，{% if reserved|length > 1 %}共計{{ reserved_total }}元，{% endif %}"
                    "未計入上列欠付金額，本通知暫不主張。暫不主張不構成對該部分款項的放棄或者減免，我司保留依法主張的"
                    "權利。",
                ),
                body(
                    "另有下列款项共计{{ reserved_total }}元，未计入上列欠付金额，本通知暂不主张。暂不主张不构成对该部分"
                    "款项的放弃或者减免，我司保留依法主张的权利。",
                    "另有下列款項共計{{ reserved_total }}元，未計入上列欠付金額，本通知暫不主張。暫不主張不構成對該部分"
                    "款項的放棄或者減免，我司保留依法主張的權利。",
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
            signed_agreement(T("我司"), T("本通知")),
            when(
                "history",
                left(
                    "我司此前已书面催告：{% for prior in history %}{{ prior.number }}（{{ prior.issued_on }}出具"
                    "{% if prior.delivered_on %}，{{ prior.delivered_on }}送达{% endif %}）；{% endfor %}现再次催交。",
                    "我司此前已書面催告：{% for prior in history %}{{ prior.number }}（{{ prior.issued_on }}出具"
                    "{% if prior.delivered_on %}，{{ prior.delivered_on }}送達{% endif %}）；{% endfor %}現再次催交。",
                ),
            ),
            [head("二、支付要求")],
            when("charges.property_fee", body("{{ law.demand_quote }}")),
            when("charges.other", body("{{ law.contract_quote }}")),
            [
                left(
                    "现根据上述规定和物业服务合同的约定，请{{ you }}于**{{ pay_by }}前（含当日）**将上述款项支付"
                    "至下列账户：",
                    "現根據上述規定和物業服務合同的約定，請{{ you }}於**{{ pay_by }}前（含當日）**將上述款項支付"
                    "至下列賬戶：",
                    keep=True,
                ),
                *table_of(payment()),
                head("三、异议与协商", "三、異議與協商"),
                body(
                    "{{ you }}已经支付，或者对上列期间、金额、服务以及本通知所载个人信息有异议的，请于上述期限内"
                    "以书面或者其他便于核对的方式提出，我司将核实并答复；确有困难的，可以与我司"
                    "{% if agreement.number %}联系{% else %}协商分期支付{% endif %}。",
                    "{{ you }}已經支付，或者對上列期間、金額、服務以及本通知所載個人信息有異議的，請於上述期限內"
                    "以書面或者其他便於核對的方式提出，我司將核實並答覆；確有困難的，可以與我司"
                    "{% if agreement.number %}聯繫{% else %}協商分期支付{% endif %}。",
                ),
                *each("paragraph", "tone.demand", body("{{ paragraph }}")),
                *contact(keep=False),
                head("四、逾期未支付的处理", "四、逾期未支付的處理"),
            ],
            choose(
                ("not late.spoken", body("{{ law.demand_consequence_principal_only }}")),
                ("contract.late_clause", body("{{ law.demand_consequence }}")),
                ("", body("{{ law.demand_consequence_no_late_clause }}")),
            ),
            [
                body("{{ law.demand_effect }}", keep=True),
                *closing("{{ creditor.name }}", USCC),
            ],
        ]
    )
    return Document(blocks, LETTER, styles())


def _late() -> tuple[Block, ...]:
    """The late charge as claimed: how it runs, what it comes to, and with the principal."""
    by = T(
        "{{ you }}并应{% if contract.late_clause %}依据合同{{ contract.late_clause }}{% endif %}支付",
        "{{ you }}並應{% if contract.late_clause %}依據合同{{ contract.late_clause }}{% endif %}支付",
    )
    return P("Body", said(by, LATE_SENTENCE, LATE_BY_PERIOD)), *late_table(), late_sum()


def _late_reserved() -> tuple[Block, ...]:
    return when(
        "contract.late_clause",
        P(
            "Note",
            T(
                "上列金额为本金，未计违约金；我司保留依据合同{{ contract.late_clause }}主张违约金的权利。",
                "上列金額為本金，未計違約金；我司保留依據合同{{ contract.late_clause }}主張違約金的權利。",
            ),
        ),
        otherwise=[
            P(
                "Note",
                T(
                    "以上为本金，未计逾期付款损失；我司保留依法主张逾期付款违约责任的权利。",
                    "以上為本金，未計逾期付款損失；我司保留依法主張逾期付款違約責任的權利。",
                ),
            )
        ],
    )
