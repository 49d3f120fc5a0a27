"""Jobs of the retention room. Each may run again at any time: what was done is not done twice."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from keyuan.retention.actions import escalate_overdue, propose_for_all_who_left

log = logging.getLogger(__name__)


@app.periodic(cron="5 1-11 * * *")  # UTC: at five past each hour of the company's working day, 09:05 to 19:05
@app.task(name="retention.escalate_overdue", queue="retention", queueing_lock="retention.escalate_overdue")
def escalate_overdue_renewals(timestamp: int) -> None:
    """Tell managers of renewals that nobody called about."""
    told = escalate_overdue()
    if told:
        log.info("%s overdue renewals were escalated", told)


@app.periodic(cron="20 0-12 * * *")
@app.task(name="retention.propose_hand_overs", queue="retention", queueing_lock="retention.propose_hand_overs")
def propose_hand_overs(timestamp: int) -> None:
    """The same day that an agent leaves, their customers have a proposed successor."""
    made = propose_for_all_who_left()
    if made:
        log.info("%s hand-overs were proposed", made)
