from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "keyuan.api"
    default = True  # there are two of them in this module
    verbose_name = "接口"


class DocumentationConfig(AppConfig):
    """The pages and files that django-ninja brings along, without loading it: only the API does that, not every command."""

    name = "keyuan.api.apps"
    label = "ninja"
    path = str(Path(getattr(find_spec("ninja"), "origin", "") or "").parent)
