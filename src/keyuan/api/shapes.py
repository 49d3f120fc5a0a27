"""What the API answers beside the shapes of the 360 page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from keyuan.customer360.shapes import Hit, Labelled, Line, Overview, Owner, Part


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

    lines: Sequence[Line]
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
