"""Customers who come in by the hundred are compared with those who share something with them."""

from __future__ import annotations

from datetime import date

import pytest

from keyuan.duplicates import actions
from keyuan.duplicates.models import Duplicate
from keyuan.duplicates.tests.conftest import BORN, CLERK


def pairs():
    return set(Duplicate.objects.values_list("customer_id", "other_id"))


def test_a_newcomer_who_is_there_already_is_in_the_queue_at_once(book):
    old, new = book.twice()
    stranger = book.person("司马大宝", birth_date=BORN, mobile="13900000001")
    looked = actions.look_at_newcomers([new.pk, stranger.pk], by=CLERK)
    assert (looked.checked, looked.pairs) == (2, ((old.pk, new.pk),))
    assert pairs() == {(old.pk, new.pk), (new.pk, old.pk)}


def test_looking_at_newcomers_takes_nothing_out_of_the_queue_and_overrules_nobody(book):
    one, two = book.twice()
    actions.search(by=CLERK)
    Duplicate.objects.update(verdict="not_same")
    third = book.person("司马大宝", birth_date=BORN, mobile="13900000001")
    assert actions.look_at_newcomers([third.pk], by=CLERK).pairs == ()
    actions.look_at_newcomers([two.pk], by=CLERK)
    assert set(Duplicate.objects.values_list("verdict", flat=True)) == {"not_same"}
    assert pairs() == {(one.pk, two.pk), (two.pk, one.pk)}


def test_the_same_company_under_a_shorter_name_is_told(book):
    old = book.company("苏州甲乙精密机械有限公司", contact_mobile="13912345678", legal_representative="钱多多")
    new = book.company("苏州甲乙精密机械股份有限公司", contact_mobile="13912345678", legal_representative="钱多多")
    assert actions.look_at_newcomers([new.pk], by=CLERK).pairs == ((old.pk, new.pk),)


def test_many_newcomers_take_no_more_statements_than_few(book, django_assert_max_num_queries):
    ids = [book.person(f"诸葛晓{place}", birth_date=date(1960 + place, 3, 7)).pk for place in range(12)]
    with django_assert_max_num_queries(16):
        actions.look_at_newcomers(ids, by=CLERK)


@pytest.mark.django_db
def test_nobody_new_is_no_work(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert actions.look_at_newcomers([], by=CLERK).pairs == ()
