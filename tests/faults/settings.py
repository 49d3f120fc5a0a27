"""Settings of the parts that are killed: those of every process, with static files as they lie in the source."""

from keyuan.settings.base import *  # noqa: F403
from keyuan.settings.base import STORAGES

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
