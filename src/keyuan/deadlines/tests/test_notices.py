"""The official notice of a year: read as published, taken in by an administrator, and from then on counted with."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from keyuan.accounts.access import NotPermitted
from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.deadlines import actions, calendar, noticing
from keyuan.deadlines.models import HolidayNotice, NoticedDay
from keyuan.deadlines.refusals import NoSuchNotice, UnreadableNotice
from keyuan.eventlog.models import Event
from keyuan.policies.tests import factories as make

# 国务院办公厅关于2026年部分节假日安排的通知
OF_2026 = """
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。
"""
# Made up: the real one is not published yet.
OF_2027 = """一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休。2月13日（周六）上班。"""


def test_the_notice_of_2026_says_what_the_library_says():
    named = noticing.parse(OF_2026, year=2026)
    shipped = calendar.shipped()
    assert {one.day: one for one in named} == {day: one for day, one in shipped.named.items() if day.year == 2026}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("一、元旦：1月1日（周五）放假。", "周五"),  # a Thursday
        ("一、元旦：13月1日放假。", "13月1日"),
        ("一、元旦：1月3日至1日放假。", "1月3日至1日"),
        ("一、元旦：1月1日放假。1月5日上班。", "2026-01-05"),  # a Monday is worked anyway
        ("各地区要妥善安排好值班。", "no holiday"),
    ],
)
def test_a_misprint_is_found_and_named(text, why):
    with pytest.raises(noticing.NoticeUnreadable) as refused:
        noticing.parse(text, year=2026)
    assert why in refused.value.why


@pytest.mark.django_db
class TestTakingIn:
    @pytest.fixture(autouse=True)
    def _own_calendar(self):
        calendar.forget()

    def test_a_year_becomes_certain_and_is_counted_by_its_notice_without_a_programmer(self):
        admin = make.staff(Role.ADMINISTRATOR)
        assert calendar.calendar_day(date(2027, 2, 8)).works
        actions.take_in_notice(2027, title="国办发明电〔2026〕X号", text=OF_2027, by=admin)
        calendar.forget()
        monday, saturday = calendar.calendar_day(date(2027, 2, 8)), calendar.calendar_day(date(2027, 2, 13))
        assert (monday.works, monday.certain) == (False, True)
        assert (saturday.works, saturday.certain) == (True, True)
        assert calendar.calendar_day(date(2026, 12, 26)).certain
        assert calendar.calendar_day(date(2026, 10, 1)).festival is not None
        assert Event.objects.get(name="calendar.notice_taken_in").payload["year"] == 2027

        actions.remove_notice(2027, by=admin)
        calendar.forget()
        assert not calendar.calendar_day(date(2027, 2, 8)).certain
        with pytest.raises(NoSuchNotice):
            actions.remove_notice(2027, by=admin)

    def test_only_who_runs_the_system_takes_one_in_and_an_unreadable_one_changes_nothing(self):
        with pytest.raises(NotPermitted):
            actions.take_in_notice(2027, title="x", text=OF_2027, by=make.staff(Role.MANAGER))
        with pytest.raises(UnreadableNotice):
            actions.take_in_notice(2027, title="x", text="放假通知", by=make.staff(Role.ADMINISTRATOR))
        assert not HolidayNotice.objects.exists()
        assert not NoticedDay.objects.exists()

    def test_the_page_shows_a_year_to_the_staff_and_the_form_to_administrators(self):
        address = reverse("deadlines:year")
        clerk, admin = Client(), Client()
        clerk.force_login(User.objects.get(pk=make.staff().user_id))
        admin.force_login(User.objects.get(pk=make.staff(Role.ADMINISTRATOR).user_id))
        assert "248" in clerk.get(address, {"year": 2026}).content.decode()
        assert "尚无官方通知" in clerk.get(address, {"year": 2027}).content.decode()
        fields = {"year": 2027, "title": "国办发明电〔2026〕X号", "text": OF_2027}
        assert clerk.post(address, fields).status_code == 403
        assert admin.post(address, {**fields, "text": "一、元旦：1月1日（周六）放假。"}).status_code == 422
        assert not HolidayNotice.objects.exists()
        assert admin.post(address, fields).status_code == 302
        calendar.forget()
        assert "按官方通知" in clerk.get(address, {"year": 2027}).content.decode()
