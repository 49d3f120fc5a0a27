"""Loading the account of a session: one query brings the user, the unit and the scope."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from keyuan.accounts.models import User
from keyuan.accounts.scope import account


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """Checks user name and password; refuses inactive accounts on every request."""

    def get_user(self, user_id: Any) -> User | None:
        user = account(int(user_id))
        return user if user is not None and self.user_can_authenticate(user) else None
