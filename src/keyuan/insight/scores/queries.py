"""Every read of scores; each names its viewer, and a stranger sees nothing. Other rooms read scores here only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from keyuan.accounts import queries as accounts
from keyuan.accounts.roles import Permission
from keyuan.customers import queries as customers
from keyuan.insight.models import ModelDrift, ModelVersion, Score
from keyuan.insight.scores.states import LAPSE_OWN
from keyuan.kernel.compiled import Compiled
from keyuan.kernel.kept import Kept, written
from keyuan.kernel.stand_ins import Several

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.customers.models import Customer

#: From this chance on somebody should look; from the second on today.
RAISED: Final = 0.10
HIGH: Final = 0.25
#: The column that holds the chance of each horizon.
FIELD_OF: Final = {30: "within_30", 60: "within_60", 90: "value"}


@dataclass(frozen=True, slots=True)
class WarningFilter:
    """``horizon``: 30, 60, 90 days, or 0 for everybody who was scored. An empty part narrows nothing."""

    horizon: int = 90
    reason: str = ""
    level: str = ""
    branch: int | None = None
    due_by: date | None = None
    customer: int | None = None


@dataclass(frozen=True, slots=True)
class AtRisk:
    """What the score of a policy says where only a chip has room: the chance within 90 days, and the first reason."""

    value: float
    reasons: list[dict[str, Any]]
    value_at_risk: Decimal
    day: date

    @property
    def is_high(self) -> bool:
        return self.value >= HIGH

    @property
    def is_raised(self) -> bool:
        return self.value >= RAISED


def visible(viewer: Viewer) -> QuerySet[Score]:
    """Scores of the customers in the viewer's scope; a customer sees no scores, not even their own."""
    if not viewer.is_staff or not viewer.may(Permission.SEE_CUSTOMERS):
        return Score.objects.none()
    if viewer.sees_whole_company:
        return Score.objects.all()
    return Score.objects.filter(customer_id__in=customers.visible(viewer).values("pk"))


def latest(
    customer_ids: Iterable[int] | QuerySet[Customer, Any], model: str = LAPSE_OWN, *, viewer: Viewer
) -> dict[int, Score]:
    """The leading score of each customer, as far as there is one and the viewer may see it."""
    found = visible(viewer).filter(leading=True, model=model, customer_id__in=customer_ids)
    return {score.customer_id: score for score in found}


def warned(wanted: WarningFilter, *, viewer: Viewer) -> QuerySet[Score]:
    """Customers who may leave within the horizon, each by the policy that they are likeliest to leave; in no order."""
    found = visible(viewer).filter(leading=True, model=LAPSE_OWN)
    field = FIELD_OF.get(wanted.horizon)
    if field is not None:
        found = found.filter(**{f"{field}__gte": HIGH if wanted.level == "high" else RAISED})
    if wanted.reason:
        found = found.filter(reasons__contains=[{"code": wanted.reason}])
    if wanted.branch is not None:
        found = found.filter(customer__org_unit_id__in=list(accounts.unit_ids_below(wanted.branch)))
    if wanted.due_by is not None:
        found = found.filter(due_on__lte=wanted.due_by)
    if wanted.customer is not None:
        found = found.filter(customer_id=wanted.customer)
    return found


def _leading_of(customer_id: int) -> QuerySet[Score, Any]:
    found = Score.objects.filter(customer_id=customer_id, model=LAPSE_OWN, leading=True)
    return found.values_list("value", "reasons", "value_at_risk", "day")


_LEADING = Compiled(_leading_of)


def ask_leading(seen: customers.InScope) -> Callable[[], AtRisk | None]:
    """Ask for what the score of a customer in scope says, together with other statements; None: no score, or no staff."""
    if not seen.viewer.is_staff:
        return lambda: None
    asked = _LEADING.ask(customer_id=seen.customer_id)

    def answer() -> AtRisk | None:
        row = next(iter(asked.rows()), None)
        if row is None:
            return None
        value, reasons, at_risk, day = row
        return AtRisk(value, json.loads(reasons) if isinstance(reasons, str) else reasons, at_risk, day)

    return answer


#: Beside rows with a policy_id (``{rows}``): the chance to leave it, for an order by it.
WITH_CHANCE: Final = f"""
SELECT {{columns}} FROM ({{rows}}) united
LEFT JOIN insight_score risk ON risk.policy_id = united.policy_id AND risk.model = '{LAPSE_OWN}'"""  # noqa: S608  constant texts

KEPT = Kept()
_POLICIES = Several()


def ask_policies(policy_ids: Sequence[int]) -> Callable[[], dict[int, AtRisk]]:
    """Ask for the scores of policies that the caller has already found in its viewer's scope, with other statements."""
    statement = KEPT.of("policies", lambda: written(_scores_of_policies(), [_POLICIES]))
    asked = statement.ask([list(policy_ids)])
    return lambda: {row[0]: AtRisk(*row[1:]) for row in statement.rows(asked)}


def _scores_of_policies() -> QuerySet[Score, Any]:
    found = Score.objects.filter(policy__any=_POLICIES, model=LAPSE_OWN, value__gte=RAISED)
    return found.values_list("policy_id", "value", "reasons", "value_at_risk", "day")


def versions(model: str, *, viewer: Viewer) -> list[ModelVersion]:
    """The versions of a model, the newest first; for who may see insight."""
    if not viewer.is_staff or not viewer.may(Permission.SEE_INSIGHT):
        return []
    return list(ModelVersion.objects.filter(model=model).order_by("-taught_on", "-pk"))


def models(*, viewer: Viewer) -> list[ModelVersion]:
    """The version in use of each model, else its newest one."""
    if not viewer.is_staff or not viewer.may(Permission.SEE_INSIGHT):
        return []
    found = ModelVersion.objects.order_by("model", "-current", "-taught_on", "-pk").distinct("model")
    return list(found)


def drifts(version: ModelVersion, *, viewer: Viewer, most: int = 60) -> list[ModelDrift]:
    """How the book moved night by night, the latest first."""
    if not viewer.is_staff or not viewer.may(Permission.SEE_INSIGHT):
        return []
    return list(ModelDrift.objects.filter(version=version).order_by("-day")[:most])


__all__ = [
    "WITH_CHANCE",
    "AtRisk",
    "WarningFilter",
    "ask_leading",
    "ask_policies",
    "drifts",
    "latest",
    "models",
    "versions",
    "visible",
    "warned",
]
