"""A finding: one thing in a definition that cannot be right, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from keyuan.products.definition.faults import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """``path`` leads to the line; ``message`` is a translatable sentence with ``gaps``."""

    path: Path
    message: Any
    gaps: Mapping[str, Any] = field(default_factory=dict)
