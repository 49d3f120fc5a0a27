"""The round that finds what was lost: notifications not handled, payments not told of, refunds not sent."""

from __future__ import annotations

from datetime import date, timedelta

from keyuan.billing.actions.asking import ask_gateway
from keyuan.billing.actions.reconciling import reconcile
from keyuan.billing.actions.refunds import send_refund
from keyuan.billing.models import Attempt, Refund, Statement
from keyuan.billing.notifications import handle_left_over
from keyuan.billing.refusals import GatewayNotReady
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now, today
from keyuan.kernel.refusals import Refusal

MOST = 500


def sweep(*, most: int = MOST) -> dict[str, int]:
    """One round; answers how many of each were looked at. What fails is put off and looked at again."""
    return {"notifications": handle_left_over(most=most), "asked": ask_due(most=most), "refunds": send_due(most=most)}


def ask_due(*, most: int = MOST) -> int:
    """Ask about every attempt whose time has come, the longest waiting first."""
    waiting = Attempt.objects.filter(next_ask_at__lte=now()).order_by("next_ask_at")
    ids = list(waiting.values_list("pk", flat=True)[:most])
    for one in ids:
        ask_gateway(one)
    return len(ids)


def send_due(*, most: int = MOST) -> int:
    """Send every refund whose time has come, the longest waiting first."""
    waiting = Refund.objects.filter(next_try_at__lte=now()).order_by("next_try_at")
    ids = list(waiting.values_list("pk", flat=True)[:most])
    for one in ids:
        send_refund(one)
    return len(ids)


def reconcile_missing(*, days: int = 7) -> dict[date, str]:
    """Compare every day of the last week that has no statement yet, the oldest first; what came of each."""
    told: dict[date, str] = {}
    for gateway in ("alipay",):
        there = set(Statement.objects.filter(gateway=gateway).values_list("day", flat=True))
        for back in range(days, 0, -1):
            day = today() - timedelta(days=back)
            if day in there:
                continue
            try:
                made = reconcile(gateway, day, by=Actor.system("reconciliation"))
                told[day] = f"{made.payments} payments, {made.refunds} refunds"
            except GatewayNotReady:
                return {}
            except Refusal as refusal:
                told[day] = refusal.code
    return told
