"""Sample risks priced under two versions, and the trials that use them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from keyuan.products import preview, trials
from keyuan.products.definition import Definition, load
from keyuan.products.definition.book import SHIPPED, shipped

ACCIDENT = (SHIPPED / "comprehensive_accident.yaml").read_text(encoding="utf-8")
TERM = (SHIPPED / "term_life.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("it", shipped(), ids=lambda it: it.code)
def test_every_product_has_samples_with_prices_and_no_two_alike(it: Definition) -> None:
    found = preview.samples(it, it)
    assert 6 <= len(found) <= 8
    assert len({one.label for one in found}) == len(found)
    assert all(one.percent == 0 for one in found)


def test_a_change_of_a_rate_shows_in_the_samples_that_it_concerns() -> None:
    before, after = (
        load(text, file="a") for text in (ACCIDENT, ACCIDENT.replace("0.35, 0.52, 0.80", "0.35, 0.52, 1.60"))
    )
    with translation.override("en"):
        found = {one.label: one.percent for one in preview.samples(after, before)}
    assert found["Age 32 · Occupation class 1"] == 0
    assert (found["Age 32 · Occupation class 4"] or 0) > 10


def test_whom_a_version_no_longer_takes_has_no_price_and_a_reason() -> None:
    before, after = (load(text, file="a") for text in (TERM, TERM.replace("  max_age: 60", "  max_age: 61", 1)))
    assert preview.samples(after, before)[0].percent is not None
    young = load(TERM.replace("  min_age: 18", "  min_age: 40", 1), file="a")
    told = preview.priced(young, {**preview.defaults(before), "age": "30"})
    assert told.price is None
    assert not told.unpriced
    assert told.refusal is not None
    assert [fault.rule for fault in told.refusal.faults] == ["too_young"]


def test_the_arithmetic_of_a_sample_ends_at_its_price() -> None:
    it = load(ACCIDENT, file="a")
    one = preview.samples(it, None)[0]
    assert one.before is None
    assert one.percent is None
    assert one.after.price is not None
    assert one.after.steps[-1][2] == one.after.price.standard.amount


def test_a_version_whose_premium_falls_with_the_sum_fails_its_trial() -> None:
    it = load(TERM, file="a")
    (rising,) = trials.rising(it)
    assert rising.passed
    assert trials.rising(load(ACCIDENT, file="a")) == ()


def test_a_version_without_a_price_for_what_a_form_begins_with_fails_its_trial() -> None:
    """Expenses of the whole premium leave nothing for benefits."""
    it = load(TERM.replace("of_premium: [55%, 25%, 20%, 12%, 10%, 6%]", "of_premium: [100%]"), file="a")
    with translation.override("en"):
        told = trials.all_priced(it)
    assert not told.passed
    assert "premium" in told.details[0].lower()


def test_percents_are_told_to_one_place() -> None:
    before, after = (load(text, file="a") for text in (TERM, TERM.replace("per_policy: 20", "per_policy: 200")))
    told = [one.percent for one in preview.samples(after, before)]
    assert all(isinstance(one, Decimal) and one > 0 and one == round(one, 1) for one in told)
