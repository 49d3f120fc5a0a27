"""The readers of the service desk: who is to know of what happened in the rooms below."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import system_viewer
from keyuan.engagement import events as engagement
from keyuan.eventlog.followers import follower
from keyuan.kernel.clock import now
from keyuan.servicedesk.actions.notices import notify
from keyuan.servicedesk.states import NoticeKind

if TYPE_CHECKING:
    from keyuan.eventlog.models import Event

#: A notice is news: a reader that catches up after days, or an imported book, wakes nobody.
NEWS: Final = timedelta(days=2)


@follower("form-notices")
def tell_of_forms(lines: list[Event]) -> None:
    """Whoever's card was filled in hears of it, with the way to the prospect or to the answers."""
    since = now() - NEWS
    for line in lines:
        told = line.payload
        if line.name != engagement.FILLED.name or line.occurred_at < since or told.get("carried_from"):
            continue
        prospect = told.get("prospect_id")
        url = (
            reverse("sales:prospect", args=[prospect])
            if prospect
            else reverse("engagement:results", args=[told["form_id"]])
        )
        notify(
            told.get("owner_ids", ()),
            title=format_lazy(_("有人填写了“{title}”"), title=str(told.get("title", ""))),
            url=url,
            kind=NoticeKind.PROSPECT,
            customer_id=line.customer_id,
            by=system_viewer(line.actor_name),
        )
