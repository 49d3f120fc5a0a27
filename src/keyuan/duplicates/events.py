"""What the duplicates room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

SEARCHED = declare("duplicates.searched", _("查找重复客户"), Category.SYSTEM)
NOT_SAME = declare("duplicates.not_same", _("确认不是重复客户"), Category.PROFILE)
EXPORTED = declare("duplicates.exported", _("导出重复客户"), Category.ACCESS)
