"""What the deadlines room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

# payload: {"year", "title", "days": how many it names}
NOTICE_TAKEN_IN = declare("calendar.notice_taken_in", _("录入节假日安排"), Category.SYSTEM)
NOTICE_REMOVED = declare("calendar.notice_removed", _("删除节假日安排"), Category.SYSTEM)
