"""Condition queries: ask, count, what can be asked, and the saved views."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from keyuan.api.customers import FAILURES, viewer_of
from keyuan.api.intake import LONGEST_ID, Strict, words
from keyuan.api.replies import reply
from keyuan.customer360.actions import forget_view, save_view
from keyuan.customer360.columns import chosen, columns
from keyuan.customer360.conditions import Condition, catalogue, parse
from keyuan.customer360.conditions.telling import sentence
from keyuan.customer360.queries import asking, kept
from keyuan.customer360.states import Sharing
from keyuan.kernel.clock import today

if TYPE_CHECKING:
    from keyuan.customer360.models import SavedView

router = Router(tags=["queries"])

ViewId = Annotated[int, Path(ge=1, le=LONGEST_ID, description="The id of the saved view.")]
EXAMPLE = {"all": [{"field": "customer.age", "op": "gte", "value": 40}, {"has": "policy"}]}


class Question(Strict):
    """A condition (or a saved ``view``), the columns and order of its rows, and which page."""

    condition: Annotated[dict[str, Any] | None, Field(examples=[EXAMPLE])] = None
    view: Annotated[int, Field(ge=1, le=LONGEST_ID)] | None = None
    columns: Annotated[list[words(60)], Field(max_length=40)] = []  # type: ignore[valid-type]
    sort: words(60) = ""  # type: ignore[valid-type]
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    size: Annotated[int, Field(ge=1, le=200)] = asking.PAGE_SIZE


class Counting(Strict):
    """A condition to count."""

    condition: Annotated[dict[str, Any] | None, Field(examples=[EXAMPLE])] = None


class NewView(Strict):
    """A question to keep."""

    name: words(60, 1)  # type: ignore[valid-type]
    condition: Annotated[dict[str, Any] | None, Field(examples=[EXAMPLE])] = None
    columns: Annotated[list[words(60)], Field(max_length=40)] = []  # type: ignore[valid-type]
    sort: words(60) = ""  # type: ignore[valid-type]
    shared: Sharing = Sharing.PRIVATE


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer: ``cells`` in the order of ``columns``."""

    id: int
    number: str
    cells: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answered:
    """A page of the answer; ``count`` is exact, ``sentence`` says the condition in words."""

    count: int
    page: int
    pages: int
    columns: list[str]
    sentence: str
    rows: list[CustomerRow]


@dataclass(frozen=True, slots=True)
class Counted:
    count: int


@dataclass(frozen=True, slots=True)
class FieldSeen:
    """A field that a condition can name, with the operators that fit it."""

    name: str
    label: str
    kind: str
    operators: list[str]
    choices: list[list[str]]


@dataclass(frozen=True, slots=True)
class RecordSeen:
    """A record; ``inside`` are those that ``has`` can ask for around it."""

    name: str
    label: str
    fields: list[FieldSeen]
    inside: list[str]


@dataclass(frozen=True, slots=True)
class CatalogueSeen:
    records: list[RecordSeen]
    columns: list[list[str]]


@dataclass(frozen=True, slots=True)
class ViewSeen:
    """A saved view."""

    id: int
    name: str
    owner: str
    shared: str
    condition: dict[str, Any]
    columns: list[str]
    sort: str


@router.post("", response={200: Answered, **FAILURES}, summary="Ask a condition")
def ask(request: HttpRequest, body: Question) -> HttpResponse:
    """A page of the customers in scope for whom the condition holds today, and how many they are."""
    viewer = viewer_of(request)
    return reply(answered(body, today(), viewer))


def answered(body: Question, on: date, viewer: Any) -> Answered:
    """The answer to a question; raises a BadCondition or ViewNotFound."""
    view = None if body.view is None else kept.the_view(body.view, viewer=viewer)
    told = view.condition if view is not None and body.condition is None else body.condition
    condition = parse(told, catalogue=catalogue(viewer))
    names = body.columns or (view.columns if view is not None else [])
    shown = chosen(names, viewer)
    sort = body.sort or (view.sort if view is not None else "")
    found = asking.answer(condition, viewer=viewer, on=on, shown=shown, sort=sort, page=body.page, size=body.size)
    heads = [column.name for column in shown]
    rows = [CustomerRow(key, number, dict(zip(heads, cells, strict=True))) for key, number, cells in found.rows]
    return Answered(found.count, found.number, found.pages, heads, sentence(condition, viewer=viewer), rows)


@router.post("/count", response={200: Counted, **FAILURES}, summary="Count a condition")
def count(request: HttpRequest, body: Counting) -> HttpResponse:
    """Exactly how many customers in scope the condition holds for today."""
    viewer = viewer_of(request)
    condition: Condition = parse(body.condition, catalogue=catalogue(viewer))
    return reply(Counted(asking.count(condition, viewer=viewer, on=today())))


@router.get("/catalogue", response={200: CatalogueSeen, **FAILURES}, summary="What can be asked")
def whole_catalogue(request: HttpRequest) -> HttpResponse:
    """Every record, field and operator, and the columns that an answer can have."""
    viewer = viewer_of(request)
    known = catalogue(viewer)
    records = [
        RecordSeen(
            record.name,
            str(record.label),
            [
                FieldSeen(
                    field.name,
                    str(field.label),
                    field.kind.value,
                    [op.value for op in field.operators],
                    [[code, str(label)] for code, label in field.choices(viewer)] if field.choices else [],
                )
                for field in record.fields.values()
            ],
            [each.name for each in known.inside(record)],
        )
        for record in known.records.values()
    ]
    return reply(CatalogueSeen(records, [[column.name, str(column.label)] for column in columns(viewer).values()]))


@router.get("/views", response={200: list[ViewSeen], **FAILURES}, summary="The saved views")
def views(request: HttpRequest) -> HttpResponse:
    """One's own and those that others share."""
    viewer = viewer_of(request)
    return reply([_seen(view) for view in kept.views(viewer=viewer)])


@router.post("/views", response={201: ViewSeen, **FAILURES}, summary="Save a view")
def keep(request: HttpRequest, body: NewView) -> HttpResponse:
    """Keep a question under a name."""
    viewer = viewer_of(request)
    view = save_view(
        body.name, condition=body.condition, columns=body.columns, sort=body.sort, shared=body.shared, by=viewer
    )
    return reply(_seen(view), status=201)


@router.delete("/views/{view_id}", response={204: None, **FAILURES}, summary="Delete a saved view")
def forget(request: HttpRequest, view_id: ViewId) -> HttpResponse:
    """Only its owner can."""
    forget_view(view_id, by=viewer_of(request))
    return HttpResponse(status=204)


def _seen(view: SavedView) -> ViewSeen:
    return ViewSeen(view.pk, view.name, str(view.owner), view.shared, view.condition, list(view.columns), view.sort)
