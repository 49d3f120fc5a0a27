"""The panel of files on a record, uploading into it, and taking files off it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.files import actions, queries, subjects
from keyuan.files.forms import HideForm, UploadForm
from keyuan.files.refusals import FileTooLarge, NothingChosen, SubjectNotFound, TooManyFiles
from keyuan.files.states import TYPES, FileState
from keyuan.kernel.refusals import Refusal

AT_ONCE = 20
TONES = {
    FileState.WAITING: "watch",
    FileState.CLEAN: "good",
    FileState.INFECTED: "now",
    FileState.UNSCANNED: "off",
}
LONGEST_ID = 18


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def panel(request: SignedInRequest) -> HttpResponse:
    """The files of ``?kind=…&id=…``: a fragment for htmx, a page of its own for everybody else."""
    kind, text = request.GET.get("kind", ""), request.GET.get("id", "")
    if not kind or not text.isdecimal() or len(text) > LONGEST_ID:
        raise Http404
    context = _context(request, (kind, int(text)), hidden="hidden" in request.GET)
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "files/_panel.html" if fragment else "files/page.html", context)


def _context(request: SignedInRequest, subject: tuple[str, int], *, hidden: bool) -> dict[str, Any]:
    found = queries.of(subject, viewer=request.viewer, hidden=hidden)
    kind = subjects.kind_of(subject[0])
    return {
        "files": found,
        "tones": {state.value: tone for state, tone in TONES.items()},
        "kind": subject[0],
        "subject_id": subject[1],
        "subject_label": "" if kind is None else kind.label,
        "subject_url": "" if kind is None else kind.address(subject[1]),
        "hidden": hidden,
        "waiting": any(one.state == FileState.WAITING for one in found),
        "may_attach": request.viewer.may(Permission.CONTACT_CUSTOMERS) and not hidden,
        "limit": queries.limit_mb(),
        "accept": ",".join(ending for kind in TYPES for ending in kind.endings),
        "panel_url": _panel_of(*subject),
    }


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def upload(request: SignedInRequest) -> HttpResponse:
    """Take in files: one by one for the page's script (JSON), all at once for a browser without it."""
    form = _sent(request)
    subject = (form.cleaned_data["kind"], form.cleaned_data["id"])
    script = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    customer_id = subjects.customer_of(subject, request.viewer)
    already, refused, note = [], [], form.cleaned_data["note"]
    for one in form.chosen():
        try:
            done = actions.attach(customer_id, subject=subject, upload=one, note=note, by=request.viewer)
        except Refusal as refusal:
            if script or refusal.status in (403, 404):
                raise
            refused.append(f"{refusal} {refusal.what_to_do}")
        else:
            if done.already:
                already.append(_("“%(name)s”已经在这里，没有重复保存。") % {"name": done.file.name})
    if script:
        return JsonResponse({"already": " ".join(already)})
    for text in (*already, *refused):
        messages.warning(request, text)
    if not refused and not already:
        messages.success(request, _("已上传%(count)s个文件。") % {"count": len(form.chosen())})
    return redirect(_panel_of(*subject))


def _sent(request: SignedInRequest) -> UploadForm:
    """What was sent, looked at by its length before its content is read; raises FileTooLarge, TooManyFiles."""
    limit = queries.limit_mb()
    length = int(request.headers.get("Content-Length") or 0)
    if length > (limit * AT_ONCE + 1) << 20:
        raise FileTooLarge(name=_("上传的文件"), size=length >> 20, limit=limit)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        raise SubjectNotFound if {"kind", "id"} & set(form.errors) else NothingChosen
    if len(form.chosen()) > AT_ONCE:
        raise TooManyFiles(limit=AT_ONCE)
    return form


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CONTACT_CUSTOMERS)
def hide(request: SignedInRequest, file_id: int) -> HttpResponse:
    """Ask why, then take the file off."""
    row = queries.the_file(file_id, viewer=request.viewer)
    form = HideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.hide_file(file_id, reason=form.cleaned_data["reason"], by=request.viewer)
        text = _("已删除“%(name)s”。") % {"name": row.name}
        if request.headers.get("HX-Request") != "true":
            messages.success(request, text)
            return redirect(_panel_of(row.subject_kind, row.subject_id or row.customer_id))
        undo = {"url": reverse("files:restore", args=[file_id]), "label": _("撤销")}
        return _done({"keyuan:toast": {"text": text, "undo": undo}})
    context = {"form": form, "file": row, "back": _panel_of(row.subject_kind, row.subject_id or row.customer_id)}
    fragment = request.headers.get("HX-Request") == "true"
    return render(
        request, "files/_hide.html" if fragment else "files/hide.html", context, status=422 if form.errors else 200
    )


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def restore(request: SignedInRequest, file_id: int) -> HttpResponse:
    """Put a deleted file back."""
    row = actions.restore_file(file_id, by=request.viewer)
    if request.headers.get("HX-Request") != "true":
        return redirect(_panel_of(row.subject_kind, row.subject_id or row.customer_id))
    return _done({"keyuan:toast": {"text": _("已恢复“%(name)s”。") % {"name": row.name}}})


def _panel_of(kind: str, subject_id: int) -> str:
    return f"{reverse('files:panel')}?kind={kind}&id={subject_id}"


def _done(trigger: dict[str, Any]) -> HttpResponse:
    """Nothing to swap: the panel and the timeline load anew."""
    answer = HttpResponse(status=204)
    answer["HX-Trigger"] = json.dumps({**trigger, "files-changed": {}, "timeline-changed": {}})
    return answer
