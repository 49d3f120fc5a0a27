"""What a customer holds, with everything about each policy, in five statements whatever the number of policies.

Rows are read as plain tuples: this is what every 360 page and every API answer waits for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
from django.db.models import QuerySet

from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.customers.refusals import CustomerNotFound
from keyuan.kernel.clock import LATEST
from keyuan.kernel.compiled import Compiled
from keyuan.kernel.statements import Answer, ask, together
from keyuan.kernel.wording import in_language
from keyuan.policies import rules
from keyuan.policies.clocks import clocks_for
from keyuan.policies.models import Policy, PolicyFact, PolicyTerm
from keyuan.policies.queries.scope import PolicyNotFound, acted_for, visible
from keyuan.policies.rules import Clocks, Cover, Fact, NextDate, PolicyFacts
from keyuan.policies.states import PAYOUTS, FactKind, PolicyStatus


class ProductBrief(NamedTuple):
    """The product as a policy card shows it."""

    id: int
    code: str
    name: str
    name_en: str
    line: str
    long_term: bool

    @property
    def shown(self) -> str:
        """Its name in the reader's language, as far as there is one."""
        return in_language(self.name, self.name_en)


class TermHeld(NamedTuple):
    """One period of cover; ``premium`` is for the whole term."""

    starts_on: date
    ends_on: date | None
    premium: Decimal
    agreed_on: date | None
    recorded_at: datetime


class FactHeld(NamedTuple):
    """One dated fact as it is stored."""

    kind: str
    on: date
    until: date | None
    amount: Decimal | None
    note: str
    recorded_at: datetime


class ObjectInsured(NamedTuple):
    """What is insured."""

    kind: str
    label: str
    plate: str
    vin: str
    details: Mapping[str, Any]


class PartyTo(NamedTuple):
    """Somebody with a role under the policy. ``share`` is a beneficiary's part of 1."""

    customer_id: int
    name: str
    role: str
    share: Decimal | None


@dataclass(slots=True)
class Holding:
    """A policy of the customer as it stands on a day. Money is in ``currency``; ``premium`` is that of one payment."""

    id: int
    number: str
    customer_id: int
    product: ProductBrief
    channel: str
    currency: str
    premium: Decimal
    sum_insured: Decimal | None
    payment_mode: int
    payment_years: int | None
    signed_on: date
    starts_on: date
    ends_on: date | None
    agent_code: str
    agent_name: str
    org_unit_name: str
    terms: tuple[TermHeld, ...]
    facts: tuple[FactHeld, ...]
    objects: tuple[ObjectInsured, ...]
    parties: tuple[PartyTo, ...]
    clocks: Clocks
    statuses: frozenset[PolicyStatus]
    next_dates: tuple[NextDate, ...]
    paid_to: date | None
    premiums_paid: Decimal
    paid_out: Decimal
    custom: Mapping[str, Any]

    @property
    def in_force(self) -> bool:
        """Whether cover may still answer for a loss or come back: not expired and not ended."""
        return not (self.statuses & OVER)

    @property
    def ordered_statuses(self) -> tuple[PolicyStatus, ...]:
        """The statuses in the order in which people read them."""
        return tuple(status for status in PolicyStatus if status in self.statuses)


OVER = rules.ENDED | {PolicyStatus.EXPIRED}

_POLICY_COLUMNS = (
    "id",
    "number",
    "customer_id",
    "channel",
    "currency",
    "premium",
    "sum_insured",
    "payment_mode",
    "payment_years",
    "signed_on",
    "starts_on",
    "ends_on",
    "agent__code",
    "agent__name",
    "org_unit__name",
    "org_unit__name_en",
    "custom",
    "product_id",
    "product__code",
    "product__name",
    "product__name_en",
    "product__line",
    "product__long_term",
)
_PRODUCT_AT = _POLICY_COLUMNS.index("product_id")
_ZERO = Decimal("0.00")

