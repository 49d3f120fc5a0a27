"""Passkeys of customers: made, used and removed without the pages that staff have for theirs."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_removed
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django.db import transaction
from django.http import HttpRequest

from keyuan.accounts.entering import enter
from keyuan.accounts.models import User


def _fits(form: AddWebAuthnForm | LoginWebAuthnForm) -> bool:
    """Whether the browser's answer is one; the library takes for granted that it at least looks like one."""
    try:
        return bool(form.is_valid())
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def recently_shown(request: HttpRequest) -> bool:
    """Whether whoever sits there has shown within five minutes who they are: needed to change how one signs in."""
    return bool(did_recently_reauthenticate(request))


def show_again(request: HttpRequest, *, method: str) -> None:
    """They have shown it just now."""
    record_authentication(request, request.user, method, reauthenticated=True)


def keys_of(user: User) -> list[Authenticator]:
    """The passkeys of the account, oldest first."""
    rows = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return list(rows.order_by("created_at", "pk"))


def begin_key(user: User) -> dict[str, Any]:
    """What the browser needs to make a passkey that signs in by itself."""
    return {"creation_options": auth.begin_registration(user, passwordless=True)}


@transaction.atomic
def add_key(request: HttpRequest, user: User) -> bool:
    """Keep the passkey that the browser made; False if it does not fit what was asked for."""
    form = AddWebAuthnForm(request.POST, user=user)
    if not _fits(form):
        return False
    auth.WebAuthn.add(user, form.cleaned_data["name"][:60], form.cleaned_data["credential"])
    return True


@transaction.atomic
def remove_key(request: HttpRequest, user: User, key_id: int) -> bool:
    """Remove one of the account's own passkeys; False if it has no such key."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN, pk=key_id).first()
    if found is None:
        return False
    found.delete()
    authenticator_removed.send(sender=Authenticator, request=request, user=user, authenticator=found)
    return True


def begin_entering() -> dict[str, Any]:
    """What the browser needs to ask for any passkey of this site."""
    return {"request_options": auth.begin_authentication(user=None)}


def enter_with_key(request: HttpRequest) -> User | None:
    """Sign in with the passkey of the request; None if it fits no account. Raises NotACustomersAccount."""
    form = LoginWebAuthnForm(request.POST)
    if not _fits(form):
        return None
    found: Authenticator = form.cleaned_data["credential"]
    user = enter(request, found.user_id, method="passkey")
    found.record_usage()
    return user
