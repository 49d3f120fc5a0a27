"""What a token looks like, and who it stands for: one query."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from django.db.models import Q

from keyuan.accounts.models import ApiToken
from keyuan.accounts.refusals import TokenNotFromHere
from keyuan.accounts.roles import PERMISSIONS, Permission
from keyuan.accounts.rules import is_within
from keyuan.accounts.scope import STRANGER, UNITS_BELOW, Viewer, unit_scope
from keyuan.kernel.clock import now
from keyuan.kernel.statements import ask

PREFIX: Final = "ky_"
HINT_LENGTH: Final = 9
TOLD_EVERY: Final = timedelta(minutes=5)
# Plain SQL: the API asks this at every request, and Django would take longer to write the query than to run it.
WHO: Final = f"""
    SELECT accounts_apitoken.id, accounts_user.id, accounts_user.username, accounts_user.display_name,
           accounts_user.role, accounts_apitoken.scopes, accounts_apitoken.last_used_at,
           accounts_apitoken.name, accounts_apitoken.purpose, accounts_apitoken.networks,
           accounts_orgunit.id, accounts_orgunit.parent_id, {UNITS_BELOW}
    FROM accounts_apitoken
    JOIN accounts_user ON accounts_user.id = accounts_apitoken.user_id
    LEFT JOIN accounts_orgunit ON accounts_orgunit.id = accounts_user.org_unit_id
    WHERE accounts_apitoken.digest = %s AND accounts_apitoken.revoked_at IS NULL
      AND accounts_apitoken.expires_at > %s AND accounts_user.is_active
"""  # noqa: S608  constants


def fresh_token() -> str:
    """256 random bits behind a prefix that secret scanners can be taught."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def viewer_of_token(token: str, *, address: str = "") -> Viewer:
    """The owner, narrowed to the token's scopes and purpose. Unknown, expired, revoked, owner inactive or not allowed: a
    stranger. Raises TokenNotFromHere for one that comes from an ``address`` outside its networks.

    Nothing is remembered between requests: revoking a token or moving its owner holds from the next request on.
    """
    moment = now()
    found = ask(WHO, [digest_of(token), moment]).rows()
    if not found:
        return STRANGER
    token_id, user_id, username, display_name, role, scopes, last_used_at, *rest = found[0]
    name, purpose, networks, unit, parent, below = rest
    granted = PERMISSIONS.get(role, frozenset())
    if Permission.USE_API not in granted:
        return STRANGER
    if networks and not is_within(address, networks):
        raise TokenNotFromHere(address=address or "?")
    if last_used_at is None or moment - last_used_at > TOLD_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=moment - TOLD_EVERY)
        ApiToken.objects.filter(stale, pk=token_id).update(last_used_at=moment, last_used_from=address)
    return Viewer(
        user_id=user_id,
        name=display_name or username,
        role=role,
        unit_ids=unit_scope(role, unit, parent, below or ()),
        permissions=granted & frozenset(scopes),
        purpose=purpose,
        token=name,
        token_id=token_id,
    )
