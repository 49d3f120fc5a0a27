"""The small marks of every page as markup: chips, days, sums of money, for templates and for lists that Python writes.

A long list written in a template costs more time than finding its rows; such lists are put together in Python from these.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from html import escape

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from keyuan.kernel.icons import drawn
from keyuan.kernel.money import Money

SIGNS = {"CNY": "¥", "EUR": "€", "USD": "$", "GBP": "£", "HKD": "HK$", "JPY": "JP¥"}
NOTHING = "—"

#: A tone never stands alone: each has a shape of its own beside the word.
TONES = {
    "good": "circle-check",
    "watch": "clock",
    "bad": "circle-x",
    "now": "alert-triangle",
    "calm": "info-circle",
    "off": "circle-dashed",
}


def chip(word: str | Promise, tone: str = "off", title: str | Promise = "") -> SafeString:
    """A status as word, shape and colour. ``tone``: good, watch, bad, now (needs a person), calm, off."""
    return _chip(str(word), tone, str(title))


# Typed: a text that is markup already and the same text that is not are two.
@lru_cache(maxsize=2048, typed=True)
def _chip(word: str, tone: str, title: str) -> SafeString:
    told = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="chip chip-{}"{}>{}{}</span>', tone, told, drawn(TONES[tone]), word)


def day(value: date | datetime | None) -> SafeString:
    """``2026-11-22``, whatever the language; a moment is taken in the company's zone."""
    if not value:
        return SafeString(NOTHING)
    on = timezone.localtime(value).date() if isinstance(value, datetime) and timezone.is_aware(value) else value
    text = on.strftime("%Y-%m-%d")
    return SafeString(f'<time class="day" datetime="{text}">{text}</time>')


def figure(amount: Decimal, currency: str) -> str:
    """``¥1,234.00``, with a sign before it where it is less than nothing."""
    sign = SIGNS.get(currency, f"{currency} ")
    return f"{'−' if amount < 0 else ''}{sign}{abs(amount):,.2f}"


def money(value: Money | Decimal | int | None, currency: str = "CNY") -> SafeString:
    """A sum as a column shows it; nothing is a dash, never a zero. A bare number takes the currency given."""
    if value is None or value == "":
        return SafeString(f'<span class="money money-none">{NOTHING}</span>')
    if isinstance(value, Money):
        return SafeString(f'<span class="money">{escape(figure(value.amount, value.currency))}</span>')
    return SafeString(f'<span class="money">{escape(figure(Decimal(value), str(currency)))}</span>')
