"""The shell of every page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.fixtures.budgets import QueryBudget

from keyuan.accounts.models import OrgUnit, User
from keyuan.accounts.roles import Role


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


def test_a_customer_gets_no_desk(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("customer", role=Role.CUSTOMER))
    page = client.get("/").content.decode()
    assert "主导航" not in page


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
