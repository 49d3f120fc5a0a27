"""How tiers are told in templates."""

from __future__ import annotations

from decimal import Decimal

from django import template

from keyuan.tiers.queries.seen import said
from keyuan.tiers.rules import Wording

register = template.Library()


@register.filter(name="worded")
def worded(words: Wording | None) -> str:
    """A text of the rules in the reader's language."""
    return "" if words is None else said(words)


@register.filter
def share(factor: Decimal) -> str:
    """A factor as people say it: 80%."""
    return f"{(factor * 100).normalize():f}%"
