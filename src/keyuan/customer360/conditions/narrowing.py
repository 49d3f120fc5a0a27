"""From a comparison to a condition over rows: one way for each kind of value, whatever the column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual

from keyuan.customer360.conditions.fields import Ask, Gapped, Narrow
from keyuan.customer360.conditions.tree import DaysFromToday, Op, Value
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.kernel.term import add_months

_LOOKUP = {Op.EQ: "", Op.LT: "__lt", Op.LTE: "__lte", Op.GT: "__gt", Op.GTE: "__gte"}
_COMPARISON: dict[Op, type[Any]] = {
    Op.EQ: Exact,
    Op.LT: LessThan,
    Op.LTE: LessThanOrEqual,
    Op.GT: GreaterThan,
    Op.GTE: GreaterThanOrEqual,
}


def day(value: Any, on: date) -> date:
    """The calendar day that a value means on the day ``on``."""
    return value.on(on) if isinstance(value, DaysFromToday) else cast("date", value)


def pair(value: Value) -> tuple[Any, Any]:
    """Both ends of ``between``."""
    first, last = cast("tuple[Any, Any]", value)
    return first, last


def start_of(when: date) -> datetime:
    """The first moment of a company day."""
    return datetime(when.year, when.month, when.day, tzinfo=COMPANY_ZONE)


def _known(path: str, found: Q, ask: Ask, *, computed: bool) -> Q:
    # Django guards the columns of a table by itself under a "not"; what is only computed it does not.
    return Q(**{f"{path}__isnull": False}) & found if computed and ask.negated else found


def text(path: str, *, computed: bool = False) -> Narrow:
    """A text column: parts are found whatever the case, whole values exactly. ``computed``: a key in a JSON column."""

    def compared(lookup: str, value: Value) -> Q:
        known = Q(**{f"{path}__isnull": False}) if computed else Q()
        return known & Q(**{f"{path}{lookup}": value})

    def narrow(op: Op, value: Value, ask: Ask) -> Q:
        nothing = Q(**{path: ""}) | Q(**{f"{path}__isnull": True})
        match op:
            case Op.EMPTY:
                return nothing
            case Op.NOT_EMPTY:
                return ~nothing
            case Op.NE:
                return ~compared("", value)
        return compared({Op.IN: "__in", Op.CONTAINS: "__icontains", Op.STARTS: "__startswith"}.get(op, ""), value)

    return narrow


def money(path: str) -> Narrow:
    """A column of amounts."""
    plain = number(path)

    def narrow(op: Op, value: Value, ask: Ask) -> Q:
        if value is None:
            return plain(op, value, ask)
        given = tuple(ask.put(each) for each in value) if isinstance(value, tuple) else ask.put(value)
        return plain(op, given, ask)

    return Gapped(narrow)


def number(path: str, *, computed: bool = False) -> Narrow:
    """A number or an amount of money."""

    def narrow(op: Op, value: Value, ask: Ask) -> Q:
        match op:
            case Op.EMPTY:
                return Q(**{f"{path}__isnull": True})
            case Op.NOT_EMPTY:
                return Q(**{f"{path}__isnull": False})
            case Op.NE:
                return ~_known(path, Q(**{path: value}), ask, computed=computed)
            case Op.BETWEEN:
                first, last = pair(value)
                return _known(path, Q(**{f"{path}__gte": first, f"{path}__lte": last}), ask, computed=computed)
        return _known(path, Q(**{f"{path}{_LOOKUP[op]}": value}), ask, computed=computed)

    return narrow


def expression(build: Callable[[Ask], Combinable]) -> Narrow:
    """A number that is computed for each row and never missing, such as a count."""

    def narrow(op: Op, value: Value, ask: Ask) -> Q:
        if op == Op.BETWEEN:
            first, last = pair(value)
            return Q(GreaterThanOrEqual(build(ask), first)) & Q(LessThanOrEqual(build(ask), last))
        if op == Op.NE:
            return ~Q(Exact(build(ask), value))
        return Q(_COMPARISON[op](build(ask), value))

    return narrow


def span(op: Op, value: Value, on: date) -> tuple[date | None, date | None] | None:
    """First and last day (both inside; None: open) that a comparison of days lets through; None for empty and not."""
    one = timedelta(days=1)
    match op:
        case Op.EMPTY | Op.NOT_EMPTY:
            return None
        case Op.NEXT_DAYS:
            return on, on + timedelta(days=int(cast("int", value)))
        case Op.LAST_DAYS:
            return on - timedelta(days=int(cast("int", value))), on
        case Op.BETWEEN:
            first, last = pair(value)
            return day(first, on), day(last, on)
    when = day(value, on)
    return {
        Op.EQ: (when, when),
        Op.LT: (None, when - one),
        Op.LTE: (None, when),
        Op.GT: (when + one, None),
        Op.GTE: (when, None),
    }[op]


def days(path: str, *, computed: bool = False) -> Narrow:
    """A column of days."""

    def narrow(op: Op, value: Value, ask: Ask) -> Q:
        ends = span(op, value, ask.on)
        if ends is None:
            return Q(**{f"{path}__isnull": op == Op.EMPTY})
        first, last = ends
        found = Q(**{f"{path}__gte": ask.put(first)}) if first else Q()
        found &= Q(**{f"{path}__lte": ask.put(last)}) if last else Q()
        return _known(path, found, ask, computed=computed)

    return Gapped(narrow)


def moments(path: str) -> Narrow:
    """A column of moments, asked for by the company's calendar days."""

    def narrow(op: Op, value: Value, ask: Ask) -> Q:
        ends = span(op, value, ask.on)
        if ends is None:
            return Q(**{f"{path}__isnull": op == Op.EMPTY})
        first, last = ends
        found = Q(**{f"{path}__gte": ask.put(start_of(first))}) if first else Q()
        return found & (Q(**{f"{path}__lt": ask.put(start_of(last + timedelta(days=1)))}) if last else Q())

    return Gapped(narrow)


