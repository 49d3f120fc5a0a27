"""Devices, passkeys, and the doors that customers and staff do not share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from tests.fixtures.budgets import QueryBudget
from tests.fixtures.organisation import PASSWORD

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.customers.models import Customer
from keyuan.eventlog.models import Event
from keyuan.home.tests.conftest import newest_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_counts")]
Account = Callable[..., tuple[Customer, User]]


@pytest.fixture(autouse=True)
def _often(settings: object) -> None:
    settings.KEYUAN_LIMITS = {"codes": (100, 60)}  # type: ignore[attr-defined]


def test_signing_out_elsewhere_ends_the_other_sessions_and_not_this_one(
    account: Account, by_code: Callable[..., Client]
) -> None:
    account()
    telephone, tablet = by_code(), by_code()
    assert "台设备" in telephone.get("/home/security/").content.decode()
    telephone.post("/home/security/elsewhere/")
    assert tablet.get("/home/policies/").status_code == 302
    assert telephone.get("/home/policies/").status_code == 200
    assert Event.objects.get(name="user.sessions_ended").payload["count"] == 1


def test_a_customer_cannot_sign_in_at_the_desk(account: Account) -> None:
    _, user = account()
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    answer = client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    assert answer.status_code == 403
    assert "/home/sign-in/" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_how_one_signs_in_is_changed_only_after_showing_who_one_is(
    account: Account, by_code: Callable[..., Client]
) -> None:
    _, user = account()
    key = Authenticator.objects.create(user=user, type="webauthn", data={"name": "我的手机", "credential": {}})
    client = by_code()
    session = client.session
    session["account_authentication_methods"][-1]["at"] -= 600
    session.save()
    for address, method in (
        ("/home/security/passkeys/add/", client.get),
        (f"/home/security/passkeys/{key.pk}/remove/", client.post),
    ):
        answer = method(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/home/security/confirm/")
    assert Authenticator.objects.count() == 1
    client.post("/home/security/confirm/", {"next": "/home/security/"})
    answer = client.post("/home/security/confirm/", {"code": newest_code()})
    assert answer.headers["Location"] == "/home/security/"
    client.post(f"/home/security/passkeys/{key.pk}/remove/")
    assert not Authenticator.objects.exists()
    assert Event.objects.filter(name="user.second_factor_removed").count() == 1


def test_nobody_removes_another_customers_passkey(account: Account, by_code: Callable[..., Client]) -> None:
    account()
    _, other = account("李强", "13700000000")
    key = Authenticator.objects.create(user=other, type="webauthn", data={"name": "x", "credential": {}})
    assert by_code().post(f"/home/security/passkeys/{key.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_the_pages_of_the_door_are_private_and_strict(account: Account, by_code: Callable[..., Client]) -> None:
    account()
    client = by_code()
    for address in ("/home/", "/home/policies/", "/home/security/", "/home/security/confirm/"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "<script>" not in answer.content.decode()
        assert " style=" not in answer.content.decode()
        assert " onclick=" not in answer.content.decode()


def test_the_cookie_of_the_session_is_not_for_scripts_or_other_sites(
    account: Account, by_code: Callable[..., Client]
) -> None:
    account()
    cookie = by_code().cookies["keyuan"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize(
    "address", ["/accounts/security/", "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/password/change/"]
)
def test_the_staffs_pages_about_sign_in_lead_a_customer_to_their_own(
    account: Account, by_code: Callable[..., Client], address: str
) -> None:
    account()
    answer = by_code().get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/home/security/")


def test_staff_see_the_front_page_but_no_customers_page(user_as: Callable[..., User]) -> None:
    client = Client()
    client.force_login(user_as(Role.MANAGER))
    assert "回工作台" in client.get("/home/").content.decode()
    for address in ("/home/policies/", "/home/security/", "/home/security/passkeys/add/"):
        assert client.get(address).status_code == 403
    assert client.post("/home/security/elsewhere/").status_code == 403


def test_a_passkey_that_fits_no_account_signs_nobody_in() -> None:
    client = Client()
    options = client.get("/home/sign-in/passkey/", headers={"Accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["challenge"]
    for nonsense in ('{"id": "x"}', "{}", "[]", "1", "not json", '{"id": "x", "rawId": "x", "type": "public-key"}'):
        answer = client.post("/home/sign-in/passkey/", {"credential": nonsense})
        assert answer.headers["Location"] == "/home/sign-in/"
    assert "_auth_user_id" not in client.session


def test_the_front_page_stays_within_its_budget(
    account: Account, by_code: Callable[..., Client], query_budget: QueryBudget
) -> None:
    account()
    client = by_code()
    with query_budget("home-front"):
        assert client.get("/home/").status_code == 200
    with query_budget("home-front-stranger"):
        assert Client().get("/home/").status_code == 200
    with query_budget("home-security"):
        assert client.get("/home/security/").status_code == 200
