"""How templates show a definition: words in the reader's language, spans, what a coverage pays, facts as pairs."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from keyuan.kernel.clock import today
from keyuan.products import describing
from keyuan.products.definition.coverage import Coverage
from keyuan.products.definition.schema import Definition
from keyuan.products.definition.values import Span, Text
from keyuan.products.definition.vocabulary import PAPERS

register = template.Library()


def _language() -> str:
    return get_language() or ""


@register.filter
def said(text: Text) -> str:
    """The words of a text in the reader's language."""
    return text.said(_language())


@register.filter
def spans(found: Iterable[Span]) -> str:
    """Lengths of time in words."""
    return describing.spans(found)


@register.filter
def pays(coverage: Coverage) -> str:
    """What a coverage pays, in a line."""
    return describing.pays(coverage)


@register.filter
def mains(it: Definition) -> str:
    """The names of the main coverages, in a row."""
    return describing.listed(coverage.name.said(_language()) for coverage in it.coverages if coverage.main)


@register.filter
def conditions(coverage: Coverage) -> list[str]:
    """The conditions of a coverage, one each."""
    return describing.conditions(coverage)


@register.filter
def sections(it: Definition) -> tuple[describing.Section, ...]:
    """The building blocks of a product in groups, with the legal periods of today."""
    return describing.sections(it, _language(), on=today())


@register.filter
def rate_facts(it: Definition) -> tuple[describing.Fact, ...]:
    """The numbers of the pricing basis that are no table."""
    return describing.rate_facts(it)


@register.filter
def rate_tables(it: Definition) -> tuple[describing.RateTable, ...]:
    """The tables and factors of a product."""
    return describing.rate_tables(it, _language())


@register.filter
def plan_sums(it: Definition) -> list[tuple[str, list[Decimal | None]]]:
    """Each coverage with its sum in every plan."""
    return [
        (coverage.name.said(_language()), [plan.sums.get(coverage.code) for plan in it.plans])
        for coverage in it.coverages
        if any(coverage.code in plan.sums for plan in it.plans)
    ]


@register.filter
def named(it: Definition, codes: Iterable[str]) -> str:
    """The names of some codes of a product."""
    return _("、").join(it.label(code, _language()) for code in codes)


@register.filter
def papers(numbers: Iterable[int]) -> str:
    """The names of claim papers."""
    return _("、").join(str(PAPERS[number]) for number in numbers)


@register.filter
def plain(number: Decimal) -> str:
    """A number as it is, without needless zeros."""
    return f"{number.normalize():f}"


@register.filter
def minus(number: Decimal) -> Decimal:
    """The number with its sign turned."""
    return -number
