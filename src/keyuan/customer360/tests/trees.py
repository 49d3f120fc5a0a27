"""Random conditions over the catalogue, drawn so that many of them hold for somebody in the book."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from keyuan.accounts.scope import STRANGER
from keyuan.customer360.conditions.fields import WITH_LIST, WITHOUT_VALUE, Catalogue, Field, Kind, Record
from keyuan.customer360.conditions.tree import Op
from keyuan.customer360.tests.naive import NaiveBook, samples


def conditions(catalogue: Catalogue, book: NaiveBook) -> st.SearchStrategy[Any]:
    """JSON of conditions as the API takes them."""
    return _of(catalogue, book, catalogue.customer, 3)


def _of(catalogue: Catalogue, book: NaiveBook, record: Record, depth: int) -> st.SearchStrategy[Any]:
    compared = st.sampled_from(sorted(record.fields)).flatmap(lambda name: _compare(book, record, record.fields[name]))
    if depth == 0:
        return compared
    below = st.deferred(lambda: _of(catalogue, book, record, depth - 1))
    ways = [
        compared,
        st.builds(lambda join, parts: {join: parts}, st.sampled_from(["all", "any"]), st.lists(below, max_size=3)),
        st.builds(lambda part: {"not": part}, below),
    ]
    inside = catalogue.inside(record)
    if inside:
        ways.append(st.sampled_from(inside).flatmap(lambda inner: _has(catalogue, book, inner, depth)))
    return st.one_of(ways)


def _has(catalogue: Catalogue, book: NaiveBook, inner: Record, depth: int) -> st.SearchStrategy[Any]:
    bare = st.sampled_from(["has", "has_none"]).map(lambda key: {key: inner.name})
    such = st.builds(
        lambda key, part: {key: inner.name, "such_that": part},
        st.sampled_from(["has", "has_none"]),
        _of(catalogue, book, inner, depth - 1),
    )
    return st.one_of(bare, such, such, such)


def _compare(book: NaiveBook, record: Record, field: Field) -> st.SearchStrategy[Any]:
    return st.sampled_from(field.operators).flatmap(lambda op: with_value(book, record, field, op))


def with_value(book: NaiveBook, record: Record, field: Field, op: Op) -> st.SearchStrategy[Any]:
    bare = {"field": field.name, "op": op.value}
    if op in WITHOUT_VALUE:
        return st.just(bare)
    if op in (Op.NEXT_DAYS, Op.LAST_DAYS):
        return st.sampled_from([0, 1, 7, 30, 40, 200, 364, 365, 366, 2000]).map(lambda days: {**bare, "value": days})
    one = _value(book, record, field)
    if op in WITH_LIST:
        return st.lists(one, min_size=1, max_size=3).map(lambda values: {**bare, "value": values})
    if op == Op.BETWEEN:
        return st.tuples(one, one).map(lambda values: {**bare, "value": list(values)})
    if op in (Op.CONTAINS, Op.STARTS):
        return one.flatmap(
            lambda text: st.integers(1, 3).map(lambda size: {**bare, "value": text[:size].strip() or "王"})
        )
    return one.map(lambda value: {**bare, "value": value})


def _value(book: NaiveBook, record: Record, field: Field) -> st.SearchStrategy[Any]:
    if field.kind == Kind.YES_NO:
        return st.booleans()
    if field.kind == Kind.ANNIVERSARY:
        return st.integers(1, 12).map(str)
    if field.kind == Kind.SEALED:
        part = field.name.partition(".")[2]
        known = [getattr(one.person, part) for one in book.customers.values() if hasattr(one, "person")]
        return st.sampled_from([value for value in known if value][:20] or ["13800000000"])
    seen = samples(book, field.name, record.name)
    if field.closed and field.choices is not None:
        return st.sampled_from([code for code, _ in field.choices(STRANGER)])
    if field.kind == Kind.DATE:
        days = st.sampled_from(seen or [date(2020, 1, 1)]).map(lambda day: day.isoformat())
        return st.one_of(days, st.integers(-4000, 400).map(lambda count: {"days_from_today": count}))
    if field.kind in (Kind.NUMBER, Kind.MONEY):
        return st.one_of(st.sampled_from(seen or [Decimal(1)]).map(str), st.integers(0, 90).map(str))
    return st.sampled_from([str(each) for each in seen if str(each).isprintable()] or ["无"])
