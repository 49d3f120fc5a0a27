"""What browsers tell is taken once, in order, from pages of ours alone, and never too much of it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from keyuan.evidence.models import Trace, TraceRow
from keyuan.evidence.pages import hearing
from keyuan.evidence.pages.queries import _whole, said_of
from keyuan.products.bulk import offer_shipped_products

pytestmark = pytest.mark.django_db
TICKET = re.compile(r'name="keyuan-trace" content="([^"]+)" data-to="([^"]+)"')


@pytest.fixture(autouse=True)
def _fresh(fresh_counts: None) -> None:
    offer_shipped_products()


@pytest.fixture
def ticket(client: Client) -> str:
    """Of the page of a product that was just shown."""
    found = TICKET.search(client.get("/home/insure/TRV/").content.decode())
    assert found is not None
    assert found[2] == "/home/trace/"
    return found[1]


def tell(ticket: str, *numbers: int, client: Client | None = None, **more: Any) -> int:
    ops = [{"n": n, "t": n * 100, "k": "click", "on": f"按钮{n}", **more} for n in numbers]
    told = json.dumps({"ticket": ticket, "ops": ops})
    return (client or Client()).post("/home/trace/", told, content_type="application/json").status_code


def heard() -> list[int]:
    rows = [said_of(row) for trace in Trace.objects.all() for row in _whole_of(trace)]
    return [one["n"] for row in rows if row["kind"] == "did" for one in row["ops"]]


def _whole_of(trace: Trace) -> Any:
    trace.sale = trace.sale or trace.pk  # a visit is read as a sale is
    return _whole(trace).rows


def test_operations_are_taken_once_and_in_order(ticket: str) -> None:
    assert [tell(ticket, *those) for those in ((2, 1, 3), (1, 2, 3), (2, 3, 4, 5))] == [204, 204, 204]
    assert heard() == [1, 2, 3, 4, 5]
    assert TraceRow.objects.filter(kind="did").count() == 2


def test_what_came_late_after_the_order_began_is_part_of_its_sale(client: Client, ticket: str) -> None:
    client.post("/home/insure/TRV/start/")
    assert tell(ticket, 1) == 204
    trace = Trace.objects.get()
    assert trace.sale is not None
    rows = [said_of(row)["kind"] for row in _whole(trace).rows]
    assert rows == ["shown", "began", "sent", "did"]


def test_a_forged_ticket_and_one_of_a_page_never_shown_are_refused(ticket: str) -> None:
    from uuid import uuid4

    from keyuan.evidence.pages.writing import Place

    forged = ticket[:-3] + ("aaa" if not ticket.endswith("aaa") else "bbb")
    assert tell(forged, 1) == 403
    assert tell("", 1) == 403
    assert tell(hearing.ticket(Place(visit=uuid4()), "k"), 1) == 403
    assert tell(hearing.ticket(Place(visit=Trace.objects.get().pk), "another page"), 1) == 403
    assert heard() == []


def test_an_old_ticket_is_refused(ticket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "HOLDS_SECONDS", -1)
    assert tell(ticket, 1) == 403


def test_too_much_at_once_is_refused(client: Client, ticket: str) -> None:
    assert tell(ticket, *range(1, hearing.MOST_AT_ONCE + 2)) == 400
    big = "x" * (hearing.MOST_BYTES + 1)
    assert client.post("/home/trace/", big, content_type="application/json").status_code == 413
    assert tell(ticket, 1, on="很" * 200) == 400
    assert tell(ticket, 1, more="unknown") == 400
    assert client.get("/home/trace/").status_code == 405
    assert heard() == []


def test_a_page_that_never_stops_telling_is_stopped(ticket: str, settings: Any) -> None:
    settings.KEYUAN_LIMITS = {**django_settings.KEYUAN_LIMITS, "trace_heard_of_a_page": (3, 60)}
    assert [tell(ticket, n) for n in range(1, 6)] == [204, 204, 204, 429, 429]
    assert heard() == [1, 2, 3]


def test_of_one_page_only_so_many_are_kept(ticket: str) -> None:
    assert tell(ticket, hearing.MOST_OF_A_PAGE, hearing.MOST_OF_A_PAGE + 1) == 204
    assert heard() == [hearing.MOST_OF_A_PAGE]


def test_without_the_script_pages_and_forms_are_on_record_all_the_same(client: Client) -> None:
    client.get("/home/insure/TRV/")
    client.post("/home/insure/TRV/start/", {"days": "9"})
    rows = [said_of(row) for row in _whole(Trace.objects.get()).rows]
    assert [one["kind"] for one in rows] == ["shown", "began", "sent"]
    assert rows[2]["values"] == {"days": ["9"]}


@given(raw=st.binary(max_size=400))
def test_any_bytes_at_all_are_refused_politely(raw: bytes) -> None:
    answer = Client().post("/home/trace/", raw, content_type="application/json")
    assert answer.status_code in (400, 403, 413, 429)
