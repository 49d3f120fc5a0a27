"""The measures once more, row by row in plain Python from the tables of the product: what the cube must agree with."""

from __future__ import annotations

import calendar
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from keyuan.claims.models import Claim
from keyuan.customers.models import Customer
from keyuan.eventlog.models import Event
from keyuan.insight.cube.costs import costs
from keyuan.insight.cube.expressions import AGE_BANDS
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.policies.models import Policy
from keyuan.policies.states import ENDINGS, PAYOUTS
from keyuan.tiers.models import Membership

NO_END = date(9999, 12, 31)
GRACE = 60
WORD_NEEDS = 5


def cents(amount: Any) -> int:
    return int((amount or 0) * 100)


@dataclass
class Premium:
    written_on: date
    start: date
    end: date
    over: date
    amount: int
    uw: date

    def earned_before(self, day: date) -> int:
        if self.start >= day:
            return 0
        if self.over <= day:
            return self.amount
        return self.amount * (day - self.start).days // (self.end - self.start).days


@dataclass
class Held:
    """A policy with what hangs on it."""

    policy: Policy
    premiums: list[Premium] = field(default_factory=list)
    covers: list[tuple[date, date, date]] = field(default_factory=list)
    claims: list[tuple[date, Claim]] = field(default_factory=list)
    payouts: list[tuple[date, date, int]] = field(default_factory=list)


@dataclass
class Naive:
    held: list[Held]
    customers: dict[int, Customer]
    words: Counter[str]
    lines: list[Event]
    known_to: date
    levels: dict[int, int]

    def count(
        self,
        by: tuple[str, ...],
        start: date,
        end: date,
        basis: str,
        only: Callable[[dict[str, str]], bool] = lambda of: True,
        seen: set[int] | None = None,
    ) -> dict[tuple[str, ...], dict[str, int]]:
        """The sums of each cell of at least one that is not nothing."""
        sums: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        people: dict[tuple[str, ...], set[int]] = defaultdict(set)
        until = min(end, self.known_to)
        for held in self.held:
            if seen is not None and held.policy.customer_id not in seen:
                continue
            of = self.values(held.policy, self.customers[held.policy.customer_id], until)
            cell = tuple(of[name] for name in by)
            if not only(of):
                continue
            own = sums[cell]
            for one in held.premiums:
                _premium(own, one, start, until, basis, self.known_to)
            if _cover(own, held, start, until, basis, self.known_to):
                own["policies"] += 1
                people[cell].add(held.policy.customer_id)
            for uw, claim in held.claims:
                _claim(own, claim, uw, start, until, basis, self.known_to)
            own["payouts"] += sum(
                amount
                for uw, on, amount in held.payouts
                if on < self.known_to and start <= (uw if basis == "uw" else on) < until
            )
        if basis != "uw":
            self._work(sums, by, start, until, only, seen)
        for cell, who in people.items():
            sums[cell]["customers"] = len(who)
        return {cell: dict(own) for cell, own in sums.items() if any(own.values())}

    def _work(self, sums: Any, by: Any, start: date, until: date, only: Any, seen: set[int] | None) -> None:
        policies = {held.policy.pk: held.policy for held in self.held}
        of_claim = {claim.pk: held.policy.pk for held in self.held for _, claim in held.claims}
        price = costs(self.known_to - timedelta(days=1))
        for line in self.lines:
            day = line.occurred_at.astimezone(COMPANY_ZONE).date()
            if line.name not in price or line.customer_id is None or not start <= day < until:
                continue
            if seen is not None and line.customer_id not in seen:
                continue
            number = {"policy": int, "claim": lambda key: of_claim[int(key)]}.get(line.subject_type)
            policy = policies[number(line.subject_id)] if number else None
            of = self.values(policy, self.customers[line.customer_id], until)
            if only(of):
                sums[tuple(of[name] for name in by)]["expenses"] += price[line.name]

    def values(self, policy: Policy | None, customer: Customer, until: date) -> dict[str, str]:
        person = getattr(customer, "person", None)
        company = getattr(customer, "enterprise", None)
        born = person.birth_date if person else None
        region = ((person.region if person else "") or (company.region if company else ""))[:4]
        firsts = [held.policy.starts_on.year for held in self.held if held.policy.customer_id == customer.pk]
        found = {
            "region": region[:2],
            "city": region,
            "occupation": self._word(person.occupation if person else ""),
            "occupation_class": "" if not person or person.occupation_class is None else str(person.occupation_class),
            "age_band": _band(born, until),
            "sex": person.sex if person else "",
            "education": person.education if person else "",
            "nature": self._word(company.business_nature if company else ""),
            "industry": self._word(company.industry if company else ""),
            "kind": customer.kind,
            "source": customer.source,
            "tier": f"{customer.kind}-{self.levels.get(customer.pk, 0):02d}",
            "cohort": str(min(firsts)) if firsts else "",
        }
        if policy is None:
            return {
                **found,
                **dict.fromkeys(("product", "line", "channel", "branch", "unit", "entry_age_band", "uw_year"), ""),
            }
        path = policy.org_unit.path.strip("/").split("/")
        return {
            **found,
            "product": policy.product.code,
            "line": policy.product.line,
            "channel": policy.channel,
            "branch": path[1] if len(path) > 1 else path[0],
            "unit": str(policy.org_unit_id),
            "entry_age_band": _band(born, policy.starts_on),
            "uw_year": str(policy.starts_on.year),
        }

    def _word(self, word: str) -> str:
        return word if not word or self.words[word] >= WORD_NEEDS else "other"


