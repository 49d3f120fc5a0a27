"""Every read of claims. Each names its viewer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import Viewer
from keyuan.claims import rules
from keyuan.claims.clocks import clocks_for
from keyuan.claims.models import Claim
from keyuan.claims.rules import ClaimFacts, LegalClock
from keyuan.claims.states import ClaimStatus
from keyuan.customers import queries as customers
from keyuan.customers.refusals import CustomerNotFound
from keyuan.kernel.clock import LATEST
from keyuan.kernel.compiled import Compiled
from keyuan.kernel.refusals import Refusal


class ClaimNotFound(Refusal):
    """There is no such claim, or the viewer may not see it: both read alike."""

    code = "claim_not_found"
    status = 404
    message = _("没有找到这个赔案。")
    remedy = _("请核对赔案号；如确认无误，请联系客户所属机构。")


@dataclass(slots=True)
class ClaimHeld:
    """A claim as it stands on a day. Money is in ``currency``; what came after the day is nothing here."""

    id: int
    number: str
    customer_id: int
    customer_name: str
    policy_id: int
    policy_number: str
    product_name: str
    cause: str
    occurrences: int
    occurred_on: date
    notified_on: date
    papers_complete_on: date | None
    decided_on: date | None
    decision: str
    refusal_notified_on: date | None
    paid_on: date | None
    closed_on: date | None
    currency: str
    claimed_amount: Decimal | None
    paid_amount: Decimal | None
    statuses: frozenset[ClaimStatus]
    clocks: tuple[LegalClock, ...]

    @property
    def is_open(self) -> bool:
        return ClaimStatus.CLOSED not in self.statuses

    @property
    def ordered_statuses(self) -> tuple[ClaimStatus, ...]:
        """The statuses in the order in which people read them."""
        return tuple(status for status in ClaimStatus if status in self.statuses)

    @property
    def deadline(self) -> date | None:
        """The nearest day by which something must be done; None when nothing is owed."""
        return min((clock.deadline for clock in self.clocks if clock.done_on is None), default=None)


_COLUMNS = (
    "id",
    "number",
    "customer_id",
    "customer__name",
    "policy_id",
    "policy__number",
    "policy__product__name",
    "policy__product__code",
    "cause",
    "occurrences",
    "occurred_on",
    "notified_on",
    "papers_complete_on",
    "decided_on",
    "decision",
    "refusal_notified_on",
    "paid_on",
    "closed_on",
    "currency",
    "claimed_amount",
    "paid_amount",
)


def visible(viewer: Viewer) -> QuerySet[Claim]:
    """The claims of the customers in the viewer's scope."""
    if viewer.sees_whole_company:
        return Claim.objects.all()
    return Claim.objects.filter(customer__in=customers.visible(viewer))


def of_customer(customer_id: int, *, viewer: Viewer, on: date, known_at: datetime | None = None) -> list[ClaimHeld]:
    """The customer's claims notified by ``on`` (and recorded by ``known_at``), the latest first; a stranger's: none."""
    try:
        seen = customers.in_scope(customer_id, viewer=viewer)
    except CustomerNotFound:
        return []
    return ask_of_customer(seen, on=on, known_at=known_at)()


def ask_of_customer(
    seen: customers.InScope, *, on: date, known_at: datetime | None = None
) -> Callable[[], list[ClaimHeld]]:
    """Ask for the same for a customer who is known to be in scope."""
    asked = _OF_CUSTOMER.ask(customer_id=seen.customer_id, on=on, known_at=known_at or LATEST)
    return lambda: [_held(on, *row) for row in asked.rows()]


def _all_of_customer(customer_id: int, on: date, known_at: datetime) -> QuerySet[Claim, Any]:
    found = Claim.objects.filter(customer_id=customer_id, notified_on__lte=on, recorded_at__lte=known_at)
    return found.order_by("-notified_on", "-id").values_list(*_COLUMNS)


_OF_CUSTOMER = Compiled(_all_of_customer)


