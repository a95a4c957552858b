"""The instalment agreement (分期付款协议); its weighty terms are bold and confirmed by a second signature."""

from __future__ import annotations

from templatekit.figures import LATE_BY_PERIOD, LATE_SENTENCE, arrears, late_sum, late_table, reserved, said
from templatekit.ooxml import Block, Cell, Document, P, Row, T, Table, concat, each_row, when
from templatekit.parts import (
    LETTER,
    body,
    head,
    left,
    letterhead,
    line,
    payment,
    styles,
    table_of,
    text,
    title,
)


def instalment_agreement() -> Document:
    plan = Table(
        (20, 52, 42, 42),
        (
            Row(
                tuple(
                    Cell((P("TableHead", name),))
                    for name in (
                        T("期次"),
                        T("到期日"),
                        T("应付金额（元）", "應付金額（元）"),
                        T("付款后余额（元）", "付款後餘額（元）"),
                    )
                ),
                7,
                header=True,
            ),
            *each_row(
                4,
                "part",
                "plan",
                Row(
                    (
                        text("{{ part.number }}", style="TableCentre"),
                        text("{{ part.due }}", style="TableCentre"),
                        text("{{ part.amount }}", style="TableAmount"),
                        text("{{ part.balance }}", style="TableAmount"),
                    ),
                    6.5,
                ),
            ),
            Row(
                (
                    text("合计", "合計", style="TableHead", span=2),
                    text(
                        "**{% if late_charge_restated %}{{ late.grand_total }}{% else %}{{ total }}{% endif %}**",
                        style="TableAmount",
                    ),
                    text("", style="TableAmount"),
                ),
                7,
            ),
        ),
    )
    addresses = Table(
        (26, 65, 65),
        (
            Row(
                (
                    text("项目", "項目", style="FormLabel"),
                    text("甲方", style="FormLabel"),
                    text("乙方", style="FormLabel"),
                ),
                7,
                header=True,  # long addresses may run on to the next page
            ),
            *(
                Row((text(*name, style="FormLabel"), text(a, style="FormText"), text(b, style="FormText")), 8)
                for name, a, b in (
                    (T("收件人"), "{{ creditor.contact }}", "{{ debtor.name }}"),
                    (T("地址"), "{{ creditor.address }}", "{{ debtor.service_address }}"),
                    (T("手机或电话", "手機或電話"), "{{ creditor.phone }}", "{{ debtor.phone }}"),
                    (T("电子邮箱", "電子郵箱"), "", ""),
                )
            ),
        ),
    )
    blocks = concat(
        [
            letterhead(
                "{{ contract.estate }}",
                T("协议编号：{{ number }}", "協議編號：{{ number }}"),
            ),
            [
                title("{{ title }}"),
                line("甲方（物业服务人）：{{ creditor.name }}", "甲方（物業服務人）：{{ creditor.name }}"),
                line("统一社会信用代码：{{ creditor.uscc }}", "統一社會信用代碼：{{ creditor.uscc }}"),
                line("电话：{{ creditor.phone }}", "電話：{{ creditor.phone }}"),
                line("乙方（业主）：{{ debtor.name }}", "乙方（業主）：{{ debtor.name }}"),
                line(
                    "{% if signer.company %}统一社会信用代码{% elif signer.id_number %}身份证件号码{% else %}身份证件号码／"
                    "统一社会信用代码{% endif %}：{% if signer.id_number %}{{ signer.id_number }}{% else %}"
                    "______________________{% endif %}",
                    "{% if signer.company %}統一社會信用代碼{% elif signer.id_number %}身份證件號碼{% else %}身份證件號碼／"
                    "統一社會信用代碼{% endif %}：{% if signer.id_number %}{{ signer.id_number }}{% else %}"
                    "______________________{% endif %}",
                ),
                *when(
                    "signer.company",
                    line(
                        "法定代表人或者负责人：______________________",
                        "法定代表人或者負責人：______________________",
                    ),
                ),
                line(
                    "房屋坐落：{{ premises.full }}{% if premises.area %}（建筑面积{{ premises.area }}平方米）"
                    "{% endif %}",
                    "房屋坐落：{{ premises.full }}{% if premises.area %}（建築面積{{ premises.area }}平方米）"
                    "{% endif %}",
                ),
                body(
                    "甲方依据{{ contract.signed_on }}签订的{{ contract.title }}（以下简称“物业服务合同”）为"
                    "乙方提供物业服务。就乙方尚欠的{{ charges.subject }}，双方本着平等、自愿、诚信的原则，经协商一致，订立"
                    "本协议：",
                    "甲方依據{{ contract.signed_on }}簽訂的{{ contract.title }}（以下簡稱「物業服務合同」）"
                    "為乙方提供物業服務。就乙方尚欠的{{ charges.subject }}，雙方本著平等、自願、誠信的原則，經協商一致，訂"
                    "立本協議：",
                ),
                head("一、债务确认", "一、債務確認"),
                left(
                    "**双方确认：截至{{ as_of }}，乙方就上述房屋尚欠甲方下列期间的{{ charges.listed }}，本金合计人民币"
                    "{{ total }}元（大写：{{ total_words }}）。乙方对上述期间和金额没有异议，同意按照本协议"
                    "的约定履行。**",
                    "**雙方確認：截至{{ as_of }}，乙方就上述房屋尚欠甲方下列期間的{{ charges.listed }}，本金合計人民幣"
                    "{{ total }}元（大寫：{{ total_words }}）。乙方對上述期間和金額沒有異議，同意按照本協議"
                    "的約定履行。**",
                    keep=True,
                ),
                *arrears(),
            ],
            reserved(
                body(
                    "另有{{ reserved_listing }}，{% if reserved|length > 1 %}共计{{ reserved_total }}元，{% endif %}"
                    "不包含在本协议之内，由双方另行核实、协商，任何一方的权利不因此受影响。",
                    "另有{{ reserved_listing }}，{% if reserved|length > 1 %}共計{{ reserved_total }}元，{% endif %}"
                    "不包含在本協議之內，由雙方另行核實、協商，任何一方的權利不因此受影響。",
                ),
                body(
                    "另有下列款项共计{{ reserved_total }}元，不包含在本协议之内，由双方另行核实、协商，任何一方的权利不因此"
                    "受影响。",
                    "另有下列款項共計{{ reserved_total }}元，不包含在本協議之內，由雙方另行核實、協商，任何一方的權利不因此"
                    "受影響。",
                    keep=True,
                ),
            ),
            when(
                "credit",
                body(
                    "乙方另有结余款项{{ credit }}元，未计入上列金额；乙方可以书面指定用于支付任何一期款项。",
                    "乙方另有結餘款項{{ credit }}元，未計入上列金額；乙方可以書面指定用於支付任何一期款項。",
                ),
            ),
            # What somebody gives up by signing is told in bold (民法典 496).
            when(
                "barred",
                body("**{{ law.acknowledgement_effect }}**"),
                otherwise=[body("{{ law.acknowledgement_effect }}")],
            ),
            [
                head(
                    "二、{% if late.claimed %}{{ late.word }}{% elif contract.late_clause %}违约金{% else %}逾期付款责任{% endif %}的处理",
                    "二、{% if late.claimed %}{{ late.word }}{% elif contract.late_clause %}違約金{% else %}逾期付款責任{% endif %}的處理",
                ),
            ],
            when("late.claimed", *when("late_charge_restated", *_restated(), otherwise=_late())),
            when("late.reserved", *_late_reserved()),
            [
                head("三、分期付款", "三、分期付款"),
                body(
                    "上述本金{% if late_charge_restated %}和{{ late.word }}{% endif %}为同一债务，由乙方分{{ plan_count }}期支付，各期到期日、应付金额和余额如下：",
                    "上述本金{% if late_charge_restated %}和{{ late.word }}{% endif %}為同一債務，由乙方分{{ plan_count }}期支付，各期到期日、應付金額和餘額如下：",
                    keep=True,
                ),
                *table_of(plan),
                head("四、付款方式", "四、付款方式"),
                body(
                    "乙方应当将各期款项支付至下列账户，付款以到账为准；以其他方式付款的，以甲方出具的收款凭"
                    "证为准。甲方收款后应当向乙方出具凭证。乙方支付的款项，按照各期到期的先后顺序抵充"
                    "{% if late_charge_restated %}，其中先抵充本金，本金付清后抵充{{ late.word }}{% endif %}。",
                    "乙方應當將各期款項支付至下列賬戶，付款以到賬為準；以其他方式付款的，以甲方出具的收款憑"
                    "證為準。甲方收款後應當向乙方出具憑證。乙方支付的款項，按照各期到期的先後順序抵充"
                    "{% if late_charge_restated %}，其中先抵充本金，本金付清後抵充{{ late.word }}{% endif %}。",
                    keep=True,
                ),
                *table_of(payment()),
                head("五、当期{{ charges.short }}", "五、當期{{ charges.short }}"),
                body(
                    "本协议签订后到期的{{ charges.name }}不包含在上述分期款项之内，乙方应当按照物业服务合同的约定另行支"
                    "付；甲方应当按照物业服务合同的约定提供服务。",
                    "本協議簽訂後到期的{{ charges.name }}不包含在上述分期款項之內，乙方應當按照物業服務合同的約定另行支"
                    "付；甲方應當按照物業服務合同的約定提供服務。",
                ),
                head("六、提前到期", "六、提前到期"),
                body(
                    "**乙方有下列情形之一，经甲方书面催告，自催告到达乙方之日起{{ law.acceleration_days }}日"
                    "内仍未付清已到期款项的，尚未到期的剩余款项全部提前到期，甲方有权请求乙方一次付清：**",
                    "**乙方有下列情形之一，經甲方書面催告，自催告到達乙方之日起{{ law.acceleration_days }}日"
                    "內仍未付清已到期款項的，尚未到期的剩餘款項全部提前到期，甲方有權請求乙方一次付清：**",
                ),
                body(
                    "**（一）到期未支付的金额达到本协议款项总额的{{ law.acceleration_share }}；**",
                    "**（一）到期未支付的金額達到本協議款項總額的{{ law.acceleration_share }}；**",
                ),
                body(
                    "**（二）连续{{ law.acceleration_missed }}期未按期足额支付。**",
                    "**（二）連續{{ law.acceleration_missed }}期未按期足額支付。**",
                ),
                head("七、送达地址和电子送达", "七、送達地址和電子送達"),
                body(
                    "**双方确认下列地址和联系方式为本协议项下通知、催告的送达地址；因本协议发生争议的，亦为"
                    "诉讼（包括一审、二审、再审和执行）、仲裁中法律文书的送达地址：**",
                    "**雙方確認下列地址和聯繫方式為本協議項下通知、催告的送達地址；因本協議發生爭議的，亦為"
                    "訴訟（包括一審、二審、再審和執行）、仲裁中法律文書的送達地址：**",
                    keep=True,
                ),
                *table_of(addresses),
                body(
                    "**一方变更上述信息的，应当书面通知对方；未通知的，按照原地址寄送的文书退回之日，视为送"
                    "达之日。**",
                    "**一方變更上述信息的，應當書面通知對方；未通知的，按照原地址寄送的文書退回之日，視為送"
                    "達之日。**",
                ),
                body("{{ law.e_service_notice }}"),
                body(
                    "**乙方是否接受上述电子送达（请勾选）：□是　□否**",
                    "**乙方是否接受上述電子送達（請勾選）：□是　□否**",
                    keep=True,
                ),
                body(
                    "**乙方{% if signer.company %}盖章或者代理人{% endif %}签名：____________________**",
                    "**乙方{% if signer.company %}蓋章或者代理人{% endif %}簽名：____________________**",
                ),
                body(
                    "双方以上述号码和邮箱收发、保存的与本协议有关的电子数据，可以作为证据使用。",
                    "雙方以上述號碼和郵箱收發、保存的與本協議有關的電子數據，可以作為證據使用。",
                ),
                head("八、争议解决", "八、爭議解決"),
                body(
                    "因本协议发生争议的，双方协商解决；协商不成的，按照物业服务合同约定的争议解决方式处理，"
                    "没有约定的，依法向有管辖权的人民法院提起诉讼。",
                    "因本協議發生爭議的，雙方協商解決；協商不成的，按照物業服務合同約定的爭議解決方式處理，"
                    "沒有約定的，依法向有管轄權的人民法院提起訴訟。",
                ),
                head("九、其他", "九、其他"),
                body(
                    "本协议自双方均签名、盖章或者按指印时成立并生效，一式两份，双方各执一份，具有同等效力。"
                    "{{ law.applicable_law }}",
                    "本協議自雙方均簽名、蓋章或者按指印時成立並生效，一式兩份，雙方各執一份，具有同等效力。"
                    "{{ law.applicable_law }}",
                    keep=True,
                ),
                P("Gap", T(""), keep=True),
                Table(
                    (156,),
                    (
                        Row(
                            (
                                Cell(
                                    (
                                        P(
                                            "FormText",
                                            T(
                                                "**重要条款确认：**甲方已经依照"
                                                "{{ law.standard_terms_basis }}的规定，就本协议加粗的“债务确"
                                                "认”“{% if late.claimed %}{{ late.word }}{% elif contract.late_clause %}违约金{% else %}逾期付款责任{% endif %}的处理”“提前到期”“送达地址和电子送达”各部分提请乙"
                                                "方注意，并按照乙方的要求予以说明；乙方已经阅读并理解上述内"
                                                "容及其法律后果。",
                                                "**重要條款確認：**甲方已經依照"
                                                "{{ law.standard_terms_basis }}的規定，就本協議加粗的「債務"
                                                "確認」「{% if late.claimed %}{{ late.word }}{% elif contract.late_clause %}違約金{% else %}逾期付款責任{% endif %}的處理」「提前到期」「送達地址和電子送達」各"
                                                "部分提請乙方注意，並按照乙方的要求予以說明；乙方已經閱讀並"
                                                "理解上述內容及其法律後果。",
                                            ),
                                            keep=True,
                                        ),
                                        P(
                                            "FormText",
                                            T(
                                                "乙方（{% if signer.company %}再次盖章或者由代理人签名{% else %}再次签名{% endif %}）："
                                                "______________　　____年__月__日",
                                                "乙方（{% if signer.company %}再次蓋章或者由代理人簽名{% else %}再次簽名{% endif %}）："
                                                "______________　　____年__月__日",
                                            ),
                                            keep=True,
                                        ),
                                    )
                                ),
                            ),
                            30,
                        ),
                    ),
                    lines="horizontal",
                ),
                *(P("Gap", T(""), keep=True),) * 2,
            ],
            when("signer.company", _parties(company=True), otherwise=[_parties(company=False)]),
        ]
    )
    return Document(blocks, LETTER, styles())


