"""The pages of staff and of the customer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.fixtures.budgets import QueryBudget

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.customers.models import PortalAccount
from keyuan.kernel.clock import today
from keyuan.policies.states import FactKind
from keyuan.policies.tests import factories as make
from keyuan.tiers.actions import review_these
from keyuan.tiers.bulk import keep_contributions
from keyuan.tiers.models import Membership, Redemption, TierRules
from keyuan.tiers.tests.conftest import Holder, life

pytestmark = pytest.mark.django_db


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def portal(user_as: Callable[..., User]) -> Callable[[Any], Client]:
    """A customer signed in to their own pages."""

    def made(customer: Any) -> Client:
        user = user_as(Role.CUSTOMER)
        PortalAccount.objects.create(customer=customer, user=user)
        client = Client()
        client.force_login(user)
        return client

    return made


def test_the_page_says_why_policy_by_policy_and_what_would_change_it(holder: Holder, desk: Client) -> None:
    someone = holder(0)
    life(someone, 120_000)
    ended = life(someone, 40_000)
    make.fact(ended, FactKind.SURRENDERED, today() - timedelta(days=3))
    review_these([someone.pk])
    page = text_of(desk.get(f"/desk/tiers/customers/{someone.pk}/"))
    for words in ("二星贵宾", "120,000.00", "100%", "不在保障期内", "三星贵宾", "80,000.00", "800,000.00", "法定时限"):
        assert words in page, words


def test_a_past_day_shows_the_tier_of_that_day_and_offers_nothing(holder: Holder, desk: Client) -> None:
    someone = holder(60_000)
    review_these([someone.pk])
    page = text_of(desk.get(f"/desk/tiers/customers/{someone.pk}/", {"as_of": str(today() - timedelta(days=1))}))
    assert "普通客户" in page
    assert "现在评定" not in page
    assert "redeem/" not in page


def test_contribution_is_for_those_who_see_the_companys_figures(
    holder: Holder, client_as: Callable[..., Client]
) -> None:
    someone = holder(60_000)
    keep_contributions(today(), [(someone.pk, 7777)])  # type: ignore[list-item]
    review_these([someone.pk])
    address = f"/desk/tiers/customers/{someone.pk}/"
    assert "7,777.00" in text_of(client_as(Role.MANAGER).get(address))
    assert "7,777.00" not in text_of(client_as(Role.COUNTER).get(address))
    assert "7,777.00" not in text_of(client_as(Role.COUNTER).get("/desk/tiers/"))


def test_staff_redeem_and_give_back_on_the_page_and_a_used_quota_says_so(holder: Holder, desk: Client) -> None:
    someone = holder(60_000)
    review_these([someone.pk])
    address = f"/desk/tiers/customers/{someone.pk}/"
    assert desk.post(f"{address}redeem/", {"benefit": "road_rescue"}).status_code == 302
    again = desk.post(f"{address}redeem/", {"benefit": "road_rescue"})
    assert again.status_code == 409
    assert "本会员年度的1次已用完" in text_of(again)
    taken = Redemption.objects.get()
    assert desk.post(f"/desk/tiers/redemptions/{taken.pk}/give-back/", {"why": "没有用到"}).status_code == 302
    assert "没有用到" in text_of(desk.get("/desk/tiers/redemptions/"))


def test_the_360_page_shows_the_tier_of_the_day(holder: Holder, desk: Client) -> None:
    someone = holder(120_000)
    review_these([someone.pk])
    page = text_of(desk.get(f"/desk/customers/{someone.number}/"))
    assert "二星贵宾" in page
    assert f"/desk/tiers/customers/{someone.pk}/" in page
    before = text_of(desk.get(f"/desk/customers/{someone.number}/", {"as_of": str(today() - timedelta(days=1))}))
    assert "二星贵宾" not in before


def test_the_list_finds_members_by_tier_and_who_would_fall(holder: Holder, desk: Client) -> None:
    high, falling = holder(250_000, name="高额一"), holder(0, name="将降二")
    cover = life(falling, 60_000)
    review_these([high.pk, falling.pk])
    make.fact(cover, FactKind.SURRENDERED, today())
    review_these([falling.pk])
    everybody = text_of(desk.get("/desk/tiers/"))
    assert "高额一" in everybody
    assert "将降二" in everybody
    assert "高额一" not in text_of(desk.get("/desk/tiers/", {"review": "falling"}))
    assert "将降二" not in text_of(desk.get("/desk/tiers/", {"level": "5"}))


def test_new_rules_need_two_people_and_hold_from_their_day(
    holder: Holder, desk: Client, client_as: Callable[..., Client]
) -> None:
    someone = holder(60_000)
    review_these([someone.pk])
    address = "/desk/tiers/rules/individual/"
    assert desk.post(f"{address}draft/").status_code == 302
    draft = TierRules.objects.get(code="individual", number=2)
    text = draft.text.replace("premium: 100000, contribution: 10000", "premium: 55000, contribution: 10000")
    typed = {"text": text, "effective_from": str(today()), "why": "放宽二星", "seen": draft.digest, "submit": "1"}
    bad = desk.post(f"{address}2/edit/", {**typed, "text": text.replace("rules_by: premium", "rules_by: luck")})
    assert bad.status_code == 422
    assert "luck" in text_of(bad)
    draft.refresh_from_db()
    assert desk.post(f"{address}2/edit/", {**typed, "seen": draft.digest}).status_code == 302
    page = text_of(desk.get(f"{address}2/"))
    assert "55000" in page
    assert "1 位会上升" in page
    assert desk.post(f"{address}2/publish/").status_code == 403
    assert client_as(Role.MANAGER).post(f"{address}2/publish/").status_code == 302
    review_these([someone.pk])
    held = Membership.objects.get(customer=someone, ends_on=None)
    assert (held.level, held.rules) == (4, 2)
    assert "第2版" in text_of(desk.get(address))


def test_a_branch_manager_does_not_write_the_companys_rules(client_as: Callable[..., Client], org: Any) -> None:
    client = client_as(Role.MANAGER, unit=org.branch)
    assert client.post("/desk/tiers/rules/individual/draft/", follow=True).status_code == 200
    assert not TierRules.objects.filter(number=2).exists()


def test_a_customer_sees_their_own_tier_in_plain_words_and_redeems(
    holder: Holder, portal: Callable[[Any], Client]
) -> None:
    someone = holder(120_000)
    keep_contributions(today(), [(someone.pk, 7777)])  # type: ignore[list-item]
    review_these([someone.pk])
    client = portal(someone)
    page = text_of(client.get("/home/tier/"))
    for words in ("您是二星贵宾", "120,000.00", "健康体检", "80,000.00", "法定时限"):
        assert words in page, words
    assert "7,777.00" not in page
    assert client.post("/home/tier/redeem/", {"benefit": "health_check"}).status_code == 302
    assert Redemption.objects.get().code in text_of(client.get("/home/tier/"))
    assert client.post("/home/tier/redeem/", {"benefit": "health_check"}).status_code == 409


def test_the_pages_stay_within_their_query_budgets(
    holder: Holder, desk: Client, portal: Callable[[Any], Client], query_budget: QueryBudget
) -> None:
    people = [holder(a_year) for a_year in (60_000, 120_000, 250_000)]
    review_these([one.pk for one in people])
    pages = {
        "tiers-list": (desk, "/desk/tiers/"),
        "tiers-customer": (desk, f"/desk/tiers/customers/{people[0].pk}/"),
        "tiers-ladder": (desk, "/desk/tiers/rules/individual/"),
        "home-tier": (portal(people[0]), "/home/tier/"),
    }
    for name, (client, address) in pages.items():
        client.get(address)
        with query_budget(name):
            assert client.get(address).status_code == 200


def test_a_customer_without_a_tier_reads_what_is_missing(holder: Holder, portal: Callable[[Any], Client]) -> None:
    someone = holder(2_000)
    review_these([someone.pk])
    page = text_of(portal(someone).get("/home/tier/"))
    assert "3,000.00" in page
    assert "银卡会员" in page
    assert "金卡会员" not in page


def test_the_api_tells_the_same(holder: Holder, desk: Client) -> None:
    someone = holder(120_000)
    keep_contributions(today(), [(someone.pk, 7777)])  # type: ignore[list-item]
    review_these([someone.pk])
    told = desk.get(f"/api/v1/customers/{someone.pk}/tier").json()
    assert told["tier"] == {"code": "individual-04", "label": "二星贵宾"}
    assert (told["level"], told["since"], told["converted"]) == (4, str(today()), "120000.00")
    assert told["contribution"] == "7777.00"
    assert told["next"]["tier"]["code"] == "individual-05"
    assert told["next"]["converted"] == "80000.00"
    assert {one["code"]: one["quota"] for one in told["benefits"]}["road_rescue"] == 1
    (policy,) = told["policies"]
    assert (policy["premium_of_a_year"], policy["converted"], policy["why_not"]) == ("120000.00", "120000.00", None)
