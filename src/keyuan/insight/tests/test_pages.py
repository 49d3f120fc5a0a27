"""The cube on the desk and over the API: what is asked is shown, deeper by a click, and to people for a purpose."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from keyuan.accounts.models import User
from keyuan.accounts.scope import Viewer, viewer_of
from keyuan.customers.queries.scope import visible
from keyuan.eventlog.models import Event
from keyuan.insight.cube.answers import answer
from keyuan.insight.cube.drilling import behind
from keyuan.insight.cube.questions import question
from keyuan.insight.lake.exporting import Exported
from keyuan.lists.models import ListView
from keyuan.lists.refusals import PurposeMissing
from keyuan.policies.models import Policy

PAGE = "/desk/insight/cube/"


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def test_an_analyst_pivots_keeps_and_takes_away_what_the_cube_says(book: Exported, everybody: Viewer) -> None:
    client = signed_in("analyst")
    seen = client.get(PAGE, {"row": ["line"], "measure": ["premium_written", "policies"]})
    assert seen.status_code == 200, seen.headers
    page = seen.content.decode()
    found = answer(question(by="line", measures="premium_written,policies"), viewer=everybody)
    for cell in found.cells:
        assert f"{cell.figures[0]:,.0f}" in page
        assert f"where=line%3D{cell.of[0]}" in page  # one click deeper
    crossed = client.get(PAGE, {"row": ["line"], "across": "year", "measure": ["premium_earned"]}).content.decode()
    total = answer(question(measures="premium_earned"), viewer=everybody).total[0]
    assert f"{total:,.0f}" in crossed

    asks = "row=line&measure=premium_written"
    client.post(PAGE, {"do": "save", "name": "险种保费", "query": asks})
    assert ListView.objects.get(listing="cube").query == asks

    refused = client.post(PAGE, {"do": "export", "query": asks, "purpose": " "})
    assert refused.status_code >= 400
    assert not Event.objects.filter(name="cube.exported").exists()
    taken = client.post(PAGE, {"do": "export", "query": asks, "purpose": "季度报告"})
    sheet = load_workbook(BytesIO(b"".join(taken.streaming_content))).active  # type: ignore[attr-defined]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(found.cells)
    assert sum(row[1] for row in rows) == pytest.approx(float(found.total[0]))
    assert Event.objects.get(name="cube.exported").payload["purpose"] == "季度报告"


def test_what_is_asked_wrongly_is_said_on_the_page(book: Exported) -> None:
    page = signed_in("analyst").get(PAGE, {"row": ["line"], "period": "soon"})
    assert page.status_code == 200
    assert "soon" in page.content.decode()


def test_the_customers_behind_a_cell_are_shown_for_a_purpose_and_within_scope(book: Exported) -> None:
    analyst = viewer_of(User.objects.get(username="analyst"))
    asked = question(by="line,year", measures="policies", period_text="2018..2026")
    holders = set(Policy.objects.filter(product__line="motor").values_list("customer_id", flat=True))
    cells = {cell.of: cell.figures[0] for cell in answer(asked, viewer=analyst).cells}
    assert cells["motor", "2024"]
    with pytest.raises(PurposeMissing):
        behind(asked, ("motor", "2024"), purpose="", most=10, by=analyst)
    assert not Event.objects.filter(name="cube.customers_drilled").exists()
    found = behind(asked, ("motor", "2024"), purpose="核对", most=1000, by=analyst)
    assert found.count == len(found.customers) > 0
    assert {one.pk for one in found.customers} <= holders
    assert Event.objects.get(name="cube.customers_drilled").payload["cell"] == {"line": "motor", "year": "2024"}

    manager = User.objects.get(username="manager")
    manager.org_unit = Policy.objects.order_by("pk").first().org_unit
    manager.save()
    viewer = viewer_of(manager)
    own = behind(question(by="line"), ("motor",), purpose="核对", most=1000, by=viewer)
    assert {one.pk for one in own.customers} <= set(visible(viewer).values_list("pk", flat=True))
    assert own.count < behind(question(by="line"), ("motor",), purpose="核对", most=1000, by=analyst).count


def test_the_page_of_people_asks_for_the_purpose_first(book: Exported) -> None:
    client = signed_in("analyst")
    address = f"{PAGE}customers/?row=line&of=motor"
    before = client.get(address).content.decode()
    name = Policy.objects.filter(product__line="motor").first().customer.name
    assert name not in before
    after = client.post(address, {"purpose": "核对"}).content.decode()
    assert name in after


def test_the_api_says_the_same_and_only_to_whom_it_may(book: Exported, everybody: Viewer) -> None:
    told = signed_in("analyst").get("/api/v1/cube", {"by": "product,region", "measures": "premium_written,loss_ratio"})
    body: Any = json.loads(told.content)
    assert told.status_code == 200, body
    found = answer(question(by="product,region", measures="premium_written,loss_ratio"), viewer=everybody)
    assert len(body["rows"]) == len(found.cells)
    assert body["total"]["premium_written"] == str(found.total[0])
    assert body["rows"][0]["labels"]["product"] != body["rows"][0]["product"]
    assert signed_in("agent").get("/api/v1/cube").status_code == 403
    assert signed_in("agent").get(PAGE).status_code == 403
    assert signed_in("analyst").get("/api/v1/cube", {"by": "name"}).status_code == 422
    assert Client().get("/api/v1/cube").status_code == 401