def _parties(*, company: bool) -> Table:
    """Both parties' signing places in one row, so that no page break falls between them. A company seals, and whoever
    signs for it says so; a person signs and prints a finger."""
    date = P("SignLeft", T("___年__月__日"))
    agent = (
        P("SignLeft", T("代表人或者")),
        P("SignLeft", T("代理人签名：", "代理人簽名：")),
        P("SignLeft", T("")),
        P("SignLeft", T("__________")),
        P("SignLeft", T("")),
    )
    sealed = Cell((*agent, date), box="none", valign="bottom")
    place = T("乙方盖章处", "乙方蓋章處") if company else T("乙方签名、按指印处", "乙方簽名、按指印處")
    row = Row(
        (
            Cell((P("Seal", T("甲方盖章处", "甲方蓋章處")),), box="dashed"),
            sealed,
            Cell((P("Seal", place),), box="dashed"),
            sealed if company else Cell((date,), box="none", valign="bottom"),
        ),
        45,
        exact=True,
    )
    return Table((45, 33, 45, 33), (row,), lines="none")


def _late() -> tuple[Block, ...]:
    """The late charge up to the day, stated with its rate and running on: a sum alone could displace the clause."""
    stated = said(T("**上述款项为本金。", "**上述款項為本金。"), LATE_SENTENCE, LATE_BY_PERIOD, T("**"))
    waived = body(
        "**乙方按照本协议的约定按期足额付清全部款项的，甲方免除上述{{ late.word }}；剩余款项依照“提前到期”的约定全部到期"
        "的，上述免除不再适用，{{ late.word }}仍按上述方式计至实际清偿之日。**",
        "**乙方按照本協議的約定按期足額付清全部款項的，甲方免除上述{{ late.word }}；剩餘款項依照「提前到期」的約定全部到期"
        "的，上述免除不再適用，{{ late.word }}仍按上述方式計至實際清償之日。**",
    )
    kept = body(
        "**上述{{ late.word }}不计入本协议的分期款项；所列为暂计数额，不影响{{ late.word }}按上述方式计至实际清偿之日。甲方"
        "保留依据物业服务合同和法律规定主张{{ late.word }}的权利；双方同意减免的，另行书面约定。**",
        "**上述{{ late.word }}不計入本協議的分期款項；所列為暫計數額，不影響{{ late.word }}按上述方式計至實際清償之日。甲方"
        "保留依據物業服務合同和法律規定主張{{ late.word }}的權利；雙方同意減免的，另行書面約定。**",
    )
    rest = when("late_charge_waived", waived, otherwise=[kept])
    return P("Body", stated), *late_table(), late_sum(), *rest


