"""Places in the log that others may keep: an opaque text that says up to where somebody has read."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.models import Event
from keyuan.kernel.refusals import Refusal

FORM = re.compile(r"1:(\d{1,19}):(\d{1,19})")
LARGEST = 2**63 - 1
# A line is stamped when its transaction begins: how long a transaction may have run before it wrote its first line.
LONGEST_TRANSACTION = timedelta(minutes=10)


class NotAPosition(Refusal):
    code = "not_a_cursor"
    message = _("这不是有效的读取位置。")
    remedy = _("请使用上一次应答中的 next，或从头读取。")


class Position(NamedTuple):
    """The last (transaction, line) that was read; whatever comes after it in reading order is still to come."""

    xid: int
    event_id: int

    @property
    def text(self) -> str:
        """As others keep it; they have no business with what is inside."""
        return base64.urlsafe_b64encode(f"1:{self.xid}:{self.event_id}".encode()).decode().rstrip("=")


BEGINNING = Position(0, 0)


def position_of(text: str) -> Position:
    """The place that a text names; an empty one is the beginning. Raises NotAPosition."""
    if not text:
        return BEGINNING
    try:
        inner = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise NotAPosition(field="after") from error
    found = FORM.fullmatch(inner)
    if found is None or max(int(found[1]), int(found[2])) > LARGEST:
        raise NotAPosition(field="after")
    return Position(int(found[1]), int(found[2]))


def of_event(event: Event) -> Position:
    """Where a line stands."""
    return Position(event.xid, event.pk)


def before_moment(moment: datetime) -> Position:
    """A place before everything recorded since a moment (and before some lines more); by halving, not by a scan."""
    wanted = moment - LONGEST_TRANSACTION
    ends = Event.objects.aggregate(low=Min("pk"), high=Max("pk"))
    low, high = ends["low"], ends["high"]
    if low is None:
        return BEGINNING
    while low < high:
        middle = (low + high) // 2
        line = Event.objects.filter(pk__gte=middle).order_by("pk").values_list("pk", "at").first()
        if line is None or line[1] >= wanted:
            high = middle
        else:
            low = line[0] + 1
    found = Event.objects.filter(pk__gte=low).order_by("pk").first()
    if found is None or found.at < wanted:
        return BEGINNING if found is None else of_event(found)
    return Position(max(found.xid - 1, 0), LARGEST)
