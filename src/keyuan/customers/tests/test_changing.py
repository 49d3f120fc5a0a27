"""Changing: the log keeps before and after, identifiers follow, and the past can be read again."""

from datetime import date, timedelta

import pytest
from django.db import connection

from keyuan.accounts import limits
from keyuan.accounts.refusals import NotPermitted, TooMany
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER
from keyuan.customers import actions, queries
from keyuan.customers.refusals import (
    BirthDateContradictsIdNumber,
    CustomerNotFound,
    FieldUnknown,
    IdentifierTaken,
    PurposeMissing,
)
from keyuan.customers.tests.conftest import CLERK
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today

ID_NUMBER = "11010519491231002X"


def changed(customer, **changes):
    return actions.change_customer(customer.pk, changes=changes, by=CLERK)


def test_only_what_differs_is_written_and_logged(insurer):
    customer = insurer.person(employer="甲公司", hobbies="钓鱼")
    assert changed(customer, employer="乙公司", hobbies="钓鱼") == ("employer",)
    line = Event.objects.get(name="customer.changed")
    assert line.payload == {"changes": {"employer": ["甲公司", "乙公司"]}}
    assert changed(customer, employer="乙公司") == ()
    assert Event.objects.filter(name="customer.changed").count() == 1


def test_a_new_mobile_is_claimed_and_the_old_one_is_free(insurer, everybody):
    customer = insurer.person(mobile="13812345678")
    changed(customer, mobile="139 8765 4321")
    assert queries.by_identifier("13812345678", viewer=everybody) == []
    assert [found.pk for found in queries.by_identifier("13987654321", viewer=everybody)] == [customer.pk]
    insurer.person("李娜", mobile="13812345678")


def test_a_mobile_of_another_customer_changes_nothing(insurer, everybody):
    insurer.person(mobile="13812345678")
    customer = insurer.person("李娜", mobile="13987654321", hobbies="钓鱼")
    with pytest.raises(IdentifierTaken):
        changed(customer, mobile="13812345678", hobbies="登山")
    assert [found.pk for found in queries.by_identifier("13987654321", viewer=everybody)] == [customer.pk]
    assert queries.full(customer.pk, viewer=everybody).person.hobbies == "钓鱼"


def test_sealed_values_are_sealed_in_the_log_as_well(insurer):
    customer = insurer.person(mobile="13812345678", home_address="苏州市某路1号")
    changed(customer, mobile="13987654321", home_address="苏州市某路2号")
    told = str(list(Event.objects.values_list("payload", flat=True)))
    for secret in ("13812345678", "13987654321", "某路"):
        assert secret not in told


def test_sealed_values_are_not_readable_in_the_tables(insurer):
    insurer.person(mobile="13812345678", email="wang@example.com", id_number=ID_NUMBER, home_address="苏州市某路1号")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(p::text, '') || (SELECT string_agg(i::text, '') FROM customers_identifier i) "
            "FROM customers_person p"
        )
        stored = cursor.fetchone()[0]
    for secret in ("13812345678", "wang@example.com", ID_NUMBER, "某路", b"13812345678".hex()):
        assert secret not in stored


def test_a_new_id_number_brings_birth_date_and_sex(insurer, everybody):
    customer = insurer.person(birth_date=date(1980, 1, 1), sex="male")
    assert set(changed(customer, id_number=ID_NUMBER)) == {"id_number", "birth_date", "sex"}
    with pytest.raises(BirthDateContradictsIdNumber):
        changed(customer, birth_date=date(1980, 1, 1))


def test_a_changed_name_is_found_under_the_new_name_only(insurer, everybody):
    customer = insurer.person("王伟")
    changed(customer, name="王 卫国")
    assert [found.name for found in queries.by_name("wwg", viewer=everybody)] == ["王卫国"]
    assert queries.by_name("王伟", viewer=everybody) == []


def test_an_unknown_field_is_refused(insurer):
    with pytest.raises(FieldUnknown):
        changed(insurer.person(), number="K0000000001")


