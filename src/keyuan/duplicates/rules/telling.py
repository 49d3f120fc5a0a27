"""Evidence in the shape that is stored, and which of it is worth a word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from keyuan.duplicates.rules.compare import OF_COMPANIES, OF_PEOPLE


def evidence_of(row: Mapping[str, Any], kind: str) -> str:
    """JSON: [comparison, outcome, weight in bits], what says most first; what says nothing is left out."""
    names = OF_PEOPLE if kind == "individual" else OF_COMPANIES
    told = [[name, row[name], round(row[f"w_{name}"], 1)] for name in names if row[name] is not None]
    return json.dumps(sorted(told, key=lambda one: -abs(one[2])))
