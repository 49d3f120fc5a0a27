"""Jobs of the room."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="identity.end_cut_off", queue="clock", queueing_lock="identity.end_cut_off")
def end_checks_cut_off(timestamp: int) -> None:
    """A check whose process died has an end too."""
    from keyuan.identity import actions

    actions.end_cut_off()
