"""What can be asked of a record: its fields with their kinds and operators, and the records that hang on it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import Viewer
from keyuan.customer360.conditions.tree import Op, Value


class Kind(models.TextChoices):
    """What kind of value a field holds: it decides the operators and the widget."""

    TEXT = "text", _("文字")
    CODE = "code", _("编号")
    SEALED = "sealed", _("加密编号")
    NUMBER = "number", _("数字")
    MONEY = "money", _("金额")
    DATE = "date", _("日期")
    ANNIVERSARY = "anniversary", _("周年日")
    YES_NO = "yes_no", _("是否")
    CHOICE = "choice", _("单选")
    SET = "set", _("多选")


_EMPTY = (Op.EMPTY, Op.NOT_EMPTY)
_ORDER = (Op.GTE, Op.LTE, Op.GT, Op.LT, Op.BETWEEN, Op.EQ)
OPERATORS: dict[Kind, tuple[Op, ...]] = {
    Kind.TEXT: (Op.CONTAINS, Op.STARTS, Op.EQ, Op.NE, Op.IN, *_EMPTY),
    Kind.CODE: (Op.EQ, Op.STARTS, Op.CONTAINS, Op.NE, Op.IN, *_EMPTY),
    # A sealed value can only be found by its blind index: whole, or not at all.
    Kind.SEALED: (Op.EQ, *_EMPTY),
    Kind.NUMBER: (*_ORDER, Op.NE, *_EMPTY),
    Kind.MONEY: (*_ORDER, Op.NE, *_EMPTY),
    Kind.DATE: (Op.NEXT_DAYS, Op.LAST_DAYS, *_ORDER, *_EMPTY),
    Kind.ANNIVERSARY: (Op.NEXT_DAYS, Op.IN),
    Kind.YES_NO: (Op.EQ, *_EMPTY),
    Kind.CHOICE: (Op.IN, Op.NOT_IN, Op.EQ, Op.NE, *_EMPTY),
    Kind.SET: (Op.IN, Op.NOT_IN, Op.ALL_OF, *_EMPTY),
}
WITHOUT_VALUE = frozenset(_EMPTY)
WITH_LIST = frozenset({Op.IN, Op.NOT_IN, Op.ALL_OF})

Choices = Sequence[tuple[str, str | Promise]]


T = TypeVar("T")


class Gaps(Protocol):
    """Takes each value of a comparison, and gives what stands for it in the statement."""

    def put(self, value: T) -> T: ...


class Standing(Protocol):
    """Gives each comparison of a tree its own gaps."""

    def of(self, one: Any) -> Gaps: ...


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asks and on which day. ``negated``: the condition stands under an odd number of "not", where a comparison
    with nothing must be false and not unknown."""

    viewer: Viewer
    on: date
    at: datetime
    negated: bool = False
    gaps: Gaps | None = None
    standing: Standing | None = None

    def put(self, value: T) -> T:
        """The value, or what stands for it while a statement is composed that will be asked with other values too."""
        return value if self.gaps is None else self.gaps.put(value)


Narrow = Callable[[Op, Value, Ask], Q]


@dataclass(frozen=True, slots=True)
class Gapped:
    """A narrowing whose statement is the same for all values: it puts each of them through ``Ask.put``. How many values
    there are, of which types, may differ and then makes another statement; nothing else about them may."""

    narrow: Narrow

    def __call__(self, op: Op, value: Value, ask: Ask) -> Q:
        return self.narrow(op, value, ask)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that can be compared. ``name`` is ``record.field``. ``choices`` None: the value is free. ``stamp`` is what
    the condition depends on besides its value, such as the units below a branch: a kept statement is one of its stamp."""

    name: str
    label: str | Promise
    kind: Kind
    narrow: Narrow = field(repr=False, compare=False)
    choices: Callable[[Viewer], Choices] | None = field(default=None, repr=False, compare=False)
    closed: bool = False  # only the choices are values; otherwise they are suggestions
    nullable: bool = True
    needs: str = ""
    stamp: Callable[[Value, Ask], Hashable] | None = field(default=None, repr=False, compare=False)

    @property
    def operators(self) -> tuple[Op, ...]:
        return tuple(op for op in OPERATORS[self.kind] if self.nullable or op not in WITHOUT_VALUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A kind of row. ``rows`` are those in scope (with what ``needs`` names joined); ``links``: how a row hangs on the
    record around it: that record's name → (own column, the other's column). ``keeps_ids``: the rows name the customer
    they were written about, also one who was merged into another since."""

    name: str
    label: str | Promise
    fields: dict[str, Field] = field(repr=False, compare=False)
    rows: Callable[[Ask, frozenset[str]], QuerySet[Any]] = field(repr=False, compare=False)
    links: dict[str, tuple[str, str]] = field(default_factory=dict, repr=False, compare=False)
    excludes_self: bool = False
    keeps_ids: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that a viewer can ask for."""

    records: dict[str, Record]

    @property
    def customer(self) -> Record:
        return self.records["customer"]

    def inside(self, record: Record) -> tuple[Record, ...]:
        """The records that hang on this one."""
        return tuple(each for each in self.records.values() if record.name in each.links)
