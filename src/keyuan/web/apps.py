from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class WebConfig(AppConfig):
    name = "keyuan.web"
    verbose_name = "界面"


class CollectedFilesConfig(StaticFilesConfig):
    """The static files that are collected: not what other packages bring along and no page of ours asks for."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "redoc*", "htmax*", "htmx-*", "django_htmx"]
