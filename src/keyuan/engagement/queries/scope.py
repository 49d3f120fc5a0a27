"""Whose answers a viewer sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from keyuan.accounts.roles import Permission, Role
from keyuan.customers import queries as customers
from keyuan.engagement.models import Submission
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.sales import queries as sales

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer


def visible_submissions(viewer: Viewer) -> QuerySet[Submission]:
    """Agent: what came by their own links; other staff: what came to their units; everybody else nothing.

    A program whose purpose needs consent sees of these only what came from somebody who gave it.
    """
    rows = _in_reach(viewer)
    if not viewer.purpose_is_narrow:
        return rows
    return rows.filter(Q(prospect__in=sales.visible(viewer)) | Q(customer__in=customers.visible(viewer)))


def _in_reach(viewer: Viewer) -> QuerySet[Submission]:
    if not viewer.is_staff or not viewer.may(Permission.SEE_CUSTOMERS):
        return Submission.objects.none()
    if viewer.role == Role.AGENT:
        if viewer.user_id is None:
            return Submission.objects.none()
        return Submission.objects.filter(agent__user_id=viewer.user_id)
    if viewer.unit_ids is None:
        return Submission.objects.all()
    return Submission.objects.filter(org_unit_id__in=viewer.unit_ids)


@dataclass(frozen=True, slots=True)
class ResultFilter:
    """What is counted: from ``first`` to ``last`` (both inside), by one link, of one agent; empty is everything."""

    first: date | None = None
    last: date | None = None
    link: int | None = None
    agent: int | None = None


def chosen(form_id: int, wanted: ResultFilter, *, viewer: Viewer) -> QuerySet[Submission]:
    """The submissions in scope that fit."""
    found = visible_submissions(viewer).filter(form_id=form_id)
    if wanted.first is not None:
        found = found.filter(submitted_at__gte=datetime.combine(wanted.first, time.min, COMPANY_ZONE))
    if wanted.last is not None:
        found = found.filter(submitted_at__lt=datetime.combine(wanted.last + timedelta(1), time.min, COMPANY_ZONE))
    if wanted.link is not None:
        found = found.filter(link_id=wanted.link)
    if wanted.agent is not None:
        found = found.filter(agent_id=wanted.agent)
    return found
