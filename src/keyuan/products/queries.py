"""Every read of products. The list of products is the company's, not a customer's: all staff see all of it."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal
from keyuan.products.definition.book import shipped
from keyuan.products.definition.schema import Definition
from keyuan.products.models import Product


class ProductNotFound(Refusal):
    code = "product_not_found"
    status = 404
    message = _("没有代码为%(code)s的产品。")
    remedy = _("请从产品目录中选择。")

    def __init__(self, code: str) -> None:
        super().__init__(field="product")
        self.gaps = {"code": code}


def products() -> QuerySet[Product]:
    """Every product, by line and code."""
    return Product.objects.order_by("line", "code")


def product_by_code(code: str) -> Product:
    """The product of this code; raises ProductNotFound."""
    found = Product.objects.filter(code=code).first()
    if found is None:
        raise ProductNotFound(code)
    return found


def version(code: str, *, on: date | None = None, number: int | None = None) -> Definition:
    """The definition of a product: version ``number``, or the one in force on the day ``on``, or the newest.

    A quote pins the number. Raises ProductNotFound.
    """
    found = [
        definition
        for definition in shipped()
        if definition.code == code
        and (number is None or definition.version == number)
        and (on is None or definition.in_force(on))
    ]
    if not found:
        raise ProductNotFound(code)
    return found[-1]
