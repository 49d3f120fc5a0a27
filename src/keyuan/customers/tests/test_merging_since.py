"""What happened between a merge and its undo goes where it belongs; two merges at once do not tear a customer apart."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from keyuan.claims.models import Claim
from keyuan.customers import actions
from keyuan.customers.merging import merge, told_report, undo_merge
from keyuan.customers.models import Customer, Household, HouseholdMember, Identifier, Merge
from keyuan.customers.refusals import CustomerNotFound
from keyuan.customers.tests.conftest import CLERK
from keyuan.policies.models import Party, Policy, PolicyFact
from keyuan.products.models import Product
from keyuan.servicedesk.models import Task

DAY = date(2026, 1, 1)


@pytest.fixture
def policy_of(insurer):
    product = Product.objects.create(code="L", name="终身寿险", line="life")

    def make(customer, number):
        return Policy.objects.create(
            customer=customer,
            number=number,
            product=product,
            channel="agency",
            premium=Decimal(100),
            payment_mode=12,
            signed_on=DAY,
            starts_on=DAY,
            org_unit=insurer.east,
        )

    return make


def merged(kept, dropped):
    return merge(kept.pk, dropped.pk, reason="同一人", by=CLERK)


def test_what_hangs_on_a_policy_that_goes_back_follows_it_and_the_rest_stays(insurer, policy_of):
    kept, dropped = insurer.person(), insurer.person()
    own, theirs = policy_of(kept, "P-1"), policy_of(dropped, "P-2")
    done = merged(kept, dropped)
    assert set(Policy.objects.values_list("customer_id", flat=True)) == {kept.pk}
    PolicyFact.objects.create(policy=theirs, customer=kept, kind="premium_paid", on=DAY)
    PolicyFact.objects.create(policy=own, customer=kept, kind="premium_paid", on=DAY)
    claim = Claim.objects.create(policy=theirs, customer=kept, number="C-1", occurred_on=DAY, notified_on=DAY)
    actions.claim_identifier(kept.pk, kind="claim_no", value="C-1", subject_id=claim.pk, by=CLERK)
    newer = policy_of(kept, "P-3")
    actions.change_customer(kept.pk, changes={"hobbies": "钓鱼"}, by=CLERK)
    done = undo_merge(done.pk, by=CLERK)
    holders = dict(Policy.objects.values_list("number", "customer_id"))
    assert holders == {"P-1": kept.pk, "P-2": dropped.pk, "P-3": newer.customer_id}
    assert dict(PolicyFact.objects.values_list("policy_id", "customer_id")) == {own.pk: kept.pk, theirs.pk: dropped.pk}
    assert Claim.objects.get().customer_id == dropped.pk
    assert Identifier.objects.get(kind="claim_no").customer_id == dropped.pk
    assert done.report["followed"] == {"policies.policyfact": 1, "claims.claim": 1, "customers.identifier": 1}
    assert [told.sentence for told in told_report(done)] == [
        "合并后修改过、保持修改后内容的资料：",
        "合并后新增、随原保单等一并归还的记录：",
    ]


def test_who_was_a_party_to_the_others_policy_before_stays_one(insurer, policy_of):
    kept, dropped = insurer.person(), insurer.person()
    theirs = policy_of(dropped, "P-2")
    Party.objects.create(policy=theirs, customer=kept, role="beneficiary", share=Decimal("0.5"))
    Party.objects.create(policy=theirs, customer=dropped, role="beneficiary", share=Decimal("0.5"))
    done = merged(kept, dropped)
    assert list(Party.objects.values_list("customer_id", "share")) == [(kept.pk, Decimal(1))]
    undo_merge(done.pk, by=CLERK)
    assert set(Party.objects.values_list("customer_id", "share")) == {
        (kept.pk, Decimal("0.5")),
        (dropped.pk, Decimal("0.5")),
    }


def test_shares_that_would_be_more_than_the_whole_are_the_whole_and_come_apart_again(insurer, policy_of):
    kept, dropped, holder = insurer.person(), insurer.person(), insurer.person()
    theirs = policy_of(holder, "P-2")
    for customer, share in ((kept, "0.7"), (dropped, "0.6")):
        Party.objects.create(policy=theirs, customer=customer, role="beneficiary", share=Decimal(share))
    done = merged(kept, dropped)
    assert Party.objects.get().share == 1
    undo_merge(done.pk, by=CLERK)
    assert set(Party.objects.values_list("customer_id", "share")) == {
        (kept.pk, Decimal("0.7")),
        (dropped.pk, Decimal("0.6")),
    }


def test_a_moved_row_goes_back_as_it_was_edited_since(insurer):
    kept, dropped = insurer.person(), insurer.person()
    owner = insurer.user("counter")
    task = Task.objects.create(customer=dropped, title="回访", owner=owner, due_at="2026-01-01T00:00:00Z")
    gone = Task.objects.create(customer=dropped, title="删除", owner=owner, due_at="2026-01-01T00:00:00Z")
    done = merged(kept, dropped)
    Task.objects.filter(pk=task.pk).update(title="已回访")
    gone.delete()
    done = undo_merge(done.pk, by=CLERK)
    assert list(Task.objects.values_list("customer_id", "title")) == [(dropped.pk, "已回访")]
    assert done.report["gone"] == {"servicedesk.task": 1}


def test_a_household_dissolved_since_is_not_put_together_again(insurer):
    kept, dropped = insurer.person(), insurer.person()
    for one in (kept, dropped):
        actions.create_household(one.pk, name="", by=CLERK)
    home = HouseholdMember.objects.get(customer=dropped).household_id
    done = merged(kept, dropped)
    Household.objects.filter(pk=home).delete()
    done = undo_merge(done.pk, by=CLERK)
    assert done.report["gone"] == {"customers.householdmember": 1}
    assert list(HouseholdMember.objects.values_list("customer_id", flat=True)) == [kept.pk]


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_of_the_same_two_at_once_one_happens(insurer):
    one, two = insurer.person(mobile="13812345678"), insurer.person(mobile="13987654321")
    start, results = threading.Barrier(2, timeout=20), []

    def run(keep, drop):
        start.wait()
        try:
            merge(keep, drop, reason="同一人", by=CLERK)
            results.append("merged")
        except CustomerNotFound:
            results.append("gone")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in ((one.pk, two.pk), (two.pk, one.pk))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results) == ["gone", "merged"]
    survivor = Customer.objects.get()
    assert set(Identifier.objects.values_list("customer_id", flat=True)) == {survivor.pk}
    assert Merge.objects.get().customer_id == survivor.pk
