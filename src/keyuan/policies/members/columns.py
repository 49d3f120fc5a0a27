"""The columns of a member list, by the names that companies give them, and how each cell is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.standards import InvalidIdentifier, normalise
from keyuan.customers.standards.text import narrow
from keyuan.customers.states import DocumentKind, IdentifierKind

LABELS = {
    "name": _("姓名"),
    "document_kind": _("证件类型"),
    "id_number": _("证件号码"),
    "mobile": _("手机号"),
    "staff_number": pgettext_lazy("员工", "工号"),
    "plan": _("保障计划"),
    "occupation_class": _("职业类别"),
    "sum_insured": _("保险金额"),
    "premium": _("年保费"),
    "joined_on": _("生效日期"),
    "left_on": _("终止日期"),
}
NEEDED = ("name", "id_number")
NAMES = {
    "name": "姓名 被保险人姓名 被保险人 员工姓名 name membername insuredname employeename",
    "document_kind": "证件类型 证件种类 documenttype document idtype documentkind",
    "id_number": "证件号码 证件号 证件号码身份证 身份证号 身份证号码 身份证 idnumber idno id documentnumber",
    "mobile": "手机号 手机 手机号码 移动电话 联系电话 电话 mobile phone mobilenumber",
    "staff_number": "工号 员工编号 员工号 人员编号 staffnumber staffno employeeno employeenumber employeeid",
    "plan": "保障计划 计划 保险计划 层级 保障层级 级别 方案 plan class tier",
    "occupation_class": "职业类别 职业等级 职业类别代码 occupationclass",
    "sum_insured": "保险金额 保额 suminsured",
    "premium": "年保费 保费 保险费 人均保费 premium yearlypremium annualpremium",
    "joined_on": "生效日期 加入日期 参保日期 入保日期 增员日期 joinedon effectivedate effectiveon startdate",
    "left_on": "终止日期 离开日期 减员日期 离职日期 退保日期 lefton enddate leavingdate",
}
BY_NAME = {name: field for field, names in NAMES.items() for name in names.split()}
_DECORATION = re.compile(r"[\s*＊:：_\-/]+|[（(].*?[）)]")
_AMOUNT = re.compile(r"[¥￥,，\s元]")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?|(\d{4})(\d{2})(\d{2})")
LARGEST = Decimal(10) ** 12
EPOCH = date(1899, 12, 30)
_SERIAL = re.compile(r"[34]\d{4}")
CLASSES = (1, 2, 3, 4, 5, 6, 9)
DOCUMENTS = {
    "身份证": DocumentKind.RESIDENT_ID, "居民身份证": DocumentKind.RESIDENT_ID, "residentid": DocumentKind.RESIDENT_ID,
    "护照": DocumentKind.PASSPORT, "passport": DocumentKind.PASSPORT,
    "港澳台居民证件": DocumentKind.HK_MO_TW, "港澳居民来往内地通行证": DocumentKind.HK_MO_TW,
    "台湾居民来往大陆通行证": DocumentKind.HK_MO_TW, "港澳台居民居住证": DocumentKind.HK_MO_TW,
    "外国人永久居留身份证": DocumentKind.FOREIGN_RESIDENT, "其他": DocumentKind.OTHER, "其他证件": DocumentKind.OTHER,
}  # fmt: skip


class BadCell(Exception):
    """A cell that cannot be taken: ``code`` of reasons.py with what fills its gaps."""

    def __init__(self, code: str, **gaps: Any) -> None:
        super().__init__(code)
        self.code, self.gaps = code, gaps


def field_of(heading: str) -> str | None:
    """Which field a column of this name is; None if no list of ours has it."""
    return BY_NAME.get(_DECORATION.sub("", narrow(heading)).lower())


def _name(text: str) -> str:
    tidy = " ".join(narrow(text).split())
    if len(tidy) > 60:
        raise BadCell("too_long", longest=60)
    return tidy


def _short(text: str) -> str:
    if len(text) > 40:
        raise BadCell("too_long", longest=40)
    return text


def _amount(text: str) -> Decimal:
    try:
        value = Decimal(_AMOUNT.sub("", narrow(text)))
    except InvalidOperation as error:
        raise BadCell("not_an_amount", text=text[:40]) from error
    if not value.is_finite() or not 0 <= value < LARGEST or value != value.quantize(Decimal("0.01")):
        raise BadCell("not_an_amount", text=text[:40])
    return value.quantize(Decimal("0.01"))


def day(text: str) -> date:
    """A day as people and spreadsheets write it, the spreadsheet's own serial number included; raises BadCell."""
    bare = narrow(text).strip()
    if _SERIAL.fullmatch(bare):
        return EPOCH + timedelta(days=int(bare))
    match = _DAY.fullmatch(bare)
    try:
        if match is None:
            raise ValueError
        return date(*(int(part) for part in match.groups() if part is not None))
    except ValueError as error:
        raise BadCell("not_a_day", text=text[:40]) from error


def _class(text: str) -> int:
    bare = narrow(text).strip().removesuffix("类").removesuffix(".0")
    if not bare.isdecimal() or int(bare) not in CLASSES:
        raise BadCell("not_a_class", text=text[:20])
    return int(bare)


def _document(text: str) -> str:
    bare = _DECORATION.sub("", narrow(text)).lower()
    if bare in DocumentKind.values:
        return bare
    if bare not in DOCUMENTS:
        raise BadCell("not_a_document", text=text[:40])
    return DOCUMENTS[bare].value


def _mobile(text: str) -> str:
    try:
        return normalise(IdentifierKind.MOBILE, text)
    except InvalidIdentifier as error:
        raise BadCell("identifier", problem=str(error)) from error


READERS: dict[str, Callable[[str], Any]] = {
    "name": _name,
    "document_kind": _document,
    "id_number": str,
    "mobile": _mobile,
    "staff_number": _short,
    "plan": _short,
    "occupation_class": _class,
    "sum_insured": _amount,
    "premium": _amount,
    "joined_on": day,
    "left_on": day,
}
