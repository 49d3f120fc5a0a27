"""Pages of an enterprise: its contacts, the company above it, its contracts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.fixtures.budgets import QueryBudget
from tests.fixtures.organisation import Organisation

from keyuan.accounts.roles import Role
from keyuan.customers import actions
from keyuan.customers.drafts import CustomerDraft, EnterpriseDraft, PersonDraft
from keyuan.customers.models import Contract, Customer, EnterpriseContact, ParentCompany
from keyuan.eventlog.models import Event
from keyuan.kernel.actor import Actor

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")
CONTRACT = {"number": "HT-1", "title": "框架协议", "kind": "framework", "starts_on": "2026-01-01"}


@pytest.fixture
def firm(org: Organisation) -> Callable[[str], Customer]:
    def make(name: str) -> Customer:
        draft = CustomerDraft(name=name, org_unit_id=org.branch.pk, details=EnterpriseDraft())
        return actions.register_customer(draft, by=SYSTEM)

    return make


def test_contacts_are_added_changed_and_ended_by_forms(
    firm: Callable[[str], Customer], client_as: Callable[..., Client]
) -> None:
    client, own = client_as(Role.MANAGER), firm("企业")
    address = f"/desk/customers/{own.pk}/contacts/"
    wrong = client.post(address, {"name": "周敏", "mobile": "139"})
    assert wrong.status_code == 422
    assert "周敏" in wrong.content.decode()
    assert client.post(address, {"name": "周敏", "roles": ["hr"], "mobile": "13900001111"}).status_code == 302
    row = EnterpriseContact.objects.get()
    page = client.get(address).content.decode()
    assert "139****1111" in page
    assert "13900001111" not in page
    client.post(f"/desk/contacts/{row.pk}/", {"name": "周敏", "roles": ["hr", "finance"]})
    row.refresh_from_db()
    assert (row.roles, row.mobile) == (["hr", "finance"], "13900001111")
    shown = client.post(f"/desk/contacts/{row.pk}/unmask/", {"field": "mobile", "purpose": "回电"})
    assert shown.content.decode() == "13900001111"
    client.post(f"/desk/contacts/{row.pk}/end/")
    row.refresh_from_db()
    assert row.ends_on is not None


def test_a_parent_company_is_found_by_name_or_number_and_a_circle_is_said_beside_it(
    firm: Callable[[str], Customer], client_as: Callable[..., Client]
) -> None:
    client, own, top = client_as(Role.MANAGER), firm("子公司"), firm("母公司")
    assert client.post(f"/desk/customers/{own.pk}/parent/", {"parent": "母公司", "share": "60"}).status_code == 302
    assert ParentCompany.objects.get().share == 60 / 100 or str(ParentCompany.objects.get().share) == "0.6000"
    circle = client.post(f"/desk/customers/{top.pk}/parent/", {"parent": own.number})
    assert circle.status_code == 422
    assert "不能成为它的上级公司" in circle.content.decode()
    assert client.post(f"/desk/customers/{own.pk}/parent/", {"do": "end"}).status_code in (302, 422)


def test_only_an_enterprise_has_these_pages(org: Organisation, client_as: Callable[..., Client]) -> None:
    draft = CustomerDraft(name="林静", org_unit_id=org.branch.pk, details=PersonDraft())
    person = actions.register_customer(draft, by=SYSTEM)
    client = client_as(Role.MANAGER)
    for page in ("parent", "contacts", "contracts"):
        assert client.get(f"/desk/customers/{person.pk}/{page}/").status_code == 422
        assert f"/{person.pk}/{page}/" not in client.get(f"/desk/customers/{person.pk}/edit/").content.decode()


def test_contracts_are_signed_listed_changed_and_ended(
    firm: Callable[[str], Customer], client_as: Callable[..., Client], query_budget: QueryBudget
) -> None:
    client, own = client_as(Role.MANAGER), firm("企业")
    for number in range(5):
        sent = {**CONTRACT, "number": f"HT-{number}", "renewal_on": f"2026-0{number + 1}-01"}
        assert client.post(f"/desk/customers/{own.pk}/contracts/", sent).status_code == 302
    client.get("/desk/contracts/")
    with query_budget("contracts-list"):
        page = client.get("/desk/contracts/")
    assert [row.number for row in page.context["page"].items] == [f"HT-{number}" for number in range(5)]
    assert len(client.get("/desk/contracts/", {"status": "ended"}).context["page"].items) == 0
    assert len(client.get("/desk/contracts/", {"text": "ht-3"}).context["page"].items) == 1
    row = Contract.objects.get(number="HT-3")
    assert client.post(f"/desk/contracts/{row.pk}/edit/", {**CONTRACT, "number": "HT-1"}).status_code == 422
    assert client.post(f"/desk/contracts/{row.pk}/edit/", {**CONTRACT, "number": "HT-9"}).status_code == 302
    wrong = client.post(f"/desk/contracts/{row.pk}/terminate/", {"on": ""})
    assert wrong.status_code == 422
    client.post(f"/desk/contracts/{row.pk}/terminate/", {"on": "2026-03-01", "reason": "迁址"})
    row.refresh_from_db()
    assert str(row.terminated_on) == "2026-03-01"
    assert f"kind=contract&amp;id={row.pk}" in client.get(f"/desk/contracts/{row.pk}/").content.decode()


def test_the_export_of_contracts_needs_a_purpose(
    firm: Callable[[str], Customer], client_as: Callable[..., Client]
) -> None:
    client, own = client_as(Role.MANAGER), firm("企业")
    client.post(f"/desk/customers/{own.pk}/contracts/", {**CONTRACT, "title": "=1+1"})
    assert client.post("/desk/contracts/", {"do": "export", "format": "csv"}).status_code == 422
    answer = client.post("/desk/contracts/", {"do": "export", "format": "csv", "purpose": "盘点"})
    assert "'=1+1" in b"".join(answer.streaming_content).decode()
    assert Event.objects.get(name="contract.exported").payload["rows"] == 1
    assert client_as(Role.HOTLINE).post("/desk/contracts/", {"do": "export", "purpose": "x"}).status_code == 403
