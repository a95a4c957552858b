"""The warm-tone reminder (温馨提示): period, sum, day and ways to pay, no word of consequences.

In smaller type than a formal letter and with a lower bottom margin, so that six lines of arrears, the account to
pay to and the signature share one page. The place for a seal is for a reminder that counts as a demand.
"""

from __future__ import annotations

from templatekit.figures import arrears, reserved
from templatekit.ooxml import Document, Look, concat, each, when
from templatekit.parts import (
    CONTACT,
    FACES,
    NUMBER,
    body,
    closing,
    left,
    letterhead,
    line,
    payment,
    signature,
    styles,
    table_of,
    title,
)

NOTICE = Look(FACES, (37, 22, 28, 26))  # the stamp's strip ends 18 mm above the bottom edge


def reminder() -> Document:
    blocks = concat(
        [
            letterhead("{{ creditor.name }}", NUMBER),
            [
                title("{{ title }}"),
                line(
                    "尊敬的{{ premises.full }}业主{{ debtor.name }}：",
                    "尊敬的{{ premises.full }}業主{{ debtor.name }}：",
                ),
                body(
                    "您好！感谢您一直以来对我们物业服务工作的理解与支持。{% if charges.property_fee %}物业费用"
                    "于建筑物及其附属设施的维修养护、环境卫生和相关秩序的管理维护，{% endif %}各项服务的持续"
                    "开展离不开您的支持。",
                    "您好！感謝您一直以來對我們物業服務工作的理解與支持。{% if charges.property_fee %}物業費用"
                    "於建築物及其附屬設施的維修養護、環境衛生和相關秩序的管理維護，{% endif %}各項服務的持續"
                    "開展離不開您的支持。",
                ),
                *each("paragraph", "tone.opening", body("{{ paragraph }}")),
                *when(
                    "service_facts",
                    body(
                        "近期我们完成的主要工作，向您报告如下：",
                        "近期我們完成的主要工作，向您報告如下：",
                        keep=True,
                    ),
                    *each("fact", "service_facts", body("{{ fact }}")),
                ),
                body(
                    "经核对，截至{{ as_of }}，您的房屋尚有下列期间的{{ charges.name }}未支付，合计"
                    "**人民币{{ total }}元**（大写：{{ total_words }}）。{{ tone.hint }}",
                    "經核對，截至{{ as_of }}，您的房屋尚有下列期間的{{ charges.name }}未支付，合計"
                    "**人民幣{{ total }}元**（大寫：{{ total_words }}）。{{ tone.hint }}",
                    keep=True,
                ),
                *arrears(late_charge=False),
            ],
            reserved(
                body(
                    "另有{{ reserved_listing }}，暂未列入本提示的金额，我们会与您核实、协商后另行处理"
                    "{% if formal %}；暂未列入不构成放弃或者减免{% endif %}。",
                    "另有{{ reserved_listing }}，暫未列入本提示的金額，我們會與您核實、協商後另行處理"
                    "{% if formal %}；暫未列入不構成放棄或者減免{% endif %}。",
                ),
                body(
                    "另有下列款项共计{{ reserved_total }}元，暂未列入本提示的金额，我们会与您核实、协商后另行处理"
                    "{% if formal %}；暂未列入不构成放弃或者减免{% endif %}。",
                    "另有下列款項共計{{ reserved_total }}元，暫未列入本提示的金額，我們會與您核實、協商後另行處理"
                    "{% if formal %}；暫未列入不構成放棄或者減免{% endif %}。",
                    keep=True,
                ),
            ),
            when(
                "credit",
                body(
                    "您另有结余款项{{ credit }}元，未计入上列金额；您可以指定用于支付上列费用，应付金额相应减少。",
                    "您另有結餘款項{{ credit }}元，未計入上列金額；您可以指定用於支付上列費用，應付金額相應減少。",
                ),
            ),
            [
                left(
                    "如您方便，请于**{{ pay_by }}前（含当日）**通过以下方式支付：",
                    "如您方便，請於**{{ pay_by }}前（含當日）**通過以下方式支付：",
                    keep=True,
                ),
                *table_of(payment("TableCentre", "TableText", 5.8)),
                body(
                    "如您在收到本提示前已经支付，谨致谢意，并请将付款凭证告知我们以便核对。如您对费用有疑问，"
                    "或者对我们的服务有意见和建议，请随时联系我们，我们会认真核实并及时答复。如您目前确有实际"
                    "困难，可以与我们协商分期支付。年长或者行动不便、不习惯使用线上方式的业主，欢迎致电，我们"
                    "将协助办理。",
                    "如您在收到本提示前已經支付，謹致謝意，並請將付款憑證告知我們以便核對。如您對費用有疑問，"
                    "或者對我們的服務有意見和建議，請隨時聯繫我們，我們會認真核實並及時答覆。如您目前確有實際"
                    "困難，可以與我們協商分期支付。年長或者行動不便、不習慣使用線上方式的業主，歡迎致電，我們"
                    "將協助辦理。",
                ),
                *each("paragraph", "tone.help", body("{{ paragraph }}")),
                *CONTACT,
            ],
            when("formal", body("{{ law.reminder_effect }}", keep=True)),
            [body("顺祝安好！", "順祝安好！", keep=True)],
            when(
                "formal",
                *closing("{{ creditor.name }}"),
                otherwise=[signature("{{ creditor.name }}")],
            ),
        ]
    )
    return Document(blocks, NOTICE, styles(12, 17))
