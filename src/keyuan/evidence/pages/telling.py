"""A trace as a person reads it: what was shown and done, in order, each with the page as it stood at that moment."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keyuan.evidence.pages.filling import State
from keyuan.evidence.pages.labels import names_of_fields
from keyuan.evidence.pages.queries import said_of

if TYPE_CHECKING:
    from keyuan.evidence.offline.chain import Row
    from keyuan.evidence.pages.queries import Traced

TITLE: Final = re.compile(rb"<title>(.*?)</title>", re.DOTALL)
#: What stands behind each title of a page.
SITE: Final = " · "
STEPS: Final = {
    "submit": gettext_lazy("提交投保单"),
    "agree": gettext_lazy("接受核保结论"),
    "sign": gettext_lazy("签名"),
    "pay": gettext_lazy("付款到账"),
    "issue": gettext_lazy("承保出单"),
}
SHORT: Final = 60


@dataclass(frozen=True, slots=True)
class Changed:
    """A field of a form that was sent, as the page calls it: what it said, and what it had said before ("" at first)."""

    name: str
    value: str
    before: str = ""
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """One moment of the timeline. ``row``: the row of the page that was to be seen; None while there is none.

    ``kind``: page, part, sent, step, began, or the browser's own word for what was done (hearing.Kind).
    """

    place: int
    at: datetime
    kind: str
    title: str
    row: int | None = None
    state: State | None = None
    fields: tuple[Changed, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    width: int = 0
    seconds: int = 0
    versions: tuple[tuple[str, int, str], ...] = ()

    @property
    def is_page(self) -> bool:
        return self.kind in ("page", "part")


@dataclass(slots=True)
class _Page:
    """What is known of a page while its story is told."""

    row: int
    at: datetime
    width: int = 0
    called: Mapping[str, str] = field(default_factory=dict)
    opened: dict[int, bool] = field(default_factory=dict)
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def state(self, **touched: Any) -> State:
        return State(dict(self.opened), dict(self.values), **touched)


def timeline(traced: Traced) -> list[Entry]:
    """Every moment of the sale, in the order in which it happened."""
    told = sorted(_Teller(traced).entries(), key=lambda one: one.at)
    ends = [*(one.at for one in told[1:]), told[-1].at] if told else []
    return [
        replace(one, place=place, seconds=int((end - one.at).total_seconds()))
        for place, (one, end) in enumerate(zip(told, ends, strict=True))
    ]


class _Teller:
    def __init__(self, traced: Traced) -> None:
        self._rows = [(row, said_of(row)) for row in traced.rows]
        self._pages: dict[str, _Page] = {}
        self._latest: _Page | None = None
        self._sent: dict[str, Mapping[str, Sequence[str]]] = {}
        self._typed = self._values_sent()

    def _values_sent(self) -> dict[str, Mapping[str, Sequence[str]]]:
        """What the form of each page said when it was sent: what was typed is known only then."""
        found: dict[str, Mapping[str, Sequence[str]]] = {}
        shown: dict[str, str] = {}
        for _row, said in self._rows:
            if said.get("key"):
                shown[str(said.get("address", ""))] = str(said["key"])
            if said.get("kind") == "sent" and (key := shown.get(str(said.get("from", "")))):
                found[key] = said.get("values", {})
        return found

    def entries(self) -> Iterator[Entry]:
        for row, said in self._rows:
            tell = _TELL.get(str(said.get("kind", "")))
            if tell is None:
                yield Entry(0, self._latest.at if self._latest else _EPOCH, "broken", _("这一条记录读不出来"))
            else:
                yield from tell(self, row, said)

    def shown(self, row: Row, said: Mapping[str, Any]) -> Iterator[Entry]:
        at, page = _moment(said), _Page(row.n, _moment(said))
        if said.get("part"):
            yield Entry(0, at, "part", _("页面上更新：%(text)s") % {"text": _text_of(row.page)}, row.n)
            return
        page.width = self._latest.width if self._latest else 0
        page.called = names_of_fields(row.page or b"")
        self._latest = page
        if said.get("key"):
            self._pages[str(said["key"])] = page
        versions = tuple((str(code), int(number), str(clauses)) for code, number, clauses in said.get("versions", ()))
        title = _title_of(row.page)
        yield Entry(0, at, "page", title, row.n, facts=_facts(said), width=page.width, versions=versions)

    def sent(self, row: Row, said: Mapping[str, Any]) -> Iterator[Entry]:
        where = str(said.get("view", ""))
        values, before = said.get("values", {}), self._sent.get(where, {})
        self._sent[where] = values
        page = self._latest
        called = {} if page is None else page.called
        fields = tuple(
            Changed(called.get(name, name), _said(value), _said(before.get(name, ())), before.get(name) != value)
            for name, value in values.items()
        )
        state = None
        if page is not None and not said.get("part"):
            page.values.update({name: tuple(value) for name, value in values.items()})
            state = page.state()
        number = None if page is None else page.row
        title = _("询价") if said.get("part") else _("提交")
        width = page.width if page else 0
        yield Entry(0, _moment(said), "sent", title, number, state, fields, _facts(said), width)
        if "page" in said:
            yield from self.shown(row, said)

    def did(self, _row: Row, said: Mapping[str, Any]) -> Iterator[Entry]:
        key = str(said.get("of", ""))
        page = self._pages.get(key)
        if page is None:
            return
        for one in said.get("ops", ()):
            at = page.at + timedelta(milliseconds=int(one.get("t", 0)))
            if one.get("k") == "view":
                page.width = int(one.get("w", 0))
                continue
            yield Entry(0, at, str(one["k"]), _done(one), page.row, self._after(page, key, one), width=page.width)

    def _after(self, page: _Page, key: str, one: Mapping[str, Any]) -> State:
        kind, name = one["k"], str(one.get("name", ""))
        if kind in ("open", "close") and "at" in one:
            page.opened[int(one["at"])] = kind == "open"
            if name:
                page.values[name] = (str(one["value"]),) if one.get("value") else ()
            return page.state(touched_fold=int(one["at"]))
        if kind == "choose":
            page.values[name] = tuple(str(one.get("value", "")).split("\n")) if one.get("value") else ()
            return page.state(touched_field=name)
        if kind == "type":
            sent = self._typed.get(key, {}).get(name)
            if sent is not None:
                page.values[name] = tuple(sent)
            return page.state(touched_field=name)
        if kind == "click":
            return page.state(touched_text=str(one.get("on", "")))
        return page.state()

    def step(self, _row: Row, said: Mapping[str, Any]) -> Iterator[Entry]:
        name = str(said.get("step", ""))
        page = self._latest
        title = str(STEPS.get(name, name))
        facts = ((_("保单号"), str(said["policy"])),) if said.get("policy") else ()
        yield Entry(0, _moment(said), "step", title, page.row if page else None, facts=facts)

    def began(self, _row: Row, said: Mapping[str, Any]) -> Iterator[Entry]:
        page = self._latest
        title = _("开始投保：投保单 %(number)s") % {"number": said.get("order", "")}
        yield Entry(0, _moment(said), "began", title, page.row if page else None, facts=_facts(said))


_EPOCH = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
_TELL: dict[str, Callable[[_Teller, Row, Mapping[str, Any]], Iterator[Entry]]] = {
    "shown": _Teller.shown,
    "sent": _Teller.sent,
    "did": _Teller.did,
    "step": _Teller.step,
    "began": _Teller.began,
}


def _moment(said: Mapping[str, Any]) -> datetime:
    try:
        return datetime.fromisoformat(str(said.get("at", "")))
    except ValueError:
        return _EPOCH


def _title_of(page: bytes | None) -> str:
    found = TITLE.search(page or b"")
    if found is None:
        return _("一页")
    title = html.unescape(found[1].decode(errors="replace")).strip()
    return title.rpartition(SITE)[0] or title


def _text_of(page: bytes | None) -> str:
    text = re.sub(r"<[^>]*>", " ", (page or b"").decode(errors="replace"))
    return " ".join(html.unescape(text).split())[:SHORT]


def _said(values: Sequence[str]) -> str:
    return "、".join("✓" if one == "on" else one for one in values)


def _facts(said: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    told = [(_("地址"), str(said.get("address") or said.get("from") or ""))]
    for code, version, clauses in said.get("versions", ()):
        told.append((_("条款"), _("%(code)s 第%(version)s版") % {"code": code, "version": version}))
        told.append((_("条款摘要值"), str(clauses)))
    if said.get("device"):
        told.append((_("浏览器"), str(said["device"])))
    if said.get("network"):
        told.append((_("网络地址"), str(said["network"])))
    return tuple((name, value) for name, value in told if value)


def _done(one: Mapping[str, Any]) -> str:
    value = str(one.get("said") or one.get("value", "")).replace("\n", "、")
    words = {"on": str(one.get("on", "")), "value": value, "of": one.get("of", 0)}
    kind = {"✓": "tick", "—": "untick"}.get(value, one["k"]) if one["k"] == "choose" else one["k"]
    return str(DONE[str(kind)]) % words


DONE: Final = defaultdict(
    lambda: gettext_lazy("操作：%(on)s"),
    {
        "open": gettext_lazy("打开“%(on)s”"),
        "close": gettext_lazy("收起“%(on)s”"),
        "click": gettext_lazy("点“%(on)s”"),
        "choose": gettext_lazy("“%(on)s”选了“%(value)s”"),
        "tick": gettext_lazy("勾选“%(on)s”"),
        "untick": gettext_lazy("取消勾选“%(on)s”"),
        "type": gettext_lazy("填写“%(on)s”"),
        "scroll": gettext_lazy("看到页面的 %(of)s%%"),
        "end": gettext_lazy("看到页面末尾"),
        "leave": gettext_lazy("切到别处"),
        "back": gettext_lazy("回到这一页"),
        "gone": gettext_lazy("离开这一页"),
    },
)
