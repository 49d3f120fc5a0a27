"""A branch with people who are written down twice, and people who only look so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.fixtures.organisation import Organisation

from keyuan.customers import actions as customers
from keyuan.customers.actions import CustomerDraft, EnterpriseDraft, PersonDraft
from keyuan.customers.models import Customer
from keyuan.kernel.actor import Actor

CLERK = Actor.system("tests")
BORN = date(1990, 3, 7)


class Book:
    def __init__(self, org: Organisation) -> None:
        self.org = org

    def person(self, name: str, *, unit: Any = None, **given: Any) -> Customer:
        draft = CustomerDraft(name=name, org_unit_id=(unit or self.org.branch).pk, details=PersonDraft(**given))
        return customers.register_customer(draft, by=CLERK)

    def company(self, name: str, **given: Any) -> Customer:
        draft = CustomerDraft(name=name, org_unit_id=self.org.branch.pk, details=EnterpriseDraft(**given))
        return customers.register_customer(draft, by=CLERK)

    def twice(self) -> tuple[Customer, Customer]:
        """诸葛晓静, and once more with a character that sounds the same and one digit of the mobile wrong."""
        home = {"birth_date": BORN, "home_address": "江苏省苏州市姑苏区人民路12号3幢101室", "sex": "female"}
        return (
            self.person("诸葛晓静", mobile="13812345678", **home),
            self.person("诸葛小静", mobile="13812345687", **home),
        )


@pytest.fixture
def book(org: Organisation) -> Book:
    return Book(org)
