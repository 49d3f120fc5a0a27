"""Whose form it is to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyuan.accounts.roles import Permission, Role

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.engagement.models import Form


def may_change(row: Form, *, viewer: Viewer) -> bool:
    """Whether the form is the viewer's to change: an agent's own, or one of the viewer's units."""
    if not viewer.may(Permission.EDIT_CUSTOMERS):
        return False
    if viewer.role == Role.AGENT:
        return row.owner is not None and row.owner.user_id is not None and row.owner.user_id == viewer.user_id
    return viewer.sees_whole_company or row.org_unit_id in (viewer.unit_ids or ())
