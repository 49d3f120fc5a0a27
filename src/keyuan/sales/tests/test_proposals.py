"""Proposals: pinned, scoped, changed while one talks, sent, opened, taken back; each a line in the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from tests.fixtures.organisation import Organisation

from keyuan.accounts.refusals import NotPermitted
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.customers.refusals import CustomerNotFound
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.products.rating import RiskRefused
from keyuan.sales import actions, queries
from keyuan.sales.actions import PlanDraft, ProposalDraft
from keyuan.sales.models import Proposal
from keyuan.sales.needs import needs_of
from keyuan.sales.refusals import (
    LinkGone,
    NoPlan,
    PlanNotFound,
    ProposalForTwo,
    ProposalNotFound,
    ProspectNotFound,
    TooManyPlans,
    UnsuitableToShare,
)
from keyuan.sales.tests.conftest import Record, Register

pytestmark = pytest.mark.django_db
NEEDS = needs_of(
    {
        "age": 35,
        "sex": "male",
        "partner": True,
        "children": [6],
        "income": "180000",
        "household_income": "300000",
        "debts": "900000",
        "budget": "15000",
    }
)
TERM = PlanDraft("TRM", {"age": 35, "sex": "male", "sum": 500000, "cover_term": "20 years", "pay_years": 20})
PAR = PlanDraft("PAR", {"age": 35, "sex": "male", "sum": 100000, "cover_term": "20 years", "pay_years": 5})


def lines(name: str = "proposal.") -> list[Event]:
    return list(Event.objects.filter(name__startswith=name).order_by("id"))


def test_a_proposal_is_made_of_what_the_needs_suggest_and_pins_its_versions(by_agent: Viewer) -> None:
    made = actions.make_proposal(ProposalDraft(needs=NEEDS), by=by_agent)
    assert [(plan["product"], plan["version"]) for plan in made.plans] == [("MED", 1), ("ACC", 1), ("CIL", 1)]
    assert made.valid_until == made.made_on + timedelta(days=30)
    (line,) = lines()
    assert (line.name, line.actor_name) == ("proposal.made", by_agent.actor.name)
    assert line.payload["products"] == ["MED", "ACC", "CIL"]
    assert "income" not in str(line.payload)


def test_a_proposal_for_a_customer_is_on_their_timeline(by_agent: Viewer, system: Viewer, register: Register) -> None:
    customer = register("李强")
    manager = system
    made = actions.make_proposal(ProposalDraft(plans=(TERM,), customer_id=customer.pk), by=manager)
    assert [line.customer_id for line in lines()] == [customer.pk]
    assert queries.proposal(made.pk, viewer=manager).subject_name == "李强"
    with pytest.raises(ProposalNotFound):
        queries.proposal(made.pk, viewer=by_agent)


def test_for_somebody_out_of_scope_there_is_no_proposal(
    by_agent: Viewer, viewer_as: Callable[..., Viewer], register: Register, record: Record, org: Organisation
) -> None:
    stranger = viewer_as(Role.AGENT, unit=org.other_branch)
    with pytest.raises(CustomerNotFound):
        actions.make_proposal(ProposalDraft(plans=(TERM,), customer_id=register("李强").pk), by=stranger)
    prospect = record("王芳")
    with pytest.raises(ProspectNotFound):
        actions.make_proposal(ProposalDraft(plans=(TERM,), prospect_id=prospect.pk), by=stranger)
    own = actions.make_proposal(ProposalDraft(plans=(TERM,), prospect_id=prospect.pk), by=by_agent)
    for change in (
        lambda: actions.change_plan(own.pk, position=0, risk=TERM.risk, by=stranger),
        lambda: actions.add_plan(own.pk, plan=PAR, by=stranger),
        lambda: actions.remove_plan(own.pk, position=0, by=stranger),
        lambda: actions.share_proposal(own.pk, by=stranger),
        lambda: actions.unshare_proposal(own.pk, by=stranger),
    ):
        with pytest.raises(ProposalNotFound):
            change()
    assert [line.name for line in lines()] == ["proposal.made"]
    assert next(one.label for one in queries.history(prospect.pk, viewer=by_agent)) == "制作计划书"


@pytest.mark.parametrize(
    ("draft", "refusal"),
    [
        (ProposalDraft(), NoPlan),
        (ProposalDraft(plans=(TERM, PAR, TERM, PAR)), TooManyPlans),
        (ProposalDraft(plans=(PlanDraft("TRM", {"age": 80}),)), RiskRefused),
        (ProposalDraft(plans=(TERM,), customer_id=1, prospect_id=1), ProposalForTwo),
    ],
)
def test_what_cannot_be_proposed_is_refused_and_not_kept(
    draft: ProposalDraft, refusal: type[Exception], by_agent: Viewer
) -> None:
    with pytest.raises(refusal):
        actions.make_proposal(draft, by=by_agent)
    assert not Proposal.objects.exists()
    assert lines() == []


def test_who_may_not_talk_to_customers_makes_no_proposal(viewer_as: Callable[..., Viewer]) -> None:
    with pytest.raises(NotPermitted):
        actions.make_proposal(ProposalDraft(plans=(TERM,)), by=viewer_as(Role.ANALYST))


def test_a_plan_is_changed_by_the_version_it_pins_and_the_log_says_both_premiums(by_agent: Viewer) -> None:
    made = actions.make_proposal(ProposalDraft(plans=(TERM, PAR)), by=by_agent)
    before = made.plans[0]["price"]["premium"]
    changed = actions.change_plan(made.pk, position=0, risk={**TERM.risk, "sum": 600000}, by=by_agent)
    assert changed.plans[0]["risk"]["sum"] == 600000
    assert changed.plans[1] == made.plans[1]
    told = lines()[-1].payload
    assert (told["premium_before"], told["premium"]) == (before, changed.plans[0]["price"]["premium"])
    actions.change_plan(made.pk, position=0, risk={**TERM.risk, "sum": 600000}, by=by_agent)
    assert len(lines()) == 2
    with pytest.raises(PlanNotFound):
        actions.change_plan(made.pk, position=2, risk=TERM.risk, by=by_agent)


def test_plans_are_added_up_to_three_and_the_last_one_stays(by_agent: Viewer) -> None:
    made = actions.make_proposal(ProposalDraft(plans=(TERM,)), by=by_agent)
    actions.add_plan(made.pk, plan=PAR, by=by_agent)
    actions.add_plan(made.pk, plan=TERM, by=by_agent)
    with pytest.raises(TooManyPlans):
        actions.add_plan(made.pk, plan=PAR, by=by_agent)
    actions.remove_plan(made.pk, position=0, by=by_agent)
    left = actions.remove_plan(made.pk, position=0, by=by_agent)
    assert [plan["product"] for plan in left.plans] == ["TRM"]
    with pytest.raises(NoPlan):
        actions.remove_plan(made.pk, position=0, by=by_agent)


def test_each_opening_of_the_link_is_a_line_and_a_link_taken_back_opens_nothing(by_agent: Viewer) -> None:
    made = actions.share_proposal(actions.make_proposal(ProposalDraft(plans=(TERM,)), by=by_agent).pk, by=by_agent)
    assert made.token
    for times in (1, 2):
        actions.open_proposal(made.token)
        assert (lines()[-1].name, lines()[-1].payload["times"]) == ("proposal.opened", times)
    row = Proposal.objects.get(pk=made.pk)
    assert row.openings == 2
    assert row.first_opened_at is not None
    assert row.last_opened_at is not None
    assert row.first_opened_at < row.last_opened_at
    actions.unshare_proposal(made.pk, by=by_agent)
    with pytest.raises(LinkGone):
        actions.open_proposal(made.token)
    assert actions.share_proposal(made.pk, by=by_agent).token != made.token
    assert [line.name for line in lines("proposal.opened")] == ["proposal.opened"] * 2


def test_a_prospect_who_is_sent_a_proposal_has_one_by_their_stage(by_agent: Viewer, record: Record) -> None:
    prospect = record("王芳")
    made = actions.make_proposal(ProposalDraft(plans=(TERM,), prospect_id=prospect.pk), by=by_agent)
    assert queries.prospect(prospect.pk, viewer=by_agent).stage == "new"
    actions.share_proposal(made.pk, by=by_agent)
    actions.share_proposal(made.pk, by=by_agent)
    assert queries.prospect(prospect.pk, viewer=by_agent).stage == "proposal"
    assert [line.name for line in lines("prospect.proposed")] == ["prospect.proposed"]


def test_a_link_whose_days_are_over_is_gone_and_nothing_is_counted(by_agent: Viewer) -> None:
    made = actions.share_proposal(actions.make_proposal(ProposalDraft(plans=(TERM,)), by=by_agent).pk, by=by_agent)
    Proposal.objects.filter(pk=made.pk).update(link_ends_on=today())
    for token in (made.token, "", "x", "\0", None):
        with pytest.raises(LinkGone):
            actions.open_proposal(token or "")
    assert Proposal.objects.get(pk=made.pk).openings == 0
    assert lines("proposal.opened") == []


def test_what_suitability_stops_is_not_sent(by_agent: Viewer) -> None:
    careful = NEEDS.model_copy(update={"risk_grade": 1})
    made = actions.make_proposal(ProposalDraft(needs=careful, plans=(PAR,)), by=by_agent)
    (plan,) = queries.proposal(made.pk, viewer=by_agent).plans
    assert plan.assessment.has("above_customer")
    with pytest.raises(UnsuitableToShare, match="风险承受能力"):
        actions.share_proposal(made.pk, by=by_agent)
    assert Proposal.objects.get(pk=made.pk).token is None
    with pytest.raises(UnsuitableToShare):
        actions.make_and_share(ProposalDraft(needs=careful, plans=(PAR,)), by=by_agent)
    assert Proposal.objects.count() == 1


def test_the_public_page_opens_without_an_account_and_a_wrong_link_says_what_to_do(by_agent: Viewer) -> None:
    made = actions.share_proposal(actions.make_proposal(ProposalDraft(plans=(TERM,)), by=by_agent).pk, by=by_agent)
    answer = Client().get(f"/p/{made.token}/")
    assert answer.status_code == 200
    assert "顶梁柱定期寿险" in answer.content.decode()
    gone = Client().get("/p/nothing/")
    assert gone.status_code == 404
    assert "请联系您的代理人" in gone.content.decode()
    assert len(lines("proposal.opened")) == 1


def test_a_proposal_reckoned_again_says_the_same_to_the_cent(by_agent: Viewer) -> None:
    made = actions.make_proposal(ProposalDraft(needs=NEEDS, plans=(TERM, PAR)), by=by_agent)
    seen = queries.proposal(made.pk, viewer=by_agent)
    for plan, kept in zip(seen.plans, made.plans, strict=True):
        assert str(plan.price.premium.amount) == kept["price"]["premium"]
    term, par = seen.plans
    assert len(term.rows) == 20
    assert term.rows[0].dividend_low is None
    assert par.rows[0].dividend_low is not None
    assert par.assessment.has("not_guaranteed")
