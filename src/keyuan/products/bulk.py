"""Products by their codes, for an imported book."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from keyuan.products.models import Product


def product_ids(codes: Collection[str]) -> dict[str, int]:
    """The keys of the products that bear these codes."""
    return dict(Product.objects.filter(code__in=codes).values_list("code", "pk"))


def open_products(named: Mapping[str, tuple[str, str]]) -> dict[str, int]:
    """Enter products that a book names: code → (name, line); returns their keys. In the caller's transaction."""
    made = Product.objects.bulk_create(
        [Product(code=code, name=name or code, line=line) for code, (name, line) in named.items()]
    )
    return {product.code: product.pk for product in made}
