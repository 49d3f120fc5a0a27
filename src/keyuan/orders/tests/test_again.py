"""An order that lay: its product has a new version, or its own time is over."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from keyuan.accounts.models import User
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import now, today
from keyuan.orders import actions, queries
from keyuan.orders.access import Holder
from keyuan.orders.document import clauses_bytes, clauses_digest
from keyuan.orders.models import Order, SignedClauses
from keyuan.orders.refusals import NothingToStartAgain, OrderIncomplete, OrderNotFound
from keyuan.orders.states import Stage
from keyuan.orders.tests.conftest import Fill
from keyuan.products import queries as products
from keyuan.products.bulk import offer_shipped_products
from keyuan.products.models import ProductVersion

pytestmark = pytest.mark.django_db
RATE, DEARER = "asia: [15, 28, 39, 50,", "asia: [15, 28, 39, 60,"
NAME = "zh: 环游天下旅行意外保险\n"


def new_version(old: str, new: str) -> None:
    """Version 2 of the journey's insurance, sold from today, in which one thing is another."""
    offer_shipped_products()
    text = ProductVersion.objects.get(code="TRV", number=1).text
    changed = text.replace("version: 1\neffective_from: 2026-01-01", f"version: 2\neffective_from: {today()}", 1)
    changed = changed.replace(old, new)
    assert changed.count(new) > text.count(new)
    ProductVersion.objects.create(
        code="TRV", number=2, text=changed, digest=hashlib.sha256(changed.encode()).hexdigest(), effective_from=today(),
        drafted_by="x", drafted_at=now(), changed_by="x", changed_at=now(), submitted_at=now(), published_at=now(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "dearer"), [(RATE, DEARER, True), (NAME, "zh: 环游天下旅行意外保险（新版）\n", False)]
)
def test_a_new_version_is_taken_over_its_price_told_and_nothing_agreed_to_any_more(
    filled: Fill, old: str, new: str, dearer: bool
) -> None:
    order, holder = filled("TRV", told={"days": "7", "region": "asia", "plan": "classic"})
    said = actions.details_of(order)
    new_version(old, new)
    told = actions.freshen(order.pk, by=holder)
    assert told is not None
    assert told.before is not None
    assert told.now is not None
    assert (told.now.amount > told.before.amount) is dearer
    seen = queries.order(order.pk, by=holder)
    assert (seen.order.version, seen.offer().price.first.amount) == (2, told.now.amount)
    assert (seen.details.read, seen.details.consents) == ({}, {})
    assert (seen.details.told, seen.details.answers, seen.details.insured) == (said.told, said.answers, said.insured)
    line = Event.objects.get(name="order.renewed")
    assert (line.payload["from"], line.payload["to"]) == (1, 2)
    assert (line.payload["before"], line.payload["now"]) == (str(told.before.amount), str(told.now.amount))
    with pytest.raises(OrderIncomplete):
        actions.submit(order.pk, by=holder)
    assert actions.freshen(order.pk, by=holder) is None


def test_what_is_submitted_keeps_the_version_and_the_price_that_it_was_decided_under(filled: Fill) -> None:
    order, holder = filled("TRV")
    order = actions.submit(order.pk, by=holder)
    new_version(RATE, DEARER)
    assert actions.freshen(order.pk, by=holder) is None
    seen = queries.order(order.pk, by=holder)
    assert (seen.order.version, seen.offer().price.first.amount) == (1, order.premium)


def test_the_page_says_that_the_price_is_another_before_anything_is_signed(filled: Fill, client: Client) -> None:
    order, holder = filled("TRV", told={"days": "7", "region": "asia", "plan": "classic"})
    client.force_login(User.objects.get(pk=holder.viewer.user_id))
    before = queries.order(order.pk, by=holder).offer().price.first.amount
    new_version(RATE, DEARER)
    page = client.get(f"/home/orders/{order.pk}/check/").content.decode()
    now_costs = queries.order(order.pk, by=holder).offer().price.first.amount
    assert "这款产品有了新版条款和费率" in page
    assert f"¥{before:,.2f}" in page
    assert f"¥{now_costs:,.2f}" in page
    assert "请重新看一遍免责条款" in page


