"""Who may take a file off its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyuan.accounts.roles import Permission

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.files.models import Attachment


def may_hide(row: Attachment, viewer: Viewer) -> bool:
    """The uploader takes back their own; others need to be allowed to change the customer."""
    own = row.uploaded_by_id is not None and row.uploaded_by_id == viewer.user_id
    return viewer.may(Permission.EDIT_CUSTOMERS) or (own and viewer.may(Permission.CONTACT_CUSTOMERS))
