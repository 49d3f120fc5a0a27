"""What is wrong with a definition: each fault with its file, line, path and reason, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal

Path = tuple[str | int, ...]


def said(path: Path) -> str:
    """A path as people write it: ``coverages[0].benefit.amounts[1].share``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``line`` counts from 1; ``path`` is empty where the text as a whole is meant."""

    file: str
    line: int
    path: str
    message: str | Promise
    gaps: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The whole sentence."""
        return str(self.message) % self.gaps

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}"
        return f"{place}: {self.path}: {self.reason}" if self.path else f"{place}: {self.reason}"

    def as_dict(self) -> dict[str, str | int]:
        """The fault as the API and the command line show it."""
        return {"file": self.file, "line": self.line, "path": self.path, "reason": self.reason}


class BadDefinition(Refusal):
    """A definition that cannot be right; ``faults`` has every fault that was found, by line."""

    code = "bad_definition"
    message = _("产品定义有%(count)s处错误。第一处：%(first)s")
    remedy = _("请按所列的行逐处改正后再提交。")

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.file, fault.line, fault.path)))
        super().__init__(field="text", count=len(self.faults), first=str(self.faults[0]))
