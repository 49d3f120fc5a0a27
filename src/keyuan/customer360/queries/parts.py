"""The four parts of what we know of a customer (P1): the profile, and what family and policies add to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from keyuan.customer360.rules.telling import amount_of
from keyuan.customer360.shapes import Fact, Flow, Holding, Part, Tie
from keyuan.customers import queries as customers
from keyuan.customers.states import Part as PartCode
from keyuan.customfields import rules
from keyuan.customfields.forms import by_section

if TYPE_CHECKING:
    from keyuan.customers.models import Customer
    from keyuan.customfields.shapes import Definition

CUSTOM = "custom"


def parts_of(
    customer: Customer,
    *,
    ties: Sequence[Tie],
    holdings: Sequence[Holding],
    flows: Sequence[Flow],
    custom: Sequence[Definition],
) -> tuple[Part, ...]:
    """Basic, life, family, insurance and custom fields, in the reader's language; what is not known is named apart.

    ``custom`` are the custom fields that the viewer may see.
    """
    more = {
        PartCode.FAMILY: tuple(Fact("tie", tie.kind.label, tie.name) for tie in ties),
        PartCode.INSURANCE: tuple(_insurance(holdings, flows)),
    }
    parts = tuple(
        Part(
            part.part.value,
            part.label,
            (
                *(Fact(field.name, field.label, field.shown, field.sealed) for field in part.fields if field.shown),
                *more.get(part.part, ()),
            ),
            tuple(field.label for field in part.fields if not field.shown),
        )
        for part in customers.profile_of(customer).parts
    )
    return (*parts, *_custom(customer, custom))


def _custom(customer: Customer, custom: Sequence[Definition]) -> Iterable[Part]:
    """One part for each section of the custom fields."""
    for section, fields in by_section(custom):
        values = [(each, rules.shown(each, customer.custom.get(each.slug))) for each in fields]
        yield Part(
            CUSTOM,
            section or _("其他资料"),
            tuple(Fact(each.key, each.label, told) for each, told in values if told),
            tuple(each.label for each, told in values if not told),
        )


def custom_seen(values: Mapping[str, Any], definitions: Iterable[Definition]) -> dict[str, Any]:
    """The values of custom fields by slug, as they are stored, of the fields that the viewer may see."""
    return {each.slug: values[each.slug] for each in definitions if each.slug in values} if values else {}


def _insurance(holdings: Sequence[Holding], flows: Sequence[Flow]) -> Iterable[Fact]:
    in_force = [held for held in holdings if held.in_force]
    yield Fact("in_force", _("有效保单"), str(len(in_force)))
    yield Fact("ever", _("历史保单合计"), str(len(holdings)))
    lines = dict.fromkeys(held.line.label for held in in_force)
    if lines:
        yield Fact("lines", _("已有险种"), _("、").join(lines))
    if holdings:
        yield Fact("first", _("首次投保"), min(held.starts_on for held in holdings).isoformat())
    for flow in flows:
        yield Fact("premiums", _("累计保费"), amount_of(flow.premiums, flow.currency))
