"""Rating: what a product costs for a risk, exactly, and what it is worth later. Pure: no Django tables, no clock.

``risk_of`` reads and checks, ``price`` prices, ``illustration`` shows the years, ``batch`` prices millions.
The rules are written down in docs/algorithms/rating.md.
"""

from keyuan.products.rating.illustrations import YearRow, illustration
from keyuan.products.rating.price_steps import Price, Step
from keyuan.products.rating.pricing import price
from keyuan.products.rating.reading import risk_of
from keyuan.products.rating.refusals import RiskFault, RiskRefused
from keyuan.products.rating.risks import GroupRisk, LifeRisk, MotorRisk, PlanRisk, PropertyRisk, Risk, TravelRisk

__all__ = [
    "GroupRisk",
    "LifeRisk",
    "MotorRisk",
    "PlanRisk",
    "Price",
    "PropertyRisk",
    "Risk",
    "RiskFault",
    "RiskRefused",
    "Step",
    "TravelRisk",
    "YearRow",
    "illustration",
    "price",
    "risk_of",
]
