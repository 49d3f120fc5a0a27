"""Reading checks. Each read names its viewer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.customers.queries.scope import sees_everybody
from keyuan.identity.models import Check
from keyuan.identity.refusals import CheckNotFound
from keyuan.identity.states import Outcome

FOR_A_PERSON: Final = "person"


@dataclass(frozen=True, slots=True)
class CheckFilter:
    """``outcome``: one of Outcome, or ``person``: what waits for somebody to look at the document."""

    outcome: str = ""
    provider: str = ""


def visible(viewer: Viewer) -> QuerySet[Check]:
    """Staff who contact customers: checks of theirs; of people who are no customers yet, for who sees the whole company."""
    if not viewer.is_staff or not viewer.may(Permission.CONTACT_CUSTOMERS):
        return Check.objects.none()
    if sees_everybody(viewer):
        return Check.objects.all()
    return Check.objects.filter(customer__in=customers.visible(viewer))


def listed(wanted: CheckFilter, *, viewer: Viewer) -> QuerySet[Check]:
    """The checks as the filter says."""
    asked = Q()
    if wanted.outcome == FOR_A_PERSON:
        asked &= Q(outcome=Outcome.UNAVAILABLE)
    elif wanted.outcome in Outcome.values:
        asked &= Q(outcome=wanted.outcome)
    if wanted.provider:
        asked &= Q(provider=wanted.provider)
    return visible(viewer).filter(asked).select_related("customer").order_by("-asked_at", "-pk")


def the_check(check_id: uuid.UUID | str, *, viewer: Viewer, lock: bool = False) -> Check:
    """One of them; raises CheckNotFound."""
    rows = visible(viewer).filter(pk=check_id)
    found = (rows.select_for_update(of=("self",), no_key=True) if lock else rows.select_related("customer")).first()
    if found is None:
        raise CheckNotFound
    return found


def check_for(check_id: str, *, subject: tuple[str, str | int], viewer: Viewer) -> Check | None:
    """The check that was made for a subject, for who may see its customer; None for any other."""
    try:
        wanted = uuid.UUID(check_id)
    except ValueError:
        return None
    rows = Check.objects.filter(pk=wanted, subject_kind=subject[0], subject_id=str(subject[1]))
    found = rows.filter(customer__isnull=False).first()
    return found if found is not None and customers.may_see(found.customer_id or 0, viewer=viewer) else None


def latest_match(customer_id: int, *, viewer: Viewer) -> Check | None:
    """The customer's newest check that matched, for who may see the customer (they themselves too)."""
    if not customers.may_see(customer_id, viewer=viewer):
        return None
    return Check.objects.filter(customer_id=customer_id, outcome=Outcome.MATCH).order_by("-asked_at").first()
