"""What only the API refuses."""

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class OneKind(Refusal):
    """A body that is both a person and an enterprise, or neither."""

    code = "one_kind"
    message = _("客户要么是个人，要么是企业。")
    remedy = _("请只填写 person 或 enterprise 之一。")
