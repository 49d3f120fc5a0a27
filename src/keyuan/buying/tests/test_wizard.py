"""The pages of buying without a browser: each keeps what it was told, says what is wrong, and shows strangers nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.kernel.clock import today
from keyuan.messages.models import Message
from keyuan.orders.models import Order
from keyuan.orders.tests.conftest import APPLICANT, all_fine
from keyuan.products import queries as products
from keyuan.underwriting.questions import catalogue, occupations, questionnaire

pytestmark = pytest.mark.django_db


def begun(client: Client, code: str, **told: str) -> str:
    """Start an order and give the address it leads to."""
    answer = client.post(f"/home/insure/{code}/start/", told)
    assert answer.status_code == 302, answer.content.decode()[:500]
    return str(answer["Location"])


def person(prefix: str, **different: str) -> dict[str, str]:
    told = {
        "name": APPLICANT["name"],
        "document_kind": "resident_id",
        "document_number": APPLICANT["document_number"],
        "mobile": "139 0000 1234",
        **different,
    }
    return {f"{prefix}-{name}": str(value) for name, value in told.items()}


def harmless(code: str) -> dict[str, str]:
    """The declaration of somebody in good health, as a form says it."""
    said = {f"answer.{name}": _word(value) for name, value in all_fine(code).items()}
    definition = products.version(code, on=today())
    asked = questionnaire(definition.questionnaire or "", on=today())
    assert asked is not None
    known = {"height_cm": "165", "weight_kg": "55", "annual_income": "300,000", "occupation_class": "0001001"}
    facts = {f"fact.{name}": known[name] for name in asked.facts if name in known}
    if "fact.occupation_class" in facts:
        facts["fact.occupation_class"] = first_occupation()
    return {**facts, **said}


def first_occupation() -> str:
    return next(code for code, one in occupations().items() if one.occupation_class == 1)


def _word(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def test_the_shop_shows_every_product_by_need_and_its_price(client: Client) -> None:
    page = client.get("/home/insure/").content.decode()
    for code in ("TRV", "CIL", "MOT", "GRP"):
        assert f"/home/insure/{code}/" in page
    assert "出门旅行" in page
    narrowed = client.get("/home/insure/?aim=journey").content.decode()
    assert "/home/insure/TRV/" in narrowed
    assert "/home/insure/MOT/" not in narrowed


def test_the_guide_gives_what_fits_and_says_why_the_rest_does_not(client: Client) -> None:
    page = client.get("/home/insure/guide/?aim=health&age=70").content.decode()
    assert "最大" in page or "不能" in page or "年龄" in page
    assert "/home/insure/" in page


def test_products_stand_side_by_side_three_at_most(client: Client) -> None:
    page = client.get("/home/insure/compare/?p=TRM&p=WLF&p=CIL&p=TRV").content.decode()
    assert page.count('<th scope="col"><a') == 3
    assert client.get("/home/insure/compare/?p=NOPE").status_code == 404


def test_a_price_stands_on_the_product_page_and_changes_with_the_answers(client: Client) -> None:
    page = client.get("/home/insure/TRV/").content.decode()
    assert re.search(r"price-now.*?\d", page, re.DOTALL)
    told = {"days": "7", "region": "asia", "plan": "classic", "ages": "30"}
    assert "50.00" in client.post("/home/insure/TRV/price/", told).content.decode()
    assert "price-faults" in client.post("/home/insure/TRV/price/", {**told, "days": "900"}).content.decode()


def test_travel_is_filled_in_page_by_page_up_to_the_identity_check(client: Client) -> None:
    address = begun(client, "TRV", days="7", region="asia", plan="classic", ages="30")
    told = {"days": "7", "region": "asia", "plan": "classic", "ages": "30"}
    tomorrow = (today() + timedelta(days=1)).isoformat()
    assert client.get(address)["Location"].endswith("/cover/")
    answer = client.post(f"{address}cover/", {**told, "starts_on": tomorrow})
    assert answer["Location"].endswith("/people/")
    second = person("insured0", name="林小雨", document_number="320506201505064529", relation="child")
    rows = {"self_insured": "on", "insured_rows": "1", "heirs": "legal"}
    answer = client.post(f"{address}people/", {**person("applicant"), **rows, **second})
    assert answer.status_code == 422  # the check digit of the child's number is wrong, and it says so
    assert "校验位" in answer.content.decode()
    assert "林小雨" in answer.content.decode()
    second["insured0-document_number"] = "32050620150506452X"
    answer = client.post(f"{address}people/", {**person("applicant"), **rows, **second})
    assert answer["Location"].endswith("/health/"), answer.content.decode()
    answer = client.post(f"{address}health/", {**harmless("TRV"), "answer.epilepsy": ""})
    assert answer.status_code == 422
    answer = client.post(f"{address}health/", harmless("TRV"))
    assert answer["Location"].endswith("/read/")
    exclusions = {f"read.{one.code}": "on" for one in products.version("TRV", on=today()).exclusions}
    agreed = {f"agree.{one}": "on" for one in ("clauses", "truth", "privacy")}
    assert client.post(f"{address}read/", agreed).status_code == 422
    assert client.post(f"{address}read/", exclusions).status_code == 422
    assert client.post(f"{address}read/", {**exclusions, **agreed})["Location"].endswith("/identity/")
    page = client.get(f"{address}check/").content.decode()
    assert "核验投保人身份" in page
    assert "林小雨" in page


def test_a_link_to_an_order_leads_through_sign_in_and_says_nothing_of_whether_it_exists(client: Client) -> None:
    there = begun(client, "TRV")
    nowhere = f"/home/orders/{uuid4()}/"
    answers = [Client().get(address) for address in (there, nowhere)]
    assert [one.status_code for one in answers] == [302, 302]
    assert [one.headers["Location"] for one in answers] == [
        f"/home/sign-in/?{urlencode({'next': address})}" for address in (there, nowhere)
    ]
    assert not answers[0].content


def test_nobody_else_opens_somebodys_order(client: Client, user_as: Callable[..., User]) -> None:
    address = begun(client, "TRV")
    assert client.get(f"{address}cover/").status_code == 200
    for who in (None, Role.CUSTOMER, Role.MANAGER):
        other = Client()
        if who is not None:
            other.force_login(user_as(who))
        refused = 302 if who is None else 404  # a stranger may be the customer who is not signed in yet
        for page in ("", "cover/", "check/", "result/"):
            assert other.get(address + page).status_code == refused
        for page in ("submit/", "agree/", "withdraw/"):
            assert other.post(address + page).status_code == refused
    assert Order.objects.get().withdrawn_at is None


@pytest.mark.parametrize("code", ["TRM", "MOT", "HOM", "GRP", "CIL"])
def test_every_page_of_other_products_opens(client: Client, code: str) -> None:
    address = begun(client, code)
    for step in ("cover", "people", "health", "read", "identity", "check"):
        assert client.get(f"{address}{step}/").status_code == 200, step


def test_a_question_that_does_not_apply_is_not_answered(client: Client) -> None:
    address = begun(client, "CIL")
    told = {**harmless("CIL"), "answer.smoker": "no", "answer.cigarettes": "80"}
    answer = client.post(f"{address}health/", told)
    assert answer.status_code == 302, re.findall(r'field-error">.*?</div>', answer.content.decode())
    kept = Order.objects.get()
    assert '"cigarettes"' not in kept.details
    assert catalogue().questions["cigarettes"].when == {"smoker": True}


def test_what_was_typed_into_the_order_is_not_asked_again_at_the_door(client: Client) -> None:
    address = begun(client, "TRV", days="7", region="asia", plan="classic", ages="30")
    rows = {"self_insured": "on", "insured_rows": "0", "heirs": "legal"}
    client.post(f"{address}people/", {**person("applicant"), **rows})
    door = re.search(r'href="(/home/sign-in/[^"]+)"', client.get(f"{address}identity/").content.decode())
    assert door is not None
    page = client.get(door[1].replace("&amp;", "&")).content.decode()
    assert f'value="{APPLICANT["mobile"]}"' in page
    client.post("/home/sign-in/", {"mobile": APPLICANT["mobile"], "next": f"{address}identity/"})
    code = re.search(r"\d{6}", Message.objects.get(template="mobile_code").text or "")
    assert code is not None
    client.post("/home/sign-in/code/", {"code": code[0]})
    page = client.get("/home/register/").content.decode()
    assert f'value="{APPLICANT["name"]}"' in page
    assert f'value="{APPLICANT["document_number"]}"' in page
    # Another browser that knows the address has typed nothing.
    stranger = Client().get(f"/home/sign-in/?next={address}identity/").content.decode()
    assert str(APPLICANT["mobile"]) not in stranger
