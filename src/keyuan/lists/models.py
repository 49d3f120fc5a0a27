"""What people keep of a list: which filters, which columns, which order, under a name. Nobody outside imports it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.lists.states import Sharing


class ListView(models.Model):
    """A saved view of a list. ``query`` is the part of the address that says what is asked, in a fixed order."""

    listing = models.CharField(max_length=30)
    name = models.CharField(_("名称"), max_length=60)
    query = models.CharField(max_length=2000, blank=True, default="")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="+")
    shared = models.CharField(_("给谁看"), max_length=8, choices=Sharing, default=Sharing.PRIVATE)
    org_unit = models.ForeignKey("accounts.OrgUnit", models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["listing", "shared"], name="list_views_of_list"),
            models.Index(fields=["owner", "listing"], name="list_views_of_owner"),
        ]

    def __str__(self) -> str:
        return self.name
