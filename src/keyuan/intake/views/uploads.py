"""From a file to a run: upload, columns, preview."""

from __future__ import annotations

import io
from pathlib import Path

import xlsxwriter
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.intake import uploads as files
from keyuan.intake.forms import MappingForm, UploadForm
from keyuan.intake.mapping_file import BadMapping, read_mapping
from keyuan.intake.mappings import mapping_text
from keyuan.intake.models import Upload
from keyuan.intake.suggest import drafted, suggested
from keyuan.kernel.refusals import Refusal

pages = ["GET", "HEAD", "POST"]


@require_http_methods(pages)
@staff_page(Permission.IMPORT_BOOKS)
def upload(request: SignedInRequest) -> HttpResponse:
    files.may_import(request.viewer)
    too_long = int(request.headers.get("Content-Length") or 0) > files.limit_mb() << 20
    form = UploadForm(None if too_long else request.POST or None, None if too_long else request.FILES or None)
    if too_long:
        form.errors.setdefault(
            "file", form.error_class([str(_("上传的文件超过%(limit)s MB。")) % {"limit": files.limit_mb()}])
        )
    elif request.method == "POST" and form.is_valid():
        try:
            return _kept(request, form)
        except Refusal as refusal:
            form.add_error("own" if isinstance(refusal, BadMapping) else "file", f"{refusal}{refusal.what_to_do}")
    return render(
        request, "intake/upload.html", {"form": form, "limit": files.limit_mb()}, status=422 if form.errors else 200
    )


def _kept(request: SignedInRequest, form: UploadForm) -> HttpResponse:
    own = form.cleaned_data["own"]
    text = own.read(1 << 20).decode("utf-8-sig", "replace") if own else ""
    if not text and form.cleaned_data["mapping"]:
        text = mapping_text(form.cleaned_data["mapping"])
    if text:
        read_mapping(text)
    kept = files.keep(form.cleaned_data["file"], by=request.viewer)
    if not text:
        return redirect("intake:map", kept.pk)
    kept.mapping = text
    kept.save(update_fields=["mapping"])
    return redirect("intake:preview", kept.pk)


@require_http_methods(pages)
@staff_page(Permission.IMPORT_BOOKS)
def map_columns(request: SignedInRequest, pk: int) -> HttpResponse:
    found = files.upload_of(pk, viewer=request.viewer)
    seen = files.look(found, request.GET.get("sheet", ""))
    guess = suggested(seen.header, seen.rows)
    start = {"book": Path(found.name).stem[:80], "line": "motor"}
    form = MappingForm(request.POST or None, header=seen.header, guess=guess, initial=start)
    if request.method == "POST" and form.is_valid():
        found.mapping = _drafted(form, found, seen)
        read_mapping(found.mapping)
        found.save(update_fields=["mapping"])
        return redirect("intake:preview", found.pk)
    examples = [[row[place] for row in seen.rows[:3] if row[place]] for place in range(len(seen.header))]
    columns = list(zip(form.columns, examples, strict=True))
    context = {"upload": found, "form": form, "columns": columns, "seen": seen, "recognised": len(guess)}
    return render(request, "intake/map.html", context, status=422 if form.errors else 200)


def _drafted(form: MappingForm, found: Upload, seen: files.Look) -> str:
    told = form.cleaned_data
    return drafted(
        form.assigned,
        book=told["book"],
        file_name=found.name,
        sheet=seen.sheet if seen.sheets else "",
        product=told["product"] or "-",
        line=told["line"],
        currency=told["currency"],
    )


@require_http_methods(pages)
@staff_page(Permission.IMPORT_BOOKS)
def preview(request: SignedInRequest, pk: int) -> HttpResponse:
    found = files.upload_of(pk, viewer=request.viewer)
    if request.method == "POST":
        run = files.start(found, by=request.viewer)
        messages.success(request, _("已交给后台导入；可以离开本页，稍后再回来看。"))
        return redirect("intake:run", run.pk)
    trial, refusal = None, None
    try:
        trial = files.try_out(found, read_mapping(found.mapping), by=request.viewer)
    except Refusal as refused:
        refusal = refused
    context = {
        "upload": found,
        "trial": trial,
        "refusal": refusal,
        "wrong": sum(row["rejected"] for row in trial.rows) if trial else 0,
    }
    return render(request, "intake/preview.html", context, status=422 if refusal else 200)


@require_GET
@staff_page(Permission.IMPORT_BOOKS)
def template(request: SignedInRequest) -> FileResponse:
    """Our own workbook, empty: the columns that the mapping keyuan_book reads."""
    mapping = read_mapping(mapping_text("keyuan_book"))
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        text = workbook.add_format({"num_format": "@"})
        bold = workbook.add_format({"bold": True, "num_format": "@"})
        for source in mapping.sources:
            if source.sheet:
                sheet = workbook.add_worksheet(source.sheet)
                sheet.set_column(0, len(source.columns) - 1, 16, text)
                sheet.write_row(0, 0, source.columns, bold)
                sheet.freeze_panes(1, 0)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="keyuan-book.xlsx")
