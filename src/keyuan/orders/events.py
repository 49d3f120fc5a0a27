"""What the orders room writes into the log. The subject is ("order", its number)."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

# payload of all: {"order": number, "product": code}
STARTED = declare("order.started", _("开始网上投保"), Category.POLICY)
# payload also: {"step": Step}
FILLED = declare("order.filled", _("填写投保单"), Category.POLICY)
# payload also: {"from", "to": versions of the product, "before", "now": first premiums}
RENEWED = declare("order.renewed", _("投保单换用新版条款"), Category.POLICY)
# payload also: {"digest": SHA-256 of what was submitted, "application": id in underwriting}
SUBMITTED = declare("order.submitted", _("提交投保单"), Category.POLICY)
# payload also: {"outcome", "loading_percent", "exclusions", "premium"}
DECIDED = declare("order.decided", _("投保单核保结论"), Category.POLICY)
AGREED = declare("order.agreed", _("接受核保结论"), Category.POLICY)
# payload also: {"signature": id}
SIGNED = declare("order.signed", _("签署投保单"), Category.POLICY)
# payload also: {"amount", "attempt"}
PAID = declare("order.paid", _("投保单已付款"), Category.MONEY)
# payload also: {"policy": number}
ISSUED = declare("order.issued", _("网上出单"), Category.POLICY)
# payload also: {"reason"}
WITHDRAWN = declare("order.withdrawn", _("撤回投保单"), Category.POLICY)
REFUNDED = declare("order.refunded", _("投保单退款"), Category.MONEY)
