"""What the rooms contribute to the first page: fragments by the name of their address, in this order, loaded once seen.

A panel answers with the inside of a card (``card-header`` and the rest), or with 204 when it has nothing to say today.
"""

from __future__ import annotations

from dataclasses import dataclass

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.web.addresses import address


@dataclass(frozen=True, slots=True)
class Panel:
    """A fragment of a room. ``changed`` is the event of the page that makes it load anew."""

    code: str
    url_name: str
    permission: Permission
    changed: str = ""


PANELS = (
    Panel("renewals", "web:day_renewals", Permission.CONTACT_CUSTOMERS, "timeline-changed"),
    Panel("done", "servicedesk:done_today", Permission.CONTACT_CUSTOMERS, "tasks-changed"),
)


def panels(viewer: Viewer) -> list[dict[str, str]]:
    """The panels that exist and that the viewer may see, each with its address."""
    found = [(panel, address(panel.url_name)) for panel in PANELS if viewer.may(panel.permission)]
    return [{"code": panel.code, "url": url, "changed": panel.changed} for panel, url in found if url]
