"""A stranger gets nothing: by no address, through no operation of the API, from no query. And who signs in without
customers of their own sees nothing of somebody else's.

All addresses and queries are found by walking; one that these tests cannot call makes them fail (see strangers.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER
from keyuan.customers.actions import CustomerDraft, PersonDraft, open_portal_account, register_customer
from keyuan.customers.models import Customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.refusals import Refusal
from keyuan.messages.actions import send_to_customer
from tests.architecture.strangers import (
    SECRET,
    SECRET_CLAIM,
    SECRET_MOBILE,
    SECRET_POLICY,
    Operation,
    Query,
    Route,
    World,
    is_nothing,
    operations,
    queries,
    routes,
)
from tests.fixtures.organisation import Organisation

# Open to everybody, each with its reason. Nothing here shows a customer.
OPEN = {
    "account_login": "the way in",
    "account_logout": "the way out; without a session it leads to the way in",
    "account_inactive": "tells somebody who just signed in that the account is closed",
    "password_forgotten": "tells whom to ask",
    "account_reset_password": "allauth's name of the same page",
    "preferences": "language and theme of this browser, before one can sign in",
    "web:appearance": "type size and rail of this browser",
    "home:sign_in": "the customers' way in",
    "home:code": "without a code that was asked for it leads to the way in",
    "home:code_again": "the same",
    "home:passkey": "signing in with a passkey begins before anybody is known",
    "home:sign_out": "the way out",
    "home:register": "only for a number that was shown; others are led to the way in",
    "home:front": "what a customer may do; who is signed in sees their own",
    "home:look": "elder mode of this browser",
    "buying:shop": "what is for sale",
    "buying:guide": "the same, by need and age",
    "buying:compare": "the same, side by side",
    "buying:product": "what a product covers and costs",
    "buying:price": "its price for what was typed; nothing is kept",
    "buying:start": "anybody may begin an order; only their own browser goes on with it",
    "buying:mine": "the orders of this browser and of who is signed in; a stranger has none",
    "evidence:file": "a style sheet or script as it was once, by its digest; it is nobody's",
    "evidence:heard": "a page tells what is done on it; it is known by its signed ticket and hears nothing",
    "web:healthz": "the load balancer asks it; says up or not",
    "mfa_login_webauthn": "signing in with a passkey begins before anybody is known",
    "openid_connect_login": "single sign-on begins here",
    "openid_connect_callback": "the company's directory sends the browser back here",
    "engagement:fill": "a visitor without an account fills in a card; whom we know is never told",
    "sales:public": "the customer opens the proposal with the link that was sent; it calls nobody by their whole name",
    "sales:public_price": "with the same link another sum is tried; nothing is written",
    "engagement:thanks": "the same thanks for everybody who filled in a card",
    "trust:policy": "what our certificates mean, for everybody",
    "trust:authority": "certificates of our authorities: anybody checks with them what we signed",
    "trust:revoked": "revocation lists: serial numbers and days, no names",
    "trust:ocsp": "whether a certificate holds, for who already has it",
    "trust:ocsp_get": "the same by GET",
    "trust:tsa": "time stamps for anybody, of a digest alone",
    "billing:notify": "a gateway says who paid; it is known by its signature and hears one word",
    "billing:sandbox": "the sandbox gateway's checkout, which shows what the buyer's own signed address says",
    "socialaccount_login_cancelled": "tells that single sign-on was cancelled",
    "socialaccount_login_error": "tells that single sign-on failed",
}
# Queries that answer a stranger although they name a viewer, each with its reason.
ANSWERS = {
    "keyuan.customer360.queries.timeline.categories_for": "names of filters, no rows",
    "keyuan.customers.queries.scope.scope_key": "what the viewer is, no rows",
}
# What must be sent along so that an address comes as far as asking whose the object is.
FORMS = {"customers:unmask": {"field": "mobile", "purpose": "来电核对身份"}}
REFUSED = {401, 403, 404}
SECRETS = (SECRET, SECRET_MOBILE, SECRET_POLICY, SECRET_CLAIM)


@pytest.fixture(autouse=True)
def _fresh_counts(fresh_counts: None) -> None:
    """Attempts are counted from nothing in every test."""


def _sends_away(answer: Any) -> bool:
    """Refused, or to the sign-in page."""
    return answer.status_code in REFUSED or (
        answer.status_code == 302 and answer.headers["Location"].startswith(("/accounts/login/", "/home/sign-in/"))
    )


def _leaks(answer: Any) -> bool:
    if getattr(answer, "streaming", False):
        return False
    text = answer.content.decode(errors="replace")
    return any(secret in text for secret in SECRETS)


def _complaints_of(route: Route, client: Client, world: World, fits: Callable[[Any], bool]) -> Iterator[str]:
    address = route.address(world)
    told = {"GET": client.get(address), "POST": client.post(address, FORMS.get(route.name, {}))}
    for method, answer in told.items():
        if answer.status_code != 405 and not fits(answer):
            yield f"{method} {address} ({route.name or route.pattern}): {answer.status_code}"
    if all(answer.status_code == 405 for answer in told.values()):
        yield f"{address} ({route.name}): takes neither GET nor POST"


def test_a_stranger_gets_nothing_at_any_address(world: World) -> None:
    found = [route for route in routes() if route.name not in OPEN]
    assert len(found) > 30
    wrong = [line for route in found for line in _complaints_of(route, Client(), world, _sends_away)]
    assert wrong == []


def test_what_is_open_exists_and_shows_no_customer(world: World) -> None:
    by_name = {route.name: route for route in routes()}
    assert set(OPEN) <= set(by_name), "the list of open addresses names one that is gone"
    shown = [name for name in OPEN if _leaks(Client().get(by_name[name].address(world)))]
    assert shown == []


def test_a_stranger_gets_nothing_from_the_api(world: World) -> None:
    wrong = []
    for operation in operations():
        answer = Client().generic(operation.method, operation.address(world), "{}", "application/json")
        if answer.status_code not in (401, 403) or _leaks(answer):
            wrong.append(f"{operation.method} {operation.path}: {answer.status_code}")
    assert wrong == []


@pytest.fixture(
    params=[
        "customer without a record",
        "customer with an account",
        "agent without customers",
        "hotline of another branch",
    ]
)
def newcomer(request: pytest.FixtureRequest, user_as: Callable[..., User], org: Organisation) -> Client:
    """Somebody who is signed in, and to whom nothing in the world belongs."""
    role = {"customer": Role.CUSTOMER, "agent": Role.AGENT, "hotline": Role.HOTLINE}[request.param.split()[0]]
    user, client = user_as(role, unit=org.branch), Client()
    if request.param == "customer with an account":
        _own_record(user, org)
    client.force_login(user)
    return client


def _own_record(user: User, org: Organisation) -> Customer:
    """Makes the account a customer's, who has a number that opens it and a message of their own."""
    draft = CustomerDraft(name="东方一", org_unit_id=org.branch.pk, details=PersonDraft(mobile="13911112222"))
    customer = register_customer(draft, by=Actor.system("tests"))
    open_portal_account(customer.pk, user_id=user.pk, by=Actor.system("tests"), mobile="13911112222")
    send_to_customer("account_opened", customer_id=customer.pk, values={"name": "东方一"}, by=Actor.system("tests"))
    return customer


