"""Words of an order on the customer's pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import get_language

from keyuan.customers.masking import mask
from keyuan.orders.states import Relation

register = template.Library()


@register.filter
def said(words: Any) -> str:
    """A text of a product's definition in the reader's language."""
    return str(words.said(get_language() or ""))


@register.filter
def relation(code: str) -> str:
    """Who somebody is to the applicant."""
    return str(Relation(code).label) if code in Relation.values else code


@register.filter
def share(part: Decimal) -> str:
    """A part of a benefit as per cent."""
    return f"{(part * 100).normalize():f}%"


@register.filter
def mask_document(number: str) -> str:
    """A document number as lists show it."""
    return mask("id_number", number)
