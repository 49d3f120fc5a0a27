"""The pages of prospects, as those who use them see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.fixtures.budgets import QueryBudget
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.agents.models import Agent
from keyuan.customers.models import Customer
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.sales import actions
from keyuan.sales.models import Prospect
from keyuan.sales.tests.conftest import MOBILE, Record, Register

ENTRY = {
    "kind": "individual",
    "name": "王芳",
    "mobile": MOBILE,
    "source": "visit",
    "interests": ["motor"],
    "entry_key": "e1",
}


@pytest.fixture
def at_agent(agent_user: User) -> Client:
    client = Client()
    client.force_login(agent_user)
    return client


def test_an_agent_records_a_prospect_and_reads_the_page(at_agent: Client) -> None:
    answer = at_agent.post("/desk/prospects/new/", ENTRY, follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "138****8000" in page
    assert MOBILE not in page
    at_agent.post("/desk/prospects/new/", ENTRY)
    assert Prospect.objects.count() == 1


def test_what_was_typed_stays_when_something_is_wrong(at_agent: Client) -> None:
    answer = at_agent.post("/desk/prospects/new/", {**ENTRY, "mobile": "12", "note": "喜欢爬山"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "喜欢爬山" in page
    assert 'value="12"' in page
    assert not Prospect.objects.exists()


def test_a_known_person_is_shown_first_and_recorded_on_the_second_press(at_agent: Client, record: Record) -> None:
    record("王小芳", mobile=MOBILE)
    answer = at_agent.post("/desk/prospects/new/", ENTRY)
    assert answer.status_code == 422
    assert "王小芳" in answer.content.decode()
    assert at_agent.post("/desk/prospects/new/", {**ENTRY, "still": "1"}).status_code == 302
    assert Prospect.objects.count() == 2
    asked = at_agent.post("/desk/prospects/known/", {"mobile": MOBILE})
    assert "王小芳" in asked.content.decode()


def test_a_contact_and_the_next_step_are_one_form(at_agent: Client, record: Record) -> None:
    found = record()
    typed = {"way": "call", "result": "reached", "text": "周末", "next_step": "上门", "next_step_on": str(today())}
    assert at_agent.post(f"/desk/prospects/{found.pk}/do/contact/", typed).status_code == 302
    found.refresh_from_db()
    assert (found.contacted_on, found.next_step, found.next_step_on) == (today(), "上门", today())
    wrong = at_agent.post(f"/desk/prospects/{found.pk}/do/contact/", {**typed, "text": "说得很长", "next_step": ""})
    assert wrong.status_code == 422
    assert "说得很长" in wrong.content.decode()
    assert at_agent.post(f"/desk/prospects/{found.pk}/do/dance/").status_code == 404


def test_buttons_that_are_no_longer_allowed_say_why(at_agent: Client, record: Record, by_agent: Viewer) -> None:
    found = record()
    actions.lose_prospect(found.pk, reason="price", by=by_agent)
    answer = at_agent.post(f"/desk/prospects/{found.pk}/do/qualify/", follow=True)
    assert "已流失" in answer.content.decode()
    assert Event.objects.filter(name="prospect.qualified").count() == 0


def test_converting_leads_to_the_customers_page(at_agent: Client, record: Record) -> None:
    found = record("王芳", mobile=MOBILE)
    assert "不用再录入" in at_agent.get(f"/desk/prospects/{found.pk}/convert/").content.decode()
    answer = at_agent.post(f"/desk/prospects/{found.pk}/convert/")
    customer = Customer.objects.get()
    assert answer["Location"] == f"/desk/customers/{customer.number}/"
    page = at_agent.get(answer["Location"]).content.decode()
    assert f"/desk/referrals/{customer.pk}/" in page
    assert at_agent.get(f"/desk/prospects/{found.pk}/convert/")["Location"] == answer["Location"]


def test_a_manager_assigns_from_the_list(
    client_as: Callable[..., Client], record: Record, viewer: Viewer, org: Organisation, agent: Agent
) -> None:
    found = record("王芳", by=viewer, org_unit_id=org.branch.pk)
    desk = client_as(Role.MANAGER, unit=org.branch)
    page = desk.get("/desk/prospects/?owner=none").content.decode()
    assert "王芳" in page
    answer = desk.post("/desk/prospects/assign/", {"chosen": [found.pk], "agent": agent.pk, "query": "owner=none"})
    assert answer["Location"] == "/desk/prospects/?owner=none"
    found.refresh_from_db()
    assert found.owner == agent


def test_an_export_has_a_purpose_masks_and_disarms(at_agent: Client, record: Record) -> None:
    record("=1+1", mobile=MOBILE)
    record("不要", source="web")
    asked = {"do": "export", "query": "source=visit&column=name&column=mobile", "format": "csv"}
    refused = at_agent.post("/desk/prospects/", {**asked, "purpose": " "})
    assert refused.status_code == 422
    answer = at_agent.post("/desk/prospects/", {**asked, "purpose": "月度复盘"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=1+1" in text
    assert "138****8000" in text
    assert "不要" not in text
    (line,) = Event.objects.filter(name="prospects.exported")
    assert line.payload == {
        "purpose": "月度复盘",
        "list": "prospects",
        "filters": {"source": "visit"},
        "columns": ["name", "mobile"],
        "format": "csv",
        "rows": 1,
    }


def test_board_sources_and_panel_open(at_agent: Client, record: Record) -> None:
    found = record(source="web", source_detail="官网")
    for address in ("?view=board", "?stage=open&due=none&sort=-next&text=王", "?owner=x&branch=y&stage=z&since=w"):
        assert "王芳" in at_agent.get(f"/desk/prospects/{address}").content.decode(), address
    assert "网上搜索" in at_agent.get("/desk/sources/").content.decode()
    assert "官网" in at_agent.get("/desk/sources/?source=web&period=all").content.decode()
    assert "王芳" in at_agent.get(f"/desk/prospects/{found.pk}/panel/").content.decode()


def test_the_referral_fragment_names_who_was_brought(
    client_as: Callable[..., Client], register: Register, org: Organisation
) -> None:
    first = register("甲")
    register("乙", referrer=first.pk)
    page = client_as(Role.HOTLINE, unit=org.branch).get(f"/desk/referrals/{first.pk}/").content.decode()
    assert "乙" in page


def test_the_pages_stay_within_their_query_budgets(at_agent: Client, record: Record, query_budget: QueryBudget) -> None:
    for number in range(4):
        found = record(f"客{number}", mobile=f"1380013800{number}")
    for name, address in (
        ("prospects-list", "/desk/prospects/"),
        ("prospects-board", "/desk/prospects/?view=board"),
        ("prospect", f"/desk/prospects/{found.pk}/"),
        ("sources", "/desk/sources/"),
    ):
        with query_budget(name):
            assert at_agent.get(address).status_code == 200
