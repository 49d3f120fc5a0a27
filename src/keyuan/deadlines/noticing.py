"""Reading the State Council's notice as it is published: which days are off, which weekend days are worked. Pure.

一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、清明节：4月4日（周六）至6日（周一）放假，共3天。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from keyuan.deadlines.rules import NamedDay
from keyuan.deadlines.states import Festival

NAMES: Final = {
    "元旦": Festival.NEW_YEAR,
    "春节": Festival.SPRING_FESTIVAL,
    "清明": Festival.QINGMING,
    "劳动节": Festival.LABOUR_DAY,
    "端午": Festival.DRAGON_BOAT,
    "中秋": Festival.MID_AUTUMN,
    "国庆": Festival.NATIONAL_DAY,
}
WEEKDAYS: Final = "一二三四五六日"
_HEADING = re.compile(r"^[一二三四五六七八九十]+、\s*(?P<name>[^：:]{1,12})[：:](?P<rest>.*)$")
_DAY: Final = (
    r"(?:(?P<year{n}>\d{{4}})年)?(?:(?P<month{n}>\d{{1,2}})月)?(?P<day{n}>\d{{1,2}})日(?:（(?P<note{n}>[^）]*)）)?"
)
_SPAN = re.compile(_DAY.format(n=1) + r"(?:\s*至\s*" + _DAY.format(n=2) + ")?")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
LONGEST: Final = 15


class NoticeUnreadable(ValueError):
    """The text is no notice, or says something that cannot be; ``line`` is where."""

    def __init__(self, line: str, why: str) -> None:
        self.line = line
        self.why = why
        super().__init__(f"{why}: {line}")


@dataclass(frozen=True, slots=True)
class _Span:
    first: date
    last: date

    def days(self) -> Iterator[date]:
        return (self.first + timedelta(days=ahead) for ahead in range((self.last - self.first).days + 1))


def parse(text: str, *, year: int) -> tuple[NamedDay, ...]:
    """The days that the notice of ``year`` names, in order; raises NoticeUnreadable.

    A weekday in brackets must be that of its day, and a day must not be both off and worked: a misprint is found.
    """
    found: dict[date, NamedDay] = {}
    for line in (line.strip() for line in text.replace("(", "（").replace(")", "）").splitlines()):
        heading = _HEADING.match(line)
        if heading is None:
            continue
        festival = next((known for name, known in NAMES.items() if name in heading["name"]), Festival.OTHER)
        for named in _named(heading["rest"], festival, year, line):
            if found.get(named.day, named).works != named.works:
                raise NoticeUnreadable(line, f"{named.day}")
            found[named.day] = named
    if not any(not named.works for named in found.values()):
        raise NoticeUnreadable(text[:40], "no holiday")
    return tuple(found[day] for day in sorted(found))


def _named(sentences: str, festival: Festival, year: int, line: str) -> Iterator[NamedDay]:
    for sentence in re.split(r"[。；;]", sentences):
        works = "上班" in sentence
        if not works and "放假" not in sentence:
            continue
        for span in _spans(sentence, year, line):
            for day in span.days():
                if works and day.weekday() < 5:
                    raise NoticeUnreadable(line, f"{day}")
                yield NamedDay(day, works, festival)


def _spans(sentence: str, year: int, line: str) -> Iterator[_Span]:
    month = 0
    for match in _SPAN.finditer(sentence):
        month = int(match["month1"] or month)
        first = _day(match["year1"] or year, month, match["day1"], match["note1"], line)
        last = first
        if match["day2"]:
            month = int(match["month2"] or month)
            last = _day(match["year2"] or year, month, match["day2"], match["note2"], line)
        if not 0 <= (last - first).days < LONGEST or abs(first.year - year) > 1:
            raise NoticeUnreadable(line, match.group(0))
        yield _Span(first, last)


def _day(year: str | int, month: int, day: str, note: str | None, line: str) -> date:
    try:
        found = date(int(year), month, int(day))
    except ValueError:
        raise NoticeUnreadable(line, f"{month}月{day}日") from None
    told = _WEEKDAY.search(note or "")
    if told and WEEKDAYS[found.weekday()] != told[1].replace("天", "日"):
        raise NoticeUnreadable(line, f"{found} {told[0]}")
    return found
