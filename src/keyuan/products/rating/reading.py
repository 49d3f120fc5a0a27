"""``risk_of``: untrusted values to a risk that a product can be priced for, or every fault with the rule it breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from keyuan.products.rating.read_life import life_risk
from keyuan.products.rating.read_motor import motor_risk
from keyuan.products.rating.read_others import group_risk, plan_risk, property_risk, travel_risk
from keyuan.products.rating.reader import Reader
from keyuan.products.rating.risks import Risk

if TYPE_CHECKING:
    from keyuan.products.definition.schema import Definition

READ: Mapping[str, Callable[[Definition, Reader, date | None], Risk]] = {
    "life": life_risk,
    "accident": plan_risk,
    "medical": plan_risk,
    "travel": travel_risk,
    "motor": motor_risk,
    "property": property_risk,
    "group": group_risk,
}


def risk_of(definition: Definition, raw: Any, *, on: date | None = None) -> Risk:
    """The risk that ``raw`` (an object of JSON) describes. ``on`` is the day on which ages are reckoned from births.

    Raises RiskRefused with every fault, each naming its rule.
    """
    reader = Reader(raw)
    risk = READ[definition.rating.engine](definition, reader, on)
    reader.done()
    reader.settle()
    return risk
