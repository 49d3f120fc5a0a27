"""What a column probably is: from its heading in Chinese or English, then from its cells. A person confirms it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import yaml

from keyuan.customers.standards import InvalidIdentifier, normalise
from keyuan.customers.states import IdentifierKind
from keyuan.intake.vocabulary import FIELDS, RecordKind, Type, custom_fields, fields_of
from keyuan.products.states import Line

KEY = "key"
# Headings that insurers' exports use, without spaces and in lower case → kind.field.
SYNONYMS = {
    "customer.key": "客户编号 客户号 客户代码 客户id customer_id customerid customer_no client_id clientid cust_id",
    "customer.name": "姓名 名称 客户姓名 客户名称 投保人 投保人姓名 name customer_name full_name holder",
    "customer.kind": "客户类型 customer_type",
    "customer.id_number": "证件号码 证件号 身份证号 身份证号码 身份证 id_number idcard id_card idno",
    "customer.document_kind": "证件类型 document_type",
    "customer.mobile": "手机 手机号 手机号码 移动电话 联系电话 mobile phone_number cell cellphone mobile_phone",
    "customer.email": "邮箱 电子邮箱 电子邮件 email e-mail mail",
    "customer.uscc": "统一社会信用代码 信用代码 uscc",
    "customer.sex": "性别 sex gender",
    "customer.birth_date": "出生日期 生日 出生年月 birth_date birthdate date_birth dob birthday date_of_birth",
    "customer.driving_licence_on": "初次领证日期 date_driving_licence",
    "customer.marital_status": "婚姻状况 婚姻 marital_status maritalstatus",
    "customer.education": "学历 文化程度 education",
    "customer.employer": "工作单位 单位 employer company",
    "customer.occupation": "职业 occupation job",
    "customer.occupation_class": "职业类别 occupation_class",
    "customer.annual_income": "年收入 income annual_income",
    "customer.home_address": "住址 地址 住宅地址 家庭住址 address home_address",
    "customer.branch": "机构代码 机构 branch branch_code",
    "customer.agent": "服务人员工号 业务员工号 代理人工号 agent agent_code",
    "policy.number": "保单号 保单号码 保险单号 policy_no policyno policy_number policy policy_id idpol",
    "policy.product": "产品代码 险种代码 product product_code",
    "policy.product_name": "产品名称 险种名称 product_name",
    "policy.line": "险种 险类 line line_of_business",
    "policy.channel": "销售渠道 渠道 channel distribution_channel sales_channel",
    "policy.premium": "保费 保险费 每期保费 premium",
    "policy.sum_insured": "保额 保险金额 sum_insured coverage_amount",
    "policy.payment_mode": "缴费方式 交费方式 缴费频率 payment_mode payment",
    "policy.payment_years": "缴费年限 交费年期 payment_years",
    "policy.signed_on": "签单日期 承保日期 signed_on issue_date",
    "policy.starts_on": "生效日期 起保日期 保险起期 starts_on start_date effective_date date_start_contract",
    "policy.ends_on": "终止日期 到期日期 终保日期 保险止期 ends_on end_date expiry_date expiration_date",
    "object.plate": "车牌 车牌号 车牌号码 号牌号码 plate plate_no licence_plate",
    "object.vin": "车架号 车辆识别代号 vin",
    "claim.number": "赔案号 报案号 立案号 claim_no claim_number claimid id_claim",
    "claim.cause": "出险原因 cause",
    "claim.occurred_on": "出险日期 出险时间 loss_date occurred_on accident_date",
    "claim.notified_on": "报案日期 notified_on report_date",
    "claim.paid_on": "赔付日期 赔款支付日期 paid_on",
    "claim.paid_amount": "赔付金额 赔款 赔款金额 已决赔款 paid_amount claim_amount",
    "claim.claimed_amount": "索赔金额 claimed_amount",
    "contact.occurred_at": "联系日期 联系时间 回访时间 contact_date occurred_at",
    "contact.channel": "联系渠道 联系方式 contact_channel",
    "contact.outcome": "结果 outcome",
    "contact.text": "内容 备注 联系内容 note text remark",
}
_BY_HEADING = {word: target for target, words in SYNONYMS.items() for word in words.split()}
_KINDS = (
    (IdentifierKind.ID_NUMBER, "customer.id_number", r"[0-9]{17}[0-9Xx]|[0-9]{15}"),
    (IdentifierKind.USCC, "customer.uscc", r"[0-9A-Z]{18}"),
    (IdentifierKind.MOBILE, "customer.mobile", r"1[0-9]{10}"),
    (IdentifierKind.VIN, "object.vin", r"[0-9A-Z]{17}"),
    (IdentifierKind.EMAIL, "customer.email", r"\S+@\S+\.\S+"),
    (IdentifierKind.PLATE, "object.plate", r"[\u4e00-\u9fff][A-Z].*"),
)
MOSTLY = 0.8
# The records that the form of the browser can make, and what must be given for each.
FORM_KINDS = (RecordKind.CUSTOMER, RecordKind.POLICY, RecordKind.OBJECT, RecordKind.CLAIM, RecordKind.CONTACT)


def targets() -> list[tuple[str, list[tuple[str, str]]]]:
    """What a column can become, in groups: (kind's label, [(kind.field, label)])."""
    groups = []
    for kind in FORM_KINDS:
        fields = [field for field in fields_of(kind).values() if field.type not in (Type.REFERENCE, Type.DETAILS)]
        if kind == RecordKind.OBJECT:
            fields = [field for field in fields if field.identifier]
        choices = [(f"{kind}.{field.name}", str(field.label)) for field in fields]
        if kind == RecordKind.CUSTOMER:
            choices.insert(0, ("customer.key", str(FIELDS[RecordKind.POLICY]["customer"].label)))
        groups.append((str(kind.label), choices))
    return groups


def suggested(header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Column → kind.field for the columns that are recognised; each target once."""
    found: dict[str, str] = {}
    ours = _custom_headings()
    for place, name in enumerate(header):
        whole, bare = name.strip().lower(), re.sub(r"[\s_\-（(].*?[)）]$|\s", "", name).lower()
        target = ours.get(whole) or _BY_HEADING.get(bare) or _BY_HEADING.get(whole)
        target = target or _sniffed([row[place] for row in rows if place < len(row) and row[place]])
        if target and target not in found.values():
            found[name] = target
    return found


def _custom_headings() -> dict[str, str]:
    """What a column of a custom field is called: its code, ``custom.code``, or its name in either language."""
    headings: dict[str, str] = {}
    for kind in (RecordKind.CUSTOMER, RecordKind.POLICY):
        for field in custom_fields(kind).values():
            if field.definition is not None:
                known = field.definition
                for heading in (known.key, known.name, known.name_en, known.slug):
                    headings.setdefault(heading.lower(), f"{kind}.{field.name}")
    return {heading: target for heading, target in headings.items() if heading and heading not in _BY_HEADING}


def _sniffed(cells: Sequence[str]) -> str | None:
    for kind, target, shape in _KINDS:
        if cells and sum(_is(kind, shape, cell) for cell in cells) >= MOSTLY * len(cells):
            return target
    return None


def _is(kind: IdentifierKind, shape: str, cell: str) -> bool:
    if not re.fullmatch(shape, cell.strip()):
        return False
    try:
        normalise(kind, cell)
    except InvalidIdentifier:
        return False
    return True


def drafted(
    assigned: dict[str, str], *, book: str, file_name: str, sheet: str, product: str, line: str, currency: str
) -> str:
    """The YAML of a mapping that reads one file as the form says: column → kind.field."""
    by_target = {target: column for column, target in assigned.items() if target}
    records = [record for record in (_record(kind, by_target, product, line) for kind in FORM_KINDS) if record]
    if {"policy.number", "policy.starts_on", "policy.ends_on", "policy.premium"} <= set(by_target):
        records.insert(1 + ("customer.name" in by_target), _term(by_target))
    source = {"match": file_name, **({"sheet": sheet} if sheet else {}), "records": records}
    whole = {
        "book": book,
        "title": file_name,
        "currency": currency,
        "create": ["branches", "agents", "products"],
        "files": [source],
    }
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=120)


def customer_key(by_target: dict[str, str]) -> str:
    """The column that tells one customer from another."""
    for target in ("customer.key", "customer.id_number", "customer.uscc", "customer.mobile", "customer.name"):
        if target in by_target:
            return by_target[target]
    return ""


def _record(kind: RecordKind, by_target: dict[str, str], product: str, line: str) -> dict[str, object] | None:
    fields: dict[str, object] = {
        field: {"column": by_target[f"{kind}.{field}"]} for field in fields_of(kind) if f"{kind}.{field}" in by_target
    }
    if not fields or (kind == RecordKind.CUSTOMER and "name" not in fields):
        return None
    record: dict[str, object] = {"record": kind.value}
    policy = {"column": by_target.get("policy.number", "")}
    customer = {"column": customer_key(by_target)}
    if kind == RecordKind.CUSTOMER:
        record["key"] = customer
        if "customer.key" in by_target:
            fields["external_id"] = {"column": by_target["customer.key"]}
    elif kind == RecordKind.POLICY:
        record["key"] = policy
        fields = {"customer": customer, **_defaults(product, line), **fields}
    elif kind == RecordKind.OBJECT:
        record |= {"key": policy, "when": {"column": _first(by_target, "object.plate", "object.vin"), "present": True}}
        label = {"column": _first(by_target, "object.plate", "object.vin")}
        fields = {"policy": policy, "kind": {"constant": "vehicle"}, "label": label, **fields}
    elif kind == RecordKind.CLAIM:
        record |= {
            "key": {"column": by_target.get("claim.number", "")},
            "when": {"column": by_target.get("claim.number", ""), "present": True},
        }
        fields = {"policy": policy, **fields}
    else:
        fields = {"customer": customer, "channel": {"constant": "note"}, **fields}
    record["fields"] = fields
    return record


def _defaults(product: str, line: str) -> dict[str, object]:
    return {
        "product": {"constant": product},
        "line": {"constant": line if line in Line.values else Line.MOTOR.value},
        "channel": {"constant": "direct"},
        "payment_mode": {"constant": "12"},
    }


def _term(by_target: dict[str, str]) -> dict[str, object]:
    fields = {name: {"column": by_target[f"policy.{name}"]} for name in ("starts_on", "ends_on", "premium")}
    policy = {"column": by_target["policy.number"]}
    return {"record": "term", "key": policy, "fields": {"policy": policy, **fields}}


def _first(by_target: dict[str, str], *targets: str) -> str:
    return next((by_target[target] for target in targets if target in by_target), "")


def missing(by_target: Iterable[str]) -> list[str]:
    """The targets that must still be given, for the records that the columns begin."""
    given = set(by_target)
    needed: list[str] = []
    if not given & {"customer.name", "policy.number", "contact.occurred_at"}:
        needed.append("customer.name")
    if any(target.startswith(("policy.", "object.", "claim.")) for target in given):
        needed += ["policy.number"]
    if any(target.startswith("policy.") and target != "policy.number" for target in given):
        needed += ["policy.starts_on", "policy.premium"]
    if any(target.startswith("claim.") for target in given):
        needed += ["claim.number", "claim.occurred_on"]
    return [target for target in dict.fromkeys(needed) if target not in given]
