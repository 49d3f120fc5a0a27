"""Every write of the accounts room: lock, check, write, log."""

from keyuan.accounts.actions.tokens import create_token, revoke_token
from keyuan.accounts.actions.units import create_unit, move_unit, rename_unit
from keyuan.accounts.actions.users import (
    UserDraft,
    change_user,
    create_user,
    prefer,
    reset_second_factor,
    set_active,
    set_temporary_password,
)

__all__ = [
    "UserDraft",
    "change_user",
    "create_token",
    "create_unit",
    "create_user",
    "move_unit",
    "prefer",
    "rename_unit",
    "reset_second_factor",
    "revoke_token",
    "set_active",
    "set_temporary_password",
]
