from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.servicedesk.entries import Entry


class WebConfig(AppConfig):
    name = "keyuan.web"
    default = True  # there are two of them in this module
    verbose_name = "界面"

    def ready(self) -> None:
        """Rooms above the service desk put their days into the calendar feeds."""
        from keyuan.servicedesk.entries import add_source

        add_source(_renewal_calls)


def _renewal_calls(viewer: Viewer, whole: Callable[[str], str]) -> Iterator[Entry]:
    # Loaded with the first feed that is read.
    from keyuan.web.calendar_entries import renewal_calls

    return renewal_calls(viewer, whole)


class CollectedFilesConfig(StaticFilesConfig):
    """The static files that are collected: not what other packages bring along and no page of ours asks for."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "redoc*", "htmax*", "htmx-*", "django_htmx"]
