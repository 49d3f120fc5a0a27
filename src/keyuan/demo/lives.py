"""A household's or an enterprise's whole story: profiles, ties, care, policies, in the order of life."""

from __future__ import annotations

from collections import deque
from datetime import date, timedelta
from decimal import Decimal

from keyuan.customers import events
from keyuan.customers.states import AssignmentKind, HouseholdRole, IdentifierKind, RelationKind, Source
from keyuan.demo import causes
from keyuan.demo.annual_lives import Risk, live_trip, live_yearly
from keyuan.demo.chronicle import Chronicle
from keyuan.demo.claims_told import tell_complaint
from keyuan.demo.company import Company
from keyuan.demo.demand import Dealer, Wish, long_deals, wishes
from keyuan.demo.desks import lay_on_desks
from keyuan.demo.long_lives import LongLife, Protection
from keyuan.demo.people import Cell, Firm, Person
from keyuan.demo.policies_told import Deal, PolicyTeller, Trial
from keyuan.demo.profiles import (
    Referrer,
    registrar,
    source_of,
    write_consents,
    write_external_cover,
    write_firm,
    write_person,
)
from keyuan.demo.records import Batch, HouseholdRecord, IdentifierRecord, MemberRecord, RelationRecord
from keyuan.demo.streams import Stream
from keyuan.servicedesk.states import ComplaintReason, ContactChannel, Direction

REMEMBERED = 60
DEATH_COVER = frozenset({"TRM", "WLF", "CIL", "PAR", "ANN", "EDU"})


