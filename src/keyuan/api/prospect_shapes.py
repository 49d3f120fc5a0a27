"""What the API takes in about prospects, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from keyuan.api.intake import Id, Strict, words
from keyuan.customers.states import CustomerKind, Source
from keyuan.products.states import Line
from keyuan.sales import queries
from keyuan.sales.actions import ProspectDraft
from keyuan.sales.states import ContactResult, ContactWay, LostReason, Move, Stage

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.sales.models import Prospect

Interests = Annotated[list[Line], Field(max_length=len(Line))]


class NewProspect(Strict):
    """A prospect to write down; without a unit, in the first of one's own. An entry sent twice has one ``entry_key``."""

    name: words(120, 1)  # type: ignore[valid-type]
    kind: CustomerKind = CustomerKind.INDIVIDUAL
    contact_name: words(60) = ""  # type: ignore[valid-type]
    mobile: words(40) | None = None  # type: ignore[valid-type]
    email: words(254) | None = None  # type: ignore[valid-type]
    home_address: words(200) | None = None  # type: ignore[valid-type]
    sex: Literal["", "male", "female"] = ""
    birth_date: date | None = None
    interests: Interests = []
    note: words(4000) = ""  # type: ignore[valid-type]
    source: Source = Source.VISIT
    source_detail: words(120) = ""  # type: ignore[valid-type]
    source_on: date | None = None
    referrer_id: Id | None = None
    org_unit_id: Id | None = None
    owner_id: Id | None = None
    next_step: words(120) = ""  # type: ignore[valid-type]
    next_step_on: date | None = None
    entry_key: words(40) = ""  # type: ignore[valid-type]
    even_if_known: bool = False

    def draft(self, *, unit: int, by: Viewer) -> ProspectDraft:
        """The same as the sales room takes it. A key is the caller's own: somebody else's same word is another entry."""
        rest = self.model_dump(exclude={"even_if_known", "org_unit_id", "entry_key", "interests"})
        return ProspectDraft(
            **rest,
            org_unit_id=self.org_unit_id or unit,
            interests=tuple(self.interests),
            entry_key=f"api-{by.user_id}-{self.entry_key}" if self.entry_key else None,
        )


class ProspectChanges(Strict):
    """What is to change; what is not named stays, ``null`` takes a value away."""

    name: words(120, 1) = ""  # type: ignore[valid-type]
    contact_name: words(60) | None = None  # type: ignore[valid-type]
    mobile: words(40) | None = None  # type: ignore[valid-type]
    email: words(254) | None = None  # type: ignore[valid-type]
    home_address: words(200) | None = None  # type: ignore[valid-type]
    sex: Literal["male", "female"] | None = None
    birth_date: date | None = None
    interests: Interests = []
    note: words(4000) | None = None  # type: ignore[valid-type]
    source: Source = Source.VISIT
    source_detail: words(120) | None = None  # type: ignore[valid-type]
    source_on: date | Literal[""] = ""
    referrer_id: Id | None = None

    def changes(self) -> dict[str, Any]:
        """What was named, as the sales room takes it; a text that is taken away is empty there."""
        named = self.model_dump(exclude_unset=True)
        texts = ("contact_name", "sex", "note", "source_detail")
        named |= {name: "" for name in texts if name in named and named[name] is None}
        return {name: value for name, value in named.items() if not (name == "source_on" and value == "")}


class NewProspectContact(Strict):
    """A contact that was made."""

    way: ContactWay
    result: ContactResult | Literal[""] = ""
    text: words(4000) = ""  # type: ignore[valid-type]
    direction: Literal["inbound", "outbound"] = "outbound"


class ProspectMove(Strict):
    """``plan`` takes what is to be done as ``text`` and the day as ``on``; ``lose`` takes a ``reason``."""

    move: Literal["qualify", "propose", "plan", "lose", "reopen"]
    text: words(4000) = ""  # type: ignore[valid-type]
    on: date | None = None
    reason: LostReason | None = None


class Conversion(Strict):
    """``attach_to``: the id of the customer they are already; left out, they are registered anew."""

    attach_to: Id | None = None


@dataclass(frozen=True, slots=True)
class ProspectRow:
    """A prospect in a list. Codes are stable; ``source`` and ``interests`` are codes as well."""

    id: int
    name: str
    kind: str
    mobile: str
    stage: Stage
    source: str
    source_detail: str
    source_on: date
    interests: Sequence[str]
    owner_id: int | None
    owner: str
    branch: str
    next_step: str
    next_step_on: date | None
    last_contact_at: datetime | None
    customer_id: int | None


@dataclass(frozen=True, slots=True)
class ProspectPage:
    """A page of the list; ``counts`` by stage."""

    counts: dict[str, int]
    page: int
    more: bool
    prospects: Sequence[ProspectRow]


@dataclass(frozen=True, slots=True)
class ProspectLine:
    """What happened once."""

    label: str
    at: datetime
    actor: str
    tags: Sequence[str]
    text: str


@dataclass(frozen=True, slots=True)
class AgreedTo:
    """A consent, by which text and when."""

    purpose: str
    wording: str
    channel: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class ProspectSeen:
    """One prospect whole, secrets masked."""

    row: ProspectRow
    contact_name: str
    email: str
    home_address: str
    sex: str
    birth_date: date | None
    note: str
    referrer_id: int | None
    lost_reason: str
    moves: Sequence[Move]
    consents: Sequence[AgreedTo]
    history: Sequence[ProspectLine]


@dataclass(frozen=True, slots=True)
class MoveMade:
    """The stage after a move, and what may be done next."""

    id: int
    stage: Stage
    moves: Sequence[Move]


@dataclass(frozen=True, slots=True)
class SourceSeen:
    """A source, or a detail of it, in a period."""

    code: str
    label: str
    detail: str
    prospects: int
    contacted: int
    open: int
    won: int
    lost: int
    customers: int


def row_of(one: Prospect) -> ProspectRow:
    """A row of the table as the API shows it."""
    (told,) = queries.rows_of([one])
    return ProspectRow(
        id=one.pk,
        name=one.name,
        kind=one.kind,
        mobile=told.mobile,
        stage=told.stage,
        source=one.source,
        source_detail=one.source_detail,
        source_on=one.source_on,
        interests=tuple(one.interests),
        owner_id=one.owner_id,
        owner=told.owner,
        branch=told.branch,
        next_step=one.next_step,
        next_step_on=one.next_step_on,
        last_contact_at=one.last_contact_at,
        customer_id=one.customer_id,
    )


def seen_of(seen: queries.ProspectSeen, history: Sequence[ProspectLine]) -> ProspectSeen:
    """One prospect as the API shows them."""
    row = seen.row
    return ProspectSeen(
        row=row_of(row),
        contact_name=row.contact_name,
        email=seen.email,
        home_address=seen.home_address,
        sex=row.sex,
        birth_date=row.birth_date,
        note=row.note,
        referrer_id=row.referrer_id,
        lost_reason=row.lost_reason,
        moves=seen.moves,
        consents=tuple(AgreedTo(one.purpose, one.wording, one.channel, one.given_at) for one in seen.consents),
        history=history,
    )


def line_of(one: queries.HistoryLine) -> ProspectLine:
    """A line of the history as the API shows it."""
    return ProspectLine(one.label, one.at, one.actor, one.tags, one.text)
