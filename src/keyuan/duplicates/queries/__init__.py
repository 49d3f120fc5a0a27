"""Every read of the duplicates room. A pair is seen by who may merge and sees both customers."""

from keyuan.duplicates.queries.entry import likely
from keyuan.duplicates.queries.queue import (
    QueueFilters,
    last_search,
    open_count,
    pairs_among,
    pairs_of,
    queue,
    the_pair,
)
from keyuan.duplicates.queries.review import Review, review, told_pair

__all__ = [
    "QueueFilters",
    "Review",
    "last_search",
    "likely",
    "open_count",
    "pairs_among",
    "pairs_of",
    "queue",
    "review",
    "the_pair",
    "told_pair",
]
