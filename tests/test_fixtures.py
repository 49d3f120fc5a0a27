"""The shared fixtures are what they say."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from tests.fixtures import database
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


@pytest.mark.django_db(transaction=True)
def test_tables_are_emptied_although_somebody_holds_a_row(org: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE", "50ms")
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("UPDATE accounts_orgunit SET name = name WHERE id = %s", [org.branch.pk])
        with pytest.warns(UserWarning, match="UPDATE accounts_orgunit"):
            call_command("flush", interactive=False, inhibit_post_migrate=True, verbosity=0)
        with pytest.raises(psycopg.OperationalError):
            other.execute("SELECT 1")
        other.close()
    assert not connection.connection.closed
    assert not type(org.branch).objects.exists()
