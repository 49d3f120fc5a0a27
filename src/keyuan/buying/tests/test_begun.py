"""An order that nobody has signed is found again by the browser that began it, and by no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from keyuan.buying.tests.test_wizard import begun
from keyuan.buying.tests.test_wizard import person as typed
from keyuan.home.tests.conftest import MOBILE, account, newest_code, person
from keyuan.orders.begun import COOKIE, SALT, SECONDS, tokens_in
from keyuan.orders.models import Order
from keyuan.orders.tests.conftest import APPLICANT

__all__ = ["account", "person"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _often(settings: Any) -> None:
    settings.KEYUAN_LIMITS = {"codes": (100, 60)}


def drafted(client: Client) -> str:
    """An order with its applicant named, waiting for them to show who they are."""
    address = begun(client, "TRV", days="7", region="asia", plan="classic", ages="30")
    rows = {"self_insured": "on", "insured_rows": "0", "heirs": "legal"}
    assert client.post(f"{address}people/", {**typed("applicant"), **rows}).status_code == 302
    return address


def enter(client: Client, address: str) -> None:
    """Sign in with a code, as a person does who comes from the order."""
    client.post("/home/sign-in/", {"mobile": MOBILE, "next": f"{address}identity/"})
    answer = client.post("/home/sign-in/code/", {"code": newest_code()})
    assert answer["Location"] == f"{address}identity/"


def test_a_draft_is_there_after_a_sign_in_whose_answer_never_came(
    client: Client, account: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    account("林慧", id_number=APPLICANT["document_number"])
    address = drafted(client)
    for _time in range(2):
        client.get("/home/sign-in/")
        before = {name: morsel.value for name, morsel in client.cookies.items()}
        enter(client, address)
        assert client.session.get("_auth_user_id"), "signed in, but nobody hears of it"
        client.cookies.clear()
        client.cookies.load(before)
        assert client.get("/home/policies/").status_code == 302, "the old key of the session opens nothing"
        assert client.get(f"{address}identity/").status_code == 200
    enter(client, address)
    assert "是我本人，继续" in client.get(f"{address}identity/").content.decode()
    assert Order.objects.count() == 1


def test_a_draft_opens_for_no_other_browser_whoever_is_signed_in_there(
    client: Client, account: Callable[..., Any]
) -> None:
    account()
    address = drafted(client)
    other = Client()
    drafted(other)
    enter(other, address)
    assert other.get(f"{address}identity/").status_code == 404
    for made_up in ("", "x", signing.dumps({"a": "b"}, salt=SALT), signing.dumps({}, salt="another")):
        other.cookies[COOKIE] = made_up
        assert other.get(f"{address}identity/").status_code == 404


def test_the_cookie_opens_an_order_no_more_once_it_belongs_to_somebody(
    client: Client, account: Callable[..., Any]
) -> None:
    customer, _user = account()
    address = drafted(client)
    thief = Client()
    thief.cookies[COOKIE] = client.cookies[COOKIE].value
    assert thief.get(f"{address}people/").status_code == 200
    enter(client, address)
    client.get(f"{address}keep/")
    assert Order.objects.get().customer_id == customer.pk
    assert thief.get(f"{address}people/").headers["Location"].startswith("/home/sign-in/?")
    assert client.get(f"{address}people/").status_code == 200


def test_the_cookie_is_as_old_as_a_session_may_be_and_no_script_reads_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted(client)
    cookie = client.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (
        True,
        "Lax",
        "/home/",
        SECONDS,
    )
    cookies = {COOKIE: cookie.value}
    assert len(tokens_in(cookies)) == 1
    (stood,) = [signing.time.time()]
    monkeypatch.setattr(signing.time, "time", lambda: stood + SECONDS + 2)
    assert tokens_in(cookies) == {}


def test_who_signs_out_leaves_no_draft_behind_on_the_device(client: Client, account: Callable[..., Any]) -> None:
    account()
    address = drafted(client)
    enter(client, address)
    client.post("/home/sign-out/")
    assert client.cookies[COOKIE].value == ""
    assert client.get(f"{address}people/").status_code == 302


def test_a_browser_keeps_the_tokens_of_its_last_twenty_orders(client: Client) -> None:
    addresses = [begun(client, "TRV") for _nth in range(21)]
    kept = tokens_in({COOKIE: client.cookies[COOKIE].value})
    assert [f"/home/orders/{one}/" for one in kept] == addresses[1:]
    assert len(client.cookies[COOKIE].value) < 4000
