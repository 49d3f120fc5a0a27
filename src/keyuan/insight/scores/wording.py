"""Reasons as sentences, in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keyuan.insight.scores.states import Cause

#: So many days without contact read as never.
NEVER: Final = 1090


def _pressure(value: float | None) -> str:
    return _("年保费约占收入的%(share)s%%") % {"share": max(1, round((value or 0) * 10))}


def _dearer(value: float | None) -> str:
    return _("保费上涨约%(share)s%%") % {"share": round((value or 0) * 100)}


def _no_contact(value: float | None) -> str:
    if value is None or value >= NEVER:
        return _("三年内没有人联系过")
    months = int(value // 30)
    return ngettext("已有%(n)s个月没有人联系", "已有%(n)s个月没有人联系", months) % {"n": months}


def _payment(value: float | None) -> str:
    if not value:
        return _("两年内缴费迟过")
    return ngettext("保费逾期%(n)s天", "保费逾期%(n)s天", int(value)) % {"n": int(value)}


_SENTENCES: Final[Mapping[str, Callable[[float | None], str]]] = {
    Cause.PRESSURE: _pressure,
    Cause.DEARER: _dearer,
    Cause.AGENT_LEFT: lambda _value: _("代理人已离职，无人接手"),
    Cause.NO_CONTACT: _no_contact,
    Cause.REFUSED: lambda _value: _("两年内有理赔被拒"),
    Cause.PAYMENT: _payment,
    Cause.ASKED: lambda _value: _("一年内申请过退保"),
    Cause.COMPLAINT: lambda _value: _("一年内投诉过"),
    Cause.OTHERS_LEFT: lambda _value: _("一年内停了别的保单"),
    Cause.NEW: lambda _value: _("投保不到两年"),
}


def sentence(reason: Mapping[str, Any]) -> str:
    """The reason in the reader's language, with its figure; a code that is no longer known says itself."""
    told = _SENTENCES.get(reason["code"])
    return str(reason["code"]) if told is None else told(reason.get("value"))


def sentences(reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    return [sentence(one) for one in reasons]
