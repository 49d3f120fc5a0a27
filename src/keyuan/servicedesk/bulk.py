"""Set-based writing of contacts, for an imported book. A contact is a line of the log."""

from __future__ import annotations

import polars as pl

from keyuan.eventlog import bulk as log
from keyuan.kernel.actor import Actor
from keyuan.servicedesk.events import CONTACT_MADE

TOLD = ("channel", "direction", "outcome", "text")


def add_contacts(frame: pl.DataFrame, *, by: Actor) -> None:
    """Write ``contact.made`` lines: customer_id, org_unit_id, occurred_at and what was said."""
    parts = [(pl.col(name) if name in frame.columns else pl.lit("")).fill_null("").alias(name) for name in TOLD]
    lines = frame.select(
        "customer_id",
        "org_unit_id",
        pl.lit("customer").alias("subject_type"),
        pl.col("customer_id").cast(pl.String).alias("subject_id"),
        pl.struct(parts).struct.json_encode().alias("payload"),
        "occurred_at",
    )
    log.append(CONTACT_MADE, lines, by=by)
