"""Who hears of a card that was filled in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.engagement.events import FILLED
from keyuan.eventlog.actions import record
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now
from keyuan.servicedesk.models import Notice
from keyuan.servicedesk.readers import tell_of_forms

FORM = Actor(kind="system", id="form", name="认识一下")


@pytest.mark.django_db
def test_whose_card_was_filled_in_hears_of_it_once_and_of_nothing_old(user_as: Callable[..., User]) -> None:
    owner = user_as(Role.AGENT)
    told = {"title": "认识一下", "form_id": 7, "prospect_id": 3, "owner_ids": [owner.pk]}
    with transaction.atomic():
        fresh = record(FILLED, by=FORM, payload=told)
        old = record(FILLED, by=FORM, payload=told, occurred_at=now() - timedelta(days=3))
        carried = record(FILLED, by=FORM, payload={**told, "carried_from": fresh.pk})
        anonymous = record(FILLED, by=FORM, payload={**told, "prospect_id": None})
        nobodys = record(FILLED, by=FORM, payload={**told, "owner_ids": []})
    tell_of_forms([fresh, old, carried, anonymous, nobodys])
    notices = list(Notice.objects.order_by("id").values_list("user_id", "title", "url", "kind"))
    assert notices == [
        (owner.pk, "有人填写了“认识一下”", "/desk/prospects/3/", "prospect"),
        (owner.pk, "有人填写了“认识一下”", "/desk/forms/7/results/", "prospect"),
    ]
