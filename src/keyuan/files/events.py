"""What the files room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

ATTACHED = declare("file.attached", _("上传文件"), Category.SERVICE)
OPENED = declare("file.opened", _("查看文件"), Category.ACCESS)
HIDDEN = declare("file.hidden", _("删除文件"), Category.SERVICE)
RESTORED = declare("file.restored", _("恢复文件"), Category.SERVICE)
INFECTED = declare("file.infected", _("文件查出病毒"), Category.ACCESS)
