"""Sessions: a new key at sign-in, nothing left at sign-out, an end after rest and after a day's work."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, override_settings

from keyuan.accounts import session_limits
from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.home.tests.conftest import account, by_code, person
from tests.fixtures.organisation import PASSWORD

__all__ = ["account", "by_code", "person"]
pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _often(settings: Any) -> None:
    settings.KEYUAN_LIMITS = {"codes": (100, 60)}


@pytest.fixture
def manager(user_as: Callable[..., User]) -> User:
    return user_as(Role.MANAGER, username="manager")


def sign_in(client: Client) -> Client:
    client.post(LOGIN, {"login": "manager", "password": PASSWORD})
    return client


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Time has passed, for the clock that sessions are measured by."""
    begun = time.time()
    monkeypatch.setattr(session_limits.time, "time", lambda: begun + seconds)


def test_a_session_that_was_planted_before_the_sign_in_opens_nothing_afterwards(manager: User) -> None:
    victim = Client()
    victim.get(LOGIN)
    session = victim.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    victim.cookies["keyuan"] = planted
    sign_in(victim)
    assert victim.session.session_key != planted
    thief = Client()
    thief.cookies["keyuan"] = planted
    assert thief.get("/").status_code == 302
    assert not Session.objects.filter(session_key=planted).exists()


def test_a_key_that_the_site_never_gave_is_not_taken_over(manager: User) -> None:
    client = Client()
    client.cookies["keyuan"] = "a" * 32
    sign_in(client)
    assert client.session.session_key != "a" * 32
    assert "_auth_user_id" in client.session


def test_signing_out_leaves_nothing_that_the_old_cookie_opens(manager: User) -> None:
    client = sign_in(Client())
    key = client.cookies["keyuan"].value
    assert client.get("/desk/tasks/").status_code == 200
    client.post("/accounts/logout/")
    client.cookies["keyuan"] = key
    assert client.get("/desk/tasks/").status_code == 302
    assert not Session.objects.filter(session_key=key).exists()


def test_a_customer_who_signs_out_leaves_nothing_either(
    account: Callable[..., Any], by_code: Callable[..., Client]
) -> None:
    account()
    client = by_code()
    key = client.cookies["keyuan"].value
    client.post("/home/sign-out/")
    client.cookies["keyuan"] = key
    assert client.get("/home/policies/").status_code == 302


def test_a_request_that_was_under_way_signs_nobody_out_who_has_just_signed_in(
    account: Callable[..., Any], by_code: Callable[..., Client]
) -> None:
    """Its answer brings no cookie: the browser has the new key by now, and an old one would take it away."""
    account()
    client = Client()
    client.post("/home/sign-in/", {"mobile": "13912345678"})
    before = client.cookies["keyuan"].value
    by_code(client=client)
    assert client.cookies["keyuan"].value != before
    for address in ("/home/trace/", "/home/", "/home/policies/"):
        late = Client()
        late.cookies["keyuan"] = before
        answer = late.post(address) if "trace" in address else late.get(address)
        assert "keyuan" not in answer.cookies, address


@pytest.mark.parametrize(("minutes", "status"), [(119, 200), (120, 302)])
def test_a_sign_in_of_staff_ends_after_two_hours_of_rest(
    manager: User, monkeypatch: pytest.MonkeyPatch, minutes: int, status: int
) -> None:
    client = sign_in(Client())
    later(monkeypatch, minutes * 60)
    assert client.get("/desk/tasks/").status_code == status
    assert ("_auth_user_id" in client.session) is (status == 200)


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (30, 302)])
def test_a_customers_ends_after_half_an_hour(
    account: Callable[..., Any],
    by_code: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
    minutes: int,
    status: int,
) -> None:
    account()
    client = by_code()
    later(monkeypatch, minutes * 60)
    assert client.get("/home/policies/").status_code == status


def test_who_goes_on_working_stays_in_and_out_after_twelve_hours(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, begun = sign_in(Client()), time.time()
    for hour in range(1, 12):
        monkeypatch.setattr(session_limits.time, "time", lambda hour=hour: begun + hour * 3600)
        assert client.get("/desk/tasks/").status_code == 200, hour
    monkeypatch.setattr(session_limits.time, "time", lambda: begun + 12 * 3600)
    assert client.get("/desk/tasks/").status_code == 302


def test_a_look_at_a_page_does_not_write_the_session_each_time(
    manager: User, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(Client())
    before = Session.objects.get(session_key=client.session.session_key).session_data
    client.get("/desk/tasks/")
    later(monkeypatch, 60)
    client.get("/desk/tasks/")
    assert Session.objects.get(session_key=client.session.session_key).session_data == before
    later(monkeypatch, 720)
    client.get("/desk/tasks/")
    assert Session.objects.get(session_key=client.session.session_key).session_data != before


def test_every_cookie_is_bound_to_this_site_and_the_session_to_no_script(manager: User) -> None:
    with override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True):
        client = Client()
        client.get(LOGIN, secure=True)
        client.post(LOGIN, {"login": "manager", "password": PASSWORD}, secure=True)
    for name, cookie in client.cookies.items():
        assert cookie["samesite"] in ("Lax", "Strict"), name
        assert cookie["secure"], name
    assert client.cookies["keyuan"]["httponly"]
