"""新单回访: more than a year of cover is called back inside the cooling-off period. The task, and what becomes of it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import override

from keyuan.accounts.queries import colleagues
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.deadlines.parameters import parameter
from keyuan.kernel.clock import COMPANY_ZONE, today
from keyuan.policies.clocks import clocks_for
from keyuan.servicedesk import actions as servicedesk
from keyuan.servicedesk import queries as tasks
from keyuan.servicedesk.states import TaskKind

if TYPE_CHECKING:
    from keyuan.policies.models import Policy


def ask_to_call_back(policy: Policy, *, by: Viewer) -> None:
    """The call-back as a task of the hotline, each of them in turn."""
    product = policy.product
    clocks = clocks_for(product=product.code, line=product.line, channel=policy.channel, long_term=True, on=today())
    with override("zh-hans"):
        note = _("核对身份、签名、收到合同、责任与免责、缴费期、退保损失、犹豫期权利、收益不确定。")
        # Some days before the end, so that somebody who is not reached is tried again.
        spare = parameter("call_back.days_before_end", on=today(), product=product.code).number
        ask_to_call(policy, _title(policy), note, days=max(clocks.cooling_off_days - spare, 1), by=by)


def ask_to_call(policy: Policy, title: str, note: str, *, days: int, by: Viewer) -> None:
    """Somebody is to call the holder of a policy; nobody, where nobody works yet."""
    owner = caller(policy.pk, by=by)
    if owner is not None:
        due = datetime.combine(today() + timedelta(days=days), time(17), COMPANY_ZONE)
        servicedesk.create_task(
            policy.customer_id, title=title, note=note, due_at=due, kind=TaskKind.CALL, owner_id=owner, by=by
        )


def no_call_back(policy: Policy, *, by: Viewer) -> int:
    """The contract is no more: the call-back that is still to be made is ticked off. How many there were."""
    found = tasks.tasks_of(policy.customer_id, viewer=by).filter(title=_title(policy))
    ids = list(found.values_list("pk", flat=True))
    if ids:
        servicedesk.complete_tasks(ids, by=by)
    return len(ids)


def _title(policy: Policy) -> str:
    with override("zh-hans"):
        return _("新单回访：%(policy)s") % {"policy": policy.number}


def caller(number: int, *, by: Viewer) -> int | None:
    """Whose call it is: somebody of the hotline, in turn; else anybody of the staff who may call."""
    found = list(colleagues(viewer=by).filter(role=Role.HOTLINE).order_by("pk").values_list("pk", flat=True)[:200])
    found = found or list(
        colleagues(viewer=by).exclude(role=Role.CUSTOMER).order_by("pk").values_list("pk", flat=True)[:1]
    )
    return found[number % len(found)] if found else None
