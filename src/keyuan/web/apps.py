from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class WebConfig(AppConfig):
    name = "keyuan.web"
    default = True  # there are two of them in this module
    verbose_name = "界面"

    def ready(self) -> None:
        """Rooms above the service desk put their days into the calendar feeds."""
        from keyuan.servicedesk.ical import add_source
        from keyuan.web.calendar_entries import renewal_calls

        add_source(renewal_calls)


class CollectedFilesConfig(StaticFilesConfig):
    """The static files that are collected: not what other packages bring along and no page of ours asks for."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "redoc*", "htmax*", "htmx-*", "django_htmx"]
