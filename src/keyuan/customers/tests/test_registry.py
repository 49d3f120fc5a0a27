"""An identifier names one customer at a time, also when two claim it at the same moment."""

import threading

import pytest
from django.db import connection, transaction

from keyuan.accounts.roles import Role
from keyuan.customers import actions, queries, registry
from keyuan.customers.models import Identifier
from keyuan.customers.refusals import IdentifierNotHeld, IdentifierTaken
from keyuan.customers.registry import Claim
from keyuan.customers.states import IdentifierKind
from keyuan.customers.tests.conftest import CLERK
from keyuan.eventlog.models import Event


def test_a_plate_changes_hands_in_one_step(insurer, everybody):
    seller, buyer = insurer.person(), insurer.person("李娜")
    actions.claim_identifier(seller.pk, kind="plate", value="苏E·12345", subject_id=7, by=CLERK)
    with pytest.raises(IdentifierTaken):
        actions.claim_identifier(buyer.pk, kind="plate", value="苏e12345", by=CLERK)
    actions.transfer_identifier(
        kind="plate", value="苏E12345", from_customer_id=seller.pk, to_customer_id=buyer.pk, by=CLERK
    )
    assert [found.pk for found in queries.by_identifier("苏E-12345", viewer=everybody)] == [buyer.pk]
    assert [row.ended_on is None for row in queries.identifiers_of(seller.pk, viewer=everybody)] == [True, False]
    names = list(Event.objects.filter(subject_type="identifier").order_by("id").values_list("name", flat=True))
    assert names == ["identifier.added", "identifier.ended", "identifier.added"]


def test_claiming_again_what_one_holds_changes_nothing(insurer):
    customer = insurer.person()
    first = actions.claim_identifier(customer.pk, kind="policy_no", value="p-2026-1", subject_id=3, by=CLERK)
    again = actions.claim_identifier(customer.pk, kind="policy_no", value="P-2026-1", by=CLERK)
    assert (again.pk, again.subject_id, again.plain) == (first.pk, 3, "P-2026-1")
    assert Event.objects.filter(name="identifier.added").count() == 1


def test_the_same_text_may_be_an_identifier_of_two_kinds(insurer, everybody):
    one, two = insurer.person(), insurer.person("李娜")
    actions.claim_identifier(one.pk, kind="policy_no", value="1001", by=CLERK)
    actions.claim_identifier(two.pk, kind="claim_no", value="1001", by=CLERK)
    assert [found.pk for found in queries.by_identifier("1001", viewer=everybody)] == [one.pk, two.pk]


def test_ending_what_is_not_held_is_refused(insurer):
    with pytest.raises(IdentifierNotHeld):
        actions.end_identifier(insurer.person().pk, kind="plate", value="苏E12345", by=CLERK)


def test_who_does_not_see_both_customers_transfers_nothing(insurer):
    seller, buyer = insurer.person(), insurer.person("李娜", insurer.west)
    actions.claim_identifier(seller.pk, kind="plate", value="苏E12345", by=CLERK)
    from keyuan.customers.refusals import CustomerNotFound

    with pytest.raises(CustomerNotFound):
        actions.transfer_identifier(
            kind="plate",
            value="苏E12345",
            from_customer_id=seller.pk,
            to_customer_id=buyer.pk,
            by=insurer.viewer(Role.COUNTER, insurer.east),
        )
    assert Identifier.objects.get(kind="plate").ended_on is None


@pytest.mark.django_db(transaction=True)
def test_of_two_transactions_that_claim_the_same_value_one_wins(insurer):
    one, two = insurer.person(), insurer.person("李娜")
    first_has_claimed, results = threading.Event(), {}

    def second():
        first_has_claimed.wait(10)
        try:
            actions.claim_identifier(two.pk, kind="mobile", value="13812345678", by=CLERK)
            results["second"] = "claimed"
        except IdentifierTaken:
            results["second"] = "taken"
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        assert registry.claim([Claim(IdentifierKind.MOBILE, "13812345678", one.pk)]) == []
        first_has_claimed.set()
        thread.join(0.3)
        assert thread.is_alive()  # it waits for us instead of failing early or claiming as well
    thread.join(10)
    assert results == {"second": "taken"}
    assert Identifier.objects.get(kind="mobile").customer_id == one.pk
