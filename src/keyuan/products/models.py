"""Products by their codes, and the versions of their definitions: each a text that is kept whole, with its digest."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.four_eyes import Version
from keyuan.kernel.wording import in_language
from keyuan.products.states import Line, VersionState


class Product(models.Model):
    """A product by its code. ``long_term`` (more than one year) decides which legal clocks run for its policies."""

    code = models.CharField(_("产品代码"), max_length=30, unique=True)
    name = models.CharField(_("产品名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True, default="")
    line = models.CharField(_("险种"), max_length=20, choices=Line)
    long_term = models.BooleanField(_("长期险"), default=False)

    def __str__(self) -> str:
        return self.name

    @property
    def shown(self) -> str:
        """Its name in the reader's language, as far as there is one."""
        return in_language(self.name, self.name_en)


class ProductVersion(Version):
    """One version of a product's definition: ``text`` is the YAML as it was written.

    The dates are those of the text, for finding the version of a day without reading it.
    """

    code = models.CharField(_("产品代码"), max_length=30)
    text = models.TextField(_("定义"))
    effective_from = models.DateField(_("生效日"), null=True)
    effective_until = models.DateField(_("终止日"), null=True)
    withdrawn_by = models.CharField(_("撤回人"), max_length=200, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_on = models.DateField(null=True)
    trials = models.JSONField(default=list)  # what was tried before it was submitted and published (trials.Trial)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="product_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(published_at__isnull=True), name="product_one_draft_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(submitted_at__isnull=False),
                name="product_version_published_after_submission",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(published_at__isnull=False),
                name="product_version_withdrawn_after_publication",
            ),
        ]

    @property
    def state(self) -> VersionState:
        """Computed from what happened to it."""
        if self.withdrawn_at is not None:
            return VersionState.WITHDRAWN
        if self.published_at is not None:
            return VersionState.PUBLISHED
        return VersionState.DRAFT if self.submitted_at is None else VersionState.SUBMITTED

    @property
    def file(self) -> str:
        """The name of its text in faults and downloads."""
        return f"{self.code}-{self.number}.yaml"
