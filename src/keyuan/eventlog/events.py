"""What happens to the system as a whole."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

KEYS_ROTATED = declare("keys.rotated", _("更换加密密钥"), Category.SYSTEM)
