"""Applications: which a viewer sees, the queue, one whole, and those of a customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.products.states import Line
from keyuan.underwriting.models import Application
from keyuan.underwriting.queries.authority import limits_of
from keyuan.underwriting.refusals import ApplicationNotFound
from keyuan.underwriting.states import Outcome

WAITING = Q(outcome=Outcome.REFER, decided_at__isnull=True)
SEALED = ("facts", "reasons", "proposal", "decision_note")


@dataclass(frozen=True, slots=True)
class ApplicationFilter:
    """What the list is narrowed to; empty narrows nothing. ``lists``: waiting, mine, sent_up, decided, automatic, all."""

    lists: str = ""
    line: str = ""
    outcome: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None


def visible(viewer: Viewer) -> QuerySet[Application]:
    """An application is seen by who sees its customer; one without a customer by its sender and the whole company.

    Facts about health are for underwriters: others see those that they sent in themselves.
    """
    if viewer.may(Permission.UNDERWRITE) and viewer.sees_whole_company:
        return Application.objects.all()
    if viewer.user_id is None:
        return Application.objects.none()
    own = Q(submitted_by_id=viewer.user_id)
    seen = Q(customer__in=customers.visible(viewer))
    if viewer.may(Permission.UNDERWRITE):
        return Application.objects.filter(seen | (own & Q(customer__isnull=True)))
    return Application.objects.filter(own & (seen | Q(customer__isnull=True)))


def the_application(application_id: int, *, viewer: Viewer) -> Application:
    """One application; raises ApplicationNotFound."""
    found = visible(viewer).select_related("customer", "taken_by").filter(pk=application_id).first()
    if found is None:
        raise ApplicationNotFound
    return found


def listed(wanted: ApplicationFilter, *, viewer: Viewer, on: date) -> QuerySet[Application]:
    """The applications that fit, for underwriters."""
    if not viewer.may(Permission.UNDERWRITE):
        return Application.objects.none()
    found = visible(viewer).filter(_list(wanted.lists, viewer, on), _conditions(wanted))
    return found.select_related("customer", "taken_by").defer(*SEALED)


def counts(*, viewer: Viewer, on: date) -> dict[str, int]:
    """How many wait, how many of these the viewer may decide, and how many were sent up."""
    if not viewer.may(Permission.UNDERWRITE):
        return {}
    rows = visible(viewer)
    return {name: rows.filter(_list(name, viewer, on)).count() for name in ("waiting", "mine", "sent_up")}


def _list(name: str, viewer: Viewer, on: date) -> Q:
    if name == "mine":
        limits = limits_of(viewer, on=on)
        free = Q(taken_by__isnull=True) | Q(taken_by_id=viewer.user_id)
        return WAITING & free & Q(sum_at_risk__lte=limits.most_sum)
    return {
        "waiting": WAITING,
        "sent_up": WAITING & Q(level__gt=1),
        "decided": Q(decided_at__isnull=False),
        "automatic": ~Q(outcome=Outcome.REFER),
    }.get(name, Q())


def _conditions(wanted: ApplicationFilter) -> Q:
    plain = {
        "line": wanted.line if wanted.line in Line.values else "",
        "submitted_on__gte": wanted.since,
        "submitted_on__lt": wanted.until,
    }
    conditions = Q(**{name: value for name, value in plain.items() if value not in ("", None)})
    if wanted.outcome in Outcome.values:
        rules_said = Q(outcome=wanted.outcome, final_outcome="")
        conditions &= Q(final_outcome=wanted.outcome) | rules_said
    return conditions & _text(wanted.text.strip()) if wanted.text.strip() else conditions


def _text(text: str) -> Q:
    """An application's number, a product's code, or the beginning of a customer's name."""
    found = Q(product__iexact=text) | Q(customer__name__startswith=text)
    digits = text.upper().removeprefix("UW")
    return found | Q(pk=int(digits)) if digits.isascii() and digits.isdecimal() and len(digits) < 18 else found


def of_customer(customer_id: int, *, viewer: Viewer) -> list[Application]:
    """A customer's applications, the newest first, without what they tell of health."""
    found = visible(viewer).filter(customer_id=customer_id).defer(*SEALED)
    return list(found.order_by("-submitted_at", "-id")[:50])
