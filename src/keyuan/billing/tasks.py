"""Jobs of the billing room. Each may run again, or twice at once: what was done is not done twice."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="billing.sweep", queue="billing", queueing_lock="billing.sweep", lock="billing.sweep")
def sweep(timestamp: int) -> None:
    """Handle what was left over, ask about what waits, send what is owed."""
    from keyuan.billing import sweeping

    done = sweeping.sweep()
    if any(done.values()):
        log.info("payments: %s", done)


@app.task(name="billing.send_refund", queue="billing")
def send_refund(refund_id: int) -> None:
    """Send one refund as soon as it is owed; without a definite answer the sweep tries again."""
    from keyuan.billing.actions import send_refund as send

    send(refund_id)


@app.periodic(
    cron="30 1,3,5 * * *"
)  # 09:30 in the company's zone, when the files are there; twice more if they are not
@app.task(name="billing.reconcile", queue="billing", queueing_lock="billing.reconcile")
def reconcile(timestamp: int) -> None:
    """Compare yesterday, and the days of the last week that could not be compared."""
    from keyuan.billing import sweeping

    for day, told in sweeping.reconcile_missing().items():
        log.info("reconciliation of %s: %s", day, told)
