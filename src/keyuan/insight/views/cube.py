"""The cube on the desk: a pivot with a chart, down by a click, through to the customers behind a cell, and out as XLSX."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keyuan.accounts.access import NotPermitted, SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.insight.cube import pivot
from keyuan.insight.cube.labels import labels
from keyuan.insight.cube.names import BASIS_LABELS, DIMENSIONS, MEASURES, TIMES
from keyuan.insight.cube.questions import Question, question
from keyuan.insight.events import CUBE_EXPORTED
from keyuan.insight.lake.folder import manifest
from keyuan.insight.refusals import LakeEmpty
from keyuan.kernel.refusals import Refusal
from keyuan.kernel.workbook import workbook_pieces
from keyuan.lists import actions
from keyuan.lists.keeping import Keeping

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ASKS = ("row", "across", "measure", "where", "period", "basis", "currency")
VIEWS = Keeping("cube", ASKS)
MOST_ROWS_DOWN = 3
MOST_CUSTOMERS = 200


def _engine() -> Any:
    """What counts is loaded when somebody first asks: most processes never need it."""
    return import_module("keyuan.insight.cube.answers")


def _asked(query: QueryDict) -> tuple[Question, str]:
    """The question of an address, without the dimension across; and that dimension."""
    rows = [name for name in query.getlist("row") if name][:MOST_ROWS_DOWN] or ["line"]
    across = query.get("across", "")
    found = question(
        by=",".join(rows),
        measures=",".join(name for name in query.getlist("measure") if name),
        where=query.getlist("where"),
        period_text=query.get("period", ""),
        basis=query.get("basis", ""),
        currency=query.get("currency", ""),
    )
    if across in found.by:
        across = ""
    question(by=",".join([*found.by, across]))  # raises what is wrong with it
    return found, across


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.SEE_INSIGHT)
def show(request: SignedInRequest) -> HttpResponseBase:
    """The cube as the address asks; POST (``do``) exports it, or saves, renames or forgets a report."""
    if request.method == "POST":
        return _export(request) if request.POST.get("do") == "export" else VIEWS.post(request)
    context: dict[str, Any] = {**VIEWS.around(request), **_choices()}
    try:
        asked, across = _asked(request.GET)
    except Refusal as refusal:
        asked, across = question(by="line"), ""
        context["refused"] = refusal
    context |= _form(request, asked, across)
    if manifest() is None:
        return render(request, "insight/cube.html", {**context, "lake_empty": True})
    if "refused" not in context:
        context |= _table(request, asked, across)
    return render(request, "insight/cube.html", context)


def _choices() -> dict[str, Any]:
    return {
        "dimensions": [*TIMES.items(), *DIMENSIONS.items()],
        "all_measures": [(name, one.label) for name, one in MEASURES.items()],
        "bases": list(BASIS_LABELS.items()),
    }


def _form(request: SignedInRequest, asked: Question, across: str) -> dict[str, Any]:
    chips = []
    for name, values in asked.where:
        told = labels(name, values, viewer=request.viewer)
        word = _("%(name)s：%(values)s") % {
            "name": DIMENSIONS[name],
            "values": _("、").join(told[one] for one in values),
        }
        chips.append(
            {
                "word": word,
                "address": _address(
                    request, where=[one for one in request.GET.getlist("where") if not one.startswith(f"{name}=")]
                ),
            }
        )
    return {
        "asked": asked,
        "across": across,
        "rows_asked": [*asked.by, *([""] * MOST_ROWS_DOWN)][:MOST_ROWS_DOWN],
        "chips": chips,
        "period_text": request.GET.get("period", ""),
        "where_asked": request.GET.getlist("where"),
        "may_export": request.viewer.may(Permission.EXPORT),
        "may_look_through": request.viewer.may(Permission.SEE_CUSTOMERS),
    }


def _table(request: SignedInRequest, asked: Question, across: str) -> dict[str, Any]:
    viewer, count = request.viewer, _engine().answer
    if across:
        asked = replace(asked, measures=asked.measures[:1])
        found = count(replace(asked, by=(*asked.by, across)), viewer=viewer)
        by_row = count(asked, viewer=viewer)
        by_column = count(replace(asked, by=(across,)), viewer=viewer)
        table = pivot.crossed(found, by_row, by_column, _named(found, request))
        table = replace(table, heads=(*table.heads[:-1], _("合计")))
    else:
        found = count(asked, viewer=viewer)
        table = pivot.plain(found, _named(found, request))
    rows = [replace(row, down=_down(request, asked, row), behind=_behind(request, asked, row)) for row in table.rows]
    return {
        "table": replace(table, rows=tuple(rows)),
        "row_heads": [{**DIMENSIONS, **TIMES}[name] for name in asked.by],
        "measure_label": MEASURES[asked.measures[0]].label,
        "chart": pivot.chart(table, asked.measures[0], asked.by, crossed_by=across),
        "found": found,
    }


def _named(found: Any, request: SignedInRequest) -> dict[str, dict[str, str]]:
    columns = {name: {cell.of[place] for cell in found.cells} for place, name in enumerate(found.asked.by)}
    return {name: labels(name, values, viewer=request.viewer) for name, values in columns.items()}


def _address(request: SignedInRequest, **changes: Any) -> str:
    query = request.GET.copy()
    query.pop("view", None)
    for name, value in changes.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return f"?{query.urlencode()}"


def _down(request: SignedInRequest, asked: Question, row: pivot.Row) -> str:
    """One level deeper: the first dimension is held fast, and its parts come in its place."""
    name, value = asked.by[0], row.of[0]
    finer = pivot.DRILL.get(name, "")
    rest = [one for one in asked.by[1:] if one != finer]
    held = [one for one in request.GET.getlist("where") if not one.startswith(f"{name}=")]
    if name in TIMES:
        return _address(request, row=[finer or "line", *rest], period=value, where=held)
    fixed = {one for one, _values in asked.where} | {name}
    if not finer or finer in fixed:
        finer = next(
            (one for one in ("line", "product", "channel", "year") if one not in fixed and one not in rest), "month"
        )
    return _address(request, row=[finer, *rest], where=[*held, f"{name}={value}"])


def _behind(request: SignedInRequest, asked: Question, row: pivot.Row) -> str:
    query = QueryDict(_address(request)[1:], mutable=True)
    query.setlist("row", list(asked.by))
    query.setlist("of", list(row.of))
    return f"{reverse('insight:cube_customers')}?{query.urlencode()}"


def _export(request: SignedInRequest) -> HttpResponseBase:
    """Every cell with exact figures, as a workbook; who took it and why is a line of the log."""
    viewer = request.viewer
    if not viewer.may(Permission.EXPORT):
        raise NotPermitted(permission=Permission.EXPORT.label)
    asked, across = _asked(QueryDict(request.POST.get("query", "")[:4000]))
    asked = replace(asked, by=tuple(filter(None, (*asked.by, across))))
    found = _engine().answer(asked, viewer=viewer)
    payload = {"question": asked.query, "rows": len(found.cells)}
    actions.note_export(CUBE_EXPORTED, purpose=request.POST.get("purpose", ""), payload=payload, by=viewer)
    named = _named(found, request)
    head = [
        *(str({**DIMENSIONS, **TIMES}[name]) for name in asked.by),
        *(str(MEASURES[name].label) for name in asked.measures),
    ]
    rows = (
        [*(named[name].get(value, value) for name, value in zip(asked.by, cell.of, strict=True)), *cell.figures]
        for cell in found.cells
    )
    answer = StreamingHttpResponse(workbook_pieces(head, rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="cube-{found.as_of}.xlsx"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.SEE_INSIGHT, Permission.SEE_CUSTOMERS)
def customers_behind(request: SignedInRequest) -> HttpResponse:
    """Who the customers behind a cell are: after a purpose is told, and of them those in scope."""
    try:
        asked, _across = _asked(request.GET)
    except Refusal as refusal:
        return render(request, "insight/cube_customers.html", {"refused": refusal}, status=refusal.status)
    of = tuple(request.GET.getlist("of"))
    if len(of) != len(asked.by):
        of = ()
        asked = replace(asked, by=())
    told = [
        ({**DIMENSIONS, **TIMES}[name], labels(name, [value], viewer=request.viewer)[value])
        for name, value in zip(asked.by, of, strict=True)
    ]
    told += [
        (DIMENSIONS[name], _("、").join(labels(name, values, viewer=request.viewer)[v] for v in values))
        for name, values in asked.where
    ]
    context: dict[str, Any] = {"told": told, "asked": asked, "back": request.GET.urlencode()}
    if request.method == "POST":
        try:
            drilling = import_module("keyuan.insight.cube.drilling")
            context["behind"] = drilling.behind(
                asked, of, purpose=request.POST.get("purpose", ""), most=MOST_CUSTOMERS, by=request.viewer
            )
        except Refusal as refusal:
            if isinstance(refusal, LakeEmpty):
                raise
            context["refused"] = refusal
    return render(request, "insight/cube_customers.html", context)
