"""Members of a group policy: joining, leaving, changing terms, lists from files, and who sees them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.customers.actions import CustomerDraft, PersonDraft, register_customer
from keyuan.customers.standards import InvalidIdentifier
from keyuan.eventlog.models import Event
from keyuan.files.models import Attachment
from keyuan.files.tests.conftest import PDF, packed
from keyuan.kernel.actor import Actor
from keyuan.policies import actions, queries
from keyuan.policies.members.rules import Spell, premium_on
from keyuan.policies.models import GroupMember, MemberList, PolicyFact
from keyuan.policies.queries.members import MemberFilter
from keyuan.policies.refusals import (
    AlreadyAMember,
    AlreadyLeft,
    ColumnsMissing,
    LeavesBeforeJoining,
    ListAlreadyApplied,
    ListUnreadable,
    MemberNotFound,
    NotAGroupPolicy,
    OutsideTheTerm,
    PolicyHasEnded,
)
from keyuan.policies.states import FactKind, ListMode
from keyuan.policies.tests import factories as make
from keyuan.policies.tests import groups as group

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)


@pytest.fixture
def by() -> Viewer:
    return make.staff()


def taken(policy: Any, upload: Any, by: Viewer, *, mode: str = ListMode.FULL, on: date = DAY, **more: Any) -> Any:
    made = actions.open_member_list(policy.pk, upload, mode=mode, effective_on=on, by=by)
    return actions.apply_member_list(made.pk, by=by, **more)


def on(policy: Any, day: date, by: Viewer) -> tuple[int, Decimal]:
    held = queries.membership(policy.pk, viewer=by, on=day)
    return held.count, held.premium


def test_a_member_counts_from_the_day_they_join_until_the_day_they_leave(by: Viewer) -> None:
    policy = group.group_policy()
    member = actions.add_member(policy.pk, group.draft(1), joined_on=date(2026, 3, 1), by=by)
    actions.remove_member(member.pk, left_on=date(2026, 9, 1), reason="离职", by=by)
    counted = [
        on(policy, day, by)[0] for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 8, 31), date(2026, 9, 1))
    ]
    assert counted == [0, 1, 1, 0]
    lines = Event.objects.filter(name__startswith="member.").order_by("id")
    assert [(line.name, line.payload["item"], line.payload["on"]) for line in lines] == [
        ("member.added", "NI", "2026-03-01"),
        ("member.removed", "ZT", "2026-09-01"),
    ]
    assert "19900101" not in str([line.payload for line in lines])


def test_with_the_policy_the_cover_of_its_members_ends(by: Viewer) -> None:
    policy = group.group_policy(starts_on=date(2025, 1, 1), ends_on=date(2026, 1, 1))
    actions.add_member(policy.pk, group.draft(1), joined_on=date(2025, 3, 1), by=by)
    last, after = date(2025, 12, 31), date(2026, 1, 1)
    assert [queries.membership(policy.pk, viewer=by, on=day).count for day in (last, after)] == [1, 0]
    assert not queries.over_on(policy, last)
    assert queries.over_on(policy, after)
    assert [row.name for row in queries.members_of(policy.pk, viewer=by, on=last)] == ["员工1"]
    assert list(queries.members_of(policy.pk, viewer=by, on=after)) == []
    PolicyFact.objects.create(policy=policy, customer=policy.customer, kind=FactKind.SURRENDERED, on=date(2025, 6, 1))
    assert [queries.membership(policy.pk, viewer=by, on=day).count for day in (date(2025, 5, 31), last)] == [1, 0]


def test_other_terms_begin_on_their_day_and_the_old_ones_stay_on_record(by: Viewer) -> None:
    policy = group.group_policy()
    member = actions.add_member(policy.pk, group.draft(1), joined_on=date(2026, 1, 1), by=by)
    changes = {"plan": "B", "premium": Decimal("500.00")}
    actions.change_member(member.pk, changes, effective_on=date(2026, 7, 1), by=by)
    assert on(policy, date(2026, 6, 30), by) == (1, Decimal("360.00"))
    assert on(policy, date(2026, 7, 1), by) == (1, Decimal("500.00"))
    months = {one.month: one for one in queries.changes_of(policy.pk, viewer=by, on=DAY)}
    assert months[date(2026, 7, 1)].moved == 1
    assert months[date(2026, 7, 1)].left == 0
    with pytest.raises(AlreadyLeft):
        actions.change_member(member.pk, {"plan": "C"}, effective_on=date(2026, 8, 1), by=by)


def test_a_corrected_name_has_no_day_of_its_own(by: Viewer) -> None:
    policy = group.group_policy()
    member = actions.add_member(policy.pk, group.draft(1), joined_on=date(2026, 1, 1), by=by)
    actions.change_member(member.pk, {"name": "改正", "mobile": "13800001234"}, effective_on=DAY, by=by)
    assert list(GroupMember.objects.values_list("name", "left_on")) == [("改正", None)]
    assert [one.name for one in queries.members_named("138 0000 1234", viewer=by)] == ["改正"]
    actions.change_member(member.pk, {"name": "改正"}, effective_on=DAY, by=by)
    assert Event.objects.filter(name="member.changed").count() == 1


def test_what_cannot_be_is_refused_by_name_and_nothing_is_written(by: Viewer) -> None:
    policy, motor = group.group_policy(), make.policy(make.customer())
    with pytest.raises(NotAGroupPolicy):
        actions.add_member(motor.pk, group.draft(1), joined_on=DAY, by=by)
    for day in (date(2025, 12, 31), date(2027, 1, 1)):
        with pytest.raises(OutsideTheTerm):
            actions.add_member(policy.pk, group.draft(1), joined_on=day, by=by)
    with pytest.raises(InvalidIdentifier):
        actions.add_member(policy.pk, group.draft(1, id_number="110101199003078510"), joined_on=DAY, by=by)
    member = actions.add_member(policy.pk, group.draft(1), joined_on=DAY, by=by)
    with pytest.raises(AlreadyAMember):
        actions.add_member(policy.pk, group.draft(1), joined_on=DAY + timedelta(days=9), by=by)
    with pytest.raises(LeavesBeforeJoining):
        actions.remove_member(member.pk, left_on=DAY, by=by)
    ended = group.group_policy()
    make.fact(ended, FactKind.SURRENDERED, date(2026, 5, 1))
    with pytest.raises(PolicyHasEnded):
        actions.add_member(ended.pk, group.draft(2), joined_on=DAY, by=by)
    assert GroupMember.objects.count() == 1


def test_several_leave_together_or_none(by: Viewer) -> None:
    policy = group.group_policy()
    ids = [actions.add_member(policy.pk, group.draft(n), joined_on=DAY, by=by).pk for n in (1, 2)]
    with pytest.raises(MemberNotFound):
        actions.remove_members([*ids, 10**9], left_on=DAY + timedelta(days=1), by=by)
    assert not GroupMember.objects.filter(left_on__isnull=False).exists()
    assert actions.remove_members(ids, left_on=DAY + timedelta(days=1), by=by) == 2


def test_a_member_who_is_a_customer_is_linked_and_has_the_line_on_their_own_timeline(by: Viewer) -> None:
    person = register_customer(
        CustomerDraft(
            name="员工1", org_unit_id=make.branch("NJ").pk, details=PersonDraft(id_number=group.id_number(1))
        ),
        by=Actor.system("tests"),
    )
    policy = group.group_policy()
    member = actions.add_member(policy.pk, group.draft(1), joined_on=DAY, by=by)
    assert member.insured_id == person.pk
    line = Event.objects.get(name="member.added", customer_id=person.pk)
    assert line.org_unit_id == person.org_unit_id
    (cover,) = queries.group_covers_of(person.pk, viewer=by, on=DAY)
    assert (cover.number, cover.plan, cover.open) == (policy.number, "A", True)
    elsewhere = make.staff(Role.COUNTER, make.branch("NJ"))
    (cover,) = queries.group_covers_of(person.pk, viewer=elsewhere, on=DAY)
    assert cover.open is False


def test_who_became_a_customer_later_is_found_by_their_id_number(by: Viewer) -> None:
    policy = group.group_policy()
    actions.add_member(policy.pk, group.draft(1), joined_on=DAY, by=by)
    details = PersonDraft(id_number=group.id_number(1))
    draft = CustomerDraft(name="员工1", org_unit_id=make.head_office().pk, details=details)
    person = register_customer(draft, by=Actor.system("tests"))
    assert [cover.policy_id for cover in queries.group_covers_of(person.pk, viewer=by, on=DAY)] == [policy.pk]


def test_a_stranger_sees_no_member_and_changes_none(by: Viewer) -> None:
    policy = group.group_policy(group.company(make.branch("SZ")))
    member = actions.add_member(policy.pk, group.draft(1, mobile="13800001234"), joined_on=DAY, by=by)
    other = make.staff(Role.COUNTER, make.branch("NJ"))
    for nobody in (other, STRANGER):
        assert not queries.members_of(policy.pk, viewer=nobody, on=DAY).exists()
        assert queries.members_named(group.id_number(1), viewer=nobody) == []
        assert queries.members_named("13800001234", viewer=nobody) == []
        assert queries.membership(policy.pk, viewer=nobody, on=DAY).count == 0
    with pytest.raises(MemberNotFound):
        actions.remove_member(member.pk, left_on=DAY + timedelta(days=1), by=other)
    own = make.staff(Role.COUNTER, make.branch("SZ"))
    assert [one.pk for one in queries.members_named(group.id_number(1), viewer=own)] == [member.pk]


@pytest.mark.parametrize("file", [group.csv, group.xlsx, lambda rows: group.csv(rows, encoding="gb18030")])
def test_a_list_takes_in_its_good_rows_and_says_what_is_wrong_with_the_others(file: Any, by: Viewer) -> None:
    policy = group.group_policy()
    rows = [
        group.row(1),
        group.row(2, 证件号码="320500199001010000"),
        group.row(3, 年保费="三百"),
        group.row(4, 姓名=""),
        group.row(1),
        group.row(5, 生效日期="2027-03-01"),
        group.row(6, 手机号="139"),
        group.row(7),
    ]
    seen = taken(policy, file(rows), by)
    assert seen.counts == {
        "rows": 8, "joins": 2, "leaves": 0, "moves": 0, "corrections": 0, "same": 0, "rejected": 6, "missing": 0,
    }  # fmt: skip
    told = [(one.row, one.column, one.code) for one in seen.rejects]
    assert told == [
        (3, "证件号码", "identifier"),
        (4, "年保费", "not_an_amount"),
        (5, "姓名", "empty"),
        (6, "证件号码", "twice"),
        (7, "生效日期", "outside_the_term"),
        (8, "手机号", "identifier"),
    ]
    assert on(policy, DAY, by) == (2, Decimal("720.00"))
    assert MemberList.objects.get().counts["joins"] == 2


def test_the_same_list_again_changes_nothing(by: Viewer) -> None:
    policy = group.group_policy()
    rows = [group.row(number) for number in range(1, 6)]
    taken(policy, group.csv(rows), by)
    before = list(GroupMember.objects.order_by("pk").values_list("pk", "recorded_at", "left_on"))
    seen = taken(policy, group.csv(rows), by, remove_missing=True)
    assert (seen.counts["same"], seen.changes.nothing, seen.counts["missing"]) == (5, True, 0)
    assert list(GroupMember.objects.order_by("pk").values_list("pk", "recorded_at", "left_on")) == before
    assert Attachment.objects.count() == 1
    as_excel = taken(policy, group.xlsx(rows), by)
    assert as_excel.changes.nothing


def test_who_is_missing_from_a_full_list_is_named_and_leaves_only_on_demand(by: Viewer) -> None:
    policy = group.group_policy()
    taken(policy, group.csv([group.row(1), group.row(2)]), by, on=date(2026, 1, 1))
    seen = taken(policy, group.csv([group.row(1)]), by)
    assert [seen.members[one.id].name for one in seen.changes.missing] == ["员工2"]
    assert on(policy, DAY, by)[0] == 2
    taken(policy, group.csv([group.row(1)]), by, remove_missing=True)
    assert (on(policy, DAY - timedelta(days=1), by)[0], on(policy, DAY, by)[0]) == (2, 1)


def test_a_list_moves_terms_corrects_names_and_ends_cover_by_date(by: Viewer) -> None:
    policy = group.group_policy()
    taken(policy, group.csv([group.row(number) for number in (1, 2, 3)]), by, on=date(2026, 1, 1))
    rows = [group.row(1, 保障计划="B", 年保费=480), group.row(2, 姓名="改名"), group.row(3, 终止日期="2026/8/1")]
    seen = taken(policy, group.csv(rows), by, mode=ListMode.ADDITIONS)
    counts = {name: seen.counts[name] for name in ("moves", "corrections", "leaves", "rejected")}
    assert counts == {"moves": 1, "corrections": 1, "leaves": 1, "rejected": 0}
    assert on(policy, DAY - timedelta(days=1), by) == (3, Decimal("1080.00"))
    assert on(policy, DAY, by) == (3, Decimal("1200.00"))
    assert on(policy, date(2026, 8, 1), by) == (2, Decimal("840.00"))
    assert taken(policy, group.csv(rows), by, mode=ListMode.ADDITIONS).changes.nothing


def test_a_number_that_a_spreadsheet_rounded_is_not_guessed(by: Viewer) -> None:
    policy = group.group_policy()
    seen = taken(policy, group.xlsx([group.row(1, 证件号码=int(group.id_number(1)[:17] + "0"))]), by)
    assert [one.code for one in seen.rejects] == ["digits_lost"]


def test_a_file_that_is_no_list_is_refused_and_not_kept(by: Viewer) -> None:
    policy = group.group_policy()
    with pytest.raises(ColumnsMissing) as refused:
        taken(policy, group.csv([["张三"]], head=["姓名"]), by)
    assert "证件号码" in str(refused.value)
    broken = SimpleUploadedFile("名单.xlsx", packed("[Content_Types].xml", "xl/workbook.xml"))
    for wrong in (broken, SimpleUploadedFile("名单.pdf", PDF)):
        with pytest.raises(ListUnreadable):
            taken(policy, wrong, by)
    assert not MemberList.objects.exists()
    assert not Attachment.objects.exists()


def test_a_list_is_applied_once(by: Viewer) -> None:
    policy = group.group_policy()
    made = actions.open_member_list(policy.pk, group.csv([group.row(1)]), mode="full", effective_on=DAY, by=by)
    assert not GroupMember.objects.exists()
    actions.apply_member_list(made.pk, by=by)
    with pytest.raises(ListAlreadyApplied):
        actions.apply_member_list(made.pk, by=by)
    line = Event.objects.get(name="member.list_applied")
    assert (line.payload["joins"], line.customer_id) == (1, policy.customer_id)


def test_the_list_of_members_filters_and_sorts(by: Viewer) -> None:
    policy = group.group_policy()
    for number, plan in ((1, "A"), (2, "B"), (3, "B")):
        draft = group.draft(number, plan=plan, premium=Decimal(100 * number), staff_number=f"S{number}")
        actions.add_member(policy.pk, draft, joined_on=DAY, by=by)
    gone = queries.members_of(policy.pk, MemberFilter(text="S3"), viewer=by, on=DAY).get()
    actions.remove_member(gone.pk, left_on=DAY + timedelta(days=1), by=by)

    def names(on: date = DAY, **chosen: Any) -> list[str]:
        return [one.name for one in queries.members_of(policy.pk, MemberFilter(**chosen), viewer=by, on=on)]

    tomorrow = DAY + timedelta(days=1)
    assert names(sort="-premium") == ["员工3", "员工2", "员工1"]
    assert names(tomorrow) == ["员工1", "员工2"]
    assert names(tomorrow, state="left") == ["员工3"]
    assert names(plan="B", text="员工2") == ["员工2"]
    assert names(text=group.id_number(1)) == ["员工1"]
    assert names(date(2026, 5, 1), state="coming") == ["员工1", "员工2", "员工3"]
    assert [(one.plan, one.count) for one in queries.plans_of(policy.pk, viewer=by, on=DAY)] == [("B", 2), ("A", 1)]


moves = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["join", "leave", "change"]), st.integers(0, 330)), max_size=14
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=moves, asked=st.integers(0, 364))
def test_the_tables_sums_of_any_day_are_those_of_the_spells(
    steps: list[tuple[int, str, int]], asked: int, by: Viewer
) -> None:
    policy, first = group.group_policy(), date(2026, 1, 1)
    for number, (serial, what, offset) in enumerate(steps):
        day = first + timedelta(days=offset)
        open_row = GroupMember.objects.filter(policy=policy, name=f"员工{serial}", left_on__isnull=True).first()
        try:
            if what == "join":
                actions.add_member(policy.pk, group.draft(serial), joined_on=day, by=by)
            elif open_row is not None and what == "leave":
                actions.remove_member(open_row.pk, left_on=day, by=by)
            elif open_row is not None:
                actions.change_member(open_row.pk, {"premium": Decimal(100 + number)}, effective_on=day, by=by)
        except (AlreadyAMember, LeavesBeforeJoining):
            continue
    rows = GroupMember.objects.filter(policy=policy).order_by("id_digest", "joined_on")
    spells = [Spell(row.joined_on, row.left_on, row.premium) for row in rows]
    day = first + timedelta(days=asked)
    assert on(policy, day, by) == premium_on(spells, day)
    for earlier, later in zip(rows, list(rows)[1:], strict=False):
        if earlier.id_digest == later.id_digest:
            assert earlier.left_on is not None
            assert earlier.left_on <= later.joined_on
