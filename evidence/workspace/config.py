"""``evidence.toml``: strict reading (unknown keys are errors), and the commented file `init` writes."""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import date
from pathlib import Path
from typing import Any

from evidence.claim.ladder_policy import Fault, ladder_faults
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.law.packs import JURISDICTIONS
from evidence.model.office import (
    BankAccount,
    Contract,
    Creditor,
    KeyDevice,
    LawFirm,
    Office,
    PlanTerms,
    Policy,
    Service,
    TimestampAuthority,
)
from evidence.workspace import places

FILE_NAME = "evidence.toml"
LOCALES = ("zh", "zh-Hant")
# A host longer than this makes the QR text outgrow the largest symbol the stamp box holds (docs/formats.md §2).
HOST_LIMIT = 24
CONVERTERS = ("auto", "builtin", "libreoffice")
LATE_CHARGES = ("reserve", "claim", "none")
REGIONS = ("strict", "lenient")
PLAN_LATE = ("kept", "waived", "restated")

_TABLES: dict[str, type] = {
    "creditor": Creditor,
    "bank": BankAccount,
    "contract": Contract,
    "law_firm": LawFirm,
    "policy": Policy,
    "plan": PlanTerms,
    "service": Service,
}


def _contact_faults(given: Mapping[str, Any]) -> tuple[Fault, ...]:
    from evidence.claim.contacts import contact_faults  # which reads the rules: a help text does without

    return contact_faults(given)


# Tables that change keys of the jurisdiction's own policy; what is not named there stays as it is.
_CHANGES: dict[str, Callable[[Mapping[str, Any]], tuple[Fault, ...]]] = {
    "ladder": ladder_faults,
    "contacts": _contact_faults,
}


def n_(message: str) -> str:
    """Marks a message for the catalogue: what a key should hold is told in the reader's language."""
    return message


_EXPECTED: dict[type, str] = {int: n_("a whole number"), bool: "true | false"}
_A_TABLE = n_("a [table]")
_TABLE_ROWS = n_("a [[table]]")
_TEXT = n_("text without control or invisible characters")
_HOST = n_(
    "a host name of at most 24 characters (A–Z, 0–9, dot, hyphen), without https:// and without a port"
)
_SCALARS = ("jurisdiction", "locale")
_LEDGER = "ledger"
_TIMESTAMP = "timestamp"
_STORE = places.SECTION
_KEY = "key"
_TIME = "time"
# Those of evidence.stamp.timestamp, which only `anchor` loads; a test holds the two together.
HASHES = ("sha256", "sha384", "sha512", "sm3")
_OID = re.compile(r"[0-2](\.(0|[1-9][0-9]{0,18})){1,30}")


def load_config(path: Path) -> Office:
    """The office as ``evidence.toml`` describes it.

    Raises :class:`EvidenceError` with *all* faults: unknown keys with the nearest known one, wrong types,
    values outside their range.
    """
    return parse_text(_read(path), path.name)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        raise fail("workspace.config-unreadable", Place(file=path.name), reason=str(error)) from error


def load_authorities(path: Path) -> tuple[TimestampAuthority, ...]:
    """The timestamp authorities of ``evidence.toml``; faults as :func:`load_config`.

    They are no part of :class:`Office`: letters keep who the office was when they were planned, and whom it asks for the
    time, with a password perhaps, is not of it.
    """
    text = _read(path)
    parse_text(text, path.name)
    return _timestamps(tomllib.loads(text).get(_TIMESTAMP, []), path.name, [])


def load_places(path: Path) -> places.Places:
    """``[store]`` of ``evidence.toml``: where database and files are; faults as :func:`load_config`."""
    text = _read(path)
    parse_text(text, path.name)
    return places.places_in(text)


def load_time_policy(path: Path) -> str:
    """``[time] policy`` of ``evidence.toml``: the file of accepted timestamp authorities, or empty; faults as above."""
    text = _read(path)
    parse_text(text, path.name)
    return _time(tomllib.loads(text).get(_TIME, {}), path.name, [])


