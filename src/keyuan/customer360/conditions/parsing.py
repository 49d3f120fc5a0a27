"""From JSON to the tree, refusing by name and path whatever does not fit; and back, so that a tree can be kept.

{"all": [{"field": "customer.age", "op": "gte", "value": 40},
         {"has": "policy", "such_that": {"field": "policy.ends_on", "op": "next_days", "value": 30}},
         {"not": {"has_none": "task"}}]}
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from keyuan.customer360.conditions import refusals
from keyuan.customer360.conditions.draft import draft_of
from keyuan.customer360.conditions.fields import WITHOUT_VALUE, Catalogue, Field, Record
from keyuan.customer360.conditions.tree import (
    DEEPEST,
    EVERYBODY,
    MOST_CONDITIONS,
    Compare,
    Condition,
    DaysFromToday,
    Group,
    Has,
    Not,
    Op,
)
from keyuan.customer360.conditions.values import read_value

LONGEST_JSON = 60_000


def parse_text(text: str, *, catalogue: Catalogue) -> Condition:
    """A condition from JSON text; an empty text asks for everybody. Raises a BadCondition."""
    if not text.strip():
        return EVERYBODY
    if len(text) > LONGEST_JSON:
        raise refusals.TooLarge("", most=MOST_CONDITIONS)
    try:
        told = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise refusals.NotJson("", detail=str(error)[:100]) from None
    return parse(told, catalogue=catalogue)


def parse(told: Any, *, catalogue: Catalogue) -> Condition:
    """A condition from what JSON holds. Raises a BadCondition that names the place of the fault."""
    if told is None or told == {}:
        return EVERYBODY
    condition = _Reader(catalogue).read(told, catalogue.customer, "", 1)
    # Measured as the builder shows it, so that what it shows can be sent back: a "not" is no level of its own there.
    nodes = list(draft_of(condition).walk())
    if max(node.path.count(".") for node in nodes) > DEEPEST:
        raise refusals.TooDeep("", most=DEEPEST)
    if len(nodes) > MOST_CONDITIONS:
        raise refusals.TooLarge("", most=MOST_CONDITIONS)
    return condition


class _Reader:
    """Reads one condition, counting as it goes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.count = 0

    def read(self, told: Any, record: Record, path: str, depth: int) -> Condition:
        if not isinstance(told, dict):
            raise refusals.NotAnObject(path)
        if depth > 4 * DEEPEST:
            raise refusals.TooDeep(path, most=DEEPEST)
        self.count += 1
        if self.count > 4 * MOST_CONDITIONS:
            raise refusals.TooLarge("", most=MOST_CONDITIONS)
        for key, reader in (
            ("all", self._group),
            ("any", self._group),
            ("not", self._not),
            ("has", self._has),
            ("has_none", self._has),
            ("field", self._compare),
        ):
            if key in told:
                return reader(key, told, record, path, depth)
        raise refusals.NotAnObject(path)

    def _group(self, key: str, told: dict[str, Any], record: Record, path: str, depth: int) -> Condition:
        _only(told, {key}, path)
        parts = told[key]
        if not isinstance(parts, list):
            raise refusals.NotAnObject(_at(path, key))
        read = tuple(
            self.read(part, record, _at(path, f"{key}[{place}]"), depth + 1) for place, part in enumerate(parts)
        )
        return Group("all" if key == "all" else "any", read)

    def _not(self, key: str, told: dict[str, Any], record: Record, path: str, depth: int) -> Condition:
        _only(told, {key}, path)
        return Not(self.read(told[key], record, _at(path, key), depth + 1))

    def _has(self, key: str, told: dict[str, Any], record: Record, path: str, depth: int) -> Condition:
        _only(told, {key, "such_that"}, path)
        found = self.catalogue.records.get(told[key]) if isinstance(told[key], str) else None
        if found is None or record.name not in found.links:
            raise refusals.UnknownRecord(_at(path, key), name=str(told[key])[:60])
        inside = told.get("such_that")
        such_that = EVERYBODY if inside in (None, {}) else self.read(inside, found, _at(path, "such_that"), depth + 1)
        return Has(found, such_that, none=key == "has_none")

    def _compare(self, key: str, told: dict[str, Any], record: Record, path: str, depth: int) -> Condition:
        _only(told, {"field", "op", "value"}, path)
        field = self._field(told["field"], record, path)
        op = told.get("op")
        if op not in field.operators:
            raise refusals.OperatorDoesNotFit(_at(path, "op"), name=field.label, op=str(op)[:30])
        op = Op(op)
        if op in WITHOUT_VALUE:
            return Compare(field, op)
        if told.get("value") in (None, "", []):
            raise refusals.ValueMissing(_at(path, "value"), name=field.label)
        return Compare(field, op, read_value(told["value"], field, op, _at(path, "value")))

    def _field(self, name: Any, record: Record, path: str) -> Field:
        owner = self.catalogue.records.get(str(name).partition(".")[0])
        found = None if owner is None else owner.fields.get(str(name))
        if owner is None or found is None:
            raise refusals.UnknownField(_at(path, "field"), name=str(name)[:60])
        if owner.name != record.name:
            raise refusals.FieldOfAnother(_at(path, "field"), name=str(name), record=record.label)
        return found


def _at(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step


def _only(told: dict[str, Any], keys: set[str], path: str) -> None:
    for key in told:
        if key not in keys:
            raise refusals.UnknownKey(path, key=str(key)[:40])


def as_json(condition: Condition) -> dict[str, Any]:
    """The tree as the JSON that parse reads."""
    match condition:
        case Group(join=join, parts=parts):
            return {join: [as_json(part) for part in parts]}
        case Not(part=part):
            return {"not": as_json(part)}
        case Has(record=record, such_that=such_that, none=none):
            told: dict[str, Any] = {"has_none" if none else "has": record.name}
            return told if such_that == EVERYBODY else {**told, "such_that": as_json(such_that)}
        case Compare(field=field, op=op, value=value):
            bare = {"field": field.name, "op": op.value}
            return bare if value is None else {**bare, "value": _plain(value)}
    raise TypeError(type(condition).__name__)  # pragma: no cover


def _plain(value: Any) -> Any:
    match value:
        case tuple():
            return [_plain(each) for each in value]
        case DaysFromToday(days=days):
            return {"days_from_today": days}
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
    return value
