"""A version that says the same as the one before decides every application as before, whatever it looks like."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyuan.underwriting.engine import decide
from keyuan.underwriting.queries import shipped
from keyuan.underwriting.questions import catalogue, questionnaire
from keyuan.underwriting.tests.told import facts

DAY = date(2026, 11, 23)
ASKED = questionnaire("life")
assert ASKED is not None
YES_NO = [name for name in ASKED.questions if catalogue().questions[name].type == "yes_no"]
APPLICATIONS = st.builds(
    facts,
    st.just("life"),
    age=st.integers(0, 75),
    sex=st.sampled_from(["male", "female"]),
    height_cm=st.integers(60, 210),
    weight_kg=st.integers(5, 200),
    annual_income=st.integers(0, 5_000_000),
    sum_insured=st.integers(10_000, 20_000_000),
    answered=st.dictionaries(st.sampled_from(YES_NO), st.booleans()),
)


@pytest.fixture(scope="module")
def twice() -> tuple[str, str]:
    """The shipped rules, and the same written by another hand: other white space, other order of keys."""
    text = shipped("life").text
    return text, orjson.dumps(orjson.loads(text), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2).decode()


@settings(max_examples=80, deadline=None)
@given(told=APPLICATIONS)
def test_an_unchanged_rule_set_changes_nothing(twice: tuple[str, str], told: dict[str, Any]) -> None:
    assert ASKED is not None
    before, after = (
        decide(text, told, ASKED, product="TRM", on=DAY, code="life", number=number)
        for number, text in enumerate(twice, start=1)
    )
    assert before.same_as(after)
    assert (before.outcome, before.loading_percent, before.exclusions) == (
        after.outcome,
        after.loading_percent,
        after.exclusions,
    )
    assert [(one.rule, one.outcome) for one in before.reasons] == [(one.rule, one.outcome) for one in after.reasons]
