"""The one way in which a standard says no."""

from __future__ import annotations

from django.utils.functional import Promise

from keyuan.customers.states import IdentifierKind
from keyuan.kernel.refusals import Refusal


class InvalidIdentifier(Refusal):
    """A text that its standard does not allow. ``rule`` is stable (``check_digit``); the sentence is for people."""

    code = "invalid_identifier"
    message = "%(reason)s"

    def __init__(self, kind: IdentifierKind, rule: str, reason: str | Promise, **gaps: str) -> None:
        self.kind = kind
        self.rule = rule
        self._reason = reason
        super().__init__(field=kind.value, **gaps)

    def __str__(self) -> str:
        return str(self._reason) % self.gaps

    def as_dict(self) -> dict[str, str]:
        return {**super().as_dict(), "kind": self.kind.value, "rule": self.rule}
