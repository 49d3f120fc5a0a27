"""Taking a benefit and giving it back. Never above the quota: the membership is held while it is counted, and each slot of
a quota can be taken by one redemption only."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import now, today
from keyuan.tiers import events
from keyuan.tiers.models import Membership, Redemption
from keyuan.tiers.queries.benefits import benefit_named
from keyuan.tiers.queries.seen import said
from keyuan.tiers.queries.versions import ladder_of
from keyuan.tiers.refusals import (
    AlreadyGivenBack,
    BenefitUnknown,
    NotForYou,
    NoTier,
    QuotaUsed,
    ReasonMissing,
    RedemptionNotFound,
)
from keyuan.tiers.rules import Benefit
from keyuan.tiers.states import Who

if TYPE_CHECKING:
    from keyuan.customers.models import Customer
    from keyuan.eventlog.kinds import EventKind

#: Read out on the telephone: nothing that is taken for something else.
LETTERS = "23456789ACDEFGHJKLMNPQRTUVWXY"


@transaction.atomic
def redeem(customer_id: int, *, benefit: str, note: str = "", by: Viewer) -> Redemption:
    """Take a benefit for a customer in scope: staff for them, or they themselves where the rules let them.

    Raises NoTier, BenefitUnknown, NotForYou, QuotaUsed, CustomerNotFound.
    """
    customer = _customer(customer_id, by)
    # Whoever else redeems for this customer waits here.
    rows = Membership.objects.select_for_update().filter(customer_id=customer_id, ends_on__isnull=True)
    held = rows.first()
    if held is None:
        raise NoTier
    wanted = ladder_of(held.ladder, held.rules).benefit(benefit)
    quota = None if wanted is None else wanted.quota(held.level)
    if wanted is None or not quota:
        # What has no limit is simply there; there is nothing to count.
        raise BenefitUnknown
    if by.role == Role.CUSTOMER and Who.CUSTOMER not in wanted.who:
        raise NotForYou(name=said(wanted.name))
    made = Redemption.objects.create(
        customer_id=customer_id,
        code=_code(),
        benefit=wanted.code,
        ladder=held.ladder,
        rules=held.rules,
        level=held.level,
        year_from=held.starts_on,
        slot=_free_slot(held, wanted, quota),
        on=today(),
        note=note.strip()[:200],
        by_name=by.actor.name,
        by_customer=by.role == Role.CUSTOMER,
    )
    _tell(events.REDEEMED, made, wanted, org_unit_id=customer.org_unit_id, by=by)
    return made


def _free_slot(held: Membership, wanted: Benefit, quota: int) -> int:
    taken = set(
        Redemption.objects.filter(
            customer_id=held.customer_id, benefit=wanted.code, year_from=held.starts_on, given_back_at__isnull=True
        ).values_list("slot", flat=True)
    )
    slot = next((one for one in range(1, quota + 1) if one not in taken), None)
    if slot is None:
        raise QuotaUsed(name=said(wanted.name), quota=quota, next=held.year_ends_on)
    return slot


@transaction.atomic
def give_back(redemption_id: int, *, why: str, by: Viewer) -> Redemption:
    """Give back what was not used; its slot is free again. Staff only; raises RedemptionNotFound, AlreadyGivenBack."""
    require(by, Permission.CONTACT_CUSTOMERS)
    if not why.strip():
        raise ReasonMissing(field="why")
    found = Redemption.objects.select_for_update().filter(pk=redemption_id).first()
    if found is None or not customers.may_see(found.customer_id, viewer=by):
        raise RedemptionNotFound
    if found.given_back_at is not None:
        raise AlreadyGivenBack
    customer = _customer(found.customer_id, by)
    found.given_back_at, found.given_back_by, found.given_back_why = now(), by.actor.name, why.strip()[:200]
    found.save(update_fields=["given_back_at", "given_back_by", "given_back_why"])
    benefit = benefit_named(found)
    _tell(events.GIVEN_BACK, found, benefit, org_unit_id=customer.org_unit_id, by=by, reason=found.given_back_why)
    return found


def _customer(customer_id: int, by: Viewer) -> Customer:
    if by.role != Role.CUSTOMER:
        require(by, Permission.CONTACT_CUSTOMERS)
    customers.in_scope(customer_id, viewer=by)
    return customers.the_customer(customer_id, viewer=by)


def _code() -> str:
    return "Q" + "".join(secrets.choice(LETTERS) for _place in range(9))


def _tell(
    kind: EventKind, made: Redemption, benefit: Benefit | None, *, org_unit_id: int, by: Viewer, **more: Any
) -> None:
    names = {"name": benefit.name.zh, "name_en": benefit.name.en} if benefit is not None else {"name": made.benefit}
    payload = {"benefit": made.benefit, "code": made.code, "level": made.level, **names, **more}
    record(
        kind,
        by=by.actor,
        customer_id=made.customer_id,
        org_unit_id=org_unit_id,
        subject=("tier_redemption", made.pk),
        payload=payload,
    )
