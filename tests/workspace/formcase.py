"""What the court's forms ask for, recorded: every required row of the element form is answered."""

from __future__ import annotations

from casefile import ACCOUNT, OWNER
from complete import CONTRACT, LINE, OWNED, PRICE, none

FULL_OWNER = {
    **OWNED,
    "id_type": "居民身份证",
    "gender": "female",
    "birth": "1949-12-31",
    "ethnicity": "汉族",
    "employer": "样本单位",
    "position": "样本职务",
    "phone": "000-0000-0001",
    "residence": "样州市示例区虚构路1号和风苑1栋1单元101（样本）",
}
FULL_CONTRACT = {
    **CONTRACT,
    "number": "样本-2020-001",
    "signed_on": "2019-12-20",
    "signed_at": "样州市示例区（样本）",
    "signed_name": "样州建设有限公司（样本）",
}
COURT = {
    "name": "样州市示例区人民法院（样本）",
    "costs": "true",
    "preserved": "false",
    "facts": "无",
    "mediation": "yes",
    "mediation_known": "true",
}
PLAINTIFF = {
    "registered_at": "样州市示例区（样本）",
    "position": "执行董事",
    "id_number": "11010519491231002X",
    "type": "limited",
    "ownership": "private",
}
LAWYER = {
    "name": "样律师",
    "relation": "lawyer",
    "authority": "special",
    "unit": "样州示例律师事务所（样本）",
    "phone": "0000-5550202",
    "licence": "00000202600000001",
    "position": "律师",
}
STAFF = {
    "name": "样本员甲",
    "relation": "staff",
    "authority": "general",
    "unit": "样州和风物业服务有限公司（样本）",
    "position": "收费主管",
    "phone": "0000-5550101",
    "id_number": "11010519491231002X",
}
SERVING = {
    "address": "样州市示例区虚构路1号（样本）",
    "postcode": "000000",
    "recipient": "样本员甲",
    "phone": "0000-5550101",
    "electronic": "true",
    "mobile": "000-0000-0002",
    "email": "sample@example.invalid",
}
PRESERVATION = {
    "property": "被告在样本银行的存款（账号待法院查询）",
    "amount": "200.00",
    "reason": "样本：被告可能转移财产。",
    "guarantee": "样本保险公司保函",
}

Piece = tuple[str, str, dict[str, str]]

FULL: tuple[Piece, ...] = (
    ("", "contract", FULL_CONTRACT),
    (ACCOUNT, "owner", FULL_OWNER),
    (ACCOUNT, "title", {"owner": OWNER, "from": "2020-05-01", "proof": "登记簿（样本）"}),
    (ACCOUNT, "address", {"channel": "household", "value": "样州市示例区户籍路2号（样本）"}),
    ("", "price", {**PRICE, "unit": "平方米·月"}),
    (ACCOUNT, "line", LINE),
    (ACCOUNT, "late", {"claimed": "contract"}),
    (ACCOUNT, "filing", {"track": "simplified", "copies": "2"}),
    ("", "court", COURT),
    ("", *none("jurisdiction")),
    ("", "plaintiff", PLAINTIFF),
    ("", "agent", LAWYER),
    ("", "agent", STAFF),
    ("", "serving", SERVING),
    (ACCOUNT, "preservation", PRESERVATION),
)
