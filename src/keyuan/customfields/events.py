"""What the room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

DEFINED = declare("custom_field.defined", _("定义字段"), Category.SYSTEM)
# payload: {"record", "slug", "changes": {attribute: [before, after]}}
CHANGED = declare("custom_field.changed", _("修改字段定义"), Category.SYSTEM)
ORDERED = declare("custom_field.ordered", _("调整字段顺序"), Category.SYSTEM)
RETIRED = declare("custom_field.retired", _("停用字段"), Category.SYSTEM)
RESTORED = declare("custom_field.restored", _("恢复字段"), Category.SYSTEM)
