"""Quiet hours and texts: pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.kernel.money import Money
from keyuan.messages import rules, wording
from keyuan.messages.wording import Template, TemplateFault

NIGHT = {"quiet_from": time(21), "quiet_until": time(8)}


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}:00+08:00")


@pytest.mark.parametrize(
    ("written", "goes_out"),
    [
        ("23T20:59", "23T20:59"),
        ("23T21:00", "24T08:00"),
        ("23T23:59", "24T08:00"),
        ("24T00:00", "24T08:00"),
        ("24T07:59", "24T08:00"),
        ("24T08:00", "24T08:00"),
    ],
)
def test_quiet_hours_are_half_open_and_go_over_midnight(written: str, goes_out: str) -> None:
    assert rules.not_before(at(written), **NIGHT, urgent=False) == at(goes_out)
    assert rules.not_before(at(written), **NIGHT, urgent=True) == at(written)


def test_equal_ends_mean_no_quiet_hours() -> None:
    for hour in (0, 8, 23):
        moment = at(f"23T{hour:02}:00")
        assert rules.not_before(moment, quiet_from=time(8), quiet_until=time(8), urgent=False) == moment


MINUTES = st.integers(0, 24 * 60 - 1)


@given(MINUTES, MINUTES, MINUTES)
def test_a_message_waits_less_than_a_day_and_until_the_quiet_hours_end(begin: int, end: int, written: int) -> None:
    moment = at("23T00:00") + timedelta(minutes=written)
    until = time(*divmod(end, 60))
    found = rules.not_before(moment, quiet_from=time(*divmod(begin, 60)), quiet_until=until, urgent=False)
    assert found == moment or (moment < found < moment + timedelta(days=1) and found.time() == until)


def test_pauses_grow_and_end() -> None:
    pauses = [rules.pause_after(number) for number in range(1, 7)]
    assert pauses[:5] == sorted(p for p in pauses[:5] if p is not None)
    assert pauses[5] is None


def test_every_text_is_there_in_both_languages_with_the_same_gaps() -> None:
    for code in wording.codes():
        chinese, english = wording.template(code, "zh-hans"), wording.template(code, "en")
        assert (chinese.version, chinese.values) == (english.version, english.values)
        assert chinese.body != english.body


def text(kind: str, language: str = "zh") -> Template:
    return Template("x", 1, language, "X", "<{it}>", urgent=False, lives=None, values={"it": kind})


@pytest.mark.parametrize(
    ("kind", "value", "chinese", "english"),
    [
        ("money", Money(Decimal("1234.5")), "<¥1,234.50>", "<¥1,234.50>"),
        ("date", date(2026, 11, 3), "<2026年11月3日>", "<3 November 2026>"),
        ("number", 1500, "<1,500>", "<1,500>"),
        ("text", "王{it}伟", "<王{it}伟>", "<王{it}伟>"),
        ("link", "/home/policies/", "</home/policies/>", "</home/policies/>"),
    ],
)
def test_values_are_said_by_their_kind(kind: str, value: Any, chinese: str, english: str) -> None:
    assert wording.write(text(kind), {"it": value}).text == chinese
    assert wording.write(text(kind, "en"), {"it": value}).text == english


@pytest.mark.parametrize(
    ("kind", "value"),
    [("money", 5), ("date", "2026-11-03"), ("number", "5"), ("number", True), ("link", "javascript:x")],
)
def test_a_value_of_another_kind_is_a_fault_of_the_program(kind: str, value: Any) -> None:
    with pytest.raises(TemplateFault):
        wording.write(text(kind), {"it": value})


def test_a_value_too_many_or_too_few_is_a_fault() -> None:
    for values in ({}, {"it": "a", "more": "b"}):
        with pytest.raises(TemplateFault):
            wording.write(text("text"), values)


def test_staff_never_read_a_secret() -> None:
    written = wording.write(text("secret"), {"it": "123456"})
    assert (written.text, written.shown) == ("<123456>", "<••••••>")
