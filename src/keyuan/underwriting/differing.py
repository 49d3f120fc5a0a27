"""What differs between two decision models, row by row of their tables: as a person reads a change. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a rule: the column, and the text before and after; None where there is none."""

    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that was added, removed or changed."""

    table: str
    rule: str
    kind: str  # new | gone | changed
    cells: tuple[Cell, ...]


def changes(before: str, after: str) -> tuple[RuleChange, ...]:
    """The rules that differ, in the order of the new model; a text that is no model has none."""
    old, new = _rules(before), _rules(after)
    return (*_kept(old, new), *_gone(old, new))


def _kept(old: dict[str, Any], new: dict[str, Any]) -> Iterator[RuleChange]:
    for name, (table, cells) in new.items():
        if name not in old:
            shown = tuple(Cell(column, None, text) for column, text in cells.items() if text)
            yield RuleChange(table, name, "new", shown)
            continue
        known = old[name][1]
        differing = [column for column in {**known, **cells} if known.get(column, "") != cells.get(column, "")]
        if differing:
            shown = tuple(Cell(c, known.get(c) or None, cells.get(c) or None) for c in differing)
            yield RuleChange(table, name, "changed", shown)


def _gone(old: dict[str, Any], new: dict[str, Any]) -> Iterator[RuleChange]:
    for name, (table, cells) in old.items():
        if name not in new:
            yield RuleChange(table, name, "gone", tuple(Cell(c, text, None) for c, text in cells.items() if text))


def _rules(text: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Rule → its table and its cells by column; expressions of the other nodes count as rules of their own."""
    try:
        nodes = json.loads(text).get("nodes", [])
    except (ValueError, AttributeError):
        return {}
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for node in nodes:
        content = node.get("content") if isinstance(node, dict) else None
        if not isinstance(content, dict):
            continue
        name = str(node.get("name") or node.get("id"))
        for row, cells in _rows(content):
            found.setdefault(row, (name, cells))
    return found


def _rows(content: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    columns = [*content.get("inputs", ()), *content.get("outputs", ())]
    rule = next((one.get("id") for one in columns if one.get("field") == "rule"), "rule")
    for row in content.get("rules", ()):
        cells = {str(one.get("field") or one.get("name")): str(row.get(one.get("id")) or "") for one in columns}
        yield str(row.get(rule) or row.get("_id")).strip('"'), cells
    for one in content.get("expressions", ()):
        yield str(one.get("key")), {str(one.get("key")): str(one.get("value") or "")}
