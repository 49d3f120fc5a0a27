"""A customer is registered, found by anything they gave, and by nobody outside the scope."""

import pytest

from keyuan.accounts.models import OrgUnit
from keyuan.accounts.scope import STRANGER, system_viewer
from keyuan.customers import actions, queries
from keyuan.customers.actions import CustomerDraft, EnterpriseDraft, PersonDraft
from keyuan.customers.refusals import IdentifierTaken
from keyuan.eventlog.models import Event
from keyuan.kernel.actor import Actor

CLERK = Actor.system("test")
EVERYBODY = system_viewer("test")


@pytest.fixture
def unit(db):
    return OrgUnit.objects.create(code="86", name="总公司", kind="head_office", path="/1/")


def person(unit, name="王伟", **fields):
    draft = CustomerDraft(name=name, org_unit_id=unit.pk, details=PersonDraft(**fields))
    return actions.register_customer(draft, by=CLERK)


@pytest.mark.parametrize(
    "typed", ["138 1234 5678", "+8613812345678", "１３８１２３４５６７８", "11010519491231002X", "wang@example.com"]
)
def test_a_customer_is_found_by_each_identifier_they_gave(unit, typed):
    customer = person(unit, mobile="138-1234-5678", id_number="11010519491231002x", email="Wang@Example.com")
    assert [found.pk for found in queries.by_identifier(typed, viewer=EVERYBODY)] == [customer.pk]
    assert queries.by_identifier(typed, viewer=STRANGER) == []


def test_a_customer_is_found_by_their_number_and_its_beginning(unit):
    customer = person(unit)
    assert [found.pk for found in queries.by_identifier(customer.number.lower(), viewer=EVERYBODY)] == [customer.pk]
    assert [found.pk for found in queries.by_identifier_prefix(customer.number[:6], viewer=EVERYBODY)] == [customer.pk]


@pytest.mark.parametrize("typed", ["王", "王伟", "王wei", "wang", "wang w", "WangWei", "ww"])
def test_a_person_is_found_by_characters_pinyin_and_initials(unit, typed):
    customer = person(unit)
    person(unit, "李娜")
    assert [found.pk for found in queries.by_name(typed, viewer=EVERYBODY)] == [customer.pk]
    assert queries.by_name(typed, viewer=STRANGER) == []


@pytest.mark.parametrize("typed", ["华为", "华为技术", "深圳", "szhw", "shenzhenhua"])
def test_an_enterprise_is_found_by_any_part_of_its_name(unit, typed):
    draft = CustomerDraft(
        name="深圳华为技术有限公司", org_unit_id=unit.pk, details=EnterpriseDraft(uscc="91110000600037341L")
    )
    customer = actions.register_customer(draft, by=CLERK)
    person(unit, "华伟")
    assert [found.pk for found in queries.by_name(typed, viewer=EVERYBODY)] == [customer.pk]


def test_the_exact_name_comes_before_longer_ones_and_those_before_names_that_contain_it(unit):
    for name in ["陈王伟", "王伟国", "王伟"]:
        person(unit, name)
    assert [found.name for found in queries.by_name("王伟", viewer=EVERYBODY)] == ["王伟", "王伟国", "陈王伟"]


def test_birth_date_and_sex_come_from_the_id_number(unit):
    customer = person(unit, id_number="11010519491231002X")
    assert (str(customer.person.birth_date), customer.person.sex) == ("1949-12-31", "female")


def test_a_taken_mobile_refuses_the_whole_registration(unit):
    holder = person(unit, mobile="13812345678")
    before = Event.objects.count()
    with pytest.raises(IdentifierTaken) as refused:
        person(unit, "李娜", mobile="13812345678", email="li@example.com")
    assert holder.number in str(refused.value)
    assert Event.objects.count() == before
    assert queries.by_identifier("li@example.com", viewer=EVERYBODY) == []


def test_registering_takes_five_statements(unit, django_assert_num_queries):
    with django_assert_num_queries(
        5 + 2
    ):  # number, customer, person, identifiers, log; a savepoint because of the test
        person(unit, mobile="13812345678", id_number="11010519491231002X", email="wang@example.com")
