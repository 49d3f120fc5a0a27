"""The main pages stay within their query budgets, however many rows there are; and the budget itself says no."""

from __future__ import annotations

from django.test import Client

from tests.fixtures.budgets import QueryBudget, fault


def test_the_first_page_stays_within_its_query_budget(desk: Client, query_budget: QueryBudget) -> None:
    with query_budget("my-day"):
        assert desk.get("/").status_code == 200


def test_the_sign_in_page_stays_within_its_query_budget(client: Client, query_budget: QueryBudget) -> None:
    with query_budget("sign-in"):
        assert client.get("/accounts/login/").status_code == 200


def test_a_page_beyond_its_budget_is_told_with_its_statements_and_what_to_do() -> None:
    found = fault("desk", ["SELECT 1", "SELECT 2"], {"desk": 1})
    assert found is not None
    assert "desk took 2 statements, its budget is 1" in found
    assert "2 SELECT 2" in found
    assert "KEYUAN_BUDGETS=write" in found


def test_a_page_without_a_budget_is_told() -> None:
    assert "has no query budget" in (fault("new", [], {}) or "")


def test_a_page_within_its_budget_is_not_told() -> None:
    assert fault("desk", ["SELECT 1"], {"desk": 1}) is None
