"""Jobs of the tiers room."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

log = logging.getLogger(__name__)


@app.periodic(cron="40 16 * * *")  # 00:40 in the company's zone: a membership year ends with its last day
@app.task(name="tiers.review_book", queue="tiers", queueing_lock="tiers.review_book")
def review_the_book(timestamp: int) -> None:
    """Look at everybody once a night."""
    from keyuan.tiers.actions import review_book

    done = review_book()
    log.info(
        "%s customers were reviewed: %s raised, %s kept, %s lowered",
        done.looked_at,
        done.raised,
        done.kept,
        done.lowered,
    )
