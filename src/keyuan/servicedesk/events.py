"""What the service desk writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

# payload: {"channel": ContactChannel, "direction": Direction, "outcome": CallOutcome or "", "text": what was said}
CONTACT_MADE = declare("contact.made", _("联系记录"), Category.CONTACT)
TASK_CREATED = declare("task.created", _("新建任务"), Category.SERVICE)
TASK_DONE = declare("task.done", _("完成任务"), Category.SERVICE)
TASK_REOPENED = declare("task.reopened", _("重开任务"), Category.SERVICE)
TASK_CHANGED = declare("task.changed", _("修改任务"), Category.SERVICE)
TASK_POSTPONED = declare("task.postponed", _("推迟任务"), Category.SERVICE)
TASK_SNOOZED = declare("task.snoozed", _("稍后提醒"), Category.SERVICE)
TASK_REASSIGNED = declare("task.reassigned", _("转交任务"), Category.SERVICE)
TASK_WITHDRAWN = declare("task.withdrawn", _("撤回任务"), Category.SERVICE)
TASK_REMINDED = declare("task.reminded", _("任务提醒"), Category.SERVICE)
TASKS_EXPORTED = declare("task.exported", _("导出任务"), Category.SERVICE)
TASK_VIEW_SAVED = declare("task_view.saved", _("保存任务视图"), Category.SERVICE)
TASK_VIEW_FORGOTTEN = declare("task_view.forgotten", _("删除任务视图"), Category.SERVICE)
CALENDAR_FEED_MADE = declare("calendar_feed.made", _("建立日历订阅"), Category.ACCESS)
CALENDAR_FEED_REVOKED = declare("calendar_feed.revoked", _("停用日历订阅"), Category.ACCESS)
COMPLAINT_RECEIVED = declare("complaint.received", _("受理投诉"), Category.SERVICE)
COMPLAINT_DECIDED = declare("complaint.decided", _("投诉处理决定"), Category.SERVICE)
COMPLAINT_EXTENDED = declare("complaint.extended", _("投诉延长办理期限"), Category.SERVICE)
COMPLAINT_TOLD = declare("complaint.told", _("告知投诉处理决定"), Category.SERVICE)
COMPLAINT_CLOSED = declare("complaint.closed", _("投诉办结"), Category.SERVICE)
