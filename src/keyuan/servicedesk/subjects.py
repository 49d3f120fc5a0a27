"""Files can be put on a complaint."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import Viewer
from keyuan.files.subjects import declare
from keyuan.servicedesk.queries import visible_complaints


def _complainant(complaint_id: int, viewer: Viewer) -> int | None:
    return visible_complaints(viewer).filter(pk=complaint_id).values_list("customer_id", flat=True).first()


declare("complaint", _("投诉"), _complainant, "servicedesk:complaint")
