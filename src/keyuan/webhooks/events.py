"""What the room writes into the log. None of it is ever delivered to an endpoint's own URL list by accident: SYSTEM."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

ADDED = declare("webhook.added", _("新建推送地址"), Category.SYSTEM)
CHANGED = declare("webhook.changed", _("修改推送地址"), Category.SYSTEM)
ENABLED = declare("webhook.enabled", _("启用推送地址"), Category.SYSTEM)
DISABLED = declare("webhook.disabled", _("停用推送地址"), Category.SYSTEM)
SECRET_ROTATED = declare("webhook.secret_rotated", _("更换推送密钥"), Category.SYSTEM)
REPLAYED = declare("webhook.replayed", _("重放推送"), Category.SYSTEM)
RESENT = declare("webhook.resent", _("重新推送"), Category.SYSTEM)
