"""Proposals: made from a conversation or from products, changed while one talks, sent, opened, taken back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from keyuan.accounts.queries import unit_of
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.customers.refusals import CustomerNotFound
from keyuan.deadlines.parameters import parameter
from keyuan.eventlog.actions import Line, record_many
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now, today
from keyuan.products.queries import version
from keyuan.sales import events
from keyuan.sales.access import actor_of, require
from keyuan.sales.actions.following import propose_to_prospect
from keyuan.sales.cleaning import printable
from keyuan.sales.models import Proposal
from keyuan.sales.needs import NeedsFacts
from keyuan.sales.proposals.plans import MOST_PLANS, keep
from keyuan.sales.queries.one import facts_of
from keyuan.sales.queries.proposals import plans_of, proposals_visible, suggested, the_link
from keyuan.sales.queries.scope import visible
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
from keyuan.sales.rules import may, stage
from keyuan.sales.states import Move

if TYPE_CHECKING:
    from keyuan.eventlog.kinds import EventKind

SUBJECT = "proposal"
TOKEN_BYTES = 18
READER = Actor(kind="user", id="", name="")  # whoever has the link


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A product by its code and the risk as JSON."""

    product: str
    risk: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ProposalDraft:
    """What a proposal is made of. Without ``plans`` what the needs suggest is taken."""

    needs: NeedsFacts | None = None
    plans: tuple[PlanDraft, ...] = ()
    customer_id: int | None = None
    prospect_id: int | None = None
    title: str = ""


@transaction.atomic
def make_proposal(draft: ProposalDraft, *, by: Viewer, on: date | None = None) -> Proposal:
    """Make a proposal with the versions in force on ``on`` (today).

    Raises NoPlan, TooManyPlans, ProductNotFound, RiskRefused, ProposalForTwo, CustomerNotFound, ProspectNotFound,
    NotPermitted.
    """
    require(by, Permission.CONTACT_CUSTOMERS)
    _require_subject(draft, by)
    day = today() if on is None else on
    wanted = draft.plans or _suggested(draft.needs, by, day)
    if not wanted:
        raise NoPlan
    if len(wanted) > MOST_PLANS:
        raise TooManyPlans(field="plans", most=MOST_PLANS)
    made = Proposal.objects.create(
        title=printable(draft.title)[:80],
        needs=draft.needs.as_told() if draft.needs else None,
        plans=[keep(version(one.product, on=day), one.risk, on=day) for one in wanted],
        made_on=day,
        valid_until=day + timedelta(days=parameter("proposal.valid_days", on=day).number),
        customer_id=draft.customer_id,
        prospect_id=draft.prospect_id,
        org_unit_id=unit_of(viewer=by),
        made_by_id=by.user_id,
    )
    _tell(events.PROPOSAL_MADE, made, by=by)
    return made


@transaction.atomic
def make_and_share(draft: ProposalDraft, *, by: Viewer) -> Proposal:
    """Make a proposal and its link in one; where suitability says stop there is neither."""
    return share_proposal(make_proposal(draft, by=by).pk, by=by)


def _require_subject(draft: ProposalDraft, by: Viewer) -> None:
    if draft.customer_id is not None and draft.prospect_id is not None:
        raise ProposalForTwo(field="prospect_id")
    if draft.customer_id is not None and not customers.visible(by).filter(pk=draft.customer_id).exists():
        raise CustomerNotFound
    if draft.prospect_id is not None and not visible(by).filter(pk=draft.prospect_id).exists():
        raise ProspectNotFound


def _suggested(needs: NeedsFacts | None, by: Viewer, day: date) -> tuple[PlanDraft, ...]:
    if needs is None:
        return ()
    found = suggested(needs, seller=by, on=day)
    return tuple(PlanDraft(one.product, one.raw) for one in found.chosen[:MOST_PLANS])


@transaction.atomic
def change_plan(proposal_id: UUID, *, position: int, risk: Mapping[str, Any], by: Viewer) -> Proposal:
    """Price one plan anew for another risk, by the version it pins. Nothing is written if nothing changed."""
    found = _locked(proposal_id, by)
    plan = _plan(found, position)
    changed = keep(version(plan["product"], number=plan["version"]), risk, on=found.made_on)
    if changed == plan:
        return found
    found.plans[position] = changed
    found.save(update_fields=["plans"])
    premiums = {"premium_before": plan["price"]["premium"], "premium": changed["price"]["premium"]}
    _tell(events.PROPOSAL_CHANGED, found, by=by, more={"product": plan["product"], **premiums})
    return found


