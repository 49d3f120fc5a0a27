"""Files can be put on a policy."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import Viewer
from keyuan.files.subjects import declare
from keyuan.policies.queries import visible


def _holder_of(policy_id: int, viewer: Viewer) -> int | None:
    return visible(viewer).filter(pk=policy_id).values_list("customer_id", flat=True).first()


declare("policy", _("保单"), _holder_of, "policies:detail")
