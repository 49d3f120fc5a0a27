"""What the engagement room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

FORM_CREATED = declare("form.created", _("新建表单"), Category.SYSTEM)
FORM_PUBLISHED = declare("form.published", _("发布表单"), Category.SYSTEM)
FORM_CLOSED = declare("form.closed", _("停止收集表单"), Category.SYSTEM)
LINK_MADE = declare("form.link_made", _("生成表单链接"), Category.SYSTEM)
# payload: {"title": the form's, "form_id", "submission_id", "marketing", "owner_ids": the accounts who are to know}
FILLED = declare("form.filled", _("客户填写了表单"), Category.CONTACT)
RESULTS_EXPORTED = declare("form.results_exported", _("导出表单结果"), Category.ACCESS)
