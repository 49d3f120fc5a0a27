"""Refusing by name: what happened and what to do, in the reader's language."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.functional import Promise


class Refusal(Exception):
    """A request that the rules do not allow. Subclasses say why (``message``) and what to do next (``remedy``).

    Both are whole translatable sentences with named gaps, filled from the keyword arguments.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422
    message: ClassVar[str | Promise] = "%(code)s"
    remedy: ClassVar[str | Promise] = ""

    def __init__(self, *, field: str = "", **gaps: Any) -> None:
        self.field = field
        self.gaps = gaps
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.message) % {"code": self.code, **self.gaps}

    @property
    def what_to_do(self) -> str:
        """The next step for the person who was refused; empty when there is none."""
        return str(self.remedy) % {"code": self.code, **self.gaps}

    def as_dict(self) -> dict[str, str]:
        """The refusal as the API and the command line show it."""
        shown = {"code": self.code, "message": str(self), "remedy": self.what_to_do}
        return {**shown, "field": self.field} if self.field else shown
