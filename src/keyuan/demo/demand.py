"""Who buys what and when: deals drawn from a person's situation, ready to be lived."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from keyuan.customers.states import Housing
from keyuan.demo import causes, numbers
from keyuan.demo.annual_lives import Risk
from keyuan.demo.chronicle import Chronicle
from keyuan.demo.claims_told import Loss
from keyuan.demo.facts import City, texts, world
from keyuan.demo.people import Cell, Firm, Person
from keyuan.demo.policies_told import Deal, yuan
from keyuan.demo.streams import Stream
from keyuan.kernel.term import add_months
from keyuan.policies.states import Channel, ObjectKind, PaymentMode

MODES = (PaymentMode.YEARLY, PaymentMode.MONTHLY, PaymentMode.QUARTERLY, PaymentMode.HALF_YEARLY)
MODE_WEIGHTS = (74, 13, 7, 6)
BANK_SHARE = {"PAR": 0.45, "ANN": 0.35}


@dataclass(slots=True)
class Wish:
    """A product that somebody will buy on a day, for themselves or another person."""

    product: str
    on: date
    insured: Person


def wishes(cell: Cell, person: Person, stream: Stream, last: date) -> list[Wish]:
    """What an adult buys over the years, in order of time."""
    found: list[Wish] = []
    for product, likely, insured in _likings(cell, person):
        if not stream.chance(likely):
            continue
        wait = int(stream.expovariate(1 / 420)) if found else stream.between(0, 20)
        on = (found[-1].on if found else person.since) + timedelta(days=wait)
        found.append(Wish(product, max(on, insured.since), insured))
    for _ in range(stream.poisson(0.5 + 0.25 * min(person.income / 150_000, 3))):
        days = int((last - person.since).days * stream.random())
        found.append(Wish("TRV", person.since + timedelta(days=days), person))
    return sorted((wish for wish in found if wish.on < last), key=lambda wish: wish.on)


def _likings(cell: Cell, person: Person) -> Iterator[tuple[str, float, Person]]:
    """Product, how likely the person buys it at all, and who is insured (docs/demo-book.md)."""
    age, rich = person.age_on(person.since), person.income / 150_000
    if _drives(cell, person):
        yield "MOT", 1.0 if cell.number == 0 else 0.82, person
    yield "MED", 0.40 if age < 60 else 0.15, person
    yield "ACC", 0.16 + 0.05 * person.occupation.grade, person
    if person.works and age < 55:
        yield "CIL", min(0.65, 0.22 + 0.2 * rich), person
        yield "TRM", 0.28 if cell.housing == Housing.MORTGAGED else 0.07, person
    if person is cell.head:
        yield from _family_likings(cell, person, rich)
    if person.income > 50_000 and age < 68:
        yield "PAR", min(0.35, 0.07 + 0.002 * max(age - 30, 0) + 0.06 * rich), person
    if 30 <= age < 56:
        yield "ANN", min(0.3, 0.05 + 0.06 * rich), person
    if age < 60:
        yield "WLF", min(0.22, 0.05 * rich), person


def _family_likings(cell: Cell, head: Person, rich: float) -> Iterator[tuple[str, float, Person]]:
    if cell.housing in (Housing.OWNED, Housing.MORTGAGED):
        yield "HOM", 0.22, head
    child = next((one for one in cell.people if one.role == "child" and one.age_on(head.since) < 15), None)
    if child is not None:
        yield "EDU", min(0.4, 0.12 + 0.12 * rich), child
        yield "MED", 0.25, child


def _drives(cell: Cell, person: Person) -> bool:
    """Whether one of the household's cars is this person's."""
    drivers = [one for one in cell.people if one.licence_on is not None and one.adult]
    return any(one is person for one in drivers[: cell.cars])


class Dealer:
    """Turns wishes into deals and risks."""

    def __init__(self, cell: Cell, customer: Chronicle, person: Person | None, stream: Stream) -> None:
        self.cell, self.customer, self.person, self.stream = cell, customer, person, stream
        self.vehicles = 0

    # -- shared ---------------------------------------------------------------------------------------------------

    def channel(self, product: str, day: date) -> tuple[str, int | None]:
        """How it is sold; the agent who serves the customer sells most of it."""
        agent = self.customer.care.agent_on(day)
        draw = self.stream.random()
        if product == "TRV":
            return (Channel.ONLINE if draw < 0.8 or agent is None else Channel.AGENT), (agent if draw >= 0.8 else None)
        if draw < BANK_SHARE.get(product, 0.0):
            return Channel.BANCASSURANCE, None
        if product in ("ENT", "GRP") and draw < 0.35:
            return (Channel.BROKER if draw < 0.2 else Channel.DIRECT), None
        if agent is not None and draw < 0.92:
            return Channel.AGENT, agent
        others = (Channel.ONLINE, Channel.TELESALES, Channel.COUNTER)
        return self.stream.choices(others, (60, 25, 15))[0], None

    def deal(self, product: str, day: date, **terms: Any) -> Deal:
        channel, agent = self.channel(product, day)
        defaults: dict[str, Any] = {
            "starts_on": day + timedelta(days=1),
            "sum_insured": None,
            "mode": PaymentMode.YEARLY,
            "payment_years": None,
            "insured": None,
            "details": {},
        }
        values = {**defaults, **terms}
        values.setdefault("ends_on", add_months(values["starts_on"], 12))
        return Deal(product=product, signed_on=day, channel=channel, agent=agent, **values)

    # -- a year at a time -----------------------------------------------------------------------------------------

    def motor(self, day: date, driver: Person | None, *, use: str, income: float) -> tuple[Deal, Risk]:
        stream, cell = self.stream, self.cell
        vehicle = stream.pick(world().trucks if use == "goods" else world().vehicles)
        if use == "private" and income > 0 and vehicle.price > income * 2.2:
            vehicle = min((stream.pick(world().vehicles) for _ in range(3)), key=lambda one: one.price)
        year = day.year - int(stream.random() ** 2 * 7)
        kilometres = (
            int(stream.lognormal_mean(38_000 if use in ("ride_hailing", "goods") else 12_500, 0.45)) // 100 * 100
        )
        number = self.customer.customer * numbers.VEHICLES_EACH + self.vehicles
        self.vehicles += 1
        province = cell.city.province
        plate = numbers.plate(number, province=province.plate, letter=cell.city.letter, new_energy=vehicle.new_energy)
        vin = numbers.vin(number, maker=vehicle.maker, model=vehicle.descriptor, year=year)
        skill = stream.lognormal_mean(1.0, causes.CLAIM.motor_skill_sigma)
        traffic = cell.city.traffic

        def value(on: date) -> float:
            return float(vehicle.price) * 0.88 ** max(0, on.year - year)

        def frequency(on: date) -> float:
            age = 40 if driver is None else driver.age_on(on)
            return causes.motor_frequency(age=age, kilometres=kilometres, use=use, traffic=traffic, skill=skill)

        def loss(chance: Stream, on: date) -> Loss:
            if chance.chance(causes.CLAIM.motor_injury_share):
                amount = chance.lognormal_mean(causes.CLAIM.motor_injury_mean, 0.9)
                return Loss(on, chance.pick(texts()["cause"]["motor_injury"]), min(amount, 1_000_000), "motor")
            amount = chance.lognormal_mean(causes.motor_mean(value(on)), causes.CLAIM.motor_sigma)
            return Loss(on, chance.pick(texts()["cause"]["motor"]), min(amount, value(on)), "motor")

        loading = {"private": 1.0, "ride_hailing": 1.55, "company": 1.15, "goods": 1.6}[use]

        def base(on: date) -> float:
            return (0.0125 * value(on) + 900) * loading

        starts = day + timedelta(days=stream.between(1, 12))
        words = {"private": "家庭自用", "ride_hailing": "预约出租", "company": "企业非营业", "goods": "营业货运"}
        details = {
            "model": vehicle.name,
            "price": vehicle.price,
            "registered_year": year,
            "use": use,
            "use_name": words[use],
            "kilometres_a_year": kilometres,
            "new_energy": vehicle.new_energy,
        }
        deal = self.deal(
            "MOT", day, starts_on=starts, premium=yuan(base(starts)), sum_insured=Decimal(1_000_000),
            object_kind=ObjectKind.VEHICLE, label=f"{vehicle.name} {plate}", details=details, plate=plate, vin=vin,
        )  # fmt: skip
        factors = {"use": use, "kilometres": kilometres, "traffic": traffic, "skill": skill}
        return deal, Risk("motor", frequency, loss, base, income, bonus=True, factors=factors)

    def medical(self, day: date, insured: Person) -> tuple[Deal, Risk]:
        grade, smoker = insured.occupation.grade, insured.smoker

        def frequency(on: date) -> float:
            return causes.medical_frequency(age=insured.age_on(on), smoker=smoker, occupation_class=grade)

        def loss(chance: Stream, on: date) -> Loss:
            amount = chance.lognormal_mean(causes.CLAIM.medical_mean, causes.CLAIM.medical_sigma)
            return Loss(on, chance.pick(texts()["cause"]["medical"]), min(amount, 2_000_000), "medical")

        def base(on: date) -> float:
            return 500 * math.exp(0.030 * (insured.age_on(on) - 40)) + 40

        deal = self.deal(
            "MED", day, premium=yuan(base(day)), sum_insured=Decimal(2_000_000), insured=insured.customer,
            object_kind=ObjectKind.PERSON, label=insured.name, details={"deductible": 10_000},
        )  # fmt: skip
        factors = {"smoker": smoker, "class": grade, "age": insured.age_on(day)}
        return deal, Risk("medical", frequency, loss, base, self._income(), factors=factors)

    def accident(self, day: date, insured: Person) -> tuple[Deal, Risk]:
        grade, stream = insured.occupation.grade, self.stream
        cover = stream.pick((100_000, 300_000, 500_000))

        def loss(chance: Stream, on: date) -> Loss:
            amount = chance.lognormal_mean(causes.CLAIM.accident_mean, causes.CLAIM.accident_sigma)
            return Loss(on, chance.pick(texts()["cause"]["accident"]), min(amount, cover), "accident")

        def base(on: date) -> float:
            return 90 + cover * 0.0004 * (1 + 0.12 * (grade - 1))

        deal = self.deal(
            "ACC", day, premium=yuan(base(day)), sum_insured=Decimal(cover), insured=insured.customer,
            object_kind=ObjectKind.PERSON, label=insured.name, details={"occupation_class": grade},
        )  # fmt: skip
        frequency = causes.accident_frequency(occupation_class=grade)
        return deal, Risk("accident", lambda on: frequency, loss, base, self._income(), factors={"class": grade})

    def home(self, day: date) -> tuple[Deal, Risk]:
        cell, stream = self.cell, self.stream
        cover = stream.pick((500_000, 1_000_000, 2_000_000))

        def frequency(on: date) -> float:
            return causes.home_frequency(flood=cell.city.flood, building_age=cell.building_age)

        def loss(chance: Stream, on: date) -> Loss:
            amount = chance.lognormal_mean(causes.CLAIM.home_mean, causes.CLAIM.home_sigma)
            return Loss(on, chance.pick(texts()["cause"]["home"]), min(amount, cover), "property")

        def base(on: date) -> float:
            return 150 + cover * 0.00013

        deal = self.deal(
            "HOM", day, premium=yuan(base(day)), sum_insured=Decimal(cover), object_kind=ObjectKind.HOME,
            label=cell.address[:110], details={"building_age": cell.building_age},
        )  # fmt: skip
        factors = {"flood": cell.city.flood, "building_age": cell.building_age}
        return deal, Risk("home", frequency, loss, base, self._income(), factors=factors)

    def trip(self, day: date, insured: Person) -> tuple[Deal, int]:
        stream = self.stream
        days, place = stream.between(3, 16), stream.pick(world().words["countries"])
        starts = day + timedelta(days=stream.between(1, 25))
        deal = self.deal(
            "TRV", day, starts_on=starts, ends_on=starts + timedelta(days=days), premium=yuan(8 + 13 * days),
            sum_insured=Decimal(500_000), mode=PaymentMode.SINGLE, insured=insured.customer,
            object_kind=ObjectKind.TRIP, label=f"{place} {days}天", details={"destination": place, "days": days},
        )  # fmt: skip
        return deal, days

    # -- enterprises ----------------------------------------------------------------------------------------------

    def premises(self, day: date, firm: Firm, city: City) -> tuple[Deal, Risk]:
        value = firm.property_value

        def frequency(on: date) -> float:
            return causes.premises_frequency(flood=city.flood, hazard=firm.industry.hazard)

        def loss(chance: Stream, on: date) -> Loss:
            mean = causes.CLAIM.premises_mean * math.sqrt(value / 9_000_000)
            amount = chance.lognormal_mean(mean, causes.CLAIM.premises_sigma)
            return Loss(on, chance.pick(texts()["cause"]["premises"]), min(amount, value), "property")

        def base(on: date) -> float:
            return 800 + value * 0.0007 * firm.industry.hazard

        deal = self.deal(
            "ENT", day, premium=yuan(base(day)), sum_insured=Decimal(value), object_kind=ObjectKind.PREMISES,
            label=f"{firm.name}经营场所", details={"industry": firm.industry.name},
        )  # fmt: skip
        factors = {"flood": city.flood, "hazard": firm.industry.hazard}
        return deal, Risk("premises", frequency, loss, base, firm.capital / 4, factors=factors)

    def group(self, day: date, firm: Firm) -> tuple[Deal, Risk]:
        members, manual = firm.employees, firm.industry.manual

        def frequency(on: date) -> float:
            return causes.group_frequency(members=members, manual=manual)

        def loss(chance: Stream, on: date) -> Loss:
            amount = chance.lognormal_mean(causes.CLAIM.group_mean, causes.CLAIM.group_sigma)
            return Loss(on, chance.pick(texts()["cause"]["group"]), min(amount, 200_000), "group")

        def base(on: date) -> float:
            return members * (230 + 150 * manual)

        deal = self.deal(
            "GRP", day, premium=yuan(base(day)), sum_insured=Decimal(200_000), object_kind=ObjectKind.GROUP,
            label=f"{firm.name} {members}人", details={"members": members},
        )  # fmt: skip
        factors = {"members": members, "manual": manual}
        return deal, Risk("group", frequency, loss, base, firm.capital / 4, factors=factors)

    def _income(self) -> float:
        return 60_000 if self.person is None else max(self.person.income, self.cell.income / 2)


def long_deals(dealer: Dealer, wish: Wish) -> Deal | None:
    """The terms of a long policy that the holder can afford; None if it comes too late in life."""
    person, insured, stream = dealer.person, wish.insured, dealer.stream
    if person is None:
        return None
    terms = _LONG[wish.product](max(person.income, dealer.cell.income // 2), insured.age_on(wish.on), stream)
    if terms is None:
        return None
    yearly, sum_insured, pay_years, cover_years = terms
    mode = stream.choices(MODES, MODE_WEIGHTS)[0]
    if wish.product == "PAR" and stream.chance(0.25):
        yearly, pay_years, mode = yearly * pay_years, 1, PaymentMode.SINGLE
    premium = yearly if mode in (PaymentMode.SINGLE, PaymentMode.YEARLY) else yearly * mode / 12 * 1.03
    starts = wish.on + timedelta(days=1)
    return dealer.deal(
        wish.product, wish.on, starts_on=starts,
        ends_on=None if cover_years is None else add_months(starts, 12 * cover_years),
        premium=yuan(premium), sum_insured=Decimal(int(sum_insured)), mode=mode,
        payment_years=None if mode == PaymentMode.SINGLE else pay_years,
        insured=insured.customer, object_kind=ObjectKind.PERSON, label=insured.name,
        details={"age_at_entry": insured.age_on(wish.on)},
    )  # fmt: skip


Terms = tuple[float, float, int, int | None]


def _budget(income: float, stream: Stream, low: float, high: float) -> float:
    return max(2_000.0, round(income * (low + (high - low) * stream.random()), -3))


def _critical_illness(income: float, age: int, stream: Stream) -> Terms | None:
    cover = stream.pick((100_000, 200_000, 300_000) if income < 120_000 else (300_000, 500_000))
    return cover * (0.012 + 0.0007 * max(age - 20, 0)), cover, stream.pick((10, 15, 20)), None


def _term_life(income: float, age: int, stream: Stream) -> Terms | None:
    cover = stream.pick((500_000, 1_000_000) if income < 200_000 else (1_000_000, 2_000_000))
    return cover * 0.0010 * math.exp(0.06 * (age - 30)), cover, 20, stream.pick((20, 30))


def _whole_life(income: float, age: int, stream: Stream) -> Terms | None:
    yearly, years = _budget(income, stream, 0.05, 0.16), stream.pick((5, 10, 20))
    return yearly, yearly * years * max(1.1, 2.2 - 0.02 * age), years, None


def _participating(income: float, age: int, stream: Stream) -> Terms | None:
    yearly, (pay, cover) = _budget(income, stream, 0.04, 0.14), stream.pick(((3, 6), (5, 8), (5, 10), (3, 5)))
    return yearly, yearly * pay * 1.1, pay, cover


def _annuity(income: float, age: int, stream: Stream) -> Terms | None:
    yearly, years = _budget(income, stream, 0.04, 0.12), stream.pick((10, 15))
    return yearly, yearly * years * 1.2, years, None


def _education(income: float, age: int, stream: Stream) -> Terms | None:
    if age > 14:
        return None
    yearly, years = _budget(income, stream, 0.03, 0.09), max(3, 18 - age)
    return yearly, yearly * min(10, years) * 1.15, min(10, years), years


_LONG = {
    "CIL": _critical_illness,
    "TRM": _term_life,
    "WLF": _whole_life,
    "PAR": _participating,
    "ANN": _annuity,
    "EDU": _education,
}
