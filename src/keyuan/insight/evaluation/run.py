"""All studies in their order. Each is loaded when it is its turn; one whose data are not there is told, not guessed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from keyuan.insight.evaluation.places import NotThere
from keyuan.insight.evaluation.results import Line, as_csv

STUDIES = {
    "coil2000": "coil",
    "cross_sell_health": "cross_sell",
    "spain_motor": "spain",
    "spain_profit": "profits",
    "fremtpl2": "french",
    "bemtpl97": "belgian",
    "eudirectlapse": "european",
    "zimnat": "zimbabwean",
}


@dataclass(frozen=True, slots=True)
class Report:
    lines: tuple[Line, ...]
    missing: tuple[NotThere, ...]
    seconds: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        return {
            "results": [line.as_dict() for line in self.lines],
            "missing": [{"data": gone.name, "fetch": gone.title} for gone in self.missing],
            "seconds": self.seconds,
        }


def evaluate(
    data: Path, out: Path, *, only: Sequence[str] = (), told: Callable[[str, float], None] | None = None
) -> Report:
    """Run the studies, write ``out/NAME.json`` for each, ``out/table.json`` and ``out/table.csv`` for all."""
    out.mkdir(parents=True, exist_ok=True)
    lines: list[Line] = []
    missing: list[NotThere] = []
    seconds: dict[str, float] = {}
    for name in only or STUDIES:
        begin = time.monotonic()
        try:
            outcome = import_module(f"keyuan.insight.evaluation.{STUDIES[name]}").study(data)
        except NotThere as gone:
            missing.append(gone)
            continue
        for file, text in outcome.files.items():
            (out / file).write_text(text, encoding="utf-8")
        (out / f"{name}.json").write_text(_json([line.as_dict() for line in outcome.lines]), encoding="utf-8")
        lines.extend(outcome.lines)
        seconds[name] = round(time.monotonic() - begin, 1)
        if told is not None:
            told(name, seconds[name])
    report = Report(tuple(lines), tuple(missing), seconds)
    (out / "table.json").write_text(_json(report.as_dict()), encoding="utf-8")
    (out / "table.csv").write_text(as_csv(lines), encoding="utf-8")
    return report


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
