"""Jobs of the 360 room."""

from __future__ import annotations

from procrastinate.contrib.django import app

from keyuan.customer360.models import BulkRun
from keyuan.customer360.states import BulkState


@app.task(name="customer360.bulk", queue="bulk", retry=3)
def bulk(run_id: int) -> None:
    """Carry out what is left of a bulk run for its owner, with the scope that the owner has now."""
    from keyuan.accounts.scope import viewer_of_id
    from keyuan.customer360.actions.bulk import carry_out

    run = BulkRun.objects.get(pk=run_id)
    if run.state in (BulkState.WAITING, BulkState.RUNNING):
        carry_out(run, by=viewer_of_id(run.owner_id))
