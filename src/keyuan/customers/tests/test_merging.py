"""Merging keeps everything of both customers, and the undo gives both back."""

from datetime import date

import pytest

from keyuan.accounts.access import NotPermitted
from keyuan.accounts.roles import Role
from keyuan.customers import actions, queries
from keyuan.customers.merging import Other, merge, undo_merge
from keyuan.customers.models import Assignment, Consent, Customer, HouseholdMember, Identifier, Merge, Relation
from keyuan.customers.refusals import (
    BirthDateContradictsIdNumber,
    CustomerMerged,
    CustomerNotFound,
    DocumentsDiffer,
    FieldUnknown,
    LaterMergeFirst,
    MergeAlreadyUndone,
    MergeImpossible,
    MergeNotFound,
    MergeReasonMissing,
)
from keyuan.customers.standards.resident_id import check_digit
from keyuan.customers.tests.conftest import CLERK
from keyuan.eventlog.models import Event

WHY = "同一人，换号后重复建档"
ID_NUMBER = "11010519900307003" + check_digit("11010519900307003")
TWIN = "11010519900307005" + check_digit("11010519900307005")


def merged(kept, dropped, **choices):
    return merge(kept.pk, dropped.pk, choices=choices, reason=WHY, by=CLERK)


def test_gaps_are_filled_and_values_stay(insurer):
    kept = insurer.person(mobile="13812345678", employer="苏州机床厂", department="装配车间")
    dropped = insurer.person("王玮", mobile="13987654321", employer="昆山纺织厂", position="班长", hobbies="钓鱼")
    merged(kept, dropped)
    kept = Customer.objects.get(pk=kept.pk)
    assert (kept.name, kept.person.mobile, kept.person.hobbies) == ("王伟", "13812345678", "钓鱼")
    # A position is one at an employer: it does not move to another employer's desk.
    assert (kept.person.employer, kept.person.position) == ("苏州机床厂", "")
    assert not Customer.objects.filter(pk=dropped.pk).exists()


def test_the_dropped_customer_is_found_by_everything_that_named_them(insurer, everybody):
    kept, dropped = insurer.person(mobile="13812345678"), insurer.person(mobile="13987654321")
    merged(kept, dropped)
    for text in (dropped.number, "13987654321", "13812345678"):
        assert [found.pk for found in queries.by_identifier(text, viewer=everybody)] == [kept.pk]
    assert queries.survivor(dropped.number, viewer=everybody) == kept.pk
    assert queries.survivor(str(dropped.pk), viewer=everybody) == kept.pk
    # The old mobile, which no field carries now, can still be indexed anew.
    assert Identifier.objects.get(shown="139****4321").sealed == "13987654321"


def test_a_chosen_name_brings_its_search_forms_and_the_log_tells_both_values(insurer, everybody):
    kept, dropped = insurer.person("王伟"), insurer.person("汪炜", employer="昆山纺织厂")
    merged(kept, dropped, name="drop", employer=Other("昆山丝绸厂"))
    assert [found.pk for found in queries.by_name("汪炜", viewer=everybody)] == [kept.pk]
    assert queries.by_name("王伟", viewer=everybody) == []
    lines = Event.objects.filter(customer_id=kept.pk).order_by("id").values_list("name", flat=True)
    assert list(lines)[-3:] == ["customer.changed", "customer.changed", "customer.merged"]
    assert queries.profile(kept.pk, viewer=everybody).name == "汪炜"


def test_two_id_numbers_are_two_people_until_somebody_says_otherwise(insurer):
    kept = insurer.person(id_number=ID_NUMBER)
    dropped = insurer.person(id_number=TWIN)
    with pytest.raises(DocumentsDiffer):
        merged(kept, dropped)
    merged(kept, dropped, id_number="keep")
    assert Customer.objects.get(pk=kept.pk).person.id_number == ID_NUMBER


def test_a_mix_that_contradicts_itself_is_refused_and_an_id_number_brings_its_birth_date(insurer):
    kept = insurer.person(birth_date=date(1990, 3, 8))
    dropped = insurer.person(id_number=ID_NUMBER)
    with pytest.raises(BirthDateContradictsIdNumber):
        merged(kept, dropped, birth_date="keep")
    merged(kept, dropped)
    assert Customer.objects.get(pk=kept.pk).person.birth_date == date(1990, 3, 7)


