"""An order begins with a product, is filled in page by page, and comes to belong to a customer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction

from keyuan.deadlines.parameters import parameter
from keyuan.evidence.pages import actions as pages
from keyuan.kernel.clock import now, today
from keyuan.orders import events
from keyuan.orders.access import Holder, digest_of
from keyuan.orders.actions.common import definition_of, details_of, for_move, keep, tell
from keyuan.orders.details import Details, Identified
from keyuan.orders.models import Order
from keyuan.orders.needed import is_minor, pays_on_death
from keyuan.orders.refusals import (
    ApplicantTooYoung,
    InsuredNotAccepted,
    MinorNotInsurable,
    NotSoldOnline,
    SharesMustSumToOne,
    StartRefused,
)
from keyuan.orders.states import Move, Relation, Step
from keyuan.products import queries as products
from keyuan.products.rating.entries import defaults

if TYPE_CHECKING:
    from uuid import UUID

    from keyuan.kernel.actor import Actor
    from keyuan.products.definition import Definition

CHANNEL = "online"
ADULT = 18


@dataclass(frozen=True, slots=True)
class Started:
    """A new order, and the token that its browser keeps: it is shown once and never stored."""

    order: Order
    token: str


@transaction.atomic
def start(
    product: str, *, told: Mapping[str, str] | None = None, agent_id: int | None = None, by: Holder, language: str
) -> Started:
    """Begin an order for a product on sale today, with what was typed into its price form so far.

    Raises ProductNotFound, NotOnSale or NotSoldOnline.
    """
    definition = products.version(product, on=today())
    if CHANNEL not in definition.channels:
        raise NotSoldOnline(product=definition.name.said(language))
    token, moment = secrets.token_urlsafe(32), now()
    days = parameter("order.draft_days", on=today()).number
    order = Order.objects.create(
        number=_number(),
        product=definition.code,
        version=definition.version,
        channel=CHANNEL,
        language=language,
        token_digest=digest_of(token),
        details=Details(told=told or defaults(definition)).model_dump_json(),
        agent_id=agent_id,
        changed_at=moment,
        expires_at=moment + timedelta(days=days),
    )
    tell(events.STARTED, order, by=by)
    return Started(order, token)


def _number() -> str:
    """TB, the day, and twelve digits that nobody guesses; the gateway knows the order by it."""
    return f"TB{today():%Y%m%d}{secrets.randbelow(10**12):012d}"


@transaction.atomic
def fill(order_id: UUID, step: Step, said: Mapping[str, Any], *, by: Holder | Actor) -> Order:
    """Keep what one page said. What the pages say together is checked by ``submit``; here only what cannot be right.

    Raises OrderNotFound, OrderMoveRefused, StartRefused, ApplicantTooYoung, InsuredNotAccepted or SharesMustSumToOne.
    """
    order = for_move(order_id, Move.FILL, by=by)
    details = details_of(order).with_(**said)
    _check(details, definition_of(order), order.language)
    keep(order, details)
    order.save(update_fields=["details", "changed_at"])
    tell(events.FILLED, order, by=by, step=step.value)
    return order


def _check(details: Details, definition: Definition, language: str) -> None:
    if details.starts_on is not None:
        _start_must_fit(details.starts_on)
    if details.applicant is not None and (born := details.applicant.birth_date) is not None and _age(born) < ADULT:
        raise ApplicantTooYoung(field="applicant", age=ADULT)
    offered = definition.insured.relations if definition.insured else ()
    for place, one in enumerate(details.insured):
        if offered and one.relation not in offered:
            names = "、" if not language.startswith("en") else ", "
            raise InsuredNotAccepted(
                field=f"insured.{place}.relation",
                relation=Relation(one.relation).label if one.relation in Relation.values else one.relation,
                offered=names.join(str(Relation(code).label) for code in offered),
            )
    _minors(details, definition)
    for rank in sorted({one.rank for one in details.beneficiaries}):
        total = sum((one.share for one in details.beneficiaries if one.rank == rank), Decimal(0))
        if total != 1:
            raise SharesMustSumToOne(field="beneficiaries", rank=rank, total=f"{total:.0%}")


def _minors(details: Details, definition: Definition) -> None:
    """保险法 §33: whoever is not a parent does not insure a minor against death."""
    if not pays_on_death(definition):
        return
    for place, one in enumerate(details.insured):
        if is_minor(one, today()) and one.relation not in (Relation.CHILD, Relation.SELF):
            raise MinorNotInsurable(field=f"insured.{place}.relation", name=one.name)


def _start_must_fit(day: date) -> None:
    """Cover begins the next day at the earliest, as is usual online, and not in the far future."""
    least = today() + timedelta(days=1)
    most = today() + timedelta(days=parameter("order.start_within_days", on=today()).number)
    if not least <= day <= most:
        raise StartRefused(field="starts_on", least=least, most=most)


def _age(born: date) -> int:
    on = today()
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@transaction.atomic
def belong(order_id: UUID, *, customer_id: int, check_id: str, by: Holder | Actor) -> Order:
    """The applicant proved who they are: from now on the order is theirs, and its token opens it no more."""
    order = for_move(order_id, Move.FILL, by=by)
    keep(order, details_of(order).with_(identified=Identified(check=str(check_id), at=now())))
    order.customer_id = customer_id
    order.save(update_fields=["details", "changed_at", "customer"])
    pages.belongs(order.pk, customer_id=customer_id, number=order.number, product=order.product)
    tell(events.FILLED, order, by=by, step=Step.IDENTITY.value)
    return order


@transaction.atomic
def put_by(order_id: UUID, *, customer_id: int, by: Holder) -> Order:
    """Kept in the account of whoever has signed in, to go on with on any device; who applies is proved later."""
    order = for_move(order_id, Move.FILL, by=by)
    if order.customer_id is None:
        order.customer_id = customer_id
        order.save(update_fields=["customer"])
        tell(events.FILLED, order, by=by, step="kept")
    return order
