"""My day: where a member of staff starts. A customer is led to their own pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from keyuan.accounts.access import SignedInRequest, signed_in_page, staff_page
from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import COMPANY_ZONE, now, today
from keyuan.web import my_day
from keyuan.web.addresses import address
from keyuan.web.panels import panels
from keyuan.web.recent import recently_seen


@signed_in_page
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """The desk's first page; a customer's is elsewhere."""
    if not request.viewer.is_staff:
        return redirect("home:front")
    viewer, day, moment = request.viewer, today(), now().astimezone(COMPANY_ZONE)
    context = {
        "greeting": my_day.greeting(moment.hour),
        "day": day,
        "figures": my_day.figures(viewer, on=day),
        "complaints": my_day.complaints(viewer, on=day),
        "recent": recently_seen(request, viewer=viewer),
        "may_contact": viewer.may(Permission.CONTACT_CUSTOMERS),
        "new_customer_url": address("customers:create") if viewer.may(Permission.EDIT_CUSTOMERS) else "",
        "import_url": address("intake:list") if viewer.may_import_books else "",
        "users_url": address("accounts:users") if viewer.may(Permission.MANAGE_USERS) else "",
        "complaints_url": address("servicedesk:complaints"),
        "panels": panels(viewer),
        **_tasks(request),
    }
    return render(request, "web/home.html", context)


@staff_page(Permission.CONTACT_CUSTOMERS)
@require_safe
def open_tasks(request: SignedInRequest) -> HttpResponse:
    """The card of tasks by itself, loaded anew when one is done."""
    return render(request, "web/parts/my_tasks.html", _tasks(request))


def _tasks(request: SignedInRequest) -> dict[str, Any]:
    moment = now().astimezone(COMPANY_ZONE)
    return {"task_groups": my_day.task_groups(request.viewer, now=moment), "tasks_url": address("servicedesk:tasks")}
