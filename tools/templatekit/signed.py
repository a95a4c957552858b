"""What a letter says of an instalment agreement that was signed: what is due under it, what is not yet, what follows.

Worded once for the office's demand and the lawyer letter, which differ in who speaks of whom.
"""

from __future__ import annotations

from collections.abc import Sequence

from templatekit.ooxml import Block, P, T, choose, concat, when

_AGREED = T(
    "{{ you }}与{we}已于{{ agreement.signed_on }}签订编号为{{ agreement.number }}的分期付款协议（以下简称“分期协议”）。",
    "{{ you }}與{we}已於{{ agreement.signed_on }}簽訂編號為{{ agreement.number }}的分期付款協議（以下簡稱「分期協議」）。",
)
_EACH = T(
    "{% for part in agreement.due %}第{{ part.number }}期（{{ part.due }}到期，应付{{ part.amount }}元），尚欠"
    "{{ part.missing }}元{% if not loop.last %}；{% endif %}{% endfor %}",
    "{% for part in agreement.due %}第{{ part.number }}期（{{ part.due }}到期，應付{{ part.amount }}元），尚欠"
    "{{ part.missing }}元{% if not loop.last %}；{% endif %}{% endfor %}",
)
# What was restated is no principal, so it stands in no line of the arrears.
_LATE = T(
    "{% if agreement.late %}其中{{ agreement.late }}元为分期协议确认的违约金，不在上列本金之内，请一并支付，其余"
    "{% endif %}",
    "{% if agreement.late %}其中{{ agreement.late }}元為分期協議確認的違約金，不在上列本金之內，請一併支付，其餘"
    "{% endif %}",
)
_DUE = T(
    "按照分期协议，下列分期款已到期而尚未付清：{each}；合计{{ agreement.due_total }}元，{late}已计入上列金额。"
    "{% if agreement.rest %}分期协议项下其余{{ agreement.rest }}元尚未到期，{letter}暂不主张。{% endif %}",
    "按照分期協議，下列分期款已到期而尚未付清：{each}；合計{{ agreement.due_total }}元，{late}已計入上列金額。"
    "{% if agreement.rest %}分期協議項下其餘{{ agreement.rest }}元尚未到期，{letter}暫不主張。{% endif %}",
)
_KEPT = T(
    "分期协议项下尚未到期的{{ agreement.rest }}元仍按照该协议履行，不在{letter}主张之列。",
    "分期協議項下尚未到期的{{ agreement.rest }}元仍按照該協議履行，不在{letter}主張之列。",
)
_FELL_DUE = T(
    "下列分期款到期未付清，经{we}催告，在分期协议约定的期限内仍未付清：{each}。依照分期协议关于提前到期的约定，剩余款项已于"
    "{{ agreement.accelerated_on }}全部到期，尚欠共计{{ agreement.rest }}元，{late}已计入上列金额。"
    "{% if agreement.revives %}分期协议关于免除违约金的约定同时不再适用。{% endif %}",
    "下列分期款到期未付清，經{we}催告，在分期協議約定的期限內仍未付清：{each}。依照分期協議關於提前到期的約定，剩餘款項已於"
    "{{ agreement.accelerated_on }}全部到期，尚欠共計{{ agreement.rest }}元，{late}已計入上列金額。"
    "{% if agreement.revives %}分期協議關於免除違約金的約定同時不再適用。{% endif %}",
)
_FOLLOWS = T(
    "**依照分期协议关于提前到期的约定，自{letter}到达{{ you }}之日起{{ agreement.days }}日届满，且{letter}载明的支付期限"
    "（{{ pay_by }}）届满，{{ you }}仍未付清上述已到期分期款的，尚未到期的其余款项全部提前到期，{we}有权请求{{ you }}一次付清。**",
    "**依照分期協議關於提前到期的約定，自{letter}到達{{ you }}之日起{{ agreement.days }}日屆滿，且{letter}載明的支付期限"
    "（{{ pay_by }}）屆滿，{{ you }}仍未付清上述已到期分期款的，尚未到期的其餘款項全部提前到期，{we}有權請求{{ you }}一次付清。**",
)


def signed_agreement(we: T, letter: T) -> tuple[Block, ...]:
    """The paragraphs on the agreement, empty where none was signed. ``we``: who has the claim (我司)."""

    def said(*parts: T) -> P:
        return P("Body", T(*(worded(parts, locale) for locale in ("zh", "zh-Hant"))))

    def worded(parts: Sequence[T], locale: str) -> str:
        text = "".join(part.of(locale) for part in parts)
        for mark, words in (("{each}", _EACH), ("{late}", _LATE), ("{we}", we), ("{letter}", letter)):
            text = text.replace(mark, words.of(locale))
        return text

    told = choose(
        ("agreement.accelerated_on", said(_AGREED, _FELL_DUE)),
        ("agreement.due", said(_AGREED, _DUE)),
        ("", said(_AGREED, _KEPT)),
    )
    return when("agreement.number", *concat([told, when("agreement.days", said(_FOLLOWS))]))
