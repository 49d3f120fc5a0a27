"""The customer's own page: who shall serve them from now on. Open to whoever has the link, which says nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keyuan.accounts.limits import Limit, spend_from
from keyuan.accounts.scope import system_viewer
from keyuan.kernel.refusals import Refusal
from keyuan.retention.actions import choose_successor, hand_over_of
from keyuan.retention.queries.successors import OFFERED, successors_in
from keyuan.retention.refusals import LinkEnded

if TYPE_CHECKING:
    from keyuan.customers.models import Customer

# A person opens the page a few times; who tries tokens is stopped.
OPENED = Limit("successor_link", 30, 600)


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """The proposed agent and others of the branch; one answer."""
    refusal: Refusal | None = None
    try:
        spend_from(OPENED, address=get_client_ip(request) or "")
        found = hand_over_of(token)
        if request.method == "POST":
            agent = request.POST.get("agent", "")
            chosen = choose_successor(token, agent_id=int(agent) if agent.isascii() and agent.isdecimal() else 0)
            return render(request, "retention/successor_done.html", {"chosen": chosen.chosen})
    except LinkEnded as ended:
        return _private(render(request, "retention/successor_ended.html", {"refusal": ended}, status=404))
    except Refusal as error:
        if error.code != "not_a_successor":
            return _private(render(request, "retention/successor_ended.html", {"refusal": error}, status=error.status))
        refusal = error
    able = successors_in(found.customer.org_unit_id, viewer=system_viewer("retention"))
    others = [one for one in able if one.agent_id != found.proposed_id][: OFFERED - 1]
    first = next((one for one in able if one.agent_id == found.proposed_id), None)
    context = {
        "greeting": _greeting(found.customer),
        "offered": [*([first] if first else []), *others],
        "proposed_id": found.proposed_id,
        "refusal": refusal,
    }
    return _private(render(request, "retention/successor.html", context, status=422 if refusal else 200))


def _greeting(customer: Customer) -> str:
    """The one thing that the page says of the customer: surname and how one addresses them."""
    person = getattr(customer, "person", None)
    polite = {"male": _("尊敬的%(name)s先生"), "female": _("尊敬的%(name)s女士")}
    words = polite.get("" if person is None else person.sex)
    return _("尊敬的客户") if words is None else words % {"name": customer.name[:1]}


def _private(response: HttpResponse) -> HttpResponse:
    """Nobody keeps the page or learns the address from the next one."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