#: The desk's addresses that answer anybody, each with its reason.
DESK_FOR_ANYBODY = {"web:appearance": "type size and rail of this browser"}
DESK = ("desk/", "intake/", "accounts/users/", "accounts/units/")


def test_no_page_of_the_desk_opens_to_a_customer(user_as: Callable[..., User], org: Organisation, world: World) -> None:
    """Not even where it would be about themselves: the desk says things about customers that are not for them."""
    user, client = user_as(Role.CUSTOMER), Client()
    own = _own_record(user, org)
    client.force_login(user)
    desk = [route for route in routes() if route.pattern.startswith(DESK) and route.name not in DESK_FOR_ANYBODY]
    assert len(desk) > 150
    about_themselves = World({**world.ids, "customer": own.pk})
    wrong = []
    for route in desk:
        for things in (world, about_themselves):
            wrong += list(_complaints_of(route, client, things, lambda answer: answer.status_code in REFUSED))
    assert wrong == []


# What an id in the address may answer to people who do not own the object, each with its reason.
OPEN_TO_STAFF: dict[str, str] = {}


def test_who_owns_nothing_gets_no_object_by_its_address(newcomer: Client, world: World) -> None:
    def refused(answer: Any) -> bool:
        return answer.status_code in REFUSED and not _leaks(answer)

    wrong = []
    for route in routes():
        about_an_object = any(world.find(name) or name in ("pk", "key") for name in route.parameters)
        if about_an_object and route.name not in {*OPEN, *OPEN_TO_STAFF}:
            wrong += list(_complaints_of(route, newcomer, world, refused if "mfa_" not in route.name else _not_shown))
    assert wrong == []


