"""The statuses of a day as conditions in SQL: the same answer as rules.statuses for every policy (a test compares them).

Everything is a condition over the policy's own rows in the indexes that exist; each piece has the name that it has in
rules.py. The clocks differ by product and channel only, so they become one CASE.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date

from django.db.models import (
    Case,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Least

from keyuan.policies.clocks import clocks_for
from keyuan.policies.models import Policy, PolicyFact, PolicyTerm
from keyuan.policies.rules import ENDED_AS, Clocks
from keyuan.policies.states import ENDINGS, Channel, FactKind, PaymentMode, PolicyStatus
from keyuan.products.queries import products

S = PolicyStatus


class PaymentsEnd(Func):
    """The day after so many years of premiums, as rules.add_months reckons it: 29 February becomes 28 February."""

    template = "(%(expressions)s)::date"
    arg_joiner = " + interval '1 year' * "
    output_field = DateField()


def with_status(policies: QuerySet[Policy], status: PolicyStatus, *, on: date) -> QuerySet[Policy]:
    """Those of the policies for which ``status`` holds on the day ``on``."""
    return annotated(policies.filter(necessary(status, on=on)), on=on).filter(condition(status, on=on))


def necessary(status: PolicyStatus, *, on: date) -> Q:
    """What must hold of the policy's own row for the status to hold, read off an index or cheaply: it spares the
    computing of statuses for policies that cannot have it. Terms lie between the policy's own start and end."""
    inside = Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    endings = [kind for kind, ended in ENDED_AS.items() if ended == status]
    if endings:
        return Q(Exists(PolicyFact.objects.filter(policy=OuterRef("pk"), kind__in=endings)))
    match status:
        case S.ON_RISK | S.IN_GRACE | S.SUSPENDED | S.RENEWAL_DUE:
            return inside
        case S.NOT_YET_ON_RISK:
            return Q(starts_on__gt=on)
        case S.EXPIRED:
            return Q(starts_on__lte=on)
        case S.IN_COOLING_OFF:
            return Q(signed_on__lte=on)
        case S.PAID_UP:
            return Q(Exists(PolicyFact.objects.filter(policy=OuterRef("pk"), kind=FactKind.PAID_UP)))
    return Q(Exists(PolicyFact.objects.filter(policy=OuterRef("pk"), kind=FactKind.CANCEL_REQUESTED)))


def condition(status: PolicyStatus, *, on: date) -> Q:
    """The condition over a queryset of ``annotated`` policies."""
    live = Q(ended_by__isnull=True)
    started, covered = live & Q(is_started=True), live & Q(is_covered=True)
    on_risk = covered & Q(suspended_since__isnull=True)
    expired = started & Q(is_covered=False)
    endings = {ending: [kind for kind, ended in ENDED_AS.items() if ended == ending] for ending in ENDED_AS.values()}
    if status in endings:
        return Q(ended_by__in=endings[status])
    conditions: dict[PolicyStatus, Callable[[], Q]] = {
        S.NOT_YET_ON_RISK: lambda: live & Q(is_started=False),
        S.EXPIRED: lambda: expired,
        S.ON_RISK: lambda: on_risk,
        S.SUSPENDED: lambda: covered & Q(suspended_since__isnull=False),
        S.IN_GRACE: lambda: on_risk & Q(due_on__lt=on),
        S.PAID_UP: lambda: live & Q(is_paid_up=True) & ~Q(is_started=True, is_covered=False),
        S.CANCEL_PENDING: lambda: (
            live & Q(last_request=FactKind.CANCEL_REQUESTED) & ~Q(is_started=True, is_covered=False)
        ),
        S.IN_COOLING_OFF: lambda: live & Q(product__long_term=True, signed_on__lte=on, cooling_off_end__gt=on),
        S.RENEWAL_DUE: lambda: (
            on_risk
            & Q(product__long_term=False, renewal_declined=False, last_ends_on__isnull=False)
            & Q(last_starts_on__lte=on, renewal_opens__lte=on)
        ),
    }
    return conditions[status]()


