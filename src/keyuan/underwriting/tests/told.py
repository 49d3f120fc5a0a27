"""Applications to be told in tests: somebody in good health, and what is different about others."""

from __future__ import annotations

from typing import Any

from keyuan.underwriting.questions import catalogue, questionnaire

PLAIN = {"yes_no": False, "number": 0, "choice": ""}
RIGHT: dict[str, Any] = {
    "social_insurance": True,
    "vehicle_age": 2,
    "vehicle_value": 180_000,
    "inspection_valid": True,
    "licence_valid": True,
    "licence_years": 8,
    "home_built": 2012,
    "premises_fire_checked": True,
    "group_people": 40,
    "group_eligible": 42,
    "group_age": 36,
    "group_highest_class": 2,
}


def answers(code: str, **different: Any) -> dict[str, Any]:
    """Every question of a questionnaire answered so that nothing speaks against the risk."""
    asked = questionnaire(code)
    assert asked is not None
    found: dict[str, Any] = {}
    for name in asked.questions:
        question = catalogue().questions[name]
        if question.when:
            continue
        first = question.choices[0].code if question.choices else PLAIN[question.type]
        found[name] = RIGHT.get(name, first)
    return {**found, **different}


def facts(code: str = "life", /, *, answered: dict[str, Any] | None = None, **different: Any) -> dict[str, Any]:
    """The facts of an application of somebody of 35 in good health."""
    usual = {
        "age": 35,
        "sex": "female",
        "height_cm": 165,
        "weight_kg": 58,
        "occupation": "0003",
        "annual_income": 200_000,
        "sum_insured": 500_000,
    }
    return {**usual, **different, "answers": answers(code, **(answered or {}))}
