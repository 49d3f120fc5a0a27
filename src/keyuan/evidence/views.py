"""The page of staff about the sealed log: its batches, whether all fit, and how far the seals are behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.evidence import queries
from keyuan.evidence.models import Batch
from keyuan.evidence.offline.batches import read_head
from keyuan.evidence.queries import SORTS
from keyuan.kernel.clock import COMPANY_ZONE, today
from keyuan.kernel.exporting import csv_pieces
from keyuan.kernel.paging import CappedPaginator
from keyuan.trust.pki.showing import details
from keyuan.trust.refusals import NotTheSeal
from keyuan.trust.sealing import check_seal

PAGE = 50
EXPORTED = 50_000
LARGEST = 2**63 - 1


@never_cache
@require_safe
@staff_page(Permission.SEE_LOG)
def listing(request: SignedInRequest) -> HttpResponse:
    """The batches; the last check; what waits."""
    asked = _asked(request.GET)
    page = CappedPaginator(queries.listed(**asked, viewer=request.viewer), PAGE).get_page(request.GET.get("page"))
    last = queries.checks(viewer=request.viewer).first()
    context = {
        "page": page,
        "asked": asked,
        "tabs": _tabs(request.GET, asked["sealed"]),
        "lag": queries.lag(viewer=request.viewer),
        "last": last,
        "found": None if last is None or not last.found else _found(last.found),
        "may_export": request.viewer.may(Permission.EXPORT),
    }
    return render(request, "evidence/batches.html", context)


def _found(found: dict[str, Any]) -> dict[str, Any]:
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return {"batch": found.get("batch"), "line": found.get("line"), "why": found.get(language, "")}


def _asked(asked: QueryDict) -> dict[str, Any]:
    sort, line = asked.get("sort", ""), asked.get("line", "").strip()
    return {
        "sealed": {"yes": True, "no": False}.get(asked.get("sealed", "")),
        "line": int(line) if line.isascii() and line.isdecimal() and int(line) <= LARGEST else None,
        "sort": sort if sort.lstrip("-") in SORTS else "-number",
    }


def _tabs(asked: QueryDict, sealed: bool | None) -> list[dict[str, Any]]:
    told = (("", _("全部"), None), ("yes", _("已封存"), True), ("no", _("等待封存"), False))
    return [{"label": label, "address": _with(asked, code), "here": sealed is value} for code, label, value in told]


def _with(asked: QueryDict, sealed: str) -> str:
    rest = asked.copy()
    rest.pop("page", None)
    rest.pop("sealed", None)
    if sealed:
        rest["sealed"] = sealed
    return f"?{rest.urlencode()}"


@require_POST
@staff_page(Permission.SEE_LOG)
def check(request: SignedInRequest) -> HttpResponse:
    """Let the worker check everything now."""
    try:
        app.configure_task("evidence.check").defer(timestamp=0)
    except AlreadyEnqueued:
        messages.info(request, _("核对已经在排队。"))
    else:
        messages.success(request, _("已安排核对，完成后结果显示在本页。"))
    return redirect("evidence:batches")


@require_safe
@staff_page(Permission.SEE_LOG, Permission.EXPORT)
def export(request: SignedInRequest) -> StreamingHttpResponse:
    """The list, for a spreadsheet."""
    rows = queries.listed(**_asked(request.GET), viewer=request.viewer)[:EXPORTED]
    head = [_("批次"), _("行数"), _("第一行"), _("最后一行"), _("成批时间"), _("封存时间"), _("根哈希")]
    answer = StreamingHttpResponse(csv_pieces(head, _exported(rows)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="log-seals-{today().isoformat()}.csv"'
    return answer


def _exported(rows: Any) -> Iterator[list[Any]]:
    for one in rows.iterator(chunk_size=1000):
        moments = (_moment(one.made_at), _moment(one.sealed_at))
        yield [one.number, one.lines, one.first_id, one.last_id, *moments, bytes(one.root).hex()]


def _moment(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(COMPANY_ZONE).strftime("%Y-%m-%d %H:%M:%S")


@never_cache
@require_safe
@staff_page(Permission.SEE_LOG)
def batch(request: SignedInRequest, batch_number: int) -> HttpResponse:
    """One batch: what its head says, and whether its seal holds now."""
    found = queries.the_batch(batch_number, viewer=request.viewer)
    head = read_head(bytes(found.head or b""))
    context = {"batch": found, "head": head, "root": bytes(found.root).hex(), **_sealed(found)}
    return render(request, "evidence/batch.html", context)


def _sealed(found: Batch) -> dict[str, Any]:
    head = read_head(bytes(found.head or b""))
    if found.seal is None or head is None:
        return {"stamped": None, "why": ""}
    try:
        stamped = check_seal(head.digest, bytes(found.seal))
    except NotTheSeal as refusal:
        return {"stamped": None, "why": str(refusal)}
    return {"stamped": stamped, "signer": details(stamped.signer), "why": ""}


@require_safe
@staff_page(Permission.SEE_LOG)
def download(request: SignedInRequest, batch_number: int, part: str) -> HttpResponse:
    """Head or seal, to be checked with openssl."""
    found = queries.the_batch(batch_number, viewer=request.viewer)
    data = {"head.json": found.head, "seal.p7s": found.seal}.get(part)
    if data is None:
        raise Http404
    kind = "application/json" if part == "head.json" else "application/pkcs7-signature"
    answer = HttpResponse(bytes(data), content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="batch-{batch_number}-{part}"'
    return answer
