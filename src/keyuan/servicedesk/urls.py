"""The addresses of the service desk."""

from django.urls import path

from keyuan.servicedesk.views import complaint_list, complaints, feeds, fragments, kept, notices, tasks

app_name = "servicedesk"

urlpatterns = [
    path("desk/tasks/", tasks.my_tasks, name="tasks"),
    path("desk/tasks/", tasks.my_tasks, name="my_tasks"),
    path("desk/tasks/done-today/", tasks.done_today, name="done_today"),
    path("desk/tasks/bulk/", tasks.bulk, name="bulk_tasks"),
    path("desk/tasks/export/", tasks.export, name="export_tasks"),
    path("desk/tasks/views/", kept.save_view, name="save_task_view"),
    path("desk/tasks/views/<int:task_view_id>/forget/", kept.forget_view, name="forget_task_view"),
    path("desk/tasks/new/", fragments.create_own_task, name="new_own_task"),
    path("desk/tasks/<int:task_id>/", tasks.task, name="task"),
    path("desk/tasks/<int:task_id>/snooze/", tasks.snooze, name="snooze_task"),
    path("desk/tasks/<int:task_id>/done/", fragments.complete_task, name="complete_task"),
    path("desk/tasks/<int:task_id>/reopen/", fragments.reopen_task, name="reopen_task"),
    path("desk/notices/", notices.notices, name="notices"),
    path("desk/notices/read/", notices.read_all, name="read_notices"),
    path("desk/notices/unread/", notices.unread, name="unread_notices"),
    path("desk/notices/settings/", feeds.reminders, name="reminders"),
    path("desk/notices/feeds/", feeds.make_feed, name="make_feed"),
    path("desk/notices/feeds/<int:feed_id>/revoke/", feeds.revoke_feed, name="revoke_feed"),
    path("calendar/<str:secret>.ics", feeds.calendar, name="calendar"),
    path("desk/notices/<int:notice_id>/", notices.open_notice, name="open_notice"),
    path("desk/complaints/", complaint_list.complaints, name="complaints"),
    path("desk/complaints/<int:complaint_id>/", complaints.complaint, name="complaint"),
    path("desk/complaints/<int:complaint_id>/<slug:step>/", complaints.complaint_step, name="complaint_step"),
    path("desk/service/<int:customer_id>/note/", fragments.note_contact, name="note_contact"),
    path("desk/service/<int:customer_id>/call/", fragments.call_outcome, name="call_outcome"),
    path("desk/service/<int:customer_id>/task/", fragments.create_task, name="create_task"),
    path("desk/service/<int:customer_id>/task/", fragments.create_task, name="new_task"),
    path("desk/service/<int:customer_id>/complaint/", fragments.receive_complaint, name="receive_complaint"),
]
