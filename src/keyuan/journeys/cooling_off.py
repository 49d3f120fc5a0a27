"""Cooling off 犹豫期退保: the holder gives the contract back in time, and everything that followed from it is undone.

One transaction: the policy ends, every payment goes back to the way it came, the premium schedule closes, commission is
owed no more, the call-back is not made, the sale's order says so, the holder is told. The gateway is called afterwards;
while it does not answer, billing sends the refund again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer, system_viewer
from keyuan.billing import actions as billing
from keyuan.billing import queries as payments
from keyuan.billing.states import RefundReason
from keyuan.claims import queries as claims
from keyuan.identity import queries as identity
from keyuan.identity.states import Outcome
from keyuan.journeys import commission, telling
from keyuan.journeys.call_back import ask_to_call, no_call_back
from keyuan.journeys.refusals import CallerNotChecked, ClaimedAlready, NotShown
from keyuan.kernel.clock import now, today
from keyuan.kernel.money import Money
from keyuan.orders import actions as orders
from keyuan.orders import queries as order_queries
from keyuan.policies import actions as policies
from keyuan.policies import queries as policy_queries
from keyuan.policies import rules
from keyuan.trust.actions import sign_as_customer
from keyuan.trust.signing import statement

if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from keyuan.billing.models import Attempt
    from keyuan.policies.queries import Holding

NAME: Final = "cooling off"
KIND: Final = "policy.cancel_in_cooling_off"
#: A check of identity for this deed is as good as the person at the screen for so long.
HOLDS: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Offer:
    """What giving a contract back would do today. ``back``: what goes back the way it came; ``by_hand``: what was paid
    otherwise, such as at a counter, and is paid back by a person."""

    held: Holding
    last_day: date
    days_left: int
    back: Money
    by_hand: Money

    @property
    def total(self) -> Money:
        return self.back + self.by_hand

    def document(self) -> dict[str, Any]:
        """What the holder signs."""
        return statement(
            ("policy", self.held.id),
            type=KIND,
            policy=self.held.number,
            refund=str(self.total.amount),
            currency=self.held.currency,
            last_day=self.last_day.isoformat(),
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """How it is known that the holder wants it: their signature, a check of identity, or the word of staff who made sure."""

    signature: str = ""
    serial: str = ""
    check_id: str = ""
    caller: str = ""


def offer(policy_id: int, *, viewer: Viewer) -> Offer | None:
    """What giving the contract back would do; None outside the cooling-off period. Raises PolicyNotFound."""
    held = policy_queries.the_holding(policy_id, viewer=viewer, on=today())
    last = rules.last_day_of_cooling_off(held.next_dates)
    if last is None:
        return None
    paid = Money(held.premiums_paid, held.currency)
    back = Money.total((_left_of(one) for one in payments.paid_through_us(policy_id, viewer=viewer)), held.currency)
    by_hand = paid - back if back < paid else Money(0, held.currency)
    return Offer(held, last, (last - today()).days, back, by_hand)


def _left_of(one: Attempt) -> Money:
    given = sum((refund.amount for refund in one.refunds.all() if refund.failed_at is None), start=0)
    return Money((one.paid_amount or 0) - given, one.currency)


@transaction.atomic
def cancel(policy_id: int, *, shown: Shown, reason: str = "", by: Viewer) -> Offer:
    """Give the contract back: everything of the story above, or none of it.

    Raises PolicyNotFound, NotPermitted, CoolingOffOver (also the second time), ClaimedAlready, NotShown, CallerNotChecked,
    and what a signature is refused with.
    """
    customer = by.role == Role.CUSTOMER
    if not customer:
        require(by, Permission.GIVE_BACK_POLICIES)
    # Whoever pays a premium or claims at the same moment waits until this is done, or has been seen.
    policy_queries.visible(by).select_for_update(of=("self",)).filter(pk=policy_id).first()
    policy = policy_queries.the_policy(policy_id, viewer=by)
    found = offer(policy_id, viewer=by)
    amount = None if found is None or not found.total else found.total
    # The holder's right, and that of whoever acts for them, is this one step: no other permission comes with it.
    acting = replace(by, permissions=by.permissions | {Permission.SERVE_POLICIES})
    policies.cancel_in_cooling_off(policy_id, refund=amount, note=_note(shown, reason), by=acting)
    if claims.of_policy(policy_id, viewer=by, on=today()):
        raise ClaimedAlready(policy=policy.number)
    if found is None:  # cannot be: the step before refused
        raise NotShown
    _must_be_shown(found, policy.customer_id, shown, by=by) if customer else _must_be_said(shown)
    system = system_viewer(NAME)
    paid = payments.paid_through_us(policy_id, viewer=by)
    for one in paid:
        left = _left_of(one)
        if left:
            billing.refund(one.pk, amount=left, reason=RefundReason.COOLING_OFF, note=policy.number, by=by.actor)
    billing.close_schedules(policy_id, on=today(), by=acting)
    commission.take_back(policy_id, paid, by=system)
    no_call_back(policy, by=system)
    if found.by_hand:
        _pay_by_hand(policy_id, found.by_hand, by=system)
    sale = policy_queries.document_of(policy_id, viewer=by)
    seen = None if sale is None else order_queries.order_numbered(sale.sale)
    if seen is not None:
        orders.refunded(seen.order.pk, reason=RefundReason.COOLING_OFF.value, by=by.actor)
    telling.given_back(policy, amount=found.total, order=seen, by=system)
    return found


def _note(shown: Shown, reason: str) -> str:
    return " · ".join(part for part in (reason.strip(), shown.caller.strip()) if part)[:200]


def _must_be_shown(found: Offer, customer_id: int, shown: Shown, *, by: Viewer) -> None:
    """The holder's signature on what is given back, else a check of their identity made for it, today."""
    if shown.signature:
        sign_as_customer(
            customer_id,
            subject=("policy", found.held.id),
            document=found.document(),
            signature_b64u=shown.signature,
            certificate_serial=shown.serial,
            by=by,
        )
        return
    made = identity.check_for(shown.check_id, subject=("policy", found.held.id), viewer=by) if shown.check_id else None
    if made is None or made.outcome != Outcome.MATCH or now() - made.asked_at > HOLDS:
        raise NotShown


def _must_be_said(shown: Shown) -> None:
    if not shown.caller.strip():
        raise CallerNotChecked(field="caller")


def _pay_by_hand(policy_id: int, amount: Money, *, by: Viewer) -> None:
    policy = policy_queries.the_policy(policy_id, viewer=by)
    with override("zh-hans"):
        title = _("犹豫期退保退款 %(amount)s：%(policy)s") % {
            "amount": f"{amount.amount:,.2f}",
            "policy": policy.number,
        }
        note = _("这部分保险费不是在网上支付的，请按原收款方式退还，并告诉客户。")
    ask_to_call(policy, title, note, days=1, by=by)
