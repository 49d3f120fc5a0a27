"""What the intake room writes into the log itself (the rooms write what was imported)."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

IMPORT_STARTED = declare("import.started", _("开始导入账册"), Category.SYSTEM)
IMPORT_FINISHED = declare("import.finished", _("完成导入账册"), Category.SYSTEM)
