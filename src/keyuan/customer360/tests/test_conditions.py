"""A random condition finds the same customers by SQL, as the builder's form writes it, and in plain Python."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory
from hypothesis import HealthCheck, Phase, event, find, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from keyuan.accounts.models import User
from keyuan.accounts.roles import PERMISSIONS, Role
from keyuan.accounts.scope import STRANGER, Viewer, system_viewer, viewer_of
from keyuan.api import query
from keyuan.customer360.actions import start_bulk
from keyuan.customer360.building import context_of, shown
from keyuan.customer360.columns import chosen
from keyuan.customer360.conditions import catalogue, matching, parse, parse_text, shaped
from keyuan.customer360.conditions.draft import draft_of, json_of, read_draft
from keyuan.customer360.conditions.fields import Field, Record
from keyuan.customer360.models import CustomerList, CustomerListMember, CustomerTag, Tag
from keyuan.customer360.queries import asking
from keyuan.customer360.tests.naive import NaiveBook
from keyuan.customer360.tests.trees import conditions, with_value
from keyuan.customers.models import Customer, ExternalCover
from keyuan.customers.queries import visible
from keyuan.customfields.models import FieldDefinition
from keyuan.customfields.queries import forget
from keyuan.customfields.states import FieldType
from keyuan.demo.book import load
from keyuan.kernel.clock import now, today
from keyuan.policies.models import Policy

VIEWER = system_viewer("tests")


class _Controls(HTMLParser):
    """What a browser would send of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.select = self.area = ""
        self.text: list[str] = []

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        told = dict(pairs)
        name, value = told.get("name") or "", told.get("value") or ""
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area, self.text = name, []
        elif tag == "option" and self.select and "selected" in told:
            self.sent.append((self.select, value))
        elif tag == "input" and (told.get("type") != "checkbox" or "checked" in told):
            self.sent.append((name, value))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.sent.append((self.area, "".join(self.text)))
            self.area = ""


#: The first that is drawn; that it is the smallest is not asked.
ONE = settings(database=None, max_examples=1, phases=[Phase.generate])


def custom_values(place: int) -> dict[str, Any]:
    whole = {
        "t_text": f"第{place % 5}组",
        "t_number": place - 20,
        "t_money": place * 10.5,
        "t_date": date(2026, 1 + place % 12, 15).isoformat(),
        "t_yes_no": place % 2 == 0,
        "t_choice": "ab"[place % 2],
        "t_multi_choice": [["a"], ["b"], ["a", "b"]][place % 3],
    }
    return {name: value for order, (name, value) in enumerate(whole.items()) if (place + order) % 5}


def controls(html: str) -> list[tuple[str, str]]:
    parser = _Controls()
    parser.feed(html)
    return parser.sent


