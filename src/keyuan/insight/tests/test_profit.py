"""What customers earn adds up to what the cube says, to the cent; structure and luck are kept apart; only who may, sees."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from keyuan.accounts.access import NotPermitted
from keyuan.accounts.models import User
from keyuan.accounts.scope import STRANGER, system_viewer, viewer_of
from keyuan.customers.queries.scope import visible
from keyuan.customers.refusals import CustomerNotFound
from keyuan.eventlog.models import Event
from keyuan.insight.cube.answers import answer
from keyuan.insight.cube.periods import Period
from keyuan.insight.cube.questions import question
from keyuan.insight.lake.exporting import Exported
from keyuan.insight.models import CustomerProfit, ProfitRun
from keyuan.insight.profit import queries
from keyuan.insight.profit.curve import Curve
from keyuan.insight.profit.running import last_twelve_months, nightly, run
from keyuan.insight.refusals import NoProfitRun, UnknownProfitBasis
from keyuan.insight.states import RunKind
from keyuan.kernel.actor import Actor

NIGHT = Actor.system("night")
EVERYBODY = system_viewer("test")
PAGE = "/desk/insight/profit/"


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def test_the_profits_of_all_customers_are_what_the_cube_says_to_the_cent(book: Exported) -> None:
    names = "premium_written,premium_earned,claims_cost,payouts,commission,expenses,profit"
    last, past = last_twelve_months(book.manifest.day), Period(date(2022, 3, 1), date(2024, 7, 15))
    for basis, premium, period in (("acc", "earned", last), ("cal", "written", past)):
        counted = run(by=NIGHT, period=period, basis=basis, premium=premium, kind=RunKind.ASKED).run
        rows = list(CustomerProfit.objects.filter(run=counted))
        has = queries.totals_of(rows)
        asked = question(measures=names, period_text=period.text, basis=basis)
        cube = dict(zip(asked.measures, answer(asked, viewer=EVERYBODY).total, strict=True))
        assert has["premium"] == cube[f"premium_{premium}"]
        assert (has["claims"], has["payouts"]) == (cube["claims_cost"], cube["payouts"])
        assert (has["commission"], has["servicing"]) == (cube["commission"], cube["expenses"])
        more = has["investment"] - has["reserve"] + cube[f"premium_{premium}"] - cube["premium_earned"]
        assert has["profit"] == cube["profit"] + more
        for row in rows:
            assert row.profit == row.structure + row.luck
            assert row.luck == row.expected - row.claims + row.released
            told = [amounts["amounts"] for amounts in row.why.values()]
            assert sum(one[-3] for one in told) == row.profit * 100


def test_the_curve_holds_everybody_and_ends_at_the_total(book: Exported) -> None:
    counted = run(by=NIGHT).run
    for name, field in (("realised", "profit"), ("structural", "structure")):
        found = Curve.from_dict(counted.told[name])
        amounts = sorted(CustomerProfit.objects.filter(run=counted).values_list(field, flat=True), reverse=True)
        assert found.customers == len(amounts) == counted.customers
        assert found.total == sum(amounts) * 100
        best = amounts[: int(0.2 * len(amounts) + 0.5)]
        assert found.part(0, 0.2) == sum(best) * 100
        count, rows = queries.members(counted, by=field, first=0, last=0.2, viewer=EVERYBODY)
        assert count == len(best)
        assert [getattr(row, field) for row in rows] == best


def test_a_night_keeps_the_last_twelve_months_and_each_year_once(book: Exported) -> None:
    first = nightly(by=NIGHT)
    assert [one.run.kind for one in first] == [RunKind.ROLLING, RunKind.YEAR]
    again = nightly(by=NIGHT)
    assert [one.run.kind for one in again] == [RunKind.ROLLING]
    assert ProfitRun.objects.count() == 2
    assert CustomerProfit.objects.filter(run=again[0].run).count() == again[0].run.customers
    assert not CustomerProfit.objects.filter(run=first[0].run).exists()
    assert first[1].run.starts_on == date(2025, 1, 1)
    assert Event.objects.filter(name="profit.counted").count() == 3


def test_what_is_not_counted_so_is_refused(book: Exported) -> None:
    with pytest.raises(UnknownProfitBasis):
        run(by=NIGHT, basis="uw")
    with pytest.raises(NoProfitRun):
        queries.run_of(None, viewer=EVERYBODY)
    assert not ProfitRun.objects.exists()


def test_a_branch_sees_its_own_customers_and_a_stranger_none(book: Exported) -> None:
    counted = run(by=NIGHT).run
    manager = User.objects.get(username="manager")
    manager.org_unit = CustomerProfit.objects.order_by("pk").first().customer.org_unit
    manager.save()
    viewer = viewer_of(manager)
    own = set(visible(viewer).values_list("pk", flat=True))
    seen = queries.whale(counted, viewer=viewer)
    assert 0 < seen.realised.customers < counted.customers
    rows = CustomerProfit.objects.filter(run=counted)
    assert seen.totals["profit"] == sum(row.profit for row in rows if row.customer_id in own)
    other = rows.exclude(customer_id__in=own).first()
    assert queries.profits_of([other.customer_id], viewer=viewer) == {}
    with pytest.raises(CustomerNotFound):
        queries.profit_of(other.customer_id, viewer=viewer)
    mine = rows.filter(customer_id__in=own).first()
    assert queries.profits_of([mine.customer_id], viewer=viewer)[mine.customer_id].profit == mine.profit
    for nobody in (STRANGER, viewer_of(User.objects.get(username="agent"))):
        with pytest.raises(NotPermitted):
            queries.run_of(None, viewer=nobody)


def test_the_pages_show_the_curve_and_the_people_only_for_a_purpose(book: Exported) -> None:
    client = signed_in("analyst")
    assert "keyuan profit" in client.get(PAGE).content.decode()
    counted = run(by=NIGHT).run
    page = client.get(PAGE, {"from": "80", "to": "100"}).content.decode()
    whale = queries.whale(counted, viewer=EVERYBODY)
    assert f"{whale.totals['profit']:,.0f}" in page
    worst = CustomerProfit.objects.filter(run=counted).order_by("profit").first()
    people = f"{PAGE}customers/?from=80&to=100&by=profit"
    assert worst.customer.name not in client.get(people).content.decode()
    refused = client.post(people, {"purpose": " ", "do": "show"})
    assert worst.customer.name not in refused.content.decode()
    assert not Event.objects.filter(name="profit.customers_drilled").exists()
    shown = client.post(people, {"purpose": "查找亏损原因", "do": "show"}).content.decode()
    assert worst.customer.name in shown
    assert Event.objects.get(name="profit.customers_drilled").payload["customers"] > 0
    taken = client.post(people, {"purpose": "报告", "do": "export"})
    rows = list(load_workbook(BytesIO(b"".join(taken.streaming_content))).active.iter_rows(min_row=2, values_only=True))  # type: ignore[attr-defined]
    count, members = queries.members(counted, by="profit", first=0.8, last=1, viewer=EVERYBODY)
    assert len(rows) == count
    assert sum(Decimal(str(row[12])) for row in rows) == sum(one.profit for one in members)

    one = client.get(f"{PAGE}customers/{worst.customer_id}/").content.decode()
    assert worst.customer.name in one
    assert f"{worst.profit:,.2f}" in one
    assert signed_in("agent").get(PAGE).status_code == 403
    assert signed_in("agent").get(f"{PAGE}customers/{worst.customer_id}/").status_code == 403


def test_the_api_says_the_same_and_only_to_whom_it_may(book: Exported) -> None:
    assert signed_in("analyst").get("/api/v1/insight/profit").status_code == 409
    counted = run(by=NIGHT).run
    told = json.loads(signed_in("analyst").get("/api/v1/insight/profit").content)
    assert told["run"] == counted.pk
    assert Decimal(told["totals"]["profit"]) * 100 == counted.told["totals"]["profit"]
    row = CustomerProfit.objects.filter(run=counted).first()
    one = json.loads(signed_in("analyst").get(f"/api/v1/insight/profit/customers/{row.customer_id}").content)
    assert one[0]["profit"] == f"{row.profit:.2f}"
    assert signed_in("agent").get("/api/v1/insight/profit").status_code == 403
    assert Client().get("/api/v1/insight/profit").status_code == 401


def test_the_managers_overview_has_ten_figures_each_with_its_list(book: Exported) -> None:
    client = signed_in("analyst")
    page = "/desk/insight/overview/"
    assert client.get(page).content.decode().count('class="overview-label"') == 9  # no profit before the first run
    counted = run(by=NIGHT).run
    shown = client.get(page).content.decode()
    assert shown.count('class="overview-label"') == 10
    assert f"{counted.told['totals']['profit'] / 100:,.0f}" in shown
    day = book.manifest.day
    asked = question(measures="policies,customers", period_text=f"{day}..{day + timedelta(days=1)}")
    assert f"<strong>{answer(asked, viewer=EVERYBODY).total[0]:,}</strong>" in shown
    for address in ("/desk/renewals/?period=soon", "/desk/orders/?state=open", "/desk/complaints/?state=open", PAGE):
        assert address in shown
    assert signed_in("hotline").get(page).status_code == 403
