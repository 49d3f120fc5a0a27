"""A condition as a sentence that people read: "有保单：险种是车险，终止日期在今后 30 天内"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from keyuan.accounts.scope import Viewer
from keyuan.customer360.conditions.fields import Kind
from keyuan.customer360.conditions.tree import Compare, Condition, DaysFromToday, Group, Has, Not, Op

# How each operator reads, with the field and the value as gaps; days read otherwise than amounts.
SENTENCES: dict[Op, str | Promise] = {
    Op.EQ: gettext_lazy("%(field)s是%(value)s"),
    Op.NE: gettext_lazy("%(field)s不是%(value)s"),
    Op.LT: gettext_lazy("%(field)s小于%(value)s"),
    Op.LTE: gettext_lazy("%(field)s不大于%(value)s"),
    Op.GT: gettext_lazy("%(field)s大于%(value)s"),
    Op.GTE: gettext_lazy("%(field)s不小于%(value)s"),
    Op.BETWEEN: gettext_lazy("%(field)s在%(first)s与%(last)s之间"),
    Op.IN: gettext_lazy("%(field)s是%(value)s"),
    Op.NOT_IN: gettext_lazy("%(field)s不是%(value)s"),
    Op.ALL_OF: gettext_lazy("%(field)s同时有%(value)s"),
    Op.CONTAINS: gettext_lazy("%(field)s包含“%(value)s”"),
    Op.STARTS: gettext_lazy("%(field)s以“%(value)s”开头"),
    Op.NEXT_DAYS: gettext_lazy("%(field)s在今后%(value)s天内"),
    Op.LAST_DAYS: gettext_lazy("%(field)s在过去%(value)s天内"),
    Op.EMPTY: gettext_lazy("没有%(field)s"),
    Op.NOT_EMPTY: gettext_lazy("已有%(field)s"),
}
SENTENCES_OF_DAYS: dict[Op, str | Promise] = {
    Op.LT: gettext_lazy("%(field)s早于%(value)s"),
    Op.LTE: gettext_lazy("%(field)s不晚于%(value)s"),
    Op.GT: gettext_lazy("%(field)s晚于%(value)s"),
    Op.GTE: gettext_lazy("%(field)s不早于%(value)s"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One chip: a part of the condition as words, and the condition without it."""

    words: str
    without: Condition


def chips(condition: Condition, *, viewer: Viewer) -> list[Told]:
    """The parts of a condition that all must hold; anything else is one chip."""
    if isinstance(condition, Group) and (condition.join == "all" or not condition.parts):
        parts = condition.parts
        return [
            Told(sentence(part, viewer=viewer), Group("all", parts[:place] + parts[place + 1 :]))
            for place, part in enumerate(parts)
        ]
    return [Told(sentence(condition, viewer=viewer), Group("all", ()))]


def sentence(condition: Condition, *, viewer: Viewer, nested: bool = False) -> str:
    """The whole condition in words."""
    match condition:
        case Group(join=join, parts=parts):
            told = [sentence(part, viewer=viewer, nested=True) for part in parts]
            if not told:
                return _("不限")
            if len(told) == 1:
                return told[0]
            joined = (_("，且") if join == "all" else _("，或")).join(told)
            return _("（%(conditions)s）") % {"conditions": joined} if nested else joined
        case Not(part=part):
            return _("并非（%(condition)s）") % {"condition": sentence(part, viewer=viewer)}
        case Has(record=record, such_that=such_that, none=none):
            gaps = {"record": str(record.label), "condition": sentence(such_that, viewer=viewer)}
            if such_that == Group("all", ()):
                return (_("没有%(record)s") if none else _("有%(record)s")) % gaps
            return (_("没有这样的%(record)s：%(condition)s") if none else _("有%(record)s：%(condition)s")) % gaps
        case Compare():
            return _comparison(condition, viewer)
    raise TypeError(type(condition).__name__)  # pragma: no cover


def _comparison(one: Compare, viewer: Viewer) -> str:
    field, op, value = one.field, one.op, one.value
    if field.kind == Kind.YES_NO and op == Op.EQ:
        return str(field.label) if value else _("不是“%(field)s”") % {"field": field.label}
    pattern = (SENTENCES_OF_DAYS.get(op) if field.kind == Kind.DATE else None) or SENTENCES[op]
    gaps = {"field": str(field.label), "value": "", "first": "", "last": ""}
    if op == Op.BETWEEN and isinstance(value, tuple):
        gaps |= {"first": _word(value[0], one, viewer), "last": _word(value[1], one, viewer)}
    elif isinstance(value, tuple):
        words = [_word(each, one, viewer) for each in value[:4]]
        more = ngettext("等%(n)d项", "等%(n)d项", len(value)) % {"n": len(value)} if len(value) > 4 else ""
        gaps["value"] = (_("和") if op == Op.ALL_OF else _("或")).join(words) + more
    else:
        gaps["value"] = _word(value, one, viewer)
    return str(pattern) % gaps


def _word(value: Any, one: Compare, viewer: Viewer) -> str:
    match value:
        case DaysFromToday(days=0):
            return _("今天")
        case DaysFromToday(days=days):
            pattern = (
                ngettext("%(n)d天后", "%(n)d天后", days) if days > 0 else ngettext("%(n)d天前", "%(n)d天前", -days)
            )
            return pattern % {"n": abs(days)}
        case Decimal():
            return f"¥{value:,.2f}" if one.field.kind == Kind.MONEY else f"{value:,f}"
        case date():
            return value.isoformat()
    if one.field.kind == Kind.SEALED:
        return "••••"
    if one.field.choices is not None:
        return next((str(label) for code, label in one.field.choices(viewer) if code == str(value)), str(value))
    return str(value)
