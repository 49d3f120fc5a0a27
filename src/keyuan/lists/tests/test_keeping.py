"""Lists that are no Listing keep views by the same hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from keyuan.accounts.roles import Role
from keyuan.lists.models import ListView

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("home", "asked", "kept"),
    [
        (
            "/desk/renewals/",
            "period=soon&line=motor&list=considering&list=renewing&page=3&nonsense=1",
            "period=soon&list=considering&list=renewing&line=motor",
        ),
        # What is searched for may be a mobile.
        ("/desk/customers/", "q=13912345678&line=motor&age=30-39&page=2", "line=motor&age=30-39"),
    ],
)
def test_a_view_keeps_what_is_asked_and_stands_above_the_list_of_those_who_may_see_it(
    client_as: Callable[..., Client], home: str, asked: str, kept: str
) -> None:
    desk = client_as(Role.MANAGER)
    answer = desk.post(home, {"do": "save", "name": "要紧的", "query": asked, "shared": "company"})
    view = ListView.objects.get()
    assert view.query == kept
    assert answer["Location"] == f"{home}?{kept}&view={view.pk}"
    page = desk.get(answer["Location"]).content.decode()
    assert f'view={view.pk}" aria-current="page"' in page
    assert "更新这个视图" in page
    colleague = client_as(Role.HOTLINE)
    assert "要紧的" in colleague.get(f"{home}?view={view.pk}").content.decode()
    assert colleague.post(home, {"do": "forget", "view": view.pk}).status_code == 403
    desk.post(home, {"do": "forget", "view": view.pk})
    assert not ListView.objects.exists()
