"""Jobs of the outbox. Each may run again at any time: what was sent is not sent twice."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.task(name="messages.deliver", queue="messages")
def deliver_message(message_id: int) -> None:
    """Deliver one message, right after the commit of what it tells of, or when the quiet hours end."""
    from keyuan.messages import delivering

    delivering.deliver(message_id)


@app.periodic(cron="* * * * *")
@app.task(name="messages.deliver_due", queue="messages", queueing_lock="messages.deliver_due")
def deliver_due_messages(timestamp: int) -> None:
    """Second tries, lost jobs, calls that were cut off."""
    from keyuan.messages import delivering

    while delivering.deliver_due() == delivering.AT_ONCE:
        continue
