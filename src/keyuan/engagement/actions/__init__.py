"""Every write of the engagement room: lock, check, write, log, in one transaction."""

from keyuan.engagement.actions.building import (
    close_form,
    create_form,
    make_link,
    note_results_export,
    publish_form,
    save_form,
)
from keyuan.engagement.actions.receiving import Filled, receive

__all__ = [
    "Filled",
    "close_form",
    "create_form",
    "make_link",
    "note_results_export",
    "publish_form",
    "receive",
    "save_form",
]
