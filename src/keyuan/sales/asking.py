"""A product's questions as a form shows them, and what the answers cost: for staff at the desk and customers at home."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from keyuan.kernel.clock import today
from keyuan.products.definition import Definition
from keyuan.products.describing import mode
from keyuan.products.rating import Risk, RiskRefused
from keyuan.products.rating.entries import raw_of
from keyuan.products.rating.fields import LINES, ONCE, PARTS, Field, fields
from keyuan.sales.pricing import priced, worded


def parts(definition: Definition, told: Mapping[str, str]) -> list[dict[str, Any]]:
    """The fields with what they say, by the part of the conversation they belong to."""
    asked = fields(definition)
    within = {one.amount_of: one for one in asked if one.amount_of}
    shown = []
    for part, label in PARTS.items():
        here = [one for one in asked if one.part == part and not one.amount_of]
        if here:
            shown.append(
                {"code": part, "label": label, "fields": [_shown(one, told, within.get(one.name)) for one in here]}
            )
    return shown


def _shown(one: Field, told: Mapping[str, str], amount: Field | None = None) -> dict[str, Any]:
    lines = [
        [_shown(column, {column.name: told.get(f"{one.name}.{place}.{column.name}", "")}) for column in one.columns]
        for place in range(LINES if one.columns else 0)
    ]
    is_slider = one.kind == "amount" and one.name == "sum" and one.most is not None
    return {
        "one": one,
        "id": "q-" + one.name.replace(".", "-"),
        "value": told.get(one.name, ""),
        "slider": is_slider,
        "lines": lines,
        "amount": None if amount is None else _shown(amount, told),
    }


def price_told(definition: Definition, told: Mapping[str, str]) -> dict[str, Any]:
    """The price with its arithmetic, or every fault by the name of its field."""
    try:
        risk, found = priced(definition, raw_of(definition, told), on=today())
    except RiskRefused as refused:
        labels = {one.name: one.label for one in fields(definition)}
        labels |= {one.amount_of: labels[one.amount_of] for one in fields(definition) if one.amount_of}
        faults = [(fault.rule, fault.said(_named(fault.field, labels, definition))) for fault in refused.faults]
        return {"faults": faults}
    return {
        "price": found,
        "steps": steps_told(worded(found, definition)["steps"]),
        "mode": mode_told(definition, risk),
    }


def steps_told(steps: list[dict[str, str]]) -> list[dict[str, str]]:
    """The arithmetic with commas between thousands."""
    return [
        {**step, "by": f"{Decimal(step['by']).normalize():,f}", "amount": f"{Decimal(step['amount']):,.2f}"}
        for step in steps
    ]


def mode_told(definition: Definition, risk: Risk) -> str:
    """How each instalment is paid; cover for a year or less that is paid once is simply paid."""
    return mode(risk.mode) if definition.long_term or risk.mode not in (0, 12) else str(ONCE)


def _named(field: str, labels: Mapping[str, str], definition: Definition) -> str:
    """The name of a field as the form shows it; a person in a list by their place in it."""
    if field in labels:
        return labels[field]
    inside, bracket, rest = field.partition("[")
    if bracket and inside in labels:
        place, _end, column = rest.partition("]")
        columns = {one.name: one.label for one in fields(definition) for one in one.columns}
        named = columns.get(column.removeprefix("."), "")
        return _("%(list)s第%(place)s行%(column)s") % {"list": labels[inside], "place": _place(place), "column": named}
    return field or definition.code


def _place(text: str) -> int:
    return int(text) + 1 if text.isdecimal() and len(text) < 9 else 1
