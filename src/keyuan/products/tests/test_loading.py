"""Underwriting's loading raises the price of every product, by whichever engine."""

from __future__ import annotations

import pytest

from keyuan.kernel.clock import today
from keyuan.products.definition.book import shipped
from keyuan.products.definition.schema import Definition
from keyuan.products.rating import price, risk_of
from keyuan.products.rating.entries import defaults, raw_of

ALL = [one for one in shipped() if one.in_force(today())]


@pytest.mark.parametrize("definition", ALL, ids=[one.code for one in ALL])
def test_a_loading_raises_the_price_and_no_loading_changes_nothing(definition: Definition) -> None:
    raw = raw_of(definition, defaults(definition))
    plain, none, loaded = (
        price(definition, risk_of(definition, {**raw, **more}, on=today()), on=today())
        for more in ({}, {"loading_percent": 0}, {"loading_percent": 50})
    )
    assert none.first == plain.first
    assert plain.first < loaded.first
    assert loaded.total.amount <= plain.total.amount * 3 / 2 + 1


def test_the_compulsory_motor_premium_is_not_loaded() -> None:
    (motor,) = (one for one in ALL if one.rating.engine == "motor")
    raw = raw_of(motor, defaults(motor))
    plain = price(motor, risk_of(motor, raw, on=today()), on=today())
    loaded = price(motor, risk_of(motor, {**raw, "loading_percent": 50}, on=today()), on=today())
    assert loaded.by_coverage["compulsory"] == plain.by_coverage["compulsory"]
