"""A merged customer is one customer on the 360 page: reached by everything that named either, with the lines of both."""

import pytest

from keyuan.customer360.columns import chosen
from keyuan.customer360.conditions import catalogue, parse
from keyuan.customer360.queries import asking, overview, timeline
from keyuan.customers import actions
from keyuan.customers.actions import CustomerDraft, PersonDraft
from keyuan.customers.merging import merge, undo_merge
from keyuan.customers.refusals import CustomerNotFound
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import today
from keyuan.servicedesk.actions import note_contact

CLERK = Actor.system("tests")


@pytest.fixture
def two(org, viewer):
    """Two records of one person, each with a contact."""
    made = []
    for name, mobile in (("王伟", "13812345678"), ("王玮", "13987654321")):
        draft = CustomerDraft(name=name, org_unit_id=org.branch.pk, details=PersonDraft(mobile=mobile))
        customer = actions.register_customer(draft, by=CLERK)
        note_contact(customer.pk, channel="call", direction="inbound", text=f"{name}来电", by=viewer)
        made.append(customer)
    return made


def test_the_old_address_leads_to_the_kept_customer(two, desk):
    kept, dropped = two
    merge(kept.pk, dropped.pk, reason="同一人", by=CLERK)
    for key in (dropped.number, str(dropped.pk)):
        answer = desk.get(f"/desk/customers/{key}/")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/desk/customers/{kept.number}/")
    assert desk.get(f"/desk/customers/{kept.number}/").status_code == 200
    assert desk.get(f"/desk/customers/{dropped.pk}/edit/").status_code == 200


def test_the_timeline_tells_the_lines_of_both_and_after_the_undo_of_each(two, viewer):
    kept, dropped = two
    done = merge(kept.pk, dropped.pk, reason="同一人", by=CLERK)
    told = [line.text for line in overview(kept.pk, viewer=viewer).timeline]
    assert sum("来电" in text for text in told) == 2
    assert sum("来电" in line.text for line in timeline(kept.pk, viewer=viewer, categories=["contact"]).lines) == 2
    assert sum("来电" in line.text for line in timeline(dropped.pk, viewer=viewer).lines) == 2
    undo_merge(done.pk, by=CLERK)
    for customer in two:
        told = [line.text for line in overview(customer.pk, viewer=viewer).timeline]
        assert [text for text in told if "来电" in text] == [f"{customer.name}来电"]
        assert any(line.name == "customer.merge_undone" for line in overview(customer.pk, viewer=viewer).timeline)


HEARD = {"has": "contact", "such_that": {"field": "contact.text", "op": "contains", "value": "王玮来电"}}
MET = {"all": [HEARD, {"has": "contact", "such_that": {"field": "contact.channel", "op": "eq", "value": "call"}}]}
UNDER_OR = {"any": [HEARD, {"field": "customer.name", "op": "eq", "value": "没有这人"}]}


@pytest.mark.parametrize("asked", [HEARD, MET, UNDER_OR], ids=["alone", "met", "under an or"])
def test_a_condition_over_contacts_finds_the_kept_customer_by_the_contacts_of_both(two, viewer, viewer_as, org, asked):
    kept, dropped = two
    clerk, stranger = viewer_as("counter", unit=org.branch), viewer_as("counter", unit=org.other_branch)

    def found(told, who):
        condition = parse(told, catalogue=catalogue(who))
        page = asking.answer(condition, viewer=who, on=today(), shown=chosen(["last_contact"], who))
        assert page.count == asking.count(condition, viewer=who, on=today())
        assert asking.ids(condition, viewer=who, on=today()) == [key for key, _, _ in page.rows]
        assert all(cells == (today(),) for _, _, cells in page.rows)
        return {key for key, _, _ in page.rows}

    done = merge(kept.pk, dropped.pk, reason="同一人", by=CLERK)
    for who in (viewer, clerk):
        assert found(asked, who) == {kept.pk}
        assert found({"not": asked}, who) == set()
    assert found(asked, stranger) == set()
    undo_merge(done.pk, by=CLERK)
    for who in (viewer, clerk):
        assert found(asked, who) == {dropped.pk}
        assert found({"not": asked}, who) == {kept.pk}


def test_the_page_of_an_unmerged_customer_asks_no_more_than_before(two, viewer):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as before:
        overview(two[0].pk, viewer=viewer)
    assert not [query for query in before.captured_queries if "customers_merge" in query["sql"]]


def test_a_stranger_is_not_led_on(two, viewer_as, org):
    kept, dropped = two
    merge(kept.pk, dropped.pk, reason="同一人", by=CLERK)
    with pytest.raises(CustomerNotFound):
        overview(dropped.pk, viewer=viewer_as("hotline", unit=org.other_branch))
