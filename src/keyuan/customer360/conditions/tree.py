"""A condition as a typed tree: what the JSON of the API, the builder of the page and the command line all become."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from keyuan.customer360.conditions.fields import Field, Record

# How large a condition may be: beyond this nobody can read what it says any more.
DEEPEST = 6
MOST_CONDITIONS = 60
MOST_VALUES = 200
LONGEST_TEXT = 200


class Op(models.TextChoices):
    """How a field is compared. ``ne`` and ``not_in`` hold for a field without a value as well."""

    EQ = "eq", _("等于")
    NE = "ne", _("不等于")
    LT = "lt", _("小于")
    LTE = "lte", _("不大于")
    GT = "gt", _("大于")
    GTE = "gte", _("不小于")
    BETWEEN = "between", _("介于")
    IN = "in", _("是其中之一")
    NOT_IN = "not_in", _("都不是")
    ALL_OF = "all_of", _("全部具备")
    CONTAINS = "contains", _("包含")
    STARTS = "starts", _("开头是")
    NEXT_DAYS = "next_days", _("今后几天内")
    LAST_DAYS = "last_days", _("过去几天内")
    EMPTY = "empty", _("没有填写")
    NOT_EMPTY = "not_empty", _("已填写")


@dataclass(frozen=True, slots=True)
class DaysFromToday:
    """A day that moves with the calendar: -30 is thirty days ago."""

    days: int

    def on(self, today: date) -> date:
        return today + timedelta(days=self.days)


Day = date | DaysFromToday
Scalar = str | int | Decimal | bool | date | DaysFromToday
Value = Scalar | tuple[Scalar, ...] | None


@dataclass(frozen=True, slots=True)
class Group:
    """All of the parts, or any of them. No parts at all narrow nothing."""

    join: Literal["all", "any"]
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Compare:
    """One field against a value; ``between`` has two values (both inside), the list operators several."""

    field: Field
    op: Op
    value: Value = None


@dataclass(frozen=True, slots=True)
class Has:
    """There is (or is not: ``none``) a record of this kind such that the condition holds for it."""

    record: Record
    such_that: Condition
    none: bool = False


Condition = Group | Not | Compare | Has
EVERYBODY = Group("all", ())


def leaves(condition: Condition) -> Iterator[Compare | Has]:
    """Every comparison and every has of a tree, those inside of a has after it."""
    match condition:
        case Group(parts=parts):
            for part in parts:
                yield from leaves(part)
        case Not(part=part):
            yield from leaves(part)
        case Has(such_that=such_that):
            yield condition
            yield from leaves(such_that)
        case _:
            yield condition
