"""Tasks on working days: proposed, reminded, put off, passed on, repeated; one or many, and what is refused."""

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import system_viewer, viewer_of
from keyuan.deadlines import parameters
from keyuan.deadlines.calendar import shipped
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import COMPANY_ZONE, now
from keyuan.policies.tests import factories as make
from keyuan.servicedesk import actions, clocks, queries, refusals, scheduling
from keyuan.servicedesk.clocks import office_hours
from keyuan.servicedesk.models import Notice, Task
from keyuan.servicedesk.scheduling import OfficeHours
from keyuan.servicedesk.states import DueChoice, Remind, Repeat

CALENDAR = shipped()
HOURS = OfficeHours(opening=time(9), morning=time(10), evening=time(17, 30), too_late=time(16, 30))
CLOCK = system_viewer("clock")
# The last working day before the National Day holiday of 2026; 10-08 is the first after it, Saturday 10-10 is worked.
EVE = datetime(2026, 9, 30, 10, 0, tzinfo=COMPANY_ZONE)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=COMPANY_ZONE)


class TestScheduling:
    def test_due_times_are_proposed_in_working_hours_only(self):
        found = {one.choice: one.at for one in scheduling.proposals(EVE, calendar=CALENDAR, hours=HOURS)}
        assert found == {
            DueChoice.TODAY: at(date(2026, 9, 30), 17, 30),
            DueChoice.NEXT_WORKDAY: at(date(2026, 10, 8), 10),
            DueChoice.THREE_WORKDAYS: at(date(2026, 10, 10), 17, 30),
            DueChoice.NEXT_WEEK: at(date(2026, 10, 8), 10),
            DueChoice.IN_A_MONTH: at(date(2026, 10, 30), 10),
        }
        evening = scheduling.proposals(EVE.replace(hour=18), calendar=CALENDAR, hours=HOURS)
        assert DueChoice.TODAY not in {one.choice for one in evening}

    def test_a_reminder_the_working_day_before_leaves_the_holiday_out(self):
        due = at(date(2026, 10, 8), 10)
        assert scheduling.remind_at(due, remind=Remind.WORKDAY_BEFORE, calendar=CALENDAR, hours=HOURS) == at(
            date(2026, 9, 30), 9
        )
        assert scheduling.remind_at(due, remind=Remind.HALF_HOUR, calendar=CALENDAR, hours=HOURS) == at(
            date(2026, 10, 8), 9, 30
        )
        assert scheduling.remind_at(due, remind=Remind.NEVER, calendar=CALENDAR, hours=HOURS) is None

    def test_a_monthly_task_keeps_its_day_over_short_months_and_holidays(self):
        first, due, seen = date(2026, 1, 31), at(date(2026, 1, 30), 10), []
        for _ in range(9):
            due = scheduling.next_due(due, repeat=Repeat.MONTH, series_from=first, after=due, calendar=CALENDAR)
            seen.append(due.date())
        assert seen[:4] == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 6, 1)]
        assert seen[-1] == date(2026, 11, 2)  # 10-31 is a Saturday

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        first=st.dates(date(2024, 1, 1), date(2025, 12, 31)),
        repeat=st.sampled_from([Repeat.WORKDAY, Repeat.WEEK, Repeat.MONTH, Repeat.YEAR]),
        late=st.integers(0, 90),
    )
    def test_the_next_time_is_a_working_day_in_the_future_of_both(self, first, repeat, late):
        due = at(CALENDAR.next_workday(first), 10)
        after = due + timedelta(days=late)
        found = scheduling.next_due(due, repeat=repeat, series_from=first, after=after, calendar=CALENDAR)
        assert found is not None
        assert CALENDAR.is_workday(found.date())
        assert found.date() > max(due, after).date()
        assert found.timetz() == due.timetz()

    def test_an_overdue_task_is_put_off_from_today(self):
        due = EVE - timedelta(days=20)
        assert scheduling.postponed(due, workdays=1, now=EVE, calendar=CALENDAR) == at(date(2026, 10, 8), 10)


