"""What the session holds between the steps of the door: on the server, and gone when the next step is done."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

from django.http import HttpRequest

CODE: Final = "home_code"
REGISTERING: Final = "home_registering"
CONFIRMING: Final = "home_confirming"


@dataclass(frozen=True, slots=True)
class Asked:
    """The challenge of the code that was sent (the number lies sealed with it), and where to go afterwards."""

    challenge: str
    target: str


def remember(request: HttpRequest, step: str, asked: Asked) -> None:
    request.session[step] = asdict(asked)


def asked_of(request: HttpRequest, step: str) -> Asked | None:
    """What was asked in the step; None if the person has not been there."""
    held = request.session.get(step)
    return Asked(**held) if isinstance(held, dict) else None


def forget(request: HttpRequest, step: str) -> None:
    request.session.pop(step, None)