def _band(born: date | None, on: date) -> str:
    if born is None:
        return ""
    age = ((on.year - born.year) * 12 + on.month - born.month) // 12
    lows = [low for low in AGE_BANDS if low <= age]
    if not lows:
        return ""
    low = lows[-1]
    tops = [one for one in AGE_BANDS if one > low]
    return f"{low:02d}-{tops[0] - 1:02d}" if tops else f"{low}+"


def _premium(own: Counter[str], one: Premium, start: date, until: date, basis: str, known_to: date) -> None:
    if basis == "uw":
        if start <= one.uw < until and one.written_on < known_to:
            own["written"] += one.amount
            own["earned"] += one.earned_before(known_to)
        return
    if start <= one.written_on < until:
        own["written"] += one.amount
    own["earned"] += one.earned_before(until) - one.earned_before(start)


def _cover(own: Counter[str], held: Held, start: date, until: date, basis: str, known_to: date) -> bool:
    counts = False
    for uw, first, last in held.covers:
        if basis == "uw":
            if not start <= uw < until or first >= known_to:
                continue
            days = (min(last, known_to) - first).days
        else:
            days = (min(last, until) - max(first, start)).days
        if days > 0:
            own["days"] += days
            counts = True
    return counts


def _claim(own: Counter[str], claim: Claim, uw: date, start: date, until: date, basis: str, known_to: date) -> None:
    done = [claim.paid_on, claim.closed_on, claim.decided_on if claim.decision == "refused" else None]
    settled = min((day for day in done if day), default=NO_END)

    def outstanding(day: date) -> int:
        return cents(claim.claimed_amount) if claim.notified_on < day <= settled else 0

    if basis == "cal":
        if start <= claim.notified_on < until:
            own["claims"] += claim.occurrences
        paid = cents(claim.paid_amount) if claim.paid_on and start <= claim.paid_on < until else 0
        own["claims_cost"] += paid + outstanding(until) - outstanding(start)
    elif start <= (uw if basis == "uw" else claim.occurred_on) < until and claim.notified_on < known_to:
        own["claims"] += claim.occurrences
        if claim.paid_on:
            own["claims_cost"] += cents(claim.paid_amount)
        elif settled == NO_END:
            own["claims_cost"] += cents(claim.claimed_amount)


