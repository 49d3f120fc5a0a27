"""What is told to whom: the programs' viewers, and how a line becomes bytes."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer, program_viewer
from keyuan.webhooks.models import Endpoint
from keyuan.webhooks.shapes import EventSeen


def viewer_of(endpoint: Endpoint) -> Viewer:
    """The endpoint as a viewer: its units, its purpose, and nothing but seeing."""
    permissions = {Permission.SEE_CUSTOMERS} | ({Permission.SEE_LOG} if endpoint.with_audit else set())
    return program_viewer(
        endpoint.name,
        org_unit_id=endpoint.org_unit_id,
        permissions=frozenset(permissions),
        purpose=endpoint.purpose,
    )


def body_of(seen: EventSeen) -> bytes:
    """The body of a delivery: the same bytes each time for the same line."""
    return json.dumps(asdict(seen), ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
