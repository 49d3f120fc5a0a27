"""The frame of the customer's pages: who is led where, what the bar shows, elder mode."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_customer_who_comes_to_the_desk_is_led_home(user_as: Callable[..., User]) -> None:
    answer = signed_in(user_as(Role.CUSTOMER)).get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/home/")


def test_the_front_page_is_open_and_names_nobody() -> None:
    answer = Client().get("/home/")
    assert answer.status_code == 200
    assert "您想办什么？" in answer.content.decode()


def test_the_policies_ask_a_stranger_to_sign_in_and_come_back() -> None:
    answer = Client().get("/home/policies/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/home/sign-in/?next=%2Fhome%2Fpolicies%2F")


def test_staff_have_no_policies_page_of_their_own(user_as: Callable[..., User]) -> None:
    assert signed_in(user_as(Role.HOTLINE)).get("/home/policies/").status_code == 403


def test_elder_mode_shows_the_hotline_on_every_page_and_can_be_left_again() -> None:
    client = Client()
    assert "home-hotline" not in client.get("/home/").content.decode()
    answer = client.post("/home/look/", {"elder": "1", "next": "/home/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/home/")
    page = client.get("/home/").content.decode()
    assert 'class="home large-type elder"' in page
    assert 'href="tel:95519"' in page.split("home-main")[0]
    client.post("/home/look/", {"elder": "0"})
    assert "home-hotline" not in client.get("/home/").content.decode()


@pytest.mark.parametrize("elsewhere", ["//evil.example/", "https://evil.example/home/", "/desk/customers/"])
def test_the_way_back_never_leads_out_of_the_customers_pages(elsewhere: str) -> None:
    answer = Client().post("/home/look/", {"elder": "1", "next": elsewhere})
    assert answer.headers["Location"] == "/home/"


def test_the_bar_names_only_pages_that_exist_and_says_where_one_is() -> None:
    page = Client().get("/home/").content.decode()
    bar = page.split("home-bottom")[1]
    assert '<a href="/home/" aria-current="page">' in bar
    assert bar.count("aria-current") == 1
