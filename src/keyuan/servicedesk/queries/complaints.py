"""Reading complaints. Each read names its viewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.servicedesk import rules
from keyuan.servicedesk.clocks import clocks_on
from keyuan.servicedesk.models import Complaint
from keyuan.servicedesk.queries.common import day_of
from keyuan.servicedesk.queries.tasks import day_bounds
from keyuan.servicedesk.rules import ComplaintFacts
from keyuan.servicedesk.states import ComplaintStatus


class ComplaintNotFound(Refusal):
    """There is no such complaint, or the viewer may not see it."""

    code = "complaint_not_found"
    status = 404
    message = _("没有找到这件投诉。")
    remedy = _("请核对投诉编号；如确认无误，请联系客户所属机构。")


def visible_complaints(viewer: Viewer) -> QuerySet[Complaint]:
    """The complaints of the customers in the viewer's scope."""
    if viewer.sees_whole_company:
        return Complaint.objects.all()
    return Complaint.objects.filter(customer__in=customers.visible(viewer))


@dataclass(slots=True)
class ComplaintHeld:
    """A complaint as it stands on a day; ``deadline`` is the last day of the next thing that is owed."""

    id: int
    number: str
    customer_id: int
    customer_name: str
    customer_number: str
    policy_id: int | None
    policy_number: str
    channel: str
    reason: str
    summary: str
    received_at: datetime
    upheld: bool | None
    statuses: frozenset[ComplaintStatus]
    deadline: date | None

    @property
    def is_open(self) -> bool:
        return ComplaintStatus.CLOSED not in self.statuses

    @property
    def ordered_statuses(self) -> tuple[ComplaintStatus, ...]:
        """The statuses in the order in which people read them."""
        return tuple(status for status in ComplaintStatus if status in self.statuses)


@dataclass(frozen=True, slots=True)
class ComplaintFilter:
    """What the list is narrowed to. ``state``: open, closed or neither; days are those of receipt, both inclusive."""

    state: str = ""
    text: str = ""
    reason: str = ""
    channel: str = ""
    since: date | None = None
    until: date | None = None


def complaint_list(wanted: ComplaintFilter, *, viewer: Viewer) -> QuerySet[Complaint]:
    """The complaints in scope that fit, in no order."""
    found = with_names(visible_complaints(viewer))
    if wanted.state in ("open", "closed"):
        found = found.filter(closed_at__isnull=wanted.state == "open")
    if wanted.text:
        number = wanted.text.upper()
        named = Q(number__startswith=number) | Q(customer__number=number) | Q(customer__name__startswith=wanted.text)
        found = found.filter(named)
    if wanted.since is not None:
        found = found.filter(received_at__gte=day_bounds(wanted.since)[0])
    if wanted.until is not None:
        found = found.filter(received_at__lt=day_bounds(wanted.until)[1])
    plain = {"reason": wanted.reason, "channel": wanted.channel}
    return found.filter(**{name: value for name, value in plain.items() if value})


def complaints_of(customer_id: int, *, viewer: Viewer, on: date | None = None) -> list[ComplaintHeld]:
    """The customer's complaints received by ``on`` (None: today), the latest first."""
    day = today() if on is None else on
    found = visible_complaints(viewer).filter(customer_id=customer_id, received_at__date__lte=day)
    return [as_held(complaint, on=day) for complaint in with_names(found).order_by("-received_at", "-id")]


def the_complaint(complaint_id: int, *, viewer: Viewer, on: date) -> ComplaintHeld:
    """One complaint; raises ComplaintNotFound."""
    found = with_names(visible_complaints(viewer)).filter(pk=complaint_id).first()
    if found is None:
        raise ComplaintNotFound
    return as_held(found, on=on)


def with_names(complaints: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """With customer and policy, for as_held."""
    return complaints.select_related("customer", "policy")


def as_held(complaint: Complaint, *, on: date) -> ComplaintHeld:
    """A row as it stands on a day."""
    facts, clocks = facts_of(complaint), clocks_on(on)
    known = facts.as_of(on)
    return ComplaintHeld(
        id=complaint.pk,
        number=complaint.number,
        customer_id=complaint.customer_id,
        customer_name=complaint.customer.name,
        customer_number=complaint.customer.number,
        policy_id=complaint.policy_id,
        policy_number="" if complaint.policy is None else complaint.policy.number,
        channel=complaint.channel,
        reason=complaint.reason,
        summary=complaint.summary,
        received_at=complaint.received_at,
        upheld=None if known.decided_on is None else complaint.upheld,
        statuses=rules.statuses(facts, on=on, clocks=clocks),
        deadline=rules.deadline(facts, on=on, clocks=clocks),
    )


def facts_of(complaint: Complaint) -> ComplaintFacts:
    """The dated facts of a row, as the company's calendar days."""
    return ComplaintFacts(
        received_on=day_of(complaint.received_at),
        complex_on=complaint.complex_on,
        extended_on=complaint.extended_on,
        decided_on=None if complaint.decided_at is None else day_of(complaint.decided_at),
        told_on=None if complaint.told_at is None else day_of(complaint.told_at),
        closed_on=None if complaint.closed_at is None else day_of(complaint.closed_at),
    )
