"""What the billing room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

# About ("payment", attempt number), telling order, amount, currency, gateway and more.
BEGUN = declare("payment.begun", _("发起支付"), Category.MONEY)
RECEIVED = declare("payment.received", _("收到付款"), Category.MONEY)
REFUSED = declare("payment.refused", _("付款无法承保，登记全额退款"), Category.MONEY)
CLOSED = declare("payment.closed", _("支付关闭"), Category.MONEY)
# About ("refund", refund number), telling payment, amount, currency and reason.
REFUND_QUEUED = declare("refund.queued", _("登记退款"), Category.MONEY)
REFUND_DONE = declare("refund.done", _("退款完成"), Category.MONEY)
REFUND_FAILED = declare("refund.failed", _("渠道拒绝退款"), Category.MONEY)
REFUND_RETRIED = declare("refund.retried", _("重新退款"), Category.MONEY)
# About ("policy", id), telling number, how many instalments, total and currency.
SCHEDULED = declare("premium.scheduled", _("建立缴费计划"), Category.MONEY)
SCHEDULE_CLOSED = declare("premium.schedule_closed", _("关闭缴费计划"), Category.MONEY)
# About ("statement", day), telling gateway, counts and sums; about ("difference", id), telling why.
RECONCILED = declare("statement.reconciled", _("对账完成"), Category.SYSTEM)
EXPLAINED = declare("difference.explained", _("说明对账差异"), Category.MONEY)
EXPORTED = declare("billing.exported", _("导出收费清单"), Category.ACCESS)
