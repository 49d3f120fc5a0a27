"""One pair side by side: merge field by field, not the same, or later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customers import merging
from keyuan.duplicates import actions, queries
from keyuan.duplicates.forms import LaterForm, MergeForm, NotSameForm
from keyuan.duplicates.queries import QueueFilters
from keyuan.duplicates.views.queue import row_of
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal

CHOICE, OTHER = "choose-", "other-"
LATER = timedelta(days=14)


@require_safe
@staff_page(Permission.MERGE_CUSTOMERS)
def pair(request: SignedInRequest, customer_id: int, other_id: int) -> HttpResponse:
    """Both records, what differs, and why they are thought to be one; ``?keep=`` turns them round."""
    return _page(request, customer_id, other_id)


@require_POST
@staff_page(Permission.MERGE_CUSTOMERS)
def merge_pair(request: SignedInRequest, customer_id: int, other_id: int) -> HttpResponse:
    """Merge as chosen; what was chosen and typed comes back if something is missing."""
    seen = queries.the_pair(customer_id, other_id, viewer=request.viewer)
    keep = seen.other_id if request.POST.get("keep") == str(seen.other_id) else seen.customer_id
    drop = seen.customer_id if keep == seen.other_id else seen.other_id
    form = MergeForm(request.POST)
    if form.is_valid():
        try:
            done = merging.merge(
                keep, drop, choices=_choices(request), reason=form.cleaned_data["reason"], by=request.viewer
            )
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            form.add_error(None, " ".join(filter(None, (str(refusal), refusal.what_to_do))))
        else:
            messages.success(request, _("已合并，两份档案的全部记录都在这里。"))
            return redirect("duplicates:merge", done.pk)
    return _page(request, customer_id, other_id, form=form)


@require_POST
@staff_page(Permission.MERGE_CUSTOMERS)
def not_same(request: SignedInRequest, customer_id: int, other_id: int) -> HttpResponse:
    form = NotSameForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    actions.not_the_same(customer_id, other_id, reason=reason, by=request.viewer)
    messages.success(request, _("已记下：不是同一人，以后不再提示。"))
    return _next(request)


@require_POST
@staff_page(Permission.MERGE_CUSTOMERS)
def later(request: SignedInRequest, customer_id: int, other_id: int) -> HttpResponse:
    """Put off for two weeks or until the day given; ``now`` puts it back into the queue."""
    form = LaterForm(request.POST)
    day = form.cleaned_data["on"] if form.is_valid() else None
    on = None if "now" in request.POST else day or today() + LATER
    actions.look_again(customer_id, other_id, on=on, by=request.viewer)
    words = _("已放回待审核。") if on is None else _("%(day)s再看。") % {"day": on.isoformat()}
    messages.success(request, words)
    return _next(request)


def _next(request: SignedInRequest) -> HttpResponse:
    """The next pair of the queue, so that one can go on without a detour."""
    following = queries.queue(QueueFilters(), viewer=request.viewer, on=today()).first()
    if following is None:
        return redirect("duplicates:queue")
    return redirect("duplicates:pair", following.customer_id, following.other_id)


def _choices(request: SignedInRequest) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    for key, value in request.POST.items():
        name = key.removeprefix(CHOICE)
        if key.startswith(CHOICE) and value in ("keep", "drop"):
            chosen[name] = value
        elif key.startswith(CHOICE) and value == "other":
            chosen[name] = merging.Other(request.POST.get(f"{OTHER}{name}", ""))
    return chosen


def _page(request: SignedInRequest, customer_id: int, other_id: int, *, form: MergeForm | None = None) -> HttpResponse:
    asked = request.POST.get("keep") or request.GET.get("keep", "")
    keep = int(asked) if asked.isdigit() and len(asked) < 19 else None
    seen = queries.review(customer_id, other_id, viewer=request.viewer, keep_id=keep)
    address = reverse("duplicates:pair", args=[seen.pair.customer_id, seen.pair.other_id])
    lines = [
        {
            "line": line,
            "chosen": request.POST.get(f"{CHOICE}{line.name}") or line.proposed,
            "typed": request.POST.get(f"{OTHER}{line.name}", ""),
        }
        for line in seen.lines
    ]
    context = {
        **row_of(seen.pair),
        "seen": seen,
        "lines": [one for one in lines if one["line"].differs],  # type: ignore[attr-defined]
        "single": [one for one in lines if one["line"].only_one],  # type: ignore[attr-defined]
        "same": [one for one in lines if not one["line"].differs and not one["line"].only_one],  # type: ignore[attr-defined]
        "form": form or MergeForm(),
        "not_same_form": NotSameForm(auto_id="not_same_%s"),
        "later_form": LaterForm(),
        "turned": f"{address}?keep={seen.right.id}",
        "all_reasons": seen.reasons,
        "may_unmask": request.viewer.may(Permission.UNMASK),
    }
    return render(request, "duplicates/review.html", context, status=200 if form is None else 422)
