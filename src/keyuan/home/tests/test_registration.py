"""Registration: who is known is found, not doubled; who does not fit gets no account; what was agreed to is on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from keyuan.accounts.entering import create_customer_user
from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import viewer_of
from keyuan.customers.actions import open_portal_account
from keyuan.customers.models import Consent, Customer, PortalAccount
from keyuan.customers.queries import visible
from keyuan.customers.standards.resident_id import check_digit
from keyuan.home.tests.conftest import BY, MOBILE
from keyuan.identity.models import Challenge, Check
from keyuan.kernel.clock import now
from keyuan.messages.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_counts")]


def number(birth: str = "19880808") -> str:
    first = f"320502{birth}123"
    return first + check_digit(first)


def fill(client: Client, **given: Any) -> Any:
    form = {"name": "王伟", "id_number": number(), "service": "on", "identity": "on", **given}
    return client.post("/home/register/", {key: value for key, value in form.items() if value is not None})


@pytest.fixture
def at_the_form(org: Any, by_code: Callable[..., Client]) -> Client:
    return by_code()


def test_a_newcomer_becomes_a_customer_with_an_account_and_is_in(at_the_form: Client) -> None:
    answer = fill(at_the_form)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/home/")
    customer, account, user = Customer.objects.get(), PortalAccount.objects.get(), User.objects.get()
    assert (customer.name, customer.source, customer.org_unit.parent_id) == ("王伟", "web", None)
    assert (user.role, user.has_usable_password(), user.org_unit_id) == (Role.CUSTOMER, False, None)
    assert (account.customer_id, account.user_id, account.mobile) == (customer.pk, user.pk, MOBILE)
    assert list(visible(viewer_of(user))) == [customer]
    assert Check.objects.get().customer_id == customer.pk
    assert "王伟，您好" in at_the_form.get("/home/").content.decode()
    assert Message.objects.filter(template="account_opened", customer=customer).count() == 1


def test_what_was_agreed_to_is_on_record_with_its_wording_and_nothing_else(at_the_form: Client) -> None:
    fill(at_the_form)
    kept = dict(Consent.objects.values_list("purpose", "wording"))
    assert kept == {"service": "home-service-1", "identity": "identity-1"}


@pytest.mark.parametrize("missing", ["service", "identity"])
def test_without_a_consent_nobody_is_asked_about_anybody(at_the_form: Client, missing: str) -> None:
    answer = fill(at_the_form, **{missing: None})
    assert answer.status_code == 422
    assert not Check.objects.exists()
    assert not User.objects.exists()


def test_a_known_customer_with_the_same_number_and_telephone_is_linked_not_doubled(
    person: Callable[..., Customer], by_code: Callable[..., Client]
) -> None:
    known = person("王伟", id_number=number(), mobile=MOBILE)
    client = by_code()
    fill(client)
    assert Customer.objects.count() == 1
    assert PortalAccount.objects.get().customer_id == known.pk


@pytest.mark.parametrize("given", [{"name": "李强"}, {}])
def test_who_knows_name_and_number_but_has_another_telephone_gets_nothing(
    person: Callable[..., Customer], by_code: Callable[..., Client], given: dict[str, str]
) -> None:
    person("王伟", id_number=number(), mobile="13700000000")
    client = by_code()
    answer = fill(client, **given)
    assert answer.status_code == 422
    assert "姓名、身份证号码和手机号没有对上" in answer.content.decode()
    assert not PortalAccount.objects.exists()
    assert "_auth_user_id" not in client.session


def test_a_number_that_names_somebody_else_opens_the_account_and_names_nobody_new(
    person: Callable[..., Customer], by_code: Callable[..., Client]
) -> None:
    other = person("李强", mobile=MOBILE)
    fill(by_code())
    new = Customer.objects.exclude(pk=other.pk).get()
    assert new.name == "王伟"
    assert PortalAccount.objects.get().customer_id == new.pk


def test_a_minor_is_told_to_ask_a_guardian_and_nobody_is_asked(at_the_form: Client) -> None:
    born = f"{now().year - 10}0101"
    answer = fill(at_the_form, id_number=number(born))
    assert answer.status_code == 422
    assert "监护人" in answer.content.decode()
    assert not Check.objects.exists()


def test_a_service_that_does_not_answer_leaves_the_way_open_to_try_again(
    org: Any, by_code: Callable[..., Client], settings: Any
) -> None:
    settings.KEYUAN_IDENTITY_URL, settings.KEYUAN_IDENTITY_SECRET = "http://127.0.0.1:9", "x"
    client = by_code()
    answer = fill(client)
    assert answer.status_code == 503
    assert "核验服务暂时没有回答" in answer.content.decode()
    assert not User.objects.exists()
    settings.KEYUAN_IDENTITY_URL = ""
    assert fill(client).status_code == 302


def test_a_code_speaks_for_its_number_for_half_an_hour(at_the_form: Client) -> None:
    Challenge.objects.update(redeemed_at=now().replace(year=2025))
    answer = fill(at_the_form)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/home/sign-in/")
    assert not Check.objects.exists()


def test_what_was_typed_is_kept_when_something_is_wrong(at_the_form: Client) -> None:
    page = fill(at_the_form, id_number="320502198808081230").content.decode()
    assert 'value="王伟"' in page
    assert 'value="320502198808081230"' in page
    assert "校验位不符" in page


def test_a_number_that_was_given_away_does_not_open_the_account_of_whoever_had_it(
    person: Callable[..., Customer], by_code: Callable[..., Client]
) -> None:
    first = f"32050219700101{'321'}"
    old = person("李强", id_number=first + check_digit(first), mobile=MOBILE)
    user = create_customer_user(name="李强", language="zh-hans", by=BY)
    open_portal_account(old.pk, user_id=user.pk, by=BY, mobile=MOBILE)
    PortalAccount.objects.update(opened_at=now() - timedelta(days=181))
    client = by_code()
    assert "_auth_user_id" not in client.session
    fill(client)
    assert client.session["_auth_user_id"] != str(user.pk)
    assert dict(PortalAccount.objects.values_list("customer__name", "mobile")) == {"李强": None, "王伟": MOBILE}


def test_whoever_comes_back_after_long_shows_once_more_who_they_are(
    person: Callable[..., Customer], by_code: Callable[..., Client]
) -> None:
    known = person("王伟", id_number=number(), mobile=MOBILE)
    user = create_customer_user(name="王伟", language="zh-hans", by=BY)
    open_portal_account(known.pk, user_id=user.pk, by=BY, mobile=MOBILE)
    PortalAccount.objects.update(opened_at=now() - timedelta(days=181))
    client = by_code()
    assert "_auth_user_id" not in client.session
    fill(client)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert Customer.objects.count() == 1
