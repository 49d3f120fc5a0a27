"""What is done from the 360 page without leaving it: a form in a dialog, and an answer that says what changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customer360.forms import CallForm, NoteForm, TaskForm
from keyuan.customer360.queries.ties import id_of
from keyuan.customer360.states import Changed
from keyuan.kernel.refusals import Refusal
from keyuan.servicedesk import actions
from keyuan.servicedesk.states import ContactChannel

Write = Callable[[int, dict[str, Any], Viewer], object]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CONTACT_CUSTOMERS)
def note(request: SignedInRequest, key: str) -> HttpResponse:
    """A note or a contact in any channel."""

    def write(customer_id: int, given: dict[str, Any], by: Viewer) -> None:
        actions.note_contact(customer_id, **given, by=by)

    return _form(request, key, NoteForm, write, gettext_lazy("记一笔"), (Changed.TIMELINE,))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CONTACT_CUSTOMERS)
def call(request: SignedInRequest, key: str) -> HttpResponse:
    """How a call ended, and when to call again."""

    def write(customer_id: int, given: dict[str, Any], by: Viewer) -> None:
        again_at = given.pop("call_back_at")
        actions.note_contact(customer_id, channel=ContactChannel.CALL, **given, by=by)
        if again_at is not None:
            actions.create_task(customer_id, title=_("再次联系客户"), due_at=again_at, note=given["text"], by=by)

    return _form(request, key, CallForm, write, gettext_lazy("登记通话结果"), (Changed.TIMELINE, Changed.TASKS))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CONTACT_CUSTOMERS)
def task(request: SignedInRequest, key: str) -> HttpResponse:
    """Something to do for the customer."""

    def write(customer_id: int, given: dict[str, Any], by: Viewer) -> None:
        actions.create_task(customer_id, **given, by=by)

    return _form(request, key, TaskForm, write, gettext_lazy("新建任务"), (Changed.TASKS, Changed.TIMELINE))


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def finish_task(request: SignedInRequest, key: str, task_id: int) -> HttpResponse:
    """Tick a task off."""
    id_of(key, viewer=request.viewer)
    done = actions.complete_task(task_id, by=request.viewer)
    return _done(request, key, _("任务“%(title)s”已完成。") % {"title": done.title}, (Changed.TASKS, Changed.TIMELINE))


def _form(
    request: SignedInRequest,
    key: str,
    form_class: type[forms.Form],
    write: Write,
    title: str | Promise,
    changed: tuple[Changed, ...],
) -> HttpResponse:
    customer_id = id_of(key, viewer=request.viewer)
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid() and _written(form, customer_id, write, request.viewer):
        return _done(request, key, _("已记下。"), changed)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "title": title, "key": key, "address": request.path}
    template = "parts/form.html" if request.headers.get("HX-Request") == "true" else "form.html"
    return render(request, f"customer360/{template}", context, status=status)


def _written(form: forms.Form, customer_id: int, write: Write, by: Viewer) -> bool:
    """Whether the action was done; a refusal is said beside its field."""
    try:
        with transaction.atomic():
            write(customer_id, dict(form.cleaned_data), by)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, f"{refusal}{refusal.what_to_do}")
        return False
    return True


def _done(request: SignedInRequest, key: str, text: str, changed: tuple[Changed, ...]) -> HttpResponse:
    if request.headers.get("HX-Request") != "true":
        return redirect("customer360:customer", key)
    # The form goes with c360:done, so that comes last: events of an element that is gone reach nobody.
    told = {**{each.value: True for each in changed}, "keyuan:toast": {"text": text}, "c360:done": True}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(told)})
