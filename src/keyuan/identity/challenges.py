"""What a code was about, for the browser that asked for it: its id is the key (122 bits drawn by lot), so no viewer."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from keyuan.identity.models import Challenge
from keyuan.identity.states import CodePurpose
from keyuan.kernel.clock import now

#: How long a redeemed code speaks for its number: long enough to fill in a form.
GOOD_FOR: Final = timedelta(minutes=30)


def number_asked(challenge_id: uuid.UUID | str) -> str:
    """The number that a code was sent to; empty if there is no such challenge."""
    return str(Challenge.objects.filter(pk=challenge_id).values_list("mobile", flat=True).first() or "")


def number_shown(challenge_id: uuid.UUID | str, *, purpose: CodePurpose | str = CodePurpose.SIGN_IN) -> str:
    """The number whose holder has redeemed the code within the last half hour; empty if nobody has."""
    rows = Challenge.objects.filter(pk=challenge_id, purpose=purpose, redeemed_at__gt=now() - GOOD_FOR)
    return str(rows.values_list("mobile", flat=True).first() or "")
