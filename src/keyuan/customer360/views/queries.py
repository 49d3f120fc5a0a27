"""The page of condition queries: the builder with its count, the result as a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission, Role
from keyuan.agents import queries as agents
from keyuan.customer360.building import context_of, shown
from keyuan.customer360.columns import Column, chosen, columns
from keyuan.customer360.conditions import EVERYBODY, Condition, catalogue, parse
from keyuan.customer360.conditions.draft import Draft, change, draft_of, incomplete, json_of, read_draft
from keyuan.customer360.conditions.refusals import BadCondition
from keyuan.customer360.conditions.telling import chips, sentence
from keyuan.customer360.counting import TooSlow, counted
from keyuan.customer360.queries import kept
from keyuan.customer360.queries.asking import answer
from keyuan.customer360.states import Sharing
from keyuan.customer360.views.asked import Asked, address_of, asked_in, number_in
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Cell:
    column: Column
    value: Any


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    number: str
    cells: tuple[Cell, ...]


@staff_page(Permission.SEE_CUSTOMERS)
@require_safe
def queries(request: SignedInRequest) -> HttpResponse:
    """The question that the address asks: its builder, its sentence, its answer."""
    try:
        asked = asked_in(request.GET, viewer=request.viewer)
    except BadCondition as refusal:
        return _page(request, Asked(EVERYBODY, chosen([], request.viewer), ""), refusal=refusal)
    return _page(request, asked)


@staff_page(Permission.SEE_CUSTOMERS)
@require_POST
def builder(request: SignedInRequest) -> HttpResponse:
    """The builder after a button of it was pressed or a field chosen."""
    known = catalogue(request.viewer)
    draft = change(read_draft(request.POST), request.POST.get("act", ""), catalogue=known)
    node = shown(draft, catalogue=known, viewer=request.viewer)
    return render(request, "customer360/queries/builder.html", context_of(node))


@staff_page(Permission.SEE_CUSTOMERS)
@require_POST
def count(request: SignedInRequest) -> HttpResponse:
    """How many customers the builder means as it stands; what is not filled in yet is left out and said."""
    known = catalogue(request.viewer)
    draft = read_draft(request.POST)
    told: dict[str, Any] = {"incomplete": incomplete(draft, catalogue=known)}
    try:
        condition = parse(json_of(draft, catalogue=known, lenient=True), catalogue=known)
        told["found"] = counted(condition, viewer=request.viewer, on=today(), who=request.session.session_key or "")
    except BadCondition as refusal:
        told["fault"] = str(refusal)
    except TooSlow:
        told["slow"] = True
    return render(request, "customer360/queries/count.html", told)


@staff_page(Permission.SEE_CUSTOMERS)
@require_POST
def apply(request: SignedInRequest) -> HttpResponse:
    """From the builder to an address that can be kept and sent; what does not fit stays in the form, with its fault."""
    known = catalogue(request.viewer)
    draft = read_draft(request.POST)
    names, sort = request.POST.getlist("column"), request.POST.get("sort", "")[:60]
    key = number_in(request.POST.get("view"))
    view = None if key is None else kept.the_view(key, viewer=request.viewer)
    try:
        condition = parse(json_of(draft, catalogue=known), catalogue=known)
    except BadCondition as refusal:
        asked = Asked(EVERYBODY, chosen(names, request.viewer), sort, view=view)
        return _page(request, asked, draft=draft, refusal=refusal)
    return HttpResponseRedirect(address_of(condition, names, sort, view))


def _page(
    request: SignedInRequest, asked: Asked, *, draft: Draft | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    viewer, on = request.viewer, today()
    known = catalogue(viewer)
    built = draft or draft_of(asked.condition)
    if not built.parts:
        built = change(built, "add-field 0", catalogue=known)
    fault_at = {} if refusal is None or draft is None else {_path_of(refusal.field): str(refusal)}
    found = None
    if refusal is None:
        found = answer(asked.condition, viewer=viewer, on=on, shown=asked.columns, sort=asked.sort, page=asked.page)
    context: dict[str, Any] = {
        **context_of(shown(built, catalogue=known, viewer=viewer, faults=fault_at)),
        "title": asked.view.name if asked.view is not None else _("条件查询"),
        "asked": asked,
        "columns": asked.columns,
        "every_column": [*asked.columns, *(one for one in columns(viewer).values() if one not in asked.columns)],
        "sort": asked.sort,
        "text": asked.text,
        "view": asked.view,
        "own_view": asked.view is not None and asked.view.owner_id == viewer.user_id,
        "views": kept.views(viewer=viewer),
        "sharings": Sharing.choices,
        "chips": [
            {"words": one.words, "address": asked.address(one.without)} for one in chips(asked.condition, viewer=viewer)
        ],
        "open": refusal is not None or asked.condition == EVERYBODY,
        "fault": "" if refusal is None else str(refusal),
        "remedy": "" if refusal is None else refusal.what_to_do,
        "found": found,
        "rows": [] if found is None else _rows(found.rows, asked.columns),
        "link": request.build_absolute_uri(asked.address()),
        **_bulk(request),
    }
    return render(request, "customer360/queries/page.html", context, status=200 if refusal is None else refusal.status)


def _rows(rows: list[tuple[int, str, tuple[Any, ...]]], shown_columns: tuple[Column, ...]) -> list[Row]:
    return [
        Row(key, number, tuple(Cell(column, value) for column, value in zip(shown_columns, cells, strict=True)))
        for key, number, cells in rows
    ]


def _bulk(request: SignedInRequest) -> dict[str, Any]:
    viewer = request.viewer
    may_edit = viewer.may(Permission.EDIT_CUSTOMERS)
    return {
        "may_export": viewer.may(Permission.EXPORT),
        "may_edit": may_edit,
        "may_assign": may_edit and viewer.role != Role.AGENT,
        "may_contact": viewer.may(Permission.CONTACT_CUSTOMERS),
        "agents": [(one.code, one.name) for one in agents.active_agents(viewer=viewer, on=today())[:300]],
        "tags": [one.name for one in kept.tags(viewer=viewer)[:200]],
        "lists": kept.lists(viewer=viewer)[:200],
        "soon": today() + timedelta(days=7),
    }


def _path_of(fault: str) -> str:
    """The form's path of a fault in the JSON: ``all[1].such_that.any[0].value`` is ``0.1.0``."""
    steps = [part.partition("[")[2].rstrip("]") for part in fault.split(".") if "[" in part]
    return ".".join(["0", *steps])


__all__ = ["Condition", "apply", "builder", "count", "queries", "sentence"]
