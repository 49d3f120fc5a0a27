"""Before a customer is saved, those who are probably the same are shown; strangers to the viewer are not."""

import pytest

from keyuan.accounts.roles import Role
from keyuan.customers.actions import CustomerDraft, PersonDraft
from keyuan.customers.entry import alike
from keyuan.customers.models import Customer
from keyuan.duplicates.tests.conftest import BORN

FORM = {
    "source": "visit",
    "name": "诸葛小静",
    "birth_date": "1990-03-07",
    "mobile": "13812345687",
    "document_kind": "resident_id",
}


@pytest.fixture
def known(book):
    return book.person("诸葛晓静", birth_date=BORN, mobile="13812345678", sex="female")


def draft(org, **given):
    return CustomerDraft(name="诸葛小静", org_unit_id=org.branch.pk, details=PersonDraft(birth_date=BORN, **given))


def test_a_name_that_sounds_so_with_the_same_birthday_is_told_with_the_reasons(known, org, viewer):
    (told,) = alike(draft(org, mobile="138 1234 5687"), viewer=viewer)
    assert (told.customer_id, told.number) == (known.pk, known.number)
    assert {"出生日期相同", "姓名读音相同", "手机号只差一位或两位颠倒"} <= set(told.reasons)


def test_a_namesake_with_another_birthday_is_not_told(book, org, viewer):
    from datetime import date

    book.person("诸葛小静", birth_date=date(1970, 1, 1), mobile="13500000000")
    assert alike(draft(org), viewer=viewer) == []


def test_who_may_not_see_the_other_is_told_nothing(known, org, viewer_as):
    assert alike(draft(org), viewer=viewer_as(Role.HOTLINE, unit=org.other_branch)) == []
    assert alike(draft(org), viewer=viewer_as(Role.AGENT, unit=org.branch)) == []


def test_the_form_asks_once_and_saves_when_told_to(known, org, client_as):
    desk = client_as(Role.COUNTER, unit=org.branch)
    form = {**FORM, "org_unit": org.branch.pk}
    answer = desk.post("/desk/customers/new/?kind=individual", form)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert known.number in text
    assert "尚未保存" in text
    assert 'value="13812345687"' in text
    assert Customer.objects.count() == 1
    answer = desk.post("/desk/customers/new/?kind=individual", {**form, "anyway": "1"})
    assert answer.status_code == 302
    assert Customer.objects.count() == 2
