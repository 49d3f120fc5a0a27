"""A price as a quote keeps it and as programs read it: amounts as texts, so that no reader rounds them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from keyuan.products.definition import Definition
from keyuan.products.rating import LifeRisk, PlanRisk, Price, Risk, price, risk_of
from keyuan.products.rating.wording import step_label

BORN = ("birth_date", "age_days")


def kept(told: Price) -> dict[str, Any]:
    """The price as JSON."""
    return {
        "currency": told.standard.currency,
        "premium": str(told.premium.amount),
        "first": str(told.first.amount),
        "yearly": str(told.yearly.amount),
        "standard": str(told.standard.amount),
        "total": str(told.total.amount),
        "years": told.years,
        "instalments": [str(one.amount) for one in told.instalments],
        "by_coverage": {code: str(amount.amount) for code, amount in told.by_coverage.items()},
        "steps": [
            {"code": step.code, "of": step.of, "by": f"{step.by:f}", "amount": str(step.amount)} for step in told.steps
        ],
    }


def worded(told: Price, definition: Definition) -> dict[str, Any]:
    """The same with each step in the reader's language."""
    shown = kept(told)
    for line, step in zip(shown["steps"], told.steps, strict=True):
        line["label"] = step_label(step, definition)
    return shown


def without_birth(raw: Mapping[str, Any], risk: Risk) -> dict[str, Any]:
    """What was to be insured, with the age on the day of the quote instead of the birth: it is priced alike for ever."""
    if not isinstance(risk, LifeRisk | PlanRisk):
        return dict(raw)
    return {**{name: value for name, value in raw.items() if name not in BORN}, "age": risk.age}


def priced(definition: Definition, raw: Any, *, on: date) -> tuple[Risk, Price]:
    """The risk that ``raw`` describes and its price. Raises RiskRefused."""
    risk = risk_of(definition, raw, on=on)
    return risk, price(definition, risk, on=on)
