"""Pages of a long list whose count stays cheap at any size of book."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator

MOST = 10_000


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # any queryset
    """Counts up to ``MOST`` rows and no further: nobody turns to page 5,000, and counting millions takes seconds."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[:MOST].count())

    @property
    def is_capped(self) -> bool:
        """Whether there may be more than is counted."""
        return self.count == MOST
