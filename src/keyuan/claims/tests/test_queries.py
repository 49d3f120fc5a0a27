"""A customer's claims, on any day, for whoever may see them."""

from datetime import date
from decimal import Decimal

import pytest

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER
from keyuan.claims import queries
from keyuan.claims.models import Claim
from keyuan.claims.states import ClaimStatus
from keyuan.policies.tests import factories as make

pytestmark = pytest.mark.django_db


def claim(policy, **changes):
    values = {"occurred_on": date(2026, 3, 1), "notified_on": date(2026, 3, 2), "number": "C1", **changes}
    return Claim.objects.create(policy=policy, customer_id=policy.customer_id, **values)


def test_a_claim_is_shown_as_it_stood_on_the_day(django_assert_num_queries):
    policy = make.policy(make.customer())
    claim(
        policy,
        papers_complete_on=date(2026, 3, 5),
        decided_on=date(2026, 3, 20),
        decision="accepted",
        paid_on=date(2026, 3, 25),
        paid_amount=Decimal("800.00"),
    )
    viewer = make.staff()
    with django_assert_num_queries(1):
        (then,) = queries.of_customer(policy.customer_id, viewer=viewer, on=date(2026, 3, 22))
    assert then.statuses == {ClaimStatus.DECIDED, ClaimStatus.PAYMENT_DUE}
    assert then.paid_amount is None
    assert then.deadline == date(2026, 3, 30)
    (now,) = queries.of_customer(policy.customer_id, viewer=viewer, on=date(2026, 3, 25))
    assert now.statuses == {ClaimStatus.PAID}
    assert now.paid_amount == Decimal("800.00")
    assert queries.of_customer(policy.customer_id, viewer=viewer, on=date(2026, 3, 1)) == []


def test_a_stranger_and_another_branch_get_nothing():
    policy = make.policy(make.customer(make.branch("SZ")))
    made = claim(policy)
    day = date(2026, 4, 1)
    assert queries.of_customer(policy.customer_id, viewer=STRANGER, on=day) == []
    other = make.staff(Role.CLAIMS, make.branch("NJ"))
    assert queries.of_customer(policy.customer_id, viewer=other, on=day) == []
    with pytest.raises(queries.ClaimNotFound):
        queries.the_claim(made.pk, viewer=other, on=day)
