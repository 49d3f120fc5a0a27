"""What the pages of proposals say in the reader's language."""

from __future__ import annotations

from django import template

from keyuan.kernel.wording import in_language

register = template.Library()


@register.simple_tag
def spoken(chinese: str, english: str) -> str:
    """A name that was given in two languages."""
    return in_language(chinese, english)
