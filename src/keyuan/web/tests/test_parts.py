"""Tags and filters of the components, refusals, what my day tells, and whom one looked at last."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils.safestring import SafeString

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.models import Tally
from keyuan.kernel import marks
from keyuan.kernel.money import Money
from keyuan.kernel.refusals import Refusal
from keyuan.web import my_day, recent
from keyuan.web.refusals import answer
from keyuan.web.templatetags import ui

PACKAGE = Path(__file__).resolve().parents[2]


class NotToday(Refusal):
    code = "not_today"
    message = "今天不能办理。"
    remedy = "请明天再来。"


def test_money_shows_its_own_currency_with_thousands() -> None:
    assert ">¥1,234.00<" in marks.money(Money("1234"))
    assert ">€0.50<" in marks.money(Decimal("0.5"), "EUR")
    assert ">−¥10.00<" in marks.money(Money("-10"))


def test_no_money_is_a_dash_and_not_zero() -> None:
    assert "—" in marks.money(None)
    assert "0" not in marks.money(None)


def test_a_moment_late_in_utc_is_the_next_day_of_the_company() -> None:
    assert ">2026-11-23<" in marks.day(datetime(2026, 11, 22, 16, 30, tzinfo=UTC))


def test_a_chip_escapes_a_text_and_not_what_is_markup_already():
    assert "a&amp;b" in marks.chip(SafeString("a&amp;b"))
    assert "a&amp;amp;b" in marks.chip("a&amp;b")
    assert "&lt;b&gt;" in marks.chip("<b>", "now", "<b>")


def test_a_chip_has_a_word_and_a_shape() -> None:
    shown = marks.chip("宽限期", "now")
    assert "宽限期" in shown
    assert "#alert-triangle" in shown


def test_a_name_in_chinese_shows_its_last_character_and_another_its_initials() -> None:
    assert ">静<" in ui.avatar("林静")
    assert ">AG<" in ui.avatar("Ana García")


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    listed = set((PACKAGE / "web" / "icons.txt").read_text(encoding="utf-8").split())
    named = set()
    for template in PACKAGE.glob("*/templates/**/*.html"):
        pieces = template.read_text(encoding="utf-8").split('{% icon "')[1:]
        named |= {piece.split('"')[0] for piece in pieces}
    assert named - listed == set()


def test_a_refusal_is_a_page_for_people_and_a_notice_for_htmx_and_json_for_programs(rf: RequestFactory) -> None:
    notice = answer(rf.post("/desk/x/", headers={"HX-Request": "true"}), NotToday())
    assert (notice.status_code, notice.content, notice["HX-Reswap"]) == (422, b"", "none")
    assert json.loads(notice["HX-Trigger"])["keyuan:toast"]["remedy"] == "请明天再来。"
    told = answer(rf.get("/api/v1/x", headers={"Accept": "application/json"}), NotToday())
    assert json.loads(told.content) == {"code": "not_today", "message": "今天不能办理。", "remedy": "请明天再来。"}


@pytest.mark.parametrize("address", ["/no-such-page", "/desk/nothing/here/"])
def test_an_unknown_address_says_what_to_do(client: Client, db: None, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 404
    assert "回到首页" in page.content.decode()


def test_the_catalogue_of_components_is_for_administrators(client_as: Callable[..., Client]) -> None:
    assert client_as(Role.ADMINISTRATOR).get("/desk/components/").status_code == 200
    assert client_as(Role.HOTLINE).get("/desk/components/").status_code == 403


def test_figures_compare_seven_days_with_the_seven_before(viewer: Viewer) -> None:
    for day, count in (
        (date(2026, 11, 22), 3),
        (date(2026, 11, 16), 1),
        (date(2026, 11, 15), 5),
        (date(2026, 11, 8), 9),
    ):
        Tally.objects.create(day=day, name="policy.issued", org_unit_id=1, count=count)
    (figure,) = my_day.figures(viewer, on=date(2026, 11, 22))
    assert (figure.count, figure.before, figure.change) == (4, 5, -1)
    assert [bar.count for bar in figure.bars] == [1, 0, 0, 0, 0, 0, 3]


def test_an_agent_sees_no_figures_of_the_company(viewer_as: Callable[..., Viewer]) -> None:
    Tally.objects.create(day=date(2026, 11, 22), name="policy.issued", org_unit_id=1, count=3)
    assert my_day.figures(viewer_as(Role.AGENT), on=date(2026, 11, 22)) == []


def test_a_task_due_later_on_the_companys_day_is_watched() -> None:
    now = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    assert my_day.pressing(datetime(2026, 11, 22, 16, 59, tzinfo=UTC), now=now) == "now"
    assert my_day.pressing(datetime(2026, 11, 23, 15, 59, tzinfo=UTC), now=now) == "watch"
    assert my_day.pressing(datetime(2026, 11, 23, 16, 1, tzinfo=UTC), now=now) == "off"


def _with_cookie(rf: RequestFactory, value: str) -> HttpRequest:
    request = rf.get("/")
    request.COOKIES[recent.COOKIE] = value
    return request


def test_another_persons_list_of_recent_customers_is_not_read(rf: RequestFactory, viewer: Viewer) -> None:
    response = HttpResponse()
    request = rf.get("/")
    request.viewer = viewer  # type: ignore[attr-defined]
    recent.RecentMiddleware(lambda _: response)._remember(request, response, "K0000000013")
    value = response.cookies[recent.COOKIE].value
    assert recent.numbers(_with_cookie(rf, value), viewer=viewer) == ["K0000000013"]
    stranger = Viewer(user_id=-1, name="", role=Role.MANAGER)
    assert recent.numbers(_with_cookie(rf, value), viewer=stranger) == []
    assert recent.numbers(_with_cookie(rf, value + "x"), viewer=viewer) == []


def test_appearance_is_kept_by_the_browser_and_leads_to_no_other_site(desk: Client) -> None:
    answered = desk.post("/desk/appearance/", {"large_type": "1", "next": "https://elsewhere.example/"})
    assert answered["Location"] == "/"
    assert answered.cookies["keyuan_large_type"].value == "1"
    assert 'class="large-type"' in desk.get("/").content.decode()
