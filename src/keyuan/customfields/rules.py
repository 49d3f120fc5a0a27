"""What a custom field takes, and how its value is told. Pure: definitions in, values out.

A value is stored as JSON that PostgreSQL compares as it should be: a number or an amount is a JSON number (at most 15
significant digits, so that nothing is lost on the way through a double), a day is an ISO text, a choice its code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from keyuan.customfields.refusals import CustomValuesRefused
from keyuan.customfields.shapes import PREFIX, Definition
from keyuan.customfields.states import FieldType

SLUG = re.compile(r"[a-z](?:_?[a-z0-9]){0,39}")
LONGEST_SLUG = 40
LONGEST_TEXT = 500
SIGNIFICANT_DIGITS = 15
YES = frozenset({"true", "yes", "y", "1", "是", "有"})
NO = frozenset({"false", "no", "n", "0", "否", "无"})
SEPARATORS = re.compile(r"[,，;；、|]")


class _Fault(Exception):
    """One value does not fit; the sentence says why."""


def is_slug(text: str) -> bool:
    """``risk_level``: no double underscore, because ``custom__slug`` is how conditions name a field."""
    return len(text) <= LONGEST_SLUG and SLUG.fullmatch(text) is not None


def cleaned(
    definitions: Iterable[Definition],
    raw: Mapping[str, Any],
    *,
    entry: bool = False,
    before: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Each given value as it is stored, by slug; nothing (None, "" or []) is None. Raises one CustomValuesRefused.

    ``entry``: the record is new, so that required fields must be given. ``before`` are the values of a record that is
    changed: a required value cannot be taken away, and a choice that was retired meanwhile may stay.
    """
    known = {definition.slug: definition for definition in definitions if not definition.retired}
    had = before or {}
    faults: list[tuple[str, str]] = []
    made: dict[str, Any] = {}
    for slug, value in raw.items():
        definition = known.get(slug)
        if definition is None:
            faults.append((f"{PREFIX}{slug}", _("没有名为“%(slug)s”的自定义字段。") % {"slug": slug}))
            continue
        try:
            made[slug] = stored(definition, value, keeps=had.get(slug))
        except _Fault as fault:
            sentence = _("“%(name)s”：%(fault)s") % {"name": definition.label, "fault": fault}
            faults.append((definition.key, sentence))
    told = {key for key, _sentence in faults}
    for slug, definition in known.items():
        taken = slug in raw and had.get(slug) is not None
        missing = definition.required and (entry or taken) and made.get(slug) is None
        if missing and definition.key not in told:
            faults.append((definition.key, _("请填写“%(name)s”。") % {"name": definition.label}))
    if faults:
        raise CustomValuesRefused(faults)
    return made


def stored(definition: Definition, value: Any, *, keeps: Any = None) -> Any:
    """One value in the form in which it is stored; None for nothing."""
    if value is None or value in ("", [], ()):
        return None
    if isinstance(value, str):
        value = value.strip().replace("\x00", "")
        if not value:
            return None
    return _READERS[definition.type](definition, value, keeps)