# What hangs on policies that were chosen in scope. Plain SQL: composing these four through the ORM took more time than
# PostgreSQL needs to answer them, on the hottest path of the product. Which policies: by their ids, or all of a customer.
_TERMS = """
SELECT policy_id, starts_on, ends_on, premium, agreed_on, recorded_at
FROM policies_policyterm WHERE policy_id = {these} ORDER BY policy_id, starts_on
"""
_FACTS = """
SELECT policy_id, kind, "on", until, amount, note, recorded_at
FROM policies_policyfact WHERE policy_id = {these} AND "on" <= %(on)s ORDER BY policy_id, "on", id
"""
_OBJECTS = """
SELECT policy_id, kind, label, plate, vin, details::text
FROM policies_insuredobject WHERE policy_id = {these} ORDER BY policy_id, id
"""
_PARTIES = """
SELECT party.policy_id, party.customer_id, customer.name, party.role, party.share
FROM policies_party party JOIN customers_customer customer ON customer.id = party.customer_id
WHERE party.policy_id = {these} ORDER BY party.policy_id, party.id
"""
_HANGING = (_TERMS, _FACTS, _OBJECTS, _PARTIES)
_BY_ID = tuple(sql.format(these="ANY(%(ids)s)") for sql in _HANGING)
_BY_CUSTOMER = tuple(
    sql.format(these="ANY(ARRAY(SELECT id FROM policies_policy WHERE customer_id = %(customer)s))") for sql in _HANGING
)


def holdings(customer_id: int, *, viewer: Viewer, on: date, known_at: datetime | None = None) -> list[Holding]:
    """The policies that the customer holds, as they stand on the day ``on``: in force first, then the newest.

    Policies signed after ``on`` are left out, and so is whatever was recorded after ``known_at`` (the time machine: what
    we knew then). Somebody else's customer gives an empty list.
    """
    try:
        seen = customers.in_scope(customer_id, viewer=viewer)
    except CustomerNotFound:
        return []
    with together():
        asked = ask_holdings(seen, on=on, known_at=known_at)
    return asked()


def holdings_acted_for(viewer: Viewer, *, on: date) -> list[Holding]:
    """The contracts of companies that the customer who asks took out for them: in force first, then the newest."""
    found = assemble(acted_for(viewer), on=on)
    return sorted(found, key=lambda held: (held.in_force, held.starts_on, held.id), reverse=True)


def ask_holdings(seen: customers.InScope, *, on: date, known_at: datetime | None = None) -> Callable[[], list[Holding]]:
    """Ask for the same for a customer who is known to be in scope."""
    policies = _OF_CUSTOMER.ask(customer_id=seen.customer_id, on=on, known_at=known_at or LATEST)
    hanging = [ask(sql, {"customer": seen.customer_id, "on": on}) for sql in _BY_CUSTOMER]

    def answer() -> list[Holding]:
        found = _assembled(policies.rows(), hanging, on=on, known_at=known_at)
        found.sort(key=lambda held: (held.in_force, held.starts_on, held.id), reverse=True)
        return found

    return answer


def statuses_of(policy_id: int, *, viewer: Viewer, on: date) -> frozenset[PolicyStatus]:
    """The statuses of one policy on a day; nothing if the viewer may not see it."""
    found = assemble(visible(viewer).filter(pk=policy_id), on=on)
    return found[0].statuses if found else frozenset()


def the_holding(policy_id: int, *, viewer: Viewer, on: date, known_at: datetime | None = None) -> Holding:
    """One policy as it stands on a day; raises PolicyNotFound."""
    found = assemble(visible(viewer).filter(pk=policy_id), on=on, known_at=known_at)
    if not found:
        raise PolicyNotFound
    return found[0]


def holdings_by_id(policy_ids: Sequence[int], *, viewer: Viewer, on: date) -> list[Holding]:
    """The policies of a page of a list, as they stand on a day."""
    return assemble(visible(viewer).filter(pk__in=policy_ids), on=on)


class HolderBrief(NamedTuple):
    """Who holds a policy, as a list names them."""

    number: str
    name: str


def holders_of(policy_ids: Sequence[int], *, viewer: Viewer) -> dict[int, HolderBrief]:
    """The holder of each policy."""
    rows = visible(viewer).filter(pk__in=policy_ids).values_list("pk", "customer__number", "customer__name")
    return {policy_id: HolderBrief(number, name) for policy_id, number, name in rows}


def assemble(policies: QuerySet[Policy], *, on: date, known_at: datetime | None = None) -> list[Holding]:
    """Holdings of the policies of a queryset that is already in the viewer's scope."""
    rows = list(policies.values_list(*_POLICY_COLUMNS))
    if not rows:
        return []
    with together():
        hanging = [ask(sql, {"ids": [row[0] for row in rows], "on": on}) for sql in _BY_ID]
    return _assembled(rows, hanging, on=on, known_at=known_at)


def _all_of_customer(customer_id: int, on: date, known_at: datetime) -> QuerySet[Policy, Any]:
    found = Policy.objects.filter(customer_id=customer_id, signed_on__lte=on, recorded_at__lte=known_at)
    return found.values_list(*_POLICY_COLUMNS)


_OF_CUSTOMER = Compiled(_all_of_customer)


