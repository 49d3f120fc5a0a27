"""Every write of the service desk: lock, check, write, log."""

from keyuan.servicedesk.actions.complaints import (
    close_complaint,
    decide_complaint,
    extend_complaint,
    receive_complaint,
    tell_decision,
)
from keyuan.servicedesk.actions.contacts import note_contact
from keyuan.servicedesk.actions.many import create_tasks
from keyuan.servicedesk.actions.notices import notify, read_notices
from keyuan.servicedesk.actions.tasks import complete_task, create_task, reopen_task

__all__ = [
    "close_complaint",
    "complete_task",
    "create_task",
    "create_tasks",
    "decide_complaint",
    "extend_complaint",
    "note_contact",
    "notify",
    "read_notices",
    "receive_complaint",
    "reopen_task",
    "tell_decision",
]
