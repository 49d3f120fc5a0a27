"""What somebody says about a vehicle and its record, checked against a definition."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from keyuan.products.rating.read_life import MOST_LOADING, answers_of, mode_of, one_year, riders_of
from keyuan.products.rating.read_others import axis_values, chosen_sums
from keyuan.products.rating.reader import LARGEST, Reader
from keyuan.products.rating.risks import MotorRisk

if TYPE_CHECKING:
    from keyuan.products.definition.schema import Definition

COMPULSORY = "compulsory"
FLOATING = "compulsory_clean"
MOST_YEARS = 60
MOST_CLAIMS = 99
MOST_SIZE = 5000


def motor_risk(definition: Definition, told: Reader, on: date | None) -> MotorRisk:
    """A MotorRisk; faults are noted in ``told``."""
    known = definition.object
    uses = known.uses if known else ()
    age = told.whole("vehicle_age", most=MOST_YEARS, default=0)
    if known and known.oldest_years is not None and age > known.oldest_years:
        told.fault("too_old_vehicle", "vehicle_age", most=known.oldest_years)
    regions = axis_values(definition, "region", FLOATING, "region")
    compulsory = told.truth(COMPULSORY, default=True)
    sums = chosen_sums(definition, told, without=[COMPULSORY])
    if not compulsory and not sums:
        told.fault("nothing_chosen", "sums")
    one_year(definition, told)
    riders = riders_of(definition, told, None, Decimal(0), list(sums))
    value = told.number("new_value", most=LARGEST, default=0)
    if not value and any(definition.coverage(code).kind == "vehicle_damage" for code in sums):
        told.fault("missing", "new_value")
    clean_years, claims = _record(told, "clean_years", "claims")
    compulsory_clean_years, compulsory_accidents = _record(told, "compulsory_clean_years", "compulsory_accidents")
    return MotorRisk(
        vehicle_class=told.choice("vehicle_class", known.classes if known else ()),
        use=told.choice("use", uses, default=uses[0]) if uses else told.text("use", default=""),
        size=told.number("size", most=MOST_SIZE, default=5),
        region=told.choice("region", regions) if regions else told.text("region", default=""),
        new_value=value,
        vehicle_age=age,
        sums=sums,
        riders=riders,
        compulsory=compulsory,
        clean_years=clean_years,
        claims=claims,
        compulsory_clean_years=compulsory_clean_years,
        compulsory_accidents=compulsory_accidents,
        mode=mode_of(definition, told, default=0),
        answers=answers_of(definition, told),
        loading_percent=told.number("loading_percent", most=MOST_LOADING, default=0),
    )


def _record(told: Reader, clean: str, claims: str) -> tuple[int, int]:
    """Years without a claim and claims of the last year; one rules the other out."""
    found = told.whole(clean, most=MOST_YEARS, default=0), told.whole(claims, most=MOST_CLAIMS, default=0)
    if all(found):
        told.fault("claims_and_clean", clean)
    return found
