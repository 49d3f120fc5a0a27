"""What the room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

AUTHORITY_MADE = declare("trust.authority_made", _("建立认证中心证书"), Category.SYSTEM)
CERTIFIED = declare("certificate.issued", _("签发客户证书"), Category.ACCESS)
RENEWED = declare("certificate.renewed", _("更换证书"), Category.ACCESS)
REVOKED = declare("certificate.revoked", _("注销证书"), Category.ACCESS)
SIGNED = declare("signature.made", _("电子签名"), Category.SERVICE)
