"""The pages of quotes, as those who use them see them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from tests.fixtures.budgets import QueryBudget
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.kernel.clock import today
from keyuan.products.bulk import offer_shipped_products
from keyuan.products.definition.book import shipped
from keyuan.products.rating.entries import defaults
from keyuan.sales.actions import QuoteDraft, quote
from keyuan.sales.models import Quote
from keyuan.sales.tests.conftest import Record

TERM = {"age": "35", "sex": "male", "sum": "500000", "cover_term": "20 years", "pay_years": "20 years", "mode": "1"}
RISK = {**TERM, "mode": 1, "age": 35}


@pytest.fixture
def at_agent(agent_user: User, agents_book: None) -> Client:
    client = Client(headers={"Accept-Language": "zh-hans"})
    client.force_login(agent_user)
    return client


@pytest.fixture
def agents_book(db: None) -> None:
    """The shipped products are on sale."""
    offer_shipped_products()


def shown(answer: object) -> str:
    return re.sub(r"<[^>]+>", "", answer.content.decode())  # type: ignore[attr-defined]


def test_every_shipped_product_can_be_chosen_and_begins_with_a_price(at_agent: Client) -> None:
    page = at_agent.get("/desk/quotes/new/").content.decode()
    for definition in shipped():
        assert f"?product={definition.code}" in page
        form = at_agent.get(f"/desk/quotes/new/?product={definition.code}")
        assert form.status_code == 200
        assert 'class="quote-premium"' in form.content.decode(), definition.code
        for name in defaults(definition):
            assert f'name="{name}"' in form.content.decode(), name


def test_while_typing_the_price_and_its_arithmetic_follow(at_agent: Client) -> None:
    page = shown(at_agent.post("/desk/quotes/TRM/price/", TERM))
    assert "164.96" in page
    assert "3.6206" in page
    assert "1,810.30" in page
    dearer = shown(at_agent.post("/desk/quotes/TRM/price/", {**TERM, "smoker": "yes"}))
    assert "系数：是否吸烟" in dearer
    assert not Quote.objects.exists()


def test_while_typing_every_fault_is_told_by_the_name_of_its_field(at_agent: Client) -> None:
    page = at_agent.post("/desk/quotes/TRM/price/", {**TERM, "age": "x", "sum": "1"}).content.decode()
    assert "“年龄”应是数字" in page
    assert 'data-rule="sum_too_small"' in page
    group = at_agent.post("/desk/quotes/GRP/price/", {"census.0.people": "5", "census.0.age": "x"}).content.decode()
    assert "人员清单第1行年龄" in group


def test_a_quote_is_kept_for_a_prospect_and_found_in_the_list(at_agent: Client, record: Record) -> None:
    prospect = record("王小芳")
    form = at_agent.get(f"/desk/quotes/new/?product=TRM&prospect={prospect.pk}").content.decode()
    assert "为王小芳报价" in form
    answer = at_agent.post("/desk/quotes/TRM/create/", {**TERM, "prospect": prospect.pk}, follow=True)
    assert answer.status_code == 200
    made = Quote.objects.get()
    assert (made.prospect_id, made.price["premium"]) == (prospect.pk, "164.96")
    page = shown(answer)
    assert "164.96" in page
    assert "逐年利益" in page
    assert "王小芳" in shown(at_agent.get("/desk/quotes/"))
    again = at_agent.get(f"/desk/quotes/new/?again={made.pk}").content.decode()
    assert "为王小芳报价" in again
    assert 'value="500000"' in again


def test_what_was_typed_stays_when_it_cannot_be_quoted(at_agent: Client) -> None:
    answer = at_agent.post("/desk/quotes/TRM/create/", {**TERM, "age": "71"})
    assert answer.status_code == 422
    assert 'value="71"' in answer.content.decode()
    assert "被保险人最高60岁" in shown(answer)
    assert not Quote.objects.exists()


def test_a_quote_is_not_made_for_somebody_out_of_scope(at_agent: Client) -> None:
    at_agent.post("/desk/quotes/TRM/create/", {**TERM, "prospect": "999999", "customer": "10000000000000000000"})
    assert Quote.objects.get().prospect_id is None


def test_the_list_is_narrowed_and_put_in_order(at_agent: Client, by_agent: Viewer) -> None:
    quote(QuoteDraft("TRM", RISK), by=by_agent)
    quote(QuoteDraft("TRM", {**RISK, "sum": 3000000}), by=by_agent, on=today() - timedelta(days=60))
    quote(QuoteDraft("MED", {"age": 35, "sex": "male", "plan": "standard"}), by=by_agent)

    def names(query: str) -> list[str]:
        page = at_agent.get(f"/desk/quotes/?{query}").content.decode()
        return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', page)

    assert len(names("")) == 3
    assert names("product=MED") == ["百万守护医疗保险"]
    assert len(names("state=valid")) == 2
    assert len(names("state=expired")) == 1
    assert len(names(f"since={today()}")) == 2
    assert len(names("whose=mine")) == 3
    assert names("customer=1") == []
    assert names("sort=premium")[0] == "百万守护医疗保险"
    assert names("sort=-premium")[-1] == "百万守护医疗保险"
    assert len(names("product=%00&state=x&since=x&sort=nothing&customer=x")) == 3


def test_a_stranger_to_a_quote_does_not_find_it(
    at_agent: Client, by_agent: Viewer, client_as: Callable[..., Client], org: Organisation
) -> None:
    made = quote(QuoteDraft("TRM", RISK), by=by_agent)
    other = client_as(Role.COUNTER, unit=org.other_branch)
    assert other.get(f"/desk/quotes/{made.pk}/").status_code == 404
    assert other.get(f"/desk/quotes/new/?again={made.pk}").status_code == 404
    assert str(made.pk) not in other.get("/desk/quotes/").content.decode()
    assert at_agent.get("/desk/quotes/new/?again=x").status_code == 404
    assert at_agent.get("/desk/quotes/new/?product=NONE").status_code == 404


def test_the_pages_of_quotes_stay_within_their_query_budgets(
    at_agent: Client, by_agent: Viewer, query_budget: QueryBudget
) -> None:
    for _ in range(4):
        made = quote(QuoteDraft("TRM", RISK), by=by_agent)
    at_agent.get("/desk/quotes/")  # definitions are read once and kept
    for name, address in (
        ("quotes-list", "/desk/quotes/"),
        ("quote-choose", "/desk/quotes/new/"),
        ("quote-form", "/desk/quotes/new/?product=TRM"),
        ("quote", f"/desk/quotes/{made.pk}/"),
    ):
        with query_budget(name):
            assert at_agent.get(address).status_code == 200
    with query_budget("quote-price"):
        assert at_agent.post("/desk/quotes/TRM/price/", TERM).status_code == 200
