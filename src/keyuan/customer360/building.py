"""The builder as its page shows it: every node of a draft with its choices, widgets and the buttons it has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import Viewer
from keyuan.customer360.conditions.draft import AGO, AHEAD, ON, ROOT, Draft, field_of, record_of
from keyuan.customer360.conditions.fields import WITH_LIST, WITHOUT_VALUE, Catalogue, Field, Kind, Record
from keyuan.customer360.conditions.tree import DEEPEST, Op

MOST_BOXES = 60
# Amounts are more or less, days are later or earlier.
OF_DAYS: dict[Op, Any] = {
    Op.LT: _("早于"),
    Op.LTE: _("不晚于"),
    Op.GT: _("晚于"),
    Op.GTE: _("不早于"),
    Op.EQ: _("就在"),
}


@dataclass
class Box:
    """One control for a value: what it is called, what stands in it, how a day is meant."""

    value: str = ""
    unit: str = ON


@dataclass
class Shown:
    """A node of the builder, ready for its template."""

    draft: Draft
    record: Record
    asked: Field | None = None
    fields: tuple[Field, ...] = ()
    operators: tuple[tuple[str, Any], ...] = ()
    widget: str = ""
    boxes: list[Box] = field(default_factory=list)
    choices: list[tuple[str, str, bool]] = field(default_factory=list)
    picked: int = 0
    parts: list[Shown] = field(default_factory=list)
    inside: tuple[Record, ...] = ()
    may_nest: bool = False
    fault: str = ""

    @property
    def path(self) -> str:
        return self.draft.path

    @property
    def key(self) -> str:
        """The path as part of an element's id."""
        return self.draft.path.replace(".", "-")

    @property
    def is_root(self) -> bool:
        return self.draft.path == ROOT


def shown(draft: Draft, *, catalogue: Catalogue, viewer: Viewer, faults: dict[str, str] | None = None) -> Shown:
    """The draft as a tree of shown nodes; ``faults`` by path."""
    record = record_of(draft, catalogue)
    told = (faults or {}).get(draft.path, "")
    if draft.kind == "group":
        deep = draft.path.count(".") + 1
        return Shown(
            draft,
            record,
            parts=[shown(part, catalogue=catalogue, viewer=viewer, faults=faults) for part in draft.parts],
            inside=catalogue.inside(record),
            may_nest=deep < DEEPEST - 1,
            fault=told,
        )
    asked = field_of(draft, catalogue)
    node = Shown(draft, record, asked, tuple(record.fields.values()), fault=told)
    if asked is not None:
        words = OF_DAYS if asked.kind == Kind.DATE else {}
        node.operators = tuple((op.value, words.get(op, op.label)) for op in asked.operators)
        _value_of(node, asked, viewer)
    return node


def _value_of(node: Shown, asked: Field, viewer: Viewer) -> None:
    op = node.draft.op
    values, units = node.draft.values, node.draft.units
    node.widget = _widget(asked, op)
    if node.widget in ("boxes", "select"):
        known = [(str(code), str(label)) for code, label in asked.choices(viewer)] if asked.choices else []
        more = [(value, value) for value in values if value not in {code for code, _ in known}]
        node.choices = [(code, label, code in values) for code, label in known + more]
        node.picked = sum(1 for *_, is_picked in node.choices if is_picked)
        if node.widget == "boxes" and len(node.choices) > MOST_BOXES:
            node.widget = "lines"
    if node.widget == "lines":
        node.boxes = [Box("\n".join(values))]
        return
    count = 2 if op == Op.BETWEEN else 1
    padded = [*values, "", ""][:count]
    meant = [*units, ON, ON][:count]
    node.boxes = [Box(value, unit) for value, unit in zip(padded, meant, strict=True)]


def _widget(asked: Field, op: str) -> str:
    """Which template part asks for the value."""
    if op in WITHOUT_VALUE or not op:
        return ""
    if op in (Op.NEXT_DAYS, Op.LAST_DAYS):
        return "count"
    if op in WITH_LIST:
        return "boxes" if asked.choices is not None else "lines"
    by_kind: dict[Kind, str] = {
        Kind.NUMBER: "number",
        Kind.MONEY: "number",
        Kind.DATE: "day",
        Kind.YES_NO: "yes_no",
        Kind.CHOICE: "select",
        Kind.SET: "select",
    }
    return by_kind.get(asked.kind, "text")


UNITS = (ON, AGO, AHEAD)


def context_of(node: Shown) -> dict[str, Any]:
    """What the templates of the builder need."""
    return {"node": node, "units": UNITS}
