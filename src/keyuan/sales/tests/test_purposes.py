"""A program whose purpose needs consent sees only prospects who gave it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from keyuan.accounts.scope import Viewer
from keyuan.customers.actions import withdraw_consent
from keyuan.kernel.clock import now
from keyuan.sales import actions, queries
from keyuan.sales.actions import ConsentDraft
from keyuan.sales.queries import ProspectFilter
from keyuan.sales.refusals import ProspectNotFound
from keyuan.sales.tests.conftest import Record

DAY = date(2026, 6, 1)
YES = (ConsentDraft("marketing", "card-v1", "self_filled_card", now()),)


def test_a_program_for_marketing_sees_only_prospects_who_agreed_to_it(record: Record, viewer: Viewer) -> None:
    agreed, silent = record("甲", consents=YES), record("乙")
    program = replace(viewer, purpose="marketing")
    assert list(queries.visible(program)) == [agreed]
    assert list(queries.listed(ProspectFilter(), viewer=program, on=DAY)) == [agreed]
    assert queries.stage_counts(ProspectFilter(), viewer=program, on=DAY) == {"new": 1}
    assert [one.prospects for one in queries.source_figures(viewer=program)] == [1]
    with pytest.raises(ProspectNotFound):
        actions.qualify_prospect(silent.pk, by=program)


def test_consent_to_one_purpose_opens_no_other(record: Record, viewer: Viewer) -> None:
    record("甲", consents=YES)
    assert not queries.visible(replace(viewer, purpose="third_party")).exists()
    assert queries.visible(replace(viewer, purpose="service")).count() == 1


def test_whoever_became_a_customer_and_took_consent_back_is_seen_no_more(record: Record, viewer: Viewer) -> None:
    agreed = record("甲", consents=YES, mobile="13800138000")
    customer = actions.convert_prospect(agreed.pk, by=viewer)
    program = replace(viewer, purpose="marketing")
    assert list(queries.visible(program)) == [agreed]
    withdraw_consent(customer.pk, purpose="marketing", channel="counter", by=viewer.actor)
    assert not queries.visible(program).exists()


def test_the_purpose_narrows_an_agents_own_prospects_too(record: Record, by_agent: Viewer) -> None:
    agreed = record("甲", consents=YES)
    record("乙")
    assert list(queries.visible(replace(by_agent, purpose="marketing"))) == [agreed]
