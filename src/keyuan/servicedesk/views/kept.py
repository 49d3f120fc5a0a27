"""Keeping a list of tasks under a name, and forgetting it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.servicedesk import actions

ASKED = ("time", "whose", "kind", "priority", "owner", "customer", "q", "sort", "view")


def plain(asked: QueryDict) -> str:
    """What an address asks of the list, always in the same order, so that two can be compared."""
    return urlencode({name: str(asked[name])[:100] for name in ASKED if asked.get(name)})


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def save_view(request: SignedInRequest) -> HttpResponseBase:
    """The list as it stands, under the name that was typed."""
    query = plain(QueryDict(request.POST.get("query", "")[:2000]))
    view = actions.save_task_view(
        request.POST.get("name", ""), query=query, shared=bool(request.POST.get("shared")), by=request.viewer
    )
    messages.success(request, _("已保存视图“%(name)s”。") % {"name": view.name})
    return redirect(f"{reverse('servicedesk:tasks')}?{query}")


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def forget_view(request: SignedInRequest, task_view_id: int) -> HttpResponseBase:
    """One of one's own is deleted."""
    name = actions.forget_task_view(task_view_id, by=request.viewer)
    messages.success(request, _("已删除视图“%(name)s”。") % {"name": name})
    return redirect("servicedesk:tasks")
