"""What the demo gives companies: the same for the same seed, and as the rules allow."""

from __future__ import annotations

from datetime import date

import pytest

from keyuan.customers.company_rules import Above, would_circle
from keyuan.customers.models import Contract, EnterpriseContact, ParentCompany
from keyuan.customers.standards import normalise
from keyuan.customers.states import IdentifierKind
from keyuan.demo.book import load
from keyuan.demo.enterprises import furnish
from keyuan.files.models import Attachment
from keyuan.files.rules import type_of
from keyuan.files.storage import store
from keyuan.policies.models import GroupMember

AS_OF = date(2026, 11, 22)


@pytest.mark.django_db
def test_companies_have_groups_members_contacts_contracts_and_files() -> None:
    load(customers=300, seed=1, as_of=AS_OF)
    assert ParentCompany.objects.count() >= 3
    assert EnterpriseContact.objects.filter(person__isnull=False).exists()
    members = list(GroupMember.objects.all())
    assert len(members) > 50
    assert any(one.left_on for one in members)
    for one in members:
        assert normalise(IdentifierKind.ID_NUMBER, str(one.id_number)) == one.id_number
        assert normalise(IdentifierKind.MOBILE, str(one.mobile)) == one.mobile
        assert one.customer_id == one.policy.customer_id
    ties = [Above(one.customer_id, one.parent_id, one.starts_on) for one in ParentCompany.objects.all()]
    assert not any(would_circle(one, [other for other in ties if other != one]) for one in ties)
    for one in Attachment.objects.all():
        with store().open(one.key) as content:
            assert type_of(one.name, content).code == one.kind
    before = [(one.name, one.id_number, one.premium, one.joined_on) for one in members]
    GroupMember.objects.all().delete()
    ParentCompany.objects.all().delete()
    Contract.objects.all().delete()
    furnish(seed=1, as_of=AS_OF)
    again = GroupMember.objects.order_by("pk")
    assert [(one.name, one.id_number, one.premium, one.joined_on) for one in again] == before
