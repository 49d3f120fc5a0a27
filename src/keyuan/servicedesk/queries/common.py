"""What every read of the service desk needs: the customer in scope, and the company's day of a moment."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.customers.refusals import CustomerNotFound
from keyuan.kernel.clock import COMPANY_ZONE

if TYPE_CHECKING:
    from keyuan.customers.models import Customer


def the_customer(customer_id: int, *, viewer: Viewer) -> Customer:
    """The customer that a note, a task or a complaint is about; raises CustomerNotFound."""
    found = customers.visible(viewer).filter(pk=customer_id).first()
    if found is None:
        raise CustomerNotFound
    return found


def day_of(moment: datetime) -> date:
    """The company's calendar day of a moment."""
    return moment.astimezone(COMPANY_ZONE).date()
