"""The facts of the demo's world, read from the files of ``data``: regions, names, work, products."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class City:
    """A city; ``income``, ``traffic`` and ``flood`` are causes with 1.00 as the average."""

    index: int
    code: str
    name: str
    name_en: str
    province: Province
    letter: str
    telephone: str
    weight: float
    income: float
    traffic: float
    flood: float
    districts: tuple[tuple[str, str], ...]

    @property
    def district_codes(self) -> tuple[str, ...]:
        return tuple(code for code, _ in self.districts)


@dataclass(frozen=True, slots=True)
class Province:
    code: str
    name: str
    short: str
    name_en: str
    plate: str


@dataclass(frozen=True, slots=True)
class Occupation:
    """A job: ``income`` is a factor, ``education`` the least that it takes (place in Education, 0 to 6)."""

    title: str
    grade: int
    education: int
    income: float
    employer: str
    position: str
    weight: float


@dataclass(frozen=True, slots=True)
class Industry:
    name: str
    words: tuple[str, ...]
    nature: str
    hazard: float
    manual: float
    income: float


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A model: ``maker`` and ``descriptor`` are parts of its VIN, ``price`` is yuan new."""

    name: str
    maker: str
    descriptor: str
    price: int
    new_energy: bool


@dataclass(frozen=True, slots=True)
class Cohort:
    until: int
    two: float
    male: str
    female: str


@dataclass(frozen=True, slots=True)
class ProductFact:
    index: int
    code: str
    name: str
    name_en: str
    line: str
    long_term: bool


@dataclass(frozen=True)
class World:
    """Everything that is typed in as fact, with the cumulative weights that drawing needs."""

    cities: tuple[City, ...]
    surnames: tuple[str, ...]
    surname_weights: tuple[float, ...]
    cohorts: tuple[Cohort, ...]
    occupations: tuple[Occupation, ...]
    industries: tuple[Industry, ...]
    vehicles: tuple[Vehicle, ...]
    trucks: tuple[Vehicle, ...]
    words: dict[str, tuple[str, ...]]
    products: dict[str, ProductFact]

    @property
    def provinces(self) -> tuple[Province, ...]:
        return tuple(dict.fromkeys(city.province for city in self.cities))

    @property
    def city_weights(self) -> list[float]:
        return list(accumulate(city.weight for city in self.cities))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def _cities() -> tuple[City, ...]:
    found: list[City] = []
    for raw in _read("regions.toml")["province"]:
        province = Province(raw["code"], raw["name"], raw["short"], raw["en"], raw["plate"])
        for code, name, en, letter, telephone, weight, income, traffic, flood, districts in raw["cities"]:
            places = tuple((text[:6], text[6:]) for text in districts.split())
            city = City(len(found), code, name, en, province, letter, telephone, weight, income, traffic, flood, places)
            found.append(city)
    return tuple(found)


def _surnames(text: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    names, weights = [], []
    for item in text.split():
        name = item.rstrip("0123456789")
        names.append(name)
        weights.append(float(item[len(name) :]))
    return tuple(names), tuple(accumulate(weights))


@cache
def world() -> World:
    """The facts, read once."""
    names, work = _read("names.toml"), _read("work.toml")
    surnames, weights = _surnames(names["surnames"])
    industries = tuple(
        Industry(name, tuple(words.split()), nature, hazard, manual, income)
        for name, words, nature, hazard, manual, income in work["industries"]
    )
    products = [ProductFact(index, **raw) for index, raw in enumerate(_read("products.toml")["product"])]
    return World(
        cities=_cities(),
        surnames=surnames,
        surname_weights=weights,
        cohorts=tuple(Cohort(**raw) for raw in names["cohort"]),
        occupations=tuple(Occupation(*raw) for raw in work["occupations"]),
        industries=industries,
        vehicles=tuple(Vehicle(*raw) for raw in work["vehicles"]),
        trucks=tuple(Vehicle(*raw) for raw in work["trucks"]),
        words={name: tuple(text.split()) for name, text in work.items() if isinstance(text, str)},
        products={product.code: product for product in products},
    )


@cache
def texts() -> dict[str, Any]:
    """What people say, by situation (data/texts.toml)."""
    return _read("texts.toml")
