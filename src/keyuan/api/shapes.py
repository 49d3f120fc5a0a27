"""What the API answers beside the shapes of the 360 page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from keyuan.customer360.shapes import Hit, Labelled, Overview, Owner, Part, TimelineLine
from keyuan.customers.masking import mask

if TYPE_CHECKING:
    from keyuan.customers.queries import ContractSeen
    from keyuan.files.queries import FileSeen
    from keyuan.policies.models import GroupMember


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a request was refused: ``code`` is stable, ``message`` and ``remedy`` are for people, ``field`` if it is one's."""

    code: str
    message: str
    remedy: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The customers whom an identifier names, and with ``expand=360`` the overview of each."""

    results: Sequence[Hit]
    overviews: Sequence[Overview]


@dataclass(frozen=True, slots=True)
class TimelineAnswer:
    """A page of the timeline."""

    lines: Sequence[TimelineLine]
    next: str


@dataclass(frozen=True, slots=True)
class Profile:
    """Who the customer is, without holdings and history."""

    id: int
    number: str
    name: str
    kind: Labelled
    branch: str
    source: Labelled
    since: date
    mobile: str
    owner: Owner | None
    parts: Sequence[Part]
    custom: dict[str, Any]

    @classmethod
    def of(cls, seen: Overview) -> Self:
        return cls(
            seen.id,
            seen.number,
            seen.name,
            seen.kind,
            seen.branch,
            seen.source,
            seen.since,
            seen.mobile,
            seen.owner,
            seen.parts,
            seen.custom,
        )


@dataclass(frozen=True, slots=True)
class Created:
    """A customer that was registered."""

    id: int
    number: str


@dataclass(frozen=True, slots=True)
class Changed:
    """The names of the fields that changed; none when everything was so already."""

    fields: Sequence[str]


@dataclass(frozen=True, slots=True)
class CustomChoice:
    """A value that a custom field with choices takes; ``retired``: no longer chosen, but records may have it."""

    code: str
    label: str
    retired: bool


@dataclass(frozen=True, slots=True)
class CustomFieldSeen:
    """A custom field as an administrator has defined it. ``editable``: the caller may change it."""

    record: str
    slug: str
    label: str
    type: str
    required: bool
    help: str
    section: str
    choices: Sequence[CustomChoice]
    editable: bool


@dataclass(frozen=True, slots=True)
class PolicyCustom:
    """The custom fields of one policy."""

    id: int
    number: str
    custom: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EventKindSeen:
    """A kind of event: its stable name, what people call it, and what it is about."""

    name: str
    label: str
    category: str


@dataclass(frozen=True, slots=True)
class Noted:
    """The line of the log or the task that was written."""

    id: int


@dataclass(frozen=True, slots=True)
class MemberSeen:
    """A member of a group policy on one set of terms; ``left_on`` is the first day without."""

    id: int
    name: str
    document_kind: str
    id_number: str
    mobile: str
    staff_number: str
    plan: str
    occupation_class: int | None
    sum_insured: Decimal | None
    premium: Decimal | None
    joined_on: date
    left_on: date | None
    left_reason: str

    @classmethod
    def of(cls, row: GroupMember) -> Self:
        return cls(
            row.pk,
            row.name,
            row.document_kind,
            mask("id_number", row.id_number),
            mask("mobile", row.mobile),
            row.staff_number,
            row.plan,
            row.occupation_class,
            row.sum_insured,
            row.premium,
            row.joined_on,
            row.left_on,
            row.left_reason,
        )


@dataclass(frozen=True, slots=True)
class MembersPage:
    """How many are insured on the day and for what yearly premium; and a page of those asked for."""

    insured: int
    premium: Decimal
    currency: str
    page: int
    more: bool
    members: Sequence[MemberSeen]


@dataclass(frozen=True, slots=True)
class ContractTold:
    """A contract with an enterprise, as it stands today."""

    id: int
    customer_id: int
    number: str
    title: str
    kind: str
    status: str
    signed_on: date | None
    starts_on: date
    ends_on: date | None
    renewal_on: date | None
    amount: Decimal | None
    currency: str
    terminated_on: date | None
    termination_reason: str
    note: str

    @classmethod
    def of(cls, seen: ContractSeen) -> Self:
        names = [name for name in cls.__dataclass_fields__ if name not in ("kind", "status")]
        told: dict[str, Any] = {name: getattr(seen, name) for name in names}
        return cls(kind=seen.kind.value, status=seen.status.value, **told)


@dataclass(frozen=True, slots=True)
class FileTold:
    """A file on a record. ``state``: what the scanner says; ``about``: the sort of record it lies on, if not the customer."""

    id: int
    name: str
    kind: str
    size: int
    sha256: str
    note: str
    state: str
    about: str
    uploaded_at: datetime
    uploaded_by: str

    @classmethod
    def of(cls, seen: FileSeen) -> Self:
        names = [name for name in cls.__dataclass_fields__ if name != "state"]
        told: dict[str, Any] = {name: getattr(seen, name) for name in names}
        return cls(state=seen.state.value, **told)


@dataclass(frozen=True, slots=True)
class FileStored:
    """The file; ``already``: the same content was on that record, and nothing was stored."""

    id: int
    name: str
    already: bool
