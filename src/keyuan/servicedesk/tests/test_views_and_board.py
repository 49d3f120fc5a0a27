"""The board of tasks, and lists that people keep under a name."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, viewer_of
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import now, today
from keyuan.servicedesk import actions, queries
from keyuan.servicedesk.models import TaskView
from keyuan.servicedesk.queries import TaskFilter
from keyuan.servicedesk.refusals import TaskViewNotFound, TooManyViews, ViewNameMissing
from keyuan.servicedesk.states import TaskTime

pytestmark = pytest.mark.django_db
TASKS = "/desk/tasks/"


@pytest.fixture
def by(viewer_as, org):
    return viewer_as(Role.COUNTER, unit=org.branch)


@pytest.fixture
def tasks(by):
    """A task of each column, and one that is done."""
    begin, _end = queries.day_bounds(today())
    noon = begin + timedelta(hours=12)
    due = {"昨天": -1, "今天": 0, "后天": 2, "七天后": 7}
    for name, ahead in due.items():
        actions.create_task(None, title=name, due_at=noon + timedelta(days=ahead), by=by)
    actions.complete_tasks([actions.create_task(None, title="完了", due_at=now(), by=by).pk], by=by)


def test_every_open_task_stands_in_exactly_one_column_and_the_counts_are_those_of_the_list(by, tasks):
    board = queries.task_board(TaskFilter(), viewer=by, on=today())
    told = [(column.column, column.count, [task.title for task in column.tasks]) for column in board]
    assert told == [("overdue", 1, ["昨天"]), ("today", 1, ["今天"]), ("next", 1, ["后天"]), ("later", 1, ["七天后"])]
    assert sum(column.count for column in board) == queries.task_list(TaskFilter(), viewer=by, on=today()).count()


def test_the_board_is_narrowed_as_the_list_is_but_for_its_time_and_a_stranger_has_none(by, tasks):
    board = queries.task_board(TaskFilter(text="今天", time=TaskTime.DONE), viewer=by, on=today())
    assert [column.count for column in board] == [0, 1, 0, 0]
    assert queries.task_board(TaskFilter(), viewer=STRANGER, on=today()) == []


def test_a_list_is_kept_as_it_stands_opened_again_and_replaced_under_the_same_name(client_as, org):
    desk = client_as(Role.COUNTER, unit=org.branch)
    asked = {"name": "要打的电话", "query": "time=week&kind=call&page=3&surprise=1"}
    answer = desk.post(reverse("servicedesk:save_task_view"), asked)
    view = TaskView.objects.get()
    assert (answer.url, view.query, view.org_unit) == ("/desk/tasks/?time=week&kind=call", "time=week&kind=call", None)
    assert "要打的电话" in desk.get(f"{TASKS}?{view.query}").content.decode()
    desk.post(reverse("servicedesk:save_task_view"), {**asked, "query": "view=board"})
    assert TaskView.objects.get().query == "view=board"
    assert list(Event.objects.filter(name="task_view.saved").values_list("payload__query", flat=True)) == [
        "time=week&kind=call",
        "view=board",
    ]


def test_a_shared_list_is_seen_by_the_unit_alone_and_deleted_by_its_owner_alone(by, user_as, org):
    view = actions.save_task_view("晨会", query="time=overdue", shared=True, by=by)
    actions.save_task_view("自己的", query="time=today", by=by)
    beside = viewer_of(user_as(Role.COUNTER, unit=org.branch))
    elsewhere = viewer_of(user_as(Role.COUNTER, unit=org.other_branch))
    assert [one.name for one in queries.task_views(beside)] == ["晨会"]
    assert not queries.task_views(elsewhere).exists()
    with pytest.raises(TaskViewNotFound):
        actions.forget_task_view(view.pk, by=beside)
    assert actions.forget_task_view(view.pk, by=by) == "晨会"
    assert not queries.task_views(beside).exists()


def test_a_list_needs_a_name_and_nobody_keeps_more_than_thirty(by):
    with pytest.raises(ViewNameMissing):
        actions.save_task_view("  \x00", query="", by=by)
    for number in range(30):
        actions.save_task_view(f"视图{number}", query="", by=by)
    with pytest.raises(TooManyViews):
        actions.save_task_view("再来一个", query="", by=by)
    actions.save_task_view("视图0", query="time=done", by=by)
    assert TaskView.objects.count() == 30


def test_tasks_board_and_notices_stay_within_their_query_budgets(client_as, org, query_budget):
    desk: Client = client_as(Role.COUNTER, unit=org.branch)
    by = viewer_of(desk.user)
    for ahead in range(-5, 15):
        actions.create_task(None, title="回电", due_at=now() + timedelta(days=ahead), by=by)
    for page, address in (("tasks", TASKS), ("tasks-board", f"{TASKS}?view=board"), ("notices", "/desk/notices/")):
        desk.get(address)
        with query_budget(page):
            assert desk.get(address).status_code == 200
