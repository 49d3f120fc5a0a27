"""Everything about one customer as of a day, gathered from the rooms below in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import Viewer
from keyuan.claims import queries as claims
from keyuan.claims.states import ClaimStatus
from keyuan.customer360.queries.desk import ask_complaints, ask_tasks
from keyuan.customer360.queries.parts import custom_seen, parts_of
from keyuan.customer360.queries.seen import flows, holding_seen, labelled, next_due, status
from keyuan.customer360.queries.ties import consents_of, owner_of, ties_of
from keyuan.customer360.queries.timeline import PAGE, ask_lines, end_of, lines_of
from keyuan.customer360.rules.warning import Signals, warnings
from keyuan.customer360.shapes import (
    ClaimSeen,
    ComplaintSeen,
    ConsentSeen,
    Holding,
    Overview,
    Owner,
    TaskSeen,
    TierHeld,
    Warned,
)
from keyuan.customer360.states import GRAVE
from keyuan.customers import queries as customers
from keyuan.customers.masking import mask
from keyuan.customers.refusals import CustomerNotFound
from keyuan.customers.states import ConsentPurpose, CustomerKind, Source
from keyuan.customfields.queries import definitions
from keyuan.customfields.states import RecordKind
from keyuan.insight.scores import queries as scores
from keyuan.insight.scores.wording import sentences
from keyuan.kernel.clock import COMPANY_ZONE, today
from keyuan.kernel.refusals import Refusal
from keyuan.kernel.statements import together
from keyuan.policies import queries as policies
from keyuan.policies.states import PolicyStatus
from keyuan.tiers import queries as tiers

if TYPE_CHECKING:
    from keyuan.claims.queries import ClaimHeld
    from keyuan.customers.models import Customer


class DayNotReached(Refusal):
    """The time machine only goes back."""

    code = "day_not_reached"
    message = _("%(day)s还没有到，不能查看。")
    remedy = _("请选择今天或更早的日期。")


def overview(customer_id: int, *, viewer: Viewer, as_of: date | None = None, timeline_limit: int = PAGE) -> Overview:
    """The customer as they stood at the end of ``as_of`` (None: today); raises CustomerNotFound and DayNotReached.

    One who was merged away answers as the customer they went into.
    """
    try:
        seen = customers.in_scope(customer_id, viewer=viewer)
        return overview_of(seen, as_of=as_of, timeline_limit=timeline_limit)
    except CustomerNotFound:
        gone_to = customers.survivor(customer_id, viewer=viewer)
        if gone_to is None:
            raise
        seen = customers.in_scope(gone_to, viewer=viewer)
        return overview_of(seen, as_of=as_of, timeline_limit=timeline_limit)


def overview_of(seen: customers.InScope, *, as_of: date | None = None, timeline_limit: int = PAGE) -> Overview:
    """The same for a customer who is known to be in scope."""
    this_day = today()
    on = this_day if as_of is None else as_of
    if on > this_day:
        raise DayNotReached(field="as_of", day=on.isoformat())
    past = None if on == this_day else on
    with together():
        the_customer = customers.ask_customer(seen, as_of=past)
        the_holdings = policies.ask_holdings(seen, on=on)
        the_claims = claims.ask_of_customer(seen, on=on)
        the_tier = tiers.ask_tier(seen, on=on)
        # A score is of today: the time machine knows none.
        the_risk = scores.ask_leading(seen) if past is None else None
        the_tasks, the_complaints = ask_tasks(seen, on=on), ask_complaints(seen, on=on)
        all_around = customers.ask_around(seen, on=on, at=end_of(on), past=past is not None)
        the_lines = ask_lines(seen, as_of=past, limit=timeline_limit)
    customer, held, claimed = the_customer(), the_holdings(), the_claims()
    known = customers.custom_fields(customer.kind, viewer=seen.viewer)
    of_policies = () if past else definitions(RecordKind.POLICY, viewer=seen.viewer)
    holdings = tuple(holding_seen(each, on=on, custom=of_policies) for each in held)
    seen_claims = tuple(_claim(each) for each in claimed)
    tasks, complaints, around = the_tasks(), the_complaints(), all_around()
    consents, owner = consents_of(around), owner_of(around)
    household, relations = ties_of(around)
    money = flows(held, seen_claims)
    also = customer.absorbed_ids
    lines = lines_of(seen, also=also, as_of=past, limit=timeline_limit) if also else the_lines()
    return Overview(
        id=customer.pk,
        number=customer.number,
        name=customer.name,
        kind=labelled(CustomerKind, customer.kind),
        branch=customer.org_unit.label,
        source=labelled(Source, customer.source),
        since=customer.created_at.astimezone(COMPANY_ZONE).date(),
        synthetic=customer.synthetic,
        as_of=on,
        is_today=past is None,
        mobile=_mobile(customer),
        owner=owner,
        warnings=_warnings(holdings, claimed, tasks, complaints, consents, owner, on, the_risk() if the_risk else None),
        parts=parts_of(customer, ties=(*household, *relations), holdings=holdings, flows=money, custom=known),
        custom=custom_seen(customer.custom, known),
        holdings=holdings,
        claims=seen_claims,
        next_due=next_due(holdings),
        tasks=tasks,
        complaints=complaints,
        consents=consents,
        household=household,
        relations=relations,
        money=money,
        timeline=lines.lines,
        timeline_next=lines.next,
        tier=_tier(the_tier()),
    )


def _tier(held: tiers.TierSeen | None) -> TierHeld | None:
    if held is None:
        return None
    return TierHeld(held.level, held.name, held.starts_on, held.year_ends_on, held.converted)


def _mobile(customer: Customer) -> str:
    """The telephone under which the customer is called, masked."""
    name = "contact_mobile" if customer.kind == CustomerKind.ENTERPRISE else "mobile"
    return mask(name, getattr(customers.details_of(customer), name, None))


def _claim(held: ClaimHeld) -> ClaimSeen:
    return ClaimSeen(
        id=held.id,
        number=held.number,
        policy=held.policy_number,
        cause=held.cause,
        occurrences=held.occurrences,
        occurred_on=held.occurred_on,
        notified_on=held.notified_on,
        statuses=tuple(status(each) for each in held.ordered_statuses),
        currency=held.currency,
        claimed=held.claimed_amount,
        paid=held.paid_amount,
        paid_on=held.paid_on,
    )


def _at_risk(risk: scores.AtRisk) -> str:
    """The chance and the first reason."""
    return " · ".join([f"{risk.value:.0%}", *sentences(risk.reasons[:1])])


def _warnings(
    holdings: Sequence[Holding],
    claimed: Sequence[ClaimHeld],
    tasks: Sequence[TaskSeen],
    complaints: Sequence[ComplaintSeen],
    consents: Sequence[ConsentSeen],
    owner: Owner | None,
    on: date,
    risk: scores.AtRisk | None,
) -> tuple[Warned, ...]:
    def with_status(wanted: PolicyStatus) -> tuple[str, ...]:
        return tuple(each.number for each in holdings if any(s.code == wanted for s in each.statuses))

    signals = Signals(
        in_force=sum(each.in_force for each in holdings),
        in_grace=with_status(PolicyStatus.IN_GRACE),
        suspended=with_status(PolicyStatus.SUSPENDED),
        cancel_pending=with_status(PolicyStatus.CANCEL_PENDING),
        claims_overdue=tuple(each.number for each in claimed if ClaimStatus.OVERDUE in each.statuses),
        complaints_open=tuple(each.number for each in complaints if each.open),
        tasks_overdue=tuple(each.title for each in tasks if each.overdue),
        has_agent=owner is not None,
        agent_left_on=None if owner is None else owner.left_on,
        may_leave=() if risk is None or not risk.is_raised else (_at_risk(risk),),
        marketing_consent=any(each.given for each in consents if each.purpose.code == ConsentPurpose.MARKETING),
    )
    return tuple(
        Warned(kind.value, str(kind.label), kind in GRAVE, detail) for kind, detail in warnings(signals, on=on)
    )
