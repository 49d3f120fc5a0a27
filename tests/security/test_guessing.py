"""What an attacker can try at the door: codes, numbers, names, addresses to be sent to."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.home.tests.conftest import MOBILE, account, by_code, newest_code, person
from keyuan.identity.limits import CODES_A_DAY, CODES_FROM
from keyuan.identity.models import Challenge
from keyuan.identity.providers.embedded import objection
from keyuan.identity.providers.shapes import Answer, Question
from keyuan.identity.rules import MOST_TRIES
from keyuan.identity.states import Outcome, Why
from tests.fixtures.organisation import PASSWORD

__all__ = ["account", "by_code", "person"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_counts")]
#: The form's token, and the number of the check that the hotline asks for.
ANOTHER_EACH_TIME = r"[A-Za-z0-9]{64}|\b[0-9A-F]{8}\b"
#: A customer's document number, and one that is well formed and nobody's of ours.
KNOWN, NOBODYS = "320506199003074525", "320586199001011231"
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


class Register:
    """Whoever issues documents: it knows everybody, and nobody of the name that is tried."""

    name = "register"

    def ask(self, question: Question) -> Answer:
        return objection(question) or Answer(Outcome.MISMATCH, Why.NAME)


def test_registration_tells_nobody_whether_a_document_is_known(
    account: Callable[..., Any], by_code: Callable[..., Client], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a telephone of one's own: a customer's number under a wrong name and under theirs, and a number of nobody's."""
    settings.KEYUAN_LIMITS = {"codes": (100, 60)}
    monkeypatch.setattr("keyuan.identity.actions.checks.chosen", Register)
    account("王伟", id_number=KNOWN)
    pages = []
    for name, document in (("张三", KNOWN), ("王伟", KNOWN), ("张三", NOBODYS)):
        client = by_code("13700000000")
        answer = client.post(
            "/home/register/", {"name": name, "id_number": document, "service": "on", "identity": "on"}
        )
        page = answer.content.decode().replace(document, "").replace(name, "")
        pages.append((answer.status_code, dict(answer.headers), re.sub(ANOTHER_EACH_TIME, "", page)))
        assert "_auth_user_id" not in client.session
    assert len(pages[0][2]) > 1000
    assert pages[0] == pages[1] == pages[2]
    assert User.objects.filter(role=Role.CUSTOMER).count() == 1


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
