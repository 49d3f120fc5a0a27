"""From what was submitted to what the rules ask: read by type, what is missing named, ratios worked out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from keyuan.underwriting.questions import UNREADABLE, Questionnaire, catalogue, occupations

MOST = 10_000  # a ratio above this says nothing more


@dataclass(frozen=True, slots=True)
class Missing:
    """A place that should have been answered: left out, or not readable."""

    place: str
    unreadable: bool
    raw: Any = None


@dataclass(frozen=True, slots=True)
class Read:
    """What the rules are given, and what they had to do without."""

    context: dict[str, Any]
    missing: tuple[Missing, ...]


def read(submitted: Mapping[str, Any], asked: Questionnaire, *, product: str, on: date) -> Read:
    """The facts of an application as the rules see them on the day ``on``. Never raises, whatever was submitted."""
    missing: list[Missing] = []
    facts = _facts(submitted, asked, missing)
    raw_answers = submitted.get("answers")
    answers = _answers(raw_answers if isinstance(raw_answers, Mapping) else {}, asked, missing)
    context = {"product": product, **facts, "answers": answers}
    return Read({**context, **_derived(facts, answers, on)}, tuple(missing))


def _facts(submitted: Mapping[str, Any], asked: Questionnaire, missing: list[Missing]) -> dict[str, Any]:
    given = dict(submitted)
    known = occupations().get(str(given.get("occupation", "")))
    if known is not None and given.get("occupation_class") is None:
        given["occupation_class"] = known.occupation_class
    found: dict[str, Any] = {}
    for name, question in catalogue().facts.items():
        raw = given.get(name)
        value = None if raw is None else question.read(raw)
        needed = name in asked.facts and not question.optional
        if value is UNREADABLE or (value is None and needed):
            missing.append(Missing(name, value is UNREADABLE, raw))
            value = None
        found[name] = value
    return found


def _answers(given: Mapping[str, Any], asked: Questionnaire, missing: list[Missing]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for code in asked.questions:
        question = catalogue().questions[code]
        if any(found.get(other) != wanted for other, wanted in question.when.items()):
            continue  # it was not to be answered: what stands there says nothing
        raw = given.get(code)
        value = UNREADABLE if raw is None else question.read(raw)
        if value is UNREADABLE:
            missing.append(Missing(f"answers.{code}", raw is not None, raw))
        else:
            found[code] = value
    return found


def _derived(facts: Mapping[str, Any], answers: Mapping[str, Any], on: date) -> dict[str, Any]:
    at_risk = sum(facts[name] or 0 for name in ("sum_insured", "in_force", "elsewhere"))
    metres = (facts["height_cm"] or 0) / 100
    built = answers.get("home_built")
    return {
        "bmi": round(facts["weight_kg"] / metres**2, 1) if metres and facts["weight_kg"] else None,
        "sum_at_risk": at_risk,
        "income_multiple": _ratio(at_risk, facts["annual_income"]),
        "people_share": _ratio(answers.get("group_people"), answers.get("group_eligible")),
        "sick_share": _ratio(answers.get("group_on_sick_leave"), answers.get("group_people")),
        "home_age": None if built is None else max(0, on.year - int(built)),
    }


def _ratio(part: float | None, whole: float | None) -> float | None:
    return min(round(part / whole, 4), MOST) if part is not None and whole else None
