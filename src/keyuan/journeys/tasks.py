"""Jobs of the journeys. Each may run again, or twice at once: what is there is not made twice."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from typing import Final

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from keyuan.kernel.clock import now, today

#: A document that is not there after so long has lost its job, or its job failed.
LOST_AFTER: Final = timedelta(minutes=1)


@app.task(name="journeys.make_document", queue="documents")
def make_document(policy_id: int) -> None:
    """Make, sign and keep the document of a policy. What fails is tried again by the sweep, every minute."""
    # Loaded by the worker alone: the web process needs neither typesetting nor PDF signatures.
    import_module("keyuan.journeys.document").make(policy_id)


@app.periodic(cron="* * * * *")
@app.task(name="journeys.make_documents", queue="documents", queueing_lock="journeys.make_documents")
def make_documents(timestamp: int) -> None:
    """Documents whose job was lost or failed; one that cannot be made does not keep the others waiting."""
    from keyuan.policies.queries import documents_to_make

    for policy_id in documents_to_make(before=now() - LOST_AFTER):
        with suppress(AlreadyEnqueued):
            make_document.configure(queueing_lock=f"document-{policy_id}").defer(policy_id=policy_id)


@app.periodic(cron="35 18 * * *")  # 02:35 in the company's zone
@app.task(name="journeys.drop_traces", queue="clock", queueing_lock="journeys.drop_traces")
def drop_traces_that_are_due(timestamp: int) -> None:
    """Records of sales go when the law's time for keeping them is over."""
    from keyuan.journeys import keeping

    keeping.drop_traces(on=today())
