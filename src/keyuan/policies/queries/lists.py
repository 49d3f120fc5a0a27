"""The list of policies: filters and scope as a queryset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from keyuan.accounts.scope import Viewer
from keyuan.policies.models import Policy
from keyuan.policies.queries.conditions import with_status
from keyuan.policies.queries.scope import visible
from keyuan.policies.states import PolicyStatus


@dataclass(frozen=True, slots=True)
class PolicyFilter:
    """What the list is narrowed to; an empty part narrows nothing. ``text`` is the beginning of a policy number."""

    text: str = ""
    status: str = ""
    line: str = ""
    channel: str = ""
    ends_from: date | None = None
    ends_before: date | None = None


def listed(wanted: PolicyFilter, *, viewer: Viewer, on: date) -> QuerySet[Policy]:
    """The policies in scope that fit the filter on the day ``on``, the newest first."""
    found = visible(viewer)
    if wanted.text:
        found = found.filter(number__startswith=wanted.text.strip().upper())
    if wanted.line:
        found = found.filter(product__line=wanted.line)
    if wanted.channel:
        found = found.filter(channel=wanted.channel)
    if wanted.ends_from is not None:
        found = found.filter(ends_on__gte=wanted.ends_from)
    if wanted.ends_before is not None:
        found = found.filter(ends_on__lt=wanted.ends_before)
    if wanted.status in PolicyStatus.values:
        found = with_status(found, PolicyStatus(wanted.status), on=on)
    return found.order_by("-id")
