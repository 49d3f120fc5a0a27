"""Every read of the service desk. Each names its viewer."""

from keyuan.servicedesk.queries.board import TaskColumn, task_board, task_views
from keyuan.servicedesk.queries.common import day_of, the_customer
from keyuan.servicedesk.queries.complaints import (
    ComplaintFilter,
    ComplaintHeld,
    ComplaintNotFound,
    as_held,
    complaint_list,
    complaints_of,
    facts_of,
    the_complaint,
    visible_complaints,
    with_names,
)
from keyuan.servicedesk.queries.feeds import calendar_feeds, feed_owner, tasks_for_calendar
from keyuan.servicedesk.queries.many import customer_tasks, visible_contacts
from keyuan.servicedesk.queries.notices import missed_notices, notices, unread_count
from keyuan.servicedesk.queries.tasks import (
    TaskFilter,
    TaskNotFound,
    day_bounds,
    done_tasks,
    open_tasks,
    task_list,
    tasks_of,
    the_task,
    visible_tasks,
)

__all__ = [
    "ComplaintFilter",
    "ComplaintHeld",
    "ComplaintNotFound",
    "TaskColumn",
    "TaskFilter",
    "TaskNotFound",
    "as_held",
    "calendar_feeds",
    "complaint_list",
    "complaints_of",
    "customer_tasks",
    "day_bounds",
    "day_of",
    "done_tasks",
    "facts_of",
    "feed_owner",
    "missed_notices",
    "notices",
    "open_tasks",
    "task_board",
    "task_list",
    "task_views",
    "tasks_for_calendar",
    "tasks_of",
    "the_complaint",
    "the_customer",
    "the_task",
    "unread_count",
    "visible_complaints",
    "visible_contacts",
    "visible_tasks",
    "with_names",
]
