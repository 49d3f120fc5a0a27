"""Parameters: the law's numbers by day and product."""

from datetime import date
from decimal import Decimal

import pytest

from keyuan.deadlines.parameters import ParameterFault, UnknownParameter, parameter, parameters, parse

DAY = date(2026, 11, 22)
ENTRY = """
[[parameter]]
key = "grace.days"
value = 60
unit = "days"
from = 2009-10-01
source = "保险法 §36"
verified = true
"""


@pytest.mark.parametrize(
    ("key", "value", "article"),
    [
        ("grace.days", 60, "§36"),
        ("grace.after_demand_days", 30, "§36"),
        ("reinstatement.months", 24, "§37"),
        ("surrender.payout_days", 30, "§47"),
        ("claim.decision_days", 30, "§23"),
        ("claim.payment_days", 10, "§23"),
        ("claim.refusal_notice_days", 3, "§24"),
        ("claim.limitation_months.life", 60, "§26"),
        ("complaint.decision_days", 15, "消费投诉"),
        ("complaint.decision_days.complex", 30, "消费投诉"),
        ("complaint.decision_days.extended", 60, "消费投诉"),
        ("renewal.window_days.motor", 90, "车险"),
    ],
)
def test_a_clock_has_the_laws_number_and_names_its_source(key, value, article):
    found = parameter(key, on=DAY)
    assert found.value == value
    assert article in found.source
    assert found.verified


def test_general_knowledge_says_that_it_is_not_verified():
    assert not parameter("cooling_off.days.online", on=DAY).verified


def test_a_particular_key_falls_back_to_its_stem():
    assert parameter("cooling_off.days.counter", on=DAY) == parameter("cooling_off.days", on=DAY)
    assert parameter("renewal.window_days.medical", on=DAY).value == 30


def test_a_day_before_the_first_entry_is_answered_by_the_first_entry():
    assert parameter("grace.days", on=date(1980, 1, 1)) == parameter("grace.days", on=DAY)


def test_an_unknown_key_is_refused():
    with pytest.raises(UnknownParameter):
        parameter("grace.hours", on=DAY)


def test_a_later_entry_holds_from_its_day_and_not_before():
    book = parse(ENTRY + ENTRY.replace("60", "90").replace("2009-10-01", "2027-01-01"))
    assert book.get("grace.days", on=date(2026, 12, 31)).value == 60
    assert book.get("grace.days", on=date(2027, 1, 1)).value == 90
    assert book.edition(date(2026, 12, 31)) == date(2009, 10, 1)
    assert book.edition(date(2027, 1, 1)) == date(2027, 1, 1)


def test_a_product_has_its_own_value_and_the_others_keep_the_general_one():
    book = parse(ENTRY + ENTRY.replace("60", "75") + 'product = "KYX"\n')
    assert book.get("grace.days", on=DAY, product="KYX").value == 75
    assert book.get("grace.days", on=DAY, product="OTHER").value == 60
    assert book.get("grace.days", on=DAY).value == 60


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (ENTRY.replace("60", '"sixty"'), "not a number"),
        (ENTRY.replace("60", "-1"), "not a number"),
        (ENTRY.replace("60", "true"), "not a number"),
        (ENTRY.replace('"days"', '"moons"'), "no unit"),
        (ENTRY.replace('source = "保险法 §36"\n', ""), "no source"),
        (ENTRY.replace('"保险法 §36"', '""'), "needs a day and a source"),
        (ENTRY + "colour = 3\n", "unknown colour"),
        (ENTRY + ENTRY, "two values from 2009-10-01"),
    ],
)
def test_a_wrong_entry_is_refused_by_name(wrong, why):
    with pytest.raises(ParameterFault, match=why):
        parse(wrong)


def test_every_shipped_parameter_has_a_source_and_a_known_unit():
    assert len(parameters().all()) >= 20
    assert all(entry.source and entry.value >= Decimal(0) for entry in parameters().all())
