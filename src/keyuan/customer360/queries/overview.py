"""Everything about one customer as of a day, gathered from the rooms below in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import Viewer, system_viewer
from keyuan.claims import queries as claims
from keyuan.claims.states import ClaimStatus
from keyuan.customer360.queries.parts import custom_seen, parts_of
from keyuan.customer360.queries.seen import flows, holding_seen, labelled, next_due, status
from keyuan.customer360.queries.ties import consents_of, owner_of, ties_of
from keyuan.customer360.queries.timeline import PAGE, end_of, lines_of
from keyuan.customer360.rules.warning import Signals, warnings
from keyuan.customer360.shapes import (
    ClaimSeen,
    ComplaintSeen,
    ConsentSeen,
    Holding,
    Overview,
    Owner,
    TaskSeen,
    Warned,
)
from keyuan.customer360.states import GRAVE
from keyuan.customers import queries as customers
from keyuan.customers.masking import mask
from keyuan.customers.states import ConsentPurpose, CustomerKind, Source
from keyuan.customfields.queries import definitions
from keyuan.customfields.states import RecordKind
from keyuan.kernel.clock import COMPANY_ZONE, now, today
from keyuan.kernel.compiled import Compiled
from keyuan.kernel.refusals import Refusal
from keyuan.policies import queries as policies
from keyuan.policies.states import PolicyStatus
from keyuan.servicedesk import queries as servicedesk
from keyuan.servicedesk.states import ComplaintReason

if TYPE_CHECKING:
    from keyuan.claims.queries import ClaimHeld
    from keyuan.customers.models import Customer


class DayNotReached(Refusal):
    """The time machine only goes back."""

    code = "day_not_reached"
    message = _("%(day)s还没有到，不能查看。")
    remedy = _("请选择今天或更早的日期。")


def overview(customer_id: int, *, viewer: Viewer, as_of: date | None = None, timeline_limit: int = PAGE) -> Overview:
    """The customer as they stood at the end of ``as_of`` (None: today); raises CustomerNotFound and DayNotReached."""
    this_day = today()
    on = this_day if as_of is None else as_of
    if on > this_day:
        raise DayNotReached(field="as_of", day=on.isoformat())
    past = None if on == this_day else on
    customer = customers.the_customer(customer_id, viewer=viewer, as_of=past)
    held = policies.holdings(customer.pk, viewer=viewer, on=on)
    known = customers.custom_fields(customer.kind, viewer=viewer)
    of_policies = () if past else definitions(RecordKind.POLICY, viewer=viewer)
    holdings = tuple(holding_seen(each, on=on, custom=of_policies) for each in held)
    claimed = claims.of_customer(customer.pk, viewer=viewer, on=on)
    seen_claims = tuple(_claim(each) for each in claimed)
    tasks = _tasks(customer.pk, viewer, on)
    complaints = _complaints(customer.pk, viewer, on)
    around = customers.around(customer, viewer=viewer, on=on, at=end_of(on))
    consents, owner = consents_of(around), owner_of(around)
    household, relations = ties_of(around)
    money = flows(held, seen_claims)
    lines = lines_of(customer.pk, viewer=viewer, as_of=past, limit=timeline_limit)
    return Overview(
        id=customer.pk,
        number=customer.number,
        name=customer.name,
        kind=labelled(CustomerKind, customer.kind),
        branch=customer.org_unit.name,
        source=labelled(Source, customer.source),
        since=customer.created_at.astimezone(COMPANY_ZONE).date(),
        synthetic=customer.synthetic,
        as_of=on,
        is_today=past is None,
        mobile=_mobile(customer),
        owner=owner,
        warnings=_warnings(holdings, claimed, tasks, complaints, consents, owner, on),
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
    )


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


def _tasks(customer_id: int, viewer: Viewer, on: date) -> tuple[TaskSeen, ...]:
    """The tasks that were open at the end of the day."""
    moment = min(end_of(on), now())
    if viewer.sees_whole_company:
        rows: Iterable[tuple[Any, ...]] = _TASKS.rows(customer_id=customer_id, moment=moment)
    else:
        rows = _tasks_seen(viewer, customer_id, moment)
    return tuple(
        TaskSeen(id_, title, due_at.astimezone(COMPANY_ZONE), display or username, due_at < moment)
        for id_, title, due_at, display, username in rows
    )


def _tasks_seen(viewer: Viewer, customer_id: int, moment: datetime) -> QuerySet[Any, Any]:
    open_then = Q(done_at__isnull=True) | Q(done_at__gte=moment)
    tasks = servicedesk.visible_tasks(viewer).filter(open_then, customer_id=customer_id, created_at__lte=moment)
    return tasks.order_by("due_at", "id").values_list("id", "title", "due_at", "owner__display_name", "owner__username")


def _complaints_seen(viewer: Viewer, customer_id: int, end: datetime) -> QuerySet[Any, Any]:
    complaints = servicedesk.visible_complaints(viewer).filter(customer_id=customer_id, received_at__lt=end)
    return complaints.order_by("-received_at").values_list("number", "reason", "received_at", "closed_at")


# For a viewer of the whole company: no scope, so one statement for all of them.
_WHOLE = system_viewer("customer360")
_TASKS = Compiled(lambda customer_id, moment: _tasks_seen(_WHOLE, customer_id, moment))
_COMPLAINTS = Compiled(lambda customer_id, end: _complaints_seen(_WHOLE, customer_id, end))


def _complaints(customer_id: int, viewer: Viewer, on: date) -> tuple[ComplaintSeen, ...]:
    end = end_of(on)
    if viewer.sees_whole_company:
        rows: Iterable[tuple[Any, ...]] = _COMPLAINTS.rows(customer_id=customer_id, end=end)
    else:
        rows = _complaints_seen(viewer, customer_id, end)
    return tuple(
        ComplaintSeen(
            number,
            labelled(ComplaintReason, reason),
            received_at.astimezone(COMPANY_ZONE),
            closed_at is None or closed_at >= end,
        )
        for number, reason, received_at, closed_at in rows
    )


def _warnings(
    holdings: Sequence[Holding],
    claimed: Sequence[ClaimHeld],
    tasks: Sequence[TaskSeen],
    complaints: Sequence[ComplaintSeen],
    consents: Sequence[ConsentSeen],
    owner: Owner | None,
    on: date,
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
        marketing_consent=any(each.given for each in consents if each.purpose.code == ConsentPurpose.MARKETING),
    )
    return tuple(
        Warned(kind.value, str(kind.label), kind in GRAVE, detail) for kind, detail in warnings(signals, on=on)
    )
