"""Nothing is changed by a form that another site made somebody send."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.eventlog.models import Event
from tests.architecture.strangers import World, operations, routes
from tests.security.conftest import First

# What takes a POST without a token, each with the reason why no other site can make a browser do harm there.
WITHOUT_TOKEN = {
    "billing:notify": "a gateway says it, and is known by its signature; it knows no session",
    "billing:sandbox": "the sandbox's own checkout, passed on without our cookies",
    "trust:ocsp": "a question about a serial number; nothing is written",
    "trust:ocsp_get": "the same by GET",
    "trust:tsa": "a time stamp of a digest, for anybody",
    "evidence:heard": "a page tells what is done on it; known by the ticket it was sent with, it reads no cookie",
    "sales:public_price": "with the link of a proposal another sum is tried; nothing is written",
    "engagement:fill": "a visitor's card, from any site that shows the form; it asks for no session",
}
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture(params=["nobody", "an administrator", "a customer"])
def careless(request: pytest.FixtureRequest, user_as: Callable[..., User], first: First) -> Client:
    """A browser that sends its cookies and no token, as from a form of another site."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    if request.param == "an administrator":
        client.force_login(user_as(Role.ADMINISTRATOR))
    elif request.param == "a customer":
        client.force_login(User.objects.get(pk=first.viewer.user_id))
    return client


def test_no_address_takes_a_form_without_its_token(careless: Client, world: World) -> None:
    lines, taken = Event.objects.count(), []
    for route in routes():
        if route.name in WITHOUT_TOKEN:
            continue
        answer = careless.generic("POST", route.address(world), "a=b", "application/x-www-form-urlencoded")
        if answer.status_code != 403:
            taken.append(f"{route.address(world)} ({route.name}): {answer.status_code}")
    assert taken == []
    assert Event.objects.count() == lines


def test_what_needs_no_token_is_known_and_changes_nothing_for_the_session(careless: Client, world: World) -> None:
    by_name = {route.name: route for route in routes()}
    exempt = {name for name, route in by_name.items() if getattr(route.callback, "csrf_exempt", False)}
    assert exempt == set(WITHOUT_TOKEN)
    for name in WITHOUT_TOKEN:
        answer = careless.generic("POST", by_name[name].address(world), "a=b", "application/x-www-form-urlencoded")
        assert "sessionid" not in answer.cookies
        assert "keyuan" not in answer.cookies


def test_the_api_takes_no_change_from_a_session_without_the_token(user_as: Callable[..., User], world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user_as(Role.MANAGER))
    unsafe = [operation for operation in operations() if operation.method in UNSAFE]
    assert len(unsafe) > 10
    lines = Event.objects.count()
    for operation in unsafe:
        answer = client.generic(operation.method, operation.address(world), "{}", "application/json")
        assert answer.status_code == 403, operation
    assert Event.objects.count() == lines


def test_with_the_token_of_its_page_a_form_is_taken(first: First) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(pk=first.viewer.user_id))
    client.get("/home/")
    token = client.cookies["csrftoken"].value
    assert client.post("/home/look/", {"elder": "1"}, headers={"X-CSRFToken": token}).status_code == 302
    assert client.post("/home/look/", {"elder": "1"}, headers={"X-CSRFToken": token[::-1]}).status_code == 403
