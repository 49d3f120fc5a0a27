"""Products: what is on sale on a day, one product whole, and its versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema

from keyuan.api.customers import FAILURES, viewer_of
from keyuan.api.replies import reply
from keyuan.kernel.clock import today
from keyuan.products import queries
from keyuan.products.definition import Definition
from keyuan.products.refusals import NotOnSale, VersionNotFound
from keyuan.products.states import Line, VersionState

if TYPE_CHECKING:
    from keyuan.products.models import ProductVersion

router = Router(tags=["products"])
Code = Annotated[str, Path(min_length=1, max_length=30, description="The product's code, such as TRM.")]
Day = Annotated[date | None, Query(description="In force on this day; default: today")]


class ProductSeen(Schema):
    """A product in a list."""

    code: str
    version: int
    effective_from: date
    effective_until: date | None
    name: dict[str, str]
    summary: dict[str, str]
    line: Line
    long_term: bool
    for_group: bool
    channels: list[str]
    suitability_grade: int


class ProductWhole(Schema):
    """A version whole. ``definition`` has the shape of docs/products.md; amounts and shares are strings."""

    code: str
    version: int
    digest: str
    definition: dict[str, Any]


class VersionSeen(Schema):
    """One version and what became of it. A quote pins the number."""

    version: int
    state: VersionState
    effective_from: date | None
    effective_until: date | None
    published_at: datetime | None
    published_by: str
    withdrawn_on: date | None
    digest: str


@router.get("", response={200: list[ProductSeen], **FAILURES}, summary="The products on sale")
def products(
    request: HttpRequest,
    on: Day = None,
    line: Annotated[Line | None, Query(description="Only this line of business")] = None,
) -> HttpResponse:
    """One entry a product: the version in force on the day, by line and code."""
    found = queries.on_sale(on or today(), viewer=viewer_of(request))
    return reply([_seen(it) for _row, it in found if line is None or it.line == line])


@router.get("/{code}", response={200: ProductWhole, **FAILURES}, summary="One product whole")
def product(
    request: HttpRequest,
    code: Code,
    on: Day = None,
    version: Annotated[int | None, Query(ge=1, le=9999, description="This version, also a former one")] = None,
) -> HttpResponse:
    """The version in force on the day, or the one asked for by number; 409 if none is on sale."""
    viewer = viewer_of(request)
    known = [row for row in queries.versions(code, viewer=viewer) if row.published_at is not None]
    day = on or today()
    row = next((one for one in known if _wanted(one, version, day)), None)
    if row is None and version is not None:
        raise VersionNotFound(code=code, number=version)
    if row is None:
        raise NotOnSale(code=code, on=day)
    whole = queries.definition_of(row).model_dump(mode="json")
    return reply({"code": code, "version": row.number, "digest": row.digest, "definition": whole})


def _wanted(row: ProductVersion, version: int | None, day: date) -> bool:
    return row.number == version if version is not None else queries.is_in_force(row, day)


@router.get("/{code}/versions", response={200: list[VersionSeen], **FAILURES}, summary="The versions of a product")
def versions(request: HttpRequest, code: Code) -> HttpResponse:
    """Newest first; drafts only to who writes or approves them."""
    rows = queries.versions(code, viewer=viewer_of(request))
    return reply(
        [
            {
                "version": row.number,
                "state": row.state.value,
                "effective_from": row.effective_from,
                "effective_until": row.effective_until,
                "published_at": row.published_at,
                "published_by": row.published_by,
                "withdrawn_on": row.withdrawn_on,
                "digest": row.digest,
            }
            for row in rows
        ]
    )


def _seen(it: Definition) -> dict[str, Any]:
    shown = set(ProductSeen.model_fields)
    return {name: value for name, value in it.model_dump(mode="json").items() if name in shown}
