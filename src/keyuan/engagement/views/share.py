"""Handing a form out: links, QR codes, sheets of cards to print."""

from __future__ import annotations

import io
from typing import Any

import segno
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission, Role
from keyuan.agents.queries import active_agents
from keyuan.engagement import actions, queries
from keyuan.engagement.content import Content
from keyuan.engagement.refusals import FormNotOpen
from keyuan.engagement.states import FormStatus
from keyuan.engagement.views.shared import PLAIN, TONES, address_of, language
from keyuan.kernel.clock import today

CARDS_ON_A_SHEET = 10
IMAGES = {"svg": "image/svg+xml", "png": "image/png"}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.SEE_CUSTOMERS)
def share(request: SignedInRequest, form_id: int) -> HttpResponse:
    """The links of a form with their QR codes; a new one for an agent and an occasion."""
    viewer = request.viewer
    seen = queries.form(form_id, viewer=viewer)
    if request.method == "POST":
        chosen = request.POST.get("agent", "")
        actions.make_link(
            form_id,
            agent_id=int(chosen) if chosen.isdecimal() and len(chosen) < 18 else None,
            label=request.POST.get("label", ""),
            by=viewer,
        )
        messages.success(request, _("链接已生成。"))
        return redirect("engagement:share", form_id)
    handed: list[dict[str, Any]] = []
    if viewer.role != Role.AGENT or seen.may_change:
        handed.append({"code": PLAIN, "address": address_of(request, seen.row), "agent": seen.row.owner, "label": ""})
    for link in seen.links:
        address = address_of(request, seen.row, link.code)
        handed.append({"code": link.code, "address": address, "agent": link.agent, "label": link.label})
    context = {
        "seen": seen,
        "row": seen.row,
        "tone": TONES[seen.status],
        "handed": handed,
        "is_open": seen.status == FormStatus.OPEN,
        "is_draft": seen.status == FormStatus.DRAFT,
        "agents": [] if viewer.role == Role.AGENT else list(active_agents(viewer=viewer, on=today())),
        "may_link": viewer.may(Permission.EDIT_CUSTOMERS) and seen.status != FormStatus.DRAFT,
    }
    return render(request, "engagement/share.html", context)


def _handed(request: SignedInRequest, form_id: int, code: str) -> tuple[queries.FormSeen, dict[str, Any]]:
    """The form and the link of the code; raises FormNotFound, FormNotOpen or Http404."""
    seen = queries.form(form_id, viewer=request.viewer)
    if seen.version is None:
        raise FormNotOpen
    if code == PLAIN:
        return seen, {"address": address_of(request, seen.row), "agent": seen.row.owner, "label": ""}
    for link in seen.links:
        if link.code == code:
            return seen, {
                "address": address_of(request, seen.row, code),
                "agent": link.agent or seen.row.owner,
                "label": link.label,
            }
    raise Http404


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def qr_code(request: SignedInRequest, form_id: int, code: str, image: str) -> HttpResponse:
    """The QR code of a link as SVG or PNG, with a quiet zone; it still reads with a seventh of it covered."""
    seen, handed = _handed(request, form_id, code)
    if image not in IMAGES:
        raise Http404
    file = io.BytesIO()
    segno.make_qr(handed["address"], error="m").save(file, kind=image, scale=8, border=4)
    answer = HttpResponse(file.getvalue(), content_type=IMAGES[image])
    if request.GET.get("download"):
        answer["Content-Disposition"] = f'attachment; filename="{seen.row.slug}-{code}.{image}"'
    answer["Cache-Control"] = "private, max-age=3600"
    return answer


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def sheet(request: SignedInRequest, form_id: int, code: str) -> HttpResponse:
    """Ten business cards on an A4 sheet, each with the code and whose it is, to be printed and cut."""
    seen, handed = _handed(request, form_id, code)
    content = Content.of(seen.version.content if seen.version else {})
    context = {
        "row": seen.row,
        "handed": handed,
        "code": code,
        "cards": range(CARDS_ON_A_SHEET),
        "title": content.title.said_in(language()),
        "intro": content.intro.said_in(language()),
    }
    return render(request, "engagement/sheet.html", context)
