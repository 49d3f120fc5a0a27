"""The lists: who is a member, and what members have redeemed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, LPad

from keyuan.accounts.scope import Viewer
from keyuan.tiers.models import BookReview, Membership, Redemption
from keyuan.tiers.queries.scope import memberships, redemptions


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """What the list is narrowed to. ``review``: ``soon`` whose year ends in 60 days; ``falling`` who would go down."""

    text: str = ""
    kind: str = ""
    level: str = ""
    cause: str = ""
    review: str = ""
    since: date | None = None


def members(wanted: MemberFilter, *, viewer: Viewer, on: date) -> QuerySet[Membership]:
    """The memberships that are held now and fit, in no order."""
    found = memberships(viewer=viewer).filter(ends_on__isnull=True)
    if wanted.text:
        text = wanted.text.strip()
        found = found.filter(Q(customer__number=text.upper()) | Q(customer__name__startswith=text))
    if wanted.kind:
        found = found.filter(ladder=wanted.kind)
    if wanted.level.isdecimal():
        found = found.filter(level=int(wanted.level))
    if wanted.cause:
        found = found.filter(cause=wanted.cause)
    if wanted.since is not None:
        found = found.filter(starts_on__gte=wanted.since)
    if wanted.review == "falling":
        found = found.filter(customer__tier_standing__level__lt=F("level"))
    elif wanted.review == "soon":
        found = found.filter(year_ends_on__lt=date.fromordinal(on.toordinal() + 60))
    return found


def with_customers(found: QuerySet[Membership]) -> QuerySet[Membership]:
    """The memberships with their customers and where these stand."""
    return found.select_related("customer", "customer__org_unit", "customer__tier_standing")


def by_level(*, viewer: Viewer) -> dict[str, dict[int, int]]:
    """How many customers in scope hold each level, by ladder."""
    rows = memberships(viewer=viewer).filter(ends_on__isnull=True).order_by()
    found: dict[str, dict[int, int]] = {}
    for ladder, level, n in rows.values_list("ladder", "level").annotate(n=Count("pk")):
        found.setdefault(ladder, {})[level] = n
    return found


def redeemed_by(text: str, *, benefit: str, state: str, since: date | None, viewer: Viewer) -> QuerySet[Redemption]:
    """What customers in scope have redeemed, in no order."""
    found = redemptions(viewer=viewer)
    if text:
        found = found.filter(Q(code=text.strip().upper()) | Q(customer__name__startswith=text.strip()))
    if benefit:
        found = found.filter(benefit=benefit)
    if state:
        found = found.filter(given_back_at__isnull=state == "taken")
    if since is not None:
        found = found.filter(on__gte=since)
    return found


def last_review(*, viewer: Viewer) -> BookReview | None:
    """The last review of the whole book, for staff."""
    return BookReview.objects.order_by("-day").first() if viewer.is_staff else None


def of_customers(*, viewer: Viewer, on: date) -> QuerySet[Membership, Any]:
    """The membership that each customer in scope held on a day, with its ``step``: for conditions."""
    days = Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    level = LPad(Cast("level", CharField()), 2, Value("0"))
    return memberships(viewer=viewer).filter(days).annotate(step=Concat("ladder", Value("-"), level))
