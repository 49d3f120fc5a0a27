"""The shared fixtures are what they say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from tests.fixtures.organisation import Organisation


@pytest.mark.parametrize("role", Role.values)
def test_there_is_a_viewer_of_every_role(role: str, viewer_as: Callable[..., Viewer]) -> None:
    assert viewer_as(role).role == role


def test_a_branch_viewer_sees_the_branch_and_what_is_below_it(
    org: Organisation, viewer_as: Callable[..., Viewer]
) -> None:
    seen = viewer_as(Role.HOTLINE, unit=org.branch).unit_ids
    assert seen == (org.branch.pk, org.sub_branch.pk, org.sales_office.pk)


def test_the_manager_sees_the_whole_company(viewer: Viewer) -> None:
    assert viewer.sees_whole_company
    assert viewer.may(Permission.UNMASK)
