"""From what the rooms say to what the page and the API show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Choices
from django.utils.translation import get_language

from keyuan.customer360.queries.parts import custom_seen
from keyuan.customer360.shapes import ClaimSeen, DueDay, Flow, Holding, Insured, Labelled, PartyName
from keyuan.policies.states import Channel, ObjectKind, PartyRole, PaymentMode
from keyuan.products.states import Line

if TYPE_CHECKING:
    from keyuan.customfields.shapes import Definition
    from keyuan.policies.queries import Holding as Held

DUES_SHOWN = 6


def labelled(vocabulary: type[Choices], code: Any) -> Labelled:
    """A code with its label in the reader's language; a code that the vocabulary does not know labels itself."""
    return _labelled(vocabulary, code, get_language() or "")


@lru_cache(maxsize=2048)
def _labelled(vocabulary: type[Choices], code: Any, language: str) -> Labelled:
    try:
        return Labelled(str(code), str(vocabulary(code).label))
    except ValueError:
        return Labelled(str(code), str(code))


def status(member: Any) -> Labelled:
    """A computed status, which is a member of its vocabulary already."""
    return labelled(type(member), member.value)


def holding_seen(held: Held, *, on: date, custom: Sequence[Definition]) -> Holding:
    """A holding as the page and the API show it; ``custom`` are the policies' custom fields that the reader may see."""
    return Holding(
        id=held.id,
        number=held.number,
        product=held.product.shown,
        line=labelled(Line, held.product.line),
        statuses=tuple(status(each) for each in held.ordered_statuses),
        in_force=held.in_force,
        starts_on=held.starts_on,
        ends_on=held.ends_on,
        currency=held.currency,
        premium=held.premium,
        payment_mode=labelled(PaymentMode, held.payment_mode),
        sum_insured=held.sum_insured,
        paid=held.premiums_paid,
        terms=len(held.terms),
        agent=held.agent_name,
        channel=labelled(Channel, held.channel),
        objects=tuple(Insured(labelled(ObjectKind, o.kind), o.label, o.plate, o.vin) for o in held.objects),
        parties=tuple(PartyName(labelled(PartyRole, p.role), p.customer_id, p.name, p.share) for p in held.parties),
        next_dates=tuple(
            DueDay(on=each.on, kind=status(each.kind), days_left=(each.on - on).days, policy=held.number)
            for each in held.next_dates
        ),
        custom=custom_seen(held.custom, custom),
    )


def next_due(holdings: Iterable[Holding], limit: int = DUES_SHOWN) -> tuple[DueDay, ...]:
    """The soonest days that any of the policies waits for."""
    return tuple(sorted((due for held in holdings for due in held.next_dates), key=lambda due: due.on)[:limit])


def flows(held: Sequence[Held], claims: Iterable[ClaimSeen]) -> tuple[Flow, ...]:
    """Money in and out by currency; a currency in which nothing moved is not there."""
    premiums: dict[str, Decimal] = defaultdict(Decimal)
    payouts: dict[str, Decimal] = defaultdict(Decimal)
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for each in held:
        premiums[each.currency] += each.premiums_paid
        payouts[each.currency] += each.paid_out
    for claim in claims:
        if claim.paid is not None:
            paid[claim.currency] += claim.paid
    return tuple(
        Flow(each, premiums[each], paid[each], payouts[each], premiums[each] - paid[each] - payouts[each])
        for each in sorted({*premiums, *payouts, *paid})
        if premiums[each] or payouts[each] or paid[each]
    )


def by_first(rows: Iterable[Any], key: Callable[[Any], Any]) -> list[tuple[Any, list[Any]]]:
    """Neighbouring rows with the same key, gathered: the days of the timeline."""
    grouped: list[tuple[Any, list[Any]]] = []
    for row in rows:
        if not grouped or grouped[-1][0] != key(row):
            grouped.append((key(row), []))
        grouped[-1][1].append(row)
    return grouped
