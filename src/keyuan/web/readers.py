"""A reader of the log that tells people: an endpoint of webhooks has been disabled because nobody answered there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from keyuan.accounts import queries as accounts
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import system_viewer
from keyuan.eventlog.followers import follower
from keyuan.servicedesk.actions import notify
from keyuan.servicedesk.states import NoticeKind
from keyuan.webhooks.events import DISABLED
from keyuan.webhooks.states import DisabledBecause

if TYPE_CHECKING:
    from keyuan.eventlog.models import Event


@follower("webhook-notices")
def tell_of_disabled_endpoints(lines: list[Event]) -> None:
    """Tell whoever made the endpoint, and the administrators of its unit and of head office; not what was done by hand."""
    for line in lines:
        if line.name == DISABLED.name and line.payload.get("reason") != DisabledBecause.BY_HAND:
            _tell(line)


def _tell(line: Event) -> None:
    by = system_viewer("webhooks")
    administrators = Q(role=Role.ADMINISTRATOR) & (Q(org_unit__parent=None) | Q(org_unit=line.org_unit_id))
    found = accounts.users(viewer=by).filter(administrators | Q(pk=line.payload.get("made_by_id")), is_active=True)
    notify(
        list(found.values_list("pk", flat=True)),
        title=format_lazy(_("推送地址“{name}”送不到，已自动停用。"), name=line.payload.get("name", "")),
        url=reverse("webhooks:endpoint", args=[line.subject_id]),
        kind=NoticeKind.SYSTEM,
        by=by,
    )
