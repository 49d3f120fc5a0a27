"""Signing in and out, and what the log says of it."""

from __future__ import annotations

import pytest
from django.test import Client

from keyuan.accounts.models import User
from keyuan.eventlog.models import Event

PASSWORD = "correct-horse-battery"


@pytest.mark.django_db
def test_name_and_password_open_the_desk_and_leave_a_line(client: Client, hotline: User) -> None:
    answer = client.post("/accounts/login/", {"login": "xiaolin", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    line = Event.objects.get(name="user.signed_in")
    assert (line.actor_name, line.subject_id, line.org_unit_id) == ("小林", str(hotline.pk), hotline.org_unit_id)
    assert line.payload == {"methods": ["password"], "address": "127.0.0.1"}


@pytest.mark.django_db
def test_a_wrong_password_stays_outside_and_leaves_a_line(client: Client, hotline: User) -> None:
    answer = client.post("/accounts/login/", {"login": "xiaolin", "password": "wrong"})
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session
    line = Event.objects.get(name="user.sign_in_failed")
    assert (line.subject_id, line.payload["reason"]) == (str(hotline.pk), "password")


@pytest.mark.django_db
def test_an_unknown_name_is_not_kept_for_it_may_be_a_password(client: Client) -> None:
    client.post("/accounts/login/", {"login": "my-secret-typed-in-the-wrong-box", "password": "x"})
    line = Event.objects.get(name="user.sign_in_failed")
    assert line.payload["reason"] == "unknown"
    assert "my-secret" not in f"{line.payload}{line.actor_name}{line.subject_id}"


@pytest.mark.django_db
def test_an_inactive_account_stays_outside(client: Client, hotline: User) -> None:
    User.objects.filter(pk=hotline.pk).update(is_active=False)
    client.post("/accounts/login/", {"login": "xiaolin", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_deactivating_ends_open_sessions_at_once(client: Client, hotline: User) -> None:
    client.force_login(hotline)
    assert client.get("/accounts/2fa/").status_code == 200
    User.objects.filter(pk=hotline.pk).update(is_active=False)
    assert client.get("/accounts/2fa/").status_code == 302


@pytest.mark.django_db
def test_guessing_is_stopped_after_five_failures_of_one_name(client: Client, hotline: User) -> None:
    for _ in range(5):
        client.post("/accounts/login/", {"login": "xiaolin", "password": "wrong"})
    client.post("/accounts/login/", {"login": "xiaolin", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["signup/", "email/", "confirm-email/", "password/reset/key/a-b/", "3rdparty/"])
def test_what_is_not_offered_is_not_there(client: Client, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404


@pytest.mark.django_db
def test_the_language_of_the_account_follows_the_person_to_another_browser(client: Client, hotline: User) -> None:
    client.force_login(hotline)
    client.post("/accounts/preferences/", {"language": "en", "theme": "dark", "next": "https://evil.example/"})
    hotline.refresh_from_db()
    assert (hotline.language, hotline.theme) == ("en", "dark")
    elsewhere = Client()
    elsewhere.force_login(hotline)
    assert elsewhere.get("/accounts/2fa/").wsgi_request.LANGUAGE_CODE == "en"
