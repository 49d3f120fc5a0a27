"""The authenticator app and recovery codes."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client, override_settings

from keyuan.accounts.models import User
from keyuan.eventlog.models import Event

PASSWORD = "correct-horse-battery"


def code_now(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def enter(client: Client) -> None:
    client.post("/accounts/login/", {"login": "xiaolin", "password": PASSWORD})


@pytest.fixture
def secret(client: Client, hotline: User) -> str:
    """Xiao Lin signs in, confirms, and sets up an authenticator; its secret."""
    enter(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    found = str(page.context["form"].secret)
    assert client.post("/accounts/2fa/totp/activate/", {"code": code_now(found)}).status_code == 302
    return found


def test_the_secret_lies_sealed_in_the_database(secret: str) -> None:
    stored = Authenticator.objects.get(type="totp").data
    assert secret not in str(stored)
    assert Event.objects.filter(name="user.second_factor_added").count() == 2  # The recovery codes come with it.


def test_the_password_alone_does_not_sign_in_any_more(secret: str) -> None:
    client = Client()
    enter(client)
    assert "_auth_user_id" not in client.session
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in client.session
    assert Event.objects.get(name="user.sign_in_failed").payload["reason"] == "totp"


def test_a_recovery_code_signs_in_once(secret: str) -> None:
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    for expected in (True, False):
        client = Client()
        enter(client)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert ("_auth_user_id" in client.session) is expected


def test_a_code_signs_in_and_the_line_names_both_ways(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    later = time.time() + 60  # A code is good for one use; the next one comes half a minute later.
    monkeypatch.setattr(time, "time", lambda: later)
    client = Client()
    enter(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
    assert "_auth_user_id" in client.session
    line = Event.objects.filter(name="user.signed_in").order_by("-id")[0]
    assert line.payload["methods"] == ["password", "totp"]


def test_guessing_codes_is_stopped(secret: str) -> None:
    client = Client()
    enter(client)
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    page = client.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
    assert page.status_code in (200, 429)
    assert "_auth_user_id" not in client.session


def test_where_it_is_required_the_desk_waits_for_it(client: Client, hotline: User) -> None:
    with override_settings(KEYUAN_REQUIRE_MFA=True):
        enter(client)
        assert client.get("/accounts/tokens/").headers["Location"] == "/accounts/2fa/"
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        found = str(client.get("/accounts/2fa/totp/activate/").context["form"].secret)
        client.post("/accounts/2fa/totp/activate/", {"code": code_now(found)})
        assert client.get("/accounts/tokens/").status_code == 200
        client.post("/accounts/2fa/totp/deactivate/")
        assert client.get("/accounts/tokens/").headers["Location"] == "/accounts/2fa/"


@pytest.mark.parametrize(
    "path",
    [
        "2fa/",
        "2fa/recovery-codes/",
        "2fa/recovery-codes/generate/",
        "2fa/totp/deactivate/",
        "2fa/webauthn/",
        "2fa/webauthn/add/",
        "2fa/reauthenticate/",
        "reauthenticate/",
        "password/change/",
        "sessions/",
        "logout/",
    ],
)
def test_every_page_of_ones_own_security_opens(client: Client, secret: str, path: str) -> None:
    page = client.get(f"/accounts/{path}")
    assert page.status_code == 200
    assert "web/plain.html" in [template.name for template in page.templates]


def test_other_devices_are_signed_out_on_request(client: Client, hotline: User) -> None:
    elsewhere = Client()
    enter(elsewhere)
    enter(client)
    page = client.get("/accounts/sessions/")
    assert page.context["session_count"] == 2
    client.post("/accounts/sessions/")
    assert elsewhere.get("/accounts/security/").status_code == 302
    assert client.get("/accounts/security/").status_code == 200


def test_signing_out_takes_a_post_and_leaves_a_line(client: Client, hotline: User) -> None:
    enter(client)
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session
    assert Event.objects.filter(name="user.signed_out", actor_id=str(hotline.pk)).count() == 1
