"""Where a customer may go from every page: at the bottom of a phone, at the top of a wide screen. Only what exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Place:
    """One entry; ``url_name`` may be a page that is not built yet: then there is no entry."""

    label: str | Promise
    question: str | Promise
    icon: str
    url_name: str


@dataclass(frozen=True, slots=True)
class Link:
    place: Place
    url: str
    current: bool


PLACES: Final = (
    Place(pgettext_lazy("客户网站", "首页"), "", "home", "home:front"),
    Place(_("投保"), _("看看有什么保险，几分钟投保"), "shield", "buying:shop"),
    Place(_("我的保单"), _("保障、缴费和到期的日子"), "file-text", "home:policies"),
    Place(_("理赔"), _("出险了，报案和查进度"), "first-aid-kit", "home:claims"),
    Place(_("缴费"), _("交续期保费，查缴费记录"), "wallet", "home:payments"),
    Place(_("问一问"), _("有不明白的，问我们"), "message-circle", "home:ask"),
)


def links(path: str) -> list[Link]:
    """The entries that exist; the one whose address begins the present one is where the customer is."""
    found = []
    for place in PLACES:
        try:
            url = reverse(place.url_name)
        except NoReverseMatch:
            continue
        here = path == url if place.url_name == "home:front" else path.startswith(url)
        found.append(Link(place, url, here))
    return found