def annotated(policies: QuerySet[Policy], *, on: date) -> QuerySet[Policy]:
    """The policies with what the conditions speak of; see each line. Unused annotations cost nothing."""
    facts = PolicyFact.objects.filter(policy=OuterRef("pk"), on__lte=on)
    terms = PolicyTerm.objects.filter(policy=OuterRef("pk"))
    # A renewal is known from the day it was agreed; the first term from the beginning (rules.Cover.known_from).
    known = terms.filter(
        Q(starts_on=OuterRef("starts_on")) | Q(agreed_on__lte=on) | Q(agreed_on=None, starts_on__lte=on)
    )
    has_terms = Exists(terms)
    started = Case(When(has_terms, then=Exists(known.filter(starts_on__lte=on))), default=Q(starts_on__lte=on))
    inside = Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    covered = Case(When(has_terms, then=Exists(known.filter(inside))), default=inside)
    last = known.order_by("-starts_on")
    found = policies.alias(
        is_started=started,
        is_covered=covered,
        last_starts_on=Coalesce(Subquery(last.values("starts_on")[:1]), F("starts_on")),
        last_ends_on=Case(When(has_terms, then=Subquery(last.values("ends_on")[:1])), default=F("ends_on")),
        # The latest term that has begun, other than the first, overtakes every ending before it was agreed.
        revived_on=Subquery(
            known.filter(starts_on__lte=on)
            .exclude(starts_on=OuterRef("starts_on"))
            .values("policy")
            .annotate(agreed=Max(Coalesce("agreed_on", "starts_on")))
            .values("agreed")
        ),
    )
    found = found.alias(
        ended_by=Subquery(
            facts.filter(kind__in=ENDINGS, on__gte=Coalesce(OuterRef("revived_on"), Value(date.min)))
            .order_by("on", "id")
            .values("kind")[:1]
        ),
        is_paid_up=Exists(facts.filter(kind=FactKind.PAID_UP)),
        last_request=_latest(facts, FactKind.CANCEL_REQUESTED, FactKind.CANCEL_WITHDRAWN, field="kind"),
        cooling_off_end=_later(F("signed_on"), _clock(on, lambda clocks: clocks.cooling_off_days + 1)),
        renewal_opens=_later(F("last_ends_on"), _clock(on, lambda clocks: -clocks.renewal_window_days)),
    )
    found = found.alias(
        renewal_declined=Exists(facts.filter(kind=FactKind.RENEWAL_DECLINED, on__gte=OuterRef("last_starts_on"))),
    )
    return _with_payment_clock(found, facts, on=on)


def _with_payment_clock(found: QuerySet[Policy], facts: QuerySet[PolicyFact], *, on: date) -> QuerySet[Policy]:
    """保险法 §36 as rules.due_on and rules._run_the_payment_clock have it."""
    paid_to = Subquery(
        facts.filter(kind=FactKind.PREMIUM_PAID).order_by().values("policy").annotate(to=Max("until")).values("to")
    )
    found = found.alias(paid_to=paid_to)
    owes = (
        Q(product__long_term=True, is_paid_up=False)
        & ~Q(payment_mode=PaymentMode.SINGLE)
        & (Q(last_ends_on__isnull=True) | Q(paid_to__lt=F("last_ends_on")))
        & (Q(payment_years__isnull=True) | Q(payment_years=0) | Q(paid_to__lt=F("payments_end")))
    )
    found = found.alias(payments_end=PaymentsEnd("starts_on", "payment_years"))
    found = found.alias(due_on=Case(When(owes, then=F("paid_to")), output_field=DateField()))
    demanded = facts.filter(kind=FactKind.PREMIUM_DEMANDED).order_by("-on").values("on")[:1]
    found = found.alias(demanded_on=Subquery(demanded))
    after_due = _later(F("due_on"), _clock(on, lambda clocks: clocks.grace_days + 1))
    after_demand = Case(
        When(
            demanded_on__gte=F("due_on"),
            then=_later(F("demanded_on"), _clock(on, lambda clocks: clocks.grace_after_demand_days + 1)),
        ),
        output_field=DateField(),
    )
    found = found.alias(grace_end=Least(after_due, Coalesce(after_demand, after_due)))
    on_record = _latest(facts, FactKind.SUSPENDED, FactKind.REINSTATED, field="kind")
    found = found.alias(last_suspension=on_record)
    return found.alias(
        suspended_since=Case(
            When(grace_end__lte=on, then=F("grace_end")),
            When(last_suspension=FactKind.SUSPENDED, then=Value(on)),
            output_field=DateField(),
        )
    )


def _latest(facts: QuerySet[PolicyFact], *kinds: FactKind, field: str) -> Subquery:
    """The last of the kinds, or of an ending, which settles what was pending."""
    return Subquery(facts.filter(kind__in=(*kinds, *ENDINGS)).order_by("-on", "-id").values(field)[:1])


def _later(day: F, days: Case) -> Combinable:
    """A day so many days later; PostgreSQL adds an integer to a date."""
    return ExpressionWrapper(day + days, output_field=DateField())


def _clock(on: date, read: Callable[[Clocks], int]) -> Case:
    """The days of one clock for each policy: one WHEN for every value that differs from the commonest."""
    groups: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for product in products():
        for channel in Channel.values:
            clocks = clocks_for(
                product=product.code, line=product.line, channel=channel, long_term=product.long_term, on=on
            )
            groups[read(clocks)].append((product.pk, channel))
    if not groups:
        return Case(default=Value(0), output_field=IntegerField())
    commonest = max(groups, key=lambda days: len(groups[days]))
    whens = [When(_products_by_channel(pairs), then=Value(days)) for days, pairs in groups.items() if days != commonest]
    return Case(*whens, default=Value(commonest), output_field=IntegerField())


def _products_by_channel(pairs: list[tuple[int, str]]) -> Q:
    by_channels: dict[tuple[str, ...], list[int]] = defaultdict(list)
    channels_of: dict[int, list[str]] = defaultdict(list)
    for product_id, channel in pairs:
        channels_of[product_id].append(channel)
    for product_id, channels in channels_of.items():
        by_channels[tuple(channels)].append(product_id)
    result = Q()
    for sold_by, product_ids in by_channels.items():
        wanted = Q(product_id__in=product_ids)
        result |= wanted if len(sold_by) == len(Channel.values) else wanted & Q(channel__in=sold_by)
    return result
