"""Jobs of the service desk. (Work that people do is in actions/tasks.py.)"""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from keyuan.kernel.clock import now

CLOCK = "到时提醒"


@app.periodic(cron="* * * * *")
@app.task(name="servicedesk.remind", queue="clock")
def remind(timestamp: int) -> None:
    """Every minute: the reminders that are due."""
    from keyuan.accounts.scope import system_viewer
    from keyuan.servicedesk import actions
    from keyuan.servicedesk.actions.reminders import AT_ONCE

    while actions.remind_of_tasks(on=now(), by=system_viewer(CLOCK)) == AT_ONCE:
        continue


@app.periodic(cron="17 3 * * *")
@app.task(name="servicedesk.sweep_notices", queue="clock")
def sweep(timestamp: int) -> None:
    """Every night: notices that nobody needs any more."""
    from keyuan.servicedesk import actions

    actions.sweep_notices(on=datetime.fromtimestamp(timestamp, UTC))
