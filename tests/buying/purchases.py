"""What is bought: one usual purchase of each product, by number. Everybody and everything in it is of that number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from tests.buying.people import Person, company_code, plate, somebody, vin


@dataclass(frozen=True, kw_only=True)
class Company:
    name: str
    uscc: str
    address: str = "苏州市工业园区星湖街328号"
    position: str = "人事经理"

    def fields(self) -> dict[str, str]:
        told = {"name": self.name, "uscc": self.uscc, "address": self.address, "contact_position": self.position}
        return {f"company-{name}": value for name, value in told.items()}


@dataclass(frozen=True, kw_only=True)
class Heir:
    person: Person
    relation: str
    share: str
    rank: int = 1


@dataclass(frozen=True, kw_only=True)
class Member:
    """A row of a company's list."""

    person: Person
    plan: str
    occupation_class: int


class Insured(NamedTuple):
    """Somebody insured besides the applicant, and who they are to them."""

    person: Person
    relation: str


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """One purchase. ``told``: what the price form says besides its defaults; ``insured``: (person, relation) besides the
    applicant; ``answers`` and ``facts``: the declaration where it is not harmless; ``starts_in``: days from today."""

    product: str
    applicant: Person
    told: Mapping[str, str] = field(default_factory=dict)
    self_insured: bool = True
    insured: tuple[Insured, ...] = ()
    heirs: tuple[Heir, ...] = ()
    thing: Mapping[str, str] = field(default_factory=dict)
    company: Company | None = None
    members: tuple[Member, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    means: Mapping[str, str] = field(default_factory=lambda: {"household_income": "400000", "budget": "60000"})
    starts_in: int = 3

    def but(self, **different: object) -> Purchase:
        """The same with something else about it."""
        return replace(self, **different)  # type: ignore[arg-type]


def _travel(n: int) -> Purchase:
    child = somebody(n, born=date(2015, 5, 6), mobile=False)
    told = {"days": "7", "region": "asia", "plan": "classic"}
    return Purchase(product="TRV", applicant=somebody(n), told=told, insured=(Insured(child, "child"),))


def _accident(n: int) -> Purchase:
    return Purchase(product="ACC", applicant=somebody(n))


def _medical(n: int) -> Purchase:
    mother = somebody(n, born=date(1968, 2, 3), mobile=False)
    return Purchase(product="MED", applicant=somebody(n), self_insured=False, insured=(Insured(mother, "parent"),))


def _critical(n: int) -> Purchase:
    spouse = Heir(person=somebody(n, born=date(1988, 8, 8), sex="male", mobile=False), relation="spouse", share="60")
    child = Heir(person=somebody(n, born=date(2016, 9, 9), mobile=False), relation="child", share="40")
    return Purchase(product="CIL", applicant=somebody(n), heirs=(spouse, child), told={"sum": "300000", "mode": "12"})


def _term(n: int) -> Purchase:
    return Purchase(product="TRM", applicant=somebody(n, sex="male"), told={"mode": "1"})


def _whole(n: int) -> Purchase:
    return Purchase(product="WLF", applicant=somebody(n), told={"sum": "200000"})


def _participating(n: int) -> Purchase:
    return Purchase(product="PAR", applicant=somebody(n), told={"sum": "50000", "mode": "12"})


def _annuity(n: int) -> Purchase:
    return Purchase(product="ANN", applicant=somebody(n), told={"sum": "6000"})


def _education(n: int) -> Purchase:
    child = somebody(n, born=date(2021, 6, 1), mobile=False)
    return Purchase(
        product="EDU",
        applicant=somebody(n),
        self_insured=False,
        insured=(Insured(child, "child"),),
        told={"sum": "10000", "mode": "12"},
        facts={"occupation_class": "0007", "height_cm": "112", "weight_kg": "20", "annual_income": "0"},
    )


def _motor(n: int) -> Purchase:
    thing = {"vehicle-plate": plate(n), "vehicle-vin": vin(n), "vehicle-registered_on": "2022-04-01"}
    return Purchase(product="MOT", applicant=somebody(n), thing=thing, told={"new_value": "150000"})


def _home(n: int) -> Purchase:
    return Purchase(product="HOM", applicant=somebody(n), thing={"home-address": f"苏州市吴江区松陵街道流虹路{n}号"})


def _premises(n: int) -> Purchase:
    return Purchase(
        product="ENT",
        applicant=somebody(n),
        company=Company(name=f"苏州示例{n}纺织有限公司", uscc=company_code(n), position="财务经理"),
        thing={"premises-address": f"苏州市吴江区盛泽镇舜湖路{n}号"},
        told={"sums.machinery": "1500000", "sums.stock": "800000", "use": "textile"},
    )


def _group(n: int) -> Purchase:
    company = Company(name=f"苏州示例{n}制造有限公司", uscc=company_code(n))
    members = tuple(
        Member(
            person=somebody(n * 8 + k, born=date(1985 + k, 1, 15), sex="male", mobile=False),
            plan="plan_a" if k % 2 else "plan_b",
            occupation_class=1 + k % 3,
        )
        for k in range(8)
    )
    return Purchase(product="GRP", applicant=somebody(n), company=company, members=members)


USUAL: Mapping[str, Callable[[int], Purchase]] = {
    "TRV": _travel,
    "ACC": _accident,
    "MED": _medical,
    "CIL": _critical,
    "TRM": _term,
    "WLF": _whole,
    "PAR": _participating,
    "ANN": _annuity,
    "EDU": _education,
    "MOT": _motor,
    "HOM": _home,
    "GRP": _group,
    "ENT": _premises,
}
CODES = tuple(USUAL)


def purchase(product: str, n: int = 1) -> Purchase:
    """The usual purchase of a product by stranger number ``n``."""
    return USUAL[product](n)
