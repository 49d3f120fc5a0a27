"""What the agents room refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class AgentNotFound(Refusal):
    """No such agent."""

    code = "agent_not_found"
    status = 404
    message = _("没有找到这位代理人。")
    remedy = _("请核对工号。")
