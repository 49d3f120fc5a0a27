"""Member lists as files: upload, preview, apply, what was not taken, the template, and the export."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, require, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customers.masking import mask
from keyuan.customers.refusals import PurposeMissing
from keyuan.customers.states import DocumentKind
from keyuan.eventlog.actions import record
from keyuan.files.refusals import FileBeingScanned
from keyuan.kernel.clock import today
from keyuan.kernel.exporting import csv_pieces, xlsx_file
from keyuan.kernel.refusals import Refusal
from keyuan.policies import actions, events, queries
from keyuan.policies.members.columns import LABELS
from keyuan.policies.members.forms import ListForm
from keyuan.policies.members.reasons import sentence
from keyuan.policies.members.views import PAGES, asked, heading
from keyuan.policies.models import GroupMember, MemberList

SHOWN = 200
EXPORTED = ("name", "document_kind", "id_number", "mobile", "staff_number", "plan", "occupation_class", "sum_insured",
            "premium", "joined_on", "left_on")  # fmt: skip


@require_http_methods(PAGES)
@staff_page(Permission.SERVE_POLICIES)
def upload(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """A list to be looked at; a file that is no list is refused before anything is kept."""
    policy = queries.the_group_policy(policy_id, viewer=request.viewer)
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.open_member_list(
                policy_id, data["file"], mode=data["mode"], effective_on=data["effective_on"], by=request.viewer
            )
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            field = "effective_on" if refusal.field == "joined_on" else "file"
            form.add_error(field, f"{refusal}{refusal.what_to_do}")
        else:
            return redirect("policies:member_list", made.pk)
    context = {
        **heading(request, policy, "lists", today()),
        "form": form,
        "lists": queries.member_lists_of(policy_id, viewer=request.viewer),
    }
    return render(request, "policies/members/upload.html", context, status=422 if form.errors else 200)


@require_http_methods(PAGES)
@staff_page(Permission.SERVE_POLICIES)
def member_list(request: SignedInRequest, member_list_id: int) -> HttpResponse:
    """What a list would do, and the button that does it; afterwards, what it did."""
    found = queries.the_member_list(member_list_id, viewer=request.viewer)
    if request.method == "POST":
        leaving = request.POST.get("remove_missing") == "1"
        seen = actions.apply_member_list(member_list_id, remove_missing=leaving, by=request.viewer)
        told = _("名单没有带来变化。") if seen.changes.nothing and not leaving else _("名单已办理。")
        messages.success(request, told)
        return redirect("policies:member_list", member_list_id)
    policy = queries.the_group_policy(found.policy_id, viewer=request.viewer)
    context = {**heading(request, policy, "lists", today()), "list": found}
    if found.applied_at is None:
        context |= _preview(request, found)
    else:
        context |= {"counts": found.counts, "rejects": _told(found.rejects)[:SHOWN]}
    return render(request, "policies/members/preview.html", context)


def _preview(request: SignedInRequest, found: MemberList) -> dict[str, Any]:
    try:
        seen = actions.look_at_member_list(found.pk, viewer=request.viewer)
    except FileBeingScanned as waiting:
        return {"waiting": str(waiting)}
    changes = seen.changes
    return {
        "counts": seen.counts,
        "ignored": seen.sheet.ignored,
        "joins": [
            dict(row.values) | {"row": row.row, "on": row.joined_on or found.effective_on} for row in changes.joins
        ][:SHOWN],
        "moves": [_pair(row, seen.members[last.id]) for row, last in (*changes.moves, *changes.corrections)][:SHOWN],
        "leaves": [(seen.members[last.id], row.left_on) for row, last in changes.leaves][:SHOWN],
        "missing": [seen.members[last.id] for last in changes.missing][:SHOWN],
        "nothing": changes.nothing and not changes.missing,
        "rejects": _told([one.stored() for one in seen.rejects])[:SHOWN],
    }


def _pair(row: Any, member: GroupMember) -> dict[str, Any]:
    """Before and after of what the list changes."""
    names = [name for name, value in row.values.items() if hasattr(member, name) and getattr(member, name) != value]
    hidden = ("mobile", "id_number")
    told = [
        (
            LABELS[name],
            *(mask(name, str(v or "")) if name in hidden else v for v in (getattr(member, name), row.values[name])),
        )
        for name in names
        if name in LABELS and name != "id_number"
    ]
    return {"name": member.name, "row": row.row, "changes": told}


@require_safe
@staff_page(Permission.SERVE_POLICIES)
def rejects(request: SignedInRequest, member_list_id: int) -> HttpResponseBase:
    """The rows that were not taken, with number, column and reason in front, to be corrected and sent again."""
    found = queries.the_member_list(member_list_id, viewer=request.viewer)
    stored = found.rejects
    if found.applied_at is None:
        stored = [one.stored() for one in actions.look_at_member_list(found.pk, viewer=request.viewer).rejects]
    rows = ([one["row"], one["column"], one["reason"], *one["cells"]] for one in _told(stored))
    answer = StreamingHttpResponse(
        csv_pieces([_("行号"), pgettext("名单", "列"), _("原因")], rows), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="member-rejects-{found.pk}.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_safe
@staff_page(Permission.SERVE_POLICIES)
def template(request: SignedInRequest) -> FileResponse:
    """An empty list with the columns that we read."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        sheet = book.add_worksheet()
        sheet.set_column(0, len(LABELS) - 1, 18, text)
        sheet.write_row(0, 0, [str(label) for label in LABELS.values()], bold)
        sheet.freeze_panes(1, 0)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="members.xlsx")


