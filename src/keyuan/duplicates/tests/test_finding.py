"""Who is found, and who only looks alike."""

from datetime import date

import pytest

from keyuan.customers import actions as customers
from keyuan.customers.merging import merge, undo_merge
from keyuan.duplicates import actions, queries
from keyuan.duplicates.models import Duplicate, DuplicateSearch
from keyuan.duplicates.queries import QueueFilters
from keyuan.duplicates.refusals import PairNotFound, SearchOutsideScope, SearchRunning
from keyuan.duplicates.tests.conftest import BORN, CLERK
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today

HOME = {"home_address": "江苏省苏州市姑苏区人民路12号3幢101室", "home_phone": "0512-65212345"}


def found(viewer):
    return {(pair.customer_id, pair.other_id) for pair in queries.queue(QueueFilters(), viewer=viewer, on=today())}


def test_a_search_finds_the_same_person_written_twice_and_says_why(book, viewer):
    one, two = book.twice()
    done = actions.search(by=CLERK)
    assert (done.customers, done.found, done.new) == (2, 1, 1)
    assert found(viewer) == {(one.pk, two.pk)}
    pair = queries.the_pair(two.pk, one.pk, viewer=viewer)
    assert pair.probability > 0.99
    words = [reason.words for reason in queries.review(one.pk, two.pk, viewer=viewer).reasons]
    assert {"出生日期相同", "手机号只差一位或两位颠倒", "地址相同", "姓名读音相同"} <= set(words)
    assert Event.objects.filter(name="duplicates.searched").count() == 1


def test_couples_fathers_and_twins_who_share_a_home_are_not_found(book, viewer):
    book.person("诸葛晓静", birth_date=BORN, sex="female", mobile="13812345678", **HOME)
    book.person("欧阳建国", birth_date=date(1988, 5, 1), sex="male", mobile="13712345678", **HOME)
    book.person("欧阳建平", birth_date=date(2010, 5, 1), sex="male", **HOME)
    book.person("司马大宝", birth_date=BORN, sex="male", **HOME)
    book.person("司马小宝", birth_date=BORN, sex="male", **HOME)
    assert actions.search(by=CLERK).found == 0
    assert found(viewer) == set()


def test_two_id_numbers_are_two_people_whatever_else_agrees(book, viewer):
    from keyuan.customers.standards.resident_id import check_digit

    for order in ("001", "003"):
        body = f"32050819900307{order}"
        book.person("诸葛晓静", id_number=body + check_digit(body), **HOME)
    assert actions.search(by=CLERK).found == 0


def test_a_former_mobile_of_one_that_is_the_present_one_of_the_other_counts(book, viewer):
    one = book.person("诸葛晓静", mobile="13812345678", birth_date=BORN)
    customers.change_customer(one.pk, changes={"mobile": "13700000001"}, by=CLERK)
    two = book.person("诸葛晓静", mobile="13812345678")
    actions.search(by=CLERK)
    assert found(viewer) == {(one.pk, two.pk)}
    assert "手机号相同" in [reason.words for reason in queries.review(one.pk, two.pk, viewer=viewer).reasons]


def test_companies_are_found_by_their_name_without_the_legal_form(book, viewer):
    one = book.company("苏州东吴精密机械有限公司", legal_representative="陆建国", address="苏州市工业园区星湖街328号")
    two = book.company("苏州东吴精密机械", legal_representative="陆建国", address="工业园区星湖街328")
    book.company("苏州东吴纺织有限公司", legal_representative="陆建国", address="苏州市工业园区星湖街328号")
    actions.search(by=CLERK)
    assert found(viewer) == {(one.pk, two.pk)}


def test_not_the_same_is_remembered_on_both_sides_and_never_proposed_again(book, viewer):
    one, two = book.twice()
    actions.search(by=CLERK)
    actions.not_the_same(two.pk, one.pk, reason="堂姐妹", by=viewer)
    assert found(viewer) == set()
    assert actions.search(by=CLERK).new == 0
    assert found(viewer) == set()
    assert set(Duplicate.objects.values_list("verdict", "reason")) == {("not_same", "堂姐妹")}
    assert Event.objects.filter(name="duplicates.not_same").count() == 2
    actions.look_again(one.pk, two.pk, on=None, by=viewer)
    assert found(viewer) == {(one.pk, two.pk)}


