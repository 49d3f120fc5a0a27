"""Proposals: who sees which, and what one says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from keyuan.customers import queries as customers
from keyuan.customers.names import infix_query
from keyuan.deadlines.parameters import parameter
from keyuan.kernel.clock import today
from keyuan.products import queries as products
from keyuan.sales.models import Proposal
from keyuan.sales.needs import NeedsFacts, Suggested, assumptions, needs_of, suggest
from keyuan.sales.proposals.plans import PlanSeen, see
from keyuan.sales.queries.scope import visible
from keyuan.sales.refusals import LinkGone, PlanNotFound, ProposalNotFound
from keyuan.sales.scoping import about_seen

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.products.definition import Definition

EARLIER = 5


@dataclass(frozen=True, slots=True)
class ProposalSeen:
    """A proposal with its plans reckoned through. ``expired``: its prices are no longer offered."""

    row: Proposal
    needs: NeedsFacts | None
    plans: tuple[PlanSeen, ...]
    expired: bool
    link_open: bool

    @property
    def subject_name(self) -> str:
        """Whom it is for; empty for nobody by name."""
        whom = self.row.customer or self.row.prospect
        return whom.name if whom else ""


def proposals_visible(viewer: Viewer) -> QuerySet[Proposal]:
    """Those for customers and prospects in scope; for nobody by name: one's own, and those of one's units."""
    return about_seen(Proposal.objects.all(), viewer)


def proposal(proposal_id: UUID, *, viewer: Viewer) -> ProposalSeen:
    """One proposal; raises ProposalNotFound."""
    rows = proposals_visible(viewer).select_related("customer", "prospect", "made_by")
    found = rows.filter(pk=proposal_id).first()
    if found is None:
        raise ProposalNotFound
    return seen_proposal(found, plans_of(found, seller=viewer))


def seen_proposal(found: Proposal, plans: tuple[PlanSeen, ...]) -> ProposalSeen:
    """A proposal that the caller has read in scope, as it is shown today."""
    day = today()
    needs = needs_of(found.needs) if found.needs else None
    opens = found.token is not None and found.link_ends_on is not None and day < found.link_ends_on
    return ProposalSeen(found, needs, plans, day >= found.valid_until, opens)


def plan_of(proposal_id: UUID, *, position: int, viewer: Viewer) -> tuple[Proposal, PlanSeen]:
    """One plan of a proposal, which is all that a slider needs; raises ProposalNotFound or PlanNotFound."""
    found = proposals_visible(viewer).filter(pk=proposal_id).first()
    if found is None:
        raise ProposalNotFound
    return found, the_plan(found, position, seller=viewer)


def the_plan(row: Proposal, position: int, *, seller: Viewer | None = None) -> PlanSeen:
    """The plan at a place of a proposal that the caller has read in scope; raises PlanNotFound."""
    if not 0 <= position < len(row.plans):
        raise PlanNotFound
    return plans_of(row, seller=seller, only=position)[0]


def plans_of(row: Proposal, *, seller: Viewer | None = None, only: int | None = None) -> tuple[PlanSeen, ...]:
    """The plans of a proposal that the caller has read in scope; the grade of the ``seller`` is judged, where given."""
    needs = needs_of(row.needs) if row.needs else None
    grade = seller_grade(seller, on=today()) if seller is not None else None
    return tuple(
        see(
            products.version(plan["product"], number=plan["version"]),
            plan["risk"],
            position=position,
            needs=needs,
            seller_grade=grade,
            on=row.made_on,
        )
        for position, plan in enumerate(row.plans)
        if only in (None, position)
    )


def seller_grade(seller: Viewer, *, on: date) -> int:
    """The highest grade of product that somebody in this role may offer."""
    return parameter(f"suitability.seller_grade.{seller.role}", on=on).number


def offered(on: date, *, viewer: Viewer) -> tuple[Definition, ...]:
    """What is on sale to people on a day: every product but those for groups."""
    found = tuple(definition for _row, definition in products.on_sale(on, viewer=viewer))
    return tuple(one for one in found or products.shipped_on(on, viewer=viewer) if not one.for_group)


def suggested(needs: NeedsFacts, *, seller: Viewer, on: date) -> Suggested:
    """Gaps and ranked suggestions for a household; reads products only."""
    return suggest(needs, assumptions(on), offered(on, viewer=seller), on=on)


def the_link(token: str, *, on: date, rows: QuerySet[Proposal] | None = None) -> Proposal | None:
    """The proposal of a public link whose days are not over; None for any other text."""
    found = Proposal.objects.all() if rows is None else rows
    if not token or not token.isprintable():
        return None
    return found.select_related("customer", "prospect", "made_by").filter(token=token, link_ends_on__gt=on).first()


def link(token: str, *, on: date) -> Proposal:
    """The proposal of a public link, to be read without counting; raises LinkGone."""
    found = the_link(token, on=on)
    if found is None:
        raise LinkGone
    return found


@dataclass(frozen=True, slots=True)
class ProposalFilter:
    """What the list is narrowed to. ``state``: sent, opened, waiting (sent, not opened yet), unsent; ``whose``: mine."""

    text: str = ""
    state: str = ""
    whose: str = ""
    since: date | None = None
    until: date | None = None


def proposals_listed(wanted: ProposalFilter | None = None, *, viewer: Viewer) -> QuerySet[Proposal]:
    """Those in scope that fit, newest first."""
    asked = wanted or ProposalFilter()
    rows = proposals_visible(viewer).select_related("customer", "prospect", "made_by", "org_unit").defer("needs")
    if asked.text:
        rows = rows.filter(_named(asked.text, viewer))
    states = {
        "sent": Q(shared_at__isnull=False),
        "opened": Q(openings__gt=0),
        "waiting": Q(shared_at__isnull=False, openings=0, link_ends_on__gt=today()),
        "unsent": Q(shared_at__isnull=True),
    }
    if asked.state in states:
        rows = rows.filter(states[asked.state])
    if asked.whose == "mine":
        rows = rows.filter(made_by_id=viewer.user_id)
    days = {"made_on__gte": asked.since, "made_on__lte": asked.until}
    rows = rows.filter(**{name: day for name, day in days.items() if day is not None})
    return rows.order_by("-made_at", "-pk")


def _named(text: str, viewer: Viewer) -> Q:
    """A piece of the name of whom it is for, found by the indexes of names; or of the title."""
    folded, grams = infix_query(text)
    whom = {"name__icontains": folded} | ({"name_grams__contains": list(grams)} if grams else {})
    of_customers = customers.visible(viewer).filter(**whom).values("pk")
    of_prospects = visible(viewer).filter(**whom).values("pk")
    return Q(customer__in=of_customers) | Q(prospect__in=of_prospects) | Q(title__contains=text)


def proposals_for(*, customer_id: int | None, prospect_id: int | None, viewer: Viewer) -> list[Proposal]:
    """The last few for one customer or prospect; for nobody by name none."""
    rows = proposals_listed(viewer=viewer)
    if customer_id is not None:
        return list(rows.filter(customer_id=customer_id)[:EARLIER])
    return list(rows.filter(prospect_id=prospect_id)[:EARLIER]) if prospect_id is not None else []
