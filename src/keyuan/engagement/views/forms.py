"""The list of cards and surveys, and a new one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts import queries as accounts
from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.engagement import actions, queries
from keyuan.engagement.queries import FormFilter
from keyuan.engagement.states import FormKind, FormStatus
from keyuan.engagement.views.shared import TONES
from keyuan.kernel.paging import CappedPaginator
from keyuan.sales.cleaning import printable

PAGE = 50


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def form_list(request: SignedInRequest) -> HttpResponse:
    """The forms in scope: filters, order, page."""
    asked = request.GET
    wanted = FormFilter(
        text=printable(asked.get("text", "") or asked.get("q", ""))[:100],
        kind=asked.get("kind", "") if asked.get("kind", "") in FormKind.values else "",
        status=asked.get("status", "") if asked.get("status", "") in FormStatus.values else "",
        sort=asked.get("sort", ""),
    )
    page = CappedPaginator(queries.listed(wanted, viewer=request.viewer), PAGE).get_page(asked.get("page"))
    rows = queries.rows_of(page.object_list, viewer=request.viewer)
    context = {
        "wanted": wanted,
        "page": page,
        "rows": [(one, TONES[one.status]) for one in rows],
        "kinds": FormKind.choices,
        "statuses": FormStatus.choices,
        "may_create": request.viewer.may(Permission.EDIT_CUSTOMERS),
        "narrowed": bool(wanted.text or wanted.kind or wanted.status),
    }
    return render(request, "engagement/list.html", context)


@require_POST
@staff_page(Permission.EDIT_CUSTOMERS)
def create(request: SignedInRequest) -> HttpResponse:
    """A new draft of the kind asked for, in the topmost unit of the viewer."""
    kind = request.POST.get("kind", "")
    unit = accounts.units(viewer=request.viewer).first()
    form = actions.create_form(
        kind if kind in FormKind.values else FormKind.CARD,
        by=request.viewer,
        org_unit_id=None if unit is None else unit.pk,
    )
    return redirect("engagement:form", form.pk)
