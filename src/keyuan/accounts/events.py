"""What the accounts room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

SIGNED_IN = declare("user.signed_in", _("登录"), Category.ACCESS)
SIGN_IN_FAILED = declare("user.sign_in_failed", _("登录失败"), Category.ACCESS)
USER_CREATED = declare("user.created", _("新建账户"), Category.SYSTEM)
USER_CHANGED = declare("user.changed", _("修改账户"), Category.SYSTEM)
UNIT_CREATED = declare("unit.created", _("新建机构"), Category.SYSTEM)
UNIT_CHANGED = declare("unit.changed", _("修改机构"), Category.SYSTEM)
