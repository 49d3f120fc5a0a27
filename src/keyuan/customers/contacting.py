"""How a part of the system reaches a customer. For who writes to them, never to show to anybody: it names no viewer."""

from __future__ import annotations

from typing import NamedTuple

from keyuan.customers.models import Customer
from keyuan.customers.refusals import CustomerNotFound


class Contact(NamedTuple):
    """``mobile`` is normalised, empty if we have none; ``language`` is that of the customer's own account, if any."""

    name: str
    org_unit_id: int
    mobile: str
    language: str


def contact_of(customer_id: int) -> Contact:
    """How to reach one customer: the mobile that opens their account, else their own, for an enterprise the
    contact's; raises CustomerNotFound."""
    rows = Customer.objects.filter(pk=customer_id)
    found = rows.values_list(
        "name",
        "org_unit_id",
        "portal_account__mobile",
        "person__mobile",
        "enterprise__contact_mobile",
        "portal_account__user__language",
    ).first()
    if found is None:
        raise CustomerNotFound
    name, org_unit_id, shown, own, of_contact, language = found
    return Contact(name, org_unit_id, str(shown or own or of_contact or ""), language or "zh-hans")
