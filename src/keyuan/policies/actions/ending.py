"""Ways in which a contract ends, and the request that comes before."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.kinds import EventKind
from keyuan.kernel.money import Money
from keyuan.kernel.term import add_months
from keyuan.policies import events
from keyuan.policies.actions.common import check_move, lock, record_fact
from keyuan.policies.models import PolicyFact
from keyuan.policies.refusals import TooEarlyToLapse
from keyuan.policies.states import FactKind


def _end(
    policy_id: int,
    kind: FactKind,
    event: EventKind,
    *,
    amount: Money | None = None,
    on: date | None = None,
    note: str = "",
    by: Viewer,
) -> PolicyFact:
    held = lock(policy_id, on=on, permission=Permission.SERVE_POLICIES, by=by)
    return record_fact(held, kind, event, amount=amount, note=note, by=by)


@transaction.atomic
def request_cancellation(policy_id: int, *, on: date | None = None, note: str = "", by: Viewer) -> PolicyFact:
    """The holder asks to end the contract (保险法 §15); from now the thirty days of §47 run."""
    held = lock(policy_id, on=on, permission=Permission.CONTACT_CUSTOMERS, by=by)
    return record_fact(held, FactKind.CANCEL_REQUESTED, events.CANCEL_REQUESTED, note=note, by=by)


@transaction.atomic
def withdraw_cancellation(policy_id: int, *, on: date | None = None, note: str = "", by: Viewer) -> PolicyFact:
    """The holder takes the request back; raises NoCancellationPending."""
    held = lock(policy_id, on=on, permission=Permission.CONTACT_CUSTOMERS, by=by)
    return record_fact(held, FactKind.CANCEL_WITHDRAWN, events.CANCEL_WITHDRAWN, note=note, by=by)


@transaction.atomic
def cancel_in_cooling_off(
    policy_id: int, *, refund: Money | None = None, on: date | None = None, note: str = "", by: Viewer
) -> PolicyFact:
    """Give the contract back within the cooling-off period; ``refund`` None where nothing had been paid."""
    return _end(policy_id, FactKind.COOLING_OFF_CANCELLED, events.CANCELLED, amount=refund, on=on, note=note, by=by)


@transaction.atomic
def surrender(
    policy_id: int, *, cash_value: Money | None = None, on: date | None = None, note: str = "", by: Viewer
) -> PolicyFact:
    """End the contract and pay its cash value (保险法 §47); ``cash_value`` None where there is none."""
    return _end(policy_id, FactKind.SURRENDERED, events.SURRENDERED, amount=cash_value, on=on, note=note, by=by)


@transaction.atomic
def lapse(
    policy_id: int, *, cash_value: Money | None = None, on: date | None = None, note: str = "", by: Viewer
) -> PolicyFact:
    """End cover that has been suspended for two years without reinstatement (保险法 §37); raises TooEarlyToLapse."""
    held = lock(policy_id, on=on, permission=Permission.SERVE_POLICIES, by=by)
    check_move(held, FactKind.LAPSED)
    since = held.standing.suspended_on
    if since is not None:
        deadline = add_months(since, held.clocks.reinstatement_months)
        if held.on < deadline:
            raise TooEarlyToLapse(field="on", policy=held.policy.number, since=since, deadline=deadline)
    return record_fact(held, FactKind.LAPSED, events.LAPSED, amount=cash_value, note=note, by=by)


@transaction.atomic
def rescind(policy_id: int, *, reason: str, on: date | None = None, by: Viewer) -> PolicyFact:
    """The company ends the contract, for instance for a false declaration (保险法 §16)."""
    return _end(policy_id, FactKind.RESCINDED, events.RESCINDED, on=on, note=reason, by=by)


@transaction.atomic
def mature(
    policy_id: int, *, benefit: Money | None = None, on: date | None = None, note: str = "", by: Viewer
) -> PolicyFact:
    """Cover has run to its end and the maturity benefit is paid; raises NotMaturedYet before that day."""
    return _end(policy_id, FactKind.MATURED, events.MATURED, amount=benefit, on=on, note=note, by=by)


@transaction.atomic
def terminate_by_claim(policy_id: int, *, on: date | None = None, note: str = "", by: Viewer) -> PolicyFact:
    """Cover is used up by a claim, such as a death or a total loss."""
    return _end(policy_id, FactKind.CLAIM_TERMINATED, events.TERMINATED, on=on, note=note, by=by)


@transaction.atomic
def transfer(policy_id: int, *, on: date | None = None, note: str = "", by: Viewer) -> PolicyFact:
    """The contract goes to another insurer or company unit and ends here."""
    return _end(policy_id, FactKind.TRANSFERRED, events.TRANSFERRED, on=on, note=note, by=by)