def test_who_may_not_edit_or_not_see_does_not_change(insurer):
    customer = insurer.person()
    with pytest.raises(NotPermitted):
        actions.change_customer(customer.pk, changes={"hobbies": "x"}, by=insurer.viewer(Role.ANALYST))
    with pytest.raises(CustomerNotFound):
        actions.change_customer(customer.pk, changes={"hobbies": "x"}, by=insurer.viewer(Role.COUNTER, insurer.west))


def fields_of(profile):
    return {field.name: field for part in profile.parts for field in part.fields}


@pytest.mark.django_db(transaction=True)
def test_the_profile_as_of_a_day_takes_later_changes_back(insurer, everybody):
    customer = insurer.person(mobile="13812345678", employer="甲公司", annual_income="100000.00")
    changed(customer, mobile="13987654321", employer="乙公司", annual_income="250000", birth_date=date(1980, 1, 1))
    changed(customer, employer="丙公司", name="王卫")
    yesterday = queries.profile_as_of(customer.pk, today() - timedelta(days=1), viewer=everybody)
    then = fields_of(yesterday)
    assert not yesterday.known
    assert yesterday.name == "王伟"
    shown = {name: then[name].shown for name in ("mobile", "employer", "annual_income", "birth_date")}
    assert shown == {"mobile": "138****5678", "employer": "甲公司", "annual_income": "100,000.00", "birth_date": ""}
    now = fields_of(queries.profile_as_of(customer.pk, today(), viewer=everybody))
    assert (now["employer"].shown, now["mobile"].shown) == ("丙公司", "139****4321")
    assert queries.full(customer.pk, viewer=everybody).name == "王卫"


def test_profiles_have_every_field_of_the_four_parts_masked(insurer, everybody):
    profile = queries.profile(insurer.person(mobile="13812345678", id_number=ID_NUMBER).pk, viewer=everybody)
    assert [part.part.value for part in profile.parts] == ["basic", "life", "family", "insurance"]
    fields = fields_of(profile)
    assert fields["mobile"].shown == "138****5678"
    assert fields["id_number"].shown == "1101**********002X"
    assert fields["id_number"].sealed
    assert fields["sex"].shown == "女"


def test_unmasking_needs_a_purpose_and_a_role_and_leaves_a_line(insurer):
    limits.forget_counts()
    customer = insurer.person(mobile="13812345678")
    clerk = insurer.viewer(Role.HOTLINE)
    assert actions.unmask(customer.pk, field="mobile", purpose="回拨客户", by=clerk) == "13812345678"
    line = Event.objects.get(name="customer.unmasked")
    assert (line.customer_id, line.actor_id, line.payload) == (
        customer.pk,
        str(clerk.user_id),
        {"field": "mobile", "purpose": "回拨客户"},
    )
    for by, field, purpose, refusal in (
        (clerk, "mobile", " ", PurposeMissing),
        (clerk, "employer", "回拨", FieldUnknown),
        (insurer.viewer(Role.ANALYST), "mobile", "好奇", NotPermitted),
        (insurer.viewer(Role.HOTLINE, insurer.west), "mobile", "好奇", CustomerNotFound),
        (STRANGER, "mobile", "好奇", NotPermitted),
    ):
        with pytest.raises(refusal):
            actions.unmask(customer.pk, field=field, purpose=purpose, by=by)
    assert Event.objects.filter(name="customer.unmasked").count() == 1


def test_unmasking_is_bounded(insurer, settings):
    limits.forget_counts()
    settings.KEYUAN_LIMITS = {"unmask": (2, 3600)}
    customer, clerk = insurer.person(mobile="13812345678"), insurer.viewer(Role.HOTLINE)
    for _ in range(2):
        actions.unmask(customer.pk, field="mobile", purpose="回拨", by=clerk)
    with pytest.raises(TooMany):
        actions.unmask(customer.pk, field="mobile", purpose="回拨", by=clerk)
