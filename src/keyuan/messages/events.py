"""What this room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

QUEUED = declare("message.queued", _("写好消息"), Category.SYSTEM)
SENT = declare("message.sent", _("发出消息"), Category.CONTACT)
KEPT = declare("message.kept", _("消息存入发件箱"), Category.CONTACT)
FAILED = declare("message.failed", _("消息没有发出"), Category.CONTACT)