def read(as_of: date) -> Naive:
    """Everything, by the tables of the product."""
    customers = {one.pk: one for one in Customer.objects.select_related("person", "enterprise")}
    words: Counter[str] = Counter()
    for one in customers.values():
        person, company = getattr(one, "person", None), getattr(one, "enterprise", None)
        words.update([person.occupation] if person else [])
        words.update([company.business_nature, company.industry] if company else [])
    rows = Policy.objects.select_related("product", "org_unit").prefetch_related("terms", "facts", "claims")
    held = [_held(policy) for policy in rows]
    levels = dict(Membership.objects.filter(ends_on=None).values_list("customer_id", "level"))
    return Naive(held, customers, words, list(Event.objects.all()), as_of + timedelta(days=1), levels)


def _held(policy: Policy) -> Held:
    found = Held(policy)
    facts = sorted(policy.facts.all(), key=lambda fact: (fact.on, fact.pk))
    terms = sorted(policy.terms.all(), key=lambda term: term.starts_on)
    endings = [fact.on for fact in facts if fact.kind in ENDINGS]
    long_term = policy.product.long_term
    for place, term in enumerate(terms):
        known = policy.signed_on if place == 0 else (term.agreed_on or term.starts_on)
        over = min((day for day in endings if day >= known), default=NO_END)
        uw = policy.starts_on if long_term else term.starts_on
        last = min(term.ends_on or NO_END, over, _grace_end(policy, facts) if long_term else NO_END)
        found.covers += [(uw, *part) for part in _without(term.starts_on, last, facts)]
        if not long_term and (place == 0 or over > term.starts_on):
            end = term.ends_on or term.starts_on + timedelta(days=1)
            over = min(end, max(term.starts_on, over))
            found.premiums.append(Premium(term.starts_on, term.starts_on, end, over, cents(term.premium), uw))
    if long_term:
        found.premiums += _received(policy, facts, endings)
    for claim in policy.claims.all():
        found.claims.append((_uw(policy, terms, claim.occurred_on), claim))
    for fact in facts:
        if fact.kind in PAYOUTS and fact.amount is not None:
            found.payouts.append((_uw(policy, terms, fact.on), fact.on, cents(fact.amount)))
    return found


def _uw(policy: Policy, terms: list[Any], day: date) -> date:
    if policy.product.long_term:
        return policy.starts_on
    return max((term.starts_on for term in terms if term.starts_on <= day), default=policy.starts_on)


def _received(policy: Policy, facts: list[Any], endings: list[date]) -> Iterator[Premium]:
    over = min((day for day in endings if day >= policy.signed_on), default=NO_END)
    start = policy.starts_on
    paid = [fact for fact in facts if fact.kind == "premium_paid"]
    for fact in sorted(paid, key=lambda fact: (fact.until or NO_END, fact.on, fact.pk)):
        end = max(start + timedelta(days=1), fact.until or policy.ends_on or start + timedelta(days=1))
        yield Premium(fact.on, start, end, min(end, max(start, over)), cents(fact.amount), policy.starts_on)
        start = fact.until or start


def _grace_end(policy: Policy, facts: list[Any]) -> date:
    paid = [fact.until for fact in facts if fact.kind == "premium_paid" and fact.until]
    if not paid or policy.payment_mode == 0 or any(fact.kind == "paid_up" for fact in facts):
        return NO_END
    last = max(paid)
    if policy.ends_on and last >= policy.ends_on:
        return NO_END
    if policy.payment_years:
        year, month = policy.starts_on.year + policy.payment_years, policy.starts_on.month
        day = min(policy.starts_on.day, calendar.monthrange(year, month)[1])
        if last >= date(year, month, day):
            return NO_END
    return last + timedelta(days=GRACE + 1)


def _without(first: date, last: date, facts: list[Any]) -> Iterator[tuple[date, date]]:
    """The days of a stretch on which cover was not suspended, as stretches."""
    off: set[date] = set()
    for fact in facts:
        if fact.kind == "suspended":
            back = min((one.on for one in facts if one.kind == "reinstated" and one.on >= fact.on), default=last)
            off |= (
                {fact.on + timedelta(days=n) for n in range(max(0, (back - fact.on).days))} if back < NO_END else set()
            )
            if back == NO_END:
                last = min(last, max(first, fact.on))
    start = first
    for day in sorted(day for day in off if first <= day < last):
        if day > start:
            yield start, day
        start = day + timedelta(days=1)
    if start < last:
        yield start, last