class Biographer:
    """Writes cells into a batch. Remembers, city by city, who could have referred the next customer."""

    def __init__(self, company: Company, trials: list[Trial] | None = None) -> None:
        self.company, self.trials = company, trials
        self.last_day = company.last_day
        self.batch = Batch()
        self.profits: dict[int, float] | None = None if trials is None else {}
        self._known: dict[int, deque[Referrer]] = {}

    def write(self, cell: Cell) -> None:
        """Everything about one cell."""
        stream = Stream(self.company.seed, "life", cell.number)
        chronicles = [
            self._person(cell, person, stream.named("profile", place)) for place, person in enumerate(cell.people)
        ]
        firm_chronicle = None
        if cell.firm is not None:
            firm_chronicle = self._firm(cell, cell.firm, stream.named("firm"))
        self._ties(cell)
        if cell.firm is not None and firm_chronicle is not None:
            self._firm_policies(cell, cell.firm, firm_chronicle, stream.named("firm policies"))
        else:
            for place, (person, customer) in enumerate(zip(cell.people, chronicles, strict=True)):
                if person.adult and (person.role != HouseholdRole.CHILD or cell.number):
                    self._policies(cell, person, customer, stream.named("policies", place))
        for person, customer in zip(cell.people, chronicles, strict=True):
            self._end(person, customer)
        for person in cell.people:
            if person.adult and person.dies_on is None:
                known = self._known.setdefault(cell.city.index, deque(maxlen=REMEMBERED))
                known.append(Referrer(person.customer, person.name, person.since))

    # -- profiles -------------------------------------------------------------------------------------------------

    def _chronicle(self, customer: int, name: str, cell: Cell, stream: Stream) -> Chronicle:
        return Chronicle(
            self.batch, self.company, customer=customer, name=name, office=cell.office, stream=stream.named("told")
        )

    def _person(self, cell: Cell, person: Person, stream: Stream) -> Chronicle:
        customer = self._chronicle(person.customer, person.name, cell, stream)
        until = min(self.last_day, person.dies_on or self.last_day)
        source, detail, referrer = Source.PURCHASE.value, "家庭成员", None
        if person is cell.head:
            source, detail, referrer = source_of(cell, stream, self._referrer(cell, person.since, stream))
        served = person.adult and cell.firm is None
        if served:
            self._serve(cell, person, customer, until, stream)
        agent = customer.care.agent_on(person.since)
        write_person(customer, cell, person, stream, (source, detail), registrar(customer, agent))
        if served:
            self._tell_assignments(customer)
            customer.tell_care()
        if person.adult:
            write_consents(customer, person.since, until, stream)
            write_external_cover(customer, person.income, stream)
        if referrer is not None:
            self._relate(person.customer, referrer.customer, RelationKind.REFERRER, RelationKind.REFERRED, person.since)
        return customer

    def _serve(self, cell: Cell, person: Person, customer: Chronicle, until: date, stream: Stream) -> None:
        with_agent = stream.chance(0.80) or cell.number == 0
        customer.look_after(person.since, until, with_agent=with_agent)
        if cell.number == 0:
            customer.care.spans = [(self.company.demo_agent, person.since, None)]

    def _tell_assignments(self, customer: Chronicle) -> None:
        previous: str | None = None
        for agent, start, _ in customer.care.spans:
            record = self.company.agents[agent]
            name = f"{record.name} ({record.code})"
            kind = AssignmentKind.SERVICING.value
            payload = {"agent_id": agent, "agent": name, "kind": kind, "previous": previous}
            customer.tell(start, events.ASSIGNED, customer.agent(agent), payload=payload)
            previous = name

    def _firm(self, cell: Cell, firm: Firm, stream: Stream) -> Chronicle:
        customer = self._chronicle(firm.customer, firm.name, cell, stream)
        customer.look_after(firm.since, self.last_day, with_agent=stream.chance(0.85))
        source, detail, _ = source_of(cell, stream, None)
        agent = customer.care.agent_on(firm.since)
        write_firm(customer, cell, firm, stream, (source, detail), registrar(customer, agent))
        self._tell_assignments(customer)
        customer.tell_care()
        write_consents(customer, firm.since, self.last_day, stream)
        return customer

    def _referrer(self, cell: Cell, since: date, stream: Stream) -> Referrer | None:
        earlier = [one for one in self._known.get(cell.city.index, ()) if one.since < since]
        return stream.pick(earlier) if earlier else None

    # -- ties -----------------------------------------------------------------------------------------------------

    def _relate(self, one: int, other: int, kind: str, inverse: str, since: date | None) -> None:
        self.batch.relations.append(RelationRecord(one, other, kind, since, ""))
        self.batch.relations.append(RelationRecord(other, one, inverse, since, ""))

    def _ties(self, cell: Cell) -> None:
        if cell.firm is not None:
            firm, contact = cell.firm.customer, cell.people[0].customer
            since = cell.firm.since
            self._relate(firm, contact, RelationKind.CONTACT, RelationKind.CONTACT_OF, since)
            self._relate(firm, contact, RelationKind.EMPLOYEE, RelationKind.EMPLOYER, since)
            return
        if len(cell.people) < 2:
            return
        household = len(self.batch.households)
        self.batch.households.append(HouseholdRecord(household, f"{cell.head.name}家庭"))
        for person in cell.people:
            self.batch.members.append(MemberRecord(person.customer, household, person.role))
        for place, one in enumerate(cell.people):
            for other in cell.people[place + 1 :]:
                kinds = _relation(one.role, other.role)
                if kinds is not None:
                    self._relate(one.customer, other.customer, *kinds, max(one.since, other.since))

    # -- policies -------------------------------------------------------------------------------------------------

    def _policies(self, cell: Cell, person: Person, customer: Chronicle, stream: Stream) -> None:
        until = min(self.last_day, person.dies_on or self.last_day)
        dealer = Dealer(cell, customer, person, stream.named("deals"))
        for place, wish in enumerate(wishes(cell, person, stream.named("wishes"), until)):
            if wish.insured.dies_on is not None and wish.insured.dies_on <= wish.on:
                continue
            self._one(cell, person, customer, dealer, wish, stream.named("policy", place))
        if customer.policies_told and stream.chance(causes.SERVICE.complaint_attitude * customer.contacts):
            day = person.since + timedelta(days=int((until - person.since).days * stream.random()))
            tell_complaint(customer, day, ComplaintReason.SERVICE_ATTITUDE)
        if customer.policies_told and person is cell.head and person.dies_on is None:
            lay_on_desks(cell, customer, self.company, stream.named("desks"))

    def _one(self, cell: Cell, person: Person, customer: Chronicle, dealer: Dealer, wish: Wish, stream: Stream) -> None:
        insured = wish.insured
        stops = _first(person.dies_on, insured.dies_on)
        if wish.product == "MOT":
            use = "ride_hailing" if person.occupation.title == "网约车司机" else "private"
            deal, risk = dealer.motor(wish.on, person, use=use, income=max(person.income, cell.income / 2))
            self._yearly(customer, deal, risk, stream, stops)
        elif wish.product in ("MED", "ACC"):
            make = dealer.medical if wish.product == "MED" else dealer.accident
            deal, risk = make(wish.on, insured)
            self._yearly(customer, deal, risk, stream, stops)
        elif wish.product == "HOM":
            deal, risk = dealer.home(wish.on)
            self._yearly(customer, deal, risk, stream, stops)
        elif wish.product == "TRV":
            trip, days = dealer.trip(wish.on, insured)
            if stops is None or trip.ends_on is None or trip.ends_on < stops:
                policy = self._teller(customer, trip, stream)
                live_trip(policy, age=insured.age_on(wish.on), days=days)
                self._close(policy)
        else:
            self._long(person, insured, customer, dealer, wish, stream)

    def _long(
        self, person: Person, insured: Person, customer: Chronicle, dealer: Dealer, wish: Wish, stream: Stream
    ) -> None:
        deal = long_deals(dealer, wish)
        if deal is None:
            return
        policy = self._teller(customer, deal, stream)
        illness = None
        if deal.product == "CIL":

            def illness(day: date) -> float:
                return causes.illness_frequency(age=insured.age_on(day), smoker=insured.smoker)

        protection = Protection(
            illness=illness,
            pays=deal.sum_insured or Decimal(0),
            dies_on=insured.dies_on,
            covers_death=deal.product in DEATH_COVER,
            factors={"smoker": insured.smoker, "age": insured.age_on(wish.on)},
        )
        LongLife(
            policy, income=max(person.income, dealer.cell.income / 2), protection=protection,
            holder_dies_on=person.dies_on, age=person.age_on(wish.on),
        ).tell()  # fmt: skip
        self._close(policy)

    def _firm_policies(self, cell: Cell, firm: Firm, customer: Chronicle, stream: Stream) -> None:
        dealer = Dealer(cell, customer, None, stream.named("deals"))
        day = firm.since + timedelta(days=stream.between(3, 40))
        if stream.chance(0.8) and day < self.last_day:
            deal, risk = dealer.premises(day, firm, cell.city)
            self._yearly(customer, deal, risk, stream.named("premises"), None)
        day += timedelta(days=stream.between(10, 300))
        if stream.chance(0.7) and day < self.last_day:
            deal, risk = dealer.group(day, firm)
            self._yearly(customer, deal, risk, stream.named("group"), None)
        for number in range(2):
            day += timedelta(days=stream.between(5, 300))
            if stream.chance(0.4) and day < self.last_day:
                use = "goods" if firm.industry.name in ("交通运输", "批发零售", "建筑业") else "company"
                deal, risk = dealer.motor(day, None, use=use, income=firm.capital / 4)
                self._yearly(customer, deal, risk, stream.named("motor", number), None)

    def _yearly(self, customer: Chronicle, deal: Deal, risk: Risk, stream: Stream, stops: date | None) -> None:
        policy = self._teller(customer, deal, stream)
        live_yearly(policy, risk, stops_on=stops)
        if deal.plate:
            # A vehicle stays its owner's when the cover ends.
            for kind, value in ((IdentifierKind.PLATE, deal.plate), (IdentifierKind.VIN, deal.vin)):
                self.batch.identifiers.append(
                    IdentifierRecord(customer.customer, kind, value, policy.policy, deal.signed_on, None)
                )
        self._close(policy)

    def _teller(self, customer: Chronicle, deal: Deal, stream: Stream) -> PolicyTeller:
        return PolicyTeller(customer, deal, stream, self.trials)

    def _close(self, policy: PolicyTeller) -> None:
        policy.close()
        if self.profits is not None:
            holder = policy.customer.customer
            self.profits[holder] = self.profits.get(holder, 0.0) + policy.profit

    def _end(self, person: Person, customer: Chronicle) -> None:
        if person.dies_on is not None:
            day = person.dies_on + timedelta(days=1 + customer.turn % 9)
            customer.contact(
                day, "death_notice", customer.staff("hotline"), channel=ContactChannel.CALL, direction=Direction.INBOUND
            )


def _first(*days: date | None) -> date | None:
    known = [day for day in days if day is not None]
    return min(known) if known else None


def _relation(one: str, other: str) -> tuple[str, str] | None:
    """What the second member is to the first, and the first to the second."""
    head, spouse, child, parent = HouseholdRole.HEAD, HouseholdRole.SPOUSE, HouseholdRole.CHILD, HouseholdRole.PARENT
    return {
        (head, spouse): (RelationKind.SPOUSE, RelationKind.SPOUSE),
        (head, child): (RelationKind.CHILD, RelationKind.PARENT),
        (spouse, child): (RelationKind.CHILD, RelationKind.PARENT),
        (head, parent): (RelationKind.PARENT, RelationKind.CHILD),
        (child, child): (RelationKind.SIBLING, RelationKind.SIBLING),
    }.get((HouseholdRole(one), HouseholdRole(other)))
