"""Tasks as an iCalendar (RFC 5545). A calendar leaves the house: no names of customers, only their numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from icalendar import Alarm, Calendar, Event, Timezone

from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.servicedesk.entries import Entry

LENGTH: Final = timedelta(minutes=30)


def calendar_of(entries: Iterable[Entry], *, name: str) -> bytes:
    """The calendar as calendar programs read it, in the company's time zone."""
    calendar = Calendar()
    calendar.add("prodid", "-//Keyuan//Keyuan//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", COMPANY_ZONE.key)
    calendar.add("refresh-interval;value=duration", "PT15M")
    calendar.add_component(Timezone.from_tzinfo(COMPANY_ZONE))
    for entry in entries:
        calendar.add_component(_event(entry))
    text: bytes = calendar.to_ical()
    return text


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.stamp)
    event.add("dtstart", entry.begin.astimezone(COMPANY_ZONE))
    event.add("dtend", (entry.begin + LENGTH).astimezone(COMPANY_ZONE))
    event.add("summary", entry.title)
    event.add("url", entry.url)
    event.add("status", "CANCELLED" if entry.gone else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.gone else "OPAQUE")
    if entry.description:
        event.add("description", entry.description)
    if entry.category:
        event.add("categories", [entry.category])
    if entry.remind_at is not None and not entry.gone:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.title)
        alarm.add("trigger", entry.remind_at - entry.begin)
        event.add_component(alarm)
    return event
