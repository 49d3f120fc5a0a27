"""The working calendar of a year, and taking in its official notice."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.accounts.access import SignedInRequest, require, staff_page
from keyuan.accounts.roles import Permission
from keyuan.deadlines import actions, queries
from keyuan.deadlines.forms import FIRST_YEAR, LAST_YEAR, NoticeForm
from keyuan.deadlines.refusals import UnreadableNotice
from keyuan.kernel.clock import today


@require_http_methods(["GET", "POST"])
@staff_page()
def year(request: SignedInRequest) -> HttpResponse:
    """The calendar of ``?year=``; an administrator pastes the notice of a year here."""
    form = NoticeForm(request.POST or None, initial={"year": today().year + 1})
    if request.method == "POST":
        require(request.viewer, Permission.MANAGE_USERS)
        if form.is_valid():
            data = form.cleaned_data
            try:
                actions.take_in_notice(data["year"], title=data["title"], text=data["text"], by=request.viewer)
            except UnreadableNotice as refusal:
                form.add_error("text", f"{refusal} {refusal.what_to_do}")
            else:
                messages.success(request, _("%(year)s年的节假日安排已录入") % {"year": data["year"]})
                return redirect(f"{reverse('deadlines:year')}?year={data['year']}")
    return _page(request, form)


def _page(request: SignedInRequest, form: NoticeForm) -> HttpResponse:
    asked = request.GET.get("year", "")
    number = int(asked) if asked.isdecimal() and len(asked) == 4 else today().year
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise Http404
    context: dict[str, Any] = {
        "shown": queries.year_calendar(number, viewer=request.viewer),
        "before": number - 1 if number > FIRST_YEAR else None,
        "after": number + 1 if number < LAST_YEAR else None,
        "today": today(),
        "form": form,
        "may_enter": request.viewer.may(Permission.MANAGE_USERS),
    }
    return render(request, "deadlines/year.html", context, status=422 if form.is_bound else 200)


@require_POST
@staff_page(Permission.MANAGE_USERS)
def remove(request: SignedInRequest, number: int) -> HttpResponse:
    """Take the notice of a year out again."""
    actions.remove_notice(number, by=request.viewer)
    messages.success(request, _("%(year)s年录入的节假日安排已删除") % {"year": number})
    return redirect(f"{reverse('deadlines:year')}?year={number}")
