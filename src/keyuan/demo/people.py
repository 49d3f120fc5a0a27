"""People and enterprises: who lives with whom, what they do and earn. Everything is drawn before anything happens."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate

from keyuan.customers.states import Education, HouseholdRole, Housing, MaritalStatus
from keyuan.demo import causes, numbers
from keyuan.demo.company import BOOK_DAYS, SHOW_CITY, Company
from keyuan.demo.facts import City, Industry, Occupation, world
from keyuan.demo.naming import company_name, family_of, person_name, surname
from keyuan.demo.streams import Stream

EDUCATIONS = tuple(Education.values)
_EDUCATION_BY_COHORT = (
    (1960, (35, 35, 20, 6, 4, 0, 0)),
    (1980, (8, 32, 30, 15, 13, 2, 0)),
    (1995, (1, 14, 22, 25, 32, 5.5, 0.5)),
    (2200, (0.5, 6, 20, 27, 38, 8, 0.5)),
)
_STUDENT = Occupation("学生", 1, 0, 0.0, "学校", "学生", 0)
_PRESCHOOL = Occupation("学龄前儿童", 1, 0, 0.0, "", "", 0)
_RETIRED = Occupation("退休人员", 1, 0, 0.5, "", "", 0)
_HOMEMAKER = Occupation("家庭主妇", 1, 0, 0.0, "", "", 0)
_NOBODY = (_STUDENT, _PRESCHOOL, _RETIRED, _HOMEMAKER)
BASE_INCOME = 78_000
PENSION = 42_000

# Kinds of households with their weights; the numbers of members follow.
SINGLE, COUPLE, FAMILY, THREE_GENERATIONS, ONE_PARENT, ELDERS, ENTERPRISE = range(7)
_CELLS = tuple(accumulate((29, 15, 32, 8, 3, 6, 7)))


@dataclass(slots=True)
class Person:
    """A customer who is a person, as the book knows them on its last day."""

    customer: int
    name: str
    male: bool
    born: date
    age: int
    role: str
    marital: str
    education: int
    occupation: Occupation
    income: int
    smoker: bool
    since: date
    dies_on: date | None = None
    licence_on: date | None = None

    @property
    def adult(self) -> bool:
        return self.age >= 18

    @property
    def works(self) -> bool:
        return self.occupation not in _NOBODY

    def age_on(self, day: date) -> int:
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@dataclass(slots=True)
class Firm:
    """A customer who is an enterprise; ``contact`` is a person of the same cell, a customer as well."""

    customer: int
    name: str
    industry: Industry
    employees: int
    capital: int
    established_on: date
    representative: str
    property_value: int
    since: date


@dataclass(slots=True)
class Cell:
    """A household (or an enterprise with its contact) that is drawn as one."""

    number: int
    kind: int
    city: City
    office: int
    district: int
    people: list[Person] = field(default_factory=list)
    firm: Firm | None = None
    housing: str = ""
    income: int = 0
    cars: int = 0
    children: int = 0
    debts: int = 0
    address: str = ""
    building_age: int = 0

    @property
    def size(self) -> int:
        return len(self.people) + (self.firm is not None)

    @property
    def head(self) -> Person:
        return self.people[0]


class People:
    """Draws cell after cell."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.last_day = company.last_day
        self._city_weights = world().city_weights
        self._occupation_weights = [
            list(accumulate(_suitability(job, education) for job in world().occupations)) for education in range(7)
        ]

    def cell(self, number: int, first: int, room: int) -> Cell:
        """Cell ``number``, whose customers count from ``first``; at most ``room`` of them."""
        stream = Stream(self.company.seed, "cell", number)
        kind = FAMILY if number == 0 else stream.choices(range(7), cum_weights=_CELLS)[0]
        city = world().cities[SHOW_CITY] if number == 0 else stream.weighted(world().cities, self._city_weights)
        office = self.company.offices[city.index][0] if number == 0 else stream.pick(self.company.offices[city.index])
        cell = Cell(number, kind, city, office, stream.between(0, len(city.districts) - 1))
        if kind == ENTERPRISE and room > 1:
            self._enterprise(cell, stream, first)
        else:
            self._household(cell, stream, first, room)
        self._home(cell, stream)
        return cell

    # -- households -----------------------------------------------------------------------------------------------

    def _household(self, cell: Cell, stream: Stream, first: int, room: int) -> None:
        age = 38 if cell.number == 0 else _adult_age(stream, cell.kind)
        male = True if cell.number == 0 else stream.chance(0.55)
        plans: list[tuple[str, int, bool, str | None]] = [(HouseholdRole.HEAD, age, male, None)]
        if cell.kind in (COUPLE, FAMILY, THREE_GENERATIONS, ELDERS):
            spouse = max(22, age + (-2 if male else 2) + stream.between(-3, 3))
            plans.append((HouseholdRole.SPOUSE, spouse, not male, None))
        if cell.kind in (FAMILY, THREE_GENERATIONS, ONE_PARENT):
            for _ in range(1 if stream.chance(0.62) else 2):
                child = max(1, min(plans[-1][1], age) - stream.between(24, 33)) if len(plans) < 3 else 0
                child = child or max(1, plans[-1][1] - stream.between(2, 6))
                plans.append((HouseholdRole.CHILD, child, stream.chance(0.52), "head"))
        if cell.kind == THREE_GENERATIONS:
            plans.append((HouseholdRole.PARENT, min(88, age + stream.between(23, 31)), stream.chance(0.45), "parent"))
        for place, (role, years, is_male, family) in enumerate(plans[:room]):
            cell.people.append(
                self._person(cell, stream.named("person", place), first + place, role, years, is_male, family)
            )
        cell.children = sum(person.role == HouseholdRole.CHILD for person in cell.people)

    def _person(
        self, cell: Cell, stream: Stream, customer: int, role: str, age: int, male: bool, family: str | None
    ) -> Person:
        born = numbers.birth_day(customer, self.company.as_of.year - age)
        name = person_name(stream, born=born.year, male=male, family=self._family(cell, family))
        education = self._education(stream, born.year, age, cell.city)
        job = self._occupation(stream, age, male, education)
        person = Person(
            customer=customer,
            name=name,
            male=male,
            born=born,
            age=age - (0 if (born.month, born.day) <= (self.company.as_of.month, self.company.as_of.day) else 1),
            role=role,
            marital=_marital(cell.kind, role, age, stream),
            education=education,
            occupation=job,
            income=_income(stream, job, age, education, cell.city),
            smoker=age >= 18 and stream.chance((0.47 if male else 0.03) * (1.2 - 0.08 * education)),
            since=self._since(stream, cell, role, born),
        )
        if person.adult and stream.chance(0.75 if person.male else 0.55):
            person.licence_on = born + timedelta(days=int(365.25 * 18) + int(stream.random() * 365 * min(12, age - 18)))
            if person.licence_on > self.last_day:
                person.licence_on = None
        if cell.number > 0:
            person.dies_on = self._death(stream, person)
        return person

    def _family(self, cell: Cell, family: str | None) -> str | None:
        if family == "head" and cell.people:
            father = next((person for person in cell.people if person.male), cell.people[0])
            return family_of(father.name)
        if family == "parent" and cell.people:
            return family_of(cell.people[0].name) if cell.people[0].male else None
        return None

    def _since(self, stream: Stream, cell: Cell, role: str, born: date) -> date:
        """The day on which we came to know the person: the head first, the others within two years."""
        if role == HouseholdRole.HEAD:
            days = 3400 if cell.number == 0 else int((BOOK_DAYS - 30) * stream.random() ** 1.15) + 1
            since = self.company.as_of - timedelta(days=days)
            return min(max(since, born + timedelta(days=366 * 20)), self.last_day)
        since = cell.head.since + timedelta(days=int(stream.random() ** 2 * 700))
        return min(max(since, born + timedelta(days=30)), self.last_day)

    def _death(self, stream: Stream, person: Person) -> date | None:
        """The person's day of death if it comes while we know them (causes.death_frequency)."""
        day = person.since
        while day < self.last_day:
            yearly = causes.death_frequency(age=person.age_on(day), smoker=person.smoker, male=person.male)
            wait = stream.expovariate(yearly) * 365
            if wait < 365:
                died = day + timedelta(days=1 + int(wait))
                return died if died <= self.last_day else None
            day += timedelta(days=365)
        return None

    @staticmethod
    def _education(stream: Stream, born: int, age: int, city: City) -> int:
        weights = next(weights for until, weights in _EDUCATION_BY_COHORT if born < until)
        level = stream.choices(range(7), weights=weights)[0]
        if city.income > 1.2 and level < 4 and stream.chance(0.3):
            level += 1
        highest = 0 if age < 12 else 1 if age < 15 else 2 if age < 19 else 4 if age < 24 else 6
        return int(min(level, highest))

    def _occupation(self, stream: Stream, age: int, male: bool, education: int) -> Occupation:
        draw = stream.random()
        if age < 6:
            return _PRESCHOOL
        if age < 18 or (age < 23 and draw < 0.6):
            return _STUDENT
        if age >= (60 if male else 55):
            return _RETIRED
        if not male and age > 25 and draw < 0.06:
            return _HOMEMAKER
        return stream.weighted(world().occupations, self._occupation_weights[education])

    def _home(self, cell: Cell, stream: Stream) -> None:
        cell.income = sum(person.income for person in cell.people)
        age = cell.head.age
        if cell.kind == SINGLE and age < 27 and stream.chance(0.45):
            cell.housing = Housing.WITH_PARENTS
        elif stream.chance(0.30 if age < 35 else 0.12):
            cell.housing = Housing.RENTED
        elif age < 48 and stream.chance(0.6):
            cell.housing = Housing.MORTGAGED
        else:
            cell.housing = Housing.OWNED
        if cell.housing == Housing.MORTGAGED:
            cell.debts = int(cell.income * (1 + 3 * stream.random())) // 1000 * 1000
        drivers = sum(person.licence_on is not None for person in cell.people)
        likely = 1 / (1 + math.exp(-(cell.income - 110_000) / 50_000))
        cell.cars = 1 if cell.number == 0 or (drivers and stream.chance(likely)) else 0
        if cell.cars and drivers > 1 and cell.income > 350_000 and stream.chance(0.3):
            cell.cars = 2
        cell.building_age = stream.between(1, 32)
        words = world().words
        district = cell.city.districts[cell.district][1]
        street = f"{stream.pick(words['streets'])}{stream.between(1, 480)}号"
        stairs = f"{stream.between(1, 40)}幢{stream.between(1, 3)}单元{stream.between(1, 28)}0{stream.between(1, 4)}室"
        province = "" if cell.city.name == cell.city.province.name else cell.city.province.name
        cell.address = f"{province}{cell.city.name}{district}{street}{stream.pick(words['estates'])}{stairs}"

    # -- enterprises ----------------------------------------------------------------------------------------------

    def _enterprise(self, cell: Cell, stream: Stream, first: int) -> None:
        industry = stream.pick(world().industries)
        employees = max(6, min(160, int(stream.lognormal_mean(38, 0.8))))
        age = stream.between(30, 54)
        contact = self._person(
            cell, stream.named("person", 0), first + 1, HouseholdRole.HEAD, age, stream.chance(0.5), None
        )
        contact.occupation = next(job for job in world().occupations if job.title == "行政职员")
        contact.dies_on = None
        contact.income = max(contact.income, 60_000)
        cell.people.append(contact)
        cell.firm = Firm(
            customer=first,
            name=company_name(stream, cell.city, industry),
            industry=industry,
            employees=employees,
            capital=stream.pick((50, 100, 200, 300, 500, 1000, 2000)) * 10_000,
            established_on=contact.since - timedelta(days=stream.between(200, 6000)),
            representative=f"{surname(stream)}{stream.pick('建国伟明志宏海永')}{stream.pick('军平峰涛华林')}",
            property_value=int(stream.lognormal_mean(9_000_000, 0.9)) // 10_000 * 10_000,
            since=contact.since,
        )


