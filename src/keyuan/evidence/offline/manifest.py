"""The list of what is in an evidence file, with digests of each member and of each 4 kB of it; the company seals it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from keyuan.trust.canonical import NotCanonical, canonical

FORM: Final = "keyuan.evidence.v1"
MANIFEST: Final = "manifest.json"
SEAL: Final = "manifest.p7s"
BLOCK: Final = 4096


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def manifest_bytes(about: Mapping[str, Any], members: Mapping[str, bytes]) -> bytes:
    """Canonical JSON; ``about`` says which policy the file is about."""
    return canonical({"form": FORM, "about": dict(about), "members": {k: _listed(v) for k, v in members.items()}})


def _listed(content: bytes) -> dict[str, Any]:
    blocks = [digest(content[at : at + BLOCK]) for at in range(0, len(content), BLOCK)]
    return {"size": len(content), "sha256": digest(content), "blocks": blocks if len(blocks) > 1 else []}


def read_manifest(data: bytes) -> dict[str, Any] | None:
    """The list; None unless it is one, in its one spelling."""
    try:
        found = json.loads(data)
        if canonical(found) != data or found["form"] != FORM:
            return None
        whole = all(set(one) == {"size", "sha256", "blocks"} for one in found["members"].values())
        return found if whole and isinstance(found["about"], dict) and len(found) == 3 else None
    except (ValueError, KeyError, TypeError, AttributeError, NotCanonical, RecursionError):
        return None


def altered_ranges(content: bytes, listed: Mapping[str, Any]) -> list[tuple[int, int]] | None:
    """Which bytes of a member are not as the list has them, in blocks; None if all are."""
    if _listed(content) == listed:
        return None
    blocks: list[str] = listed["blocks"]
    if not blocks or len(content) != listed["size"]:
        return [(0, len(content))]
    parts = [(at, min(at + BLOCK, len(content))) for at in range(0, len(content), BLOCK)]
    wrong = [place for place, told in zip(parts, blocks, strict=False) if digest(content[slice(*place)]) != told]
    return wrong or [(0, len(content))]
