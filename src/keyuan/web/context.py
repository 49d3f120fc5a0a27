"""What the shell of every page needs: the rail, the appearance, the addresses that a room may or may not have built."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest

from keyuan.accounts.context import theme_of
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.web.addresses import address
from keyuan.web.navigation import Link, rail
from keyuan.web.preferences import LARGE_TYPE_COOKIE, RAIL_COOKIE

THUMBS_OF_AGENTS = ("web:home", "customer360:list", "retention:list", "servicedesk:tasks")


@dataclass(frozen=True)
class Shell:
    """Lazy: a fragment or a sign-in page pays for nothing of it."""

    request: HttpRequest

    @cached_property
    def viewer(self) -> Viewer:
        return getattr(self.request, "viewer", STRANGER)

    @cached_property
    def links(self) -> list[Link]:
        return rail(self.viewer, path=self.request.path) if self.viewer.is_staff else []

    @property
    def standing(self) -> tuple[str, ...]:
        """What the links depend on but the page one is on: the same for everybody who may go to the same places."""
        return tuple(link.url for link in self.links)

    @property
    def place(self) -> tuple[str, ...]:
        """The links that lead to where one is."""
        return tuple(link.url for link in self.links if link.current)

    @cached_property
    def thumb_links(self) -> list[Link]:
        """The few that fit the bar at the bottom of a phone: an agent's are what an agent does there."""
        if self.viewer.role == Role.AGENT:
            return [link for link in self.links if link.place.url_names[0] in THUMBS_OF_AGENTS][:4]
        return self.links[:4]

    @property
    def theme(self) -> str:
        return theme_of(self.request)

    @property
    def large_type(self) -> bool:
        return self.request.COOKIES.get(LARGE_TYPE_COOKIE) == "1"

    @property
    def rail_folded(self) -> bool:
        return self.request.COOKIES.get(RAIL_COOKIE) == "1"

    @cached_property
    def find_url(self) -> str:
        return address("customer360:find")

    @cached_property
    def alerts_url(self) -> str:
        return address("servicedesk:notices")

    @cached_property
    def live_url(self) -> str:
        return address("web:live") if self.viewer.is_staff else ""

    @cached_property
    def unread_url(self) -> str:
        return address("servicedesk:unread_notices")

    @cached_property
    def security_url(self) -> str:
        return address("security") or address("mfa_index")

    @property
    def role_label(self) -> str:
        return str(Role(self.viewer.role).label) if self.viewer.role in Role.values else ""


def shell(request: HttpRequest) -> dict[str, Shell]:
    return {"shell": Shell(request)}
