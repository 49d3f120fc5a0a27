"""What the accounts room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

SIGNED_IN = declare("user.signed_in", _("登录"), Category.ACCESS)
SIGN_IN_FAILED = declare("user.sign_in_failed", _("登录失败"), Category.ACCESS)
SIGNED_OUT = declare("user.signed_out", _("退出登录"), Category.ACCESS)
LIMITED = declare("user.limited", _("操作过于频繁，已暂停"), Category.ACCESS)
SESSIONS_ENDED = declare("user.sessions_ended", _("在其他设备退出登录"), Category.ACCESS)
PASSWORD_CHANGED = declare("user.password_changed", _("修改密码"), Category.ACCESS)
PASSWORD_RESET = declare("user.password_reset", _("管理员设置临时密码"), Category.ACCESS)
SECOND_FACTOR_ADDED = declare("user.second_factor_added", _("添加第二验证方式"), Category.ACCESS)
SECOND_FACTOR_REMOVED = declare("user.second_factor_removed", _("移除第二验证方式"), Category.ACCESS)
TOKEN_CREATED = declare("token.created", _("新建接口令牌"), Category.ACCESS)
TOKEN_REVOKED = declare("token.revoked", _("吊销接口令牌"), Category.ACCESS)
USER_CREATED = declare("user.created", _("新建账户"), Category.SYSTEM)
USER_CHANGED = declare("user.changed", _("修改账户"), Category.SYSTEM)
UNIT_CREATED = declare("unit.created", _("新建机构"), Category.SYSTEM)
UNIT_CHANGED = declare("unit.changed", _("修改机构"), Category.SYSTEM)
