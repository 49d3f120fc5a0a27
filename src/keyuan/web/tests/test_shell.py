"""The shell of every page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import reverse
from tests.fixtures.budgets import QueryBudget
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import OrgUnit, User
from keyuan.accounts.roles import Role
from keyuan.web.addresses import address
from keyuan.web.navigation import RAIL, Place
from keyuan.web.views.errors import not_found


@pytest.fixture
def head_office(db: None) -> OrgUnit:
    return OrgUnit.objects.create(code="1", name="总公司", kind=OrgUnit.Kind.HEAD_OFFICE, path="/1/")


@pytest.fixture
def manager(head_office: OrgUnit) -> User:
    return User.objects.create_user("manager", role=Role.MANAGER, org_unit=head_office, display_name="林静")


def test_a_stranger_is_sent_to_sign_in(client: Client, db: None) -> None:
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_the_first_page_of_the_desk_has_a_rail_a_search_box_and_the_name(client: Client, manager: User) -> None:
    client.force_login(manager)
    page = client.get("/").content.decode()
    assert 'aria-label="主导航"' in page
    assert 'role="combobox"' in page
    assert "林静" in page
    assert "<script>" not in page
    assert " style=" not in page


@pytest.mark.parametrize("cookies", [{}, {settings.SESSION_COOKIE_NAME: "gone"}])
def test_what_is_not_found_before_there_is_a_session_is_a_page_all_the_same(
    rf: RequestFactory, cookies: dict[str, str]
) -> None:
    request = rf.get("/static/not-there.css")
    request.COOKIES.update(cookies)
    assert not hasattr(request, "session")
    answer = not_found(request, Http404())
    assert answer.status_code == 404
    assert "<!doctype html>" in answer.content.decode()


def test_a_customer_gets_no_desk(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("customer", role=Role.CUSTOMER))
    page = client.get("/").content.decode()
    assert "主导航" not in page


def test_import_is_offered_only_to_who_may_upload(client_as: Callable[..., Client], org: Organisation) -> None:
    importing, upload = reverse("intake:list"), reverse("intake:upload")
    for role, unit, may in (
        (Role.ADMINISTRATOR, org.head_office, True),
        (Role.ADMINISTRATOR, org.branch, False),
        (Role.HOTLINE, org.head_office, False),
    ):
        client = client_as(role, unit=unit)
        assert (f'href="{importing}"' in client.get("/").text) is may
        assert (client.get(upload).status_code == 200) is may


@pytest.mark.parametrize("place", RAIL, ids=lambda place: place.icon)
def test_the_rail_names_no_page_that_does_not_exist(place: Place) -> None:
    assert all(map(address, place.url_names))


def test_the_health_page_answers_without_signing_in(client: Client, db: None) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_my_day_stays_within_its_query_budget(desk: Client, query_budget: QueryBudget) -> None:
    with query_budget("my-day"):
        desk.get("/")


def test_the_shell_itself_asks_the_database_for_nothing_more_than_who_is_there(
    client_as: Callable[..., Client], query_budget: QueryBudget
) -> None:
    administrator = client_as(Role.ADMINISTRATOR)
    with query_budget("shell"):
        administrator.get("/desk/components/")


def test_no_shortcut_is_given_twice() -> None:
    given = [place.shortcut for place in RAIL if place.shortcut]
    assert sorted(given) == sorted(set(given))
