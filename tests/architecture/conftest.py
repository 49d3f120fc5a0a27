"""What the walk of test_strangers.py must not be shown: somebody else's customer with a row of every sort."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps

from keyuan.accounts.models import ApiToken, User
from keyuan.accounts.roles import Role
from keyuan.agents.models import Agent
from keyuan.billing.models import Attempt, Difference, Refund
from keyuan.claims.models import Claim
from keyuan.customer360.models import BulkRun, CustomerList, SavedView
from keyuan.customers.actions import CustomerDraft, PersonDraft, register_customer
from keyuan.customers.merging import merge as merge_customers
from keyuan.customers.models import (
    Consent,
    Contract,
    EnterpriseContact,
    ExternalCover,
    Household,
    HouseholdMember,
    Identifier,
    Relation,
)
from keyuan.customfields.models import FieldDefinition
from keyuan.duplicates.models import Duplicate
from keyuan.engagement.models import Form, FormLink, FormVersion, Submission
from keyuan.eventlog.models import Event
from keyuan.evidence.models import Trace
from keyuan.files.models import Attachment
from keyuan.identity.models import Check
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now, today
from keyuan.lists.models import ListView
from keyuan.messages.actions import send_to_customer
from keyuan.orders.details import Details
from keyuan.orders.models import Order
from keyuan.policies.models import GroupMember, MemberList, Policy
from keyuan.products.models import Product
from keyuan.retention.models import HandOver, RenewalCase, RenewalOutcome
from keyuan.sales.models import Proposal, Prospect, Quote
from keyuan.servicedesk.models import CalendarFeed, Complaint, Notice, Task, TaskView
from keyuan.tiers.models import Membership, Redemption, Standing
from keyuan.trust.models import Certificate
from keyuan.underwriting.models import Application
from keyuan.webhooks.models import Delivery, Endpoint
from tests.architecture.strangers import (
    DAY,
    NOON,
    SECRET,
    SECRET_CLAIM,
    SECRET_MOBILE,
    SECRET_POLICY,
    SECRET_SERIAL,
    World,
)
from tests.fixtures.organisation import Organisation


@pytest.fixture
def world(org: Organisation, user_as: Callable[..., User]) -> World:
    """A customer of the other branch with everything that a customer has, and somebody else's account and token."""
    owner = user_as(Role.HOTLINE, unit=org.other_branch)
    draft = CustomerDraft(name=SECRET, org_unit_id=org.other_branch.pk, details=PersonDraft(mobile=SECRET_MOBILE))
    customer = register_customer(draft, by=Actor.system("tests"))
    household = Household.objects.create(name=f"{SECRET}一家")
    HouseholdMember.objects.create(household=household, customer=customer, role="head")
    product = Product.objects.create(code="M", name="车险", line="motor")
    policy = Policy.objects.create(
        customer=customer,
        number=SECRET_POLICY,
        product=product,
        channel="agency",
        premium=Decimal(1),
        payment_mode=0,
        signed_on=DAY - timedelta(30),
        starts_on=DAY - timedelta(30),
        ends_on=DAY + timedelta(335),
        org_unit=org.other_branch,
    )
    message = send_to_customer(
        "account_opened", customer_id=customer.pk, values={"name": SECRET}, by=Actor.system("tests")
    )
    check = Check.objects.create(
        customer=customer, name=SECRET, document_kind="resident_id", document_number="x", document_digest=b"x" * 16,
        mobile=SECRET_MOBILE, mobile_digest=b"x" * 16, consent="1", provider="x", outcome="unavailable",
        answered_at=NOON, why="mobile",
    )  # fmt: skip
    claim = Claim.objects.create(
        customer=customer, policy=policy, number=SECRET_CLAIM, occurred_on=DAY, notified_on=DAY
    )
    task = Task.objects.create(customer=customer, title=SECRET, owner=owner, due_at=NOON)
    notice = Notice.objects.create(user=owner, customer=customer, kind="task", title=SECRET, url="/desk/tasks/")
    complaint = Complaint.objects.create(
        customer=customer, number="C-1", channel="call", reason="other", summary=SECRET, received_at=NOON
    )
    token = ApiToken.objects.create(
        user=owner, name="x", hint="ky_x", digest=b"x" * 32, scopes=[], expires_at=now() + timedelta(1)
    )
    passkey = Authenticator.objects.create(user=owner, type="webauthn", data={"name": "x", "credential": {}})
    field = FieldDefinition.objects.create(record="person", slug="level", name="等级", type="text")
    endpoint = Endpoint.objects.create(
        name=SECRET, url="https://x.example/", kinds=["*"], org_unit=org.other_branch, purpose="service", secret="x"
    )
    line = Event.objects.filter(customer_id=customer.pk).first()
    assert line is not None
    delivery = Delivery.objects.create(
        endpoint=endpoint, customer=customer, event_id=line.pk, xid=line.xid, event_name=line.name
    )
    relative = register_customer(
        CustomerDraft(name="欧阳亲属", org_unit_id=org.other_branch.pk, details=PersonDraft()), by=Actor.system("tests")
    )
    Relation.objects.create(customer=customer, other=relative, kind="spouse")
    Consent.objects.create(customer=customer, purpose="marketing", given_at=NOON, wording="1", channel="counter")
    file = Attachment.objects.create(
        customer=customer, subject_kind="customer", name=f"{SECRET}.pdf", kind="pdf", size=1, sha256=b"x" * 32, key="x"
    )
    application = Application.objects.create(
        customer=customer,
        product="TRM",
        product_version=1,
        line="life",
        questionnaire="life",
        questionnaire_version=1,
        facts=orjson.dumps({"answers": {"hospital": True}, "occupation": SECRET}).decode(),
        submitted_on=DAY,
        submitted_at=NOON,
        submitted_by=SECRET,
        sum_insured=1,
        sum_at_risk=1,
        rule_set="life",
        rule_version=1,
        outcome="refer",
    )
    Certificate.objects.create(
        role="customer", serial=SECRET_SERIAL, customer=customer, device=SECRET, subject=SECRET, der=b"x",
        key_digest=b"k" * 32, not_before=NOON, not_after=NOON + timedelta(days=700),
    )  # fmt: skip
    contact = EnterpriseContact.objects.create(customer=customer, name=SECRET, roles=["hr"], mobile=SECRET_MOBILE)
    contract = Contract.objects.create(customer=customer, number="C-1", title=SECRET, kind="other", starts_on=DAY)
    group = Product.objects.create(code="G", name="团体险", line="group")
    covered = {"product": group, "number": f"{SECRET_POLICY}-G", "premium": Decimal(1), "payment_mode": 0}
    days = {"signed_on": DAY, "starts_on": DAY, "ends_on": DAY + timedelta(365)}
    group_policy = Policy.objects.create(
        customer=customer, channel="agency", org_unit=org.other_branch, **covered, **days
    )
    member = GroupMember.objects.create(
        policy=group_policy, customer=customer, name=SECRET, id_digest=b"x" * 16, joined_on=DAY
    )
    member_list = MemberList.objects.create(
        policy=group_policy, customer=customer, file=file, mode="full", effective_on=DAY
    )
    cover = ExternalCover.objects.create(customer=customer, insurer=SECRET, line="motor")
    case = RenewalCase.objects.create(customer=customer, policy=policy, due_on=policy.ends_on, assignee=owner)
    outcome = RenewalOutcome.objects.create(
        case=case, customer=customer, on=today(), outcome="considering", text=SECRET, by=owner
    )
    prospect = Prospect.objects.create(
        name=SECRET, source="visit", source_on=DAY, org_unit=org.other_branch, referrer=relative
    )
    quote = Quote.objects.create(
        product="TRM", version=1, risk={"note": SECRET}, made_on=DAY, valid_until=DAY + timedelta(30),
        channel="agent", prospect=prospect, price={"premium": "1", "yearly": "1", "instalments": ["1"], "steps": []},
    )  # fmt: skip
    order = Order.objects.create(
        number="TB1", product="TRV", version=1, channel="online", language="zh-hans", token_digest=b"z" * 32,
        details=Details(applicant={"name": SECRET, "mobile": SECRET_MOBILE}).model_dump_json(), customer=customer,
        changed_at=now(), expires_at=now() + timedelta(30),
    )  # fmt: skip
    sale = Trace.objects.create(
        pk=order.pk, sale=order.pk, number=SECRET, product="TRV", customer=customer, policy_number=SECRET_POLICY,
        head=b"h" * 32,
    )  # fmt: skip
    proposal = Proposal.objects.create(
        title=SECRET, plans=[], made_on=DAY, valid_until=DAY + timedelta(30), prospect=prospect, token="secrettoken",
        link_ends_on=today() + timedelta(30),
    )  # fmt: skip
    twin = register_customer(
        CustomerDraft(name=SECRET, org_unit_id=org.other_branch.pk, details=PersonDraft()), by=Actor.system("tests")
    )
    merge = merge_customers(customer.pk, twin.pk, reason="同一人", by=Actor.system("tests"))
    card = Form.objects.create(kind="card", slug="secret-card", title=SECRET, draft={}, org_unit=org.other_branch)
    version = FormVersion.objects.create(form=card, number=1, content={})
    FormLink.objects.create(form=card, code="secretcode", label=SECRET)
    Submission.objects.create(
        version=version, form=card, nonce="n", language="zh", org_unit=org.other_branch, prospect=prospect
    )
    agent = Agent.objects.create(code="A-GONE", name=SECRET, org_unit=org.other_branch, left_on=DAY)
    HandOver.objects.create(customer=customer, former=agent, proposed=agent)
    for one, two in ((customer, relative), (relative, customer)):
        Duplicate.objects.create(customer=one, other=two, weight=30, probability=0.99, evidence=[["name", "same", 9]])
    attempt = Attempt.objects.create(
        customer=customer, number="P1", gateway="alipay", purpose="order", order_ref=SECRET, title=SECRET, amount=1,
        begun_at=NOON, expires_at=NOON + timedelta(1),
    )  # fmt: skip
    refund = Refund.objects.create(
        attempt=attempt, customer=customer, number="R1", amount=1, currency="CNY", reason="other", queued_at=NOON
    )
    Membership.objects.create(
        customer=customer, level=3, starts_on=DAY, year_ends_on=DAY + timedelta(365), cause="raised", converted=250000,
        ladder="individual", rules=1,
    )  # fmt: skip
    Standing.objects.create(customer=customer, policies=1, converted=250000, contribution=9, by_premium=3, level=2)
    redemption = Redemption.objects.create(
        customer=customer, code="QSECRET", benefit="health_check", ladder="individual", rules=1, level=3, year_from=DAY,
        slot=1, on=DAY, by_name=SECRET,
    )  # fmt: skip
    things: dict[str, Any] = {
        "redemption": redemption,
        "attempt": attempt,
        "message": message,
        "difference": Difference.objects.create(
            gateway="alipay", day=DAY, kind="amount", side="in", number=SECRET, found_at=NOON
        ),
        "check": check,
        "refund": refund,
        "application": application,
        "form": card,
        "agent": agent,
        "merge": merge,
        "prospect": prospect,
        "quote": quote,
        "proposal": proposal,
        "order": order,
        "sale": sale,
        "outcome": outcome,
        "other": relative,
        "cover": cover,
        "file": file,
        "contact": contact,
        "contract": contract,
        "member": member,
        "member_list": member_list,
        "identifier": Identifier.objects.filter(customer=customer).first(),
        "customer": customer,
        "household": household,
        "product": product,
        "policy": policy,
        "claim": claim,
        "task": task,
        "notice": notice,
        "feed": CalendarFeed.objects.create(user=owner, name=SECRET, digest=b"y" * 32),
        "list_view": ListView.objects.create(listing="quotes", name=SECRET, owner=owner),
        "task_view": TaskView.objects.create(user=owner, name=SECRET),
        "complaint": complaint,
        "user": owner,
        "owner": owner,
        "unit": org.other_branch,
        "org_unit": org.other_branch,
        "token": token,
        "field": field,
        "view": SavedView.objects.create(name=SECRET, owner=owner),
        "list": CustomerList.objects.create(name=SECRET, owner=owner),
        "bulk_run": BulkRun.objects.create(owner=owner, kind="tag", given={"tag": SECRET}),
        "endpoint": endpoint,
        "delivery": delivery,
        "passkey": passkey,
    }
    return World({**{name: thing.pk for name, thing in things.items()}, **_intake(owner)})


def _intake(owner: User) -> dict[str, int]:
    """A book, its run and an upload of somebody else, once that room stands."""
    known = {model.__name__: model for model in apps.get_app_config("intake").get_models()}
    if not {"Book", "Run", "Upload"} <= set(known):
        return {}
    book = known["Book"].objects.create(name=SECRET)
    run = known["Run"].objects.create(book=book, mapping="", mapping_digest="", files_digest="", started_by_id=owner.pk)
    upload = known["Upload"].objects.create(name=SECRET, path="x", size=1, uploaded_by="x", uploaded_by_id=owner.pk)
    return {"book": book.pk, "run": run.pk, "upload": upload.pk}