def test_what_is_refused_changes_nothing(insurer):
    kept, dropped, company = insurer.person(), insurer.person(), insurer.enterprise()
    with pytest.raises(MergeImpossible):
        merged(kept, kept)
    with pytest.raises(MergeImpossible):
        merged(kept, company)
    with pytest.raises(MergeReasonMissing):
        merge(kept.pk, dropped.pk, reason=" ", by=CLERK)
    with pytest.raises(FieldUnknown):
        merged(kept, dropped, shoe_size="drop")
    assert Merge.objects.count() == 0
    assert Customer.objects.count() == 3


def test_who_merges_sees_both_and_has_the_permission(insurer):
    kept, dropped = insurer.person(), insurer.person(unit=insurer.west)
    with pytest.raises(CustomerNotFound):
        merge(kept.pk, dropped.pk, reason=WHY, by=insurer.viewer(Role.COUNTER, insurer.east))
    for role in (Role.AGENT, Role.HOTLINE, Role.ADMINISTRATOR):
        with pytest.raises(NotPermitted):
            merge(kept.pk, dropped.pk, reason=WHY, by=insurer.viewer(role))
    done = merge(kept.pk, dropped.pk, reason=WHY, by=insurer.viewer(Role.MANAGER))
    with pytest.raises(NotPermitted):
        undo_merge(done.pk, by=insurer.viewer(Role.HOTLINE))
    with pytest.raises(MergeNotFound):
        undo_merge(done.pk, by=insurer.viewer(Role.COUNTER, insurer.west))
    assert Merge.objects.get().undone_at is None


def test_the_last_word_on_either_record_decides_a_consent(insurer):
    kept, dropped = insurer.person(), insurer.person()
    given = {"wording": "1", "channel": "counter", "by": CLERK}
    actions.give_consent(kept.pk, purpose="marketing", **given)
    actions.give_consent(dropped.pk, purpose="marketing", **given)
    actions.withdraw_consent(dropped.pk, purpose="marketing", by=CLERK)
    actions.give_consent(kept.pk, purpose="recording", **given)
    actions.give_consent(dropped.pk, purpose="recording", **given)
    done = merged(kept, dropped)
    in_force = Consent.objects.filter(customer=kept, withdrawn_at__isnull=True)
    assert [row.purpose for row in in_force] == ["recording"]
    assert Consent.objects.filter(customer=kept).count() == 4
    undo_merge(done.pk, by=CLERK)
    assert sorted(row.purpose for row in Consent.objects.filter(customer=kept, withdrawn_at__isnull=True)) == [
        "marketing",
        "recording",
    ]
    assert [row.purpose for row in Consent.objects.filter(customer=dropped, withdrawn_at__isnull=True)] == ["recording"]


def test_a_withdrawal_since_the_merge_holds_for_both_after_the_undo(insurer):
    kept, dropped = insurer.person(), insurer.person()
    for one in (kept, dropped):
        actions.give_consent(one.pk, purpose="marketing", wording="1", channel="counter", by=CLERK)
    done = merged(kept, dropped)
    actions.withdraw_consent(kept.pk, purpose="marketing", by=CLERK)
    undo_merge(done.pk, by=CLERK)
    assert not Consent.objects.filter(withdrawn_at__isnull=True).exists()


def test_one_agent_serves_on_and_one_household_stays(insurer):
    own, other = insurer.agent(name="赵敏"), insurer.agent(name="周芷若")
    kept, dropped = insurer.person(agent_id=own.pk), insurer.person(agent_id=other.pk)
    for one in (kept, dropped):
        actions.create_household(one.pk, name="", by=CLERK)
    homes = dict(HouseholdMember.objects.values_list("customer_id", "household_id"))
    done = merged(kept, dropped)
    serving = Assignment.objects.filter(customer=kept, ends_on__isnull=True)
    assert [row.agent_id for row in serving] == [own.pk]
    assert HouseholdMember.objects.get(customer=kept).household_id == homes[kept.pk]
    undo_merge(done.pk, by=CLERK)
    done = merged(kept, dropped, servicing="drop", household="drop")
    assert [row.agent_id for row in Assignment.objects.filter(customer=kept, ends_on__isnull=True)] == [other.pk]
    assert HouseholdMember.objects.get(customer=kept).household_id == homes[dropped.pk]
    undo_merge(done.pk, by=CLERK)
    assert dict(HouseholdMember.objects.values_list("customer_id", "household_id")) == homes
    assert set(Assignment.objects.filter(ends_on__isnull=True).values_list("customer_id", "agent_id")) == {
        (kept.pk, own.pk),
        (dropped.pk, other.pk),
    }