@pytest.mark.django_db
class TestActions:
    def test_who_is_given_a_task_is_told_and_who_makes_it_for_themselves_is_not(self):
        by, other, customer = make.staff(), make.staff(), make.customer()
        task = actions.create_task(customer.pk, title="回访", due_at=now(), owner_id=other.user_id, by=by)
        actions.create_task(customer.pk, title="自己的", due_at=now(), by=by)
        notice = Notice.objects.get()
        assert (notice.user_id, notice.customer_id) == (other.user_id, customer.pk)
        assert "回访" in notice.title
        assert notice.url == reverse("servicedesk:task", args=[task.pk])

    def test_many_customers_get_the_same_task_with_one_line_each_and_one_notice(self):
        by, other = make.staff(), make.staff()
        inside = [make.customer().pk for _ in range(3)]
        owners = dict.fromkeys(inside, other.user_id)
        assert len(actions.create_tasks(inside, title="续保", due_at=now(), owners=owners, by=by)) == 3
        assert Task.objects.filter(owner_id=other.user_id).count() == 3
        assert Event.objects.filter(name="task.created", customer_id__in=inside).count() == 3
        assert Notice.objects.get().user_id == other.user_id

    def test_a_task_is_not_made_for_a_customer_out_of_scope(self):
        stranger = make.staff(Role.HOTLINE, make.branch("NJ"))
        assert actions.create_tasks([make.customer(make.branch("SZ")).pk], title="x", due_at=now(), by=stranger) == []
        assert not Task.objects.exists()
        assert not Notice.objects.exists()

    def test_an_edit_names_what_changed_and_nothing_else(self):
        by = make.staff()
        due = now() + timedelta(days=3)
        task = actions.create_task(make.customer().pk, title="回访", due_at=due, note="x", by=by)
        same = {"note": "x", "kind": "other", "priority": 2, "remind_at": None, "repeat": "never", "due_at": due}
        actions.edit_task(task.pk, title="回访", **same, by=by)
        assert not Event.objects.filter(name="task.changed").exists()
        actions.edit_task(task.pk, title="再回访", **same, by=by)
        assert Event.objects.get(name="task.changed").payload["changes"] == {"title": "再回访"}

    def test_a_reminder_after_the_due_time_is_refused(self):
        with pytest.raises(refusals.RemindedAfterDue):
            actions.create_task(None, title="x", due_at=now(), remind_at=now() + timedelta(hours=1), by=make.staff())
        assert not Task.objects.exists()

    def test_putting_off_moves_the_reminder_along(self):
        by = make.staff()
        due = now() + timedelta(days=1)
        task = actions.create_task(None, title="x", due_at=due, remind_at=due - timedelta(hours=2), by=by)
        (moved,) = actions.postpone_tasks([task.pk], workdays=1, by=by)
        task.refresh_from_db()
        assert task.due_at == moved.due_at > due
        assert task.remind_at == task.due_at - timedelta(hours=2)

    def test_passing_on_tells_the_new_owner_once_whatever_the_number(self):
        by, other = make.staff(), make.staff()
        ids = [actions.create_task(make.customer().pk, title=f"第{n}项", due_at=now(), by=by).pk for n in range(3)]
        assert len(actions.reassign_tasks(ids, owner_id=other.user_id, by=by)) == 3
        assert Notice.objects.get().user_id == other.user_id
        assert actions.reassign_tasks(ids, owner_id=other.user_id, by=by) == []
        assert Event.objects.filter(name="task.reassigned").count() == 3

    def test_with_one_that_is_done_or_unseen_nothing_is_done_with_any(self):
        by = make.staff(Role.HOTLINE, make.branch("SZ"))
        mine = actions.create_task(make.customer(make.branch("SZ")).pk, title="x", due_at=now(), by=by)
        other = make.staff(Role.HOTLINE, make.branch("NJ"))
        theirs = actions.create_task(make.customer(make.branch("NJ")).pk, title="y", due_at=now(), by=other)
        with pytest.raises(queries.TaskNotFound):
            actions.complete_tasks([mine.pk, theirs.pk], by=by)
        with pytest.raises(queries.TaskNotFound):
            actions.reassign_tasks([theirs.pk], owner_id=by.user_id, by=by)
        assert not Task.objects.filter(done_at__isnull=False).exists()

    def test_a_repeated_task_comes_back_and_its_undo_takes_that_back(self):
        by = make.staff()
        due = now() + timedelta(days=1)
        first = actions.create_task(None, title="周报", due_at=due, repeat="week", by=by)
        actions.complete_task(first.pk, by=by)
        (following,) = queries.open_tasks(by)
        assert (following.title, following.follows_id) == ("周报", first.pk)
        assert following.due_at > due
        actions.reopen_task(first.pk, by=by)
        assert list(queries.open_tasks(by)) == [first]
        actions.complete_task(first.pk, by=by)
        assert queries.open_tasks(by).count() == 1

    def test_being_reminded_again_later_is_one_more_reminder(self):
        by = make.staff()
        task = actions.create_task(None, title="x", due_at=now() + timedelta(days=1), remind_at=now(), by=by)
        assert actions.remind_of_tasks(on=now(), by=CLOCK) == 1
        with pytest.raises(refusals.SnoozedIntoThePast):
            actions.snooze_task(task.pk, until=now() - timedelta(minutes=1), by=by)
        until = now() + timedelta(minutes=30)
        actions.snooze_task(task.pk, until=until, by=by)
        assert actions.remind_of_tasks(on=now(), by=CLOCK) == 0
        assert actions.remind_of_tasks(on=until, by=CLOCK) == 1
        assert Notice.objects.filter(user_id=by.user_id).count() == 2

    def test_nobody_is_reminded_of_what_is_done(self):
        by = make.staff()
        task = actions.create_task(None, title="x", due_at=now(), remind_at=now() - timedelta(hours=1), by=by)
        actions.complete_task(task.pk, by=by)
        assert actions.remind_of_tasks(on=now(), by=CLOCK) == 0
        assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_remind_of_every_task_exactly_once():
    by = make.staff()
    moment = now()
    for place in range(120):
        actions.create_task(None, title=f"第{place}项", due_at=moment, remind_at=moment - timedelta(minutes=5), by=by)
    together, taken = Barrier(2), []

    def work():
        together.wait()
        for _ in range(3):
            taken.append(actions.remind_of_tasks(on=moment, by=CLOCK))
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(taken) == 120
    titles = list(Notice.objects.filter(user_id=by.user_id).values_list("title", flat=True))
    assert len(titles) == len(set(titles)) == 120
    assert Event.objects.filter(name="task.reminded").count() == 120


