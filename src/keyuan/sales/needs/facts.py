"""What a customer told in the conversation: family, income, debts, existing cover, budget. Kept as told."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from keyuan.products.definition.values import Sex
from keyuan.products.suitability import Need
from keyuan.sales.refusals import NeedsRefused

MOST_CHILDREN = 8
Yuan = Annotated[Decimal, Field(ge=0, le=1_000_000_000, max_digits=14, decimal_places=2, allow_inf_nan=False)]
Age = Annotated[int, Field(ge=0, le=106)]


class NeedsFacts(BaseModel):
    """Amounts are yuan; ages are at last birthday. None is "not asked", which is not zero.

    ``income`` is the customer's own, ``household_income`` the family's, in a year; ``budget`` what they would pay for
    insurance in a year; ``paying`` what they pay already. ``has_…``: cover in force, here or elsewhere; ``has_pension`` is
    a year's. ``risk_grade``: the outcome of their own assessment of risk, 1 to 5. ``wishes``: what they say matters.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    age: Annotated[int, Field(ge=18, le=106)]
    sex: Sex
    occupation_class: Annotated[int, Field(ge=1, le=6)] = 1
    smoker: bool = False
    social_insurance: bool = True
    partner: bool = False
    children: Annotated[tuple[Age, ...], Field(max_length=MOST_CHILDREN)] = ()
    parents: Annotated[int, Field(ge=0, le=4)] = 0
    income: Yuan | None = None
    household_income: Yuan | None = None
    debts: Yuan = Decimal(0)
    savings: Yuan = Decimal(0)
    has_death: Yuan = Decimal(0)
    has_critical_illness: Yuan = Decimal(0)
    has_medical: Yuan = Decimal(0)
    has_accident: Yuan = Decimal(0)
    has_pension: Yuan = Decimal(0)
    has_education: Yuan = Decimal(0)
    paying: Yuan = Decimal(0)
    budget: Yuan | None = None
    risk_grade: Annotated[int, Field(ge=1, le=5)] | None = None
    wishes: tuple[Need, ...] = ()

    @property
    def supports_somebody(self) -> bool:
        """Whether anybody lives on this income, or a debt is left behind."""
        return bool(self.partner or self.children or self.parents or self.debts)

    @property
    def needs(self) -> frozenset[Need]:
        """What they need: everybody health and income, who is depended on what a death leaves open, and what they wish."""
        usual = {Need.MEDICAL, Need.ACCIDENT, Need.CRITICAL_ILLNESS, Need.PENSION}
        own = {Need.DEATH} if self.supports_somebody else set()
        return frozenset(usual | own | ({Need.EDUCATION} if self.children else set()) | set(self.wishes))

    def as_told(self) -> dict[str, Any]:
        """As JSON, amounts as texts."""
        return self.model_dump(mode="json", exclude_defaults=False)


def needs_of(raw: Mapping[str, Any]) -> NeedsFacts:
    """The facts of a JSON object; raises NeedsRefused with every fault by its field."""
    try:
        return NeedsFacts.model_validate(raw)
    except ValidationError as wrong:
        faults = {".".join(map(str, error["loc"])): error["msg"] for error in wrong.errors()}
        raise NeedsRefused(faults) from None
