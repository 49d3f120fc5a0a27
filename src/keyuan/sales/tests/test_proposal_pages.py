"""The pages of proposals: the conversation, the live proposal, its link and its PDF."""

from __future__ import annotations

import re
from collections.abc import Callable

import pypdfium2
import pytest
from django.test import Client
from tests.fixtures.budgets import QueryBudget
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer, viewer_of
from keyuan.eventlog.models import Event
from keyuan.sales import actions
from keyuan.sales.actions import PlanDraft, ProposalDraft
from keyuan.sales.models import Proposal
from keyuan.sales.tests.conftest import Record
from keyuan.sales.tests.test_proposals import NEEDS, PAR, TERM

pytestmark = pytest.mark.django_db
TOLD = {
    "age": "35", "sex": "male", "occupation_class": "1", "partner": "on", "children": "6，10", "parents": "2",
    "income": "18万", "household_income": "300,000", "debts": "900000", "budget": "15000", "social_insurance": "on",
}  # fmt: skip
MED = PlanDraft("MED", {"age": 35, "sex": "male", "plan": "standard", "social": "yes"})


@pytest.fixture
def agent_user(user_as: Callable[..., User], org: Organisation) -> User:
    return user_as(Role.AGENT, unit=org.branch)


@pytest.fixture
def agent(agent_user: User) -> Client:
    client = Client()
    client.force_login(agent_user)
    return client


@pytest.fixture
def made(agent_user: User) -> Proposal:
    draft = ProposalDraft(needs=NEEDS, plans=(TERM, PAR, MED))
    return actions.make_proposal(draft, by=viewer_of(agent_user))


def test_the_conversation_shows_gaps_and_suggestions_and_makes_a_proposal(agent: Client) -> None:
    asked = agent.post("/desk/proposals/new/", {**TOLD, "do": "suggest"}).content.decode()
    assert "百万守护医疗保险" in asked
    assert "为什么" in asked
    assert "没有包括什么" in asked
    assert not Proposal.objects.exists()
    answer = agent.post("/desk/proposals/new/", {**TOLD, "do": "make", "picked": ["MED", "TRM"]})
    (row,) = Proposal.objects.all()
    assert answer.headers["Location"] == f"/desk/proposals/{row.pk}/"
    assert [plan["product"] for plan in row.plans] == ["MED", "TRM"]
    assert row.needs is not None
    assert (row.needs["children"], row.needs["income"]) == ([6, 10], "180000.00") or row.needs["income"] == "180000"


