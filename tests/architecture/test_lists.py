"""Every list of staff, found by walking: who has no customers sees none in its rows, its count or its export."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.eventlog.models import Event
from keyuan.lists.views import LISTINGS
from tests.architecture.strangers import SECRET, SECRET_CLAIM, SECRET_MOBILE, SECRET_POLICY, SECRET_SERIAL, World
from tests.fixtures.organisation import Organisation

SECRETS = (SECRET, SECRET_MOBILE, SECRET_POLICY, SECRET_CLAIM, SECRET_SERIAL)
# Lists that show no customers: everybody who may open them sees the same rows.
OPEN = {"products": "what the company sells"}
EXPECTED = {
    "certificates", "claims", "complaints", "contracts", "differences", "identity", "imports", "members", "messages",
    "orders", "payments", "policies", "products", "proposals", "prospects", "quotes", "redemptions", "replays",
    "underwriting", "warning",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh_counts(fresh_counts: None) -> None:
    """Attempts are counted from nothing in every test."""


def addresses() -> dict[str, str]:
    """Every list by name, with its address."""
    found = {}
    for pattern in _patterns(get_resolver().url_patterns):
        name = getattr(pattern.callback, "lists", "")
        if name:
            found[name] = f"/{pattern.pattern}"
    return found


def _patterns(patterns: Any) -> Any:
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from _patterns(one.url_patterns)
        else:
            yield one


def everything(name: str) -> str:
    """The query that shows the most: the tab that narrows least."""
    listing = LISTINGS[name]
    codes = [tab.code for tab in listing.tabs]
    wide = next((code for code in ("", "all") if code in codes), codes[0] if codes else "")
    return f"{listing.tab}={wide}" if wide else ""


def test_every_list_is_known_here() -> None:
    assert set(addresses()) == set(LISTINGS) == EXPECTED


@pytest.mark.parametrize("role", [Role.AGENT, Role.HOTLINE, Role.MANAGER])
def test_who_has_no_such_customers_finds_none_in_rows_count_and_export(
    world: World, user_as: Callable[..., User], org: Organisation, role: Role
) -> None:
    client = Client()
    client.force_login(user_as(role, unit=org.branch))
    wrong = []
    for name, address in addresses().items():
        page = client.get(address, {"column": [one.name for one in LISTINGS[name].columns]})
        if page.status_code == 403:
            continue
        wide = f"{address}?{everything(name)}"
        texts = [page.content.decode(), client.get(wide).content.decode()]
        asked = {"do": "export", "purpose": "测试", "query": everything(name), "format": "csv"}
        export = client.post(address, asked)
        texts.append(b"".join(export.streaming_content).decode() if export.status_code == 200 else "")  # type: ignore[attr-defined]
        wrong += [f"{name}: {secret}" for secret in SECRETS if any(secret in text for text in texts)]
        count = re.search(r"\d+", client.get(f"{wide}&part=count").content.decode())
        if name not in OPEN and (count is None or int(count.group()) != 0):
            wrong.append(f"{name}: counts {count}")
    assert wrong == []


def test_who_sees_the_whole_company_exports_as_many_rows_as_are_counted_and_the_log_says_so(
    world: World, user_as: Callable[..., User], org: Organisation
) -> None:
    client = Client()
    client.force_login(user_as(Role.MANAGER))
    for name, address in addresses().items():
        wide = f"{address}?{everything(name)}"
        count = re.search(r"\d+", client.get(f"{wide}&part=count").content.decode())
        asked = {"do": "export", "purpose": "测试", "query": everything(name), "format": "csv"}
        answer = client.post(address, asked)
        text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")  # type: ignore[attr-defined]
        rows = list(csv.reader(io.StringIO(text)))
        assert count is not None, name
        assert len(rows) - 1 == int(count.group()), name
        line = Event.objects.filter(name=LISTINGS[name].exported.name).latest("id")
        assert (line.payload["list"], line.payload["purpose"], line.payload["rows"]) == (name, "测试", len(rows) - 1)


def test_no_list_is_exported_by_who_may_not_or_without_a_purpose(world: World, user_as: Callable[..., User]) -> None:
    manager, hotline = Client(), Client()
    manager.force_login(user_as(Role.MANAGER))
    hotline.force_login(user_as(Role.HOTLINE))
    for name, address in addresses().items():
        assert manager.post(address, {"do": "export", "purpose": " \t"}).status_code == 422, name
        if hotline.get(address).status_code == 200:
            assert hotline.post(address, {"do": "export", "purpose": "x"}).status_code == 403, name


def test_every_column_sorts_both_ways_and_every_filter_takes_nonsense(
    world: World, user_as: Callable[..., User]
) -> None:
    client = Client()
    client.force_login(user_as(Role.MANAGER))
    for name, address in addresses().items():
        listing = LISTINGS[name]
        for column in listing.columns:
            if column.sort:
                for order in (column.name, f"-{column.name}"):
                    assert client.get(address, {"sort": order}).status_code == 200, (name, order)
        nonsense = {each.name: "\x00'; x" for each in listing.filters}
        odd = {"sort": "-", "after": "\x00", "before": "9" * 40, "at": "-1", "view": "x", "column": "x"}
        assert client.get(address, {**nonsense, **odd}).status_code == 200, name
