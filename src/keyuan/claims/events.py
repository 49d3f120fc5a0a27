"""What the claims room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

NOTIFIED = declare("claim.notified", _("报案"), Category.CLAIM)
IMPORTED = declare("claim.imported", _("导入赔案"), Category.CLAIM)
PAPERS_COMPLETE = declare("claim.papers_complete", _("理赔资料齐全"), Category.CLAIM)
DECIDED = declare("claim.decided", _("理赔核定"), Category.CLAIM)
PAID = declare("claim.paid", _("支付赔款"), Category.CLAIM)
REFUSED = declare("claim.refused", _("拒绝赔付"), Category.CLAIM)
REFUSAL_NOTIFIED = declare("claim.refusal_notified", _("发出拒赔通知"), Category.CLAIM)
CLOSED = declare("claim.closed", _("赔案结案"), Category.CLAIM)
