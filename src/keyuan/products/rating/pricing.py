"""``price``: each engine by its name, and what it cannot do as a refusal that names the rule."""

from __future__ import annotations

from datetime import date
from decimal import DecimalException
from typing import TYPE_CHECKING

from keyuan.products.rating import life, motor, others
from keyuan.products.rating.attributes import NoCell
from keyuan.products.rating.flows import NoPremium
from keyuan.products.rating.price_steps import Price
from keyuan.products.rating.refusals import RiskFault, RiskRefused
from keyuan.products.rating.risks import GroupRisk, LifeRisk, MotorRisk, PlanRisk, PropertyRisk, Risk, TravelRisk

if TYPE_CHECKING:
    from keyuan.products.definition.schema import Definition


def price(definition: Definition, risk: Risk, *, on: date | None = None) -> Price:
    """What the product costs for a risk that ``risk_of`` let through. Raises RiskRefused.

    ``on`` is the day of the quote; a definition has one tariff for as long as it is in force, so the price does not
    depend on it.
    """
    try:
        return _priced(definition, risk)
    except NoCell as missing:
        told = ", ".join(f"{name}={value}" for name, value in missing.values.items())
        raise RiskRefused([RiskFault("no_rate", "", {"role": missing.role, "values": told})]) from None
    except NoPremium:
        raise RiskRefused([RiskFault("no_premium", "pay_years")]) from None
    except DecimalException:
        raise RiskRefused([RiskFault("too_much", "sum")]) from None


def _priced(definition: Definition, risk: Risk) -> Price:
    match risk:
        case LifeRisk():
            return life.price(definition, risk)
        case PlanRisk():
            return others.plan_price(definition, risk)
        case TravelRisk():
            return others.travel_price(definition, risk)
        case MotorRisk():
            return motor.price(definition, risk)
        case PropertyRisk():
            return others.property_price(definition, risk)
        case GroupRisk():
            return others.group_price(definition, risk)
        case _:
            raise TypeError(f"{type(risk).__name__} has no engine")
