"""Lengths of time, ages, amounts and shares in words."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keyuan.products.definition.values import Age, Span


def spans(found: Iterable[Span]) -> str:
    """Lengths of time, one after the other."""
    return _("、").join(span(one) for one in found)


def years(number: int) -> str:
    """A number of years."""
    return ngettext("%(number)s年", "%(number)s年", number) % {"number": number}


def span(one: Span) -> str:
    """One length of time."""
    if one.kind == "years":
        return years(one.number)
    if one.kind == "to_age":
        return _("至%(number)s岁") % {"number": one.number}
    if one.kind == "days":
        return _("%(least)s至%(most)s天") % {"least": one.number, "most": one.most}
    return _("终身") if one.kind == "whole" else _("趸交")


def age(one: Age) -> str:
    """An age in years, or an infant's in days."""
    return _("%(days)s天") % {"days": one.days} if one.days else _("%(years)s周岁") % {"years": one.years}


def mode(months: int) -> str:
    """A payment mode by its months."""
    return {0: _("趸交"), 1: _("月交"), 3: _("季交"), 6: _("半年交"), 12: _("年交")}[months]


def yuan(amount: Decimal) -> str:
    """An amount with thousands."""
    return f"¥{amount:,.2f}".removesuffix(".00")


def percent(share: Decimal) -> str:
    """A share in per cent."""
    return f"{(share * 100).normalize():f}%"


def listed(parts: Iterable[str]) -> str:
    """Some words in a row."""
    return _("、").join(parts)


def classes(found: Iterable[int]) -> str:
    """Occupation classes: 1 to 4, or one by one where some are left out."""
    known = sorted(found)
    if len(known) > 1 and known[-1] - known[0] == len(known) - 1:
        return _("%(low)s至%(high)s类") % {"low": known[0], "high": known[-1]}
    return _("%(classes)s类") % {"classes": listed(map(str, known))}
