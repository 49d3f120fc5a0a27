"""One customer with something of everything, for the tests of the 360 page and the API. All names are synthetic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from keyuan.accounts.models import OrgUnit, User
from keyuan.agents.models import Agent
from keyuan.claims.models import Claim
from keyuan.customers import actions as customers
from keyuan.customers.actions import CustomerDraft, EnterpriseDraft, PersonDraft
from keyuan.customers.models import Assignment, Consent, Customer, Household, HouseholdMember
from keyuan.customers.states import ConsentPurpose, HouseholdRole, IdentifierKind, RelationKind
from keyuan.eventlog.actions import Line, record_many
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import COMPANY_ZONE, today
from keyuan.policies import events as policy_events
from keyuan.policies.models import InsuredObject, Policy, PolicyFact, PolicyTerm
from keyuan.policies.states import Channel, FactKind, ObjectKind, PaymentMode
from keyuan.products.models import Product
from keyuan.products.states import Line as LineOfBusiness
from keyuan.servicedesk import events as service_events
from keyuan.servicedesk.models import Complaint, Task

CLERK = Actor.system("test")
PLATE = "苏E12345"
MOBILE = "13812345678"


@dataclass
class World:
    """王伟 with a motor policy, a claim, a task, a complaint, a family; and 陈静, a stranger to him, elsewhere."""

    customer: Customer
    spouse: Customer
    other: Customer
    policy: Policy
    owner: User
    agent: Agent


def register(unit: OrgUnit, name: str, **fields: object) -> Customer:
    details = PersonDraft(**fields)  # type: ignore[arg-type]
    return customers.register_customer(CustomerDraft(name=name, org_unit_id=unit.pk, details=details), by=CLERK)


def enterprise(unit: OrgUnit, name: str, uscc: str) -> Customer:
    draft = CustomerDraft(name=name, org_unit_id=unit.pk, details=EnterpriseDraft(uscc=uscc, contact_mobile=MOBILE))
    return customers.register_customer(draft, by=CLERK)


def motor_policy(customer: Customer, number: str, plate: str, *, starts_on: date, premium: str = "1200.00") -> Policy:
    """An annual motor policy, found by its number and its plate, with its one premium paid."""
    product, _ = Product.objects.get_or_create(
        code="MOTOR", defaults={"name": "机动车综合险", "name_en": "Motor comprehensive", "line": LineOfBusiness.MOTOR}
    )
    policy = Policy.objects.create(
        customer=customer,
        number=number,
        product=product,
        channel=Channel.AGENT,
        premium=Decimal(premium),
        payment_mode=PaymentMode.YEARLY,
        signed_on=starts_on,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=365),
        org_unit=customer.org_unit,
    )
    PolicyTerm.objects.create(
        policy=policy, customer=customer, starts_on=starts_on, ends_on=policy.ends_on, premium=policy.premium
    )
    PolicyFact.objects.create(
        policy=policy,
        customer=customer,
        kind=FactKind.PREMIUM_PAID,
        on=starts_on,
        until=policy.ends_on,
        amount=policy.premium,
    )
    InsuredObject.objects.create(policy=policy, customer=customer, kind=ObjectKind.VEHICLE, label=plate, plate=plate)
    for kind, value in ((IdentifierKind.POLICY_NO, number), (IdentifierKind.PLATE, plate)):
        customers.claim_identifier(customer.pk, kind=kind, value=value, subject_id=policy.pk, by=CLERK)
    return policy


def say(customer: Customer, text: str, at: datetime) -> None:
    payload = {"channel": "call", "direction": "outbound", "outcome": "reached", "text": text}
    record_many([Line(service_events.CONTACT_MADE, CLERK, customer.pk, payload=payload, occurred_at=at)])


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=COMPANY_ZONE)


@transaction.atomic
def build(unit: OrgUnit, other_unit: OrgUnit, owner: User) -> World:
    """The world."""
    this_day = today()
    wang = register(unit, "王伟", mobile=MOBILE, id_number="11010519491231002X", employer="虚构机械厂", children=1)
    li = register(unit, "李娜")
    chen = register(other_unit, "陈静", mobile="13912345678")
    agent = Agent.objects.create(code="A-100", name="赵敏", org_unit=unit)
    Assignment.objects.create(customer=wang, agent=agent, starts_on=this_day - timedelta(days=400))
    home = Household.objects.create(name="王家")
    HouseholdMember.objects.create(customer=wang, household=home, role=HouseholdRole.HEAD)
    HouseholdMember.objects.create(customer=li, household=home, role=HouseholdRole.SPOUSE)
    customers.relate(wang.pk, other_id=chen.pk, kind=RelationKind.REFERRER, by=CLERK)
    policy = motor_policy(wang, "PDZA20260001", PLATE, starts_on=this_day - timedelta(days=100))
    Claim.objects.create(
        customer=wang,
        policy=policy,
        number="CLM-1",
        cause="追尾",
        occurred_on=this_day - timedelta(days=40),
        notified_on=this_day - timedelta(days=39),
        decided_on=this_day - timedelta(days=30),
        decision="accepted",
        paid_on=this_day - timedelta(days=28),
        claimed_amount=Decimal("800.00"),
        paid_amount=Decimal("640.50"),
    )
    long_ago = at_noon(this_day - timedelta(days=60))
    Consent.objects.create(customer=wang, purpose=ConsentPurpose.SERVICE, given_at=long_ago, wording="1", channel="app")
    Task.objects.create(
        customer=wang, title="核对地址", owner=owner, due_at=at_noon(this_day - timedelta(days=2)), created_at=long_ago
    )
    Complaint.objects.create(
        customer=wang,
        number="TS-1",
        channel="call",
        reason="claim_speed",
        summary="太慢",
        received_at=at_noon(this_day - timedelta(days=5)),
    )
    issued = {"number": policy.number, "amount": "1200.00", "currency": "CNY"}
    issued_line = Line(policy_events.ISSUED, CLERK, wang.pk, payload=issued, occurred_at=at_noon(policy.signed_on))
    record_many([issued_line])
    say(wang, "询问理赔进度", at_noon(this_day - timedelta(days=35)))
    say(wang, "要求尽快赔付", at_noon(this_day - timedelta(days=5)))
    return World(wang, li, chen, policy, owner, agent)
