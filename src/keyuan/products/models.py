"""Products as the book of business names them. Versions, rates and rules come with the product workshop."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.wording import in_language
from keyuan.products.states import Line


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