@pytest.mark.xdist_group("horizon")
class ConditionsTest(TestCase):
    book: NaiveBook

    @classmethod
    def setUpTestData(cls) -> None:
        load(customers=60, seed=5, as_of=today())
        keys = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
        owner = User.objects.get(username="manager")
        vip, elder = Tag.objects.create(name="VIP"), Tag.objects.create(name="老客户")
        spring = CustomerList.objects.create(name="春季回访", owner=owner, shared="company")
        for place, key in enumerate(keys):
            if place % 3 == 0:
                CustomerTag.objects.create(customer_id=key, tag=vip)
            if place % 4 == 0:
                CustomerTag.objects.create(customer_id=key, tag=elder)
                CustomerListMember.objects.create(customer_id=key, list=spring)
            if place % 5 == 0:
                ExternalCover.objects.create(
                    customer_id=key,
                    insurer="别家保险",
                    line="motor",
                    premium=Decimal(place),
                    ends_on=date(2027, 1, 1 + place % 28),
                )
        cls.give_custom_values(keys)
        cls.at = now()
        cls.book = NaiveBook.read(today(), cls.at)

    @classmethod
    def give_custom_values(cls, keys: list[int]) -> None:
        """A field of every type, with a value for some, and for none that is the same in all."""
        codes = [{"code": "a", "name": "甲"}, {"code": "b", "name": "乙"}]
        for record in ("person", "policy"):
            for type_ in FieldType.values:
                given = codes if "choice" in type_ else []
                FieldDefinition.objects.create(record=record, slug=f"t_{type_}", name=type_, type=type_, choices=given)
        forget()
        policies = list(Policy.objects.order_by("pk").values_list("pk", flat=True))
        for model, pks in ((Customer, keys), (Policy, policies)):
            for place, key in enumerate(pks):
                if place % 4:
                    model.objects.filter(pk=key).update(custom=custom_values(place))

    def check(self, told: Any) -> set[int]:
        condition = parse(told, catalogue=catalogue(VIEWER))
        with patch.object(shaped, "now", lambda: self.at):
            found = list(matching(condition, viewer=VIEWER, on=today()).values_list("pk", flat=True))
        assert len(found) == len(set(found)), "a customer is found once"
        return set(found)

    @given(data=st.data())
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    def test_sql_finds_whom_a_plain_filter_finds(self, data: st.DataObject) -> None:
        told = data.draw(conditions(catalogue(VIEWER), self.book))
        condition = parse_text(json.dumps(told), catalogue=catalogue(VIEWER))
        expected = self.book.matching(condition)
        found = self.check(told)
        assert found == expected, json.dumps(told, ensure_ascii=False)
        assert self.by_the_form(condition) == expected, json.dumps(told, ensure_ascii=False)
        assert self.by_the_api(told) == expected, json.dumps(told, ensure_ascii=False)
        event(f"finds {'nobody' if not found else 'everybody' if len(found) == len(self.book.customers) else 'some'}")

    @given(data=st.data())
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    def test_no_condition_reaches_a_stranger(self, data: st.DataObject) -> None:
        """Query, count, page, export and the whole result of bulk work: for an agent, a branch and nobody in particular."""
        told = data.draw(conditions(catalogue(VIEWER), self.book))
        condition = parse(told, catalogue=catalogue(VIEWER))
        unit = next(iter(self.book.customers.values())).org_unit_id
        branch = Viewer(None, "", Role.HOTLINE, (unit,), PERMISSIONS[Role.HOTLINE])
        for viewer in (viewer_of(User.objects.get(username="agent")), branch, STRANGER):
            scope = set(visible(viewer).values_list("pk", flat=True))
            assert len(scope) < len(self.book.customers)
            shown = chosen(["number"], viewer)
            found = set(asking.ids(condition, viewer=viewer, on=today()))
            page = asking.answer(condition, viewer=viewer, on=today(), shown=shown, size=200)
            numbers = {cells[0] for cells in asking.pieces(condition, viewer=viewer, on=today(), shown=shown)}
            assert found <= scope, told
            assert asking.count(condition, viewer=viewer, on=today()) == page.count == len(found)
            assert {key for key, _, _ in page.rows} == found
            assert numbers == {self.book.customers[key].number for key in found}
        agent = viewer_of(User.objects.get(username="agent"))
        if asking.count(condition, viewer=agent, on=today()):
            start_bulk("tag", {"tag": "范围"}, condition=condition, by=agent)
            bearers = set(CustomerTag.objects.filter(tag__name="范围").values_list("customer_id", flat=True))
            assert bearers <= set(visible(agent).values_list("pk", flat=True))

    def test_each_field_and_operator_finds_whom_a_plain_filter_finds(self) -> None:
        """One of each by itself and under a "not", so that none depends on the luck of the draw."""
        known = catalogue(VIEWER)
        for record in known.records.values():
            for field in record.fields.values():
                self.each_operator(field, record)

    def each_operator(self, field: Field, record: Record) -> None:
        for op in field.operators:
            drawn = find(with_value(self.book, record, field, op), lambda _: True, settings=ONE)
            inside = record.name != "customer"
            plain = self.inside(record, drawn) if inside else drawn
            turned = {"not": self.inside(record, {"not": drawn}) if inside else drawn}
            for asked in (plain, turned):
                condition = parse(asked, catalogue=catalogue(VIEWER))
                assert self.check(asked) == self.book.matching(condition), asked

    def by_the_form(self, condition: Any) -> set[int]:
        """The builder's form of the condition, sent as a browser sends it, read back and asked."""
        known = catalogue(VIEWER)
        node = shown(draft_of(condition), catalogue=known, viewer=VIEWER)
        rendered = render_to_string("customer360/queries/builder.html", context_of(node))
        form = QueryDict(urlencode(controls(rendered)))
        return self.check(json_of(read_draft(form), catalogue=known))

    def by_the_api(self, told: Any) -> set[int]:
        with patch.object(shaped, "now", lambda: self.at), patch.object(query, "viewer_of", lambda request: VIEWER):
            answer = query.ask(RequestFactory().post("/"), query.Question(condition=told, size=200, columns=["number"]))
        body = json.loads(answer.content)
        assert body["count"] == len(body["rows"])
        return {row["id"] for row in body["rows"]}

    def inside(self, record: Record, told: Any) -> Any:
        return {"has": record.name, "such_that": told}
