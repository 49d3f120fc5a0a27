"""API tokens: made by their owner, revoked by their owner or an administrator."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta

from django.db import transaction

from keyuan.accounts import events, queries
from keyuan.accounts.access import require
from keyuan.accounts.models import ApiToken
from keyuan.accounts.purposes import Purpose
from keyuan.accounts.refusals import ExpiryOutOfRange, NetworkMalformed, NotPermitted, ScopeTooWide, TokenNotFound
from keyuan.accounts.roles import Permission
from keyuan.accounts.rules import as_network
from keyuan.accounts.scope import Viewer
from keyuan.accounts.tokens import HINT_LENGTH, digest_of, fresh_token
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import COMPANY_ZONE, now, today

LONGEST_DAYS = 366


def create_token(
    name: str,
    *,
    scopes: Collection[Permission],
    days: int,
    by: Viewer,
    purpose: Purpose = Purpose.SERVICE,
    purpose_text: str = "",
    networks: Collection[str] = (),
) -> tuple[ApiToken, str]:
    """A token that holds for ``days`` days, and its text: shown this once and kept nowhere.

    For a purpose that needs consent it opens only customers who gave it; ``networks`` is from where it may be used.
    Raises NotPermitted, ScopeTooWide, ExpiryOutOfRange, NetworkMalformed.
    """
    require(by, Permission.USE_API)
    if by.user_id is None:
        raise NotPermitted(permission=Permission.USE_API.label)
    beyond = [scope for scope in scopes if not by.may(scope)]
    kept = _networks(networks)
    if beyond:
        raise ScopeTooWide(permissions=" ".join(str(scope.label) for scope in beyond), field="scopes")
    if not 1 <= days <= LONGEST_DAYS:
        raise ExpiryOutOfRange(days=LONGEST_DAYS, field="days")
    text = fresh_token()
    ends = datetime.combine(today() + timedelta(days=days), time.min, COMPANY_ZONE)
    with transaction.atomic():
        token = ApiToken.objects.create(
            user_id=by.user_id,
            name=name,
            hint=text[:HINT_LENGTH],
            digest=digest_of(text),
            scopes=sorted(scope.value for scope in scopes),
            purpose=purpose,
            purpose_text=purpose_text.strip() or name,
            networks=kept,
            expires_at=ends,
        )
        payload = {
            "name": name,
            "scopes": token.scopes,
            "purpose_kind": purpose.value,
            "purpose_text": token.purpose_text,
            "networks": kept,
            "expires_at": ends.isoformat(),
        }
        record(events.TOKEN_CREATED, by=by.actor, subject=("token", token.pk), payload=payload)
    return token, text


def _networks(texts: Collection[str]) -> list[str]:
    kept = []
    for text in texts:
        try:
            kept.append(as_network(text))
        except ValueError as error:
            raise NetworkMalformed(field="networks", network=text) from error
    return list(dict.fromkeys(kept))


def revoke_token(token_id: int, *, by: Viewer) -> ApiToken:
    """The token stops working with the next request; revoking twice changes nothing."""
    with transaction.atomic():
        token = queries.tokens(viewer=by).select_for_update(of=("self",)).filter(pk=token_id).first()
        if token is None:
            raise TokenNotFound
        if token.revoked_at is None:
            token.revoked_at = now()
            token.save(update_fields=["revoked_at"])
            payload = {"name": token.name, "owner_id": token.user_id}
            record(events.TOKEN_REVOKED, by=by.actor, subject=("token", token.pk), payload=payload)
    return token
