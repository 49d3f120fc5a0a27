"""The list of tasks, a task by itself or beside the list, what is done with many at once, and the export."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.queries import colleagues
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.deadlines.calendar import current
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import COMPANY_ZONE, now, today
from keyuan.kernel.exporting import csv_pieces, xlsx_file
from keyuan.kernel.paging import CappedPaginator
from keyuan.kernel.refusals import Refusal
from keyuan.servicedesk import actions, events, queries, scheduling
from keyuan.servicedesk.clocks import office_hours
from keyuan.servicedesk.forms import TaskForm
from keyuan.servicedesk.models import Task
from keyuan.servicedesk.queries import TaskFilter
from keyuan.servicedesk.refusals import NothingChosen, PurposeMissing
from keyuan.servicedesk.states import Priority, Repeat, TaskKind, TaskTime, Whose
from keyuan.servicedesk.views.answers import done, form_again, put_refusal
from keyuan.servicedesk.views.kept import plain

PAGE = 50
MOST_EXPORTED = 50_000
WORKDAYS = (1, 3, 5)
CHANGED = ("tasks-changed", "timeline-changed")
COLUMN_TONES = {"overdue": "now", "today": "watch", "next": "calm", "later": "off"}
PRIORITY_TONES = {Priority.HIGH: "now", Priority.NORMAL: "off", Priority.LOW: "off"}


@require_safe
@staff_page(Permission.CONTACT_CUSTOMERS)
def my_tasks(request: SignedInRequest) -> HttpResponse:
    """The list as its address says: filters, order and page, so that it can be kept and sent as a view."""
    viewer, on = request.viewer, today()
    filters = filter_of(request.GET)
    is_board = request.GET.get("view") == "board"
    context = _filter_context(request, filters)
    if is_board:
        columns = queries.task_board(filters, viewer=viewer, on=on)
        context["columns"] = [(column, [row_of(task, on=on) for task in column.tasks]) for column in columns]
        context["tones"] = COLUMN_TONES
    else:
        page = CappedPaginator(queries.task_list(filters, viewer=viewer, on=on), PAGE).get_page(request.GET.get("page"))
        context |= {"page": page, "rows": [row_of(task, on=on) for task in page]}
    return render(request, "servicedesk/board.html" if is_board else "servicedesk/tasks.html", context)


def _filter_context(request: SignedInRequest, filters: TaskFilter) -> dict[str, Any]:
    viewer, here = request.viewer, plain(request.GET)
    views = list(queries.task_views(viewer))
    return {
        "is_board": request.GET.get("view") == "board",
        "views": views,
        "view_here": next((view for view in views if here and view.query == here), None),
        "filters": filters,
        "times": TaskTime.choices,
        "whose": Whose.choices,
        "kinds": TaskKind.choices,
        "priorities": Priority.choices,
        "colleagues": [(user.pk, str(user)) for user in colleagues(viewer=viewer)[:200]],
        "workdays": WORKDAYS,
        "is_done": filters.time == TaskTime.DONE,
        "may_export": viewer.may(Permission.EXPORT),
        "query": request.GET.urlencode(),
        "narrowed": bool(filters.kind or filters.priority or filters.text or filters.owner_id or filters.customer_id),
    }


def row_of(task: Task, *, on: date) -> dict[str, Any]:
    """A task with how pressing it is."""
    due = queries.day_of(task.due_at)
    overdue = task.done_at is None and due < on
    return {
        "task": task,
        "kind": TaskKind(task.kind).label,
        "priority": Priority(task.priority).label if task.priority != Priority.NORMAL else "",
        "priority_tone": PRIORITY_TONES[Priority(task.priority)],
        "overdue": overdue,
        "today": due == on,
        "repeat": Repeat(task.repeat).label if task.repeat != Repeat.NEVER else "",
    }


def filter_of(asked: QueryDict) -> TaskFilter:
    """The filter of an address; what cannot be read narrows nothing."""

    def number(name: str) -> int | None:
        text = asked.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 18 else None

    whose, time, priority = asked.get("whose", ""), asked.get("time", ""), number("priority")
    if asked.get("done") == "1":  # the address of earlier versions
        time = TaskTime.DONE
    return TaskFilter(
        whose=Whose(whose) if whose in Whose.values else Whose.MINE,
        time=TaskTime(time) if time in TaskTime.values else TaskTime.OPEN,
        kind=asked.get("kind", ""),
        priority=priority if priority in Priority.values else None,
        owner_id=number("owner"),
        customer_id=number("customer"),
        text=asked.get("q", "").replace("\x00", "").strip()[:100],
        sort=asked.get("sort", ""),
    )


@require_http_methods(["GET", "POST"])
@staff_page(Permission.CONTACT_CUSTOMERS)
def task(request: SignedInRequest, task_id: int) -> HttpResponse:
    """One task: as a page, or as a fragment beside the list. Saving keeps what was typed if it is refused."""
    viewer = request.viewer
    held = queries.the_task(task_id, viewer=viewer)
    form = TaskForm.of(held, request.POST or None, viewer=viewer)
    if form.is_valid():
        try:
            data = {name: form.cleaned_data[name] for name in FIELDS}
            actions.edit_task(task_id, **data, by=viewer)
        except queries.TaskNotFound:
            raise
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            return done(request, saved_sentence(form.cleaned_data["due_at"]), changed=CHANGED)
    context = {
        "held": held,
        "row": row_of(held, on=today()),
        "colleagues": [(user.pk, str(user)) for user in colleagues(viewer=viewer)[:200] if user.pk != held.owner_id],
        "workdays": WORKDAYS,
        "snoozes": scheduling.snoozes(now(), calendar=current(), hours=office_hours(request.viewer)),
    }
    template = "servicedesk/parts/task.html" if request.headers.get("HX-Request") else "servicedesk/task.html"
    return form_again(request, template, form, **context)


@require_safe
@staff_page(Permission.CONTACT_CUSTOMERS)
def done_today(request: SignedInRequest) -> HttpResponse:
    """A panel of the first page: what the viewer did today."""
    begin, _end = queries.day_bounds(today())
    found = queries.done_tasks(request.viewer).filter(done_at__gte=begin)[:20]
    return render(request, "servicedesk/parts/done_today.html", {"tasks": list(found)})


FIELDS = ("title", "due_at", "note", "kind", "priority", "remind_at", "repeat")


def saved_sentence(due_at: Any) -> str:
    """What is told after saving; a due day on which nobody works is named."""
    day = current().day(due_at.astimezone(COMPANY_ZONE).date())
    if day.works:
        return _("任务已保存")
    return _("任务已保存；%(day)s是休息日") % {"day": day.day.isoformat()}


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def snooze(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Be reminded again later."""
    choices = {
        one.choice.value: one.at
        for one in scheduling.snoozes(now(), calendar=current(), hours=office_hours(request.viewer))
    }
    until = choices.get(request.POST.get("until", ""))
    if until is None:
        raise Http404
    found = actions.snooze_task(task_id, until=until, by=request.viewer)
    told = _("“%(title)s”将在%(at)s再提醒") % {"title": found.title, "at": f"{until:%Y-%m-%d %H:%M}"}
    return done(request, told, changed=CHANGED)


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def bulk(request: SignedInRequest) -> HttpResponse:
    """``verb`` done with every task of ``ids``: all of them or none."""
    ids = [
        int(one)
        for text in request.POST.getlist("ids") + request.GET.getlist("ids")
        for one in text.split(",")
        if one.isdecimal()
    ]
    verb = VERBS.get(request.POST.get("verb") or request.GET.get("verb", ""))
    if verb is None:
        raise Http404
    if not ids:
        raise NothingChosen
    told, undo = verb(ids, request.POST, request.viewer)
    return done(request, told, changed=CHANGED, undo=undo)


