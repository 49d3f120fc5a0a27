"""The only place that asks what time it is. Rules never do: they are given the day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

COMPANY_ZONE = ZoneInfo("Asia/Shanghai")
# Later than any moment that is ever recorded: "whatever we know by now".
LATEST = datetime(9999, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """This moment, zone-aware."""
    return timezone.now()


def today() -> date:
    """The company's calendar day (Asia/Shanghai), whatever zone the server stands in."""
    return now().astimezone(COMPANY_ZONE).date()