@pytest.mark.django_db
class TestPages:
    def client_of(self, viewer) -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=viewer.user_id))
        return client

    def test_many_are_ticked_off_at_once_and_taken_back_at_once(self):
        by = make.staff()
        ids = [actions.create_task(None, title=f"{n}", due_at=now(), by=by).pk for n in range(3)]
        client = self.client_of(by)
        answer = client.post(reverse("servicedesk:bulk_tasks"), {"verb": "complete", "ids": ids})
        assert queries.open_tasks(by).count() == 0
        undo = json.loads(answer["HX-Trigger"])["keyuan:toast"]["undo"]["url"]
        client.post(undo)
        assert queries.open_tasks(by).count() == 3

    def test_a_form_with_a_reminder_of_ones_own_asks_for_its_time_and_keeps_what_was_typed(self):
        by = make.staff()
        fields = {
            "title": "回访王先生",
            "due_at": "2026-12-01T10:00",
            "remind": "at",
            "remind_at": "",
            "note": "下午在家",
        }
        answer = self.client_of(by).post(reverse("servicedesk:new_own_task"), fields)
        assert answer.status_code == 422
        assert "下午在家" in answer.content.decode()
        assert not Task.objects.exists()

    def test_a_due_day_on_which_nobody_works_is_named(self):
        by = make.staff()
        fields = {"title": "回访", "due_at": "2026-10-03T10:00", "remind": "never", "owner": by.user_id}
        answer = self.client_of(by).post(reverse("servicedesk:new_own_task"), fields)
        assert "2026-10-03" in json.loads(answer["HX-Trigger"])["keyuan:toast"]["text"]

    def test_the_export_is_logged_with_its_purpose_and_runs_no_formula(self):
        by = make.staff(Role.MANAGER)
        actions.create_task(None, title="=HYPERLINK(1)", due_at=now(), by=by)
        client = self.client_of(by)
        refused = client.post(reverse("servicedesk:export_tasks"), {"purpose": " ", "format": "csv"})
        assert refused.status_code == 422
        assert not Event.objects.filter(name="task.exported").exists()
        text = b"".join(client.post(reverse("servicedesk:export_tasks"), {"purpose": "周会", "format": "csv"})).decode()
        assert "'=HYPERLINK(1)" in text
        assert Event.objects.get(name="task.exported").payload["purpose"] == "周会"

    def test_a_task_opens_beside_the_list_and_a_strangers_does_not(self):
        by = make.staff(Role.HOTLINE, make.branch("SZ"))
        task = actions.create_task(make.customer(make.branch("SZ")).pk, title="回访", due_at=now(), by=by)
        address = reverse("servicedesk:task", args=[task.pk])
        beside = self.client_of(by).get(address, headers={"HX-Request": "true"}).content.decode()
        assert "回访" in beside
        assert "<html" not in beside
        stranger = self.client_of(make.staff(Role.HOTLINE, make.branch("NJ")))
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"title": "x"}).status_code == 404
        assert (
            stranger.post(reverse("servicedesk:snooze_task", args=[task.pk]), {"until": "half_hour"}).status_code == 404
        )


OF_A_BRANCH = """
[[parameter]]
key = "office.opening"
value = 08:30:00
unit = "time"
from = 2020-01-01
source = "分公司公告"
verified = true
branch = "BR-1"
"""


@pytest.mark.django_db
def test_a_branch_with_office_hours_of_its_own_has_them_and_so_have_the_units_below(monkeypatch, org, user_as):
    book = parameters.parse(parameters.FILE.read_text(encoding="utf-8") + OF_A_BRANCH)
    below, beside = user_as(Role.AGENT, unit=org.sales_office), user_as(Role.HOTLINE, unit=org.other_branch)
    assert office_hours(viewer_of(below)) == HOURS
    clocks._hours.cache_clear()
    monkeypatch.setattr(parameters, "parameters", lambda: book)
    monkeypatch.setattr(clocks, "parameters", lambda: book)
    assert office_hours(viewer_of(below)) == replace(HOURS, opening=time(8, 30))
    assert office_hours(viewer_of(beside)) == office_hours(CLOCK) == HOURS
    clocks._hours.cache_clear()
