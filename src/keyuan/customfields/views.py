"""The pages on which an administrator defines fields, puts them in order and retires them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customfields import actions, queries
from keyuan.customfields.forms import DefinitionForm
from keyuan.customfields.shapes import Definition
from keyuan.customfields.states import FieldType, RecordKind
from keyuan.kernel.refusals import Refusal


@require_safe
@staff_page(Permission.CONFIGURE)
def fields(request: SignedInRequest) -> HttpResponse:
    """The fields of one kind of record (``?record=``), those in use in order, the retired ones below."""
    return render(request, "customfields/list.html", _listed(request, _record(request.GET.get("record", ""))))


@require_POST
@staff_page(Permission.CONFIGURE)
def order(request: SignedInRequest) -> HttpResponse:
    """The new order: all ids as they stand now (``id``), one of them a step up or down (``move``: ``12:up``)."""
    record = _record(request.POST.get("record", ""))
    ids = [int(key) for key in request.POST.getlist("id") if key.isdecimal()]
    moved, _colon, step = request.POST.get("move", "").partition(":")
    if moved:
        ids = _stepped(ids, moved, up=step == "up")
    actions.order_fields(record, ids, by=request.viewer)
    if request.headers.get("HX-Request") == "true":
        return render(request, "customfields/_rows.html", _listed(request, record))
    return redirect(f"{reverse('customfields:list')}?record={record.value}")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CONFIGURE)
def new(request: SignedInRequest) -> HttpResponse:
    """A new field of the record asked for."""
    record = _record(request.GET.get("record", ""))
    form = DefinitionForm(request.POST or None, record=record)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = actions.define_field(record, told["slug"], FieldType(told["type"]), form.draft(), by=request.viewer)
        except Refusal as refusal:
            form.tell(refusal)
        else:
            messages.success(request, _("已建立字段“%(name)s”。") % {"name": made.label})
            return redirect(f"{reverse('customfields:list')}?record={record.value}")
    return _form(request, form, record, None)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CONFIGURE)
def field(request: SignedInRequest, field_id: int) -> HttpResponse:
    """One field: everything but its code and type can change."""
    found = queries.the_definition(field_id, viewer=request.viewer)
    form = DefinitionForm(request.POST or None, record=found.record, definition=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_field(field_id, form.draft(), by=request.viewer)
        except Refusal as refusal:
            form.tell(refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect(f"{reverse('customfields:list')}?record={found.record.value}")
    return _form(request, form, found.record, found)


@require_POST
@staff_page(Permission.CONFIGURE)
def retire(request: SignedInRequest, field_id: int) -> HttpResponse:
    """Out of use; the values stay."""
    gone = actions.retire_field(field_id, by=request.viewer)
    messages.success(request, _("“%(name)s”已停用，原有内容保留，随时可以恢复。") % {"name": gone.label})
    return redirect(f"{reverse('customfields:list')}?record={gone.record.value}")


@require_POST
@staff_page(Permission.CONFIGURE)
def restore(request: SignedInRequest, field_id: int) -> HttpResponse:
    """In use again."""
    back = actions.restore_field(field_id, by=request.viewer)
    messages.success(request, _("“%(name)s”已恢复使用。") % {"name": back.label})
    return redirect(f"{reverse('customfields:list')}?record={back.record.value}")


def _record(text: str) -> RecordKind:
    return RecordKind(text) if text in RecordKind.values else RecordKind.PERSON


def _listed(request: SignedInRequest, record: RecordKind) -> dict[str, object]:
    every = queries.every_definition(record, viewer=request.viewer)
    return {
        "record": record,
        "records": list(RecordKind),
        "new_url": f"{reverse('customfields:new')}?record={record.value}",
        "used": [each for each in every if not each.retired],
        "retired": [each for each in every if each.retired],
    }


def _stepped(ids: list[int], moved: str, *, up: bool) -> list[int]:
    """The ids with one of them a place higher or lower."""
    key = int(moved) if moved.isdecimal() else 0
    if key not in ids:
        return ids
    place = ids.index(key)
    other = place - 1 if up else place + 1
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
    return ids


def _form(request: SignedInRequest, form: DefinitionForm, record: RecordKind, known: Definition | None) -> HttpResponse:
    context = {"form": form, "record": record, "definition": known}
    return render(request, "customfields/field.html", context, status=422 if form.errors else 200)