def load_key_device(path: Path) -> KeyDevice | None:
    """``[key]`` of ``evidence.toml``: the device of the signing key, if there is one; faults as :func:`load_config`."""
    text = _read(path)
    parse_text(text, path.name)
    device = _key(tomllib.loads(text).get(_KEY, {}), path.name, [])
    return device if device.module else None


def parse_text(text: str, file: str = FILE_NAME) -> Office:
    """As :func:`load_config`, from the file's text."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise fail("workspace.config-unreadable", Place(file=file), reason=str(error)) from error
    return parse_config(raw, file)


def config_text(jurisdiction: str | None, locale: str | None, config: Path | None) -> str:
    """The text of a new workspace's ``evidence.toml``: a commented blank, or ``config`` with its first two
    values replaced where given."""
    if config is None:
        if jurisdiction is None or locale is None:
            raise ValueError("a blank configuration needs jurisdiction and locale")
        return fresh_config(jurisdiction, locale)
    text = _read(config)
    for key, value in (("jurisdiction", jurisdiction), ("locale", locale)):
        if value is not None:
            text = re.sub(rf'(?m)^{key}\s*=\s*"[^"]*"', f'{key} = "{value}"', text, count=1)
    return text


def parse_config(raw: Mapping[str, Any], file: str = FILE_NAME) -> Office:
    """As :func:`load_config`, from an already parsed TOML document."""
    problems: list[Problem] = []
    _unknown(
        raw, (*_SCALARS, *_TABLES, *_CHANGES, _LEDGER, _TIMESTAMP, _STORE, _KEY, _TIME), "", file, problems
    )
    tables: dict[str, Any] = {}
    for name, kind in _TABLES.items():
        if name not in raw:
            continue
        if not isinstance(raw[name], dict):
            problems.append(_bad(file, name, _A_TABLE))
            continue
        tables[name] = _table(kind, raw[name], name, file, problems)
    jurisdiction, locale = raw.get("jurisdiction"), raw.get("locale")
    if jurisdiction not in JURISDICTIONS:
        problems.append(_bad(file, "jurisdiction", " | ".join(JURISDICTIONS)))
    if locale not in LOCALES:
        problems.append(_bad(file, "locale", " | ".join(LOCALES)))
    synonyms = _synonyms(raw.get(_LEDGER, {}), file, problems)
    policy = tables.get("policy", Policy())
    problems.extend(_policy_problems(policy, file))
    plan = tables.get("plan", PlanTerms())
    problems.extend(_bad(file, f"plan.{key}", expected) for key, expected in plan_faults(plan))
    _timestamps(raw.get(_TIMESTAMP, []), file, problems)
    _store(raw.get(_STORE, {}), file, problems)
    _key(raw.get(_KEY, {}), file, problems)
    _time(raw.get(_TIME, {}), file, problems)
    changes = {name: _changes(raw.get(name, {}), name, file, problems) for name in _CHANGES}
    if problems:
        raise EvidenceError(problems)
    return Office(
        jurisdiction=str(jurisdiction),
        locale=str(locale),
        creditor=tables.get("creditor", Creditor()),
        bank=tables.get("bank", BankAccount()),
        contract=tables.get("contract", Contract()),
        law_firm=tables.get("law_firm"),
        policy=policy,
        header_synonyms=synonyms,
        plan=plan,
        service=tables.get("service", Service()),
        **changes,
    )


def _unknown(
    given: Mapping[str, Any], known: tuple[str, ...], prefix: str, file: str, problems: list[Problem]
) -> None:
    for key in given:
        if key.replace("-", "_") not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            problems.append(
                Problem(
                    "workspace.config-unknown-key",
                    Place(file=file, part=prefix + key),
                    {
                        "key": prefix + key,
                        "near": prefix + near[0] if near else "?",
                        "known": ", ".join(known),
                    },
                )
            )


def _bad(file: str, key: str, expected: str) -> Problem:
    return Problem("workspace.config-value", Place(file=file, part=key), {"key": key, "expected": expected})


def _table(kind: type, given: Mapping[str, Any], name: str, file: str, problems: list[Problem]) -> Any:
    known: dict[str, Field[Any]] = {field.name: field for field in fields(kind)}
    _unknown(given, tuple(known), f"{name}.", file, problems)
    values = {}
    for key, value in given.items():
        field = known.get(key.replace("-", "_"))
        if field is None:
            continue
        wanted = type(field.default) if field.default is not MISSING else str
        if type(value) is not wanted:
            problems.append(_bad(file, f"{name}.{key}", _EXPECTED.get(wanted, '"text"')))
            continue
        if isinstance(value, str) and any(unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs") for c in value):
            # Such a character would be refused letter by letter; it is the office's slip, not an owner's.
            problems.append(_bad(file, f"{name}.{key}", _TEXT))
            continue
        values[field.name] = value.strip() if isinstance(value, str) else value
    return kind(**values)


def _timestamps(given: Any, file: str, problems: list[Problem]) -> tuple[TimestampAuthority, ...]:
    """``[[timestamp]]``: each authority, its place in the file beside every fault."""
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        problems.append(_bad(file, _TIMESTAMP, _TABLE_ROWS))
        return ()
    found: list[TimestampAuthority] = []
    for number, item in enumerate(given, 1):
        name = f"{_TIMESTAMP}.{number}"
        authority: TimestampAuthority = _table(TimestampAuthority, item, name, file, problems)
        others = {other.name for other in found}
        problems.extend(
            _bad(file, f"{name}.{key}", expected) for key, expected in _timestamp_faults(authority, others)
        )
        found.append(authority)
    return tuple(found)


def _timestamp_faults(authority: TimestampAuthority, others: set[str]) -> list[tuple[str, str]]:
    """What is wrong with one authority: (key, what is expected)."""
    faults = []
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}", authority.name) or authority.name in others:
        faults.append(("name", "A–Z a–z 0–9 . _ -, each name once"))
    if bool(authority.url) == bool(authority.command):
        faults.append(("url", "url | command"))
    elif authority.url and not re.fullmatch(r"https?://[^\s/]+\S*", authority.url):
        faults.append(("url", '"https://…" | "http://…"'))
    elif authority.command and not all(part in authority.command for part in ("{request}", "{answer}")):
        faults.append(("command", '"… {request} … {answer}"'))
    if not authority.ca:
        faults.append(("ca", '"keys/tsa-ca.pem"'))
    if authority.policy and not _OID.fullmatch(authority.policy):
        faults.append(("policy", '"1.2.3.4"'))
    if authority.hash not in HASHES:
        faults.append(("hash", " | ".join(HASHES)))
    return faults


def _store(given: Any, file: str, problems: list[Problem]) -> None:
    """``[store]``: where database and files are."""
    if not isinstance(given, dict):
        problems.append(_bad(file, _STORE, _A_TABLE))
        return
    _unknown(given, places.KEYS, f"{_STORE}.", file, problems)
    problems.extend(_bad(file, f"{_STORE}.{key}", expected) for key, expected in places.faults(given))


def _time(given: Any, file: str, problems: list[Problem]) -> str:
    """``[time] policy``: a path from the workspace's folder."""
    if not isinstance(given, dict):
        problems.append(_bad(file, _TIME, _A_TABLE))
        return ""
    _unknown(given, ("policy",), f"{_TIME}.", file, problems)
    policy = given.get("policy", "")
    if not isinstance(policy, str):
        problems.append(_bad(file, f"{_TIME}.policy", '"tsa-policy.toml"'))
        return ""
    return policy


