"""What a quote costs in time: one over HTTP, and a million life policies rated again at once.

    python -m benchmarks rating [--policies 1000000] [--seconds 8]

A quote over HTTP is checked, priced, kept and logged; beside it stands the answer of the same server that does nothing
(``/healthz``). The batch prices term life policies drawn over every age, term, sum, mode and factor, with a rider for half of
them; rates are found anew by the exact path in the same time. Beside it: the same products in NumPy floats, rates given,
nothing rounded.
A thousand policies of the batch are priced by the scalar path and must cost the same cents.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import django
import numpy as np

from benchmarks.foundation import SET_UP as A_TOKEN
from benchmarks.foundation import Doors
from benchmarks.ground import PROJECT, Ground, write_results
from benchmarks.load import Figures, Request, drive
from keyuan.products.definition import Definition, load
from keyuan.products.definition.book import shipped
from keyuan.products.preview import priced
from keyuan.products.rating import LifeRisk, batch, life, price
from keyuan.products.rating.entries import defaults, raw_of
from keyuan.products.rating.fields import fields
from keyuan.products.rating.life_flows import Basis, decrements, solved

AIM_BATCH = 20.0
AIM_QUOTE = 20.0
BOOK = PROJECT / "src" / "keyuan" / "products" / "book"
CHECKED = 1000
SET_UP = """
from keyuan.accounts.models import OrgUnit
from keyuan.products.bulk import offer_shipped_products
OrgUnit.objects.get_or_create(code="H", defaults={"name": "Head office", "kind": "head_office"})
offer_shipped_products()
"""


def term_life() -> Definition:
    path: Path = BOOK / "term_life.yaml"
    return load(path.read_text(encoding="utf-8"), file=path.name)


def policies(definition: Definition, count: int) -> batch.Columns:
    """Policies drawn over everything that the product offers and that goes together."""
    draw = np.random.default_rng(20261122)
    covers, pays = definition.terms.cover, definition.terms.payment.years
    until = definition.terms.payment.until_age or 200
    cells = [
        (age, sex, cover, pay)
        for age in range(18, 61)
        for sex in (0, 1)
        for cover, span in enumerate(covers)
        for pay, paid in enumerate(pays)
        if 0 < paid.years(age=age) <= span.years(age=age)
        and (paid.kind == "single" or age + paid.years(age=age) <= until)
    ]
    age, sex, cover, pay = np.array(cells, np.int64)[draw.integers(0, len(cells), count)].T.copy()
    single = np.array([span.kind == "single" for span in pays])[pay]
    return batch.Columns(
        age=age,
        sex=sex,
        cover=cover,
        pays=pay,
        mode=np.where(single, 0, draw.choice([1, 3, 6, 12], count)),
        sum_cents=draw.integers(10, 301, count) * 1_000_000,
        occupation_class=draw.integers(1, 5, count),
        answers={"smoker": draw.integers(0, 2, count)},
        riders={"accident": np.where(draw.random(count) < 0.5, draw.integers(5, 11, count) * 1_000_000, -1)},
    )


def scalar(definition: Definition, told: batch.Columns, place: int) -> LifeRisk:
    """The same policy for the scalar path."""
    sums = int(told.riders["accident"][place])
    choices = list(definition.rating.factors["smoker"])
    return LifeRisk(
        age=int(told.age[place]),
        sex="female" if told.sex[place] else "male",
        sum=Decimal(int(told.sum_cents[place])) / 100,
        cover_term=definition.terms.cover[told.cover[place]],
        pay_years=definition.terms.payment.years[told.pays[place]],
        mode=int(told.mode[place]),
        occupation_class=int(told.occupation_class[place]),
        answers={"smoker": choices[told.answers["smoker"][place]]},
        riders={"accident": Decimal(sums) / 100} if sums >= 0 else {},
    )


def in_floats(definition: Definition, told: batch.Columns) -> float:
    """Seconds for the same multiplications in floats, with the rates already there and nothing rounded."""
    per_thousand, fixed = batch._rates(definition, told)
    rates, fees = per_thousand / batch.RATES, fixed / batch.CENTS
    smoker = np.array([float(one) for one in definition.rating.factors["smoker"].values()])
    classes = np.array([0.0, *(float(definition.rating.factors["occupation_class"][one]) for one in (1, 2, 3, 4))])
    accident = np.array([0.0, 0.60, 0.75, 1.00, 1.50])
    modes = np.zeros(13)
    for mode, factor in definition.rating.mode_factors.items():
        modes[mode] = float(factor)
    begin = time.perf_counter()
    amount = told.sum_cents / 100
    main = amount / 1000 * rates * smoker[told.answers["smoker"]] * classes[told.occupation_class] + fees
    rider = np.maximum(told.riders["accident"], 0) / 100 / 1000 * accident[told.occupation_class]
    premium = (np.maximum(main, float(definition.rating.least)) + rider) * modes[told.mode]
    assert premium.min() > 0
    return time.perf_counter() - begin


def measure_batch(count: int) -> dict[str, Any]:
    definition = term_life()
    told = policies(definition, count)
    for kept in (solved, decrements):
        kept.cache_clear()
    begin = time.perf_counter()
    found = batch.prices(definition, told)
    cold = time.perf_counter() - begin
    begin = time.perf_counter()
    again = batch.prices(definition, told)
    warm = time.perf_counter() - begin
    assert (found.standard == again.standard).all()
    for place in random.Random(1).sample(range(count), min(CHECKED, count)):
        one = price(definition, scalar(definition, told, place))
        assert int(one.standard.amount * 100) == found.standard[place], place
        assert int(one.premium.amount * 100) == found.premium[place], place
    cells = len(np.unique(((told.age * 2 + told.sex) * 16 + told.cover) * 16 + told.pays))
    single = scalar(definition, told, 0)
    begin = time.perf_counter()
    for _ in range(200):
        life.price(definition, single)
    return {
        "policies": count,
        "cells": cells,
        "cold seconds": cold,
        "warm seconds": warm,
        "float seconds": in_floats(definition, told),
        "scalar ms": (time.perf_counter() - begin) * 5,
        "basis": Basis(definition).definition.code,
    }


def quote_request(doors: Doors, place: int) -> Request:
    """A quote of its own: the age, sum, term and riders of this place in the run."""
    draw = random.Random(place * 7919)
    age = draw.randrange(18, 46)
    risk: dict[str, Any] = {
        "age": age,
        "sex": draw.choice(["male", "female"]),
        "sum": draw.randrange(10, 301) * 10_000,
        "cover_term": draw.choice(["20 years", "30 years", "to age 70"]),
        "pay_years": draw.choice(["10 years", "15 years", "20 years"]),
        "mode": draw.choice([1, 3, 6, 12]),
        "occupation_class": draw.randrange(1, 5),
        "smoker": draw.choice(["yes", "no"]),
        "riders": draw.choice([{}, {"accident": 50_000}, {"waiver": True}]),
    }
    body = json.dumps({"product": "TRM", "risk": risk}).encode()
    return Request("POST", "/api/v1/quotes", doors.api, body, expect=201)


def new_cell_request(doors: Doors, place: int) -> Request:
    """A whole life quote whose rate this server has hardly met: walks over every age, sex and way of paying."""
    ways = [f"{years} years" for years in (5, 10, 15, 20)]
    age, sex, way = place % 56, place // 56 % 2, ways[place // 112 % len(ways)]
    risk = {"age": age, "sex": ("male", "female")[sex], "sum": 200_000, "pay_years": way}
    body = json.dumps({"product": "WLF", "risk": risk}).encode()
    return Request("POST", "/api/v1/quotes", doors.api, body, expect=201)


def known_risks(definition: Definition) -> list[dict[str, Any]]:
    """Risks of a product that have a price: what its form begins with, at as many ages and in as many ways as it offers."""
    usual = defaults(definition)
    varied = {name: [str(age) for age in range(0, 70, 3)] for name in ("age", "travellers") if name in usual}
    for one in fields(definition):
        if one.choices and one.name in usual and one.name not in varied:
            varied[one.name] = [choice.value for choice in one.choices]
    told = [usual, *({**usual, name: value} for name, values in varied.items() for value in values)]
    return [raw_of(definition, one) for one in told if priced(definition, one).price is not None]


def product_request(doors: Doors, definition: Definition, risks: list[dict[str, Any]], place: int) -> Request:
    """A quote of this product, for each of its risks in turn."""
    body = json.dumps({"product": definition.code, "risk": risks[place % len(risks)]}).encode()
    return Request("POST", "/api/v1/quotes", doors.api, body, expect=201)


def measure_products(port: int, doors: Doors, seconds: float) -> dict[str, Figures]:
    """Every product by one client, each risk once before: rates are found once and kept, as a server does that runs."""
    found = {}
    for definition in shipped():
        risks = known_risks(definition)
        found[definition.code] = drive(
            port,
            lambda place, it=definition, risks=risks: product_request(doors, it, risks, place),  # type: ignore[misc]
            clients=1,
            seconds=seconds,
            warm_up=1.5,
        )
    return found


def measure_quotes(seconds: float) -> tuple[dict[str, dict[int, Figures]], dict[str, Figures]]:
    ground = Ground("rating")
    ground.env["KEYUAN_LIMITS"] = "find=100000000/60,api_calls=100000000/60"
    token, cookie_name, session = ground.script(SET_UP + A_TOKEN).split()
    doors = Doors(token, f"{cookie_name}={session}")
    os.environ |= ground.env  # the forms of the products speak the languages of the settings
    django.setup()
    nothing = Request("GET", "/healthz", {})
    served: dict[str, dict[int, Figures]] = {"quote": {}, "whole life, new rate": {}, "no work at all": {}}
    with ground.server() as port:
        # First, while nothing is known: the server's processes keep the rates that they have found.
        served["whole life, new rate"][1] = drive(
            port, lambda place: new_cell_request(doors, place), clients=1, seconds=min(seconds, 6), warm_up=0.2
        )
        for clients in (1, 4):
            served["quote"][clients] = drive(
                port, lambda place: quote_request(doors, place), clients=clients, seconds=seconds, warm_up=3
            )
            served["no work at all"][clients] = drive(port, lambda place: nothing, clients=clients, seconds=2)
        products = measure_products(port, doors, min(seconds, 2))
    return served, products


def show(rated: dict[str, Any], served: dict[str, dict[int, Figures]], products: dict[str, Figures]) -> None:
    print(
        f"\n{rated['policies']:,} term life policies over {rated['cells']:,} cells, the same cents as one by one "
        f"({CHECKED:,} compared):\n"
        f"  rates found anew {rated['cold seconds']:6.2f} s (limit {AIM_BATCH:.0f} s)\n"
        f"  rates known      {rated['warm seconds']:6.2f} s\n"
        f"  floats, unrounded{rated['float seconds']:6.2f} s\n"
        f"  one, known cell  {rated['scalar ms']:6.2f} ms"
    )
    print(f"\n{'':22}{'1 client':>26}{'4 clients':>26}")
    for name, by_clients in served.items():
        text = "".join(f"{one.per_second:9,.0f}/s {one.p50:6.1f} {one.p95:6.1f}ms" for one in by_clients.values())
        print(f"{name:22}{text}   {f'p95 limit {AIM_QUOTE:.0f} ms' if name != 'no work at all' else ''}")
    print("\neach product, 1 client")
    for code, one in products.items():
        print(f"{code:22}{one.per_second:9,.0f}/s {one.p50:6.1f} {one.p95:6.1f}ms")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks rating", description=__doc__)
    parser.add_argument("--policies", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=8)
    asked = parser.parse_args(arguments)
    rated = measure_batch(asked.policies)
    served, products = measure_quotes(asked.seconds) if asked.seconds else ({}, {})
    show(rated, served, products)
    print(f"\nkept as {write_results('rating', {'batch': rated, 'quote': served, 'products': products})}")