@require_POST
@staff_page(Permission.EXPORT)
def export(request: SignedInRequest, policy_id: int) -> HttpResponseBase:
    """The members as filtered, masked; with whole numbers only for who may see them. Who took it and why is logged."""
    policy = queries.the_group_policy(policy_id, viewer=request.viewer)
    purpose = request.POST.get("purpose", "").strip()[:200]
    if not purpose:
        raise PurposeMissing(field="purpose")
    whole = request.POST.get("whole") == "1"
    if whole:
        require(request.viewer, Permission.UNMASK)
    query = QueryDict(request.POST.get("query", "")[:2000])
    chosen, on, _form = asked(query)
    found = queries.members_of(policy_id, chosen, viewer=request.viewer, on=on)
    kind = "csv" if request.POST.get("format") == "csv" else "xlsx"
    with transaction.atomic():
        payload = {"policy": policy.number, "purpose": purpose, "whole": whole, "filters": query.dict()}
        record(
            events.MEMBERS_EXPORTED,
            by=request.viewer.actor,
            customer_id=policy.customer_id,
            org_unit_id=policy.org_unit_id,
            subject=("policy", policy.pk),
            payload={**payload, "format": kind, "rows": found.count()},
        )
    head, rows = [str(LABELS[name]) for name in EXPORTED], _exported(found, whole=whole)
    name = f"members-{policy.number}-{on.isoformat()}.{kind}"
    if kind == "xlsx":
        return FileResponse(xlsx_file(head, rows), as_attachment=True, filename=name)
    answer = StreamingHttpResponse(csv_pieces(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _exported(found: Any, *, whole: bool) -> Iterator[list[Any]]:
    for row in found.select_related(None).iterator(chunk_size=2000):
        cells = {name: getattr(row, name) for name in EXPORTED}
        cells["document_kind"] = str(DocumentKind(row.document_kind).label) if row.document_kind else ""
        if not whole:
            cells |= {name: mask(name, str(cells[name] or "")) for name in ("id_number", "mobile")}
        yield list(cells.values())


def _told(stored: list[list[Any]]) -> list[dict[str, Any]]:
    return [
        {"row": row, "column": column, "reason": sentence(code, gaps), "cells": [str(cell)[:80] for cell in cells]}
        for row, column, code, gaps, cells in stored
    ]
