"""Every write of the service desk: lock, check, write, log."""

from keyuan.servicedesk.actions.complaints import (
    close_complaint,
    decide_complaint,
    extend_complaint,
    receive_complaint,
    tell_decision,
)
from keyuan.servicedesk.actions.contacts import note_contact
from keyuan.servicedesk.actions.feeds import make_feed, revoke_feed
from keyuan.servicedesk.actions.many import create_tasks
from keyuan.servicedesk.actions.notices import Draft, notify, notify_each, read_notices, sweep_notices
from keyuan.servicedesk.actions.reminders import remind_of_tasks
from keyuan.servicedesk.actions.tasks import (
    complete_task,
    complete_tasks,
    create_task,
    edit_task,
    postpone_tasks,
    reassign_tasks,
    reopen_task,
    reopen_tasks,
    snooze_task,
)
from keyuan.servicedesk.actions.views import forget_task_view, save_task_view

__all__ = [
    "Draft",
    "close_complaint",
    "complete_task",
    "complete_tasks",
    "create_task",
    "create_tasks",
    "decide_complaint",
    "edit_task",
    "extend_complaint",
    "forget_task_view",
    "make_feed",
    "note_contact",
    "notify",
    "notify_each",
    "postpone_tasks",
    "read_notices",
    "reassign_tasks",
    "receive_complaint",
    "remind_of_tasks",
    "reopen_task",
    "reopen_tasks",
    "revoke_feed",
    "save_task_view",
    "snooze_task",
    "sweep_notices",
    "tell_decision",
]