def age(path: str) -> Narrow:
    """Whole years since a day. An age is a span of birth dates, so that a column without computing is compared."""

    def born(op: Op, years: int, ask: Ask) -> Q:
        # Who is n or older was born on the day n years ago or before.
        def turned(count: int) -> date:
            return ask.put(add_months(ask.on, -12 * count))

        return {
            Op.GTE: lambda: Q(**{f"{path}__lte": turned(years)}),
            Op.GT: lambda: Q(**{f"{path}__lte": turned(years + 1)}),
            Op.LT: lambda: Q(**{f"{path}__gt": turned(years)}),
            Op.LTE: lambda: Q(**{f"{path}__gt": turned(years + 1)}),
            Op.EQ: lambda: Q(**{f"{path}__lte": turned(years), f"{path}__gt": turned(years + 1)}),
        }[op]()

    def narrow(op: Op, value: Value, ask: Ask) -> Q:
        if op in (Op.EMPTY, Op.NOT_EMPTY):
            return Q(**{f"{path}__isnull": op == Op.EMPTY})
        if op == Op.BETWEEN:
            first, last = pair(value)
            return born(Op.GTE, int(first), ask) & born(Op.LTE, int(last), ask)
        years = int(cast("Decimal", value))
        return ~born(Op.EQ, years, ask) if op == Op.NE else born(op, years, ask)

    return Gapped(narrow)


def choice(path: str, *, blank: bool = True, whole_numbers: bool = False, computed: bool = False) -> Narrow:
    """A column that holds one of some codes; ``computed``: a key in a JSON column."""

    plain = computed or whole_numbers

    def coded(value: Any, ask: Ask) -> Any:
        return int(value) if whole_numbers else value if computed else ask.put(value)

    def narrow(op: Op, value: Value, ask: Ask) -> Q:
        nothing = Q(**{f"{path}__isnull": True})
        if blank and not whole_numbers:
            nothing |= Q(**{path: ""})
        match op:
            case Op.EMPTY:
                return nothing
            case Op.NOT_EMPTY:
                return ~nothing
            case Op.IN | Op.NOT_IN:
                found = Q(**{f"{path}__in": [coded(each, ask) for each in cast("tuple[Any, ...]", value)]})
            case _:
                found = Q(**{path: coded(value, ask)})
        if computed:
            found &= Q(**{f"{path}__isnull": False})
        return ~found if op in (Op.NE, Op.NOT_IN) else found

    return narrow if plain else Gapped(narrow)


def yes_no(path: str) -> Narrow:
    """A column of true and false, or nothing."""

    def narrow(op: Op, value: Value, ask: Ask) -> Q:
        if op in (Op.EMPTY, Op.NOT_EMPTY):
            return Q(**{f"{path}__isnull": op == Op.EMPTY})
        return Q(**{path: bool(value)})

    return narrow


def holds(build: Callable[[Ask], Q]) -> Narrow:
    """Yes or no as a condition that is never unknown."""

    def narrow(op: Op, value: Value, ask: Ask) -> Q:
        found = build(ask)
        return found if value else ~found

    return Gapped(narrow)


def number_of(text: str) -> int:
    """The key that a text spells; 0, which no row has, for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def among(rows: Callable[[Ask], QuerySet[Any]], column: str, *, read: Callable[[str], Any] = str) -> Narrow:
    """Values that lie in rows of their own, such as tags: any of them, none, all, no row at all."""

    def narrow(op: Op, value: Value, ask: Ask) -> Q:
        linked = rows(ask).filter(customer=OuterRef("pk"))
        match op:
            case Op.EMPTY:
                return ~Q(Exists(linked))
            case Op.NOT_EMPTY:
                return Q(Exists(linked))
            case Op.ALL_OF:
                found = Q()
                for each in cast("tuple[Any, ...]", value):
                    found &= Q(Exists(linked.filter(**{column: read(each)})))
                return found
        wanted = value if isinstance(value, tuple) else (value,)
        found = Q(Exists(linked.filter(**{f"{column}__in": [read(str(each)) for each in wanted]})))
        return ~found if op in (Op.NOT_IN, Op.NE) else found

    return narrow
