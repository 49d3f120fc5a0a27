"""Where allauth asks us: no registration, names of this installation, and the company's directory."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

from keyuan.accounts.models import User
from keyuan.kernel.sealing import keyring

SEAL = "mfa.authenticator"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts come from an administrator or the company's directory, never from a form of the stranger."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

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
    """Single sign-on."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
