"""What a buyer is shown and does goes on record as it is, in order, from the moment of entering."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from keyuan.accounts.models import User
from keyuan.accounts.scope import system_viewer
from keyuan.billing.tests.conftest import gateway_folder, sandbox
from keyuan.buying import tracing
from keyuan.eventlog.models import Event
from keyuan.evidence.models import PageBody, Trace, TraceRow
from keyuan.evidence.offline.chain import digest_of
from keyuan.evidence.pages import actions as pages
from keyuan.evidence.pages import queries as traces
from keyuan.evidence.pages.queries import Traced, said_of
from keyuan.kernel.sealing import keyring
from keyuan.orders import actions
from keyuan.orders.access import Holder
from keyuan.orders.models import Order
from keyuan.orders.tests.conftest import Fill, filled, someone
from keyuan.products.bulk import offer_shipped_products

__all__ = ["filled", "gateway_folder", "sandbox", "someone"]
pytestmark = pytest.mark.django_db
AUDITOR = system_viewer("tests")


@pytest.fixture(autouse=True)
def _products(db: None) -> None:
    offer_shipped_products()


@pytest.fixture
def buyer(someone: Holder) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=someone.viewer.user_id))
    return client


def rows_of(sale: Any) -> list[dict[str, Any]]:
    found = traces.rows_alone(UUID(str(sale)))
    assert found is not None
    assert found.faults == ()
    return [said_of(row) for row in found.rows]


def begun(client: Client, code: str = "TRV") -> Order:
    client.post(f"/home/insure/{code}/start/")
    return Order.objects.get()


def whole(sale: Any) -> Traced:
    """The trace as its keeper reads it; belongs to nobody yet, so read without a customer."""
    found = Trace.objects.get(sale=sale)
    return traces._whole(found)


def test_what_a_stranger_saw_before_is_the_beginning_of_the_sale(client: Client) -> None:
    shop = client.get("/home/insure/")
    product = client.get("/home/insure/TRV/")
    order = begun(client)
    cover = client.get(f"/home/orders/{order.pk}/cover/")
    kept = whole(order.pk)
    assert [said_of(row).get("view", said_of(row)["kind"]) for row in kept.rows] == [
        "buying:shop",
        "buying:product",
        "began",
        "buying:start",
        "buying:step:cover",
    ]
    assert [row.page for row in kept.rows if row.page] == [shop.content, product.content, cover.content]
    assert kept.faults == ()
    assert Trace.objects.count() == 1
    said = said_of(kept.rows[1])
    assert said["versions"][0][:2] == ["TRV", 1]
    assert len(said["versions"][0][2]) == 64


def test_pages_of_another_product_stay_with_the_visit(client: Client) -> None:
    client.get("/home/insure/TRV/")
    order = begun(client)
    client.get("/home/insure/TRM/")
    client.get("/home/insure/TRV/")
    views = [(one.get("view"), one.get("address")) for one in rows_of(order.pk)]
    assert ("buying:product", "/home/insure/TRM/") not in views
    assert views.count(("buying:product", "/home/insure/TRV/")) == 2
    assert Trace.objects.filter(sale__isnull=True).count() == 1


def test_a_form_is_kept_with_its_values_and_the_page_that_told_what_was_wrong(client: Client) -> None:
    order = begun(client)
    address = f"/home/orders/{order.pk}/people/"
    answer = client.post(
        address, {"applicant-name": "林慧", "applicant-document_number": "1"}, headers={"Referer": address}
    )
    assert answer.status_code == 422
    last = rows_of(order.pk)[-1]
    assert last["kind"] == "sent"
    assert last["values"]["applicant-name"] == ["林慧"]
    assert "csrfmiddlewaretoken" not in last["values"]
    assert last["page"] == digest_of(answer.content)
    assert last["status"] == 422


def test_the_code_that_proves_who_one_is_is_never_kept(client: Client) -> None:
    order = begun(client)
    client.post("/home/sign-in/code/", {"code": "123456"})
    last = rows_of(order.pk)[-1]
    assert (last["view"], last["values"]) == ("home:code", {"code": ["••••••"]})


def test_what_is_kept_cannot_be_read_in_the_tables(client: Client) -> None:
    order = begun(client)
    client.post(
        f"/home/orders/{order.pk}/people/",
        {"applicant-name": "林慧", "applicant-document_number": "320506199003074525"},
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(r)::text FROM evidence_tracerow r "
            "UNION ALL SELECT row_to_json(b)::text FROM evidence_pagebody b"
        )
        lies = "".join(row[0] for row in cursor.fetchall())
    for secret in ("320506199003074525", "林慧"):
        assert secret not in lies
        assert secret.encode().hex() not in lies


def test_the_same_page_for_two_strangers_lies_there_once() -> None:
    for _stranger in range(3):
        Client().get("/home/insure/TRV/")
    assert Trace.objects.count() == 3
    assert TraceRow.objects.count() == 3
    assert PageBody.objects.count() == 1


def test_a_page_that_waits_and_asks_again_is_kept_once(filled: Fill, buyer: Client, sandbox: Any) -> None:
    order, holder = filled("TRV")
    actions.submit(order.pk, by=holder)
    actions.signed(order.pk, signature_ref="1", by=holder)
    for _second in range(4):
        buyer.get(f"/home/orders/{order.pk}/done/", headers={"HX-Request": "true"})
    assert [one["view"] for one in rows_of(order.pk)] == ["buying:done"]


def test_who_does_not_hold_the_order_leaves_no_row_in_it(client: Client) -> None:
    order = begun(Client())
    before = TraceRow.objects.count()
    assert client.get(f"/home/orders/{order.pk}/cover/").status_code == 302
    assert client.post(f"/home/orders/{order.pk}/cover/", {"days": "3"}).status_code == 302
    assert TraceRow.objects.count() == before


def test_a_page_that_cannot_be_put_on_record_is_not_shown(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    order = begun(client)

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(tracing, "append", broken)
    answer = client.get(f"/home/orders/{order.pk}/people/")
    assert answer.status_code == 503
    assert "没有记录下来" in answer.content.decode()
    assert "证件号码" not in answer.content.decode()
    assert client.get("/home/insure/TRV/").status_code == 200


def test_an_order_whose_clauses_were_never_shown_is_not_submitted(filled: Fill, buyer: Client) -> None:
    order, _holder = filled("TRV")
    address = f"/home/orders/{order.pk}/"
    assert buyer.post(f"{address}submit/")["Location"] == f"{address}read/"
    order.refresh_from_db()
    assert order.submitted_at is None
    buyer.get(f"{address}read/")
    buyer.get(f"{address}check/")
    assert buyer.post(f"{address}submit/")["Location"] == address
    order.refresh_from_db()
    assert order.submitted_at is not None


def test_each_step_puts_the_head_of_the_chain_into_the_log(filled: Fill, buyer: Client) -> None:
    order, holder = filled("TRV")
    address = f"/home/orders/{order.pk}/"
    buyer.get(f"{address}read/")
    buyer.get(f"{address}check/")
    buyer.post(f"{address}submit/")
    actions.signed(order.pk, signature_ref="1", by=holder)
    kept = whole(order.pk)
    lines = list(Event.objects.filter(name="sale.traced").order_by("pk").values_list("payload", flat=True))
    assert [line["step"] for line in lines] == ["submit", "sign"]
    for line in lines:
        assert kept.rows[line["rows"] - 1].head.hex() == line["head"]
        assert line["sale"] == str(order.pk)
    assert kept.fixed == lines[-1]["rows"] == kept.length


def test_rows_after_the_last_step_come_into_the_log_later(filled: Fill, buyer: Client) -> None:
    order, _holder = filled("TRV")
    buyer.get(f"/home/orders/{order.pk}/read/")
    late = Trace.objects.get().last_at
    by = system_viewer("clock").actor
    assert pages.fix_tails(before=late, by=by) == 0
    from datetime import timedelta

    assert pages.fix_tails(before=late + timedelta(seconds=1), by=by) == 1
    line = Event.objects.get(name="sale.traced")
    assert (line.payload["rows"], line.payload["step"]) == (1, "since")
    assert pages.fix_tails(before=late + timedelta(seconds=1), by=by) == 0


def test_an_order_made_without_pages_writes_no_head(filled: Fill) -> None:
    order, holder = filled("TRV")
    actions.submit(order.pk, by=holder)
    assert not Event.objects.filter(name="sale.traced").exists()
    assert not Trace.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence_tracerow SET head = ''",
        "UPDATE evidence_tracerow SET n = n + 10",
        "DELETE FROM evidence_tracerow",
        "DELETE FROM evidence_trace",
        "UPDATE evidence_trace SET rows = 0",
    ],
)
def test_the_database_refuses_to_change_or_lose_a_row(client: Client, statement: str) -> None:
    begun(client)
    with pytest.raises(DatabaseError, match="kept"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_row_altered_behind_our_back_is_named(client: Client) -> None:
    client.get("/home/insure/TRV/")
    order = begun(client)
    row = TraceRow.objects.get(n=2)
    told = json.loads(row.told or "")
    forged = json.dumps({**told, "at": "2020-01-01T00:00:00.000Z"}).encode()
    sealed = keyring().seal_bytes(forged, context="evidence.tracerow.told")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE evidence_tracerow SET told = %s WHERE id = %s", [sealed, row.pk])
    assert [(one.part, one.n) for one in whole(order.pk).faults] == [("row", 2)]


def test_one_bit_of_a_stored_page_is_noticed(client: Client) -> None:
    client.get("/home/insure/TRV/")
    order = begun(client)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE evidence_pagebody SET packed = set_bit(packed, 1000, 1 - get_bit(packed, 1000))")
    assert [(one.part, one.n) for one in whole(order.pk).faults] == [("page", 1)]


def test_a_page_sealed_anew_with_the_wrong_words_is_noticed(client: Client) -> None:
    import brotli

    client.get("/home/insure/TRV/")
    order = begun(client)
    body = PageBody.objects.get()
    words = brotli.decompress(body.packed).replace("不保什么".encode(), "什么都保".encode())
    sealed = keyring().seal_bytes(brotli.compress(words), context="evidence.pagebody.packed")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE evidence_pagebody SET packed = %s", [sealed])
    assert [(one.part, one.n) for one in whole(order.pk).faults] == [("page", 1)]


def test_signing_out_ends_the_record_of_this_browser(client: Client) -> None:
    begun(client)
    assert client.cookies[tracing.COOKIE].value
    client.post("/home/sign-out/")
    assert not client.cookies[tracing.COOKIE].value
