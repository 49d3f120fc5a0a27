"""Names of scores: the models of our own book, and what makes customers leave."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

LAPSE_OWN: Final = "lapse_own"
#: PSI, by the field's habit (Siddiqi 2006): below 0.10 nothing has moved, above 0.25 the model must be looked at.
WATCH: Final = 0.10
LIMIT: Final = 0.25


class Cause(TextChoices):
    """What makes a customer leave."""

    PRESSURE = "pressure", gettext_lazy("缴费压力")
    DEARER = "dearer", gettext_lazy("续保涨价")
    AGENT_LEFT = "agent_left", gettext_lazy("代理人离职")
    NO_CONTACT = "no_contact", gettext_lazy("久未联系")
    REFUSED = "claim_refused", gettext_lazy("理赔被拒")
    PAYMENT = "payment", gettext_lazy("缴费不顺")
    ASKED = "asked", gettext_lazy("申请过退保")
    COMPLAINT = "complaint", gettext_lazy("有投诉")
    OTHERS_LEFT = "others_left", gettext_lazy("已退过别的保单")
    NEW = "new", gettext_lazy("投保不久")
