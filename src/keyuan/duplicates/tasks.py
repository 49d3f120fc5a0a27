"""Jobs of the duplicates room."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from keyuan.duplicates.models import DuplicateSearch
from keyuan.duplicates.refusals import SearchRunning
from keyuan.kernel.actor import Actor

log = logging.getLogger(__name__)


@app.task(name="duplicates.search", queue="duplicates")
def search_now(search_id: int) -> None:
    """Do the search that somebody asked for; another one under way does the same work."""
    from keyuan.duplicates.actions import search

    run = DuplicateSearch.objects.get(pk=search_id)
    try:
        search(search_id, by=Actor("user", "", run.started_by))
    except SearchRunning:
        log.info("search %s waits for another one", search_id)
