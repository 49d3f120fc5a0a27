"""What the tiers room writes into the log."""

from django.utils.translation import gettext_lazy as _

from keyuan.eventlog.kinds import Category, declare

# About the customer. payload: {"from", "to": levels, "name", "name_en": of the new tier, "converted", "contribution",
# "until": the day it is looked at again, "ladder", "rules": number of the version}
RAISED = declare("tier.raised", _("客户等级升级"), Category.SERVICE)
KEPT = declare("tier.kept", _("客户等级续期保级"), Category.SERVICE)
LOWERED = declare("tier.lowered", _("客户等级到期调整"), Category.SERVICE)
# payload: {"benefit", "name", "name_en", "code": the redemption number, "level", and for giving back "reason"}
REDEEMED = declare("tier.benefit_redeemed", _("领取等级权益"), Category.SERVICE)
GIVEN_BACK = declare("tier.benefit_given_back", _("退回等级权益"), Category.SERVICE)
MEMBERS_EXPORTED = declare("tier.members_exported", _("导出会员名单"), Category.ACCESS)
# Tells of the day, how many were looked at, and how many went up, stayed or went down.
REVIEWED = declare("tier.book_reviewed", _("全册客户等级评定"), Category.SYSTEM)
# About ("tier_rules", code), telling version, digest and more.
DRAFTED = declare("tier.rules_drafted", _("起草等级规则"), Category.SYSTEM)
CHANGED = declare("tier.rules_changed", _("修改等级规则草稿"), Category.SYSTEM)
RULES_SUBMITTED = declare("tier.rules_submitted", _("等级规则提交审批"), Category.SYSTEM)
RETURNED = declare("tier.rules_returned", _("退回等级规则"), Category.SYSTEM)
PUBLISHED = declare("tier.rules_published", _("发布等级规则"), Category.SYSTEM)
DISCARDED = declare("tier.rules_discarded", _("删除等级规则草稿"), Category.SYSTEM)
