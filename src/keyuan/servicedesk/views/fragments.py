"""The small forms that open over a customer's page: note, call outcome, task, complaint. Each works alone as well."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.kernel.refusals import Refusal
from keyuan.servicedesk import actions
from keyuan.servicedesk.forms import CallForm, ComplaintForm, ContactForm, TaskForm
from keyuan.servicedesk.queries import the_customer
from keyuan.servicedesk.states import CallOutcome, ContactChannel
from keyuan.servicedesk.views.answers import done, form_again, put_refusal
from keyuan.servicedesk.views.tasks import CHANGED, FIELDS, saved_sentence

TEMPLATE = "servicedesk/parts/form.html"


@require_http_methods(["GET", "POST"])
@staff_page(Permission.CONTACT_CUSTOMERS)
def note_contact(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Write down a contact with the customer."""
    customer = the_customer(customer_id, viewer=request.viewer)
    form = ContactForm(request.POST or None)
    if form.is_valid():
        try:
            actions.note_contact(
                customer_id,
                channel=form.cleaned_data["channel"],
                direction=form.cleaned_data["direction"],
                outcome=form.cleaned_data["outcome"],
                text=form.cleaned_data["text"],
                occurred_at=form.cleaned_data["occurred_at"],
                by=request.viewer,
            )
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            return done(request, _("联系记录已保存"), changed=["timeline-changed"])
    title = _("给%(name)s记一笔") % {"name": customer.name}
    return form_again(request, TEMPLATE, form, title=title, save=_("保存记录"))


@require_http_methods(["GET", "POST"])
@staff_page(Permission.CONTACT_CUSTOMERS)
def call_outcome(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """How a call ended; with a time agreed for the next one, a task as well, both or neither."""
    customer = the_customer(customer_id, viewer=request.viewer)
    form = CallForm(request.POST or None)
    if form.is_valid():
        call_back_at = form.cleaned_data["call_back_at"]
        try:
            with transaction.atomic():
                actions.note_contact(
                    customer_id,
                    channel=ContactChannel.CALL,
                    direction=form.cleaned_data["direction"],
                    outcome=CallOutcome.CALL_BACK if call_back_at else form.cleaned_data["outcome"],
                    text=form.cleaned_data["text"],
                    by=request.viewer,
                )
                if call_back_at is not None:
                    title = _("回电：%(name)s") % {"name": customer.name}
                    actions.create_task(
                        customer_id, title=title, due_at=call_back_at, note=form.cleaned_data["text"], by=request.viewer
                    )
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            changed = ["timeline-changed", "tasks-changed"] if call_back_at else ["timeline-changed"]
            return done(request, _("通话结果已保存"), changed=changed)
    title = _("与%(name)s的通话") % {"name": customer.name}
    return form_again(request, TEMPLATE, form, title=title, save=_("保存结果"))


@require_http_methods(["GET", "POST"])
@staff_page(Permission.CONTACT_CUSTOMERS)
def create_task(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """A task for the customer."""
    customer = the_customer(customer_id, viewer=request.viewer)
    return _new_task(request, customer_id, _("为%(name)s新建任务") % {"name": customer.name})


@require_http_methods(["GET", "POST"])
@staff_page(Permission.CONTACT_CUSTOMERS)
def create_own_task(request: SignedInRequest) -> HttpResponse:
    """A task that concerns no customer."""
    return _new_task(request, None, pgettext("动作", "新建任务"))


def _new_task(request: SignedInRequest, customer_id: int | None, title: str) -> HttpResponse:
    form = TaskForm(request.POST or None, viewer=request.viewer)
    if form.is_valid():
        data = {name: form.cleaned_data[name] for name in FIELDS}
        try:
            actions.create_task(customer_id, **data, owner_id=form.cleaned_data["owner"], by=request.viewer)
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            return done(request, saved_sentence(data["due_at"]), changed=CHANGED)
    template = "servicedesk/parts/task_form.html" if request.headers.get("HX-Request") else "servicedesk/task_new.html"
    return form_again(request, template, form, title=title, save=_("建立任务"))


@require_http_methods(["GET", "POST"])
@staff_page(Permission.CONTACT_CUSTOMERS)
def receive_complaint(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """A complaint of the customer; its clock runs from now."""
    customer = the_customer(customer_id, viewer=request.viewer)
    form = ComplaintForm(request.POST or None, viewer=request.viewer, customer_id=customer_id)
    if form.is_valid():
        try:
            complaint = actions.receive_complaint(
                customer_id,
                channel=form.cleaned_data["channel"],
                reason=form.cleaned_data["reason"],
                summary=form.cleaned_data["summary"],
                policy_id=form.cleaned_data["policy"],
                received_at=form.cleaned_data["received_at"],
                by=request.viewer,
            )
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            told = _("投诉%(number)s已受理") % {"number": complaint.number}
            return done(request, told, changed=["complaints-changed", "timeline-changed"])
    title = _("受理%(name)s的投诉") % {"name": customer.name}
    return form_again(request, TEMPLATE, form, title=title, save=pgettext("动作", "受理投诉"))


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def complete_task(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Tick a task off; the answer offers to undo it."""
    task = actions.complete_task(task_id, by=request.viewer)
    told = _("任务“%(title)s”已完成") % {"title": task.title}
    undo = {"url": reverse("servicedesk:reopen_task", args=[task.pk]), "label": _("撤销")}
    return done(request, told, changed=["tasks-changed", "timeline-changed"], undo=undo)


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def reopen_task(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Take up a finished task again."""
    task = actions.reopen_task(task_id, by=request.viewer)
    told = _("任务“%(title)s”已重开") % {"title": task.title}
    return done(request, told, changed=["tasks-changed", "timeline-changed"])
