"""An evidence file as it is being checked: its members, and what has been shown to hold so far."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from keyuan.evidence.offline.lines import read_line
from keyuan.evidence.offline.manifest import MANIFEST, read_manifest
from keyuan.evidence.offline.parts import LINE, numbered
from keyuan.evidence.offline.report import Report

if TYPE_CHECKING:
    from cryptography import x509


@dataclass(slots=True)
class Evidence:
    """``lines`` are those of the log by number, as far as they can be read; whether they are sealed, log.check finds out."""

    members: Mapping[str, bytes]
    roots: Sequence[x509.Certificate]
    report: Report
    about: dict[str, Any] = field(default_factory=dict)
    lines: dict[int, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        manifest = read_manifest(self.members.get(MANIFEST, b""))
        self.about = {} if manifest is None else manifest["about"]
        for number, raw in numbered(self.members, LINE):
            line = read_line(raw)
            if line is not None and isinstance(line["payload"], dict):
                self.lines[number] = line

    def named(self, *names: str) -> list[dict[str, Any]]:
        """The lines of these kinds, in reading order."""
        found = [line for line in self.lines.values() if line["name"] in names]
        return sorted(found, key=lambda line: (int(line["xid"]), int(line["id"])))

    def json(self, name: str) -> dict[str, Any] | None:
        """A member as a JSON object; None if it is none."""
        try:
            found = json.loads(self.members.get(name, b""))
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None
