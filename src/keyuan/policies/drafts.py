"""What a policy is issued from: typed, complete, checked by issue_policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from keyuan.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectDraft:
    """What is to be insured. Plate and VIN are claimed in the identifier registry for the holder."""

    kind: str
    label: str
    plate: str = ""
    vin: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDraft:
    """Another customer (or the holder) with a role; ``share`` is a beneficiary's part, 0 to 1, of what their rank gets."""

    customer_id: int
    role: str
    share: Decimal | None = None
    rank: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDraft:
    """A contract as it was signed. ``premium`` is that of one payment; ``term_premium`` of the whole first term.

    ``org_unit_id`` None: the customer's unit. ``first_premium_on`` None: no payment on record yet.
    """

    customer_id: int
    number: str
    product_code: str
    channel: str
    premium: Money
    payment_mode: int
    signed_on: date
    starts_on: date
    ends_on: date | None
    term_premium: Money | None = None
    sum_insured: Decimal | None = None
    payment_years: int | None = None
    agent_id: int | None = None
    org_unit_id: int | None = None
    first_premium_on: date | None = None
    objects: tuple[ObjectDraft, ...] = ()
    parties: tuple[PartyDraft, ...] = ()
