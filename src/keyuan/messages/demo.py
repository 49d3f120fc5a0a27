"""What the demo shows on the page itself: the message that nobody's telephone will ever get."""

from __future__ import annotations

from keyuan.messages.models import Message
from keyuan.messages.queries import demo_shows


def shown_in_the_demo(subject_id: str, *, subject_kind: str = "challenge") -> str:
    """The newest message about something, whole; empty unless this is a demo without a gateway."""
    rows = Message.objects.filter(subject_kind=subject_kind, subject_id=subject_id).order_by("-pk")
    found = rows.first() if demo_shows("sms") else None
    return str(found.text or "") if found is not None else ""
