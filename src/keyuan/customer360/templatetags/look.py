"""How the 360 page shows codes: a status as a chip, a category as an icon."""

from __future__ import annotations

from django import template

from keyuan.customer360.shapes import Line

register = template.Library()

TONES = {
    "on_risk": "good",
    "paid": "good",
    "paid_up": "good",
    "not_yet_on_risk": "calm",
    "in_cooling_off": "calm",
    "notified": "calm",
    "in_assessment": "calm",
    "decided": "calm",
    "renewal_due": "watch",
    "cancel_pending": "watch",
    "payment_due": "watch",
    "in_grace": "now",
    "suspended": "now",
    "overdue": "now",
    "refused": "bad",
}
ICONS = {
    "profile": "user",
    "contact": "phone",
    "policy": "file-text",
    "money": "coins",
    "claim": "first-aid-kit",
    "service": "headset",
    "access": "eye",
    "system": "settings",
}


@register.filter
def tone(code: str) -> str:
    """The tone of a status chip."""
    return TONES.get(code, "off")


@register.filter
def category_icon(line: Line) -> str:
    """The icon of a line of the timeline."""
    return ICONS.get(line.category.code, "activity")


@register.filter
def line_icon(code: str) -> str:
    """The icon of a line of business."""
    return {
        "motor": "car",
        "property": "home",
        "group": "users-group",
        "accident": "shield",
        "medical": "stethoscope",
        "critical_illness": "heart",
        "life": "umbrella",
        "participating": "coins",
        "annuity": "wallet",
        "education": "school",
    }.get(code, "file-text")


@register.filter
def kind_icon(code: str) -> str:
    """Person or enterprise."""
    return "building" if code == "enterprise" else "user"
