"""The world of the 360 tests, and programs that call the API with a token."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from keyuan.accounts.actions import create_token
from keyuan.accounts.models import OrgUnit, User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import viewer_of
from keyuan.customer360.tests.conftest import world

__all__ = ["world"]


@pytest.fixture
def program_as(user_as: Callable[..., User]) -> Callable[..., Client]:
    """``program_as(Role.HOTLINE, unit=…)``: a client that calls with such an account's token."""

    def make(role: str, *, unit: OrgUnit | None = None) -> Client:
        viewer = viewer_of(user_as(role, unit=unit))
        _, text = create_token("tests", scopes=viewer.permissions, days=1, by=viewer)
        return Client(headers={"Authorization": f"Bearer {text}"})

    return make


@pytest.fixture
def program(program_as: Callable[..., Client]) -> Client:
    """A program of a manager at head office."""
    return program_as(Role.MANAGER)
