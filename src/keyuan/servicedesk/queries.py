"""Every read of the service desk. Each names its viewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.customers.refusals import CustomerNotFound
from keyuan.kernel.clock import COMPANY_ZONE, today
from keyuan.kernel.refusals import Refusal
from keyuan.servicedesk import rules
from keyuan.servicedesk.clocks import clocks_on
from keyuan.servicedesk.models import Complaint, Task
from keyuan.servicedesk.rules import ComplaintFacts
from keyuan.servicedesk.states import ComplaintStatus

if TYPE_CHECKING:
    from keyuan.customers.models import Customer


class TaskNotFound(Refusal):
    """There is no such task, or the viewer may not see it."""

    code = "task_not_found"
    status = 404
    message = _("没有找到这个任务。")
    remedy = _("请刷新页面后再试。")


class ComplaintNotFound(Refusal):
    """There is no such complaint, or the viewer may not see it."""

    code = "complaint_not_found"
    status = 404
    message = _("没有找到这件投诉。")
    remedy = _("请核对投诉编号；如确认无误，请联系客户所属机构。")


def the_customer(customer_id: int, *, viewer: Viewer) -> Customer:
    """The customer that a note, a task or a complaint is about; raises CustomerNotFound."""
    found = customers.visible(viewer).filter(pk=customer_id).first()
    if found is None:
        raise CustomerNotFound
    return found


def visible_tasks(viewer: Viewer) -> QuerySet[Task]:
    """The viewer's own tasks and those of the customers in their scope."""
    if not viewer.is_staff:
        return Task.objects.none()
    own = Q(owner_id=viewer.user_id) if viewer.user_id is not None else Q(pk__in=[])
    if viewer.sees_whole_company:
        return Task.objects.filter(own | Q(customer__isnull=False))
    return Task.objects.filter(own | Q(customer__in=customers.visible(viewer)))


def open_tasks(viewer: Viewer) -> QuerySet[Task]:
    """What the viewer is still to do, the most pressing first."""
    if viewer.user_id is None or not viewer.is_staff:
        return Task.objects.none()
    return (
        Task.objects.filter(owner_id=viewer.user_id, done_at__isnull=True)
        .select_related("customer")
        .order_by("due_at", "id")
    )


def done_tasks(viewer: Viewer) -> QuerySet[Task]:
    """What the viewer did, the latest first."""
    if viewer.user_id is None or not viewer.is_staff:
        return Task.objects.none()
    return (
        Task.objects.filter(owner_id=viewer.user_id, done_at__isnull=False)
        .select_related("customer")
        .order_by("-done_at", "-id")
    )


def tasks_of(customer_id: int, *, viewer: Viewer) -> QuerySet[Task]:
    """The customer's open tasks, the most pressing first."""
    return (
        visible_tasks(viewer)
        .filter(customer_id=customer_id, done_at__isnull=True)
        .select_related("owner")
        .order_by("due_at", "id")
    )


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


def day_of(moment: datetime) -> date:
    """The company's calendar day of a moment."""
    return moment.astimezone(COMPANY_ZONE).date()
