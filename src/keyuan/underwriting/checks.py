"""What must be true of a decision model before it may decide anything. Pure; finds all faults at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import zen
from django.utils.translation import gettext as _

from keyuan.underwriting.engine import compiled
from keyuan.underwriting.questions import catalogue
from keyuan.underwriting.states import Outcome

LONGEST = 2_000_000  # characters
NODES = frozenset({"inputNode", "outputNode", "decisionTableNode", "expressionNode", "switchNode"})
OUTPUTS = ("rule", "question", "outcome", "zh", "en")
NUMBERS = ("loading", "months")


def faults(text: str) -> tuple[str, ...]:
    """Everything that is wrong with a model, each with its place; empty if it may decide."""
    if len(text) > LONGEST:
        return (_("模型太大。"),)
    try:
        model = json.loads(text)
    except ValueError:
        return (_("不是可读的JSON。"),)
    found = list(_shape(model))
    if not found:
        found = list(dict.fromkeys(_contents(model["nodes"])))
    return tuple(found) if found else tuple(_engine(text))


def _shape(model: Any) -> Iterator[str]:
    nodes = model.get("nodes") if isinstance(model, dict) else None
    edges = model.get("edges") if isinstance(model, dict) else None
    if not isinstance(nodes, list) or not isinstance(edges, list) or not all(isinstance(n, dict) for n in nodes):
        yield _("模型没有节点或连线。")
        return
    kinds = [node.get("type") for node in nodes]
    for node in nodes:
        if node.get("type") not in NODES:
            yield _("%(node)s：不允许这种节点（%(kind)s）。") % {"node": _name(node), "kind": node.get("type")}
    if kinds.count("inputNode") != 1 or kinds.count("outputNode") < 1:
        yield _("模型要有一个输入和一个输出。")
    if "decisionTableNode" not in kinds:
        yield _("模型没有决策表。")


def _contents(nodes: list[dict[str, Any]]) -> Iterator[str]:
    seen: set[str] = set()
    for node in nodes:
        if node["type"] == "decisionTableNode":
            yield from _table(node, seen)


def _table(node: dict[str, Any], seen: set[str]) -> Iterator[str]:
    content: dict[str, Any] = node["content"] if isinstance(node.get("content"), dict) else {}
    columns = {one.get("field"): one.get("id") for one in content.get("outputs", ())}
    if missing := [name for name in OUTPUTS if name not in columns]:
        yield _("%(node)s：缺少输出列%(columns)s。") % {"node": _name(node), "columns": "、".join(missing)}
        return
    if not content.get("outputPath"):
        yield _("%(node)s：没有输出路径（outputPath）。") % {"node": _name(node)}
    inputs = [(one.get("id"), str(one.get("field") or "")) for one in content.get("inputs", ())]
    for _key, field in inputs:
        if field and not catalogue().knows(field) and field != "product":
            yield _("%(node)s：问卷和投保信息里没有“%(field)s”。") % {"node": _name(node), "field": field}
    for place, row in enumerate(content.get("rules", ()), start=1):
        where = f"{_name(node)} {place}"
        yield from _row(row, columns, where, seen)
        for key, field in inputs:
            cell = str(row.get(key) or "").strip()
            if cell and not _compiles(cell, unary=bool(field)):
                yield _("%(where)s：条件“%(cell)s”无法识别。") % {"where": where, "cell": cell[:60]}


def _compiles(cell: str, *, unary: bool) -> bool:
    # The engine's own validate_unary_expression refuses "> 30", which it runs: what counts is whether it compiles.
    try:
        zen.compile_unary_expression(cell) if unary else zen.compile_expression(cell)
    except RuntimeError:
        return False
    return True


def _row(row: dict[str, Any], columns: dict[str, str], where: str, seen: set[str]) -> Iterator[str]:
    told = {name: _literal(row.get(key)) for name, key in columns.items() if name in (*OUTPUTS, *NUMBERS, "exclusion")}
    rule, outcome = str(told.get("rule") or ""), told.get("outcome")
    if not rule:
        yield _("%(where)s：规则没有名称。") % {"where": where}
    elif rule in seen or rule.startswith("AUTO-"):
        yield _("%(where)s：规则名称%(rule)s已经用过。") % {"where": where, "rule": rule}
    seen.add(rule)
    if outcome not in Outcome.values:
        yield _("%(where)s：结论“%(outcome)s”不在六种之内。") % {"where": where, "outcome": outcome}
    if not told.get("zh") or not told.get("en"):
        yield _("%(where)s：理由要有中文和英文。") % {"where": where}
    if not catalogue().knows(str(told.get("question"))):
        yield _("%(where)s：依据“%(field)s”不是问卷问题或投保信息。") % {"where": where, "field": told.get("question")}
    yield from _effect(told, where)


def _effect(told: dict[str, Any], where: str) -> Iterator[str]:
    for name in NUMBERS:
        value = told.get(name)
        if value not in (None, "") and (
            isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1000
        ):
            yield _("%(where)s：%(name)s应为0至1000的整数。") % {"where": where, "name": name}
    needed = {Outcome.LOADING: "loading", Outcome.EXCLUSION: "exclusion", Outcome.POSTPONE: "months"}
    for outcome, name in needed.items():
        if told.get("outcome") == outcome and not told.get(name):
            yield _("%(where)s：结论“%(outcome)s”没有写%(name)s。") % {
                "where": where,
                "outcome": Outcome(outcome).label,
                "name": name,
            }
    code = told.get("exclusion")
    if code and code not in catalogue().exclusions:
        yield _("%(where)s：没有除外代码“%(code)s”。") % {"where": where, "code": code}


def _literal(cell: Any) -> Any:
    """A cell that is a plain text or number; what is computed is none here and is refused where a text is needed."""
    try:
        return json.loads(str(cell)) if str(cell or "").strip() else None
    except ValueError:
        return None


def _engine(text: str) -> Iterator[str]:
    try:
        compiled(text).evaluate({"answers": {}})
    except RuntimeError as error:
        yield str(error).strip().splitlines()[0][:300]


def _name(node: dict[str, Any]) -> str:
    return str(node.get("name") or node.get("id") or "?")[:60]