def _not_shown(answer: Any) -> bool:
    """allauth asks to confirm who one is before it looks whose key it is; customers are led to their own page."""
    elsewhere = answer.headers.get("Location", "")
    return answer.status_code in REFUSED or "reauthenticate" in elsewhere or elsewhere == "/home/security/"


def test_no_page_or_operation_shows_what_is_somebody_elses(newcomer: Client, world: World) -> None:
    own_pages = [route for route in routes() if ":" in route.name]  # allauth's pages know no customer
    asked = [route.address(world) for route in own_pages]
    asked += [operation.address(world) for operation in operations() if operation.method == "GET"]
    lists = [route.address(world) for route in own_pages if not route.parameters]
    asked += [f"{address}?q={word}" for address in lists for word in (SECRET, SECRET_MOBILE)]
    shown = []
    for address in asked:
        answer = newcomer.get(address)
        text = answer.content.decode(errors="replace") if not answer.streaming else ""
        # What was typed comes back in the box and in links; what was not typed must not come.
        if any(secret in text for secret in SECRETS if secret not in address):
            shown.append(address)
    assert shown == []


def test_who_owns_nothing_gets_nothing_by_the_api(newcomer: Client, world: World) -> None:
    wrong = []
    for operation in operations():
        answer = newcomer.generic(operation.method, operation.address(world), "{}", "application/json")
        allowed = REFUSED | ({422} if operation.method != "GET" else set())
        if "{" in operation.path and (answer.status_code not in allowed or _leaks(answer)):
            wrong.append(f"{operation.method} {operation.path}: {answer.status_code}")
    assert wrong == []


def test_a_stranger_gets_nothing_from_any_query(world: World) -> None:
    found = queries()
    assert len(found) > 30
    assert set(ANSWERS) <= {query.name for query in found}, "the list of exceptions names a query that is gone"
    wrong = [query.name for query in found if query.name not in ANSWERS and not _is_refused(query, world)]
    assert wrong == []


def _is_refused(query: Query, world: World) -> bool:
    try:
        return is_nothing(query.function(viewer=STRANGER, **query.arguments(world)))
    except (Refusal, PermissionDenied, Http404):
        return True


def test_an_address_that_nobody_explained_fails_with_a_hint(world: World) -> None:
    unknown = Route("room:thing", "thing/<int:pk>/", ("pk",), lambda: None)
    with pytest.raises(LookupError, match=r"room:thing: what is 'pk'\? Add it to OBJECT_OF_ROUTE"):
        unknown.address(world)
    with pytest.raises(LookupError, match="what is 'thing_id'"):
        Operation("GET", "/{thing_id}", {"parameters": [{"name": "thing_id", "in": "path"}]}).address(world)


def test_the_walk_would_see_an_open_door(world: World) -> None:
    assert not _is_refused(Query("x", lambda *, viewer: [viewer]), world)
    assert not _sends_away(Client().get("/healthz"))
