"""Whom to give renewals to is found by typing: no page carries all people of a company."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import viewer_of
from keyuan.agents.models import Agent
from keyuan.kernel.clock import today
from keyuan.retention.queries.staff import OFFERED, helpers, offered

pytestmark = pytest.mark.django_db

Users = Callable[..., User]


def test_agents_come_first_and_who_has_left_is_not_offered(org: Organisation, user_as: Users) -> None:
    boss = user_as(Role.MANAGER, unit=org.branch, username="boss")
    user_as(Role.AGENT, unit=org.sub_branch, username="stays")
    left = user_as(Role.AGENT, unit=org.sub_branch, username="left")
    Agent.objects.filter(user=left).update(left_on=today())
    user_as(Role.AGENT, unit=org.other_branch, username="elsewhere")
    names = [one.name for one in helpers(viewer=viewer_of(boss))]
    assert names[0] == "stays"
    assert set(names) == {"stays", "boss"}


def test_a_page_offers_some_and_typing_finds_the_others(org: Organisation, user_as: Users, client: Client) -> None:
    boss = user_as(Role.MANAGER, unit=org.branch, username="boss")
    users = [User(username=f"clerk-{n:02d}", role=Role.HOTLINE, org_unit=org.branch) for n in range(OFFERED + 5)]
    User.objects.bulk_create(users)
    client.force_login(boss)
    page = client.get("/desk/renewals/assign/").content.decode()
    assert page.count('name="people"') == OFFERED
    assert "clerk-44" not in page
    answer = client.get("/desk/renewals/people/", {"find": "clerk-44"}).content.decode()
    assert answer.count("<option") == 1
    assert f'value="{User.objects.get(username="clerk-44").pk}"' in answer


def test_who_is_ticked_stays_ticked_while_others_are_looked_for(
    org: Organisation, user_as: Users, client: Client
) -> None:
    boss = user_as(Role.MANAGER, unit=org.branch, username="boss")
    ticked = user_as(Role.HOTLINE, unit=org.branch, username="ticked")
    user_as(Role.HOTLINE, unit=org.branch, username="sought")
    client.force_login(boss)
    answer = client.get("/desk/renewals/people/", {"find": "sought", "people": ticked.pk, "ticks": "1"})
    told = answer.content.decode()
    assert f'value="{ticked.pk}" checked' in told
    assert told.count("<label") == 2
    assert [one.name for one in offered(viewer=viewer_of(boss), text="sought", keep=[ticked.pk])] == [
        "ticked",
        "sought",
    ]


def test_an_agent_finds_nobody(org: Organisation, user_as: Users, client: Client) -> None:
    user_as(Role.HOTLINE, unit=org.branch, username="sought")
    client.force_login(user_as(Role.AGENT, unit=org.branch))
    assert "sought" not in client.get("/desk/renewals/people/", {"find": "sought"}).content.decode()


def test_a_list_carries_nobodys_name_until_somebody_is_to_be_chosen(
    org: Organisation, user_as: Users, client: Client
) -> None:
    boss = user_as(Role.MANAGER, unit=org.branch, username="boss")
    User.objects.bulk_create(
        User(username=f"clerk-{n:02d}", role=Role.HOTLINE, org_unit=org.branch) for n in range(OFFERED)
    )
    client.force_login(boss)
    assert "clerk-" not in client.get("/desk/renewals/").content.decode()
    chosen = User.objects.get(username="clerk-39")
    page = client.get("/desk/renewals/", {"who": chosen.pk}).content.decode()
    assert f'<option value="{chosen.pk}" selected>clerk-39</option>' in page
    filled = client.get("/desk/renewals/people/", {"fill": "f-who-people", "people": chosen.pk}).content.decode()
    assert filled.count("<option") == OFFERED + 1
    assert f'<option value="{chosen.pk}" selected>' in filled
    assert 'id="f-who-people-find" hx-swap-oob="true"' in filled
    assert "hx-swap-oob" not in client.get("/desk/renewals/people/", {"fill": "elsewhere"}).content.decode()
