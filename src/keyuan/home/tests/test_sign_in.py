"""Signing in with a number and a code."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.customers import actions as customers
from keyuan.customers.models import Customer, PortalAccount
from keyuan.eventlog.models import Event
from keyuan.home.tests.conftest import BY, MOBILE, newest_code
from keyuan.identity.models import Challenge
from keyuan.messages.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_counts")]
Account = Callable[..., tuple[Customer, User]]


def test_the_code_opens_the_account_of_the_number(account: Account, by_code: Callable[..., Client]) -> None:
    customer, user = account()
    client = by_code()
    assert client.session["_auth_user_id"] == str(user.pk)
    assert "王伟，您好" in client.get("/home/").content.decode()
    line = Event.objects.get(name="user.signed_in")
    assert (line.actor_kind, line.actor_id, line.payload["methods"]) == ("customer", str(user.pk), ["mobile_code"])
    assert customer.pk == PortalAccount.objects.get().customer_id


def test_nothing_on_the_way_tells_whether_a_number_is_known(account: Account) -> None:
    account()
    told = []
    for number in (MOBILE, "13700000000"):
        client = Client()
        answer = client.post("/home/sign-in/", {"mobile": number})
        page = client.get("/home/sign-in/code/").content.decode()
        token = client.cookies["csrftoken"].value
        shown = page.replace(number[:3], "").replace(number[7:], "")
        told.append((answer.status_code, answer.headers["Location"], len(shown.replace(token, ""))))
        wrong = client.post("/home/sign-in/code/", {"code": f"{(int(newest_code()) + 1) % 10**6:06}"})
        told[-1] += (wrong.status_code,)
    assert told[0] == told[1]
    assert Message.objects.count() == 2


def test_an_unknown_number_goes_on_to_registration_and_is_not_signed_in(by_code: Callable[..., Client]) -> None:
    client = by_code("13700000000")
    assert "_auth_user_id" not in client.session
    assert client.get("/home/register/").status_code == 200
    assert client.get("/home/policies/").status_code == 302


def test_registration_is_closed_to_who_has_shown_no_number() -> None:
    client = Client()
    client.post("/home/sign-in/", {"mobile": MOBILE})
    answer = client.get("/home/register/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/home/sign-in/")


def test_the_session_has_another_key_after_signing_in(account: Account) -> None:
    account()
    client = Client()
    client.post("/home/sign-in/", {"mobile": MOBILE})
    planted = client.session.session_key
    client.post("/home/sign-in/code/", {"code": newest_code()})
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_the_session_of_the_door_holds_no_number() -> None:
    client = Client()
    client.post("/home/sign-in/", {"mobile": MOBILE})
    assert MOBILE not in str(dict(client.session))


def test_a_code_works_only_in_the_browser_that_asked_for_it(account: Account) -> None:
    account()
    Client().post("/home/sign-in/", {"mobile": MOBILE})
    thief = Client()
    answer = thief.post("/home/sign-in/code/", {"code": newest_code()})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/home/sign-in/")


def test_a_closed_account_opens_nothing(account: Account) -> None:
    _, user = account()
    User.objects.filter(pk=user.pk).update(is_active=False)
    client = Client()
    client.post("/home/sign-in/", {"mobile": MOBILE})
    answer = client.post("/home/sign-in/code/", {"code": newest_code()})
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session


def test_staff_cannot_come_in_by_a_number(
    person: Callable[..., Customer], user_as: Callable[..., User], by_code: Callable[..., Client]
) -> None:
    customer, user = person(mobile=MOBILE), user_as(Role.MANAGER)
    customers.open_portal_account(customer.pk, user_id=user.pk, by=BY, mobile=MOBILE)
    assert "_auth_user_id" not in by_code().session


def test_a_wrong_code_is_said_beside_its_field_and_the_tries_that_are_left() -> None:
    client = Client()
    client.post("/home/sign-in/", {"mobile": MOBILE})
    answer = client.post("/home/sign-in/code/", {"code": f"{(int(newest_code()) + 1) % 10**6:06}"})
    assert answer.status_code == 422
    assert "还可以再试 4 次" in answer.content.decode()


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "１２３４５６", "12 34 567"])
def test_what_is_no_code_costs_no_try(typed: str) -> None:
    client = Client()
    client.post("/home/sign-in/", {"mobile": MOBILE})
    assert client.post("/home/sign-in/code/", {"code": typed}).status_code == 422
    assert Challenge.objects.get().tries == 0


def test_asking_twice_within_a_minute_is_refused_in_words() -> None:
    client = Client()
    client.post("/home/sign-in/", {"mobile": MOBILE})
    answer = client.post("/home/sign-in/again/")
    assert answer.status_code == 422
    assert "过于频繁" in answer.content.decode() or "次" in answer.content.decode()
    assert Challenge.objects.count() == 1


def test_what_is_no_number_is_said_beside_the_field_and_kept() -> None:
    answer = Client().post("/home/sign-in/", {"mobile": "12345"})
    assert answer.status_code == 422
    assert 'value="12345"' in answer.content.decode()
    assert not Challenge.objects.exists()


def test_signing_in_leads_back_to_where_one_was_going(account: Account) -> None:
    account()
    client = Client()
    client.post("/home/sign-in/", {"mobile": MOBILE, "next": "/home/policies/"})
    answer = client.post("/home/sign-in/code/", {"code": newest_code()})
    assert answer.headers["Location"] == "/home/policies/"


def test_signing_out_ends_the_session(account: Account, by_code: Callable[..., Client]) -> None:
    account()
    client = by_code()
    client.post("/home/sign-out/")
    assert client.get("/home/policies/").status_code == 302


def test_a_form_without_its_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    for address in ("/home/sign-in/", "/home/sign-in/code/", "/home/sign-in/again/", "/home/sign-out/", "/home/look/"):
        assert client.post(address, {"mobile": MOBILE}).status_code == 403
    assert not Challenge.objects.exists()
