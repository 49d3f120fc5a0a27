"""A code to a mobile number: sent, and redeemed once."""

from __future__ import annotations

import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import get_language

from keyuan.customers.masking import mask
from keyuan.customers.standards import normalise
from keyuan.customers.states import IdentifierKind
from keyuan.deadlines.parameters import parameter
from keyuan.eventlog.actions import record
from keyuan.identity import events, rules
from keyuan.identity.limits import spend_code
from keyuan.identity.models import Challenge
from keyuan.identity.refusals import CodeGone, CodeWrong
from keyuan.identity.states import CodePurpose
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now, today
from keyuan.kernel.sealing import keyring
from keyuan.messages import actions as messages
from keyuan.messages.states import Channel

NOBODY = Actor(kind="customer", id="", name="")


@dataclass(frozen=True, slots=True)
class Redeemed:
    """Whoever holds the number has shown that they do."""

    challenge_id: uuid.UUID
    mobile: str
    purpose: CodePurpose


def mobile_digest(mobile: str) -> bytes:
    """The blind index of a normalised number."""
    return keyring().digest(mobile, context="identity.mobile")


def _code_digest(challenge_id: uuid.UUID, code: str) -> bytes:
    return keyring().digest(code, context=f"identity.code.{challenge_id}")


def send_code(mobile: str, purpose: CodePurpose | str, *, by: Actor = NOBODY, address: str = "") -> Challenge:
    """Send a fresh code of six digits; one sent earlier for the same purpose is of no use any more.

    The answer is the same whether anybody knows the number. ``address`` is whom to count (a digest, not an address).
    Raises InvalidIdentifier and TooMany.
    """
    number = normalise(IdentifierKind.MOBILE, mobile)
    purpose, digest = CodePurpose(purpose), mobile_digest(number)
    spend_code(digest, address)
    minutes = parameter("code.minutes", on=today()).number
    code = f"{secrets.randbelow(10**6):06}"
    moment = now()
    with transaction.atomic():
        earlier = Challenge.objects.filter(mobile_digest=digest, purpose=purpose, redeemed_at=None, replaced_at=None)
        earlier.update(replaced_at=moment)
        challenge = Challenge(mobile=number, mobile_digest=digest, purpose=purpose)
        challenge.expires_at = moment + timedelta(minutes=minutes)
        challenge.code_digest = _code_digest(challenge.pk, code)
        challenge.save(force_insert=True)
        told = {"purpose": purpose.value, "mobile": mask("mobile", number)}
        record(events.CODE_SENT, by=by, subject=("challenge", str(challenge.pk)), payload=told)
        messages.send(
            "mobile_code",
            to=messages.Address(Channel.SMS, number, get_language() or "zh-hans"),
            values={"code": code, "minutes": minutes},
            subject=("challenge", str(challenge.pk)),
            by=by,
        )
    return challenge


def redeem(challenge_id: uuid.UUID | str, code: str, *, purpose: CodePurpose | str = CodePurpose.SIGN_IN) -> Redeemed:
    """Redeem a code, once; raises CodeWrong (with the tries left) or CodeGone.

    A wrong try is kept even though it is refused: call this outside any transaction (it raises RuntimeError inside one).
    """
    with transaction.atomic(durable=True):
        challenge = _locked(challenge_id, CodePurpose(purpose))
        moment = now()
        if challenge is None or not rules.may_try(_state(challenge), moment):
            raise CodeGone
        challenge.tries += 1
        right = hmac.compare_digest(bytes(challenge.code_digest), _code_digest(challenge.pk, code.strip()))
        challenge.redeemed_at = moment if right else None
        challenge.save(update_fields=["tries", "redeemed_at"])
        told = {"purpose": challenge.purpose, "mobile": mask("mobile", challenge.mobile), "tries": challenge.tries}
        kind = events.CODE_REDEEMED if right else events.CODE_REFUSED
        record(kind, by=NOBODY, subject=("challenge", str(challenge.pk)), payload=told)
    if right:
        return Redeemed(challenge.pk, challenge.mobile, CodePurpose(challenge.purpose))
    left = rules.MOST_TRIES - challenge.tries
    if left <= 0:
        raise CodeGone(field="code")
    raise CodeWrong(field="code", left=left)


def _locked(challenge_id: uuid.UUID | str, purpose: CodePurpose) -> Challenge | None:
    rows = Challenge.objects.select_for_update(no_key=True)
    return rows.filter(pk=challenge_id, purpose=purpose).first()


def _state(challenge: Challenge) -> rules.CodeState:
    return rules.CodeState(
        expires_at=challenge.expires_at,
        tries=challenge.tries,
        redeemed=challenge.redeemed_at is not None,
        replaced=challenge.replaced_at is not None,
    )
