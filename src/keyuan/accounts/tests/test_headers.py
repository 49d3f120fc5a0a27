"""Headers, cookies and CSRF: what the browser is told, and what differs behind https."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from django.test import Client

from keyuan.accounts.models import User

SHOWN = [
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_HSTS_SECONDS",
    "SECURE_SSL_REDIRECT",
    "SESSION_COOKIE_NAME",
]
PROGRAM = f"""
import json
from keyuan.settings import signin
print(json.dumps({{name: getattr(signin, name) for name in {SHOWN!r}}}))
"""


def settings_with(**environment: str) -> dict[str, object]:
    """The sign-in settings of a fresh process with this environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KEYUAN_")}
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={**kept, **environment}, capture_output=True, text=True, check=True
    )
    return dict(json.loads(answer.stdout))


def test_behind_https_cookies_never_travel_in_clear() -> None:
    assert settings_with(KEYUAN_HTTPS="1") == {
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "SECURE_SSL_REDIRECT": True,
        "SESSION_COOKIE_NAME": "__Host-keyuan",
    }
    assert settings_with(KEYUAN_HTTPS="1", KEYUAN_HSTS_SECONDS="60")["SECURE_HSTS_SECONDS"] == 60


def test_on_localhost_without_https_one_can_sign_in() -> None:
    told = settings_with()
    assert (told["SESSION_COOKIE_SECURE"], told["SECURE_SSL_REDIRECT"], told["SECURE_HSTS_SECONDS"]) == (
        False,
        False,
        0,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/"])
def test_every_answer_carries_the_headers(client: Client, path: str) -> None:
    told = client.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in told["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert "unsafe" not in told["Content-Security-Policy"]
    assert told["X-Frame-Options"] == "DENY"
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told["Referrer-Policy"] == "same-origin"
    assert told["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_changes_at_sign_in(hotline: User) -> None:
    client = Client()
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": "xiaolin", "password": "correct-horse-battery"})
    cookie = client.cookies["keyuan"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    first = cookie.value
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": "xiaolin", "password": "correct-horse-battery"})
    assert client.cookies["keyuan"].value != first


@pytest.mark.parametrize(
    "path", ["login/", "logout/", "preferences/", "password/change/", "users/new/", "tokens/", "sessions/"]
)
def test_a_post_without_the_csrf_token_is_refused(path: str, admin: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    assert client.post(f"/accounts/{path}", {"language": "en"}).status_code == 403
    admin.refresh_from_db()
    assert admin.language == "zh-hans"


@pytest.mark.parametrize("path", ["login/", "users/", "units/", "security/", "tokens/", "2fa/"])
def test_no_page_carries_inline_script_or_style(path: str, admin: User) -> None:
    client = Client()
    if path != "login/":
        client.force_login(admin)
    text = client.get(f"/accounts/{path}").content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text)
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", text)
    assert all('type="application/json"' in tag for tag in inline)