Told = tuple[str, dict[str, str] | None]


def _complete(ids: list[int], asked: QueryDict, by: Viewer) -> Told:
    found = actions.complete_tasks(ids, by=by)
    undo = f"{reverse('servicedesk:bulk_tasks')}?verb=reopen&ids={','.join(str(one.pk) for one in found)}"
    return _("已完成%(count)s项任务") % {"count": len(found)}, {"url": undo, "label": _("撤销")}


def _reopen(ids: list[int], asked: QueryDict, by: Viewer) -> Told:
    return _("已重开%(count)s项任务") % {"count": len(actions.reopen_tasks(ids, by=by))}, None


def _postpone(ids: list[int], asked: QueryDict, by: Viewer) -> Told:
    days = asked.get("workdays", "")
    if not days.isdecimal() or int(days) not in WORKDAYS:
        raise Http404
    found = actions.postpone_tasks(ids, workdays=int(days), by=by)
    return _("%(count)s项任务已推迟%(days)s个工作日") % {"count": len(found), "days": days}, None


def _reassign(ids: list[int], asked: QueryDict, by: Viewer) -> Told:
    owner = asked.get("owner", "")
    if not owner.isdecimal():
        raise NothingChosen(field="owner")
    found = actions.reassign_tasks(ids, owner_id=int(owner), by=by)
    return _("已转交%(count)s项任务") % {"count": len(found)}, None


VERBS: dict[str, Callable[[list[int], QueryDict, Viewer], Told]] = {
    "complete": _complete,
    "reopen": _reopen,
    "postpone": _postpone,
    "reassign": _reassign,
}

HEAD = (
    gettext_lazy("事项"),
    gettext_lazy("类别"),
    gettext_lazy("优先级"),
    gettext_lazy("客户"),
    gettext_lazy("客户号"),
    gettext_lazy("负责人"),
    gettext_lazy("截止时间"),
    gettext_lazy("完成时间"),
    gettext_lazy("说明"),
)


@require_POST
@staff_page(Permission.EXPORT, Permission.CONTACT_CUSTOMERS)
def export(request: SignedInRequest) -> HttpResponseBase:
    """The list as CSV or XLSX; who took it, why and with which filters is a log line."""
    purpose = request.POST.get("purpose", "").replace("\x00", "").strip()[:200]
    if not purpose:
        raise PurposeMissing(field="purpose")
    wanted = QueryDict(request.POST.get("query", "")[:2000])
    kind = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    with transaction.atomic():
        payload = {"purpose": purpose, "filters": wanted.dict(), "format": kind}
        record(events.TASKS_EXPORTED, by=request.viewer.actor, payload=payload)
    found = queries.task_list(filter_of(wanted), viewer=request.viewer, on=today())[:MOST_EXPORTED]
    rows = (_cells(one) for one in found.iterator(chunk_size=2000))
    head, name = [str(title) for title in HEAD], f"tasks-{today().isoformat()}.{kind}"
    if kind == "xlsx":
        return FileResponse(xlsx_file(head, rows), as_attachment=True, filename=name)
    answer = StreamingHttpResponse(csv_pieces(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _cells(one: Task) -> list[Any]:
    def moment(at: Any) -> str:
        return "" if at is None else f"{at.astimezone(COMPANY_ZONE):%Y-%m-%d %H:%M}"

    customer = one.customer
    return [
        one.title,
        str(TaskKind(one.kind).label),
        str(Priority(one.priority).label),
        "" if customer is None else customer.name,
        "" if customer is None else customer.number,
        str(one.owner),
        moment(one.due_at),
        moment(one.done_at),
        one.note,
    ]
