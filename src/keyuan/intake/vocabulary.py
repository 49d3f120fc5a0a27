"""What a book can bring: the kinds of record, their fields and what each field takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.claims.states import Decision
from keyuan.customers.states import (
    CustomerKind,
    DocumentKind,
    Education,
    Housing,
    IdentifierKind,
    MaritalStatus,
    Sex,
    Source,
)
from keyuan.customfields.queries import kept
from keyuan.customfields.shapes import PREFIX, Definition
from keyuan.customfields.states import RecordKind as Whose
from keyuan.policies.states import Channel, FactKind, ObjectKind, PartyRole, PaymentMode
from keyuan.products.states import Line
from keyuan.servicedesk.states import CallOutcome, ContactChannel, Direction


class RecordKind(models.TextChoices):
    """In the order in which a row's records are written: each refers only to those before it."""

    CUSTOMER = "customer", _("客户")
    POLICY = "policy", _("保单")
    TERM = "term", _("保险期间（续保）")
    FACT = "fact", _("保单事实")
    OBJECT = "object", _("保险标的")
    PARTY = "party", _("保单关系人")
    CLAIM = "claim", _("赔案")
    CONTACT = "contact", _("联系记录")


class Type(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    DATE = "date"
    TIME = "time"
    MONEY = "money"
    NUMBER = "number"
    SHARE = "share"
    YES_NO = "yes_no"
    CODE = "code"
    IDENTIFIER = "identifier"
    REFERENCE = "reference"
    DETAILS = "details"
    CUSTOM = "custom"


Codes = type[models.Choices]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record kind. ``longest`` counts characters; ``codes`` are the values that a CODE field takes."""

    name: str
    label: str | Promise
    type: Type = Type.TEXT
    required: bool = False
    longest: int = 120
    codes: Codes | None = None
    identifier: IdentifierKind | None = None
    definition: Definition | None = None


def _texts(**labels: tuple[str | Promise, int]) -> tuple[Field, ...]:
    return tuple(Field(name, label, longest=longest) for name, (label, longest) in labels.items())


_CUSTOMER = (
    Field("kind", _("客户类型"), Type.CODE, codes=CustomerKind),
    Field("name", _("名称"), required=True),
    Field("source", _("信息来源"), Type.CODE, codes=Source),
    Field("source_detail", _("来源说明")),
    Field("branch", _("机构代码"), longest=20),
    Field("agent", _("服务人员工号"), longest=30),
    Field("external_id", _("原系统编号"), Type.IDENTIFIER, longest=64, identifier=IdentifierKind.EXTERNAL),
    Field("document_kind", _("证件类型"), Type.CODE, codes=DocumentKind),
    Field("id_number", _("证件号码"), Type.IDENTIFIER, longest=40, identifier=IdentifierKind.ID_NUMBER),
    Field("mobile", _("移动电话"), Type.IDENTIFIER, longest=40, identifier=IdentifierKind.MOBILE),
    Field("email", _("电子邮件"), Type.IDENTIFIER, longest=64, identifier=IdentifierKind.EMAIL),
    Field("uscc", _("统一社会信用代码"), Type.IDENTIFIER, longest=40, identifier=IdentifierKind.USCC),
    Field("sex", _("性别"), Type.CODE, codes=Sex),
    Field("birth_date", _("出生日期"), Type.DATE),
    Field("marital_status", _("婚姻状况"), Type.CODE, codes=MaritalStatus),
    Field("education", _("学历"), Type.CODE, codes=Education),
    Field("housing", _("住房情况"), Type.CODE, codes=Housing),
    Field("driving_licence_on", _("初次领证日期"), Type.DATE),
    Field("annual_income", _("年收入"), Type.MONEY),
    Field("household_income", _("家庭年收入"), Type.MONEY),
    Field("debts", _("负债"), Type.MONEY),
    Field("occupation_class", _("职业类别"), Type.NUMBER),
    Field("cars_owned", _("自有车辆数"), Type.NUMBER),
    Field("children", _("子女数"), Type.NUMBER),
    Field("smoker", _("吸烟"), Type.YES_NO),
    Field("employees", _("员工人数"), Type.NUMBER),
    Field("registered_capital", _("注册资本"), Type.MONEY),
    Field("established_on", _("成立日期"), Type.DATE),
    *_texts(
        native_place=(_("籍贯"), 60),
        employer=(_("工作单位"), 120),
        department=(_("部门"), 60),
        employer_address=(_("单位地址（个人）"), 200),
        position=(_("职位"), 60),
        work_phone=(_("工作电话"), 40),
        fax=(_("传真"), 30),
        occupation=(_("职业"), 60),
        home_phone=(_("住宅电话"), 40),
        home_address=(_("住宅地址"), 200),
        region=(_("行政区划代码"), 6),
        bank_account=(_("银行账号"), 40),
        health_note=(_("健康状况"), 2000),
        hobbies=(_("兴趣爱好"), 120),
        preferred_channel=(_("偏好联系方式"), 20),
        preferred_time=(_("偏好联系时间"), 60),
        life_note=(_("生活情况备注"), 10_000),
        industry=(_("行业"), 60),
        business_nature=(_("业务性质"), 60),
        legal_representative=(_("法定代表人"), 60),
        contact_name=(_("联系人"), 60),
        contact_position=(_("联系人职位"), 60),
        contact_mobile=(_("联系人手机"), 40),
        phone=(_("单位电话"), 30),
        address=(_("单位地址"), 200),
    ),
)
_CUSTOMER_KEY = Field("customer", _("客户键"), Type.REFERENCE, required=True, longest=400)
_POLICY_KEY = Field("policy", _("保单键"), Type.REFERENCE, required=True, longest=400)
_POLICY = (
    _CUSTOMER_KEY,
    Field("number", _("保单号"), required=True, longest=40),
    Field("product", _("产品代码"), required=True, longest=30),
    Field("product_name", _("产品名称")),
    Field("line", _("险种"), Type.CODE, codes=Line),
    Field("channel", _("销售渠道"), Type.CODE, required=True, codes=Channel),
    Field("currency", _("币种"), longest=3),
    Field("premium", _("每期保费"), Type.MONEY),
    Field("sum_insured", _("保险金额"), Type.MONEY),
    Field("payment_mode", _("缴费方式"), Type.CODE, required=True, codes=PaymentMode),
    Field("payment_years", _("缴费年限"), Type.NUMBER),
    Field("signed_on", _("签单日期"), Type.DATE),
    Field("starts_on", _("生效日期"), Type.DATE, required=True),
    Field("ends_on", _("终止日期"), Type.DATE),
    Field("branch", _("机构代码"), longest=20),
    Field("agent", _("销售人员工号"), longest=30),
)
_TERM = (
    _POLICY_KEY,
    Field("starts_on", _("生效日期"), Type.DATE, required=True),
    Field("ends_on", _("终止日期"), Type.DATE),
    Field("premium", _("期间保费"), Type.MONEY, required=True),
)
_FACT = (
    _POLICY_KEY,
    Field("kind", _("事实"), Type.CODE, required=True, codes=FactKind),
    Field("on", _("日期"), Type.DATE, required=True),
    Field("until", _("缴至"), Type.DATE),
    Field("amount", _("金额"), Type.MONEY),
    Field("note", _("备注"), longest=200),
)
_OBJECT = (
    _POLICY_KEY,
    Field("kind", _("标的类型"), Type.CODE, required=True, codes=ObjectKind),
    Field("label", _("标的"), required=True),
    Field("plate", _("车牌号"), Type.IDENTIFIER, longest=12, identifier=IdentifierKind.PLATE),
    Field("vin", _("车架号"), Type.IDENTIFIER, longest=17, identifier=IdentifierKind.VIN),
    Field("details", _("详情"), Type.DETAILS),
)
_PARTY = (
    _POLICY_KEY,
    _CUSTOMER_KEY,
    Field("role", _("关系"), Type.CODE, required=True, codes=PartyRole),
    Field("share", _("份额"), Type.SHARE),
)
_CLAIM = (
    _POLICY_KEY,
    Field("number", _("赔案号"), required=True, longest=60),
    Field("cause", _("出险原因")),
    Field("occurrences", _("赔案数"), Type.NUMBER),
    Field("occurred_on", _("出险日期"), Type.DATE, required=True),
    Field("notified_on", _("报案日期"), Type.DATE),
    Field("papers_complete_on", _("资料齐全日期"), Type.DATE),
    Field("decided_on", _("核定日期"), Type.DATE),
    Field("decision", _("核定结论"), Type.CODE, codes=Decision),
    Field("paid_on", _("赔付日期"), Type.DATE),
    Field("closed_on", _("结案日期"), Type.DATE),
    Field("currency", _("币种"), longest=3),
    Field("claimed_amount", _("索赔金额"), Type.MONEY),
    Field("paid_amount", _("赔付金额"), Type.MONEY),
)
_CONTACT = (
    _CUSTOMER_KEY,
    Field("channel", _("联系渠道"), Type.CODE, required=True, codes=ContactChannel),
    Field("direction", _("方向"), Type.CODE, codes=Direction),
    Field("outcome", _("结果"), Type.CODE, codes=CallOutcome),
    Field("text", _("内容"), longest=10_000),
    Field("occurred_at", _("联系时间"), Type.TIME, required=True),
)

FIELDS: dict[RecordKind, dict[str, Field]] = {
    kind: {field.name: field for field in fields}
    for kind, fields in {
        RecordKind.CUSTOMER: _CUSTOMER,
        RecordKind.POLICY: _POLICY,
        RecordKind.TERM: _TERM,
        RecordKind.FACT: _FACT,
        RecordKind.OBJECT: _OBJECT,
        RecordKind.PARTY: _PARTY,
        RecordKind.CLAIM: _CLAIM,
        RecordKind.CONTACT: _CONTACT,
    }.items()
}
# Whose custom fields a kind of record can bring. A slug of people and enterprises means one type (customfields).
CUSTOM_OF = {
    RecordKind.CUSTOMER: (Whose.PERSON, Whose.ENTERPRISE),
    RecordKind.POLICY: (Whose.POLICY,),
}


def custom_fields(kind: RecordKind) -> dict[str, Field]:
    """The custom fields in use of a kind of record, by name (``custom.slug``)."""
    found: dict[str, Field] = {}
    for whose in CUSTOM_OF.get(kind, ()):
        for each in kept()[whose]:
            if not each.retired:
                found.setdefault(each.key, Field(each.key, each.label, Type.CUSTOM, definition=each))
    return found


def fields_of(kind: RecordKind, names: Iterable[str] | None = None) -> dict[str, Field]:
    """Every field that a book can bring for a kind of record: ours and those that an administrator has defined.

    For a record that fills the fields ``names`` the definitions are asked for only if it fills one of them.
    """
    if names is not None and not any(str(name).startswith(PREFIX) for name in names):
        return FIELDS[kind]
    return {**FIELDS[kind], **custom_fields(kind)}


# What makes a record the same record again, where the mapping gives no key of its own.
NATURAL_KEYS: dict[RecordKind, tuple[str, ...]] = {
    RecordKind.TERM: ("policy", "starts_on"),
    RecordKind.FACT: ("policy", "kind", "on"),
    RecordKind.OBJECT: ("policy", "kind", "label"),
    RecordKind.PARTY: ("policy", "customer", "role"),
    RecordKind.CONTACT: ("customer", "occurred_at", "channel", "direction", "text"),
}
