"""What this room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

CODE_SENT = declare("identity.code_sent", _("发送验证码"), Category.ACCESS)
CODE_REDEEMED = declare("identity.code_redeemed", _("验证手机号"), Category.ACCESS)
CODE_REFUSED = declare("identity.code_refused", _("验证码不对"), Category.ACCESS)
ASKED = declare("identity.asked", _("提交身份核验"), Category.ACCESS)
CHECKED = declare("identity.checked", _("核验身份"), Category.ACCESS)
DECIDED = declare("identity.decided", _("人工核对身份"), Category.ACCESS)
