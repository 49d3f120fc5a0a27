"""Which PostgreSQL: a server named by DATABASE_URL, or the embedded one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from keyuan.settings import embedded


def parse(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for a ``postgresql://`` address; raises ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("DATABASE_URL must begin with postgresql://")
    options: dict[str, Any] = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if options.pop("prepared", "yes") != "no":
        # Statements that ask for it are prepared (kernel.statements); the number keeps psycopg from preparing others.
        # ``?prepared=no`` is for a pooler that gives each transaction another session.
        options["prepare_threshold"] = 1_000_000
    return {
        "ENGINE": "keyuan.kernel.postgres",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def database(var: Path) -> dict[str, Any]:
    """The database of this process."""
    return parse(os.environ.get("DATABASE_URL") or embedded.start(var.absolute() / "postgres"))
