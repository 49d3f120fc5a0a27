"""A quote is pinned to the version that priced it, is kept and logged, and is seen by nobody out of scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, Viewer, viewer_of
from keyuan.customers.refusals import CustomerNotFound
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.products import actions as product_actions
from keyuan.products import queries as products
from keyuan.products.bulk import offer_shipped_products
from keyuan.products.queries import ProductNotFound
from keyuan.products.rating import RiskRefused
from keyuan.sales import queries
from keyuan.sales.actions import QuoteDraft, quote
from keyuan.sales.models import Quote
from keyuan.sales.queries.quotes import reckoned_again
from keyuan.sales.refusals import ChannelNotOffered, ProspectNotFound, QuoteForTwo, QuoteNotFound
from keyuan.sales.tests.conftest import Record, Register

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
RISK: dict[str, Any] = {
    "birth_date": "1991-03-01",
    "sex": "male",
    "sum": 500000,
    "cover_term": "20 years",
    "pay_years": "20 years",
    "mode": 1,
}


def test_a_quote_is_priced_kept_and_logged(by_agent: Viewer, record: Record) -> None:
    prospect = record()
    made = quote(QuoteDraft("TRM", RISK, prospect_id=prospect.pk), by=by_agent, on=DAY)
    assert (made.product, made.version, made.channel) == ("TRM", 1, "agent")
    assert made.valid_until == date(2026, 12, 22)
    assert made.risk["age"] == 35
    assert "birth_date" not in made.risk
    assert made.price["premium"] == made.price["first"] == "164.96"
    assert Decimal(made.price["yearly"]) == sum(Decimal(one) for one in made.price["instalments"])
    line = Event.objects.get(name="quote.made")
    assert line.payload["premium"] == "164.96"
    assert (line.subject_type, line.subject_id) == ("prospect", str(prospect.pk))


def test_a_quote_that_is_refused_leaves_nothing(by_agent: Viewer) -> None:
    with pytest.raises(RiskRefused) as refused:
        quote(QuoteDraft("TRM", {**RISK, "sum": 1}), by=by_agent, on=DAY)
    assert refused.value.as_dict()["faults"][0]["rule"] == "sum_too_small"
    assert not Quote.objects.exists()
    assert not Event.objects.filter(name="quote.made").exists()


def test_an_old_quote_is_reckoned_to_the_cent_when_a_newer_version_is_published(
    by_agent: Viewer, viewer_as: Callable[..., Viewer]
) -> None:
    offer_shipped_products()
    author, approver = viewer_as(Role.UNDERWRITER), viewer_as(Role.ADMINISTRATOR)
    made = quote(QuoteDraft("TRM", RISK), by=by_agent)
    draft = product_actions.draft_version("TRM", by=author)
    text = draft.text.replace("interest: 2%", "interest: 1%").replace("of_premium: [55%", "of_premium: [60%")
    product_actions.change_draft("TRM", 2, text, seen_digest=draft.digest, by=author)
    product_actions.submit_version("TRM", 2, by=author)
    product_actions.publish_version("TRM", 2, by=approver)
    later = quote(QuoteDraft("TRM", RISK), by=by_agent)
    assert (made.version, later.version) == (1, 2)
    assert made.price["premium"] == "164.96"
    assert later.price["premium"] > made.price["premium"]
    assert reckoned_again(made)
    assert reckoned_again(later)
    seen = queries.quote(made.pk, viewer=by_agent, on=today())
    assert (seen.version, seen.price["premium"], seen.price["steps"][0]["by"]) == (1, "164.96", "3.6206")
    again = quote(QuoteDraft("TRM", dict(made.risk)), by=by_agent)
    assert again.price == later.price


def test_a_quote_expires(by_agent: Viewer) -> None:
    made = quote(QuoteDraft("TRM", RISK), by=by_agent, on=DAY)
    assert not queries.quote(made.pk, viewer=by_agent, on=date(2026, 12, 21)).expired
    assert queries.quote(made.pk, viewer=by_agent, on=date(2026, 12, 22)).expired


def test_only_who_may_see_whom_it_is_about_sees_a_quote(
    by_agent: Viewer, record: Record, user_as: Callable[..., User], org: Organisation
) -> None:
    nameless = quote(QuoteDraft("TRM", RISK), by=by_agent, on=DAY)
    named = quote(QuoteDraft("TRM", RISK, prospect_id=record().pk), by=by_agent, on=DAY)
    colleague = viewer_of(user_as(Role.AGENT, unit=org.branch))
    elsewhere = viewer_of(user_as(Role.COUNTER, unit=org.other_branch))
    manager = viewer_of(user_as(Role.MANAGER))
    for made in (nameless, named):
        assert queries.quote(made.pk, viewer=by_agent, on=DAY).price["premium"] == "164.96"
        assert queries.quote(made.pk, viewer=manager, on=DAY).id == str(made.pk)
        for viewer in (colleague, elsewhere, STRANGER):
            with pytest.raises(QuoteNotFound):
                queries.quote(made.pk, viewer=viewer, on=DAY)


def test_a_quote_is_for_somebody_in_scope_by_a_channel_that_sells_it(
    by_agent: Viewer, record: Record, register: Register, org: Organisation
) -> None:
    customer = register("李强", unit=org.other_branch)
    with pytest.raises(CustomerNotFound):
        quote(QuoteDraft("TRM", RISK, customer_id=customer.pk), by=by_agent)
    with pytest.raises(ProspectNotFound):
        quote(QuoteDraft("TRM", RISK, prospect_id=10**9), by=by_agent)
    with pytest.raises(QuoteForTwo):
        quote(QuoteDraft("TRM", RISK, customer_id=customer.pk, prospect_id=record().pk), by=by_agent)
    with pytest.raises(ChannelNotOffered):
        quote(QuoteDraft("TRM", RISK, channel="pigeon"), by=by_agent)
    with pytest.raises(ProductNotFound):
        quote(QuoteDraft("NONE", RISK), by=by_agent)
    assert not Quote.objects.exists()
    assert products.version("TRM").code == "TRM"
