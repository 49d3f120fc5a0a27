"""Accounts: made, changed, closed and helped by an administrator of their part of the organisation."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from keyuan.accounts import events, queries
from keyuan.accounts.access import require
from keyuan.accounts.models import ApiToken, User
from keyuan.accounts.refusals import LastAdministrator, StaffNeedUnit, UsernameTaken, UserNotFound, WeakPassword
from keyuan.accounts.roles import STAFF_ROLES, Permission, Role
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record
from keyuan.eventlog.kinds import EventKind
from keyuan.kernel.clock import now


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDraft:
    """What an administrator says about an account; ``org_unit_id`` is required for staff."""

    display_name: str
    role: str
    org_unit_id: int | None = None
    email: str = ""


def create_user(username: str, draft: UserDraft, *, password: str, by: Viewer) -> User:
    """A new account with a temporary password.

    Raises NotPermitted, UsernameTaken, StaffNeedUnit, UnitNotFound (outside the administrator's part), WeakPassword.
    """
    require(by, Permission.MANAGE_USERS)
    _check_unit(draft, by)
    with transaction.atomic():
        if User.objects.filter(username__iexact=username).exists():
            raise UsernameTaken(username=username, field="username")
        user = User(username=username, password_is_temporary=True, **asdict(draft))
        _set_password(user, password)
        user.save()
        _log(events.USER_CREATED, user, by, {"username": username, **_shown(user)})
    return user


def change_user(user_id: int, draft: UserDraft, *, by: Viewer) -> User:
    """New name, role, unit or mail address; one line tells what was before and after, none if nothing changed."""
    _check_unit(draft, by)
    with transaction.atomic():
        administrators = _hold_administrators()
        user = _locked(user_id, by)
        before = _shown(user)
        if draft.role != Role.ADMINISTRATOR and administrators == [user.pk]:
            raise LastAdministrator
        for name, value in asdict(draft).items():
            setattr(user, name, value)
        changes = {name: [before[name], value] for name, value in _shown(user).items() if before[name] != value}
        if changes:
            user.save(update_fields=asdict(draft))
            _log(events.USER_CHANGED, user, by, {"changes": changes})
    return user


def set_active(user_id: int, *, active: bool, by: Viewer) -> User:
    """Close an account (its sessions and API tokens end at once) or open it again (its tokens stay revoked)."""
    with transaction.atomic():
        administrators = _hold_administrators()
        user = _locked(user_id, by)
        if user.is_active == active:
            return user
        if not active:
            if administrators == [user.pk]:
                raise LastAdministrator
            ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now())
        user.is_active = active
        user.save(update_fields=["is_active"])
        _log(events.USER_CHANGED, user, by, {"changes": {"is_active": [not active, active]}})
    return user


def set_temporary_password(user_id: int, *, password: str, by: Viewer) -> User:
    """A password that its owner must change after signing in; open sessions of the account end."""
    with transaction.atomic():
        user = _locked(user_id, by)
        _set_password(user, password)
        user.password_is_temporary = True
        user.save(update_fields=["password", "password_is_temporary"])
        _log(events.PASSWORD_RESET, user, by, {})
    return user


def reset_second_factor(user_id: int, *, by: Viewer) -> int:
    """Remove authenticator, passkeys and recovery codes of somebody who lost them; how many were removed."""
    with transaction.atomic():
        user = _locked(user_id, by)
        factors = Authenticator.objects.filter(user=user)
        types = sorted(factors.values_list("type", flat=True))
        factors.delete()
        if types:
            _log(events.SECOND_FACTOR_REMOVED, user, by, {"types": types})
    return len(types)


def prefer(*, by: Viewer, language: str | None = None, theme: str | None = None) -> None:
    """Keep one's own language or theme. A matter of taste: no log line."""
    wanted = {name: value for name, value in (("language", language), ("theme", theme)) if value is not None}
    if by.user_id is not None:
        User.objects.filter(pk=by.user_id).update(**wanted)


def _locked(user_id: int, by: Viewer) -> User:
    require(by, Permission.MANAGE_USERS)
    user = queries.users(viewer=by).select_for_update(of=("self",)).filter(pk=user_id).first()
    if user is None:
        raise UserNotFound
    return user


def _check_unit(draft: UserDraft, by: Viewer) -> None:
    if draft.org_unit_id is not None:
        queries.unit(draft.org_unit_id, viewer=by)
    elif draft.role in STAFF_ROLES or by.unit_ids is not None:
        # A customer's account may belong to no branch, but then only head office manages it.
        raise StaffNeedUnit(field="org_unit")


def _hold_administrators() -> list[int]:
    """The active administrators, held in one order: two who close each other's accounts cannot both succeed."""
    admins = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")
    return list(admins.values_list("pk", flat=True))


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(reasons=" ".join(error.messages), field="password") from error
    user.set_password(password)


def _shown(user: User) -> dict[str, Any]:
    return {
        "display_name": user.display_name,
        "role": str(user.role),
        "org_unit_id": user.org_unit_id,
        "email": user.email,
    }


def _log(kind: EventKind, user: User, by: Viewer, payload: dict[str, Any]) -> None:
    record(kind, by=by.actor, org_unit_id=user.org_unit_id, subject=("user", user.pk), payload=payload)
