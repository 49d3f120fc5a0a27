"""What the room refuses, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class EndpointNotFound(Refusal):
    code = "endpoint_not_found"
    status = 404
    message = _("没有这个推送地址，或者不在您的范围内。")
    remedy = _("请回到列表核对。")


class DeliveryNotFound(Refusal):
    code = "delivery_not_found"
    status = 404
    message = _("没有这条推送记录，或者不在您的范围内。")


class AddressNotAllowed(Refusal):
    """Not https, not a web address, or an address inside our own network (server-side request forgery)."""

    code = "address_not_allowed"
    message = _("不能推送到“%(url)s”：%(reason)s")
    remedy = _("请填写公网上的 https 地址；内网地址须由运维人员在设置 KEYUAN_WEBHOOK_NETWORKS 中放行。")


class KindsMalformed(Refusal):
    code = "kinds_malformed"
    message = _("没有符合“%(pattern)s”的事件。")
    remedy = _("请按“policy.issued”或“policy.*”的样子填写，“*”表示全部。")


class OutsideScope(Refusal):
    code = "unit_outside_scope"
    status = 403
    message = _("所选机构不在您的管辖范围内。")


class PurposeMissing(Refusal):
    code = "purpose_text_missing"
    message = _("请写明为什么需要这些事件。")
    remedy = _("例如“核心系统同步保单状态”。用途会写入日志。")


class EndpointInactive(Refusal):
    code = "endpoint_inactive"
    message = _("推送地址“%(name)s”已停用。")
    remedy = _("请先启用。")
