"""Products by their codes, for an imported book; and the shipped definitions, offered to an empty catalogue."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction

from keyuan.accounts.four_eyes import digest_of
from keyuan.eventlog.actions import record
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now
from keyuan.products.actions import enter
from keyuan.products.definition.book import shipped_texts
from keyuan.products.events import PUBLISHED
from keyuan.products.models import Product, ProductVersion

SHIPPER = Actor.system("Keyuan")


def product_ids(codes: Collection[str]) -> dict[str, int]:
    """The keys of the products that bear these codes."""
    return dict(Product.objects.filter(code__in=codes).values_list("code", "pk"))


def open_products(named: Mapping[str, tuple[str, str]]) -> dict[str, int]:
    """Enter products that a book names: code → (name, line); returns their keys. In the caller's transaction."""
    made = Product.objects.bulk_create(
        [Product(code=code, name=name or code, line=line) for code, (name, line) in named.items()]
    )
    return {product.code: product.pk for product in made}


@transaction.atomic
def offer_shipped_products(*, by: Actor = SHIPPER) -> int:
    """Enter the shipped definitions of products that have no version yet, as published; returns how many.

    They were written and tried by whoever ships Keyuan; ``by`` puts them on sale here.
    Doing it again does nothing: what an insurer published or withdrew stays as it is.
    """
    known = set(ProductVersion.objects.values_list("code", flat=True))
    at, made = now(), 0
    for text, definition in shipped_texts():
        if definition.code in known:
            continue
        row = ProductVersion(
            code=definition.code,
            number=definition.version,
            text=text,
            digest=digest_of(text),
            effective_from=definition.effective_from,
            effective_until=definition.effective_until,
        )
        for name in ("drafted", "changed", "submitted", "published"):
            setattr(row, f"{name}_by", SHIPPER.name)
            setattr(row, f"{name}_at", at)
        row.save(force_insert=True)
        enter(definition)
        payload = {"version": row.number, "digest": row.digest}
        record(PUBLISHED, by=by, subject=("product", row.code), payload=payload)
        made += 1
    return made