def _restated() -> tuple[Block, ...]:
    """The late charge up to the day as a sum the parties agree on, paid in the instalments and bearing nothing itself."""
    agreed = P(
        "Body",
        T(
            "**上述款项为本金。双方确认：以各期欠付本金为基数，按{{ late.rate }}计算，截至{{ as_of }}的{{ late.word }}"
            "合计{{ late.total }}元，双方同意以该数额为截至该日的全部{{ late.word }}{% if late.column %}（各期数额见上表）"
            "{% endif %}{% if late.table %}，各期数额如下{% if late.exceptions %}（另有注明的，从其注明）{% endif %}："
            "{% else %}。{% endif %}**",
            "**上述款項為本金。雙方確認：以各期欠付本金為基數，按{{ late.rate }}計算，截至{{ as_of }}的{{ late.word }}"
            "合計{{ late.total }}元，雙方同意以該數額為截至該日的全部{{ late.word }}{% if late.column %}（各期數額見上表）"
            "{% endif %}{% if late.table %}，各期數額如下{% if late.exceptions %}（另有註明的，從其註明）{% endif %}："
            "{% else %}。{% endif %}**",
        ),
    )
    both = body(
        "上述本金与{{ late.word }}共计**人民币{{ late.grand_total }}元（大写：{{ late.grand_total_words }}）**，由乙方按照"
        "“分期付款”的约定一并支付。",
        "上述本金與{{ late.word }}共計**人民幣{{ late.grand_total }}元（大寫：{{ late.grand_total_words }}）**，由乙方按照"
        "「分期付款」的約定一併支付。",
    )
    rest = body(
        "**上述{{ late.word }}以确认的数额为限，不再另计{{ late.word }}；乙方按照本协议的约定履行的，上述本金自{{ as_of }}次日"
        "起亦不再计收{{ late.word }}。剩余款项依照“提前到期”的约定全部到期的，甲方保留依据物业服务合同和法律规定，就届时未付的"
        "本金主张自全部到期之日起的{{ late.word }}的权利。**",
        "**上述{{ late.word }}以確認的數額為限，不再另計{{ late.word }}；乙方按照本協議的約定履行的，上述本金自{{ as_of }}次日"
        "起亦不再計收{{ late.word }}。剩餘款項依照「提前到期」的約定全部到期的，甲方保留依據物業服務合同和法律規定，就屆時未付的"
        "本金主張自全部到期之日起的{{ late.word }}的權利。**",
    )
    return agreed, *late_table(final=True), both, rest


