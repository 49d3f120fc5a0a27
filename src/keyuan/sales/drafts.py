"""What a prospect is recorded from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from keyuan.customers.states import CustomerKind, Source


@dataclass(frozen=True, slots=True)
class ConsentDraft:
    """A purpose agreed to, by which text, where and when."""

    purpose: str
    wording: str
    channel: str
    given_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProspectDraft:
    """A prospect to be. ``entry_key`` is the same for the same entry sent twice; ``source_on`` None is today.

    An agent's prospect is theirs and in their unit, whatever ``org_unit_id`` and ``owner_id`` say.
    """

    name: str
    org_unit_id: int = 0
    owner_id: int | None = None
    kind: str = CustomerKind.INDIVIDUAL
    contact_name: str = ""
    mobile: str | None = None
    email: str | None = None
    home_address: str | None = None
    sex: str = ""
    birth_date: date | None = None
    interests: tuple[str, ...] = ()
    note: str = ""
    source: str = Source.VISIT
    source_detail: str = ""
    source_on: date | None = None
    referrer_id: int | None = None
    next_step: str = ""
    next_step_on: date | None = None
    consents: tuple[ConsentDraft, ...] = ()
    entry_key: str | None = None
    synthetic: bool = False
