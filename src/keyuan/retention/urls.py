"""The addresses of the retention room."""

from __future__ import annotations

from datetime import date

from django.urls import path, register_converter

from keyuan.retention.views import (
    assigning,
    assignment_rules,
    board,
    calendar,
    cases,
    hand_over,
    lists,
    people,
    successor,
    warning,
    work,
)


class DayConverter:
    """A day in an address: 2026-11-22."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(DayConverter, "day")

app_name = "retention"

urlpatterns = [
    path("desk/renewals/", lists.renewals, name="list"),
    path("desk/renewals/export/", lists.export, name="export"),
    path("desk/renewals/board/", board.board, name="board"),
    path("desk/renewals/calendar/", calendar.month, name="calendar"),
    path("desk/renewals/mine/", work.work, name="work"),
    path("desk/renewals/assign/", assigning.assign, name="assign"),
    path("desk/renewals/people/", people.people, name="people"),
    path("desk/renewals/rules/", assignment_rules.assignment_rules, name="rules"),
    path("desk/renewals/give/", assigning.give, name="give"),
    path("desk/renewals/of/<int:customer_id>/", cases.of_customer, name="of_customer"),
    path("desk/renewals/outcomes/<int:outcome_id>/withdraw/", cases.withdraw, name="withdraw"),
    path("desk/renewals/<int:policy_id>/<day:due_on>/", cases.case, name="case"),
    path("desk/renewals/<int:policy_id>/<day:due_on>/panel/", cases.panel, name="panel"),
    path("desk/renewals/<int:policy_id>/<day:due_on>/outcome/", cases.outcome, name="outcome"),
    path("desk/renewals/<int:policy_id>/<day:due_on>/call/", cases.call, name="call"),
    path("desk/insight/warning/", warning.warning, name="warning"),
    path("desk/insight/warning/tasks/", warning.make_tasks, name="warning_tasks"),
    path("desk/orphans/", hand_over.orphans, name="orphans"),
    path("desk/orphans/<int:agent_id>/", hand_over.hand_over, name="hand_over"),
    path("desk/orphans/<int:agent_id>/briefs/", hand_over.briefs, name="briefs"),
    path("desk/orphans/brief/<int:customer_id>/", hand_over.brief, name="brief"),
    path("home/successor/<str:token>/", successor.choose, name="successor"),
]
