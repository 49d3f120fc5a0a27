"""The 360 page, its timeline, and the pieces of it that load anew when something changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customer360.queries.overview import overview_of
from keyuan.customer360.queries.seen import by_first
from keyuan.customer360.queries.timeline import categories_for
from keyuan.customer360.queries.timeline import timeline as read_timeline
from keyuan.customer360.rules.family_map import draw
from keyuan.customer360.shapes import Labelled, Overview, Tie
from keyuan.customers import queries as customers
from keyuan.eventlog.kinds import Category
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal

CARDS = 12
CLAIMS = 10
PIECES = frozenset({"header", "facts", "holdings", "claims", "side"})


class NotADay(Refusal):
    code = "not_a_day"
    message = gettext_lazy("“%(text)s”不是有效的日期。")
    remedy = gettext_lazy("请按 2026-01-31 的样子填写日期。")


@staff_page(Permission.SEE_CUSTOMERS)
@require_safe
def customer(request: SignedInRequest, key: str) -> HttpResponse:
    """Everything about the customer on one page, today or as of ``?as_of=``."""
    seen = _overview(request, key)
    if key != seen.number:
        query = request.META.get("QUERY_STRING", "")
        return redirect(reverse("customer360:customer", args=[seen.number]) + (f"?{query}" if query else ""))
    return render(request, "customer360/customer.html", page_context(request, seen))


@staff_page(Permission.SEE_CUSTOMERS)
@require_safe
def piece(request: SignedInRequest, key: str, piece: str) -> HttpResponse:
    """One piece of the page by itself, for htmx."""
    if piece not in PIECES:
        raise Http404
    seen = _overview(request, key)
    return render(request, f"customer360/parts/{piece}.html", page_context(request, seen))


@staff_page(Permission.SEE_CUSTOMERS)
@require_safe
def timeline(request: SignedInRequest, key: str) -> HttpResponse:
    """The timeline as filtered, or the next page of it below the line ``?before=``."""
    before, text, chosen = request.GET.get("before", ""), request.GET.get("q", ""), request.GET.getlist("category")
    as_of = day_asked(request)
    found = read_timeline(
        customers.by_key(key, viewer=request.viewer).customer_id,
        viewer=request.viewer,
        before=before,
        categories=chosen,
        as_of=None if as_of is None or as_of >= today() else as_of,
        text=text,
    )
    context = {
        "days": days_of(found.lines),
        "next": found.next,
        "timeline_url": reverse("customer360:timeline", args=[key]),
        "filtered": bool(chosen or text),
        "continued": bool(before),
    }
    return render(request, "customer360/parts/timeline.html", context)


def day_asked(request: HttpRequest) -> date | None:
    """The day of ``?as_of=``, if one is asked for; raises NotADay."""
    text = request.GET.get("as_of", "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotADay(field="as_of", text=text[:20]) from error


def _overview(request: SignedInRequest, key: str) -> Overview:
    return overview_of(customers.by_key(key, viewer=request.viewer), as_of=day_asked(request))


def days_of(lines: Any) -> list[tuple[date, list[Any]]]:
    """The lines of the timeline gathered by day."""
    return by_first(lines, lambda line: line.occurred_at.date())


def page_context(request: SignedInRequest, seen: Overview) -> dict[str, Any]:
    """What the templates of the page and its pieces need beside the overview."""
    whole = "all" in request.GET
    viewer: Viewer = request.viewer
    own = Tie(seen.id, seen.number, seen.name, Labelled("self", ""))
    ties = (*seen.household, *(tie for tie in seen.relations if tie.name not in {t.name for t in seen.household}))
    contacts = (line for line in seen.timeline if line.category.code == Category.CONTACT)
    return {
        "o": seen,
        "today": today(),
        "in_force": sum(held.in_force for held in seen.holdings),
        "first_due": seen.next_due[0] if seen.next_due else None,
        "last_contact": next(contacts, None),
        "shown_holdings": seen.holdings if whole else seen.holdings[:CARDS],
        "more_holdings": 0 if whole else max(0, len(seen.holdings) - CARDS),
        "shown_claims": seen.claims if whole else seen.claims[:CLAIMS],
        "more_claims": 0 if whole else max(0, len(seen.claims) - CLAIMS),
        "days": days_of(seen.timeline),
        "family": draw(own, ties) if ties else None,
        "ties": ties,
        "categories": categories_for(viewer),
        "may_contact": viewer.may(Permission.CONTACT_CUSTOMERS),
        "may_unmask": viewer.may(Permission.UNMASK) and seen.is_today,
        "may_see_profit": viewer.may(Permission.SEE_INSIGHT) and seen.is_today,
        "as_of_query": "" if seen.is_today else f"?as_of={seen.as_of.isoformat()}",
        "overdue_label": _("已逾期"),
        "open_label": _("处理中"),
        "closed_label": _("已办结"),
        "given_label": _("已同意"),
        "not_given_label": _("未同意"),
        "phone_label": _("移动电话"),
        **_addresses(seen),
        **_edit_addresses(seen, viewer),
    }


def _addresses(seen: Overview) -> dict[str, str]:
    """Where the page's buttons lead; a room that has not built a page yet gives an empty address."""
    page = reverse("customer360:customer", args=[seen.number])
    return {
        "page_url": page,
        "here_all": f"{page}?all=1",
        "timeline_url": reverse("customer360:timeline", args=[seen.number]),
        "piece_url": f"{page}piece/",
        "note_url": _address("servicedesk:note_contact", seen.id),
        "call_url": _address("servicedesk:call_outcome", seen.id),
        "task_url": _address("servicedesk:create_task", seen.id),
        "complaint_url": _address("servicedesk:receive_complaint", seen.id),
    }


def _edit_addresses(seen: Overview, viewer: Viewer) -> dict[str, str]:
    """Where the profile is changed, for those who may and only in the present; unbuilt pages give an empty address."""
    if not seen.is_today:
        return {}
    names = {"reveal_url": "unmask"} if viewer.may(Permission.UNMASK) else {}
    if viewer.may(Permission.EDIT_CUSTOMERS):
        names |= {"edit_url": "edit", "household_url": "household", "relate_url": "relate", "consent_url": "consent"}
    return {key: _address(f"customers:{name}", seen.id) for key, name in names.items()}


def _address(name: str, customer_id: int) -> str:
    try:
        return reverse(name, args=[customer_id])
    except NoReverseMatch:
        return ""
