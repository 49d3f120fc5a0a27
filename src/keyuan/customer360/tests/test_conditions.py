"""A random condition finds the same customers by SQL, as the builder's form writes it, and in plain Python."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, event, find, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from keyuan.accounts.models import User
from keyuan.accounts.scope import system_viewer
from keyuan.customer360.conditions import as_json, catalogue, matching, parse, parse_text, sql
from keyuan.customer360.conditions.fields import Field, Record
from keyuan.customer360.models import CustomerList, CustomerListMember, CustomerTag, Tag
from keyuan.customer360.tests.naive import NaiveBook
from keyuan.customer360.tests.trees import conditions, with_value
from keyuan.customers.models import Customer, ExternalCover
from keyuan.demo.book import load
from keyuan.kernel.clock import now, today

VIEWER = system_viewer("tests")


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
        cls.at = now()
        cls.book = NaiveBook.read(today(), cls.at)

    def check(self, told: Any) -> set[int]:
        condition = parse(told, catalogue=catalogue(VIEWER))
        assert as_json(parse(as_json(condition), catalogue=catalogue(VIEWER))) == as_json(condition)
        with patch.object(sql, "now", lambda: self.at):
            found = list(matching(condition, viewer=VIEWER, on=today()).values_list("pk", flat=True))
        assert len(found) == len(set(found)), "a customer is found once"
        return set(found)

    @given(data=st.data())
    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    def test_sql_finds_whom_a_plain_filter_finds(self, data: st.DataObject) -> None:
        told = data.draw(conditions(catalogue(VIEWER), self.book))
        condition = parse_text(json.dumps(told), catalogue=catalogue(VIEWER))
        expected = self.book.matching(condition)
        found = self.check(told)
        assert found == expected, json.dumps(told, ensure_ascii=False)
        event(f"finds {'nobody' if not found else 'everybody' if len(found) == len(self.book.customers) else 'some'}")

    def test_each_field_and_operator_finds_whom_a_plain_filter_finds(self) -> None:
        """One of each by itself and under a "not", so that none depends on the luck of the draw."""
        known = catalogue(VIEWER)
        for record in known.records.values():
            for field in record.fields.values():
                self.each_operator(field, record)

    def each_operator(self, field: Field, record: Record) -> None:
        for op in field.operators:
            drawn = find(with_value(self.book, record, field, op), lambda _: True, settings=settings(database=None))
            for told in (drawn, {"not": drawn}):
                whole = told if record.name == "customer" else self.inside(record, told)
                for asked in (whole, {"not": whole}):
                    condition = parse(asked, catalogue=catalogue(VIEWER))
                    assert self.check(asked) == self.book.matching(condition), asked

    def inside(self, record: Record, told: Any) -> Any:
        return {"has": record.name, "such_that": told}
