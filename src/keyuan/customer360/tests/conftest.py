"""The world of the 360 tests as a fixture."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.customer360.tests.world import World, build


@pytest.fixture
def world(org: Organisation, user_as: Callable[..., User]) -> World:
    return build(org.branch, org.other_branch, user_as(Role.COUNTER, unit=org.branch, username="counter-world"))
