"""Prospects of two branches, and those who follow them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.fixtures.organisation import Organisation

from keyuan.accounts.scope import Viewer
from keyuan.customers.actions import CustomerDraft, PersonDraft, register_customer
from keyuan.customers.models import Customer
from keyuan.sales.actions import ProspectDraft, record_prospect
from keyuan.sales.models import Prospect

MOBILE = "13800138000"

Record = Callable[..., Prospect]
Register = Callable[..., Customer]


@pytest.fixture(autouse=True)
def _fresh_counts(fresh_counts: None) -> None:
    """Attempts are counted from nothing in every test."""


@pytest.fixture
def record(by_agent: Viewer, org: Organisation) -> Record:
    """``record("王芳", mobile=…)``: a prospect of the agent; by somebody else with ``by=``."""

    def write(name: str = "王芳", *, by: Viewer | None = None, **values: object) -> Prospect:
        values.setdefault("org_unit_id", org.branch.pk)
        return record_prospect(ProspectDraft(name=name, **values), by=by or by_agent)  # type: ignore[arg-type]

    return write


@pytest.fixture
def register(system: Viewer, org: Organisation) -> Register:
    """``register("李强", unit=…, mobile=…)``: a customer."""

    def write(
        name: str, *, unit: object = None, source: str = "purchase", referrer: int | None = None, **details: object
    ) -> Customer:
        place = unit or org.sales_office
        draft = CustomerDraft(
            name=name,
            org_unit_id=place.pk,  # type: ignore[attr-defined]
            details=PersonDraft(**details),  # type: ignore[arg-type]
            source=source,
            referrer_id=referrer,
        )
        return register_customer(draft, by=system)

    return write
