"""What the shell of the customer's pages needs; lazy, so that the desk pays nothing for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.home.navigation import Link, links

ELDER_COOKIE: Final = "keyuan_elder"
#: What fits the bar at the bottom of a phone beside "home"; elder mode shows fewer and larger ones.
AT_THE_BOTTOM: Final = 5
AT_THE_BOTTOM_FOR_ELDERS: Final = 3


@dataclass(frozen=True)
class HomeShell:
    request: HttpRequest

    @property
    def elder(self) -> bool:
        """Larger type, stronger contrast, fewer choices, the hotline on every page."""
        return self.request.COOKIES.get(ELDER_COOKIE) == "1"

    @property
    def hotline(self) -> str:
        return str(settings.KEYUAN_HOTLINE)

    @property
    def viewer(self) -> Viewer:
        return getattr(self.request, "viewer", STRANGER)

    @property
    def signed_in(self) -> bool:
        return self.viewer.role == Role.CUSTOMER

    @property
    def staff(self) -> bool:
        return self.viewer.is_staff

    @cached_property
    def links(self) -> list[Link]:
        return links(self.request.path)

    @property
    def bottom_links(self) -> list[Link]:
        return self.links[: AT_THE_BOTTOM_FOR_ELDERS if self.elder else AT_THE_BOTTOM]


def home(request: HttpRequest) -> dict[str, HomeShell]:
    return {"home": HomeShell(request)}