def test_a_relation_between_the_two_is_put_away_and_comes_back(insurer):
    kept, dropped, third = insurer.person(), insurer.person(), insurer.person("李娜")
    actions.relate(kept.pk, other_id=dropped.pk, kind="sibling", by=CLERK)
    for one in (kept, dropped):
        actions.relate(one.pk, other_id=third.pk, kind="spouse", by=CLERK)
    before = set(Relation.objects.values_list("id", "customer_id", "other_id", "kind"))
    done = merged(kept, dropped)
    assert set(Relation.objects.values_list("customer_id", "other_id")) == {(kept.pk, third.pk), (third.pk, kept.pk)}
    undo_merge(done.pk, by=CLERK)
    assert set(Relation.objects.values_list("id", "customer_id", "other_id", "kind")) == before


def test_an_edit_since_the_merge_stays_and_is_named(insurer):
    kept, dropped = insurer.person(mobile="13812345678"), insurer.person(mobile="13987654321", hobbies="钓鱼")
    done = merged(kept, dropped, mobile="drop")
    actions.change_customer(kept.pk, changes={"mobile": "13700000001", "employer": "苏州机床厂"}, by=CLERK)
    done = undo_merge(done.pk, by=CLERK)
    kept, dropped = Customer.objects.get(pk=kept.pk), Customer.objects.get(pk=dropped.pk)
    assert (kept.person.mobile, kept.person.employer, kept.person.hobbies) == ("13700000001", "苏州机床厂", "")
    assert done.report["edited"] == ["employer", "mobile"]
    # The restored customer's mobile, which the edit had ended, names them again.
    assert dropped.person.mobile == "13987654321"
    assert Identifier.objects.get(shown="139****4321", ended_on=None).customer_id == dropped.pk


def test_merges_chain_and_are_undone_from_the_last(insurer, everybody):
    a, b, c = insurer.person("王一"), insurer.person("王二"), insurer.person("王三")
    first = merged(b, a)
    second = merged(c, b)
    assert [found.pk for found in queries.by_identifier(a.number, viewer=everybody)] == [c.pk]
    assert queries.survivor(a.number, viewer=everybody) == c.pk
    assert Customer.objects.get(pk=c.pk).absorbed_ids == [b.pk, a.pk]
    with pytest.raises(LaterMergeFirst):
        undo_merge(first.pk, by=CLERK)
    undo_merge(second.pk, by=CLERK)
    assert (Customer.objects.get(pk=b.pk).absorbed_ids, Customer.objects.get(pk=c.pk).absorbed_ids) == ([a.pk], None)
    undo_merge(first.pk, by=CLERK)
    assert Customer.objects.get(pk=b.pk).absorbed_ids is None
    with pytest.raises(MergeAlreadyUndone):
        undo_merge(first.pk, by=CLERK)
    assert [found.pk for found in queries.by_identifier(a.number, viewer=everybody)] == [a.pk]


def test_two_merges_into_one_customer_are_undone_in_any_order_unless_one_builds_on_the_other(insurer):
    a, b, c = insurer.person("王一", hobbies="钓鱼"), insurer.person("王二", employer="厂"), insurer.person("王三")
    first, second = merged(c, a), merged(c, b)
    undo_merge(first.pk, by=CLERK)
    undo_merge(second.pk, by=CLERK)
    c = Customer.objects.get(pk=c.pk)
    assert (c.person.hobbies, c.person.employer, c.absorbed_ids) == ("", "", None)
    first, second = merged(c, a, hobbies="drop"), merged(c, b, hobbies=Other("下棋"))
    with pytest.raises(LaterMergeFirst):
        undo_merge(first.pk, by=CLERK)
    undo_merge(second.pk, by=CLERK)
    undo_merge(first.pk, by=CLERK)
    assert Customer.objects.get(pk=c.pk).person.hobbies == ""


def test_writing_to_a_merged_customer_says_where_they_went(insurer):
    kept, dropped = insurer.person("王伟"), insurer.person("王玮", unit=insurer.east)
    merged(kept, dropped)
    with pytest.raises(CustomerMerged, match=kept.number):
        actions.change_customer(dropped.pk, changes={"hobbies": "钓鱼"}, by=insurer.viewer(Role.MANAGER))
    with pytest.raises(CustomerNotFound) as told:
        actions.change_customer(dropped.pk, changes={}, by=insurer.viewer(Role.HOTLINE, insurer.west))
    assert not isinstance(told.value, CustomerMerged)
