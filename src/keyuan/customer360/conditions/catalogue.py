"""The catalogue: every record and field that a condition can name. Custom fields differ between installations and days."""

from __future__ import annotations

from functools import cache

from keyuan.accounts.scope import Viewer
from keyuan.customer360.conditions import of_business, of_customers
from keyuan.customer360.conditions.fields import Catalogue, Record
from keyuan.customer360.conditions.of_custom import with_custom


@cache
def _fixed() -> dict[str, Record]:
    return {record.name: record for record in [*of_customers.records(), *of_business.records()]}


def catalogue(viewer: Viewer) -> Catalogue:
    """What this viewer can ask for."""
    return Catalogue({name: with_custom(record, viewer=viewer) for name, record in _fixed().items()})
