"""Registering: what the ID number tells, what contradicts it, and all or nothing."""

from datetime import date, timedelta

import pytest

from keyuan.accounts.roles import Role
from keyuan.customers import queries
from keyuan.customers.models import Customer, Identifier
from keyuan.customers.numbers import is_customer_number
from keyuan.customers.refusals import (
    BirthDateContradictsIdNumber,
    BirthDateImpossible,
    IdentifierTaken,
    NameMissing,
    SexContradictsIdNumber,
    ValueNotAllowed,
)
from keyuan.customers.standards import InvalidIdentifier
from keyuan.customfields.queries import kept
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today

ID_NUMBER = "11010519491231002X"


def test_birth_date_and_sex_come_from_the_id_number(insurer):
    customer = insurer.person(id_number=ID_NUMBER)
    assert (customer.person.birth_date, customer.person.sex) == (date(1949, 12, 31), "female")


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"id_number": ID_NUMBER, "birth_date": date(1950, 1, 1)}, BirthDateContradictsIdNumber),
        ({"id_number": ID_NUMBER, "sex": "male"}, SexContradictsIdNumber),
        ({"birth_date": today() + timedelta(days=1)}, BirthDateImpossible),
        ({"birth_date": date(1880, 1, 1)}, BirthDateImpossible),
        ({"mobile": "1381234567"}, InvalidIdentifier),
        ({"sex": "robot"}, ValueNotAllowed),
        ({"education": "x"}, ValueNotAllowed),
        ({"occupation_class": 0}, ValueNotAllowed),
        ({"occupation_class": 7}, ValueNotAllowed),
        ({"employer": "名" * 121}, ValueNotAllowed),
        ({"name": "  "}, NameMissing),
    ],
)
def test_what_does_not_fit_is_refused_by_name_and_nothing_is_written(insurer, given, refusal):
    with pytest.raises(refusal):
        insurer.person(**given)
    assert not Customer.objects.exists()
    assert not Identifier.objects.exists()
    assert not Event.objects.filter(name="customer.registered").exists()


def test_a_taken_mobile_refuses_the_whole_registration_and_names_the_holder_to_who_sees_them(insurer):
    holder = insurer.person(mobile="13812345678")
    with pytest.raises(IdentifierTaken) as refused:
        insurer.person("李娜", mobile="13812345678", email="li@example.com", by=insurer.viewer(Role.COUNTER))
    assert holder.number in str(refused.value)
    assert refused.value.holder_id == holder.pk
    assert Customer.objects.count() == 1
    assert not Identifier.objects.filter(kind="email").exists()


def test_a_taken_mobile_does_not_tell_whose_it_is_to_who_may_not_see_them(insurer):
    holder = insurer.person(unit=insurer.west, mobile="13812345678")
    with pytest.raises(IdentifierTaken) as refused:
        insurer.person("李娜", mobile="13812345678", by=insurer.viewer(Role.COUNTER, insurer.east))
    assert refused.value.holder_id is None
    assert holder.number not in str(refused.value.as_dict()) + str(refused.value)
    assert holder.name not in str(refused.value)


def test_numbers_have_a_check_digit_and_are_never_given_twice(insurer):
    numbers = [insurer.person().number for _ in range(3)]
    with pytest.raises(ValueNotAllowed):
        insurer.person(sex="x")
    numbers.append(insurer.person().number)
    assert all(map(is_customer_number, numbers))
    assert len(set(numbers)) == 4
    assert numbers[3] > numbers[2]


def test_registering_takes_five_statements(insurer, django_assert_num_queries):
    kept()  # the custom fields, which a process has at hand
    with django_assert_num_queries(
        5 + 2
    ):  # number, customer, person, identifiers, log; a savepoint because of the test
        insurer.person(mobile="13812345678", id_number=ID_NUMBER, email="wang@example.com")


def test_the_referrer_is_recorded_on_both_sides(insurer, everybody):
    old = insurer.person()
    new = insurer.person("李娜", referrer_id=old.pk, source="referral")
    assert queries.referral_source(new.pk, viewer=everybody).customer_id == old.pk
    assert [(tie.role, tie.customer_id) for tie in queries.relations_of(old.pk, viewer=everybody)] == [
        ("referred", new.pk)
    ]


def test_the_log_line_carries_no_secret(insurer):
    insurer.person(mobile="13812345678", id_number=ID_NUMBER)
    told = str(list(Event.objects.values_list("payload", flat=True)))
    assert "13812345678" not in told
    assert ID_NUMBER not in told
