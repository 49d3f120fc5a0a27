"""Jobs of proof. Each may run again, or twice at once."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from keyuan.evidence.pages import tasks as traces

__all__ = ["check", "seal", "traces"]

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="evidence.seal", queue="evidence", queueing_lock="evidence.seal", lock="evidence.seal")
def seal(timestamp: int) -> None:
    """Seal the batches that have no seal yet."""
    from keyuan.evidence import sealing
    from keyuan.trust.refusals import KeyUnavailable, NoAuthority

    try:
        done = sealing.seal_all()
    except (NoAuthority, KeyUnavailable) as refusal:
        log.warning("the log is not sealed: %s", refusal)
        return
    if done:
        log.info("sealed %d batches of the log", done)


@app.periodic(cron="20 18 * * *")  # 02:20 in the company's zone
@app.task(name="evidence.check", queue="evidence", queueing_lock="evidence.check", lock="evidence.check")
def check(timestamp: int) -> None:
    """Check the whole log against its batches, and keep what was found."""
    from keyuan.evidence import checking

    kept = checking.check_and_keep()
    if kept.found:
        log.error("the log does not fit its seals: %s", kept.found)
