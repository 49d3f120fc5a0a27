"""No request of one customer reaches anything of another: by no address, with no id, through no operation of the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from keyuan.accounts.models import User
from keyuan.billing.models import Attempt, Refund
from keyuan.orders.models import Order
from keyuan.trust.models import Certificate
from tests.architecture.strangers import (
    SECRET,
    SECRET_CLAIM,
    SECRET_MOBILE,
    SECRET_POLICY,
    SECRET_SERIAL,
    World,
    operations,
    routes,
)
from tests.architecture.test_strangers import OPEN, REFUSED
from tests.security.conftest import STAGES, First

MARKS = (SECRET, SECRET_MOBILE, SECRET_POLICY, SECRET_CLAIM, SECRET_SERIAL, "TB-B-")
#: The pages of customers, and whatever is open to anybody. The desk's are closed to them altogether (test_strangers.py).
DESK = re.compile(r"(desk|intake|accounts)/")
WORDS = {
    "number": ("TB-B-0", "TB-B-5", SECRET_POLICY, "P1", "R1"),
    "token": ("secrettoken", "TB-B-0"),
    "serial": (SECRET_SERIAL,),
}


def things(second: World) -> tuple[list[int], list[UUID], list[str]]:
    """Every id that is somebody else's, by its shape: whatever takes such an id is asked for each of them."""
    whole = sorted({one for one in second.ids.values() if isinstance(one, int)})
    uuids = [one for one in second.ids.values() if isinstance(one, UUID)]
    return whole, uuids, sorted({word for words in WORDS.values() for word in words})


def addresses(second: World) -> Iterator[str]:
    """Each address of a customer's site with each id of 乙 that fits into it, whatever it is the id of."""
    whole, uuids, words = things(second)
    for route in routes():
        if DESK.match(route.pattern) or not route.parameters or route.name in {"", *OPEN}:
            continue
        plain = {name: route.argument(name, second) for name in route.parameters}
        tried = [
            [plain[name], *(uuids if isinstance(plain[name], UUID) else whole if type(plain[name]) is int else words)]
            for name in route.parameters
        ]
        for chosen in product(*tried) if len(tried) == 1 else _one_at_a_time(tried):
            try:
                yield reverse(route.name, kwargs=dict(zip(route.parameters, chosen, strict=True)))
            except NoReverseMatch:
                continue  # The address takes no such word.


def _one_at_a_time(tried: list[list[Any]]) -> Iterator[tuple[Any, ...]]:
    for place, choices in enumerate(tried):
        for choice in choices:
            yield tuple(choice if nth == place else row[0] for nth, row in enumerate(tried))


def marks_in(answer: Any, address: str) -> list[str]:
    """What of 乙 stands in an answer and was not in the question."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    said = body.decode(errors="replace") + str(dict(answer.headers))
    return [mark for mark in MARKS if mark in said and mark not in address]


def test_the_first_customer_reaches_nothing_of_the_second_with_any_id_at_any_address(
    first: First, second: World
) -> None:
    asked = sorted(set(addresses(second)))
    assert len(asked) > 150, len(asked)
    before = snapshot()
    shown = []
    for address in asked:
        for method in (first.client.get, first.client.post):
            answer = method(address)
            assert answer.status_code < 500, address
            if found := marks_in(answer, address):
                shown.append((method.__name__, address, answer.status_code, found))
    assert shown == []
    assert snapshot() == before, "a request of the first customer changed something of the second"


def snapshot() -> list[Any]:
    """Everything of 乙 that a request might change."""
    orders = Order.objects.filter(number__startswith="TB-B-").order_by("number").values_list()
    others = (Attempt.objects.all(), Refund.objects.all(), Certificate.objects.filter(serial=SECRET_SERIAL))
    return [list(orders), *(list(rows.order_by("pk").values_list()) for rows in others)]


def test_an_order_of_somebody_else_does_not_exist_at_any_stage(first: First, second: World) -> None:
    pages = [route for route in routes() if route.parameters and route.parameters[0] == "order_id"]
    assert len(pages) >= 12
    for stage, route in product(STAGES, pages):
        world = World({**second.ids, "order": second.ids[f"order {stage}"]})
        address = route.address(world)
        statuses = {first.client.get(address).status_code, first.client.post(address).status_code}
        assert statuses <= REFUSED | {405}, (stage, address, statuses)


def test_no_list_of_the_first_customer_holds_anything_of_the_second(first: First, second: World) -> None:
    whole = [route for route in routes() if route.name and not route.parameters and not DESK.match(route.pattern)]
    lists = [route.address(second) for route in whole]
    assert len(lists) > 15
    shown = [address for address in lists if marks_in(first.client.get(address), address)]
    assert shown == []


def test_a_browser_with_an_open_order_and_nobody_signed_in_reaches_nothing_either(second: World) -> None:
    visitor = Client()
    begun = visitor.post("/home/insure/TRV/start/")["Location"]
    assert visitor.get(begun + "cover/").status_code == 200
    shown = [address for address in set(addresses(second)) if marks_in(visitor.get(address), address)]
    assert shown == []


def test_no_operation_of_the_api_tells_the_first_customer_of_the_second(first: First, second: World) -> None:
    wrong = []
    for operation in operations():
        address = operation.address(second)
        answer = first.client.generic(operation.method, address, "{}", "application/json")
        if answer.status_code < 400 or answer.status_code >= 500 or marks_in(answer, address):
            wrong.append(f"{operation.method} {address}: {answer.status_code}")
    assert wrong == []


def test_the_same_walk_sees_what_is_ones_own(second: World) -> None:
    """The second customer finds all of this: the tests above look where there is something to see."""
    client = Client()
    client.force_login(User.objects.get(pk=second.ids["their_user"]))
    found = {mark for address in set(addresses(second)) for mark in marks_in(client.get(address), address)}
    found |= {mark for page in ("/home/policies/", "/home/orders/") for mark in marks_in(client.get(page), page)}
    assert {SECRET, SECRET_POLICY, "TB-B-"} <= found


def test_every_address_without_a_name_of_its_own_is_closed() -> None:
    """Every address is known by its name or is one of those that this installation does not offer."""
    answers = {route.pattern: Client().get(route.address(World({}))) for route in routes() if not route.name}
    wrong = [pattern for pattern, answer in answers.items() if answer.status_code not in (403, 404, 410, 302)]
    assert wrong == []


@pytest.mark.parametrize("name", sorted(OPEN))
def test_what_is_open_to_anybody_takes_no_id_of_a_customer(name: str) -> None:
    route = next(one for one in routes() if one.name == name)
    assert not {"order_id", "customer_id", "policy_id", "attempt_id", "message_id", "file_id", "pk"} & set(
        route.parameters
    )
