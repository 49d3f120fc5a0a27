"""What may be done with a policy at the desk: each step with its permission, its fields and its action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.kernel.money import Money
from keyuan.policies import actions, rules
from keyuan.policies.queries import Holding
from keyuan.policies.states import FactKind, PolicyStatus


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into the form of a step."""

    on: date | None
    amount: Money | None
    note: str


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """``amount``: "" none, "optional" or "required". ``fact``: what the table of moves is asked about."""

    code: str
    label: str | Promise
    permission: Permission
    take: Callable[[int, Typed, Viewer], object]
    fact: FactKind | None
    amount: str = ""
    note: str = "optional"


def _money(typed: Typed) -> Money:
    return typed.amount or Money(0)


# Giving a contract back in its cooling-off period moves money as well: journeys/cooling_off.py.
STEPS: tuple[PolicyStep, ...] = (
    PolicyStep(
        "premium",
        _("收取保费"),
        Permission.SERVE_POLICIES,
        lambda id_, typed, by: actions.receive_premium(id_, amount=_money(typed), on=typed.on, note=typed.note, by=by),
        FactKind.PREMIUM_PAID,
        amount="required",
    ),
    PolicyStep(
        "renew",
        pgettext_lazy("动作", "续保"),
        Permission.SERVE_POLICIES,
        lambda id_, typed, by: actions.renew_policy(id_, premium=_money(typed), on=typed.on, by=by),
        None,
        amount="required",
        note="",
    ),
    PolicyStep(
        "decline-renewal",
        _("登记不再续保"),
        Permission.CONTACT_CUSTOMERS,
        lambda id_, typed, by: actions.decline_renewal(id_, reason=typed.note, on=typed.on, by=by),
        FactKind.RENEWAL_DECLINED,
        note="required",
    ),
    PolicyStep(
        "request-cancellation",
        _("登记退保申请"),
        Permission.CONTACT_CUSTOMERS,
        lambda id_, typed, by: actions.request_cancellation(id_, on=typed.on, note=typed.note, by=by),
        FactKind.CANCEL_REQUESTED,
    ),
    PolicyStep(
        "withdraw-cancellation",
        _("撤回退保申请"),
        Permission.CONTACT_CUSTOMERS,
        lambda id_, typed, by: actions.withdraw_cancellation(id_, on=typed.on, note=typed.note, by=by),
        FactKind.CANCEL_WITHDRAWN,
    ),
    PolicyStep(
        "surrender",
        _("退保并支付现金价值"),
        Permission.SERVE_POLICIES,
        lambda id_, typed, by: actions.surrender(id_, cash_value=typed.amount, on=typed.on, note=typed.note, by=by),
        FactKind.SURRENDERED,
        amount="optional",
    ),
    PolicyStep(
        "reinstate",
        pgettext_lazy("动作", "复效"),
        Permission.SERVE_POLICIES,
        lambda id_, typed, by: actions.reinstate(id_, arrears=typed.amount, on=typed.on, note=typed.note, by=by),
        FactKind.REINSTATED,
        amount="optional",
    ),
    PolicyStep(
        "mature",
        _("给付满期金"),
        Permission.SERVE_POLICIES,
        lambda id_, typed, by: actions.mature(id_, benefit=typed.amount, on=typed.on, note=typed.note, by=by),
        FactKind.MATURED,
        amount="optional",
    ),
)
BY_CODE = {step.code: step for step in STEPS}


def open_steps(held: Holding, *, viewer: Viewer) -> list[PolicyStep]:
    """The steps that the viewer may take with the policy as it stands."""
    return [step for step in STEPS if viewer.may(step.permission) and _fits(step, held)]


def _fits(step: PolicyStep, held: Holding) -> bool:
    long_term = held.product.long_term
    if step.code == "renew":
        return not long_term and bool({PolicyStatus.RENEWAL_DUE, PolicyStatus.EXPIRED} & held.statuses)
    if step.code == "mature" and not long_term:
        return False
    if step.code == "decline-renewal" and PolicyStatus.RENEWAL_DUE not in held.statuses:
        return False
    return step.fact is not None and rules.may_follow(step.fact, held.statuses)


def amount_of(value: Decimal | None, currency: str) -> Money | None:
    """Money from what was typed; nothing stays nothing."""
    return None if value is None else Money(value, currency)
