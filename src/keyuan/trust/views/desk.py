"""The pages of staff: customers' certificates as a list, one of them, and revoking it for the customer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import COMPANY_ZONE, now, today
from keyuan.kernel.exporting import csv_pieces
from keyuan.kernel.paging import CappedPaginator
from keyuan.kernel.refusals import Refusal
from keyuan.trust import actions, authorities, queries, rules
from keyuan.trust.models import Certificate
from keyuan.trust.pki.showing import details
from keyuan.trust.queries import SORTS, CertificateFilter
from keyuan.trust.states import TONES, Reason, Standing

PAGE = 50
EXPORTED = 50_000


@require_safe
@staff_page(Permission.KEEP_CERTIFICATES)
def listing(request: SignedInRequest) -> HttpResponse:
    """Customers' certificates in scope: filters, order, pages."""
    wanted, at = filter_of(request.GET), now()
    page = CappedPaginator(queries.listed(wanted, viewer=request.viewer, at=at), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"certificate": one, **_standing(one, at)} for one in page],
        "wanted": wanted,
        "standings": Standing.choices,
        "reasons": Reason.choices,
        "tabs": _tabs(request.GET, wanted),
        "chips": _chips(request.GET, wanted),
        "may_export": request.viewer.may(Permission.EXPORT),
        "company": queries.company_certificates(viewer=request.viewer).defer("der"),
    }
    return render(request, "trust/list.html", context)


def filter_of(asked: QueryDict) -> CertificateFilter:
    """The filter of an address; what cannot be read narrows nothing."""
    standing, reason, sort = (asked.get(name, "") for name in ("standing", "reason", "sort"))
    return CertificateFilter(
        q=asked.get("q", "").strip()[:80],
        standing=standing if standing in Standing else "",
        reason=reason if reason in Reason else "",
        since=_day(asked.get("since", "")),
        sort=sort if sort.lstrip("-") in SORTS else "-made",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _with(asked: QueryDict, name: str, value: str) -> str:
    rest = asked.copy()
    rest.pop("page", None)
    rest.pop(name, None)
    if value:
        rest[name] = value
    return f"?{rest.urlencode()}"


def _tabs(asked: QueryDict, wanted: CertificateFilter) -> list[dict[str, Any]]:
    told = [("", _("全部")), *Standing.choices]
    return [
        {"label": label, "address": _with(asked, "standing", code), "here": wanted.standing == code}
        for code, label in told
    ]


def _chips(asked: QueryDict, wanted: CertificateFilter) -> list[dict[str, str]]:
    words = (
        ("q", wanted.q),
        ("reason", str(Reason(wanted.reason).label) if wanted.reason else ""),
        ("since", _("%(day)s起办理") % {"day": wanted.since} if wanted.since else ""),
    )
    return [{"word": word, "address": _with(asked, name, "")} for name, word in words if word]


def _standing(one: Certificate, at: datetime) -> dict[str, Any]:
    found = rules.standing(not_before=one.not_before, not_after=one.not_after, revoked_at=one.revoked_at, at=at)
    return {"word": found.label, "tone": TONES[found], "holds": rules.holds(found)}


@require_safe
@staff_page(Permission.KEEP_CERTIFICATES, Permission.EXPORT)
def export(request: SignedInRequest) -> StreamingHttpResponse:
    """The list as the filters say, for a spreadsheet."""
    rows = queries.listed(filter_of(request.GET), viewer=request.viewer, at=now())[:EXPORTED]
    head = [
        _("客户号"),
        _("客户"),
        _("设备"),
        _("序列号"),
        _("生效"),
        _("到期"),
        _("状态"),
        _("注销时间"),
        _("注销原因"),
    ]
    answer = StreamingHttpResponse(csv_pieces(head, _exported(rows)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="certificates-{today().isoformat()}.csv"'
    return answer


def _exported(rows: Any) -> Iterator[list[Any]]:
    at = now()
    for one in rows.iterator(chunk_size=1000):
        yield [
            one.customer.number,
            one.customer.name,
            one.device,
            one.serial,
            _moment(one.not_before),
            _moment(one.not_after),
            str(_standing(one, at)["word"]),
            _moment(one.revoked_at),
            str(Reason(one.reason).label) if one.reason else "",
        ]


def _moment(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(COMPANY_ZONE).strftime("%Y-%m-%d %H:%M")


@never_cache
@require_safe
@staff_page(Permission.KEEP_CERTIFICATES)
def certificate(request: SignedInRequest, serial: str) -> HttpResponse:
    """One certificate: whose, what stands in it, what was signed with it."""
    found = queries.the_certificate(serial, viewer=request.viewer)
    context = {
        "certificate": found,
        **_standing(found, now()),
        "details": details(authorities.loaded(bytes(found.der))),
        "signatures": queries.signatures(viewer=request.viewer).filter(certificate=found)[:20],
        "reasons": Reason.choices,
        "reason": Reason(found.reason).label if found.reason else "",
    }
    return render(request, "trust/certificate.html", context)


@require_POST
@staff_page(Permission.KEEP_CERTIFICATES)
def revoke(request: SignedInRequest, serial: str) -> HttpResponse:
    """Withdraw a customer's certificate for them, with the reason they gave."""
    reason = request.POST.get("reason", "")
    try:
        if reason not in Reason:
            messages.error(request, _("请选择注销的原因。"))
        else:
            actions.revoke(serial, reason=reason, note=request.POST.get("note", ""), by=request.viewer)
            messages.success(request, _("已注销，从现在起不能再用这张证书签名。"))
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, f"{refusal}{refusal.what_to_do}")
    return redirect("trust:certificate", serial)