def _key(given: Any, file: str, problems: list[Problem]) -> KeyDevice:
    """``[key]``: a library, and which device and key it leads to."""
    if not isinstance(given, dict):
        problems.append(_bad(file, _KEY, _A_TABLE))
        return KeyDevice()
    device: KeyDevice = _table(KeyDevice, given, _KEY, file, problems)
    # Not looked up in the current folder or along a search path: the library runs with the key's PIN in its hands.
    if (given or device.module) and not device.module.startswith("/"):
        problems.append(_bad(file, f"{_KEY}.module", '"/usr/lib/…/pkcs11.so"'))
    return device


def _synonyms(given: Any, file: str, problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    """``[ledger.synonyms]``: field name to the header names this office's exports use."""
    if not isinstance(given, dict):
        problems.append(_bad(file, _LEDGER, _A_TABLE))
        return {}
    _unknown(given, ("synonyms",), f"{_LEDGER}.", file, problems)
    result = {}
    for key, names in dict(given.get("synonyms", {})).items():
        if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
            problems.append(_bad(file, f"ledger.synonyms.{key}", '["name", …]'))
            continue
        result[key] = tuple(names)
    return result


def _changes(given: Any, name: str, file: str, problems: list[Problem]) -> dict[str, str | int]:
    """``[ladder]`` or ``[contacts]``: the keys this office changes, each checked by the room that reads them."""
    if not isinstance(given, dict):
        problems.append(_bad(file, name, _A_TABLE))
        return {}
    for fault in _CHANGES[name](given):
        if fault.expected:
            problems.append(_bad(file, f"{name}.{fault.key}", fault.expected))
            continue
        key = f"{name}.{fault.key}"
        params = {"key": key, "near": f"{name}.{fault.near}" if fault.near else "?", "known": fault.known}
        problems.append(Problem("workspace.config-unknown-key", Place(file=file, part=key), params))
    return {key.replace("-", "_"): value for key, value in given.items()}


def plan_faults(plan: PlanTerms) -> list[tuple[str, str]]:
    """What is wrong with the terms of an agreement: (key, what is expected)."""
    faults = []
    if plan.amount and not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", plan.amount):
        faults.append(("amount", '"500.00"'))
    if plan.dates:
        try:
            [date.fromisoformat(day.strip()) for day in plan.dates.split(",")]
        except ValueError:
            faults.append(("dates", '"2026-12-31, 2027-01-31"'))
    if plan.late not in PLAN_LATE:
        faults.append(("late", " | ".join(PLAN_LATE)))
    return faults


def _policy_problems(policy: Policy, file: str) -> list[Problem]:
    problems = []
    ranges = (
        ("days_to_pay", 1, 180),
        ("planned_arrival_days", 0, 60),
        ("instalments", 2, 60),
        ("ledger_max_age_days", 0, 3660),
        ("bill_notice_days", 1, 366),
    )
    for key, low, high in ranges:
        if not low <= getattr(policy, key) <= high:
            problems.append(_bad(file, f"policy.{key}", f"{low}–{high}"))
    choices = (("converter", CONVERTERS), ("late_charge", LATE_CHARGES), ("region", REGIONS))
    for key, known in choices:
        if getattr(policy, key) not in known:
            problems.append(_bad(file, f"policy.{key}", " | ".join(known)))
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", policy.min_amount):
        problems.append(_bad(file, "policy.min_amount", '"100.00"'))
    host_ok = len(policy.host) <= HOST_LIMIT and all(
        c.isascii() and (c.isalnum() or c in ".-") for c in policy.host
    )
    if not host_ok:
        problems.append(_bad(file, "policy.host", _HOST))
    return problems


_TEMPLATE = """\
# evidence.toml — 本所/本公司的资料。填好后即可签发文书；空着的项目在签发时会逐项提示。
# Who we are. Fill it in, then letters can be issued; what is still empty is listed when you try.
# 键名写错会报错并提示相近的键名。 An unknown key is an error.

jurisdiction = "{jurisdiction}"   # 适用法域 cn | tw | hk（不由字体推断）
locale = "{locale}"          # 文书字体 zh（简体）| zh-Hant（繁体）

[creditor]                   # 债权人（物业服务人）
name = ""                    # 全称，与公章一致
uscc = ""                    # 统一社会信用代码（18 位）
address = ""                 # 住所地
phone = ""                   # 联系电话
contact = ""                 # 联系人
hours = ""                   # 办公时间，如 "工作日 9:00–17:30"
legal_representative = ""    # 法定代表人

[bank]                       # 收款账户
payee = ""                   # 户名（应与债权人名称一致）
bank = ""                    # 开户行
number = ""                  # 账号
other_ways = ""              # 其他缴费方式，如 "服务中心前台（1栋1层）"
payee_note = ""              # 户名与债权人不一致时须说明原因，如 "委托收款"

[contract]                   # 物业服务合同
name = ""                    # 合同名称
signed_on = ""               # 签订日期，如 "2020年5月1日"
fee_clause = ""              # 收费条款，如 "第六条"
due_clause = ""              # 交费时间条款，如 "第七条"
late_clause = ""             # 违约金条款（可空），如 "第十二条"
late_rate = ""               # 违约金标准（可空），照合同原文，如 "日万分之五"
price = ""                   # 收费标准，如 "每平方米每月2.80元"
estate = ""                  # 小区名称
estate_address = ""          # 小区坐落

# [law_firm]                 # 律师事务所（签发律师函才需要）
# name = ""
# uscc = ""
# mark = ""                  # 函号字号，如 "沪样" → （2026）沪样律函字第1号
# address = ""
# phone = ""
# lawyer = ""                # 承办律师
# licence = ""               # 执业证号

[policy]
days_to_pay = 15             # 送达后给予的合理期限（日）
planned_arrival_days = 5     # 预计送达所需日数
instalments = 3              # 分期付款默认期数
converter = "auto"           # auto | builtin | libreoffice
host = ""                    # 二维码链接的主机名（至多 24 个字符；空则不用链接）
late_charge = "reserve"      # 违约金 reserve 保留主张 | claim 在文书中主张 | none 不提
ledger_max_age_days = 100    # 台账最新一笔早于此日数即不签发（0 为不限；按年收费的请放宽）
min_amount = "0"             # 欠费低于此数不催
region = "strict"            # 诉前检查 strict 从严 | lenient 从宽
bill_notice_days = 30        # 账单通知：应付日前多少日之内告知
message_amount = false       # 短信文本是否写明金额

# [service]                  # 温馨提示中报告的服务情况，只写属实的，一行一句；不填则不写
# facts = "更换楼道灯具36盏。\\n清洗二次供水水箱2次。"

[plan]                       # 分期协议
amount = ""                  # 每期金额，如 "500.00"（空则按 instalments 等分）
late = "kept"                # 违约金 kept 保留 | waived 按约付清则免除 | restated 确认数额、计入分期

# [ladder]                   # 催收步骤：只写要改的项目，其余按默认（见 docs/ladder.zh.md）
# reminder = "optional"      # 温馨提示 required 必经 | optional 可选 | off 不用
# second_demand = "off"      # 第二次催告（福建等地须催告两次）
# lawyer_letter = "required" # 律师函

# [contacts]                 # 联系次数上限：只写要改的项目
# contacts_per_week = 3

# [[timestamp]]              # 可信时间戳机构（RFC 3161，可有多个；见 docs/time.zh.md）
# name = "tsa1"              # 本单位的叫法
# url = "https://…"          # 机构的时间戳服务地址
# ca = "keys/tsa1-ca.pem"    # 机构的 CA 证书（从机构官方网站取得）
# policy = ""                # 策略 OID（可空）
# hash = "sha256"            # sha256 | sha384 | sha512 | sm3
# test = false               # 测试机构：所出时间不作数

# [time]                     # 只认哪些时间戳机构（见 docs/time.zh.md）
# policy = "tsa-policy.toml"

# [key]                      # 签名密钥放在硬件里时（U 盾、智能卡、加密机；见 docs/keys.zh.md）
# module = "/usr/lib/…/libpkcs11.so"  # 厂商提供的 PKCS#11 库（绝对路径）
# device = ""                # 设备标签（只插一个时可空）
# label = ""                 # 密钥标签（可空）；PIN 不写在任何文件里

# [store]                    # 数据库与文件的位置：默认都在工作区内；办公室共用见 docs/office.zh.md（口令不写在这里）
# database = "postgresql+psycopg://evidence@db.example/office"
# files = "s3://bucket/office"
# endpoint = "https://s3.example"   # 非 Amazon 的 S3 兼容服务

# [ledger.synonyms]          # 台账表头的本地叫法，例如：
# room = ["铺位号"]
"""


def fresh_config(jurisdiction: str, locale: str) -> str:
    """The commented ``evidence.toml`` of a new workspace, everything still to fill in."""
    return _TEMPLATE.format(jurisdiction=jurisdiction, locale=locale)
