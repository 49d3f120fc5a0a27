"""What an attacker can try at the door: codes, numbers, names, addresses to be sent to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.home.tests.conftest import MOBILE, account, by_code, newest_code, person
from keyuan.identity.limits import CODES_A_DAY, CODES_FROM
from keyuan.identity.models import Challenge
from keyuan.identity.rules import MOST_TRIES
from tests.fixtures.organisation import PASSWORD

__all__ = ["account", "by_code", "person"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_counts")]
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/home/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/home/\r\nLocation: https://evil.example",
    "http://testserver@evil.example/home/",
    "/home/../../evil",
    "\x00/home/",
    " https://evil.example",
]


def wrong(code: str, step: int = 1) -> str:
    return f"{(int(code) + step) % 10**6:06}"


def test_after_five_wrong_codes_the_right_one_opens_nothing(account: Callable[..., Any]) -> None:
    account()
    client = Client()
    client.post("/home/sign-in/", {"mobile": MOBILE})
    code = newest_code()
    for step in range(1, MOST_TRIES + 1):
        assert client.post("/home/sign-in/code/", {"code": wrong(code, step)}).status_code == 422
    assert client.post("/home/sign-in/code/", {"code": code}).status_code == 422
    assert "_auth_user_id" not in client.session
    assert Challenge.objects.get().tries == MOST_TRIES


def test_a_day_of_guessing_at_one_number_comes_to_fifty_guesses_of_a_million(
    account: Callable[..., Any], settings: Any
) -> None:
    account()
    settings.KEYUAN_LIMITS = {"codes": (1000, 60)}  # As if he waited a minute each time.
    guesses = 0
    for _code in range(CODES_A_DAY.amount + 5):
        client = Client()
        if client.post("/home/sign-in/", {"mobile": MOBILE}).status_code != 302:
            continue
        code = newest_code()
        for step in range(1, MOST_TRIES + 3):
            client.post("/home/sign-in/code/", {"code": wrong(code, step)})
        assert "_auth_user_id" not in client.session
    guesses = sum(Challenge.objects.values_list("tries", flat=True))
    assert guesses == CODES_A_DAY.amount * MOST_TRIES == 50


def test_one_address_cannot_ask_for_codes_to_many_numbers() -> None:
    sent = [Client().post("/home/sign-in/", {"mobile": f"139{n:08}"}).status_code for n in range(CODES_FROM.amount + 3)]
    assert sent == [302] * CODES_FROM.amount + [422] * 3


def test_a_wrong_code_from_many_browsers_at_once_counts_against_the_same_code(account: Callable[..., Any]) -> None:
    """The code belongs to the session that asked: another browser has no code to try at all."""
    account()
    asker = Client()
    asker.post("/home/sign-in/", {"mobile": MOBILE})
    code = newest_code()
    for _browser in range(10):
        assert Client().post("/home/sign-in/code/", {"code": code})["Location"] == "/home/sign-in/"
    assert Challenge.objects.get().tries == 0


def test_registration_tells_nobody_whether_a_document_is_known(
    account: Callable[..., Any], by_code: Callable[..., Client], settings: Any
) -> None:
    """Somebody with a telephone of their own tries the numbers of others: known or not, the same page."""
    settings.KEYUAN_LIMITS = {"codes": (100, 60)}
    account("王伟", id_number="320506199003074525")
    told = []
    for document in ("320506199003074525", "320586199001011231"):
        client = by_code("13700000000")
        said = {"name": "张三", "id_number": document, "service": "on", "identity": "on"}
        answer = client.post("/home/register/", said)
        told.append((answer.status_code, answer.headers.get("Location"), "_auth_user_id" in client.session))
        if answer.status_code == 302:
            User.objects.filter(role=Role.CUSTOMER, display_name="张三").delete()
    assert told[0] != (302, "/home/", True), "a wrong name opened the account of a known document"


def test_the_desk_tells_nobody_whether_a_user_name_is_known(user_as: Callable[..., User]) -> None:
    user_as(Role.MANAGER, username="manager")
    pages = []
    for name in ("manager", "nobody0"):
        client = Client()
        answer = client.post("/accounts/login/", {"login": name, "password": "wrong-wrong-wrong"})
        page = answer.content.decode().replace(name, "")
        pages.append((answer.status_code, len(page.replace(client.cookies["csrftoken"].value, ""))))
    assert pages[0] == pages[1]


def test_the_sixth_wrong_password_for_a_name_is_not_looked_at(user_as: Callable[..., User]) -> None:
    user_as(Role.MANAGER, username="manager")
    client = Client()
    for _try in range(5):
        client.post("/accounts/login/", {"login": "manager", "password": "wrong-wrong-wrong"})
    client.post("/accounts/login/", {"login": "manager", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_no_sign_in_leads_to_another_site(
    elsewhere: str, account: Callable[..., Any], user_as: Callable[..., User], settings: Any
) -> None:
    settings.KEYUAN_LIMITS = {"codes": (100, 60)}
    account()
    user_as(Role.MANAGER, username="manager")
    client = Client()
    client.post("/home/sign-in/", {"mobile": MOBILE, "next": elsewhere})
    stays(client.post("/home/sign-in/code/", {"code": newest_code()}))
    stays(client.get("/home/sign-in/", {"next": elsewhere}))
    stays(client.post("/home/look/", {"elder": "1", "next": elsewhere}))
    stays(client.post("/desk/appearance/", {"large_type": "1", "next": elsewhere}))
    stays(client.post("/accounts/preferences/", {"language": "en", "next": elsewhere}))
    stays(Client().post("/accounts/login/", {"login": "manager", "password": PASSWORD, "next": elsewhere}))
    stays(Client().post(f"/accounts/login/?next={elsewhere}", {"login": "manager", "password": PASSWORD}))


def stays(answer: Any) -> None:
    """Led on within this site, or not at all."""
    assert answer.status_code in (200, 302, 303, 400, 404), answer.status_code
    target = answer.headers.get("Location", "/")
    assert target.startswith("/"), target
    assert not target.startswith(("//", "/\\")), target
    assert not {"\r", "\n"} & set(target), target
