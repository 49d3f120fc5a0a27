"""How one is reminded: browser notifications, calendar feeds; and the feed itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.queries import active_staff
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import STRANGER
from keyuan.kernel.clock import now
from keyuan.kernel.refusals import Refusal
from keyuan.servicedesk import actions, queries
from keyuan.servicedesk.actions.feeds import digest_of
from keyuan.servicedesk.entries import Entry, from_other_rooms
from keyuan.servicedesk.ical import calendar_of
from keyuan.servicedesk.models import Task
from keyuan.servicedesk.states import TaskKind

MADE = "calendar_feed_made"


@require_safe
@staff_page()
def reminders(request: SignedInRequest) -> HttpResponse:
    """The preferences. The address of a feed that was just made is shown once."""
    secret = request.session.pop(MADE, None)
    address = request.build_absolute_uri(reverse("servicedesk:calendar", args=[secret])) if secret else ""
    context = {
        "feeds": queries.calendar_feeds(viewer=request.viewer),
        "address": address,
        "may_feed": request.viewer.may(Permission.CONTACT_CUSTOMERS),
    }
    response = render(request, "servicedesk/reminders.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def make_feed(request: SignedInRequest) -> HttpResponse:
    """A new feed."""
    try:
        _feed, secret = actions.make_feed(name=request.POST.get("name", "") or _("日历"), by=request.viewer)
    except Refusal as refusal:
        messages.error(request, f"{refusal} {refusal.what_to_do}")
    else:
        request.session[MADE] = secret
    return redirect("servicedesk:reminders")


@require_POST
@staff_page()
def revoke_feed(request: SignedInRequest, feed_id: int) -> HttpResponse:
    """Revoke one."""
    feed = actions.revoke_feed(feed_id, by=request.viewer)
    messages.success(request, _("日历订阅“%(name)s”已停用") % {"name": feed.name})
    return redirect("servicedesk:reminders")


@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The feed: whoever has the address reads it, without a session. Anything else is not found."""
    moment = now()
    owner = queries.feed_owner(digest_of(secret), on=moment)
    if owner == STRANGER or not owner.may(Permission.CONTACT_CUSTOMERS):
        raise Http404
    tasks = queries.tasks_for_calendar(viewer=owner, on=moment)
    ((_user, language),) = active_staff([owner.user_id or 0])
    with override(language):
        entries = [_entry(request, task) for task in tasks]
        entries += from_other_rooms(owner, whole=request.build_absolute_uri)
        text = calendar_of(entries, name=_("客缘任务"))
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="keyuan.ics"'
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _entry(request: HttpRequest, task: Task) -> Entry:
    customer = task.customer
    # A title may be typed with the name of the customer in it: the calendar shows the number in its place.
    title = task.title if customer is None else task.title.replace(customer.name, customer.number)
    return Entry(
        uid=f"task-{task.pk}@{request.get_host().split(':')[0]}",
        title=title,
        begin=task.due_at,
        stamp=task.done_at or task.created_at,
        url=request.build_absolute_uri(reverse("servicedesk:task", args=[task.pk])),
        description="" if customer is None else _("客户号：%(number)s") % {"number": customer.number},
        category=str(TaskKind(task.kind).label),
        remind_at=task.remind_at,
        gone=task.done_at is not None,
    )