def _assembled(
    rows: Sequence[tuple[Any, ...]], hanging: Sequence[Answer], *, on: date, known_at: datetime | None
) -> list[Holding]:
    if not rows:
        return []
    terms, facts, objects, parties = map(_by_policy, (TermHeld._make, FactHeld._make, _object, PartyTo._make), hanging)
    return [
        _holding(
            row,
            terms=_known(terms.get(row[0], ()), known_at),
            facts=_known(facts.get(row[0], ()), known_at),
            objects=tuple(objects.get(row[0], ())),
            parties=tuple(parties.get(row[0], ())),
            on=on,
        )
        for row in rows
    ]


def _by_policy(make: Callable[[Sequence[Any]], Any], answer: Answer) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for policy_id, *rest in answer.rows():
        grouped[policy_id].append(make(rest))
    return grouped


def _object(row: Sequence[Any]) -> ObjectInsured:
    kind, label, plate, vin, details = row
    return ObjectInsured(kind, label, plate, vin, orjson.loads(details))


def _known(rows: Sequence[Any], known_at: datetime | None) -> tuple[Any, ...]:
    return tuple(rows) if known_at is None else tuple(row for row in rows if row.recorded_at <= known_at)


def _holding(
    row: tuple[Any, ...],
    *,
    terms: tuple[TermHeld, ...],
    facts: tuple[FactHeld, ...],
    objects: tuple[ObjectInsured, ...],
    parties: tuple[PartyTo, ...],
    on: date,
) -> Holding:
    (id_, number, customer_id, channel, currency, premium, sum_insured, payment_mode, payment_years) = row[:9]
    signed_on, starts_on, ends_on, agent_code, agent_name, unit, unit_en, custom = row[9:_PRODUCT_AT]
    product = ProductBrief._make(row[_PRODUCT_AT:])
    clocks = clocks_for(product=product.code, line=product.line, channel=channel, long_term=product.long_term, on=on)
    standing = rules.standing(
        PolicyFacts(
            signed_on=signed_on,
            terms=covers(terms, starts_on=starts_on, ends_on=ends_on),
            facts=tuple(Fact(fact.kind, fact.on, fact.until) for fact in facts),
            long_term=product.long_term,
            payment_mode=payment_mode,
            payment_years=payment_years,
        ),
        on=on,
        clocks=clocks,
    )
    return Holding(
        id=id_,
        number=number,
        customer_id=customer_id,
        product=product,
        channel=channel,
        currency=currency,
        premium=premium,
        sum_insured=sum_insured,
        payment_mode=payment_mode,
        payment_years=payment_years,
        signed_on=signed_on,
        starts_on=starts_on,
        ends_on=ends_on,
        agent_code=agent_code or "",
        agent_name=agent_name or "",
        org_unit_name=in_language(unit, unit_en),
        terms=terms,
        facts=facts,
        objects=objects,
        parties=parties,
        clocks=clocks,
        statuses=rules.read_statuses(standing, clocks),
        next_dates=rules.read_next_dates(standing, clocks),
        paid_to=standing.paid_to,
        premiums_paid=_sum(facts, {FactKind.PREMIUM_PAID}),
        paid_out=_sum(facts, PAYOUTS),
        custom=orjson.loads(custom) if isinstance(custom, str) else custom,
    )


def covers(terms: Sequence[TermHeld], *, starts_on: date, ends_on: date | None) -> tuple[Cover, ...]:
    """The terms as the rules read them; a policy without any term on record is covered from its start to its end."""
    if not terms:
        return (Cover(starts_on, ends_on),)
    return tuple(Cover(term.starts_on, term.ends_on, term.agreed_on) for term in terms)


def _sum(facts: Iterable[FactHeld], kinds: Iterable[str]) -> Decimal:
    return sum((fact.amount for fact in facts if fact.kind in kinds and fact.amount is not None), _ZERO)


def facts_of(policy: Policy) -> PolicyFacts:
    """One policy's facts for the rules, as its actions read them under lock."""
    terms = PolicyTerm.objects.filter(policy=policy).order_by("starts_on")
    facts = PolicyFact.objects.filter(policy=policy).order_by("on", "id")
    return PolicyFacts(
        signed_on=policy.signed_on,
        terms=tuple(Cover(term.starts_on, term.ends_on, term.agreed_on, term.recorded_at) for term in terms)
        or (Cover(policy.starts_on, policy.ends_on),),
        facts=tuple(Fact(fact.kind, fact.on, fact.until, fact.recorded_at) for fact in facts),
        long_term=policy.product.long_term,
        payment_mode=policy.payment_mode,
        payment_years=policy.payment_years,
    )
