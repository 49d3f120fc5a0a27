"""A code is good once, for five minutes, for five tries, for the purpose it was sent for."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from keyuan.accounts.refusals import TooMany
from keyuan.eventlog.models import Event
from keyuan.identity import actions, limits
from keyuan.identity.models import Challenge
from keyuan.identity.refusals import CodeGone, CodeWrong
from keyuan.kernel.clock import now
from keyuan.messages.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_counts")]

MOBILE = "13912345678"


@pytest.fixture(autouse=True)
def _many_codes(settings: Any) -> None:
    settings.KEYUAN_LIMITS = {"codes": (100, 60)}


def code_of(challenge: Challenge) -> str:
    message = Message.objects.get(subject_kind="challenge", subject_id=str(challenge.pk))
    found = re.search(r"\d{6}", message.text)
    assert found is not None
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_the_right_code_shows_the_number_once() -> None:
    challenge = actions.send_code("139 1234 5678", "sign_in")
    code = code_of(challenge)
    assert actions.redeem(challenge.pk, code).mobile == MOBILE
    with pytest.raises(CodeGone):
        actions.redeem(challenge.pk, code)


def test_five_wrong_tries_end_a_code_even_for_the_right_one() -> None:
    challenge = actions.send_code(MOBILE, "sign_in")
    code = code_of(challenge)
    left = []
    for _ in range(4):
        with pytest.raises(CodeWrong) as refusal:
            actions.redeem(challenge.pk, wrong(code))
        left.append(refusal.value.gaps["left"])
    assert left == [4, 3, 2, 1]
    for tried in (wrong(code), code):
        with pytest.raises(CodeGone):
            actions.redeem(challenge.pk, tried)
    assert Challenge.objects.get().redeemed_at is None


def test_a_code_is_good_until_five_minutes_have_passed() -> None:
    challenge = actions.send_code(MOBILE, "sign_in")
    assert challenge.expires_at - now() > timedelta(minutes=4, seconds=50)
    Challenge.objects.update(expires_at=now() - timedelta(seconds=1))
    with pytest.raises(CodeGone):
        actions.redeem(challenge.pk, code_of(challenge))


def test_a_newer_code_takes_the_place_of_the_one_before() -> None:
    first = actions.send_code(MOBILE, "sign_in")
    second = actions.send_code(MOBILE, "sign_in")
    with pytest.raises(CodeGone):
        actions.redeem(first.pk, code_of(first))
    assert actions.redeem(second.pk, code_of(second)).mobile == MOBILE


def test_a_code_to_sign_in_signs_nothing() -> None:
    challenge = actions.send_code(MOBILE, "sign_in")
    with pytest.raises(CodeGone):
        actions.redeem(challenge.pk, code_of(challenge), purpose="sign")


def test_the_code_lies_nowhere_in_clear_but_in_the_sealed_message() -> None:
    challenge = actions.send_code(MOBILE, "sign_in")
    code = code_of(challenge)
    with transaction.get_connection().cursor() as cursor:
        for table in ("identity_challenge", "outbox_message", "eventlog_event"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")  # noqa: S608
            held = cursor.fetchone()[0]
            assert MOBILE not in held
            assert not re.search(rf"\b{code}\b", held)


def test_a_code_that_is_not_there_is_refused_like_one_that_is_gone() -> None:
    with pytest.raises(CodeGone):
        actions.redeem("00000000-0000-4000-8000-000000000000", "123456")


def test_codes_to_a_number_and_from_an_address_are_counted(settings: Any) -> None:
    settings.KEYUAN_LIMITS = {"codes": (1, 60), "codes_from": (2, 3600)}
    actions.send_code(MOBILE, "sign_in", address="here")
    with pytest.raises(TooMany):
        actions.send_code(MOBILE, "sign_in", address="there")
    actions.send_code("13912345679", "sign_in", address="here")
    with pytest.raises(TooMany):
        actions.send_code("13912345670", "sign_in", address="here")
    assert Challenge.objects.count() == 2
    assert limits.CODES_A_DAY.amount == 10


def test_each_step_leaves_a_line_without_the_number() -> None:
    challenge = actions.send_code(MOBILE, "sign_in")
    with pytest.raises(CodeWrong):
        actions.redeem(challenge.pk, wrong(code_of(challenge)))
    actions.redeem(challenge.pk, code_of(challenge))
    lines = Event.objects.filter(name__startswith="identity.").order_by("pk")
    assert [line.name for line in lines] == ["identity.code_sent", "identity.code_refused", "identity.code_redeemed"]
    assert {line.payload["mobile"] for line in lines} == {"139****5678"}
