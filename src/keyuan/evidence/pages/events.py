"""What traces write into the log. The subject is ("order", its number)."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

# The payload: sale, step (submit, agree, sign, pay, issue, since), rows, head in hexadecimal.
TRACED = declare("sale.traced", _("销售过程存证"), Category.SYSTEM)
# The payload: sale, purpose, rows, and whether the chain was intact.
REPLAYED = declare("sale.replayed", _("回看销售过程"), Category.ACCESS)
# The payload: sale, rows, head, why.
DROPPED = declare("sale.trace_dropped", _("销售过程到期销毁"), Category.SYSTEM)
# The payload: how many visits and rows.
VISITS_DROPPED = declare("visits.dropped", _("未投保的浏览记录到期销毁"), Category.SYSTEM)
