"""One policy's life as it is written: the row, its terms, facts, payments and endings, each with its log line."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from keyuan.customers.states import IdentifierKind
from keyuan.demo import causes
from keyuan.demo.chronicle import MACHINE, Chronicle, Who
from keyuan.demo.facts import ProductFact, world
from keyuan.demo.records import (
    FactRecord,
    IdentifierRecord,
    ObjectRecord,
    PartyRecord,
    PolicyRecord,
    TermRecord,
)
from keyuan.demo.streams import Stream
from keyuan.eventlog.kinds import EventKind
from keyuan.policies import events
from keyuan.policies.states import Channel, FactKind, PartyRole

CENT = Decimal("0.01")
SHOWN_CUSTOMER = 0
EVENT_OF_FACT: dict[str, EventKind] = {
    FactKind.PREMIUM_PAID: events.PREMIUM_RECEIVED,
    FactKind.SUSPENDED: events.SUSPENDED,
    FactKind.REINSTATED: events.REINSTATED,
    FactKind.RENEWAL_DECLINED: events.RENEWAL_DECLINED,
    FactKind.CANCEL_REQUESTED: events.CANCEL_REQUESTED,
    FactKind.CANCEL_WITHDRAWN: events.CANCEL_WITHDRAWN,
    FactKind.COOLING_OFF_CANCELLED: events.CANCELLED,
    FactKind.SURRENDERED: events.SURRENDERED,
    FactKind.LAPSED: events.LAPSED,
    FactKind.RESCINDED: events.RESCINDED,
    FactKind.CLAIM_TERMINATED: events.TERMINATED,
    FactKind.MATURED: events.MATURED,
    FactKind.TRANSFERRED: events.TRANSFERRED,
    FactKind.DIVIDEND_PAID: events.DIVIDEND_PAID,
    FactKind.PAID_UP: events.PAID_UP,
}


def yuan(value: float) -> Decimal:
    """A whole number of yuan, at least one."""
    return Decimal(max(1, round(value))).quantize(CENT)


class Deal(NamedTuple):
    """What was agreed when the policy was signed."""

    product: str
    signed_on: date
    starts_on: date
    ends_on: date | None
    premium: Decimal
    sum_insured: Decimal | None
    mode: int
    payment_years: int | None
    channel: str
    agent: int | None
    insured: int | None
    object_kind: str
    label: str
    details: dict[str, Any]
    plate: str = ""
    vin: str = ""


class Trial(NamedTuple):
    """One draw of a cause, kept for the tests that compare the book with its causes: what bore on it, what came of it.

    ``policy`` is the ordinal of the policy in its batch.
    """

    kind: str
    factors: Any
    expected: float
    came: int
    policy: int


class PolicyTeller:
    """Writes one policy; ``customer`` is its holder's chronicle."""

    def __init__(self, customer: Chronicle, deal: Deal, stream: Stream, trials: list[Trial] | None) -> None:
        self.customer, self.deal, self.stream, self.trials = customer, deal, stream, trials
        self.batch = customer.batch
        self.policy = len(self.batch.policies)
        self.product: ProductFact = world().products[deal.product]
        self.premium = deal.premium
        self.ends_on = deal.ends_on
        self.refused_on: date | None = None
        self.premiums = self.claims = Decimal(0)
        self.ended_by_claim = False
        self.number = self._number()
        self.contacts_before = customer.contacts
        self._issue()

    @property
    def subject(self) -> tuple[str, int]:
        return ("policy", self.policy)

    def _number(self) -> str:
        code = self.customer.company.units[self.customer.office].code[:4]
        place = self.customer.policies_told
        self.customer.policies_told += 1
        return f"P{self.product.code}{self.deal.signed_on.year}{code}{self.customer.customer:07d}{place:02d}"

    def _issue(self) -> None:
        deal, customer = self.deal, self.customer
        by = customer.agent(deal.agent) if deal.channel == Channel.AGENT else customer.staff("underwriter")
        if deal.channel == Channel.ONLINE:
            by = customer.themselves
        elif deal.channel == Channel.COUNTER:
            by = customer.counter()
        at = customer.tell(
            deal.signed_on,
            events.ISSUED,
            by,
            subject=self.subject,
            payload=self._payload(
                deal.signed_on,
                starts_on=deal.starts_on.isoformat(),
                ends_on=None if deal.ends_on is None else deal.ends_on.isoformat(),
                amount=str(deal.premium),
                currency="CNY",
            ),
        )
        self.batch.policies.append(self._record(at))
        self.recorded_at = at
        self.term(deal.starts_on, deal.ends_on, deal.premium, agreed=deal.signed_on, at=at)
        self.batch.objects.append(
            ObjectRecord(
                self.policy, customer.customer, deal.object_kind, deal.label, deal.plate, deal.vin, deal.details
            )
        )
        if deal.insured is not None:
            self.batch.parties.append(PartyRecord(self.policy, deal.insured, PartyRole.INSURED, None))
        self.batch.identifiers.append(
            IdentifierRecord(
                customer.customer, IdentifierKind.POLICY_NO, self.number, self.policy, deal.signed_on, None
            )
        )

    def _record(self, at: datetime) -> PolicyRecord:
        deal = self.deal
        return PolicyRecord(
            self.policy, self.customer.customer, self.number, self.product.index, deal.channel, self.premium,
            deal.sum_insured, deal.mode, deal.payment_years, deal.signed_on, deal.starts_on, self.ends_on, deal.agent,
            self.customer.office, at,
        )  # fmt: skip

    def close(self) -> None:
        """Write the row as it stands at the end of the book."""
        self.batch.policies[self.policy] = self._record(self.recorded_at)

    @property
    def profit(self) -> float:
        """What the company earned with this policy (causes.profit)."""
        return causes.profit(
            self.deal.product,
            paid_in=float(self.premiums),
            claims=float(self.claims),
            contacts=self.customer.contacts - self.contacts_before,
            ended_by_claim=self.ended_by_claim,
        )

    # -- what happens ---------------------------------------------------------------------------------------------

    def _payload(self, day: date, **more: Any) -> dict[str, Any]:
        """The words that every line about a policy carries, as the actions of the policies room write them."""
        return {"policy": self.number, "product": self.product.name, "on": day.isoformat(), **more}

    def term(self, starts_on: date, ends_on: date | None, premium: Decimal, *, agreed: date, at: datetime) -> None:
        self.batch.terms.append(
            TermRecord(self.policy, self.customer.customer, starts_on, ends_on, premium, agreed, at)
        )

    def renew(self, day: date, starts_on: date, ends_on: date, premium: Decimal) -> None:
        """Agree the next term and pay for it."""
        self.premium, self.ends_on = premium, ends_on
        at = self.customer.tell(
            day,
            events.RENEWED,
            self.customer.server(day),
            subject=self.subject,
            payload=self._payload(
                day,
                starts_on=starts_on.isoformat(),
                ends_on=ends_on.isoformat(),
                amount=str(premium),
                currency="CNY",
            ),
        )
        self.term(starts_on, ends_on, premium, agreed=day, at=at)
        self.pay(day, premium, until=ends_on)

    def pay(self, day: date, amount: Decimal, *, until: date | None) -> None:
        self.premiums += amount
        self.fact(FactKind.PREMIUM_PAID, day, until=until, amount=amount, by=MACHINE)

    def fact(
        self,
        kind: FactKind,
        day: date,
        *,
        until: date | None = None,
        amount: Decimal | None = None,
        note: str = "",
        by: Who | None = None,
    ) -> None:
        """A dated fact and its line."""
        payload = self._payload(day)
        if amount is not None:
            payload |= {"amount": str(amount), "currency": "CNY"}
        if until is not None:
            payload["until"] = until.isoformat()
        if note:
            payload["note"] = note
        who = self.customer.staff("underwriter") if by is None else by
        at = self.customer.tell(day, EVENT_OF_FACT[kind], who, subject=self.subject, payload=payload)
        self.batch.facts.append(FactRecord(self.policy, self.customer.customer, kind, day, until, amount, note, at))

    # -- causes ---------------------------------------------------------------------------------------------------

    def lapse_factors(self, day: date, *, pressure: float, dearer: float, years: int) -> causes.LapseFactors:
        """What bears on the decision of ``day``."""
        refused = self.refused_on is not None and 0 <= (day - self.refused_on).days <= 730
        care = self.customer.care
        return causes.LapseFactors(
            product=self.deal.product,
            pressure=pressure,
            agent_left=care.orphan_on(day),
            claim_refused=refused,
            dearer=dearer,
            no_contact=not care.looked_in(day),
            years=years,
        )

    def stops(self, factors: causes.LapseFactors) -> bool:
        """Draw whether the customer goes on. The first customer, whom the demo shows, always does and proves nothing."""
        if self.customer.customer == SHOWN_CUSTOMER:
            return False
        likely = causes.lapse_probability(factors)
        came = self.stream.chance(likely)
        self.note("lapse", factors, likely, came)
        return came

    def reason(self, factors: causes.LapseFactors) -> str:
        weights = causes.lapse_reasons(factors)
        return self.stream.choices(list(weights), list(weights.values()))[0]

    def note(self, kind: str, factors: Any, expected: float, came: int) -> None:
        if self.trials is not None:
            self.trials.append(Trial(kind, factors, expected, int(came), self.policy))
