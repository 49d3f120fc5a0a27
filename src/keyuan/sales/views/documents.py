"""What is handed over: the PDF of a proposal and the code that leads back to it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.sales import actions, queries
from keyuan.sales.proposals.printing import pdf as printed
from keyuan.sales.proposals.printing import qr
from keyuan.sales.refusals import LinkGone

LANGUAGES = ("zh", "en")


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def pdf(request: SignedInRequest, proposal_id: UUID, language: str) -> HttpResponse:
    """The proposal as a PDF in Chinese or English."""
    seen = queries.proposal(proposal_id, viewer=request.viewer)
    if language not in LANGUAGES:
        raise Http404
    agent = seen.row.made_by.display_name if seen.row.made_by is not None else ""
    made = printed(seen, language=language, link=_link(request, seen), whom=seen.subject_name, agent=agent)
    if request.method == "GET":
        actions.note_printed(proposal_id, by=request.viewer)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="proposal-{str(proposal_id)[:8]}-{language}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def qr_code(request: SignedInRequest, proposal_id: UUID) -> HttpResponse:
    """The code that the customer scans; raises LinkGone while there is no link."""
    seen = queries.proposal(proposal_id, viewer=request.viewer)
    if not seen.link_open:
        raise LinkGone
    answer = HttpResponse(qr(_link(request, seen)), content_type="image/svg+xml")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _link(request: SignedInRequest, seen: queries.ProposalSeen) -> str:
    return request.build_absolute_uri(reverse("sales:public", args=[seen.row.token])) if seen.link_open else ""