def _late_reserved() -> tuple[Block, ...]:
    return when(
        "late_charge_waived",
        body(
            "**上述款项为本金，未计{% if contract.late_clause %}违约金{% else %}逾期付款损失{% endif %}。"
            "乙方按照本协议的约定按期足额付清全部款项的，甲方免除上述本金的逾期付款"
            "{% if contract.late_clause %}违约金{% else %}违约责任{% endif %}；剩余款项依照“提前到期”的约定全部到期的，上述免除不再适用。**",
            "**上述款項為本金，未計{% if contract.late_clause %}違約金{% else %}逾期付款損失{% endif %}。"
            "乙方按照本協議的約定按期足額付清全部款項的，甲方免除上述本金的逾期付款"
            "{% if contract.late_clause %}違約金{% else %}違約責任{% endif %}；剩餘款項依照「提前到期」的約定全部到期的，上述免除不再適用。**",
        ),
        otherwise=[
            body(
                "**上述款项为本金，{% if contract.late_clause %}未计违约金。甲方保留依据物业服务合同和"
                "法律规定就上述本金主张逾期付款违约金的权利{% else %}未计逾期付款损失。甲方保留依法就"
                "上述本金主张逾期付款违约责任的权利{% endif %}；双方同意减免的，另行书面约定。**",
                "**上述款項為本金，{% if contract.late_clause %}未計違約金。甲方保留依據物業服務合同和"
                "法律規定就上述本金主張逾期付款違約金的權利{% else %}未計逾期付款損失。甲方保留依法就"
                "上述本金主張逾期付款違約責任的權利{% endif %}；雙方同意減免的，另行書面約定。**",
            )
        ],
    )
