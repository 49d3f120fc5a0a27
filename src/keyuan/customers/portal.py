"""Whose account a mobile number opens. For the door of the customers' pages, which has seen a code: it names no viewer."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from keyuan.customers.models import Identifier, PortalAccount
from keyuan.customers.registry import digest_of
from keyuan.customers.states import IdentifierKind
from keyuan.kernel.sealing import keyring


class Portal(NamedTuple):
    """A customer's account, and when somebody last signed in to it (or it was opened)."""

    customer_id: int
    user_id: int
    used_at: datetime


def portal_digest(mobile: str) -> bytes:
    """The blind index of a normalised number that opens an account."""
    return keyring().digest(mobile, context="portal.mobile")


def account_of_mobile(mobile: str) -> Portal | None:
    """The account that a normalised number opens, if any."""
    rows = PortalAccount.objects.filter(mobile_digest=portal_digest(mobile))
    return _portal(rows)


def account_of_customer(customer_id: int) -> Portal | None:
    """The account of a customer, if there is one."""
    return _portal(PortalAccount.objects.filter(customer_id=customer_id))


def _portal(rows: QuerySet[PortalAccount]) -> Portal | None:
    used_at = Coalesce("user__last_login", "opened_at")
    found = rows.annotate(used_at=used_at).values_list("customer_id", "user_id", "used_at").first()
    return None if found is None else Portal(*found)


class Registered(NamedTuple):
    """Whom a document number names in our registry, and which mobile we have of them (empty: none)."""

    customer_id: int
    name: str
    mobile: str


def registered_with(document_number: str) -> Registered | None:
    """The person whose document number (normalised) this is, if we know one."""
    rows = Identifier.objects.filter(digest=digest_of(IdentifierKind.ID_NUMBER, document_number), ended_on=None)
    found = rows.values_list("customer_id", "customer__name", "customer__person__mobile").first()
    return None if found is None else Registered(found[0], found[1], str(found[2] or ""))


def number_of_user(user_id: int) -> str:
    """The number that opens an account, for the account itself; empty if there is none."""
    return str(PortalAccount.objects.filter(user_id=user_id).values_list("mobile", flat=True).first() or "")
