"""How days are said to customers: 11月22日, 22 November; the year only where it is another one."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from keyuan.kernel.clock import today

register = template.Library()


@register.filter
def spoken_day(value: date | None) -> SafeString | str:
    """The day as a person says it; a machine still reads the date."""
    if value is None:
        return ""
    same_year = value.year == today().year
    if (get_language() or "").startswith("en"):
        text = date_format(value, "j F" if same_year else "j F Y")
    else:
        text = f"{value.month}月{value.day}日" if same_year else f"{value.year}年{value.month}月{value.day}日"
    return format_html('<time class="day" datetime="{}">{}</time>', value.isoformat(), text)