def merged(before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The values after the change: what became nothing is left out."""
    return {slug: value for slug, value in {**before, **changes}.items() if value is not None}


def differing(before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Before and after of the values that the change really changes."""
    return {slug: (before.get(slug), value) for slug, value in changes.items() if before.get(slug) != value}


def shown(definition: Definition, value: Any) -> str:
    """A stored value as a screen prints it, in the reader's language; nothing is empty."""
    if value is None or value in ("", []):
        return ""
    match definition.type:
        case FieldType.YES_NO:
            return _("是") if value else _("否")
        case FieldType.MONEY:
            return f"¥{exact(value):,.2f}"
        case FieldType.NUMBER:
            return f"{exact(value):,f}"
        case FieldType.CHOICE:
            return definition.choice_label(str(value))
        case FieldType.MULTI_CHOICE:
            return "、".join(definition.choice_label(str(code)) for code in value)
    return str(value)


def typed(definition: Definition, value: Any) -> Any:
    """A stored value as Python and spreadsheets take it: amounts exact, days as dates, choices as their labels."""
    if value is None:
        return None
    match definition.type:
        case FieldType.MONEY | FieldType.NUMBER:
            return exact(value)
        case FieldType.DATE:
            return date.fromisoformat(value)
    return shown(definition, value)


def exact(value: Any) -> Decimal:
    """A stored number as it was given: at 15 significant digits a double prints what it was read from."""
    return Decimal(str(value))


def _text(_definition: Definition, value: Any, _keeps: Any) -> str:
    if not isinstance(value, str | int | Decimal):
        raise _Fault(_("应是文本。"))
    text = str(value)
    if len(text) > LONGEST_TEXT:
        raise _Fault(_("最多%(most)s个字符。") % {"most": LONGEST_TEXT})
    if any(not sign.isprintable() and sign not in "\n\r\t" for sign in text):
        raise _Fault(_("含有不能显示的字符。"))
    return text


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise _Fault(_("应是数字。"))
    text = str(value).replace(",", "").replace("，", "").removeprefix("¥").removeprefix("￥").strip()
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise _Fault(_("“%(value)s”不是数字。") % {"value": value}) from error
    if not number.is_finite():
        raise _Fault(_("“%(value)s”不是数字。") % {"value": value})
    number = number.normalize()
    too_long = len(number.as_tuple().digits) > SIGNIFICANT_DIGITS
    if number and (too_long or abs(number.adjusted()) >= SIGNIFICANT_DIGITS):
        raise _Fault(_("“%(value)s”超出范围：最多15位有效数字。") % {"value": value})
    return number


def _number(_definition: Definition, value: Any, _keeps: Any) -> int | float:
    number = _decimal(value)
    return int(number) if number == number.to_integral_value() else float(number)


def _money(_definition: Definition, value: Any, _keeps: Any) -> int | float:
    number = _decimal(value)
    if number != round(number, 2):
        raise _Fault(_("“%(value)s”不足一分。") % {"value": value})
    return int(number) if number == number.to_integral_value() else float(number)


def _date(_definition: Definition, value: Any, _keeps: Any) -> str:
    if isinstance(value, date):
        return date(value.year, value.month, value.day).isoformat()
    try:
        day = date.fromisoformat(str(value))
    except ValueError as error:
        raise _Fault(_("“%(value)s”不是有效日期，例如 2026-01-31。") % {"value": value}) from error
    if not 1800 <= day.year <= 2300:
        raise _Fault(_("“%(value)s”不是有效日期，例如 2026-01-31。") % {"value": value})
    return day.isoformat()


def _yes_no(_definition: Definition, value: Any, _keeps: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word in YES or word in NO:
        return word in YES
    raise _Fault(_("“%(value)s”应是“是”或“否”。") % {"value": value})


def _choice(definition: Definition, value: Any, keeps: Any) -> str:
    word = str(value).strip().lower()
    for choice in definition.choices:
        if word in {choice.code, choice.name.lower(), choice.name_en.lower()} - {""}:
            if choice.retired and choice.code != keeps:
                raise _Fault(_("选项“%(choice)s”已停用。") % {"choice": choice.label})
            return choice.code
    allowed = "、".join(choice.label for choice in definition.open_choices)
    raise _Fault(_("“%(value)s”不在选项中（%(allowed)s）。") % {"value": value, "allowed": allowed})


def _choices(definition: Definition, value: Any, keeps: Any) -> list[str]:
    words = SEPARATORS.split(value) if isinstance(value, str) else value
    if not isinstance(words, list | tuple):
        raise _Fault(_("应是选项的列表。"))
    kept = keeps if isinstance(keeps, list) else []
    codes = set()
    for word in words:
        if str(word).strip():
            held = next((code for code in kept if code == str(word).strip().lower()), None)
            codes.add(_choice(definition, word, held))
    return [choice.code for choice in definition.choices if choice.code in codes]


_READERS: dict[FieldType, Callable[[Definition, Any, Any], Any]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _money,
    FieldType.DATE: _date,
    FieldType.YES_NO: _yes_no,
    FieldType.CHOICE: _choice,
    FieldType.MULTI_CHOICE: _choices,
}
