"""The ready statements give a viewer of the whole company just what the composed ones give a viewer of a branch."""

from __future__ import annotations

import pytest
from django.forms import model_to_dict

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER
from keyuan.customers import queries
from keyuan.customers.refusals import CustomerNotFound


def _everything(customer) -> dict:
    details = queries.details_of(customer)
    return {"unit": customer.org_unit.name, **model_to_dict(customer), **model_to_dict(details)}


@pytest.mark.parametrize("kind", ["person", "enterprise"])
def test_the_whole_company_and_a_branch_read_the_same_customer(insurer, kind: str) -> None:
    given = (
        {"mobile": "13800138000", "annual_income": "12.50"} if kind == "person" else {"contact_mobile": "13800138000"}
    )
    made = getattr(insurer, kind)(**given)
    everywhere, branch = insurer.viewer(Role.MANAGER), insurer.viewer(Role.MANAGER, insurer.east)
    assert everywhere.sees_whole_company
    assert not branch.sees_whole_company
    first = queries.full(made.pk, viewer=everywhere)
    assert _everything(first) == _everything(queries.full(made.pk, viewer=branch))
    assert queries.profile_of(first) == queries.profile(made.pk, viewer=branch)


def test_a_customer_who_is_not_there_is_not_found(insurer) -> None:
    with pytest.raises(CustomerNotFound):
        queries.full(404, viewer=insurer.viewer(Role.MANAGER))


def test_an_identifier_names_the_same_customer_to_both_and_nobody_to_a_stranger(insurer) -> None:
    made = insurer.person(mobile="13800138000")
    east, west = insurer.viewer(Role.HOTLINE, insurer.east), insurer.viewer(Role.HOTLINE, insurer.west)
    named = queries.named_by("138 0013 8000", viewer=insurer.viewer(Role.HOTLINE))
    assert [(each.customer_id, each.kind, each.shown) for each in named] == [(made.pk, "mobile", "138****8000")]
    assert queries.named_by("13800138000", viewer=east) == named
    assert queries.named_by("13800138000", viewer=west) == []
    assert queries.named_by("13800138000", viewer=STRANGER) == []
    assert queries.named_by("!", viewer=east) == []


def test_the_briefs_of_a_list_are_the_same_for_both(insurer) -> None:
    person, enterprise = insurer.person(mobile="13800138000"), insurer.enterprise(contact_mobile="13900139000")
    ids = [person.pk, enterprise.pk, insurer.person("无机").pk]
    whole = queries.briefs(ids, viewer=insurer.viewer(Role.HOTLINE))
    assert whole == queries.briefs(ids, viewer=insurer.viewer(Role.HOTLINE, insurer.east))
    assert whole[person.pk] == ("苏州分公司", "138****8000")
    assert whole[enterprise.pk][1] == "139****9000"
    assert whole[ids[2]][1] == ""
