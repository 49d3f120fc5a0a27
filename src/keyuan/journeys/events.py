"""What the journeys write into the log themselves. Each step's own line is its room's."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

# About ("policy", id), telling number and purpose.
GATHERED = declare("evidence.gathered", _("取证据文件"), Category.ACCESS)