@pytest.mark.parametrize("wrong", [{"age": "7"}, {"children": "six"}, {"income": "-1"}, {"budget": "much"}])
def test_what_cannot_be_right_is_said_and_nothing_typed_is_lost(agent: Client, wrong: dict[str, str]) -> None:
    answer = agent.post("/desk/proposals/new/", {**TOLD, **wrong, "do": "make"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "300,000" in page
    assert "field-error" in page
    assert not Proposal.objects.exists()


def test_the_proposal_of_a_prospect_begins_with_what_is_known(
    agent: Client, agent_user: User, record: Record, viewer_as: Callable[..., Viewer]
) -> None:
    prospect = record("王芳", by=viewer_of(agent_user), sex="female")
    page = agent.get(f"/desk/proposals/new/?prospect={prospect.pk}").content.decode()
    assert "王芳" in page
    assert re.search(r'value="female"\s+selected', page)
    plans = (TERM,)
    own = actions.make_proposal(ProposalDraft(plans=plans, prospect_id=prospect.pk), by=viewer_of(agent_user))
    assert f"/desk/proposals/{own.pk}/" in agent.get(f"/desk/proposals/new/?prospect={prospect.pk}").content.decode()
    other = record("赵六", by=viewer_as(Role.MANAGER))
    assert agent.get(f"/desk/proposals/new/?prospect={other.pk}").status_code == 404


def test_the_page_compares_its_plans_and_highlights_what_is_not_covered(agent: Client, made: Proposal) -> None:
    page = agent.get(f"/desk/proposals/{made.pk}/").content.decode()
    assert "并排比较" in page
    assert "责任免除" in page
    assert "不保证" in page
    assert page.count("<polyline") == 3 + 6
    assert agent.get("/desk/proposals/").content.decode().count("顶梁柱定期寿险 · 金满堂") == 1


def test_the_pages_stay_within_their_query_budgets(
    agent: Client, made: Proposal, agent_user: User, query_budget: QueryBudget
) -> None:
    actions.share_proposal(made.pk, by=viewer_of(agent_user))
    token = Proposal.objects.get().token
    for name, address in (
        ("proposal", f"/desk/proposals/{made.pk}/"),
        ("proposals", "/desk/proposals/"),
        ("proposal-public", f"/p/{token}/"),
    ):
        agent.get(address)
        with query_budget(name):
            assert agent.get(address).status_code == 200
    told = {"sum": "600000", "cover_term": "20 years", "pay_years": "20 years", "mode": "12"}
    with query_budget("proposal-price"):
        assert agent.post(f"/desk/proposals/{made.pk}/price/0/", told).status_code == 200


def test_moving_a_slider_prices_anew_and_writes_nothing(agent: Client, made: Proposal) -> None:
    before = Event.objects.count()
    told = {"sum": "600000", "cover_term": "20 years", "pay_years": "20 years", "mode": "1", "smoker": "no"}
    answer = agent.post(f"/desk/proposals/{made.pk}/price/0/", told)
    assert answer.status_code == 200
    assert "月交" in answer.content.decode()
    assert "尚未保存" in answer.content.decode()
    refused = agent.post(f"/desk/proposals/{made.pk}/price/0/", {**told, "sum": "1"})
    assert refused.status_code == 422
    assert "保额最低" in refused.content.decode()
    assert agent.post(f"/desk/proposals/{made.pk}/price/3/", told).status_code == 404
    assert Event.objects.count() == before
    assert Proposal.objects.get().plans == made.plans


def test_a_changed_plan_is_kept_on_asking(agent: Client, made: Proposal) -> None:
    told = {"position": "0", "sum": "700,000", "cover_term": "20 years", "pay_years": "20 years", "mode": "12"}
    agent.post(f"/desk/proposals/{made.pk}/do/keep/", {**told, "smoker": "no", "riders.waiver": "on"})
    risk = Proposal.objects.get().plans[0]["risk"]
    assert (risk["sum"], risk["age"], risk["riders"]) == ("700000", 35, {"waiver": True})
    agent.post(f"/desk/proposals/{made.pk}/do/remove/", {"position": "2"})
    agent.post(f"/desk/proposals/{made.pk}/do/add/", {"product": "WLF"})
    assert [plan["product"] for plan in Proposal.objects.get().plans] == ["TRM", "PAR", "WLF"]


def test_the_customer_opens_the_link_tries_another_sum_and_changes_nothing(agent: Client, made: Proposal) -> None:
    agent.post(f"/desk/proposals/{made.pk}/do/share/")
    token = Proposal.objects.get().token
    phone = Client()
    page = phone.get(f"/p/{token}/").content.decode()
    assert "犹豫期" in page
    assert "资质" not in page  # what suitability says to the seller
    before = Event.objects.count()
    answer = phone.post(f"/p/{token}/price/0/", {"sum": "300000", "cover_term": "20 years", "pay_years": "20 years"})
    assert answer.status_code == 200
    assert Event.objects.count() == before
    assert Proposal.objects.get().plans == made.plans
    assert phone.post("/p/nothing/price/0/").status_code == 404
    assert phone.post(f"/p/{token}/price/9/").status_code == 404
    assert agent.get(f"/desk/proposals/{made.pk}/qr.svg").headers["Content-Type"] == "image/svg+xml"
    agent.post(f"/desk/proposals/{made.pk}/do/unshare/")
    assert phone.get(f"/p/{token}/").status_code == 404
    assert agent.get(f"/desk/proposals/{made.pk}/qr.svg").status_code == 404


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("zh", ("顶梁柱定期寿险", "责任免除", "第 1 页，共", "不保证")),
        ("en", ("Breadwinner Term Life", "exclusions", "Page 1 of", "not guaranteed")),
    ],
)
def test_the_pdf_has_page_numbers_exclusions_and_what_is_not_guaranteed(
    agent: Client, made: Proposal, language: str, says: tuple[str, ...]
) -> None:
    agent.post(f"/desk/proposals/{made.pk}/do/share/")
    answer = agent.get(f"/desk/proposals/{made.pk}/{language}.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    text = re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_range() for page in document))
    assert len(document) > 3
    for words in says:
        assert words in text
    assert not re.search("[一-鿿]", text.replace("客缘", "")) or language == "zh"
    assert Event.objects.filter(name="proposal.printed").count() == 1
    assert agent.get(f"/desk/proposals/{made.pk}/fr.pdf").status_code == 404
