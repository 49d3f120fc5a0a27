"""Jobs of traces."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from procrastinate.contrib.django import app

from keyuan.kernel.clock import now

#: Nothing more comes of a sale that was still for so long.
STILL: Final = timedelta(hours=1)


@app.periodic(cron="20 * * * *")
@app.task(name="evidence.fix_tails", queue="clock", queueing_lock="evidence.fix_tails")
def tell_the_log_of_what_came_after(timestamp: int) -> None:
    """Rows after the last step of a sale (the page of thanks, and how it was read) come under a head in the log too."""
    from keyuan.accounts.scope import system_viewer
    from keyuan.evidence.pages import actions

    actions.fix_tails(before=now() - STILL, by=system_viewer("traces of sales").actor)
