"""A condition while somebody builds it: the names and values of an HTML form, also half filled in.

Each control is called ``PATH:what``; the paths follow the tree (``0`` is the root, ``0.2`` its third part). A draft is read
from a form or from a condition, changed by the buttons of the page, and becomes the JSON that parse reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from keyuan.accounts.scope import STRANGER
from keyuan.customer360.conditions.fields import WITH_LIST, WITHOUT_VALUE, Catalogue, Field, Kind, Record
from keyuan.customer360.conditions.tree import (
    DEEPEST,
    MOST_CONDITIONS,
    Compare,
    Condition,
    DaysFromToday,
    Group,
    Has,
    Not,
    Op,
)

if TYPE_CHECKING:
    from django.http import QueryDict

ON, AHEAD, AGO = "on", "ahead", "ago"
ROOT = "0"


@dataclass
class Draft:
    """A node of the form. A has is a group with a record; ``values`` are texts as typed, ``units`` how a day is meant;
    ``was`` is the field that stood here when the form was drawn."""

    kind: Literal["group", "field"] = "group"
    record: str = "customer"
    has: Literal["", "has", "has_none"] = ""
    join: Literal["all", "any"] = "all"
    negated: bool = False
    parts: list[Draft] = field(default_factory=list)
    name: str = ""
    was: str = ""
    op: str = ""
    values: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    path: str = ROOT
    fault: str = ""

    def number(self, path: str = ROOT) -> Draft:
        """Give every node the path at which it stands now."""
        self.path = path
        for place, part in enumerate(self.parts):
            part.number(f"{path}.{place}")
        return self

    def walk(self) -> Iterator[Draft]:
        yield self
        for part in self.parts:
            yield from part.walk()

    def at(self, path: str) -> Draft | None:
        return next((node for node in self.walk() if node.path == path), None)


def draft_of(condition: Condition) -> Draft:
    """The form of a condition. What is no group at the top becomes the one part of a group."""
    node = _from(condition, "customer")
    if node.kind == "field" or node.has:
        node = Draft(parts=[node])
    return node.number()


def _from(condition: Condition, record: str) -> Draft:
    match condition:
        case Group(join=join, parts=parts):
            return Draft(record=record, join=join, parts=[_from(part, record) for part in parts])
        case Not(part=part):
            inner = _from(part, record)
            if inner.kind == "field" or inner.has or inner.negated:
                inner = Draft(record=record, parts=[inner])
            inner.negated = True
            return inner
        case Has(record=about, such_that=such_that, none=none):
            inner = _from(such_that, about.name)
            if inner.kind == "field" or inner.has or inner.negated:
                inner = Draft(record=about.name, parts=[inner])
            inner.has = "has_none" if none else "has"
            return inner
        case Compare(field=asked, op=op, value=value):
            values = value if isinstance(value, tuple) else () if value is None else (value,)
            if op in WITH_LIST and asked.kind in (Kind.TEXT, Kind.CODE):
                return Draft("field", record, name=asked.name, op=op.value, values=["\n".join(map(str, values))])
            told = [_told(each) for each in values]
            return Draft(
                "field",
                record,
                name=asked.name,
                op=op.value,
                values=[text for text, _ in told],
                units=[u for _, u in told],
            )
    raise TypeError(type(condition).__name__)  # pragma: no cover


def _told(value: Any) -> tuple[str, str]:
    match value:
        case DaysFromToday(days=days):
            return str(abs(days)), AHEAD if days >= 0 else AGO
        case bool():
            return ("1" if value else "0"), ""
        case date():
            return value.isoformat(), ON
        case Decimal():
            return f"{value:f}", ""
    return str(value), ""


def read_draft(form: QueryDict) -> Draft:
    """What the form holds; a form without a builder is an empty group."""
    count = 0

    def node(path: str, record: str) -> Draft | None:
        nonlocal count
        kind = form.get(f"{path}:kind")
        if kind not in ("group", "field") or count > MOST_CONDITIONS or path.count(".") > DEEPEST:
            return None
        count += 1
        if kind == "field":
            return Draft(
                "field",
                record,
                name=form.get(f"{path}:field", ""),
                was=form.get(f"{path}:was", ""),
                op=form.get(f"{path}:op", ""),
                values=[text for text in form.getlist(f"{path}:value") if text != ""],
                units=form.getlist(f"{path}:unit"),
            )
        has = form.get(f"{path}:has", "")
        about = form.get(f"{path}:record", record) if has else record
        group = Draft(
            "group",
            about,
            has=has if has in ("has", "has_none") else "",  # type: ignore[arg-type]
            join="any" if form.get(f"{path}:join") == "any" else "all",
            negated=form.get(f"{path}:not") == "1",
        )
        place = 0
        while (part := node(f"{path}.{place}", about)) is not None:
            group.parts.append(part)
            place += 1
        return group

    return (node(ROOT, "customer") or Draft()).number()


def json_of(draft: Draft, *, catalogue: Catalogue, lenient: bool = False) -> dict[str, Any]:
    """The JSON that the draft says. ``lenient`` leaves out comparisons that lack a value, as while building."""
    told = _json(draft, catalogue, lenient)
    return told if told is not None else {"all": []}


def incomplete(draft: Draft, *, catalogue: Catalogue) -> int:
    """How many comparisons still lack something."""
    return sum(1 for node in draft.walk() if node.kind == "field" and _compared(node, catalogue) is None)


def _json(node: Draft, catalogue: Catalogue, lenient: bool) -> dict[str, Any] | None:
    if node.kind == "field":
        told = _compared(node, catalogue)
        return {"field": node.name, "op": node.op} if told is None and not lenient else told
    parts = [part for each in node.parts if (part := _json(each, catalogue, lenient)) is not None]
    group: dict[str, Any] = {node.join: parts}
    if node.negated:
        group = {"not": group}
    if not node.has:
        return group
    return {node.has: node.record, "such_that": group} if node.parts else {node.has: node.record}


def _compared(node: Draft, catalogue: Catalogue) -> dict[str, Any] | None:
    asked = field_of(node, catalogue)
    if asked is None or node.op not in asked.operators:
        return None
    op = Op(node.op)
    bare = {"field": asked.name, "op": op.value}
    if op in WITHOUT_VALUE:
        return bare
    values = _values(node, asked, op)
    if not values or (op == Op.BETWEEN and len(values) != 2):
        return None
    return {**bare, "value": values if op in WITH_LIST or op == Op.BETWEEN else values[0]}


def _values(node: Draft, asked: Field, op: Op) -> list[Any]:
    if op in WITH_LIST and len(node.values) == 1 and not (asked.closed and asked.choices):
        return [line.strip() for line in node.values[0].splitlines() if line.strip()]
    if asked.kind == Kind.YES_NO:
        return [text == "1" for text in node.values]
    if asked.kind == Kind.DATE and op not in (Op.NEXT_DAYS, Op.LAST_DAYS):
        units = [*node.units, *([ON] * len(node.values))]
        return [_meant(text, unit) for text, unit in zip(node.values, units, strict=False)]
    return list(node.values)


def _meant(text: str, unit: str) -> Any:
    if unit not in (AHEAD, AGO):
        return text
    return {"days_from_today": text if unit == AHEAD else f"-{text}"}


def field_of(node: Draft, catalogue: Catalogue) -> Field | None:
    """The field that a node compares, if it is one of its record."""
    record = catalogue.records.get(node.record)
    return None if record is None else record.fields.get(node.name)


def record_of(node: Draft, catalogue: Catalogue) -> Record:
    """The record that a node is about."""
    return catalogue.records.get(node.record, catalogue.customer)


def change(draft: Draft, act: str, *, catalogue: Catalogue) -> Draft:
    """What a button of the builder does: ``add-field PATH``, ``add-group PATH``, ``add-has PATH RECORD``, ``remove PATH``."""
    verb, _, rest = act.partition(" ")
    path, _, about = rest.partition(" ")
    node = draft.at(path)
    if node is not None and verb.startswith("add-") and node.kind == "group":
        _add(node, verb, about, catalogue)
    elif verb == "remove" and path != ROOT:
        above = draft.at(path.rpartition(".")[0])
        if above is not None and node is not None:
            above.parts.remove(node)
    for each in draft.walk():
        if each.kind == "field":
            _fitted(each, catalogue)
    return draft.number()


def _add(node: Draft, verb: str, about: str, catalogue: Catalogue) -> None:
    record = record_of(node, catalogue)
    first = next(iter(record.fields.values()))
    if verb == "add-field":
        chosen = record.fields.get(about, first)
        node.parts.append(Draft("field", node.record, name=chosen.name, op=chosen.operators[0].value))
    elif verb == "add-group":
        inner = Draft("field", node.record, name=first.name, op=first.operators[0].value)
        node.parts.append(Draft(record=node.record, join="any" if node.join == "all" else "all", parts=[inner]))
    elif verb == "add-has" and about in {each.name for each in catalogue.inside(record)}:
        node.parts.append(Draft(record=about, has="has"))


def _fitted(node: Draft, catalogue: Catalogue) -> None:
    """After another field was chosen: of another kind, it begins with its own usual operator and no value; of the same kind,
    what was typed stays, unless it was picked from a vocabulary."""
    asked = field_of(node, catalogue)
    if asked is None:
        record = record_of(node, catalogue)
        asked = next(iter(record.fields.values()))
        node.name, node.op, node.values = asked.name, asked.operators[0].value, []
    before = record_of(node, catalogue).fields.get(node.was, asked)
    if before.kind != asked.kind:
        node.op, node.values, node.units = asked.operators[0].value, [], []
    elif before is not asked and (before.choices is not None or asked.choices is not None):
        node.values = []
    if node.op not in asked.operators:
        node.op, node.values, node.units = asked.operators[0].value, [], []
    if asked.closed and asked.choices is not None:
        from_vocabulary = {code for code, _ in asked.choices(STRANGER)}
        node.values = [value for value in node.values if value in from_vocabulary]
