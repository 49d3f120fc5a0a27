"""The pages of underwriting: the queue, one application with its decision, the rules and who may decide how much."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.fixtures.budgets import QueryBudget
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import viewer_of
from keyuan.customers.actions import register_customer
from keyuan.customers.drafts import CustomerDraft, PersonDraft
from keyuan.eventlog.models import Event
from keyuan.kernel.actor import Actor
from keyuan.underwriting import actions
from keyuan.underwriting.models import Application, RuleSet
from keyuan.underwriting.tests.told import facts

pytestmark = pytest.mark.django_db
HOME = "/desk/underwriting/"


@pytest.fixture
def underwriter(user_as: Callable[..., User]) -> User:
    return user_as(Role.UNDERWRITER)


@pytest.fixture
def desk(underwriter: User) -> Client:
    client = Client()
    client.force_login(underwriter)
    return client


@pytest.fixture
def referred(org: Organisation, underwriter: User) -> Application:
    draft = CustomerDraft(name="林慧", org_unit_id=org.branch.pk, details=PersonDraft())
    customer = register_customer(draft, by=Actor.system("tests"))
    told = facts(answered={"hospital": True})
    return actions.submit_application(told, product="TRM", customer_id=customer.pk, by=viewer_of(underwriter))


def test_the_queue_shows_what_waits_and_finds_by_name(desk: Client, referred: Application) -> None:
    text = desk.get(HOME).content.decode()
    assert referred.number in text
    assert "林慧" in text
    assert referred.number not in desk.get(f"{HOME}?list=decided").content.decode()
    assert referred.number not in desk.get(f"{HOME}?text=王").content.decode()
    assert referred.number not in desk.get(f"{HOME}?line=motor").content.decode()


def test_an_export_tells_why_and_nothing_about_health(desk: Client, referred: Application) -> None:
    answer = desk.post(HOME, {"do": "export", "purpose": "月报", "format": "csv", "query": "list=all"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert referred.number in text
    assert "住院" not in text
    line = Event.objects.get(name="application.exported")
    assert (line.payload["purpose"], line.payload["rows"]) == ("月报", 1)
    assert desk.post(HOME, {"do": "export", "format": "xlsx", "query": ""}).status_code == 422


def test_an_application_shows_its_answers_with_the_rule_that_spoke(desk: Client, referred: Application) -> None:
    text = desk.get(f"{HOME}applications/{referred.pk}/").content.decode()
    for word in ("LIFE-HIS-5", "两年内住院或手术，需提供病历", "软件工程师", "作出决定"):
        assert word in text
    desk.post("/accounts/preferences/", {"language": "en"})
    english = desk.get(f"{HOME}applications/{referred.pk}/").content.decode()
    assert "medical records are needed" in english


def test_a_decision_is_taken_on_the_page_and_what_was_typed_stays(desk: Client, referred: Application) -> None:
    address = f"{HOME}applications/{referred.pk}/"
    refused = desk.post(f"{address}decide/", {"outcome": "loading", "reason": "病历显示已痊愈"})
    assert refused.status_code == 422
    assert "病历显示已痊愈" in refused.content.decode()
    desk.post(f"{address}take/")
    assert "放回队列" in desk.get(address).content.decode()
    told = {"outcome": "loading", "loading_percent": "50", "reason": "病历显示已痊愈"}
    assert desk.post(f"{address}decide/", told).status_code == 302
    text = desk.get(address).content.decode()
    assert "核保人的决定" in text
    assert "作出决定" not in text


def test_rules_are_drafted_edited_and_submitted_on_the_pages(desk: Client, referred: Application) -> None:
    assert desk.get(f"{HOME}rules/").status_code == 200
    assert "LIFE-HEA-01" in desk.get(f"{HOME}rules/life/").content.decode()
    assert "LIFE-HEA-01" in desk.get(f"{HOME}rules/life/1/").content.decode()
    assert desk.post(f"{HOME}rules/life/draft/").status_code == 302
    draft = RuleSet.objects.get(number=2)
    page = desk.get(f"{HOME}rules/life/2/edit/")
    assert page.status_code == 200
    text = draft.text.replace('\\"refer\\"', '\\"standard\\"')
    body = {"text": text, "seen": draft.digest, "effective_from": draft.effective_from.isoformat(), "why": "试试"}
    broken = desk.post(f"{HOME}rules/life/2/edit/", {**body, "text": "{", "submit": "1"})
    assert (broken.status_code, "JSON" in broken.content.decode()) == (422, True)
    body["seen"] = RuleSet.objects.get(number=2).digest
    assert desk.post(f"{HOME}rules/life/2/edit/", {**body, "submit": "1"}).status_code == 302
    assert RuleSet.objects.get(number=2).state == "submitted"
    assert "LIFE-SUM-1" in desk.get(f"{HOME}rules/life/2/").content.decode()
    replayed = desk.get(f"{HOME}rules/life/2/replay/").content.decode()
    assert referred.number in replayed
    assert desk.post(f"{HOME}rules/life/2/publish/").status_code == 403


def test_a_director_publishes_and_gives_authority(
    desk: Client, underwriter: User, user_as: Callable[..., User]
) -> None:
    desk.post(f"{HOME}rules/life/draft/")
    desk.post(f"{HOME}rules/life/2/submit/")
    director = Client()
    director.force_login(user_as(Role.MANAGER))
    assert "没有写明理由" in desk.post(f"{HOME}rules/life/2/submit/").content.decode()
    RuleSet.objects.filter(number=2).update(why="试试")
    desk.post(f"{HOME}rules/life/2/submit/")
    assert director.post(f"{HOME}rules/life/2/publish/").status_code == 302
    told = {"whose": f"user:{underwriter.pk}", "most_sum": "100", "most_loading": "0", "since": "2026-01-01"}
    assert director.post(f"{HOME}authority/", told).status_code == 302
    assert "100.00" in desk.get(f"{HOME}authority/").content.decode()
    assert desk.post(f"{HOME}authority/", told).status_code == 403


def test_the_pages_stay_within_their_query_budgets(
    desk: Client, referred: Application, query_budget: QueryBudget
) -> None:
    desk.get(HOME)
    addresses = {
        "underwriting-queue": HOME,
        "underwriting-application": f"{HOME}applications/{referred.pk}/",
        "underwriting-rules": f"{HOME}rules/",
        "underwriting-replay": f"{HOME}rules/life/1/replay/",
        "underwriting-authority": f"{HOME}authority/",
    }
    for name, address in addresses.items():
        with query_budget(name):
            assert desk.get(address).status_code == 200
