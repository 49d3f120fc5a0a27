"""The page of any list: what is asked as a table, its count, its saved views, its export. One address each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import (
    HttpResponse,
    HttpResponseBase,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from keyuan.accounts.access import NotPermitted, SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.kernel import exporting
from keyuan.kernel.clock import today
from keyuan.kernel.workbook import workbook_pieces
from keyuan.lists import actions, keeping, paging, table
from keyuan.lists.asked import Asked, asked, chips, everything, plain, without
from keyuan.lists.describing import Column, Found, Listing

METHODS = ["GET", "HEAD", "POST"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_PIECE = 2_000

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
#: Every list that has an address, by name: tests walk them.
LISTINGS: dict[str, Listing] = {}


def desk_list(listing: Listing) -> Callable[..., HttpResponseBase]:
    """The view of a list: GET shows it, POST (``do``) exports it, or saves, renames or forgets a view of it."""

    @require_http_methods(METHODS)
    @staff_page(*listing.permissions)
    def view(request: SignedInRequest) -> HttpResponseBase:
        return post(request, listing) if request.method == "POST" else show(request, listing)

    return shows(listing)(view)


def shows(listing: Listing) -> Callable[[View], View]:
    """Say of a view that it is the address of a list; the view guards itself and calls ``show`` and ``post``."""

    def decorate(view: View) -> View:
        LISTINGS[listing.name] = listing
        view.lists = listing.name  # type: ignore[attr-defined]
        return view

    return decorate


def show(request: SignedInRequest, listing: Listing, **more: Any) -> HttpResponse:
    """The list as the address says, so that it can be kept and sent; ``?part=count`` is its count alone."""
    viewer, on = request.viewer, today()
    wanted = asked(request.GET, listing=listing, viewer=viewer)
    found = listing.found(wanted.values, viewer, on)
    if request.GET.get("part") == "count":
        return render(request, "lists/count.html", count_of(found))
    wanted, too_many = _in_reach(wanted, found)
    page = paging.page_of(found, wanted, whole=lambda: listing.found(everything(listing), viewer, on))
    may_pick = bool(listing.picked) and listing.may_pick(viewer)
    rows = listing.rows(page.items, viewer, on) if page.items else ()
    column, down = wanted.sort
    context = {
        **around(request, listing, wanted),
        "page": page,
        "rows": table.body(rows, wanted.columns, listing, may_pick=may_pick),
        "may_pick": may_pick,
        "heads": [_head(request.GET, one, column.name, down=down) for one in wanted.columns],
        "next": _turn(request.GET, "after", page.following, at=page.last),
        "previous": _turn(request.GET, "before", page.previous, at=max(0, page.first - 1 - paging.PAGE)),
        "too_many": too_many,
        "at_once": count_of(page.items) if page.is_whole else None,
        **more,
    }
    return render(request, listing.template, context)


def _in_reach(wanted: Asked, found: Found) -> tuple[Asked, Column | None]:
    """The order that is asked for; if no index gives it and the list is long, the usual one, and the column it is not."""
    column, _down = wanted.sort
    if not column.unindexed or paging.counted(found) <= paging.MOST_COUNTED:
        return wanted, None
    return replace(wanted, order=wanted.usual), column


def around(
    request: SignedInRequest, listing: Listing, wanted: Asked, counts: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """What every view of a list shows around it: tabs (``counts``: those of who has them already), filters, views."""
    views = keeping.shown(request, listing.name, wanted.query)
    return {
        **views,
        "listing": listing,
        "asked": wanted,
        "filters": [_filter(each, wanted) for each in listing.filters if each.kind != "given"],
        "given": [
            (each.name, wanted.values[each.name])
            for each in listing.filters
            if each.kind == "given" and wanted.values[each.name] is not None
        ],
        "chips": chips(wanted, request.GET),
        "tabs": _tabs(request, listing, wanted, counts, at_view=views["kept_here"] is not None),
        "every_column": [*wanted.columns, *(one for one in listing.columns if one not in wanted.columns)],
        "lead": listing.columns[0],
        "nothing_url": listing.nothing.url() if listing.nothing.url is not None else "",
        "may_export": listing.may_export(request.viewer),
        "count_address": without(request.GET, part="count"),
        **(listing.context(request) if listing.context is not None else {}),
    }


def count_of(found: Found) -> dict[str, Any]:
    """How many, and whether there are more than are counted."""
    count = len(found) if not isinstance(found, QuerySet) else paging.counted(found)
    return {"count": min(count, paging.MOST_COUNTED), "more": count > paging.MOST_COUNTED}


def _turn(query: QueryDict, way: str, key: Any, *, at: int) -> str:
    return "" if key is None else without(query, **{way: str(key), "at": str(at)})


def _head(query: QueryDict, column: Any, by: str, *, down: bool) -> dict[str, Any]:
    """A column's title, and where it leads: to its order, or to its order turned round."""
    here = column.name == by
    return {
        "column": column,
        "css": table.CSS.get(column.look, ""),
        "address": without(query, sort=f"-{column.name}" if here and not down else column.name) if column.sort else "",
        "state": ("descending" if down else "ascending") if here else "none",
        "icon": ("chevron-down" if down else "chevron-up") if here else "arrows-sort",
    }


