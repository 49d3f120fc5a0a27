"""An application is decided, kept as submitted, and, where it is referred, decided by a person within their authority."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.refusals import NotPermitted
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, Viewer, viewer_of
from keyuan.customers.actions import register_customer
from keyuan.customers.drafts import CustomerDraft, PersonDraft
from keyuan.customers.models import Customer
from keyuan.customers.refusals import CustomerNotFound
from keyuan.eventlog.models import Event
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import today
from keyuan.underwriting import actions, queries
from keyuan.underwriting.models import Application
from keyuan.underwriting.queries import ApplicationFilter
from keyuan.underwriting.refusals import (
    ApplicationNotFound,
    DecisionIncomplete,
    DecisionUnfit,
    NotWaiting,
    ReasonMissing,
    SecondPersonNeeded,
    TakenByAnother,
)
from keyuan.underwriting.tests.told import facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(org: Organisation) -> Customer:
    draft = CustomerDraft(name="林慧", org_unit_id=org.branch.pk, details=PersonDraft())
    return register_customer(draft, by=Actor.system("tests"))


@pytest.fixture
def underwriter(viewer_as: Callable[..., Viewer]) -> Viewer:
    return viewer_as(Role.UNDERWRITER)


@pytest.fixture
def referred(customer: Customer, underwriter: Viewer) -> Application:
    """Somebody who was in hospital lately."""
    told = facts(answered={"hospital": True})
    return actions.submit_application(told, product="TRM", customer_id=customer.pk, by=underwriter)


def decide(one: Application, by: Viewer, **different: Any) -> Application:
    told = {"outcome": "standard", "reason": "病历显示已痊愈", **different}
    return actions.rule_on_application(one.pk, **told, by=by)


def test_the_rules_decide_without_keeping_anything() -> None:
    made = actions.decide(facts(weight_kg=85), product="TRM", version=1)
    assert (made.outcome, made.loading_percent, made.rule_set, made.rule_version) == ("loading", 50, "life", 1)
    assert made.sum_at_risk == Decimal(500_000)
    assert not Application.objects.exists()


def test_an_application_is_kept_as_it_was_submitted(customer: Customer, underwriter: Viewer) -> None:
    told = facts(weight_kg=85, in_force=200_000)
    made = actions.submit_application(told, product="TRM", customer_id=customer.pk, by=underwriter)
    one = Application.objects.get(pk=made.pk)
    assert one.told_facts() == told
    assert (one.outcome, one.loading_percent, one.sum_at_risk) == ("loading", 50, Decimal(700_000))
    assert (one.product_version, one.questionnaire, one.questionnaire_version) == (1, "life", 1)
    assert [reason.rule for reason in one.told_reasons()] == ["LIFE-BMI-3"]
    line = Event.objects.get(name="application.submitted")
    assert (line.customer_id, line.payload["outcome"]) == (customer.pk, "loading")


def test_health_lies_sealed_and_is_not_in_the_log(referred: Application) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts, reasons FROM underwriting_application WHERE id = %s", [referred.pk])
        stored = b"".join(bytes(one) for one in cursor.fetchone())
    assert b"hospital" not in stored
    assert "hospital" not in str(list(Event.objects.filter(name__startswith="application.").values_list("payload")))


def test_what_was_said_cannot_be_changed_afterwards(referred: Application) -> None:
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        Application.objects.filter(pk=referred.pk).update(outcome="standard")


def test_what_is_referred_waits_for_a_person_who_decides_with_a_reason(
    referred: Application, underwriter: Viewer
) -> None:
    assert referred.standing == "waiting"
    with pytest.raises(ReasonMissing):
        decide(referred, underwriter, reason=" ")
    made = decide(referred, underwriter, outcome="loading", loading_percent=50, exclusions=["thyroid"])
    assert (made.standing, made.effect, made.final_loading) == ("decided", "loading", 50)
    line = Event.objects.get(name="application.decided")
    assert (line.payload["outcome"], line.payload["loading"], line.actor_name) == ("loading", 50, made.decided_by)
    with pytest.raises(NotWaiting):
        decide(referred, underwriter)


def test_beyond_their_authority_the_decision_is_a_proposal_and_goes_up(
    customer: Customer, underwriter: Viewer, viewer_as: Callable[..., Viewer]
) -> None:
    told = facts(sum_insured=3_000_000)
    one = actions.submit_application(told, product="TRM", customer_id=customer.pk, by=underwriter)
    made = decide(one, underwriter, reason="收入能够支持")
    assert (made.standing, made.level, made.decided_at) == ("sent_up", 2, None)
    assert made.told_proposal()["outcome"] == "standard"
    assert Event.objects.filter(name="application.sent_up").count() == 1
    director = viewer_as(Role.MANAGER)
    assert decide(one, director).standing == "decided"


def test_a_heavier_loading_than_allowed_goes_up(referred: Application, underwriter: Viewer) -> None:
    assert decide(referred, underwriter, outcome="loading", loading_percent=101).standing == "sent_up"


def test_an_authority_of_ones_own_goes_before_that_of_the_role(
    referred: Application, user_as: Callable[..., User], viewer_as: Callable[..., Viewer]
) -> None:
    junior, director = user_as(Role.UNDERWRITER), viewer_as(Role.MANAGER)
    given = {"most_sum": Decimal(100_000), "most_loading": 0, "may_decline": False, "since": today()}
    actions.set_authority(user_id=junior.pk, **given, by=director)  # type: ignore[arg-type]
    assert queries.limits_of(viewer_of(junior), on=today()).most_sum == 100_000
    assert decide(referred, viewer_of(junior), outcome="decline").standing == "sent_up"
    with pytest.raises(SecondPersonNeeded):
        actions.set_authority(user_id=director.user_id, **given, by=director)  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        actions.set_authority(role="underwriter", **given, by=viewer_of(junior))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("different", "refusal"),
    [
        ({"outcome": "loading"}, DecisionIncomplete),
        ({"outcome": "exclusion"}, DecisionIncomplete),
        ({"outcome": "postpone"}, DecisionIncomplete),
        ({"outcome": "refer"}, DecisionIncomplete),
        ({"outcome": "standard", "loading_percent": 50}, DecisionUnfit),
        ({"outcome": "decline", "exclusions": ["lung"]}, DecisionUnfit),
        ({"outcome": "exclusion", "exclusions": ["moon"]}, DecisionUnfit),
        ({"outcome": "standard", "postpone_months": 6}, DecisionUnfit),
    ],
)
def test_a_decision_that_says_half_is_refused(
    referred: Application, underwriter: Viewer, different: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        decide(referred, underwriter, **different)
    assert Application.objects.get(pk=referred.pk).decided_at is None


def test_two_do_not_work_on_one_application(
    referred: Application, underwriter: Viewer, viewer_as: Callable[..., Viewer]
) -> None:
    actions.take_application(referred.pk, by=underwriter)
    other = viewer_as(Role.UNDERWRITER)
    with pytest.raises(TakenByAnother):
        decide(referred, other)
    actions.take_application(referred.pk, put_back=True, by=underwriter)
    assert decide(referred, other).standing == "decided"


def test_scope_is_that_of_the_customer(
    referred: Application, org: Organisation, viewer_as: Callable[..., Viewer]
) -> None:
    beside = viewer_as(Role.UNDERWRITER, unit=org.other_branch)
    above = viewer_as(Role.UNDERWRITER, unit=org.branch)
    everything = ApplicationFilter(lists="all")
    assert [one.pk for one in queries.listed(everything, viewer=above, on=today())] == [referred.pk]
    for viewer in (beside, STRANGER, viewer_as(Role.HOTLINE), viewer_as(Role.ADMINISTRATOR)):
        assert not queries.listed(everything, viewer=viewer, on=today()).exists()
        with pytest.raises(ApplicationNotFound):
            queries.the_application(referred.pk, viewer=viewer)
    with pytest.raises(ApplicationNotFound):
        decide(referred, beside)


def test_nobody_applies_for_a_customer_they_do_not_see(
    customer: Customer, org: Organisation, viewer_as: Callable[..., Viewer]
) -> None:
    beside = viewer_as(Role.COUNTER, unit=org.other_branch)
    with pytest.raises(CustomerNotFound):
        actions.submit_application(facts(), product="TRM", customer_id=customer.pk, by=beside)


def test_the_queue_counts_what_waits_and_what_i_may_decide(
    referred: Application, customer: Customer, underwriter: Viewer
) -> None:
    actions.submit_application(facts(sum_insured=3_000_000), product="TRM", customer_id=customer.pk, by=underwriter)
    actions.submit_application(facts(), product="TRM", customer_id=customer.pk, by=underwriter)
    assert queries.counts(viewer=underwriter, on=today()) == {"waiting": 2, "mine": 1, "sent_up": 0}
    automatic = queries.listed(ApplicationFilter(lists="automatic"), viewer=underwriter, on=today())
    assert [one.outcome for one in automatic] == ["standard"]
    named = queries.listed(ApplicationFilter(text="林"), viewer=underwriter, on=today())
    assert named.count() == 3
    numbered = queries.listed(ApplicationFilter(text=referred.number), viewer=underwriter, on=today())
    assert [one.pk for one in numbered] == [referred.pk]
