"""Customers' accounts, and how somebody is signed in who has shown by other means than a password who they are."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.contrib.auth import login
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from keyuan.accounts import events
from keyuan.accounts.models import User
from keyuan.accounts.refusals import NotACustomersAccount
from keyuan.accounts.roles import Role
from keyuan.accounts.signals import note
from keyuan.eventlog.actions import record
from keyuan.kernel.actor import Actor

BACKEND = "keyuan.accounts.backends.AccountBackend"


@transaction.atomic
def create_customer_user(*, name: str, language: str, by: Actor) -> User:
    """An account for a customer: without a password, and of no unit. Its user name is drawn by lot and says nothing."""
    user = User(username=f"c{secrets.token_hex(8)}", role=Role.CUSTOMER, display_name=name[:60], language=language)
    user.set_unusable_password()
    user.save()
    told = {"username": user.username, "display_name": user.display_name, "role": Role.CUSTOMER.value}
    record(events.USER_CREATED, by=by, subject=("user", user.pk), payload=told)
    return user


def enter(request: HttpRequest, user_id: int, *, method: str) -> User:
    """Sign a customer in; the session gets a new key. Raises NotACustomersAccount for staff and closed accounts."""
    user = User.objects.filter(pk=user_id, is_active=True, role=Role.CUSTOMER).first()
    if user is None:
        raise NotACustomersAccount
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method, reauthenticated=True)
    account_signals.user_logged_in.send(sender=User, request=request, user=user)  # log line, list of sessions
    return user


@transaction.atomic
def leave_everywhere(request: HttpRequest) -> int:
    """End every session of the account but this one; how many ended."""
    user = cast(User, request.user)
    held = UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key)
    keys = list(held.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    held.delete()
    if keys:
        note(events.SESSIONS_ENDED, user, request, count=len(keys))
    return len(keys)


@dataclass(frozen=True, slots=True)
class Device:
    """Where the account is signed in."""

    agent: str
    address: str
    since: datetime
    seen: datetime
    here: bool


def sessions_of(request: HttpRequest) -> list[Device]:
    """Where the account of the request is signed in, this place first."""
    rows = UserSession.objects.purge_and_list(cast(User, request.user))
    found = [Device(r.user_agent, r.ip, r.created_at, r.last_seen_at, r.is_current()) for r in rows]
    return sorted(found, key=lambda device: (not device.here, -device.seen.timestamp()))
