"""What the retention room puts into the calendar feeds: the day on which each renewal is to be called about next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from keyuan.accounts.scope import Viewer
from keyuan.kernel.clock import COMPANY_ZONE, now, today
from keyuan.retention import queries as retention
from keyuan.retention.queries import RenewalFilter
from keyuan.servicedesk.entries import Entry

BACK, AHEAD = timedelta(days=61), timedelta(days=100)
MOST: Final = 200
MORNING: Final = time(9, 30)


def renewal_calls(viewer: Viewer, whole: Callable[[str], str]) -> Iterator[Entry]:
    """The owner's own renewals that are still to be called about; numbers of policy and customer, no names."""
    on, stamp = today(), now()
    asked = RenewalFilter(on - BACK, on + AHEAD, mine=True, contact_before=on + AHEAD, sort="call")
    for one in retention.seen(asked, viewer=viewer, size=MOST).rows:
        if one.next_contact_on is None:
            continue
        yield Entry(
            uid=f"renewal-{one.policy_id}-{one.due_on.isoformat()}@keyuan",
            title=_("续保联系：%(policy)s") % {"policy": one.policy_number},
            begin=datetime.combine(one.next_contact_on, MORNING, COMPANY_ZONE),
            stamp=stamp,
            url=whole(reverse("retention:case", args=[one.policy_id, one.due_on])),
            description=_("客户号：%(number)s，到期日：%(day)s") % {"number": one.customer_number, "day": one.due_on},
            category=_("续保"),
        )