def _filter(each: Any, wanted: Asked) -> dict[str, Any]:
    value = wanted.values[each.name]
    told = "" if value in ("", None) else str(value)
    return {"it": each, "value": told, "choices": wanted.choices.get(each.name, [])}


def _tabs(
    request: SignedInRequest, listing: Listing, wanted: Asked, counts: Mapping[str, int] | None, *, at_view: bool
) -> list[dict[str, Any]]:
    if counts is None:
        counts = listing.counts(wanted.values, request.viewer, today()) if listing.counts is not None else {}
    return [
        {
            "code": tab.code,
            "label": tab.label,
            "count": counts.get(tab.code),
            "address": without(request.GET, "view", "sort", **{listing.tab: tab.code}),
            "here": tab.code == wanted.tab and not at_view,
        }
        for tab in listing.tabs
    ]


def post(request: SignedInRequest, listing: Listing) -> HttpResponseBase:
    """Export the list, or keep, rename or forget a view of it; back to the list for anything else."""

    def told(query: QueryDict, sealed: bool) -> str:
        return plain(query, listing=listing, sealed=sealed)

    if request.POST.get("do") == "export":
        return export(request, listing, QueryDict(told(QueryDict(request.POST.get("query", "")[:4000]), True)))
    return keeping.post(request, listing.name, told)


def export(request: SignedInRequest, listing: Listing, query: QueryDict) -> HttpResponseBase:
    """The list as it is asked for, as CSV or XLSX, row by row; who took it, why and which is a line of the log."""
    viewer, on = request.viewer, today()
    if not listing.may_export(viewer):
        raise NotPermitted(permission=Permission.EXPORT.label)
    wanted = asked(query, listing=listing, viewer=viewer)
    kind = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    columns = wanted.columns if wanted.chosen else listing.columns
    sealed = {each.name for each in listing.filters if each.sealed}
    told = {name: value for name, value in wanted.values.items() if value not in ("", None)}
    filters = {name: "***" if name in sealed else str(value) for name, value in told.items()}
    found = listing.found(wanted.values, viewer, on)
    payload = {
        "list": listing.name,
        "filters": filters,
        "columns": [column.name for column in columns],
        "format": kind,
        "rows": len(found) if not isinstance(found, QuerySet) else found.order_by().count(),
    }
    actions.note_export(listing.exported, purpose=request.POST.get("purpose", ""), payload=payload, by=viewer)
    rows = table.cells(_pieces(paging.ordered(found, wanted), listing, viewer), columns)
    answer: StreamingHttpResponse
    if kind == "xlsx":
        answer = StreamingHttpResponse(workbook_pieces(table.head(columns), rows), content_type=XLSX)
    else:
        pieces = exporting.csv_pieces(table.head(columns), rows)
        answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{listing.name}-{on.isoformat()}.{kind}"'
    return answer


def _pieces(found: Found, listing: Listing, viewer: Viewer) -> Iterator[Any]:
    """All rows, some thousands at a time, so that memory does not grow with them."""
    all_rows = found.iterator(chunk_size=A_PIECE) if isinstance(found, QuerySet) else iter(found)
    while piece := list(islice(all_rows, A_PIECE)):
        yield from listing.rows(piece, viewer, today())
