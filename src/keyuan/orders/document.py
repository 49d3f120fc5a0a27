"""What a customer signs: everything that was agreed, and a digest of every detail that must not lie in clear."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from keyuan.orders.needed import limits

if TYPE_CHECKING:
    from keyuan.orders.details import Details
    from keyuan.orders.models import Order
    from keyuan.orders.preparing import Offer
    from keyuan.products.definition import Definition

FORM = "keyuan.order.v1"


def digest_of(details: Details) -> str:
    """SHA-256 of the details as JSON with sorted keys: one digit of an ID number changed, and it is another."""
    told = orjson.dumps(details.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(told).hexdigest()


def clauses_digest(definition: Definition) -> str:
    """SHA-256 of the product's version, whole: every clause, number and exclusion of it."""
    return hashlib.sha256(clauses_bytes(definition)).hexdigest()


def clauses_bytes(definition: Definition) -> bytes:
    """The version as JSON with sorted keys: what ``clauses_digest`` is of, as this program writes it."""
    return orjson.dumps(definition.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)


def document(order: Order, details: Details, told: Offer, definition: Definition) -> dict[str, Any]:
    """The order as JSON values only (RFC 8785 signs it). Names are shortened; the digest of the details holds them whole."""
    application = order.application
    return {
        "form": FORM,
        "order": order.number,
        "product": {"code": order.product, "version": order.version, "clauses": clauses_digest(definition)},
        "cover": {
            "starts_on": told.starts_on.isoformat(),
            "ends_on": None if told.ends_on is None else told.ends_on.isoformat(),
            "told": dict(sorted(details.told.items())),
        },
        "premium": {
            "currency": told.price.standard.currency,
            "first": str(told.price.first.amount),
            "total": str(told.price.total.amount),
            "months_between": told.risk.mode,
        },
        "underwriting": None
        if application is None
        else {
            "application": application.pk,
            "outcome": application.final_outcome or application.outcome,
            "loading_percent": effect_of(order).loading_percent,
            "exclusions": sorted(effect_of(order).exclusions),
        },
        "death_at_most": {
            str(one.place): str(one.most.amount)
            for one in limits(details, definition, told.risk, held={}, on=told.starts_on)
            if one.exceeded
        },
        "read": sorted(details.read),
        "consents": sorted(details.consents),
        "details": digest_of(details),
    }


@dataclass(frozen=True, slots=True)
class Effect:
    """What underwriting decided, the person's word before the rules'."""

    outcome: str = "standard"
    loading_percent: int = 0
    exclusions: tuple[str, ...] = ()
    postpone_months: int = 0


def effect_of(order: Order) -> Effect:
    """The effect that holds today; an order that nothing is asked of is standard."""
    one = order.application
    if one is None:
        return Effect()
    if one.final_outcome:
        return Effect(one.final_outcome, one.final_loading, tuple(one.final_exclusions), one.final_months)
    return Effect(one.outcome, one.loading_percent, tuple(one.exclusions), one.postpone_months)
