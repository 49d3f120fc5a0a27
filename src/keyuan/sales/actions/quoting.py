"""Giving a price: pinned to the product's version of the day, kept, and written into the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from keyuan.accounts.queries import ask_unit_of
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.customers.refusals import CustomerNotFound
from keyuan.deadlines.parameters import parameter
from keyuan.eventlog.actions import Line, append
from keyuan.kernel.clock import today
from keyuan.kernel.inserting import ask_to_insert
from keyuan.kernel.statements import together
from keyuan.products.queries import ask_version
from keyuan.sales import events
from keyuan.sales.access import actor_of, require
from keyuan.sales.models import Quote
from keyuan.sales.pricing import kept, priced, without_birth
from keyuan.sales.queries.scope import visible
from keyuan.sales.refusals import ChannelNotOffered, ProspectNotFound, QuoteForTwo

if TYPE_CHECKING:
    from keyuan.kernel.actor import Actor
    from keyuan.products.definition import Definition
    from keyuan.products.rating import Price

SUBJECT = "quote"


@dataclass(frozen=True, slots=True)
class QuoteDraft:
    """What is asked for: a product by its code, the risk as JSON, and for whom, if that is known."""

    product: str
    risk: Mapping[str, Any]
    customer_id: int | None = None
    prospect_id: int | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A quote that has just been made, with the definition and the price that it comes from."""

    quote: Quote
    definition: Definition
    price: Price


def quote(draft: QuoteDraft, *, by: Viewer | Actor, on: date | None = None) -> Quote:
    """Price the risk with the version in force on ``on`` (today), and keep the quote; raises what ``make_quote`` does."""
    return make_quote(draft, by=by, on=on).quote


@transaction.atomic
def make_quote(draft: QuoteDraft, *, by: Viewer | Actor, on: date | None = None) -> Made:
    """The same, with what it was reckoned from.

    Raises ProductNotFound, RiskRefused, ChannelNotOffered, QuoteForTwo, CustomerNotFound, ProspectNotFound, NotPermitted.
    """
    require(by, Permission.SEE_CUSTOMERS)
    day = today() if on is None else on
    with together():
        in_force = ask_version(draft.product, on=day)
        unit = ask_unit_of(viewer=by) if isinstance(by, Viewer) else None
    definition = in_force()
    channel = _channel(draft.channel, definition, by)
    _require_subject(draft, by)
    risk, price = priced(definition, draft.risk, on=day)
    days = parameter("quote.valid_days", on=day, product=definition.code).number
    made = Quote(
        product=definition.code,
        version=definition.version,
        risk=without_birth(draft.risk, risk),
        price=kept(price),
        made_on=day,
        valid_until=day + timedelta(days=days),
        channel=channel,
        customer_id=draft.customer_id,
        prospect_id=draft.prospect_id,
        org_unit_id=None if unit is None else unit(),
        made_by_id=by.user_id if isinstance(by, Viewer) else None,
    )
    payload = {
        "product": made.product,
        "version": made.version,
        "quote": str(made.pk),
        "premium": made.price["premium"],
        "mode": risk.mode,
    }
    subject = ("prospect", draft.prospect_id) if draft.prospect_id else (SUBJECT, str(made.pk))
    with together():
        ask_to_insert(made)
        append(Line(events.QUOTED, actor_of(by), draft.customer_id, made.org_unit_id, subject, payload))
    return Made(made, definition, price)


def _channel(wanted: str, definition: Definition, by: Viewer | Actor) -> str:
    """The channel asked for; else the agents' for an agent, the counter for others, or the product's first."""
    offered = definition.channels
    if wanted and wanted not in offered:
        raise ChannelNotOffered(field="channel", channel=wanted[:40], offered=", ".join(offered))
    usual = "agent" if isinstance(by, Viewer) and by.role == Role.AGENT else "counter"
    return wanted or (usual if usual in offered else offered[0])


def _require_subject(draft: QuoteDraft, by: Viewer | Actor) -> None:
    if draft.customer_id is not None and draft.prospect_id is not None:
        raise QuoteForTwo(field="prospect_id")
    if not isinstance(by, Viewer):
        return
    if draft.customer_id is not None and not customers.visible(by).filter(pk=draft.customer_id).exists():
        raise CustomerNotFound
    if draft.prospect_id is not None and not visible(by).filter(pk=draft.prospect_id).exists():
        raise ProspectNotFound
