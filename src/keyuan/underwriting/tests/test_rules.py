"""The shipped rules: what they say of whom, that they always say something, and that they say why."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyuan.underwriting import engine
from keyuan.underwriting.checks import faults
from keyuan.underwriting.queries import shipped
from keyuan.underwriting.questions import catalogue, occupations, questionnaire
from keyuan.underwriting.rules import Decision, Reason, combine, within
from keyuan.underwriting.rules import Limits as Given
from keyuan.underwriting.states import Outcome, RuleCode
from keyuan.underwriting.tests.told import facts

DAY = date(2026, 11, 23)
QUESTIONS_OF = {
    RuleCode.LIFE: "life",
    RuleCode.CRITICAL_ILLNESS: "critical_illness",
    RuleCode.MEDICAL: "medical",
    RuleCode.ACCIDENT: "accident",
    RuleCode.GROUP: "group",
    RuleCode.MOTOR: "motor",
    RuleCode.PROPERTY: "home",
}


def decided(code: str, submitted: dict[str, Any], text: str = "") -> Decision:
    asked = questionnaire(QUESTIONS_OF[RuleCode(code)])
    assert asked is not None
    model = shipped(code)
    return engine.decide(text or model.text, submitted, asked, product="X", on=DAY, code=code, number=1)


def told(code: str, **different: Any) -> Decision:
    answered = different.pop("answered", {})
    return decided(code, facts(QUESTIONS_OF[RuleCode(code)], answered=answered, **different))


@pytest.mark.parametrize("code", RuleCode)
def test_the_shipped_rules_have_no_faults(code: str) -> None:
    assert faults(shipped(code).text) == ()


@pytest.mark.parametrize("code", RuleCode)
def test_who_is_in_good_health_is_standard_without_a_reason(code: str) -> None:
    made = told(code)
    assert (made.outcome, made.reasons) == (Outcome.STANDARD, ())


@pytest.mark.parametrize(
    ("code", "different", "outcome", "rule"),
    [
        ("life", {"weight_kg": 85}, "loading", "LIFE-BMI-3"),
        ("life", {"occupation": "0402"}, "loading", "LIFE-OCC-5"),
        ("life", {"occupation": "0901"}, "decline", "LIFE-OCC-7"),
        ("life", {"in_force": 1_600_000}, "refer", "LIFE-SUM-1"),
        ("life", {"annual_income": 20_000}, "refer", "LIFE-FIN-1"),
        ("life", {"age": 8, "annual_income": 0, "sum_insured": 210_000}, "refer", "LIFE-FIN-3"),
        ("life", {"answered": {"hypertension": True, "systolic": 135}}, "loading", "LIFE-HEA-04"),
        ("life", {"answered": {"hypertension": True, "systolic": 165}}, "postpone", "LIFE-HEA-06"),
        ("life", {"answered": {"heart": True}}, "decline", "LIFE-HEA-01"),
        ("life", {"answered": {"cancer": True, "cancer_years": 4}}, "decline", "LIFE-HEA-12"),
        ("life", {"answered": {"cancer": True, "cancer_years": 5}}, "refer", "LIFE-HEA-13"),
        ("life", {"answered": {"declined_before": "declined"}}, "refer", "LIFE-HIS-1"),
        ("critical_illness", {"answered": {"thyroid": "nodule_low"}}, "exclusion", "CI-HEA-23"),
        ("critical_illness", {"answered": {"diabetes": "type2"}}, "decline", "CI-HEA-09"),
        ("medical", {"answered": {"spine": True}}, "exclusion", "MED-HEA-22"),
        ("accident", {"occupation": "0904"}, "decline", "ACC-OCC-7"),
        ("accident", {"answered": {"hazardous_sport": "diving"}}, "exclusion", "ACC-PER-5"),
        ("group", {"answered": {"group_people": 20}}, "refer", "GRP-SCH-2"),
        ("group", {"answered": {"group_industry": "mining"}}, "decline", "GRP-IND-1"),
        ("motor", {"answered": {"drunk_driving": True}}, "refer", "MOT-DRI-3"),
        ("motor", {"answered": {"inspection_valid": False}}, "postpone", "MOT-VEH-1"),
        ("property", {"answered": {"home_built": 1990}}, "loading", "PRO-BUI-2"),
        ("property", {"answered": {"flood_zone": True}}, "exclusion", "PRO-PLA-1"),
    ],
)
def test_a_rule_speaks_by_name(code: str, different: dict[str, Any], outcome: str, rule: str) -> None:
    made = told(code, **different)
    assert made.outcome == outcome
    assert rule in {reason.rule for reason in made.reasons}


def test_a_reason_names_the_question_and_the_answer_in_both_languages() -> None:
    reason = told("life", answered={"hypertension": True, "systolic": 150}).reasons[0]
    assert (reason.place, reason.value) == ("answers.systolic", 150)
    assert reason.question["en"] == "What was your highest systolic pressure in the last three months?"
    assert reason.answer == {"zh": "150毫米汞柱", "en": "150 mmHg"}
    assert reason.text == {"zh": "高血压1级", "en": "High blood pressure, grade 1"}


def test_loadings_add_up_until_they_are_no_price_any_more() -> None:
    some = told("life", weight_kg=85, answered={"hypertension": True, "systolic": 135})
    assert (some.outcome, some.loading_percent) == (Outcome.LOADING, 75)
    more = told("life", weight_kg=95, occupation="0501", answered={"hypertension": True, "systolic": 135})
    assert (more.outcome, more.loading_percent) == (Outcome.REFER, 0)
    assert "AUTO-3" in {reason.rule for reason in more.reasons}


def test_what_was_not_answered_is_referred_and_never_declined() -> None:
    submitted = facts(answered={"heart": True})
    del submitted["answers"]["stroke"]
    made = decided("life", submitted)
    assert made.outcome == Outcome.REFER
    first = made.reasons[0]
    assert (first.rule, first.place) == ("AUTO-1", "answers.stroke")
    assert "LIFE-HEA-01" in {reason.rule for reason in made.reasons}


def test_an_answer_of_another_kind_is_referred() -> None:
    made = told("life", age="三十五", answered={"smoker": "maybe"})
    assert {(reason.rule, reason.place) for reason in made.reasons} == {("AUTO-2", "age"), ("AUTO-2", "answers.smoker")}


def test_a_question_that_was_not_to_be_answered_says_nothing() -> None:
    assert told("life", answered={"smoker": False, "cigarettes": 60}).outcome == Outcome.STANDARD


def test_rules_that_cannot_be_run_are_referred_with_the_reason() -> None:
    made = decided("life", facts(), text="{}")
    assert (made.outcome, made.reasons[0].rule) == (Outcome.REFER, "AUTO-4")
    assert "\n" not in made.reasons[0].answer["en"]


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=3,
)


@st.composite
def anything(draw: st.DrawFn, code: str) -> dict[str, Any]:
    """Facts as anybody may send them: usual ones with some left out, changed in kind, or out of all bounds."""
    submitted = facts(QUESTIONS_OF[RuleCode(code)])
    asked = questionnaire(QUESTIONS_OF[RuleCode(code)])
    assert asked is not None
    for name in draw(st.lists(st.sampled_from(asked.questions), max_size=6)):
        question = catalogue().questions[name]
        fitting = st.booleans() if question.type == "yes_no" else st.integers(-5, 300)
        fitting = st.sampled_from([one.code for one in question.choices]) if question.choices else fitting
        submitted["answers"][name] = draw(fitting | ANY)
    for name in draw(st.lists(st.sampled_from(list(catalogue().facts)), max_size=3)):
        submitted[name] = draw(st.integers(-10, 3_000_000) | ANY)
    return submitted


@pytest.mark.parametrize("code", RuleCode)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_answers_have_an_outcome_that_names_its_rule(code: str, data: st.DataObject) -> None:
    submitted = data.draw(anything(code))
    made = decided(code, submitted)
    assert made.outcome in Outcome.values
    assert (made.outcome == Outcome.STANDARD) == (made.reasons == ())
    assert all(reason.rule and reason.text["zh"] and reason.text["en"] for reason in made.reasons)
    assert (made.loading_percent > 0) == (made.outcome == Outcome.LOADING)
    assert made.outcome != Outcome.EXCLUSION or made.exclusions
    assert (made.postpone_months > 0) == (made.outcome == Outcome.POSTPONE)
    assert made == decided(code, submitted), "the same facts have the same outcome"
    json.dumps(made.as_json())


def _reason(outcome: str, **more: Any) -> Reason:
    return Reason("R", "age", {}, 1, {}, outcome, {"zh": "x", "en": "x"}, **more)


def test_the_worst_that_was_found_decides() -> None:
    assert combine([_reason("loading", loading_percent=50), _reason("decline")]).loading_percent == 0
    assert combine([_reason("refer"), _reason("postpone", postpone_months=6)]).postpone_months == 6
    both = combine([_reason("loading", loading_percent=50), _reason("exclusion", exclusion="lung")])
    assert (both.outcome, both.loading_percent, both.exclusions) == ("loading", 50, ("lung",))


@pytest.mark.parametrize(
    ("outcome", "loading", "sum_at_risk", "allowed"),
    [
        ("standard", 0, 1_000_000, True),
        ("standard", 0, 1_000_001, False),
        ("loading", 100, 1, True),
        ("loading", 101, 1, False),
        ("postpone", 0, 9_000_000, True),
        ("decline", 0, 1, False),
    ],
)
def test_authority_bounds_sum_loading_and_declining(
    outcome: str, loading: int, sum_at_risk: int, allowed: bool
) -> None:
    given_limits = Given(most_sum=1_000_000, most_loading=100, may_decline=False)  # type: ignore[arg-type]
    made = within(given_limits, outcome=outcome, loading_percent=loading, sum_at_risk=sum_at_risk)  # type: ignore[arg-type]
    assert made is allowed


def test_the_classes_of_occupations_go_from_one_to_the_declined() -> None:
    assert {one.occupation_class for one in occupations().values()} == {1, 2, 3, 4, 5, 6, 7}


@pytest.mark.parametrize(
    ("spoil", "told_of"),
    [
        (lambda text: text.replace('"> 2000000"', '">>> 2000000 ("'), ">>> 2000000 ("),
        (lambda text: text.replace('"rule": "x"', "").replace('\\"LIFE-HEA-02\\"', '\\"LIFE-HEA-01\\"'), "LIFE-HEA-01"),
        (lambda text: text.replace('"field": "bmi"', '"field": "bmj"'), "bmj"),
        (lambda text: text.replace('\\"decline\\"', '\\"declined\\"'), "declined"),
        (lambda text: text.replace('"decisionTableNode"', '"functionNode"', 1), "functionNode"),
        (lambda text: text.replace('\\"breast\\"', '\\"breasts\\"'), "breasts"),
        (lambda text: text[:-20], "JSON"),
        (lambda _text: '{"nodes": [], "edges": []}', ""),
        (lambda _text: "[]", ""),
    ],
)
def test_a_model_with_a_fault_is_told_where(spoil: Any, told_of: str) -> None:
    found = faults(spoil(shipped("life").text))
    assert found
    assert told_of in " ".join(found)