def of_policy(policy_id: int, *, viewer: Viewer, on: date) -> list[ClaimHeld]:
    """The claims under one policy notified by ``on``, the latest first."""
    found = visible(viewer).filter(policy_id=policy_id, notified_on__lte=on)
    return assemble(found.order_by("-notified_on", "-id"), on=on)


def the_claim(claim_id: int, *, viewer: Viewer, on: date) -> ClaimHeld:
    """One claim; raises ClaimNotFound."""
    found = assemble(visible(viewer).filter(pk=claim_id), on=on)
    if not found:
        raise ClaimNotFound
    return found[0]


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """What the list is narrowed to. ``state``: open, closed, or neither; ``text``: a claim's or a policy's number, a name."""

    state: str = ""
    text: str = ""
    decision: str = ""
    since: date | None = None
    until: date | None = None


def listed(wanted: ClaimFilter, *, viewer: Viewer) -> QuerySet[Claim]:
    """Claims in scope that fit, in no order."""
    found = visible(viewer)
    if wanted.text:
        number = wanted.text.upper()
        named = Q(number__startswith=number) | Q(policy__number=number) | Q(customer__name__startswith=wanted.text)
        found = found.filter(named)
    if wanted.state in ("open", "closed"):
        found = found.filter(closed_on__isnull=wanted.state == "open")
    plain = {"decision": wanted.decision or None, "notified_on__gte": wanted.since, "notified_on__lte": wanted.until}
    return found.filter(**{name: value for name, value in plain.items() if value is not None})


def held_of(claim_ids: Sequence[int], *, viewer: Viewer, on: date) -> list[ClaimHeld]:
    """The claims of a page of a list, in its order, as they stand on a day."""
    found = {held.id: held for held in assemble(visible(viewer).filter(pk__in=claim_ids), on=on)}
    return [found[claim_id] for claim_id in claim_ids if claim_id in found]


def paid_out(customer_id: int, *, viewer: Viewer, on: date) -> dict[str, Decimal]:
    """What the company has paid for the customer's claims by the day ``on``, by currency."""
    rows = (
        visible(viewer)
        .filter(customer_id=customer_id, paid_on__lte=on, paid_amount__isnull=False)
        .values_list("currency")
        .annotate(Sum("paid_amount"))
    )
    return dict(rows)


def assemble(claims: QuerySet[Claim], *, on: date) -> list[ClaimHeld]:
    """The claims of a queryset that is already in scope, as they stand on a day."""
    return [_held(on, *row) for row in claims.values_list(*_COLUMNS)]


def _held(  # type: ignore[no-untyped-def]  # one parameter for each column above, in its order
    on: date,
    id_,
    number,
    customer_id,
    customer_name,
    policy_id,
    policy_number,
    product_name,
    product_code,
    cause,
    occurrences,
    occurred_on,
    notified_on,
    papers_complete_on,
    decided_on,
    decision,
    refusal_notified_on,
    paid_on,
    closed_on,
    currency,
    claimed_amount,
    paid_amount,
) -> ClaimHeld:
    facts = ClaimFacts(
        notified_on, papers_complete_on, decided_on, decision, refusal_notified_on, paid_on, closed_on
    ).as_of(on)
    clocks = clocks_for(product=product_code, on=on)
    return ClaimHeld(
        id=id_,
        number=number,
        customer_id=customer_id,
        customer_name=customer_name,
        policy_id=policy_id,
        policy_number=policy_number,
        product_name=product_name,
        cause=cause,
        occurrences=occurrences,
        occurred_on=occurred_on,
        notified_on=notified_on,
        papers_complete_on=facts.papers_complete_on,
        decided_on=facts.decided_on,
        decision=facts.decision,
        refusal_notified_on=facts.refusal_notified_on,
        paid_on=facts.paid_on,
        closed_on=facts.closed_on,
        currency=currency,
        claimed_amount=claimed_amount,
        paid_amount=paid_amount if facts.paid_on is not None else None,
        statuses=rules.statuses(facts, on=on, clocks=clocks),
        clocks=rules.legal_clocks(facts, on=on, clocks=clocks),
    )
