"""What can go wrong before Django is there speaks for itself, without catalogues; and commands that never need Django."""

from __future__ import annotations

import os


class CannotBegin(Exception):
    """A refusal from before Django is set up: it holds both languages itself."""

    def __init__(self, code: str, *, zh: str, en: str) -> None:
        self.code = code
        self.sentence = en if language() == "en" else zh
        super().__init__(self.sentence)

    def as_dict(self) -> dict[str, str]:
        """The same shape as ``Refusal.as_dict``."""
        return {"code": self.code, "message": self.sentence, "remedy": ""}


def language() -> str:
    """The language of this terminal: English where the environment asks for English, else Chinese."""
    asked = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "en" if asked.lower().startswith("en") else "zh-hans"
