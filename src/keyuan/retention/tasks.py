"""Jobs of the retention room. Each may run again at any time: what was done is not done twice."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

log = logging.getLogger(__name__)


@app.periodic(cron="5 1-11 * * *")  # UTC: at five past each hour of the company's working day, 09:05 to 19:05
@app.task(name="retention.escalate_overdue", queue="retention", queueing_lock="retention.escalate_overdue")
def escalate_overdue_renewals(timestamp: int) -> None:
    """Tell managers of renewals that nobody called about."""
    from keyuan.retention.actions import escalate_overdue

    told = escalate_overdue()
    if told:
        log.info("%s overdue renewals were escalated", told)


@app.periodic(cron="30 0 * * *")  # 08:30 in the company's zone: before the first call of the day
@app.task(name="retention.assign_by_rules", queue="retention", queueing_lock="retention.assign_by_rules")
def assign_renewals_by_rules(timestamp: int) -> None:
    """Give out what came into the window of its line, as each branch's rule says."""
    from keyuan.retention.actions import assign_by_rules

    given = assign_by_rules()
    if given:
        log.info("%s renewals were assigned by rule", given)


@app.periodic(cron="40 * * * *")
@app.task(name="retention.check_terms", queue="retention", queueing_lock="retention.check_terms")
def look_for_policies_without_terms(timestamp: int) -> None:
    """The lists of a large book leave out a part when every policy has its terms on record."""
    from keyuan.policies.dues import check_terms

    check_terms()


@app.periodic(cron="20 0-12 * * *")
@app.task(name="retention.propose_hand_overs", queue="retention", queueing_lock="retention.propose_hand_overs")
def propose_hand_overs(timestamp: int) -> None:
    """The same day that an agent leaves, their customers have a proposed successor."""
    from keyuan.retention.actions import propose_for_all_who_left

    made = propose_for_all_who_left()
    if made:
        log.info("%s hand-overs were proposed", made)
