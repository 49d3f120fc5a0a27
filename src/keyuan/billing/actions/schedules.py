"""The premium schedule of a policy, and paying from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from keyuan.accounts.scope import Viewer, system_viewer
from keyuan.billing import events, schedule_rules
from keyuan.billing.actions.attempts import begin
from keyuan.billing.models import Attempt, Instalment, Schedule
from keyuan.billing.queries.schedules import open_instalments
from keyuan.billing.refusals import NoPremiumDue, NothingToPay, ScheduleExists
from keyuan.billing.states import Purpose
from keyuan.eventlog.actions import record
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import COMPANY_ZONE, now
from keyuan.kernel.money import Money
from keyuan.policies import actions as policy_actions
from keyuan.policies import queries as policies

#: How long somebody has to pay a premium once they begin.
MINUTES = 30


@transaction.atomic
def schedule(
    policy_id: int,
    *,
    yearly: Sequence[Money],
    years: int = 1,
    starts_on: date | None = None,
    first_paid_by: Attempt | None = None,
    by: Viewer,
) -> Schedule:
    """Write down what a policy's premium falls due as: ``yearly`` are the instalments of one policy year from its quote.

    ``years``: for how many years premiums are paid (1 with a single premium); ``starts_on``: of a renewed term.
    ``first_paid_by``: the attempt that paid the first one when the policy was bought. Raises PolicyNotFound,
    ScheduleExists, NothingToPay.
    """
    policy = policies.the_policy(policy_id, viewer=by)
    begins = policy.starts_on if starts_on is None else starts_on
    if Schedule.objects.filter(policy_id=policy_id, starts_on=begins).exists():
        raise ScheduleExists(policy=policy.number)
    asked = schedule_rules.instalments(yearly, years=years, starts_on=begins, mode=policy.payment_mode)
    total = Money.total(due.amount for due in asked)
    if total.amount <= 0:
        raise NothingToPay
    owner = {"policy_id": policy_id, "customer_id": policy.customer_id}
    made = Schedule.objects.create(
        **owner, starts_on=begins, mode=policy.payment_mode, total=total.amount, currency=total.currency
    )
    Instalment.objects.bulk_create(
        Instalment(
            **owner,
            schedule=made,
            number=due.number,
            due_on=due.due_on,
            amount=due.amount.amount,
            attempt=first_paid_by if due.number == 1 else None,
            paid_on=_day_of(first_paid_by) if due.number == 1 else None,
        )
        for due in asked
    )
    payload = {
        "policy": policy.number,
        "instalments": len(asked),
        "amount": str(total.amount),
        "currency": total.currency,
    }
    record(
        events.SCHEDULED, by=by.actor, customer_id=policy.customer_id, subject=("policy", policy_id), payload=payload
    )
    return made


@transaction.atomic
def close_schedules(policy_id: int, *, on: date, by: Viewer) -> int:
    """The contract ended: from ``on`` nothing more of its premiums is asked for. How many schedules were open."""
    policy = policies.the_policy(policy_id, viewer=by)
    closed = Schedule.objects.filter(policy_id=policy_id, closed_on__isnull=True).update(closed_on=on)
    if closed:
        payload = {"policy": policy.number, "on": on.isoformat()}
        record(
            events.SCHEDULE_CLOSED,
            by=by.actor,
            customer_id=policy.customer_id,
            subject=("policy", policy_id),
            payload=payload,
        )
    return closed


def _day_of(attempt: Attempt | None) -> date | None:
    if attempt is None or attempt.paid_at is None:
        return None
    return attempt.paid_at.astimezone(COMPANY_ZONE).date()


@transaction.atomic
def begin_premium(
    policy_id: int,
    *,
    instalments: int = 1,
    return_url: str = "",
    phone: bool = False,
    gateway: str = "alipay",
    by: Viewer,
) -> Attempt:
    """Begin to pay the next premium, or the next several, of a policy: the same attempt as for an order.

    What is paid is taken in by ``take_premium``. Raises PolicyNotFound, NoPremiumDue, PaidAlready.
    """
    policy = policies.the_policy(policy_id, viewer=by)
    owed = open_instalments(policy_id, viewer=by)[:instalments]
    if not owed or len(owed) < instalments:
        raise NoPremiumDue(policy=policy.number)
    amount = Money.total(Money(one.amount, policy.currency) for one in owed)
    return begin(
        order_ref=f"{policy_id}:{owed[0].schedule_id}:{owed[0].number}-{owed[-1].number}",
        customer_id=policy.customer_id,
        amount=amount,
        subject=f"{policy.product.name} {policy.number}",
        expires_at=now().replace(second=0, microsecond=0) + timedelta(minutes=MINUTES),
        return_url=return_url,
        gateway=gateway,
        purpose=Purpose.PREMIUM,
        phone=phone,
        by=by.actor,
    )


def take_premium(attempt: Attempt) -> None:
    """The hook for premiums: the instalments are paid, and the policy's paid-to day moves.

    Raises NoPremiumDue if one of them came in otherwise meanwhile, and what policies.actions.receive_premium refuses
    with (suspended, ended ...): then the money goes back.
    """
    policy_id, schedule_id, numbers = attempt.order_ref.split(":")
    first, last = (int(number) for number in numbers.split("-"))
    by = system_viewer(Actor.system(attempt.gateway).name)
    on = _day_of(attempt)
    owed = {one.number for one in open_instalments(int(policy_id), viewer=by, lock=True)}
    wanted = range(first, last + 1)
    if on is None or not set(wanted) <= owed or attempt.paid_amount is None:
        raise NoPremiumDue(policy=policies.the_policy(int(policy_id), viewer=by).number)
    policy_actions.receive_premium(
        int(policy_id), amount=Money(attempt.paid_amount, attempt.currency), on=on, periods=len(wanted), by=by
    )
    Instalment.objects.filter(schedule_id=int(schedule_id), number__in=wanted).update(paid_on=on, attempt=attempt)
