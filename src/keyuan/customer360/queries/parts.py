"""The four parts of what we know of a customer (P1): the profile, and what family and policies add to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from keyuan.customer360.rules.telling import amount_of
from keyuan.customer360.shapes import Fact, Flow, Holding, Part, Tie
from keyuan.customers import queries as customers
from keyuan.customers.states import Part as PartCode

if TYPE_CHECKING:
    from keyuan.customers.models import Customer


def parts_of(
    customer: Customer, *, ties: Sequence[Tie], holdings: Sequence[Holding], flows: Sequence[Flow]
) -> tuple[Part, ...]:
    """Basic, life, family and insurance, in the reader's language; what is not known is named apart."""
    more = {
        PartCode.FAMILY: tuple(Fact("tie", tie.kind.label, tie.name) for tie in ties),
        PartCode.INSURANCE: tuple(_insurance(holdings, flows)),
    }
    return tuple(
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


def _insurance(holdings: Sequence[Holding], flows: Sequence[Flow]) -> Iterable[Fact]:
    in_force = [held for held in holdings if held.in_force]
    yield Fact("in_force", _("有效保单"), str(len(in_force)))
    yield Fact("ever", _("历史保单合计"), str(len(holdings)))
    lines = dict.fromkeys(held.line.label for held in in_force)
    if lines:
        yield Fact("lines", _("已有险种"), "、".join(lines))
    if holdings:
        yield Fact("first", _("首次投保"), min(held.starts_on for held in holdings).isoformat())
    for flow in flows:
        yield Fact("premiums", _("累计保费"), amount_of(flow.premiums, flow.currency))
