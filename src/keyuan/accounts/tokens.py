"""What a token looks like, and who it stands for: one query."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q

from keyuan.accounts.models import ApiToken, OrgUnit
from keyuan.accounts.roles import PERMISSIONS, Permission
from keyuan.accounts.scope import STRANGER, Viewer, unit_scope
from keyuan.kernel.clock import now

PREFIX: Final = "ky_"
HINT_LENGTH: Final = 9
TOLD_EVERY: Final = timedelta(minutes=5)
_FIELDS: Final = ("pk", "user_id", "user__username", "user__display_name", "user__role", "scopes", "last_used_at")


def fresh_token() -> str:
    """256 random bits behind a prefix that secret scanners can be taught."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def viewer_of_token(token: str) -> Viewer:
    """The owner, narrowed to the token's scopes. Unknown, expired, revoked, owner inactive or not allowed: a stranger.

    Nothing is remembered between requests: revoking a token or moving its owner holds from the next request on.
    """
    moment = now()
    units = OrgUnit.objects.filter(path__startswith=OuterRef("user__org_unit__path")).order_by("path").values("pk")
    found = (
        ApiToken.objects.filter(digest=digest_of(token), revoked_at=None, expires_at__gt=moment, user__is_active=True)
        .annotate(unit_ids=ArraySubquery(units), unit=F("user__org_unit"), parent=F("user__org_unit__parent"))
        .values("unit_ids", "unit", "parent", *_FIELDS)
        .first()
    )
    if found is None:
        return STRANGER
    granted = PERMISSIONS.get(found["user__role"], frozenset())
    if Permission.USE_API not in granted:
        return STRANGER
    if found["last_used_at"] is None or moment - found["last_used_at"] > TOLD_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=moment - TOLD_EVERY)
        ApiToken.objects.filter(stale, pk=found["pk"]).update(last_used_at=moment)
    return Viewer(
        user_id=found["user_id"],
        name=found["user__display_name"] or found["user__username"],
        role=found["user__role"],
        unit_ids=unit_scope(found["user__role"], found["unit"], found["parent"], found["unit_ids"]),
        permissions=granted & frozenset(found["scopes"]),
    )