def test_what_is_put_off_comes_back_on_its_day(book, viewer):
    one, two = book.twice()
    actions.search(by=CLERK)
    actions.look_again(one.pk, two.pk, on=date(2027, 1, 4), by=viewer)

    def waiting(day):
        return queries.queue(QueueFilters(), viewer=viewer, on=day).count()

    assert (waiting(date(2027, 1, 3)), waiting(date(2027, 1, 4))) == (0, 1)
    assert queries.queue(QueueFilters(verdict="later"), viewer=viewer, on=date(2027, 1, 3)).count() == 1


def test_a_pair_that_is_no_longer_alike_leaves_the_queue(book, viewer):
    _one, two = book.twice()
    actions.search(by=CLERK)
    customers.change_customer(
        two.pk,
        changes={"name": "司马光", "birth_date": date(1970, 1, 1), "mobile": "15900000000", "sex": "male"},
        by=CLERK,
    )
    assert actions.search(by=CLERK).found == 0
    assert Duplicate.objects.count() == 0


def test_merging_takes_the_pair_away_and_the_undo_brings_it_back(book, viewer):
    one, two = book.twice()
    actions.search(by=CLERK)
    done = merge(one.pk, two.pk, reason="同一人", by=CLERK)
    assert Duplicate.objects.count() == 0
    undo_merge(done.pk, by=CLERK)
    assert found(viewer) == {(one.pk, two.pk)}


def test_a_verdict_about_the_dropped_record_holds_for_the_kept_one(book, viewer):
    one, two = book.twice()
    three = book.person("诸葛晓静", birth_date=BORN, mobile="13812345679", sex="female")
    actions.search(by=CLERK)
    actions.not_the_same(two.pk, three.pk, by=viewer)
    merge(one.pk, two.pk, reason="同一人", by=CLERK)
    assert found(viewer) == set()
    assert set(Duplicate.objects.values_list("verdict", flat=True)) == {"not_same"}


def test_only_certain_pairs_are_merged_together_and_the_older_record_is_kept(book, viewer):
    one, two = book.twice()
    actions.search(by=CLERK)
    other, another = book.person("王伟"), book.person("王伟")
    for left, right in ((other, another), (another, other)):
        Duplicate.objects.create(customer=left, other=right, weight=1, probability=0.6)
    done, refused = actions.merge_pairs([(two.pk, one.pk), (other.pk, another.pk)], reason="核对过", by=viewer)
    assert [(each.kept_id, each.dropped_id) for each in done] == [(one.pk, two.pk)]
    assert refused == []


def test_who_does_not_see_both_sees_no_pair(book, org, viewer_as):
    one, two = book.twice()
    actions.search(by=CLERK)
    customers.change_customer(two.pk, changes={"org_unit_id": org.other_branch.pk}, by=CLERK)
    for role, unit in (
        ("counter", org.branch),
        ("counter", org.other_branch),
        ("hotline", None),
        ("agent", org.branch),
    ):
        stranger = viewer_as(role, unit=unit)
        assert found(stranger) == set()
        with pytest.raises(PairNotFound):
            queries.the_pair(one.pk, two.pk, viewer=stranger)


def test_one_search_at_a_time_and_only_by_who_sees_everybody(viewer, viewer_as, org):
    with pytest.raises(SearchOutsideScope):
        actions.begin_search(by=viewer_as("manager", unit=org.branch))
    actions.begin_search(by=viewer)
    with pytest.raises(SearchRunning):
        actions.begin_search(by=viewer)
    run = DuplicateSearch.objects.get()
    actions.search(run.pk, by=CLERK)
    run.refresh_from_db()
    assert run.finished_at is not None
    actions.begin_search(by=viewer)
