"""What was merged: the list, one merge, and its undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customers import merging
from keyuan.customers import queries as customers
from keyuan.duplicates import queries
from keyuan.duplicates.forms import VERDICT_TABS
from keyuan.duplicates.refusals import PairNotFound
from keyuan.kernel.clock import today
from keyuan.kernel.paging import CappedPaginator

PAGE = 50


@require_safe
@staff_page(Permission.MERGE_CUSTOMERS)
def merge_list(request: SignedInRequest) -> HttpResponse:
    """Every merge in scope, the latest first."""
    text = request.GET.get("text", "").strip()
    found = customers.merges(viewer=request.viewer)
    if text:
        found = found.filter(dropped_name__icontains=text) | found.filter(dropped_number__istartswith=text)
    page = CappedPaginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "text": text, "tabs": VERDICT_TABS, "verdict": "merged"}
    return render(request, "duplicates/merges.html", context)


@require_safe
@staff_page(Permission.MERGE_CUSTOMERS)
def merge(request: SignedInRequest, merge_id: int) -> HttpResponse:
    """One merge, with the button that takes it back; undone, with what the undo says."""
    seen = customers.merge_seen(merge_id, viewer=request.viewer)
    following = queries.queue(queries.QueueFilters(), viewer=request.viewer, on=today()).first()
    context = {"merge": seen, "told": merging.told_report(seen), "following": following}
    return render(request, "duplicates/merge.html", context)


@require_POST
@staff_page(Permission.MERGE_CUSTOMERS)
def undo(request: SignedInRequest, merge_id: int) -> HttpResponse:
    merging.undo_merge(merge_id, by=request.viewer)
    messages.success(request, _("已撤销合并，两份档案都已恢复。"))
    return redirect("duplicates:merge", merge_id)


@require_safe
@staff_page(Permission.MERGE_CUSTOMERS)
def merge_of(request: SignedInRequest, number: str) -> HttpResponse:
    """The merge in which the customer of this number went into another: where the timeline leads."""
    found: Any = customers.merges(viewer=request.viewer).filter(dropped_number=number.upper()).first()
    if found is None:
        raise PairNotFound
    return redirect("duplicates:merge", found.pk)
