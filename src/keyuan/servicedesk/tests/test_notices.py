"""Notices: who is told what, in which language, and who is not."""

import json

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, system_viewer
from keyuan.policies.tests import factories as make
from keyuan.servicedesk import actions, queries
from keyuan.servicedesk.channel import CHANNEL
from keyuan.servicedesk.models import Notice

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("tests")
TOLD = {"title": "车险到期", "url": "/desk/tasks/", "kind": "renewal", "by": SYSTEM}


def test_everybody_named_is_told_once_and_reads_only_their_own():
    first, second, other = make.staff(), make.staff(), make.staff()
    assert actions.notify([first.user_id, second.user_id, first.user_id], **TOLD) == 2
    assert [one.title for one in queries.notices(first)] == ["车险到期"]
    assert queries.unread_count(second) == 1
    assert queries.unread_count(other) == 0
    assert not queries.notices(STRANGER).exists()


def test_nobody_is_told_of_their_own_deed_and_who_has_left_is_not_told():
    by, gone = make.staff(), make.staff()
    User.objects.filter(pk=gone.user_id).update(is_active=False)
    customer = User.objects.create(username="holder", role=Role.CUSTOMER)
    assert actions.notify([by.user_id, gone.user_id, customer.pk], **{**TOLD, "by": by}) == 0
    assert not Notice.objects.exists()


def test_a_notice_speaks_the_language_of_its_reader():
    chinese, english = make.staff(), make.staff()
    User.objects.filter(pk=english.user_id).update(language="en")
    actions.notify([chinese.user_id, english.user_id], **{**TOLD, "title": _("未读")})
    assert queries.notices(chinese).get().title == "未读"
    assert queries.notices(english).get().title == "Unread"


@pytest.mark.parametrize("url", ["https://elsewhere.example/", "//elsewhere.example/", "desk/tasks/"])
def test_a_notice_leads_to_a_page_of_this_site(url):
    with pytest.raises(ValueError, match="this site"):
        actions.notify([make.staff().user_id], **{**TOLD, "url": url})
    assert not Notice.objects.exists()


def test_reading_all_reads_nobody_elses():
    mine, theirs = make.staff(), make.staff()
    actions.notify([mine.user_id, theirs.user_id], **TOLD)
    assert actions.read_notices(None, by=mine) == 1
    assert actions.read_notices([queries.notices(theirs).get().pk], by=mine) == 0
    assert (queries.unread_count(mine), queries.unread_count(theirs)) == (0, 1)


def test_what_was_missed_comes_in_order_after_the_last_one_seen():
    by = make.staff()
    for title in ("一", "二", "三"):
        actions.notify([by.user_id], **{**TOLD, "title": title})
    seen = queries.notices(by).get(title="一").pk
    assert [one.title for one in queries.missed_notices(by, since_id=seen)] == ["二", "三"]


@pytest.mark.django_db(transaction=True)
def test_postgresql_tells_the_servers_after_commit_and_never_of_what_was_rolled_back():
    reader = make.staff()
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")
    raw = connection.connection

    def heard():
        return [json.loads(notice.payload) for notice in raw.notifies(timeout=0.5)]

    with transaction.atomic():
        actions.notify([reader.user_id], **TOLD)
        transaction.set_rollback(True)
    assert heard() == []
    with transaction.atomic():
        actions.notify([reader.user_id], **{**TOLD, "title": '引号"与\\反斜线'})
        assert not Notice.objects.filter(pk=0).exists()
    ((told,),) = heard()
    assert (told["user"], told["title"]) == (reader.user_id, '引号"与\\反斜线')
    assert told["url"] == reverse("servicedesk:open_notice", args=[told["id"]])


def test_the_pages_show_open_and_clear_the_readers_notices():
    reader, stranger = make.staff(), make.staff()
    actions.notify([reader.user_id], **TOLD)
    notice = Notice.objects.get()
    mine, theirs = Client(), Client()
    mine.force_login(User.objects.get(pk=reader.user_id))
    theirs.force_login(User.objects.get(pk=stranger.user_id))
    address = reverse("servicedesk:open_notice", args=[notice.pk])

    assert "车险到期" in mine.get(reverse("servicedesk:notices")).content.decode()
    assert "车险到期" not in theirs.get(reverse("servicedesk:notices") + "?state=all").content.decode()
    assert theirs.get(address).status_code == 404
    assert mine.get(reverse("servicedesk:unread_notices")).json() == {"unread": 1}
    assert mine.get(address)["Location"] == "/desk/tasks/"
    assert mine.get(reverse("servicedesk:unread_notices")).json() == {"unread": 0}
    assert "车险到期" in mine.get(reverse("servicedesk:notices") + "?state=all").content.decode()
