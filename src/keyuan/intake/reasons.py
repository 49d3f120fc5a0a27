"""Why a row is rejected: stable codes, whole sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

REASONS = {
    "broken_encoding": _("有无法解码的字节（%(bytes)s），文件编码按%(encoding)s读取。"),
    "nul_byte": _("含有空字节（NUL）。"),
    "cell_too_long": _("内容有%(length)s个字符，最多%(longest)s个。"),
    "wrong_column_count": _("有%(found)s列，表头有%(expected)s列。"),
    "required": _("必填，但是空的。"),
    "impossible_date": _("“%(value)s”不是有效日期（格式 %(formats)s）。"),
    "not_a_number": _("“%(value)s”不是数字。"),
    "negative": _("“%(value)s”是负数。"),
    "fraction_of_a_cent": _("“%(value)s”不足一分。"),
    "too_large": _("“%(value)s”超出范围。"),
    "unknown_code": _("“%(value)s”不在允许的取值中（%(allowed)s）。"),
    "custom_value": _("“%(value)s”不符合字段“%(name)s”的要求（%(type)s）。"),
    "custom_not_for_kind": _("“%(name)s”不是%(kind)s客户的字段。"),
    "invalid_identifier": _("“%(value)s”无效：%(problem)s"),
    "digits_lost": _("“%(value)s”已被电子表格改成科学计数，丢失了末几位。请把该列设为文本后重新导出。"),
    "duplicate_in_book": _("“%(value)s”与第%(row)s行（%(file)s）重复，却属于另一条记录。"),
    "duplicate_in_database": _("“%(value)s”已属于客户%(number)s。"),
    "number_taken": _("编号“%(value)s”已被另一条不是由本账册导入的记录使用。"),
    "contradiction": _("与第%(row)s行（%(file)s）是同一条%(kind)s，内容却不同：%(fields)s。"),
    "unknown_customer": _("找不到客户“%(value)s”：它不在本账册中，或它所在的行被拒绝。"),
    "unknown_policy": _("找不到保单“%(value)s”：它不在本账册中，或它所在的行被拒绝。"),
    "unknown_branch": _("没有机构“%(value)s”。"),
    "unknown_agent": _("没有工号“%(value)s”。"),
    "unknown_product": _("没有产品“%(value)s”；新产品需要写明险种。"),
    "ends_before_start": _("终止日期%(ends)s不晚于生效日期%(starts)s。"),
    "notified_before_loss": _("报案日期%(notified)s早于出险日期%(occurred)s。"),
    "decision_without_day": _("核定结论与核定日期须同时给出。"),
    "premium_unknown": _("没有保费：既没有“每期保费”列，也没有保险期间可以推算。"),
}


def sentence(code: str, gaps: Mapping[str, Any]) -> str:
    """The reason in the reader's language."""
    text = REASONS.get(code)
    return code if text is None else str(text) % gaps
