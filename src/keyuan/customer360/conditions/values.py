"""The value of a comparison, read by the kind of its field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from keyuan.accounts.scope import STRANGER
from keyuan.customer360.conditions import refusals
from keyuan.customer360.conditions.fields import WITH_LIST, Field, Kind
from keyuan.customer360.conditions.tree import LONGEST_TEXT, MOST_VALUES, DaysFromToday, Op, Scalar, Value

FURTHEST_DAYS = 36_600
LARGEST = Decimal(10) ** 12
FIRST_YEAR, LAST_YEAR = 1850, 2250


class _Unfit(ValueError):
    """The value is none of this kind."""


def read_value(told: Any, field: Field, op: Op, path: str) -> Value:
    """The value as the kind and the operator want it; raises ValueDoesNotFit."""
    try:
        if op in WITH_LIST:
            return _several(told, field)
        if op == Op.BETWEEN:
            return _pair(told, field)
        if op in (Op.NEXT_DAYS, Op.LAST_DAYS):
            return _count(told)
        return _one(told, field)
    except _Unfit:
        raise refusals.ValueDoesNotFit(path, name=field.label, value=str(told)[:60]) from None


def _several(told: Any, field: Field) -> Value:
    if not isinstance(told, list) or len(told) > MOST_VALUES:
        raise _Unfit
    return tuple(dict.fromkeys(_one(each, field) for each in told))


def _pair(told: Any, field: Field) -> Value:
    if not isinstance(told, list) or len(told) != 2:
        raise _Unfit
    return (_one(told[0], field), _one(told[1], field))


def _one(told: Any, field: Field) -> Scalar:
    value = _READERS[field.kind](told)
    # A closed vocabulary is the same for everybody.
    if field.closed and field.choices is not None and value not in {code for code, _ in field.choices(STRANGER)}:
        raise _Unfit
    return value


def _text(told: Any) -> str:
    if not isinstance(told, str) or not told.isprintable() or not 0 < len(told.strip()) <= LONGEST_TEXT:
        raise _Unfit
    return told.strip()


def _number(told: Any) -> Decimal:
    if isinstance(told, bool) or not isinstance(told, int | float | Decimal | str):
        raise _Unfit
    try:
        number = Decimal(str(told).strip().replace(",", ""))
    except InvalidOperation:
        raise _Unfit from None
    if not number.is_finite() or abs(number) > LARGEST:
        raise _Unfit
    return number


def _whole(told: Any) -> Decimal:
    number = _number(told)
    if number != number.to_integral_value():
        raise _Unfit
    return Decimal(int(number))


def _money(told: Any) -> Decimal:
    number = _number(told)
    if number != round(number, 2):
        raise _Unfit
    return number


def _count(told: Any) -> int:
    number = int(_whole(told))
    if not 0 <= number <= FURTHEST_DAYS:
        raise _Unfit
    return number


def _day(told: Any) -> date | DaysFromToday:
    if isinstance(told, dict):
        if set(told) != {"days_from_today"}:
            raise _Unfit
        days = int(_whole(told["days_from_today"]))
        if abs(days) > FURTHEST_DAYS:
            raise _Unfit
        return DaysFromToday(days)
    if not isinstance(told, str):
        raise _Unfit
    try:
        when = date.fromisoformat(told.strip())
    except ValueError:
        raise _Unfit from None
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        raise _Unfit
    return when


def _yes_no(told: Any) -> bool:
    if not isinstance(told, bool):
        raise _Unfit
    return told


def _month(told: Any) -> str:
    number = int(_whole(told))
    if not 1 <= number <= 12:
        raise _Unfit
    return str(number)


_READERS: dict[Kind, Callable[[Any], Scalar]] = {
    Kind.TEXT: _text,
    Kind.CODE: _text,
    Kind.SEALED: _text,
    Kind.NUMBER: _whole,
    Kind.MONEY: _money,
    Kind.DATE: _day,
    Kind.ANNIVERSARY: _month,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _text,
    Kind.SET: _text,
}