@transaction.atomic
def add_plan(proposal_id: UUID, *, plan: PlanDraft, by: Viewer) -> Proposal:
    """One more plan to compare, by the version in force on the day of the proposal."""
    found = _locked(proposal_id, by)
    if len(found.plans) >= MOST_PLANS:
        raise TooManyPlans(most=MOST_PLANS)
    added = keep(version(plan.product, on=found.made_on), plan.risk, on=found.made_on)
    found.plans.append(added)
    found.save(update_fields=["plans"])
    _tell(events.PROPOSAL_CHANGED, found, by=by, more={"added": plan.product})
    return found


@transaction.atomic
def remove_plan(proposal_id: UUID, *, position: int, by: Viewer) -> Proposal:
    """One plan less; the last one stays."""
    found = _locked(proposal_id, by)
    plan = _plan(found, position)
    if len(found.plans) == 1:
        raise NoPlan
    del found.plans[position]
    found.save(update_fields=["plans"])
    _tell(events.PROPOSAL_CHANGED, found, by=by, more={"removed": plan["product"]})
    return found


@transaction.atomic
def share_proposal(proposal_id: UUID, *, by: Viewer) -> Proposal:
    """Give the proposal a link for the customer, or the one it has some more days. Not where suitability says stop."""
    found = _locked(proposal_id, by)
    for plan in plans_of(found, seller=by):
        if plan.assessment.stops:
            raise UnsuitableToShare(why=plan.assessment.findings[0].text)
    found.token = found.token or secrets.token_urlsafe(TOKEN_BYTES)
    found.shared_at = now()
    found.link_ends_on = today() + timedelta(days=parameter("proposal.link_days", on=today()).number)
    found.save(update_fields=["token", "shared_at", "link_ends_on"])
    _tell(events.PROPOSAL_SHARED, found, by=by)
    _tell_the_prospect(found, by)
    return found


def _tell_the_prospect(found: Proposal, by: Viewer) -> None:
    """A prospect who is sent a proposal has one: their stage follows, where it is not there yet."""
    prospect = found.prospect
    if prospect is not None and may(Move.PROPOSE, stage(facts_of(prospect))):
        propose_to_prospect(prospect.pk, by=by)


@transaction.atomic
def unshare_proposal(proposal_id: UUID, *, by: Viewer) -> Proposal:
    """Take the link back; a link given later is another one."""
    found = _locked(proposal_id, by)
    if found.token is not None:
        found.token, found.link_ends_on = None, None
        found.save(update_fields=["token", "link_ends_on"])
        _tell(events.PROPOSAL_UNSHARED, found, by=by)
    return found


@transaction.atomic
def open_proposal(token: str) -> Proposal:
    """The customer opens the link: counted, and a line in the log. Raises LinkGone."""
    found = the_link(token, on=today(), rows=Proposal.objects.select_for_update(of=("self",)))
    if found is None:
        raise LinkGone
    at = now()
    Proposal.objects.filter(pk=found.pk).update(
        openings=F("openings") + 1, last_opened_at=at, first_opened_at=found.first_opened_at or at
    )
    _tell(events.PROPOSAL_OPENED, found, by=READER, more={"times": found.openings + 1})
    return found


@transaction.atomic
def note_printed(proposal_id: UUID, *, by: Viewer) -> None:
    """A PDF of the proposal was made."""
    _tell(events.PROPOSAL_PRINTED, _locked(proposal_id, by, write=False), by=by)


def _locked(proposal_id: UUID, by: Viewer, *, write: bool = True) -> Proposal:
    require(by, Permission.CONTACT_CUSTOMERS if write else Permission.SEE_CUSTOMERS)
    rows = proposals_visible(by)
    found = (rows.select_for_update(of=("self",)) if write else rows).filter(pk=proposal_id).first()
    if found is None:
        raise ProposalNotFound
    return found


def _plan(found: Proposal, position: int) -> Any:
    if not 0 <= position < len(found.plans):
        raise PlanNotFound
    return found.plans[position]


def _tell(kind: EventKind, about: Proposal, *, by: Viewer | Actor, more: Mapping[str, Any] | None = None) -> None:
    names = "、".join(str(one.get("name", one["product"])) for one in about.plans)
    products = [one["product"] for one in about.plans]
    payload = {"proposal": str(about.pk), "title": about.title, "text": names, "products": products}
    subject = ("prospect", about.prospect_id) if about.prospect_id else (SUBJECT, str(about.pk))
    record_many([Line(kind, actor_of(by), about.customer_id, about.org_unit_id, subject, {**payload, **(more or {})})])
