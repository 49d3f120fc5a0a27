"""Opening an account: the customer, who may be known already, the account that is theirs, and what they agreed to."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from keyuan.accounts.entering import create_customer_user
from keyuan.accounts.queries import unit_for_the_web
from keyuan.customers import actions as customers
from keyuan.customers.drafts import CustomerDraft, PersonDraft
from keyuan.customers.portal import account_of_customer, registered_with
from keyuan.customers.refusals import ConsentAlreadyGiven, IdentifierTaken
from keyuan.customers.states import ConsentPurpose, DocumentKind, IdentifierKind, Source
from keyuan.identity import actions as identity
from keyuan.kernel.actor import Actor
from keyuan.messages import actions as messages

#: The wordings of the form; a new text has a new number.
WORDINGS = {
    ConsentPurpose.SERVICE: "home-service-1",
    ConsentPurpose.IDENTITY: identity.CONSENT_WORDING,
    ConsentPurpose.MARKETING: "home-marketing-1",
}
CHANNEL = "home"


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody whose identity check matched; names and numbers as checked."""

    name: str
    document_number: str
    mobile: str
    check_id: uuid.UUID
    language: str = "zh-hans"
    document_kind: str = DocumentKind.RESIDENT_ID


@transaction.atomic
def open_account(who: Newcomer, *, consents: frozenset[ConsentPurpose], by: Actor) -> int:
    """The account of the newcomer (its user's id): a customer with this document number is theirs, not doubled.

    Who has an account already keeps it, and the number that was shown opens it from now on.
    """
    customer_id = _customer(who, by)
    account = account_of_customer(customer_id)
    user_id = account.user_id if account is not None else _new_user(who, by)
    customers.open_portal_account(customer_id, user_id=user_id, by=by, mobile=who.mobile)
    for purpose in sorted(consents):
        with suppress(ConsentAlreadyGiven):
            customers.give_consent(customer_id, purpose=purpose, wording=WORDINGS[purpose], channel=CHANNEL, by=by)
    identity.give_to_customer(who.check_id, customer_id=customer_id)
    messages.send_to_customer(
        "account_opened",
        customer_id=customer_id,
        values={"name": who.name},
        subject=("user", user_id),
        key=f"account_opened-{who.check_id}",
        by=by,
    )
    return user_id


def _new_user(who: Newcomer, by: Actor) -> int:
    return create_customer_user(name=who.name, language=who.language, by=by).pk


def _customer(who: Newcomer, by: Actor) -> int:
    known = registered_with(who.document_number)
    if known is not None:
        return known.customer_id
    try:
        return _registered(who, by, mobile=who.mobile)
    except IdentifierTaken as taken:
        if taken.kind is IdentifierKind.MOBILE:
            # The number was somebody else's once, or is shared by a family: it opens the account, it names nobody.
            return _registered(who, by, mobile=None)
        known = registered_with(who.document_number)  # Registered by another tab a moment ago.
        if known is None:
            raise
        return known.customer_id


def _registered(who: Newcomer, by: Actor, *, mobile: str | None) -> int:
    draft = CustomerDraft(
        name=who.name,
        org_unit_id=unit_for_the_web(settings.KEYUAN_WEB_UNIT),
        details=PersonDraft(id_number=who.document_number, mobile=mobile, document_kind=who.document_kind),
        source=Source.WEB,
        source_detail=CHANNEL,
    )
    with transaction.atomic():
        return customers.register_customer(draft, by=by).pk
