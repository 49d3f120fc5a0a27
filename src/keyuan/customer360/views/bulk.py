"""The bulk bar: one thing done to the chosen customers, or to the whole result; large ones are watched on a page."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customer360.actions import start_bulk
from keyuan.customer360.conditions import catalogue, parse_text
from keyuan.customer360.queries import kept
from keyuan.customer360.states import BulkKind, BulkState
from keyuan.customer360.tasks import bulk as job
from keyuan.customer360.views.asked import number_in

GIVEN = ("agent", "title", "due", "to", "tag", "list", "new_list")


@staff_page(Permission.SEE_CUSTOMERS)
@require_POST
def bulk(request: SignedInRequest) -> HttpResponse:
    """Do it at once and say so, or hand it to the worker and show how far it is."""
    given = {name: request.POST[name] for name in GIVEN if request.POST.get(name)}
    kind = request.POST.get("kind", "")
    if request.POST.get("whole"):
        condition = parse_text(request.POST.get("c", ""), catalogue=catalogue(request.viewer))
        run = start_bulk(kind, given, condition=condition, by=request.viewer)
    else:
        chosen = [key for text in request.POST.getlist("picked") if (key := number_in(text)) is not None]
        run = start_bulk(kind, given, chosen=chosen, by=request.viewer)
    answer = HttpResponse(status=204)
    if run.state == BulkState.WAITING:
        job.configure(queueing_lock=f"bulk-{run.pk}").defer(run_id=run.pk)
        answer["HX-Redirect"] = reverse("customer360:query_run", args=[run.pk])
        return answer
    told = _("%(action)s：%(changed)d 位客户已更新，%(same)d 位本来就是这样。") % {
        "action": BulkKind(run.kind).label,
        "changed": run.changed,
        "same": run.total - run.changed,
    }
    answer["HX-Trigger"] = json.dumps({"keyuan:toast": {"text": told}, "bulk:done": {}})
    return answer


@staff_page(Permission.SEE_CUSTOMERS)
@require_safe
def run(request: SignedInRequest, bulk_run_id: int) -> HttpResponse:
    """How far a bulk run is: a page, and the piece of it that asks again while it runs."""
    found = kept.the_run(bulk_run_id, viewer=request.viewer)
    going = found.state in (BulkState.WAITING, BulkState.RUNNING)
    context = {"run": found, "going": going, "kind": BulkKind(found.kind).label}
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, f"customer360/queries/{'run_part' if fragment else 'run'}.html", context)