def _adult_age(stream: Stream, kind: int) -> int:
    low, high = {
        SINGLE: (21, 62), COUPLE: (25, 58), FAMILY: (29, 52), THREE_GENERATIONS: (32, 50), ONE_PARENT: (29, 50),
        ELDERS: (60, 80),
    }.get(kind, (28, 55))  # fmt: skip
    return low + int((high - low) * (stream.random() + stream.random()) / 2)


def _marital(kind: int, role: str, age: int, stream: Stream) -> str:
    if role == HouseholdRole.CHILD or (kind == SINGLE and age < 32):
        return MaritalStatus.SINGLE
    if role == HouseholdRole.PARENT:
        return MaritalStatus.WIDOWED if stream.chance(0.6) else MaritalStatus.MARRIED
    if kind == ONE_PARENT:
        return MaritalStatus.DIVORCED if stream.chance(0.8) else MaritalStatus.WIDOWED
    if kind == SINGLE:
        return stream.choices((MaritalStatus.SINGLE, MaritalStatus.DIVORCED, MaritalStatus.MARRIED), (50, 20, 30))[0]
    return MaritalStatus.MARRIED


def _suitability(job: Occupation, education: int) -> float:
    if job.education > education:
        return 0.0
    return job.weight * (1.0 if job.education >= education - 1 else 0.25)


def _income(stream: Stream, job: Occupation, age: int, education: int, city: City) -> int:
    """Yuan a year: base × city × job × age × education × chance (docs/demo-book.md)."""
    if job in (_STUDENT, _PRESCHOOL, _HOMEMAKER):
        return 0
    chance = math.exp(stream.gauss(0, 0.32))
    if job is _RETIRED:
        return int(PENSION * city.income * (1 + 0.12 * (education - 2)) * chance) // 100 * 100
    ageing = 1.15 - ((age - 46) / 40) ** 2
    return int(BASE_INCOME * city.income * job.income * ageing * (1 + 0.06 * (education - 3)) * chance) // 100 * 100
