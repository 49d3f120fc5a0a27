"""On the demo book, whose causes are known: the expected is nearer to the truth than what happened, for the known reasons."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keyuan.customers.models import Person
from keyuan.demo import causes
from keyuan.demo.book import load
from keyuan.demo.facts import world
from keyuan.insight.lake import exporting
from keyuan.insight.lake.exporting import export
from keyuan.insight.learning.blending import ranks
from keyuan.insight.models import CustomerProfit, ProfitRun
from keyuan.insight.profit.running import run
from keyuan.insight.tests.conftest import AS_OF, NIGHT
from keyuan.policies.models import InsuredObject, Party, Policy

EXPECTED, CLAIMS = 3, 2  # places in "amounts"


@pytest.fixture
def counted(db: None, lake: Path, everything_settled: None, monkeypatch: pytest.MonkeyPatch) -> ProfitRun:
    """A book large enough to learn from, counted over its last twelve months."""
    load(customers=2200, seed=7, as_of=AS_OF)
    monkeypatch.setattr(exporting, "today", lambda: AS_OF)
    export(by=NIGHT)
    return run(by=NIGHT).run


def _age(born: date | None, on: date) -> int:
    return 40 if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _years_of(policy: Policy, counted: ProfitRun) -> float:
    """Which part of the period the policy was on risk for."""
    last = min(policy.ends_on or counted.ends_on, counted.ends_on)
    return max(0, (last - max(policy.starts_on, counted.starts_on)).days) / 365


def motor_truth(counted: ProfitRun) -> dict[int, float]:
    """True cost of each holder's cars in the period, without the hidden skill of the driver."""
    on = counted.starts_on
    traffic = {city.code[:4]: city.traffic for city in world().cities}
    people = {one.customer_id: one for one in Person.objects.all()}
    found: dict[int, float] = defaultdict(float)
    for car in InsuredObject.objects.filter(kind="vehicle").select_related("policy"):
        person, told = people.get(car.customer_id), car.details
        often = causes.motor_frequency(
            age=40 if person is None else _age(person.birth_date, on),
            kilometres=told["kilometres_a_year"],
            use=told["use"],
            traffic=traffic.get((person.region if person else "")[:4], 1.0),
        )
        value = told["price"] * 0.88 ** max(0, on.year - told["registered_year"])
        found[car.customer_id] += often * causes.motor_mean(value) * _years_of(car.policy, counted)
    return found


def medical_truth(counted: ProfitRun) -> dict[int, float]:
    on = counted.starts_on
    found: dict[int, float] = defaultdict(float)
    people = {one.customer_id: one for one in Person.objects.all()}
    for party in Party.objects.filter(role="insured", policy__product__line="medical").select_related("policy"):
        person = people[party.customer_id]
        often = causes.medical_frequency(
            age=_age(person.birth_date, on), smoker=bool(person.smoker), occupation_class=person.occupation_class or 1
        )
        found[party.policy.customer_id] += often * _years_of(party.policy, counted)
    return found


def rank_correlation(left: Any, right: Any) -> float:
    return float(np.corrcoef(ranks(np.asarray(left, float)), ranks(np.asarray(right, float)))[0, 1])


def test_what_is_expected_is_nearer_to_the_truth_and_the_true_causes_are_found(counted: ProfitRun) -> None:
    rows = list(CustomerProfit.objects.filter(run=counted))
    for line, truth in (("motor", motor_truth(counted)), ("medical", medical_truth(counted))):
        held = [
            (truth[one.customer_id], one.why[line]["amounts"])
            for one in rows
            if line in one.why and one.customer_id in truth and one.why[line]["amounts"][0] > 0
        ]
        assert len(held) > 150
        true = [one for one, _ in held]
        expected = rank_correlation(true, [amounts[EXPECTED] for _, amounts in held])
        realised = rank_correlation(true, [amounts[CLAIMS] for _, amounts in held])
        assert expected > realised + 0.2, (line, expected, realised)
        assert expected > 0.35, (line, expected, realised)

    found = {
        line: [one for one in told["parts"] if one["name"].startswith("risk.")]
        for line, told in counted.told["drivers_of"].items()
    }
    shares = {line: {one["name"].removeprefix("risk."): one["share"] for one in parts} for line, parts in found.items()}
    priced_apart = ("base", "own_experience")
    of_motor = [name for name in shares["motor"] if name not in priced_apart]
    assert of_motor[0] == "kilometres"
    # Age and traffic are weaker: whether a book this small shows them at all changes with its folds.
    assert {"smoker", "occupation_class"} & set([name for name in shares["medical"] if name != "base"][:3])
    assert next(name for name in shares["accident"] if name != "base") == "occupation_class"
    # What the price does know of does not make losers.
    assert shares["motor"]["kilometres"] > max(0.0, shares["motor"].get("value", 0.0))

    # Over the whole book luck is next to nothing, but not for each customer.
    totals = counted.told["totals"]
    assert abs(totals["luck"]) <= max(counted.customers, 0.002 * totals["claims"])
    assert max(abs(one.luck) for one in rows) > 1000
    best = counted.told["realised"]["sums"]
    assert best[20] > 1.2 * best[100]  # 20% of the customers bring more than all profit
