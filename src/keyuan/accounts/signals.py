"""What sign-in tells us: every success and failure becomes a log line; the session learns the account's preferences."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import signals as auth_signals
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from keyuan.accounts import events, session_limits
from keyuan.accounts.access import SECOND_FACTOR_MISSING
from keyuan.accounts.middleware import LANGUAGE_KEY, THEME_KEY
from keyuan.accounts.models import User
from keyuan.accounts.roles import PERMISSIONS, Permission, Role
from keyuan.accounts.scope import actor_of
from keyuan.eventlog.actions import record
from keyuan.eventlog.kinds import EventKind
from keyuan.kernel.actor import Actor


def note(kind: EventKind, user: User, request: HttpRequest | None, **payload: Any) -> None:
    """One line about ``user``, done by that user, with the address the request came from."""
    with transaction.atomic():
        record(
            kind,
            by=actor_of(user),
            org_unit_id=user.org_unit_id,
            subject=("user", user.pk),
            payload={**payload, "address": address_of(request)},
        )


def address_of(request: HttpRequest | None) -> str:
    """The client's address, as far as the trusted proxies tell it."""
    return (get_client_ip(request) or "") if request is not None and "REMOTE_ADDR" in request.META else ""


@receiver(auth_signals.user_logged_in)
def remember_preferences(request: HttpRequest, user: User, **kwargs: Any) -> None:
    request.session[LANGUAGE_KEY] = user.language
    request.session[THEME_KEY] = user.theme
    session_limits.begin(request.session, customer=user.role == Role.CUSTOMER)


@receiver(account_signals.user_logged_in)
def note_sign_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    methods = [_method(record_) for record_ in get_authentication_records(request, user)]
    note(events.SIGNED_IN, user, request, methods=methods)
    by_directory = "socialaccount" in methods  # The company's directory asks for its own second factor.
    if Permission.UNMASK in PERMISSIONS[user.role] and not by_directory and not is_mfa_enabled(user):
        request.session[SECOND_FACTOR_MISSING] = True
        messages.warning(request, _("您的角色可以查看客户的敏感信息，请在“账户安全”中添加第二验证方式。"))


@receiver(auth_signals.user_logged_out)
def note_sign_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        note(events.SIGNED_OUT, user, request)


@receiver(auth_signals.user_login_failed)
def note_failure(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """The name typed is kept only if such an account exists: people type passwords into the wrong box."""
    user = User.objects.filter(username=credentials.get("username", "")).first()
    if user is not None:
        note(events.SIGN_IN_FAILED, user, request, reason="password" if user.is_active else "inactive")
        return
    with transaction.atomic():
        stranger = Actor(kind="user", id="", name="")
        record(events.SIGN_IN_FAILED, by=stranger, payload={"reason": "unknown", "address": address_of(request)})


@receiver(mfa_signals.authentication_failed)
def note_second_factor_failure(request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    note(events.SIGN_IN_FAILED, user, request, reason=str(authenticator.type))


@receiver(post_save, sender=Authenticator)
def note_factor_added(instance: Authenticator, created: bool, **kwargs: Any) -> None:
    """In the transaction that stores it; allauth's own signal comes after the commit, when the line could be lost."""
    request = context.request
    if not created or request is None or request.user.pk != instance.user_id:
        return
    request.session.pop(SECOND_FACTOR_MISSING, None)
    note(events.SECOND_FACTOR_ADDED, request.user, request, type=str(instance.type))


@receiver(mfa_signals.authenticator_removed)
def note_factor_removed(request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    if Permission.UNMASK in PERMISSIONS[user.role] and not is_mfa_enabled(user):
        request.session[SECOND_FACTOR_MISSING] = True
    note(events.SECOND_FACTOR_REMOVED, user, request, type=str(authenticator.type))


@receiver(account_signals.password_changed)
def note_password_changed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    User.objects.filter(pk=user.pk).update(password_is_temporary=False)
    note(events.PASSWORD_CHANGED, user, request)


def _method(entry: dict[str, Any]) -> str:
    return str(entry.get("type") or entry["method"])
