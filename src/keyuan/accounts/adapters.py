"""Where allauth asks us: no registration, names of this installation, and the company's directory."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from keyuan.accounts import events
from keyuan.accounts.actions.directory import DIRECTORY, admit
from keyuan.accounts.models import User
from keyuan.accounts.refusals import NotInDirectory
from keyuan.accounts.roles import STAFF_ROLES, Role
from keyuan.accounts.rules import DirectoryRule, read_claims
from keyuan.eventlog.actions import record
from keyuan.kernel.sealing import keyring

SEAL = "mfa.authenticator"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts come from an administrator or the company's directory, never from a form of the stranger."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """The desk's way in is for staff: customers have their own, with another way of showing who they are."""
        if user.role == Role.CUSTOMER:
            _note_refused(request, "customer")
            return render(request, "account/customers_elsewhere.html", status=403)
        refused: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return refused

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail in this installation: the event log tells the same."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets lie sealed in the database."""

    def encrypt(self, text: str) -> str:
        return keyring().seal(text, context=SEAL).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return keyring().unseal(bytes.fromhex(encrypted_text), context=SEAL)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "客缘 Keyuan"}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        return {**super().get_public_key_credential_user_entity(user), "name": user.username, "display_name": str(user)}


class CompanyDirectoryAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on: the directory says who it is, actions.directory says which account that is, if any."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if sociallogin.state.get("process") != "login":
            raise Http404  # Joining identities by hand would let a borrowed session keep a door open.
        rule = directory_rule()
        data = sociallogin.account.extra_data
        person = read_claims({**data.get("id_token", {}), **data.get("userinfo", {})}, rule)
        oidc = settings.KEYUAN_OIDC
        linked = sociallogin.user.pk if sociallogin.is_existing else None
        try:
            user = admit(
                person,
                linked_id=linked,
                role_needed=bool(rule.roles),
                link=oidc["link"],
                create=oidc["create"],
            )
        except NotInDirectory as refusal:
            _note_refused(request)
            page = render(request, "socialaccount/authentication_error.html", {"refusal": refusal}, status=403)
            raise ImmediateHttpResponse(page) from refusal
        if sociallogin.is_existing:
            sociallogin.user = user
        else:
            sociallogin.connect(request, user)

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        _note_refused(request)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


def directory_rule() -> DirectoryRule:
    """The rule of the settings."""
    oidc = settings.KEYUAN_OIDC
    return DirectoryRule(
        oidc["username_claim"], oidc["role_claim"], oidc["unit_claim"], oidc["roles"], frozenset(STAFF_ROLES)
    )


def _note_refused(request: HttpRequest, reason: str = "directory") -> None:
    with transaction.atomic():
        address = get_client_ip(request) or ""
        record(events.SIGN_IN_FAILED, by=DIRECTORY, payload={"reason": reason, "address": address})
