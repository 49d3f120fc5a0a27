"""The page itself: what it answers, for whom, and that nothing can be done in the past."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.fixtures.budgets import QueryBudget
from tests.fixtures.organisation import Organisation

from keyuan.accounts.roles import Role
from keyuan.claims.models import Claim
from keyuan.customer360.tests.world import World
from keyuan.kernel.clock import today


@pytest.fixture
def page(world: World) -> str:
    return reverse("customer360:customer", args=[world.customer.number])


def test_the_page_shows_the_customer_whole(page: str, desk: Client) -> None:
    text = desk.get(page).text
    for told in (
        "王伟",
        "138****5678",
        "赵敏",
        "PDZA20260001",
        "追尾",
        "要求尽快赔付",
        "核对地址",
        "李娜",
        "投诉处理中",
    ):
        assert told in text
    assert "13812345678" not in text


def test_policies_and_claims_lead_to_their_own_pages_by_their_numbers(world: World, page: str, desk: Client) -> None:
    text = desk.get(page).text
    claim = Claim.objects.get(policy_id=world.policy.pk)
    for address, number in (
        (reverse("policies:detail", args=[world.policy.pk]), world.policy.number),
        (reverse("claims:detail", args=[claim.pk]), claim.number),
    ):
        assert re.search(rf'<a [^>]*href="{address}">{number}</a>', text)
        assert desk.get(address).status_code == 200


def test_an_id_leads_to_the_address_with_the_number_and_keeps_the_question(
    world: World, page: str, desk: Client
) -> None:
    answer = desk.get(reverse("customer360:customer", args=[world.customer.pk]), {"as_of": "2026-01-01"})
    assert (answer.status_code, answer["Location"]) == (302, f"{page}?as_of=2026-01-01")


def test_the_past_says_so_and_offers_nothing_to_do(page: str, desk: Client) -> None:
    day = (today() - timedelta(days=35)).isoformat()
    text = desk.get(page, {"as_of": day}).text
    assert f"这是 {day} 当天" in text
    assert "要求尽快赔付" not in text
    assert 'data-key="n" disabled' in text


@pytest.mark.parametrize("day", ["2999-01-01", "yesterday", "2026-02-30", "\x00"])
def test_an_impossible_day_is_refused_in_words(page: str, desk: Client, day: str) -> None:
    assert desk.get(page, {"as_of": day}).status_code == 422


@pytest.mark.parametrize("piece", ["header", "facts", "holdings", "claims", "side"])
def test_a_piece_loads_by_itself(page: str, desk: Client, piece: str) -> None:
    answer = desk.get(f"{page}piece/{piece}/")
    assert answer.status_code == 200
    assert "<html" not in answer.text


def test_there_is_no_other_piece(page: str, desk: Client) -> None:
    assert desk.get(f"{page}piece/secrets/").status_code == 404


def test_the_timeline_loads_by_itself_and_filters(page: str, desk: Client) -> None:
    assert "询问理赔进度" in desk.get(f"{page}timeline/", {"category": "contact"}).text
    assert "询问理赔进度" not in desk.get(f"{page}timeline/", {"category": "policy"}).text
    assert "没有符合条件的记录" in desk.get(f"{page}timeline/", {"q": "从未说过"}).text


def test_strangers_are_sent_to_sign_in_and_other_branches_find_nothing(
    page: str, client: Client, client_as: Callable[..., Client], org: Organisation
) -> None:
    for address in (page, f"{page}timeline/", f"{page}piece/side/"):
        assert client.get(address).status_code == 302
        assert client_as(Role.HOTLINE, unit=org.other_branch).get(address).status_code == 404
        assert client_as(Role.CUSTOMER).get(address).status_code == 403


def test_the_main_pages_stay_within_their_query_budgets(
    world: World, page: str, desk: Client, query_budget: QueryBudget
) -> None:
    for name, address in (
        ("customer-360", page),
        ("customers-list", reverse("customer360:list")),
        ("find", reverse("customer360:find") + "?q=王伟"),
    ):
        desk.get(address)
        with query_budget(name):
            assert desk.get(address).status_code == 200
