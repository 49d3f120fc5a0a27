"""Decision tables and their changes in the reader's language: columns by their labels, outcomes and exclusions in words."""

from __future__ import annotations

import json
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.underwriting.differing import RuleChange
from keyuan.underwriting.questions import catalogue
from keyuan.underwriting.states import Outcome
from keyuan.underwriting.views.shared import language

COLUMNS: dict[str, str | Promise] = {
    "rule": _("规则"),
    "question": _("依据的回答"),
    "outcome": _("核保结论"),
    "loading": _("加费%"),
    "exclusion": _("除外"),
    "months": _("延期月数"),
    "zh": _("理由（中文）"),
    "en": _("理由（英文）"),
    "most_loading": _("加费合计上限%"),
}
TABLES: dict[str, str | Promise] = {
    "build": _("体格"),
    "occupation": _("职业"),
    "sums": _("保额与年龄"),
    "finance": _("财务核保"),
    "health": _("健康告知"),
    "way_of_life": _("生活方式"),
    "history": _("投保与理赔经过"),
    "person": _("身体与生活"),
    "scheme": _("团体方案"),
    "industry": _("行业与职业"),
    "experience": _("以往经验"),
    "vehicle": _("车辆"),
    "driver": _("驾驶人"),
    "building": _("房屋"),
    "use": _("用途"),
    "place": _("位置与赔案"),
    "limits": _("界限"),
}


def column(field: str) -> str:
    """What a column is called."""
    return str(COLUMNS[field]) if field in COLUMNS else catalogue().label(field).said(language())


def cell(field: str, text: str) -> str:
    """What stands in a cell: codes in words, conditions as they are."""
    plain = text.strip().strip('"')
    if field == "outcome" and plain in Outcome.values:
        return str(Outcome(plain).label)
    if field == "exclusion" and plain in catalogue().exclusions:
        return catalogue().exclusions[plain].said(language())
    if field == "question":
        return catalogue().label(plain).said(language())
    return "" if field in ("loading", "months") and plain == "0" else plain


def tables(text: str) -> list[dict[str, Any]]:
    """The decision tables of a model: heads, and the cells of each rule; the reason in the reader's language only."""
    left_out = ("question", "zh" if language().startswith("en") else "en")  # the reason tells the question
    found = []
    for node in json.loads(text).get("nodes", ()):
        content = node.get("content")
        if node.get("type") == "decisionTableNode" and isinstance(content, dict):
            columns = [*content.get("inputs", ()), *content.get("outputs", ())]
            shown = [
                (str(one.get("field") or ""), one.get("id")) for one in columns if one.get("field") not in left_out
            ]
            rows = [[cell(field, str(row.get(key) or "")) for field, key in shown] for row in content.get("rules", ())]
            name = TABLES.get(str(node.get("id")), node.get("name"))
            found.append({"name": name, "heads": [column(field) for field, _key in shown], "rows": rows})
    return found


def changed(found: tuple[RuleChange, ...]) -> list[dict[str, Any]]:
    """The changes of a version, their cells in words."""
    return [
        {
            "table": one.table,
            "rule": one.rule,
            "kind": one.kind,
            "cells": [
                {
                    "column": column(each.column),
                    "before": None if each.before is None else cell(each.column, each.before),
                    "after": None if each.after is None else cell(each.column, each.after),
                }
                for each in one.cells
            ],
        }
        for one in found
    ]
