"""The rating part of a definition: every role has its table, every table has every cell that a risk can ask for. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.products.definition.faults import Path
from keyuan.products.definition.findings import Finding
from keyuan.products.definition.rating import Axis, Table
from keyuan.products.definition.schema import Definition
from keyuan.products.definition.vocabulary import ROLES
from keyuan.products.tables import ages_of


def rates(it: Definition) -> Iterator[Finding]:
    """Roles, tables and factors."""
    yield from _roles(it)
    needed = _needed(it)
    for role, table in it.rating.tables.items():
        yield from _table(("rating", "tables", role), role, table, it, needed)
    for name, factors in it.rating.factors.items():
        for value in needed.get(name, ()):
            if value not in factors:
                gaps = {"name": name, "value": value}
                yield Finding(("rating", "factors", name), _("系数 %(name)s 缺少 %(value)s 一项。"), gaps)

    yield from _priced(it)
    yield from _labels(it)


def _priced(it: Definition) -> Iterator[Finding]:
    """Every coverage has its row or its table, every class of vehicle its compulsory premium."""
    tables = it.rating.tables
    rows = {role: table.rows.values for role, table in tables.items() if table.rows is not None}
    if it.rating.engine in ("accident", "property", "group"):
        told = {*tables, *(label for role in rows for label in rows[role])}
        brings = {code: rider.code for rider in it.riders for code in rider.coverages}
        for place, coverage in enumerate(it.coverages):
            if coverage.code not in told and brings.get(coverage.code) not in told:
                yield Finding(("coverages", place), _("责任 %(code)s 没有费率。"), {"code": coverage.code})
    if it.rating.engine == "motor" and it.object is not None:
        told = {label for role in rows if role.startswith("compulsory_") for label in rows[role]}
        for code in it.object.classes:
            if code not in told:
                yield Finding(("rating", "tables"), _("车辆种类 %(code)s 没有交强险保险费。"), {"code": code})


def _labels(it: Definition) -> Iterator[Finding]:
    """Codes that people see have names: classes, uses, regions and what a factor depends on."""
    shown: dict[str, Path] = {}
    if it.object is not None:
        shown |= dict.fromkeys(it.object.classes, ("object", "classes"))
        shown |= dict.fromkeys(it.object.uses, ("object", "uses"))
    for role, table in it.rating.tables.items():
        for name, axis in (("rows", table.rows), ("columns", table.columns)):
            if axis is not None and axis.axis == "region":
                shown |= dict.fromkeys(map(str, axis.values), ("rating", "tables", role, name))
    shown |= dict.fromkeys(map(str, it.rating.factors.get("region", ())), ("rating", "factors", "region"))
    for code, path in shown.items():
        if code not in it.labels:
            yield Finding(path, _("代码 %(code)s 没有名称（labels）。"), {"code": code})


def _roles(it: Definition) -> Iterator[Finding]:
    for role in ROLES[it.rating.engine]:
        if role not in it.rating.tables:
            yield Finding(("rating", "tables"), _("缺少费率表 %(role)s。"), {"role": role})
    if it.rating.engine == "life":
        if it.rating.interest is None:
            yield Finding(("rating",), _("寿险要写预定利率（interest）。"))
        if it.rating.loadings is None:
            yield Finding(("rating",), _("寿险要写附加费用（loadings）。"))
    for role in it.rating.table_shares:
        if role not in it.rating.tables:
            yield Finding(("rating", "table_shares", role), _("缺少费率表 %(role)s。"), {"role": role})


def _needed(it: Definition) -> dict[str, tuple[str | int, ...]]:
    """The values of each known axis that a risk may have: an axis of that name must have a place for each."""
    needed: dict[str, tuple[str | int, ...]] = {"plan": tuple(plan.code for plan in it.plans)}
    if it.insured is not None:
        most = it.insured.renewal_max_age or it.insured.max_age
        needed["age"] = (it.insured.min_age.years, most.years)
        needed["occupation_class"] = it.insured.occupation_classes
        needed["sex"] = it.insured.sexes
    if it.object is not None:
        needed["class" if it.object.kind == "vehicle" else "structure"] = it.object.classes
        needed["use"] = it.object.uses
    days = [span for span in it.terms.cover if span.kind == "days"]
    if days:
        needed["days"] = (min(span.number for span in days), max(span.most for span in days))
    return {name: values for name, values in needed.items() if values}


def _table(
    path: Path, role: str, table: Table, it: Definition, needed: Mapping[str, tuple[str | int, ...]]
) -> Iterator[Finding]:
    if table.use is not None:
        yield from _shared(path, table, it)
        return
    if table.columns is None or table.cells is None:
        yield Finding(path, _("费率表 %(role)s 要写 use，或写 columns 和 cells。"), {"role": role})
        return
    for name, axis in (("columns", table.columns), ("rows", table.rows)):
        if axis is not None:
            yield from _axis((*path, name), axis, needed)
    yield from _cells(path, table, table.columns)


def _shared(path: Path, table: Table, it: Definition) -> Iterator[Finding]:
    if table.columns is not None or table.cells is not None:
        yield Finding(path, _("引用公共表（use）时不再写 columns 和 cells。"))
    ages = ages_of(table.use or "")
    if ages is None:
        yield Finding((*path, "use"), _("没有代码为 %(code)s 的公共表。"), {"code": table.use})
    elif it.insured and not (it.insured.min_age.years in ages and it.insured.max_age.years in ages):
        yield Finding((*path, "use"), _("公共表 %(code)s 没有投保年龄的全部数值。"), {"code": table.use})


def _axis(path: Path, axis: Axis, needed: Mapping[str, tuple[str | int, ...]]) -> Iterator[Finding]:
    for place, value in enumerate(axis.values):
        if value in axis.values[:place]:
            yield Finding((*path, "values", place), _("%(value)s 写了两次。"), {"value": value})
    if axis.match != "is":
        if any(isinstance(value, str) for value in axis.values):
            yield Finding((*path, "values"), _("分段（from、up_to）的值要是数字。"))
            return
        numbers = [Decimal(value) for value in axis.values]
        if numbers != sorted(numbers):
            yield Finding((*path, "values"), _("分段的值要从小到大。"))
            return
    for value in needed.get(axis.axis, ()):
        if isinstance(value, str) and axis.match != "is":
            continue
        if axis.place(value) is None:
            yield Finding(
                (*path, "values"), _("表中缺少 %(axis)s 为 %(value)s 的一格。"), {"axis": axis.axis, "value": value}
            )


def _cells(path: Path, table: Table, columns: Axis) -> Iterator[Finding]:
    if (table.rows is not None) != isinstance(table.cells, Mapping):
        yield Finding((*path, "cells"), _("有 rows 时 cells 按行写；没有 rows 时 cells 是一个列表。"))
        return
    lines: Mapping[Any, tuple[Decimal | None, ...]] = (
        table.cells if isinstance(table.cells, Mapping) else {None: table.cells or ()}
    )
    for label in table.rows.values if table.rows else ():
        if label not in lines:
            yield Finding((*path, "cells"), _("表中缺少“%(row)s”一行。"), {"row": label})
    for label, line in lines.items():
        place = (*path, "cells") if label is None else (*path, "cells", label)
        if table.rows is not None and label not in table.rows.values:
            yield Finding(place, _("行“%(row)s”不在 rows 之中。"), {"row": label})
        if len(line) != len(columns.values):
            gaps = {"has": len(line), "needs": len(columns.values)}
            yield Finding(place, _("这一行有%(has)s格，应有%(needs)s格。"), gaps)
        for number, cell in enumerate(line):
            if cell is None:
                column = columns.values[number] if number < len(columns.values) else number
                yield Finding((*place, number), _("“%(column)s”一格是空的。"), {"column": column})
