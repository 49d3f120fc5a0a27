"""Which memberships, standings and redemptions a viewer sees: those of the customers whom they see."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.tiers.models import Membership, Redemption, Standing

M = TypeVar("M", bound=Model)


def _of_visible(rows: QuerySet[M, Any], viewer: Viewer) -> QuerySet[M, Any]:
    return rows if viewer.sees_whole_company else rows.filter(customer__in=customers.visible(viewer))


def memberships(*, viewer: Viewer) -> QuerySet[Membership]:
    """Every membership year of the customers in scope, also those that are over."""
    return _of_visible(Membership.objects.all(), viewer)


def standings(*, viewer: Viewer) -> QuerySet[Standing]:
    """Where the customers in scope stand by both scales."""
    return _of_visible(Standing.objects.all(), viewer)


def redemptions(*, viewer: Viewer) -> QuerySet[Redemption]:
    """What customers in scope have redeemed."""
    return _of_visible(Redemption.objects.all(), viewer)
