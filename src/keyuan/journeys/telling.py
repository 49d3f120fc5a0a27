"""What customers are told of a sale: each message once, in the transaction of what it tells of.

What a telephone shows is read by whoever holds it: no message names a disease, a loading or an exclusion. It says that
there is a decision and leads to the page, where one signs in.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from keyuan.accounts.scope import Viewer
from keyuan.customers.contacting import contact_of
from keyuan.journeys.call_back import caller
from keyuan.kernel.clock import COMPANY_ZONE, now
from keyuan.messages import actions as messages
from keyuan.messages.states import Channel
from keyuan.messages.wording import template as title_of
from keyuan.policies import rules
from keyuan.policies.queries import the_holding
from keyuan.servicedesk import actions as servicedesk
from keyuan.servicedesk.states import TaskKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from keyuan.kernel.money import Money
    from keyuan.orders.models import Order
    from keyuan.orders.queries import Seen
    from keyuan.policies.models import Policy

Subject = tuple[str, str | int]
#: What underwriting decided → the text that tells of it.
DECIDED = {
    "standard": "application_accepted",
    "loading": "application_changed",
    "exclusion": "application_changed",
    "postpone": "application_postponed",
    "decline": "application_declined",
}


def tell(
    template: str,
    *,
    customer_id: int,
    values: Mapping[str, Any],
    subject: Subject,
    key: str,
    order: Seen | None = None,
    by: Viewer,
) -> None:
    """Send it to the number that opens their account, else to the one that they gave in the order; else they are called."""
    contact = contact_of(customer_id)
    mobile = contact.mobile or _given_in(order)
    if mobile:
        to = messages.Address(Channel.SMS, mobile, contact.language)
        messages.send(template, to=to, values=values, by=by.actor, customer_id=customer_id, subject=subject, key=key)
    elif (owner := caller(customer_id, by=by)) is not None:
        _call(template, customer_id, str(values.get("policy", subject[1])), owner=owner, by=by)


def _given_in(order: Seen | None) -> str:
    applicant = None if order is None else order.details.applicant
    return "" if applicant is None else applicant.mobile


def _call(template: str, customer_id: int, about: str, *, owner: int, by: Viewer) -> None:
    with override("zh-hans"):
        title = _("没有手机号，请打电话告知：%(what)s（%(subject)s）") % {
            "what": title_of(template, "zh").title,
            "subject": about,
        }
    servicedesk.create_task(
        customer_id,
        title=title[:120],
        due_at=now() + timedelta(days=1),
        kind=TaskKind.CALL,
        owner_id=owner,
        by=by,
    )


def referred(seen: Seen, *, until: date, by: Viewer) -> None:
    """A person looks at the application, by when."""
    values = {"product": _name(seen), "until": until, "link": link_to_order(seen.order)}
    _of_order(seen, "application_referred", values, step="referred", by=by)


def decided(seen: Seen, *, by: Viewer) -> None:
    """A person has decided."""
    values: dict[str, Any] = {"product": _name(seen), "link": link_to_order(seen.order)}
    template = DECIDED[seen.effect.outcome]
    if template in ("application_accepted", "application_changed"):
        values["until"] = seen.order.expires_at.astimezone(COMPANY_ZONE).date()
    if template == "application_postponed":
        values["months"] = seen.effect.postpone_months
    _of_order(seen, template, values, step=f"decided-{seen.order.application_id}", by=by)


def issued(policy: Policy, seen: Seen, *, paid: Money, by: Viewer) -> None:
    """Paid, and the policy stands: its number, from when, where the document is, until when it can be given back."""
    values: dict[str, Any] = {
        "product": _name(seen),
        "amount": paid,
        "policy": policy.number,
        "starts": policy.starts_on,
        "link": link_to_policy(policy.pk),
    }
    template = "policy_issued"
    last = last_day_to_give_back(policy.pk, by=by)
    if last is not None:
        template, values["last"] = "policy_issued_long", last
    tell(
        template,
        customer_id=policy.customer_id,
        values=values,
        subject=("policy", policy.pk),
        key=f"issued-{policy.pk}",
        order=seen,
        by=by,
    )


def last_day_to_give_back(policy_id: int, *, by: Viewer) -> date | None:
    """The last day of the cooling-off period; None where there is none, or it is over."""
    held = the_holding(policy_id, viewer=by, on=now().astimezone(COMPANY_ZONE).date())
    return rules.last_day_of_cooling_off(held.next_dates)


def refunded(
    *, customer_id: int, number: str, what: str, amount: Money, why: str, order: Seen | None, by: Viewer
) -> None:
    """Money that came in goes back at once, and why."""
    values = {"what": what[:120], "amount": amount, "why": why[:180]}
    tell(
        "payment_refunded",
        customer_id=customer_id,
        values=values,
        subject=("payment", number),
        key=f"refunded-{number}",
        order=order,
        by=by,
    )


def premium_paid(policy: Policy, *, attempt_number: str, amount: Money, until: date, by: Viewer) -> None:
    """A later premium is in, and to which day the policy is paid."""
    tell(
        "premium_paid",
        customer_id=policy.customer_id,
        values={"policy": policy.number, "amount": amount, "until": until},
        subject=("policy", policy.pk),
        key=f"premium-{attempt_number}",
        by=by,
    )


def given_back(policy: Policy, *, amount: Money, order: Seen | None, by: Viewer) -> None:
    """The contract was given back, and the money is on its way."""
    tell(
        "cooling_off_cancelled",
        customer_id=policy.customer_id,
        values={"policy": policy.number, "amount": amount},
        subject=("policy", policy.pk),
        key=f"given-back-{policy.pk}",
        order=order,
        by=by,
    )


def _of_order(seen: Seen, template: str, values: Mapping[str, Any], *, step: str, by: Viewer) -> None:
    order = seen.order
    if order.customer_id is not None:
        tell(
            template,
            customer_id=order.customer_id,
            values=values,
            subject=("order", order.number),
            key=f"{step}-{order.number}",
            order=seen,
            by=by,
        )


def _name(seen: Seen) -> str:
    """The product's name in the language of whoever reads the message."""
    language = contact_of(seen.order.customer_id).language if seen.order.customer_id else seen.order.language
    return seen.definition.name.said(language)


def link_to_order(order: Order) -> str:
    """To the order; who is not signed in does that on the way."""
    return _address(
        f"{reverse('home:sign_in')}?{urlencode({'next': reverse('buying:order', args=[order.pk])}, safe='/')}"
    )


def link_to_policy(policy_id: int) -> str:
    """To the policy's own page, with its document."""
    return _address(reverse("home:policy", args=[policy_id]))


def _address(path: str) -> str:
    return f"{settings.KEYUAN_SITE_URL.rstrip('/')}{path}"
