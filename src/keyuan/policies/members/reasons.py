"""Why a row of a member list is not taken, as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "empty": _("没有填写。"),
    "too_long": _("超过%(longest)s个字。"),
    "not_an_amount": _("“%(text)s”不是有效的金额。"),
    "not_a_day": _("“%(text)s”不是有效的日期，请写成2026-01-31。"),
    "not_a_class": _("“%(text)s”不是职业类别，应为1至6或9。"),
    "not_a_document": _("不认识证件类型“%(text)s”。"),
    "identifier": "%(problem)s",
    "digits_lost": _("号码在表格里是数字，末几位已经丢失；请把这一列设为文本后重填。"),
    "broken_text": _("有读不出的字符，请检查文件的编码。"),
    "twice": _("与第%(row)s行是同一个人。"),
    "leaver_unknown": _("要终止的人不在名单上。"),
    "left_already": _("已于%(left_on)s终止，与这里的日期不同。"),
    "leaves_before_joining": _("终止日期不晚于生效日期%(joined_on)s。"),
    "outside_the_term": _("生效日期%(on)s不在保障期间内（%(starts_on)s至%(ends_on)s）。"),
    "joins_before_leaving": _("生效日期早于上一次的终止日期%(left_on)s。"),
}


def sentence(code: str, gaps: Mapping[str, Any]) -> str:
    """The reason with its gaps filled; a code that is no longer known says itself."""
    return str(SENTENCES.get(code, code)) % gaps
