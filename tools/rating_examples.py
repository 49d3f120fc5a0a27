"""Write the worked examples of docs/algorithms/rating.md: one for every shipped product, with its arithmetic.

    python tools/rating_examples.py

A test reads the page and reckons every line again, so the page is written anew when a rate changes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from keyuan.products.definition import load
from keyuan.products.definition.book import SHIPPED
from keyuan.products.rating import price, risk_of
from keyuan.products.rating.tests.test_worked_examples import lines_of, sentence

PAGE = Path(__file__).parents[1] / "docs" / "algorithms" / "rating.md"
BEGIN = "<!-- worked examples: written by tools/rating_examples.py -->\n"
RISKS: dict[str, dict[str, Any]] = {
    "term_life": {
        "age": 35, "sex": "male", "sum": 500000, "cover_term": "20 years", "pay_years": "20 years", "mode": 1,
        "occupation_class": 3, "smoker": "yes", "riders": {"accident": 500000, "waiver": True},
    },
    "whole_life": {"age": 40, "sex": "female", "sum": 1000000, "cover_term": "whole life", "pay_years": "10 years"},
    "critical_illness": {
        "age": 30, "sex": "male", "sum": 300000, "cover_term": "whole life", "pay_years": "20 years",
        "riders": {"waiver": True},
    },
    "participating_endowment": {
        "age": 40, "sex": "male", "sum": 100000, "cover_term": "20 years", "pay_years": "5 years",
    },
    "pension_annuity": {
        "age": 40, "sex": "male", "sum": 24000, "cover_term": "whole life", "pay_years": "10 years", "payout_age": 60,
    },
    "education_endowment": {
        "age": 0, "sex": "female", "sum": 20000, "pay_years": "10 years", "riders": {"waiver": True}, "holder_age": 32,
    },
    "million_medical": {
        "age": 35, "sex": "male", "plan": "standard", "social": "yes", "family_people": 2, "riders": {"drugs": True},
        "mode": 1,
    },
    "comprehensive_accident": {
        "age": 35, "sex": "male", "plan": "silver", "occupation_class": 3, "riders": {"transport": True}, "mode": 1,
    },
    "travel_accident": {
        "days": 9, "region": "schengen", "plan": "classic", "ages": [35, 34, 6], "optional": ["trip_cancellation"],
        "riders": {"sports": True},
    },
    "motor": {
        "vehicle_class": "family_car", "use": "private", "size": 5, "region": "scheme_d", "new_value": 150000,
        "vehicle_age": 2, "clean_years": 2, "compulsory_clean_years": 2,
        "sums": {"damage": True, "third_party": 2000000, "driver": 20000, "passengers": 20000},
        "riders": {"outside_list": 100000},
    },
    "household_property": {
        "structure": "brick_concrete", "region": "hazard_middle", "use": "lived_in", "building_age": 12,
        "sums": {"building": 1000000, "fittings": 200000, "contents": 100000},
        "riders": {"theft_rider": 20000, "pipes_rider": True},
    },
    "enterprise_property": {
        "structure": "steel_frame", "region": "hazard_high", "use": "textile", "building_age": 12,
        "sums": {"building": 6000000, "machinery": 3000000, "stock": 2000000}, "fire_protection": "sprinklers",
        "deductible_choice": "deductible_5000", "riders": {"theft_rider": 200000, "interruption_rider": True},
    },
    "group_protection": {
        "census": [
            {"people": 40, "age": 30, "occupation_class": 1, "plan": "plan_a"},
            {"people": 25, "age": 42, "occupation_class": 3, "plan": "plan_b"},
        ],
        "loss_ratio": 60, "mode": 3, "riders": {"outpatient_rider": True},
    },
}  # fmt: skip


def section(name: str, raw: dict[str, Any]) -> str:
    """One example as the page has it."""
    file = SHIPPED / f"{name}.yaml"
    definition = load(file.read_text(encoding="utf-8"), file=file.name)
    told = price(definition, risk_of(definition, raw))
    head = f"### {definition.code} {definition.name.zh} · {definition.name.en}"
    table = "\n".join(["| step | of | by | amount |", "| --- | --- | --- | --- |"])
    lines = "\n".join(f"| {' | '.join(line)} |" for line in lines_of(told))
    return f"{head}\n\n```json\n{json.dumps(raw, ensure_ascii=False)}\n```\n\n{table}\n{lines}\n\n{sentence(told)}\n"


def main() -> None:
    text = PAGE.read_text(encoding="utf-8").split(BEGIN)[0]
    sections = "\n".join(section(name, raw) for name, raw in RISKS.items())
    PAGE.write_text(f"{text}{BEGIN}\n{sections}", encoding="utf-8")
    print(f"{PAGE.name} has {len(RISKS)} worked examples")


if __name__ == "__main__":
    main()
