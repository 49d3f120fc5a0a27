"""Runs: the list, one with its progress and result, and its rejects as a file."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.intake import actions, queries, uploads
from keyuan.intake.models import Run
from keyuan.intake.rejects import csv_lines, reject_table, write_xlsx
from keyuan.intake.states import TONES, RunState, run_state
from keyuan.intake.vocabulary import RecordKind
from keyuan.kernel.clock import now

MOVING = (RunState.WAITING, RunState.RUNNING)


def _told(run: Run) -> dict[str, Any]:
    state = run_state(run, at=now())
    rows = [{"label": kind.label, **run.counts[kind.value]} for kind in RecordKind if kind.value in run.counts]
    return {
        "run": run,
        "state": state,
        "tone": TONES[state],
        "moving": state in MOVING,
        "rows": run.counts.get("rows", 0),
        "rejected": run.counts.get("rejected", 0),
        "total": sum(file.get("rows") or 0 for file in run.files),
        "records": rows,
    }


@require_GET
@staff_page(Permission.IMPORT_BOOKS)
def run(request: SignedInRequest, pk: int) -> HttpResponse:
    found = queries.run_of(pk, viewer=request.viewer)
    rejects = queries.told(found, queries.rejects_of(found)[:20])
    codes = queries.reject_codes(found)
    return render(
        request, "intake/run.html", {**_told(found), "rejects": rejects, "codes": codes, **_alike(request, found)}
    )


def _alike(request: SignedInRequest, found: Run) -> dict[str, Any]:
    """Customers of the run who are probably there already."""
    looked = found.counts.get("alike", {})
    return {
        "looked": looked,
        "only_some": looked.get("checked", 0) < found.counts.get("customer", {}).get("new", 0),
        "alike": queries.alike(queries.alike_pairs(found), viewer=request.viewer),
        "may_merge": request.viewer.may(Permission.MERGE_CUSTOMERS),
    }


@require_GET
@staff_page(Permission.IMPORT_BOOKS)
def progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """What htmx asks for again and again; once the run stands still the whole page is fetched."""
    told = _told(queries.run_of(pk, viewer=request.viewer))
    response = render(request, "intake/_progress.html", told)
    if not told["moving"]:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@staff_page(Permission.IMPORT_BOOKS)
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    found = queries.run_of(pk, viewer=request.viewer)
    actions.ask_to_stop(found.pk)
    messages.info(request, _("写完当前一批后停止；之后可以继续。"))
    return redirect("intake:run", pk)


@require_POST
@staff_page(Permission.IMPORT_BOOKS)
def carry_on(request: SignedInRequest, pk: int) -> HttpResponse:
    uploads.go_on(queries.run_of(pk, viewer=request.viewer), by=request.viewer)
    return redirect("intake:run", pk)


@require_GET
@staff_page(Permission.IMPORT_BOOKS)
def rejects(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The rejected rows: ``?format=xlsx`` with a sheet for each file, else the CSV of ``?file=0``."""
    found = queries.run_of(pk, viewer=request.viewer)
    name = f"rejects-{found.book.name}-{found.pk}"
    if request.GET.get("format") == "xlsx":
        file = io.BytesIO()
        write_xlsx(found, file)
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")
    wanted = request.GET.get("file", "0")
    place = int(wanted) if wanted.isdigit() and int(wanted) < len(found.files) else 0
    response = StreamingHttpResponse(csv_lines(reject_table(found, place)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejects-{found.pk}-{place}.csv"'
    return response