def test_an_order_that_nothing_happened_to_is_as_fresh_as_it_was(filled: Fill) -> None:
    order, holder = filled("TRV")
    before = order.details
    assert actions.freshen(order.pk, by=holder) is None
    order.refresh_from_db()
    assert order.details == before
    assert not Event.objects.filter(name="order.renewed").exists()


@pytest.mark.parametrize("over", ["expired", "withdrawn"])
def test_whose_time_is_over_is_begun_again_with_everything_said_and_nothing_agreed_to(filled: Fill, over: str) -> None:
    old, holder = filled("TRV", told={"days": "7", "region": "asia", "plan": "classic"})
    if over == "withdrawn":
        actions.withdraw(old.pk, by=holder)
    Order.objects.filter(pk=old.pk, withdrawn_at=None).update(expires_at=now() - timedelta(seconds=1))
    started = actions.begin_again(old.pk, by=holder, language="zh-hans")
    old.refresh_from_db()
    new = queries.order(started.order.pk, by=holder)
    was = actions.details_of(old)
    assert new.stage == Stage.FILLING
    assert (new.details.told, new.details.applicant, new.details.answers) == (was.told, was.applicant, was.answers)
    assert new.details.starts_on == was.starts_on
    assert (new.details.read, new.details.consents) == ({}, {})
    assert (new.order.customer_id, new.order.signed_at, new.order.quote_id) == (old.customer_id, None, None)
    assert new.order.number != old.number
    assert queries.order(old.pk, by=holder).stage in (Stage.EXPIRED, Stage.WITHDRAWN)


def test_a_day_of_beginning_that_is_past_is_asked_anew(filled: Fill) -> None:
    old, holder = filled("TRV")
    actions.withdraw(old.pk, by=holder)
    details = actions.details_of(old).with_(starts_on=today())
    Order.objects.filter(pk=old.pk).update(details=details.model_dump_json())
    started = actions.begin_again(old.pk, by=holder, language="zh-hans")
    assert actions.details_of(started.order).starts_on is None


def test_what_still_runs_or_was_issued_is_not_begun_again_nor_anybody_elses(filled: Fill) -> None:
    order, holder = filled("TRV")
    with pytest.raises(NothingToStartAgain):
        actions.begin_again(order.pk, by=holder, language="zh-hans")
    with pytest.raises(OrderNotFound):
        actions.begin_again(order.pk, by=Holder(tokens=("guess",)), language="zh-hans")
    assert Order.objects.count() == 1


@pytest.mark.parametrize("code", ["TRV", "CIL", "GRP"])
def test_what_is_signed_is_kept_in_its_bytes_once_for_everybody_and_never_changes(code: str, db: None) -> None:
    offer_shipped_products()
    definition = products.version(code, on=today())
    SignedClauses.objects.create(digest=clauses_digest(definition), content=clauses_bytes(definition))
    kept = queries.signed_clauses(clauses_digest(definition))
    assert kept is not None
    assert hashlib.sha256(kept).hexdigest() == clauses_digest(definition)
    for change in (lambda: SignedClauses.objects.update(content=b"x"), lambda: SignedClauses.objects.all().delete()):
        with pytest.raises(DatabaseError, match="kept as it is"), transaction.atomic():
            change()


def test_signing_keeps_the_bytes_and_the_second_buyer_adds_none(filled: Fill) -> None:
    order, holder = filled("TRV")
    assert not SignedClauses.objects.exists()
    actions.submit(order.pk, by=holder)
    signed = queries.order(order.pk, by=holder).document()["product"]["clauses"]
    actions.signed(order.pk, signature_ref="1", by=holder)
    assert list(SignedClauses.objects.values_list("digest", flat=True)) == [signed]
    assert queries.signed_clauses(signed) is not None
    assert queries.signed_clauses("0" * 64) is None
