"""Companies above companies, the people one deals with, contracts: by day, in scope, never in a circle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fixtures.organisation import Organisation

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.customers import actions, queries
from keyuan.customers.actions import ContactDraft, ContractDraft
from keyuan.customers.company_rules import Above, contract_status, in_order, would_circle
from keyuan.customers.drafts import CustomerDraft, EnterpriseDraft, PersonDraft
from keyuan.customers.models import Contract, Customer, EnterpriseContact, ParentCompany
from keyuan.customers.queries.companies import ContractFilter
from keyuan.customers.refusals import (
    CompanyAboveItself,
    ContractNumberTaken,
    ContractOver,
    CustomerNotFound,
    EnterpriseContactNotFound,
    NotAnEnterprise,
    ParentPeriodImpossible,
    PeriodImpossible,
    PurposeMissing,
    RoleMissing,
    ShareImpossible,
)
from keyuan.customers.states import ContractStatus
from keyuan.eventlog.models import Event
from keyuan.kernel.actor import Actor

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")
DAY = date(2026, 6, 1)


@pytest.fixture
def by(viewer_as: Callable[..., Viewer], org: Organisation) -> Viewer:
    return viewer_as(Role.MANAGER, unit=org.branch)


@pytest.fixture
def company(org: Organisation) -> Callable[..., Customer]:
    def make(name: str, unit: Any = None) -> Customer:
        draft = CustomerDraft(name=name, org_unit_id=(unit or org.branch).pk, details=EnterpriseDraft())
        return actions.register_customer(draft, by=SYSTEM)

    return make


def tree(of: Customer, by: Viewer, on: date = DAY) -> list[tuple[str, int]]:
    return [(one.name, one.depth) for one in queries.company_tree(of.pk, viewer=by, on=on)]


def test_the_tree_is_the_same_from_wherever_one_looks(company: Callable[..., Customer], by: Viewer) -> None:
    top, left, right, leaf = (company(name) for name in ("集团", "甲公司", "乙公司", "丙公司"))
    for child, parent in ((left, top), (right, top), (leaf, left)):
        actions.set_parent_company(child.pk, parent_id=parent.pk, share=Decimal("0.6"), by=by)
    whole = [("集团", 0), ("乙公司", 1), ("甲公司", 1), ("丙公司", 2)]
    assert sorted(tree(top, by)) == sorted(whole)
    assert tree(leaf, by) == tree(top, by) == tree(right, by)
    assert [one.own for one in queries.company_tree(leaf.pk, viewer=by, on=DAY)].count(True) == 1
    line = Event.objects.get(name="company.parent_set", customer_id=leaf.pk)
    assert (line.payload["other_name"], line.payload["role"]) == ("甲公司", "parent")


def test_no_company_comes_to_stand_above_itself(company: Callable[..., Customer], by: Viewer) -> None:
    one, two, three = (company(name) for name in ("一", "二", "三"))
    actions.set_parent_company(two.pk, parent_id=one.pk, by=by)
    actions.set_parent_company(three.pk, parent_id=two.pk, by=by)
    with pytest.raises(CompanyAboveItself):
        actions.set_parent_company(one.pk, parent_id=three.pk, by=by)
    assert ParentCompany.objects.count() == 2


def test_a_new_parent_ends_the_old_one_on_its_day_and_the_past_stays(
    company: Callable[..., Customer], by: Viewer
) -> None:
    child, old, new = (company(name) for name in ("子", "旧", "新"))
    actions.set_parent_company(child.pk, parent_id=old.pk, starts_on=date(2020, 1, 1), by=by)
    with pytest.raises(ParentPeriodImpossible):
        actions.set_parent_company(child.pk, parent_id=new.pk, starts_on=date(2019, 1, 1), by=by)
    actions.set_parent_company(child.pk, parent_id=new.pk, starts_on=date(2024, 1, 1), by=by)
    assert tree(child, by, date(2023, 12, 31)) == [("旧", 0), ("子", 1)]
    assert tree(child, by, date(2024, 1, 1)) == [("新", 0), ("子", 1)]
    actions.end_parent_company(child.pk, on=date(2025, 1, 1), by=by)
    assert tree(child, by, date(2025, 1, 1)) == [("子", 0)]
    # What would be a circle today was none while the tie had ended.
    actions.set_parent_company(old.pk, parent_id=child.pk, starts_on=date(2025, 6, 1), by=by)
    assert tree(old, by) == [("子", 0), ("旧", 1)]


def test_a_circle_in_the_data_ends_instead_of_going_on_for_ever(company: Callable[..., Customer], by: Viewer) -> None:
    one, two = company("一"), company("二")
    ParentCompany.objects.create(customer=one, parent=two)
    ParentCompany.objects.create(customer=two, parent=one)
    assert len(tree(one, by)) <= 3


def test_a_company_out_of_scope_shows_its_name_and_nothing_more(
    company: Callable[..., Customer], by: Viewer, org: Organisation
) -> None:
    top, child = company("外地集团", org.other_branch), company("本地公司")
    actions.set_parent_company(child.pk, parent_id=top.pk, by=SYSTEM)
    above, own = queries.company_tree(child.pk, viewer=by, on=DAY)
    assert (above.name, above.id, above.number, above.open) == ("外地集团", 0, "", False)
    assert own.own
    assert queries.company_tree(top.pk, viewer=by, on=DAY) == []
    assert queries.company_tree(child.pk, viewer=STRANGER, on=DAY) == []
    with pytest.raises(CustomerNotFound):
        actions.set_parent_company(child.pk, parent_id=top.pk, by=by)


def test_only_companies_stand_above_companies_and_a_share_is_a_part_of_one(
    company: Callable[..., Customer], by: Viewer, org: Organisation
) -> None:
    child, parent = company("子"), company("母")
    draft = CustomerDraft(name="林静", org_unit_id=org.branch.pk, details=PersonDraft())
    person = actions.register_customer(draft, by=SYSTEM)
    with pytest.raises(NotAnEnterprise):
        actions.set_parent_company(child.pk, parent_id=person.pk, by=by)
    for share in (Decimal(0), Decimal("1.01")):
        with pytest.raises(ShareImpossible):
            actions.set_parent_company(child.pk, parent_id=parent.pk, share=share, by=by)


ties = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 40), st.integers(1, 40)), max_size=12)


@given(ties)
def test_ties_that_are_let_in_never_make_a_circle_on_any_day(drawn: list[tuple[int, int, int, int]]) -> None:
    known: list[Above] = []
    for child, parent, begin, length in drawn:
        first = DAY + timedelta(days=begin)
        new = Above(child, parent, first, first + timedelta(days=length))
        if not would_circle(new, known):
            known.append(new)
    for offset in range(0, 82, 3):
        day = DAY + timedelta(days=offset)
        above: dict[int, set[int]] = {}
        for one in known:
            if one.starts_on <= day < one.ends_on:  # type: ignore[operator]
                above.setdefault(one.child, set()).add(one.parent)
        for start in above:
            reached, edge = set(), set(above[start])
            while edge:
                reached |= edge
                edge = set().union(*(above.get(one, set()) for one in edge)) - reached
            assert start not in reached


def test_the_order_of_a_tree_puts_each_company_before_those_below_it() -> None:
    order = in_order(1, {1: [2, 3], 2: [4], 4: [1]})
    assert [(one.company, one.depth) for one in order if not one.circular] == [(1, 0), (2, 1), (4, 2), (3, 1)]
    assert [one.company for one in order if one.circular] == [1]


def test_a_contact_has_roles_days_and_sealed_numbers(company: Callable[..., Customer], by: Viewer) -> None:
    firm = company("企业")
    draft = ContactDraft(name="周敏", roles=["finance", "hr"], mobile="138 0000 1234", starts_on=date(2026, 1, 1))
    made = actions.add_contact(firm.pk, draft, by=by)
    (seen,) = queries.contacts_of(firm.pk, viewer=by, on=DAY)
    assert (seen.roles, seen.mobile, seen.current) == (("人事", "财务"), "138****1234", True)
    assert "13800001234" not in str(Event.objects.latest("id").payload)
    actions.end_contact(made.pk, on=date(2026, 3, 1), by=by)
    assert [one.current for one in queries.contacts_of(firm.pk, viewer=by, on=DAY)] == [False]
    assert [one.current for one in queries.contacts_of(firm.pk, viewer=by, on=date(2026, 2, 1))] == [True]
    with pytest.raises(RoleMissing):
        actions.add_contact(firm.pk, ContactDraft(name="无", roles=["x"]), by=by)
    with pytest.raises(PeriodImpossible):
        actions.end_contact(made.pk, on=date(2025, 1, 1), by=by)


def test_changing_a_contact_keeps_the_number_that_was_not_typed_again(
    company: Callable[..., Customer], by: Viewer
) -> None:
    firm = company("企业")
    made = actions.add_contact(firm.pk, ContactDraft(name="周敏", roles=["hr"], mobile="13800001234"), by=by)
    actions.change_contact(made.pk, ContactDraft(name="周敏", roles=["finance"]), by=by)
    row = EnterpriseContact.objects.get()
    assert (row.mobile, row.roles) == ("13800001234", ["finance"])
    before = Event.objects.count()
    actions.change_contact(made.pk, ContactDraft(name="周敏", roles=["finance"]), by=by)
    assert Event.objects.count() == before


def test_seeing_a_contacts_number_needs_a_purpose_and_is_logged(company: Callable[..., Customer], by: Viewer) -> None:
    made = actions.add_contact(company("企业").pk, ContactDraft(name="周敏", roles=["hr"], mobile="13800001234"), by=by)
    with pytest.raises(PurposeMissing):
        actions.unmask_contact(made.pk, field="mobile", purpose=" ", by=by)
    assert actions.unmask_contact(made.pk, field="mobile", purpose="回电", by=by) == "13800001234"
    assert Event.objects.get(name="customer.unmasked").payload["contact"] == "周敏"


def contract(**changes: Any) -> ContractDraft:
    values: dict[str, Any] = {
        "number": "HT-1",
        "title": "年度框架协议",
        "kind": "framework",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2027, 1, 1),
        "renewal_on": date(2026, 10, 1),
        **changes,
    }
    return ContractDraft(**values)


def test_a_contract_stands_as_its_days_say(company: Callable[..., Customer], by: Viewer) -> None:
    firm = company("企业")
    made = actions.sign_contract(firm.pk, contract(), by=by)
    expected = {
        date(2025, 12, 31): ContractStatus.NOT_STARTED,
        date(2026, 1, 1): ContractStatus.IN_FORCE,
        date(2026, 10, 1): ContractStatus.RENEWAL_DUE,
        date(2027, 1, 1): ContractStatus.ENDED,
    }
    for day, status in expected.items():
        (seen,) = queries.contracts_of(firm.pk, viewer=by, on=day)
        assert seen.status == status
        assert queries.contracts(ContractFilter(status=status), viewer=by, on=day).exists()
        others = [one for one in ContractStatus if one != status]
        assert not any(queries.contracts(ContractFilter(status=one), viewer=by, on=day).exists() for one in others)
    actions.terminate_contract(made.pk, on=date(2026, 12, 1), reason="客户迁址", by=by)
    assert queries.contracts_of(firm.pk, viewer=by, on=date(2026, 12, 1))[0].status == ContractStatus.TERMINATED
    with pytest.raises(ContractOver):
        actions.terminate_contract(made.pk, on=date(2026, 12, 5), by=by)


days = st.none() | st.dates(date(2026, 1, 1), date(2026, 3, 1))


@given(st.dates(date(2026, 1, 1), date(2026, 3, 1)), days, days, days, st.dates(date(2026, 1, 1), date(2026, 3, 1)))
def test_a_contract_has_one_status_and_never_runs_outside_its_days(
    starts_on: date, ends_on: date | None, renewal_on: date | None, terminated_on: date | None, on: date
) -> None:
    found = contract_status(
        starts_on=starts_on, ends_on=ends_on, renewal_on=renewal_on, terminated_on=terminated_on, on=on
    )
    if found in (ContractStatus.IN_FORCE, ContractStatus.RENEWAL_DUE):
        assert starts_on <= on
        assert ends_on is None or on < ends_on
        assert terminated_on is None or on < terminated_on


def test_a_contract_number_is_given_once_and_changes_are_told_with_before_and_after(
    company: Callable[..., Customer], by: Viewer
) -> None:
    firm = company("企业")
    made = actions.sign_contract(firm.pk, contract(), by=by)
    with pytest.raises(ContractNumberTaken):
        actions.sign_contract(firm.pk, contract(title="另一份"), by=by)
    with pytest.raises(PeriodImpossible):
        actions.sign_contract(firm.pk, contract(number="HT-2", ends_on=date(2026, 1, 1)), by=by)
    actions.change_contract(made.pk, contract(title="新名称"), by=by)
    line = Event.objects.get(name="contract.changed")
    assert line.payload["changes"] == {"title": ["年度框架协议", "新名称"]}
    actions.change_contract(made.pk, contract(title="新名称"), by=by)
    assert Event.objects.filter(name="contract.changed").count() == 1


def test_a_stranger_sees_no_contact_and_no_contract(
    company: Callable[..., Customer], by: Viewer, viewer_as: Callable[..., Viewer], org: Organisation
) -> None:
    firm = company("企业")
    contact = actions.add_contact(firm.pk, ContactDraft(name="周敏", roles=["hr"]), by=by)
    actions.sign_contract(firm.pk, contract(), by=by)
    for nobody in (STRANGER, viewer_as(Role.MANAGER, unit=org.other_branch)):
        assert queries.contacts_of(firm.pk, viewer=nobody, on=DAY) == []
        assert not queries.contracts(viewer=nobody, on=DAY).exists()
        assert not queries.visible_contracts(nobody).exists()
        with pytest.raises(EnterpriseContactNotFound):
            queries.the_contact(contact.pk, viewer=nobody)
    assert Contract.objects.count() == 1
