"""Whatever is typed, the customer comes up, best first, and only for those who may see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.fixtures.organisation import Organisation

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.customer360.queries import find
from keyuan.customer360.states import Reason
from keyuan.customer360.tests.world import MOBILE, PLATE, World, register


@pytest.mark.parametrize(
    ("typed", "reason", "matched"),
    [
        (MOBILE, Reason.IDENTIFIER, "手机号 138****5678"),
        ("苏e·12345", Reason.IDENTIFIER, "车牌号 苏E12345"),
        ("pdza20260001", Reason.IDENTIFIER, "保单号 PDZA20260001"),
        ("PDZA2026", Reason.BEGINNING, "保单号 PDZA20260001"),
        ("苏E12", Reason.BEGINNING, "车牌号 苏E12345"),
        ("王伟", Reason.NAME, "王伟"),
        ("王", Reason.NAME_PART, "王伟"),
        ("wangwei", Reason.PINYIN, "王伟"),
        ("ww", Reason.INITIALS, "王伟"),
    ],
)
def test_the_customer_comes_up_and_the_hit_says_why(
    world: World, viewer: Viewer, typed: str, reason: Reason, matched: str
) -> None:
    (hit,) = find(typed, viewer=viewer)
    assert (hit.id, hit.reason.code, hit.matched) == (world.customer.pk, reason.value, matched)
    assert (hit.mobile, hit.branch) == ("138****5678", "苏州分公司")


@pytest.mark.parametrize("typed", [MOBILE, PLATE, "王伟", "ww", "PDZA2026"])
def test_a_stranger_and_another_branch_find_nobody(
    world: World, org: Organisation, viewer_as: Callable[..., Viewer], typed: str
) -> None:
    assert find(typed, viewer=STRANGER) == []
    assert find(typed, viewer=viewer_as(Role.HOTLINE, unit=org.other_branch)) == []


@pytest.mark.parametrize(
    "typed", ["", "   ", "\x00", "%", "_", "查无此人", "0", "' OR 1=1 --", "\\", "\ud800x", "x" * 5000]
)
def test_odd_texts_find_nobody_and_break_nothing(world: World, viewer: Viewer, typed: str) -> None:
    assert find(typed, viewer=viewer) == []


def test_an_exact_name_comes_before_longer_ones(world: World, org: Organisation, viewer: Viewer) -> None:
    register(org.branch, "王伟国")
    register(org.branch, "小王伟")
    assert [hit.name for hit in find("王伟", viewer=viewer)] == ["王伟", "王伟国", "小王伟"]


def test_typing_costs_two_queries(
    world: World, viewer: Viewer, django_assert_max_num_queries: Callable[..., object]
) -> None:
    with django_assert_max_num_queries(2):  # type: ignore[attr-defined]
        find("王伟", viewer=viewer)


def test_the_box_gets_options_programs_get_json_and_people_get_a_page(world: World, desk: Client) -> None:
    address = reverse("customer360:find")
    fragment = desk.get(address, {"q": "王伟"}, headers={"HX-Request": "true"})
    assert 'role="option"' in fragment.text
    assert "<html" not in fragment.text
    told = desk.get(address, {"q": "王伟"}, headers={"Accept": "application/json"}).json()
    assert [hit["number"] for hit in told["hits"]] == [world.customer.number]
    page = desk.get(address, {"q": "王伟"}, headers={"Accept": "text/html,*/*;q=0.8"})
    assert "<html" in page.text
    assert world.customer.number in page.text


def test_an_empty_page_of_hits_says_what_to_try(world: World, desk: Client) -> None:
    assert "拼音首字母" in desk.get(reverse("customer360:find_page"), {"q": "查无此人"}).text
