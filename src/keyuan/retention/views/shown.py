"""How a renewal looks: tones, words and the parts that every view of the list shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keyuan.kernel.clock import today
from keyuan.retention.queries import RenewalSeen
from keyuan.retention.states import RenewalState

S = RenewalState
TONES = {
    S.NOT_CONTACTED: "watch",
    S.RENEWING: "calm",
    S.CONSIDERING: "calm",
    S.NOT_RENEWING: "bad",
    S.RENEWED: "good",
    S.LAPSED: "off",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A renewal with what a template cannot work out, or works out slowly for each of fifty."""

    one: RenewalSeen
    tone: str
    left: str
    pressing: bool
    closed: bool
    address: str
    pick: str
    missing: str


def row(one: RenewalSeen, *, on: date) -> Row:
    """The renewal as the pages show it."""
    days = one.days_left(on)
    closed = one.state in (S.RENEWED, S.LAPSED)
    return Row(
        one,
        TONES[one.state],
        "" if closed else _left(days),
        pressing=not closed and days <= 7,
        closed=closed,
        address=_address(one.policy_id, one.due_on),
        pick=_("选中%(name)s") % {"name": one.customer_name},
        missing=_("还差%(n)s次") % {"n": one.contacts_missing} if one.contacts_missing else "",
    )


@cache
def _around() -> list[str]:
    return reverse("retention:case", args=[7, date(2000, 1, 1)]).split("7/2000-01-01")


def _address(policy_id: int, due_on: date) -> str:
    """Where the case is; the way there is looked up once."""
    before, after = _around()
    return f"{before}{policy_id}/{due_on.isoformat()}{after}"


def shown(found: Sequence[RenewalSeen]) -> list[Row]:
    """A page of them."""
    return [row(one, on=today()) for one in found]


def _left(days: int) -> str:
    if days == 0:
        return _("今天到期")
    if days < 0:
        return ngettext("过期%(days)s天", "过期%(days)s天", -days) % {"days": -days}
    return ngettext("还有%(days)s天", "还有%(days)s天", days) % {"days": days}
