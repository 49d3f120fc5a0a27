"""Asking who somebody is: stored, then asked outside any transaction, then answered. And a person's word where no
provider has one."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers.contacting import contact_of
from keyuan.customers.masking import mask
from keyuan.customers.standards import normalise
from keyuan.customers.states import DocumentKind, IdentifierKind
from keyuan.eventlog.actions import record
from keyuan.eventlog.kinds import EventKind
from keyuan.identity import events, queries
from keyuan.identity.actions.codes import NOBODY, mobile_digest
from keyuan.identity.challenges import number_shown
from keyuan.identity.limits import spend_check
from keyuan.identity.models import Check
from keyuan.identity.providers.chosen import provider as chosen
from keyuan.identity.providers.shapes import Answer, Provider, Question
from keyuan.identity.refusals import AlreadyAnswered, NoteMissing
from keyuan.identity.states import CodePurpose, Outcome, Why
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now
from keyuan.kernel.sealing import keyring
from keyuan.messages import actions as messages
from keyuan.messages.states import Channel

#: The wording of the separate consent that the form shows (home/templates/home/consents): a new text has a new number.
CONSENT_WORDING: Final = "identity-1"
#: A person's word holds as long; then one asks again.
WORD_HOLDS: Final = timedelta(days=30)
#: A check without an answer for so long was cut off by a crash.
CUT_OFF_AFTER: Final = timedelta(minutes=2)


def document_digest(number: str) -> bytes:
    """The blind index of a document number."""
    return keyring().digest(number.strip().upper(), context="identity.document")


def check(
    *,
    name: str,
    document_number: str,
    mobile: str,
    by: Actor = NOBODY,
    document_kind: DocumentKind | str = DocumentKind.RESIDENT_ID,
    challenge_id: uuid.UUID | str | None = None,
    customer_id: int | None = None,
    subject: tuple[str, str | int] = ("", ""),
    consent: str = CONSENT_WORDING,
    address: str = "",
    provider: Provider | None = None,
) -> Check:
    """Whether name, document and mobile belong together; the stored check with its ``outcome``.

    ``challenge_id`` is a code that the mobile's holder has redeemed within half an hour; without one the mobile is not
    shown to be anybody's and the outcome is unavailable (no_code), unless the customer is signed in and checked for
    themselves (``customer_id``). What a person decided about the same three within thirty days holds. Call it outside
    any transaction: it raises RuntimeError inside one. Raises InvalidIdentifier for a mobile, TooMany.
    """
    number = normalise(IdentifierKind.MOBILE, mobile)
    spend_check(mobile_digest(number), address)
    asked = chosen() if provider is None else provider
    row = Check(
        customer_id=customer_id,
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        name=name.strip(),
        document_kind=document_kind,
        document_number=document_number.strip().upper(),
        document_digest=document_digest(document_number),
        mobile=number,
        mobile_digest=mobile_digest(number),
        consent=consent,
        provider=asked.name,
    )
    with transaction.atomic(durable=True):
        row.save(force_insert=True)
        _log(events.ASKED, row, by)
    begun = time.monotonic()
    answer = _answer(row, asked, _shown(number, challenge_id, customer_id))
    row.milliseconds = int((time.monotonic() - begun) * 1000)
    _write_down(row, answer, by)
    return row


def _shown(mobile: str, challenge_id: uuid.UUID | str | None, customer_id: int | None) -> bool:
    """Whether somebody has shown that the mobile is theirs."""
    if challenge_id is None:
        return customer_id is not None and contact_of(customer_id).mobile == mobile
    return any(number_shown(challenge_id, purpose=purpose) == mobile for purpose in CodePurpose)


def _answer(row: Check, asked: Provider, shown: bool) -> Answer:
    if not shown:
        return Answer(Outcome.UNAVAILABLE, Why.NO_CODE)
    if _a_person_said_so(row):
        return Answer(Outcome.MATCH, Why.BY_HAND)
    return asked.ask(
        Question(str(row.pk), row.name or "", row.document_kind, row.document_number or "", row.mobile or "")
    )


def _a_person_said_so(row: Check) -> bool:
    """Whether a person has looked at this document for this name and this mobile lately."""
    decided = Check.objects.filter(
        document_digest=row.document_digest,
        mobile_digest=row.mobile_digest,
        document_kind=row.document_kind,
        outcome=Outcome.MATCH,
        why=Why.BY_HAND,
        answered_at__gt=now() - WORD_HOLDS,
    )
    return any(one.name == row.name for one in decided.exclude(decided_by_name=""))


def _write_down(row: Check, answer: Answer, by: Actor) -> None:
    with transaction.atomic():
        held = Check.objects.select_for_update(no_key=True).get(pk=row.pk)
        if not held.outcome:
            row.outcome, row.why, row.reference = answer.outcome, answer.why or "", answer.reference
            row.answered_at = now()
            row.save(update_fields=["outcome", "why", "reference", "answered_at", "milliseconds"])
            _log(events.CHECKED, row, by)
            return
    row.refresh_from_db()  # Taken for cut off meanwhile: that is the answer.


def decide_by_hand(check_id: uuid.UUID | str, *, matches: bool, note: str, by: Viewer) -> Check:
    """What a person found who looked at the document itself. Only for what no provider could answer; they are told.

    Raises NotPermitted, CheckNotFound, AlreadyAnswered, NoteMissing.
    """
    require(by, Permission.CONTACT_CUSTOMERS, Permission.UNMASK)
    if not note.strip():
        raise NoteMissing(field="note")
    with transaction.atomic():
        row = queries.the_check(check_id, viewer=by, lock=True)
        if row.outcome != Outcome.UNAVAILABLE or row.decided_by_name:
            raise AlreadyAnswered
        row.outcome = Outcome.MATCH if matches else Outcome.MISMATCH
        row.why, row.answered_at = Why.BY_HAND, now()
        row.decided_by_name, row.note = by.name[:60], note.strip()
        row.save(update_fields=["outcome", "why", "answered_at", "decided_by_name", "note"])
        _log(events.DECIDED, row, by.actor)
        if matches:
            to = messages.Address(Channel.SMS, row.mobile or "")
            about = ("check", str(row.pk))
            messages.send(
                "identity_confirmed", to=to, values={}, customer_id=row.customer_id, subject=about, by=by.actor
            )
    return row


def end_cut_off(*, clock: Callable[[], Any] = now) -> int:
    """Every minute: checks whose process died while it asked are unavailable; how many."""
    rows = Check.objects.filter(outcome="", asked_at__lt=clock() - CUT_OFF_AFTER).order_by("asked_at")
    found = list(rows[:200])
    for row in found:
        _write_down(row, Answer(Outcome.UNAVAILABLE, Why.CUT_OFF), Actor.system("identity"))
    return len(found)


def _log(kind: EventKind, row: Check, by: Actor) -> None:
    told = {
        "provider": row.provider,
        "document_kind": row.document_kind,
        "document": mask("id_number", row.document_number),
        "mobile": mask("mobile", row.mobile),
        "consent": row.consent,
        **({"identity": row.outcome, "why": row.why, "reference": row.reference} if row.outcome else {}),
    }
    unit = None if row.customer_id is None else contact_of(row.customer_id).org_unit_id
    subject = ("check", str(row.pk))
    record(kind, by=by, customer_id=row.customer_id, org_unit_id=unit, subject=subject, payload=told)


def give_to_customer(check_id: uuid.UUID | str, *, customer_id: int) -> None:
    """The check was about this customer, who was not known when it was asked. In the caller's transaction."""
    Check.objects.filter(pk=check_id, customer=None).update(customer_id=customer_id)
