"""A form is built from the definition alone: what it begins with is priced, and a risk comes back as it went in."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from keyuan.products.definition.book import shipped
from keyuan.products.rating import RiskRefused, price, risk_of
from keyuan.products.rating.entries import defaults, raw_of, values_of
from keyuan.products.rating.fields import fields
from keyuan.products.rating.tests.test_worked_examples import examples
from keyuan.products.rating.tests.test_worked_examples import shipped_version as version

EXAMPLES = {example.code: example.risk for example in examples()}


@pytest.mark.parametrize("code", [definition.code for definition in shipped()])
def test_a_form_that_nobody_has_touched_has_a_price(code: str) -> None:
    definition = version(code)
    told = price(definition, risk_of(definition, raw_of(definition, defaults(definition))))
    assert told.premium.amount > 0


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_a_risk_comes_back_from_its_form_at_the_same_price(code: str) -> None:
    definition = version(code)
    again = raw_of(definition, values_of(definition, EXAMPLES[code]))
    assert price(definition, risk_of(definition, again)) == price(definition, risk_of(definition, EXAMPLES[code]))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_field_and_every_choice_has_words(language: str) -> None:
    with translation.override(language):
        for definition in shipped():
            for one in fields(definition):
                assert "_" not in one.label
                assert one.label != one.name
                assert not any("_" in choice.label for choice in one.choices), (definition.code, one.name)
                assert one.kind != "choice" or one.default in {choice.value for choice in one.choices}


def test_the_sum_carries_its_bounds_for_a_slider() -> None:
    (one,) = [field for field in fields(version("TRM")) if field.name == "sum"]
    assert (one.least, one.most, one.step, one.default) == (100000, 3000000, 10000, "500000")


def test_people_write_numbers_with_commas_and_ages_with_whatever_parts_them() -> None:
    life = raw_of(version("TRM"), {"sum": "1,000,000", "riders.accident.sum": "5"})
    assert life == {"sum": "1000000"}
    travel = raw_of(version("TRV"), {"ages": "35，34、6 /7", "optional.trip_cancellation": "on"})
    assert travel == {"ages": ["35", "34", "6", "7"], "optional": ["trip_cancellation"]}


def test_a_rider_has_the_sum_that_stands_beside_its_tick() -> None:
    told = {"riders.accident": "on", "riders.accident.sum": "200000", "riders.waiver": "on"}
    assert raw_of(version("TRM"), told) == {"riders": {"accident": "200000", "waiver": True}}


def test_the_compulsory_insurance_may_be_left_out() -> None:
    assert raw_of(version("MOT"), {})["compulsory"] is False


@given(st.sampled_from(sorted(EXAMPLES)), st.data())
@settings(max_examples=100, deadline=None)
def test_no_entry_crashes_a_form(code: str, data: st.DataObject) -> None:
    definition = version(code)
    names = [*values_of(definition, EXAMPLES[code]), *(one.name for one in fields(definition))]
    told: dict[str, Any] = values_of(definition, EXAMPLES[code])
    told[data.draw(st.sampled_from(names))] = data.draw(st.text(max_size=12))
    try:
        risk = risk_of(definition, raw_of(definition, told))
        assert price(definition, risk).premium.amount >= 0
    except RiskRefused:
        return
