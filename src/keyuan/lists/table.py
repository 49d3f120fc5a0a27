"""The rows of a list as markup and as the cells of a spreadsheet.

Put together in Python: a template takes longer over fifty rows than the database needs to find them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from keyuan.kernel import marks
from keyuan.kernel.money import Money
from keyuan.lists.describing import Column, Listing, Mark

CSS = {"number": "number", "money": "number", "code": "code"}


def body(rows: Sequence[Any], columns: Sequence[Column], listing: Listing, *, may_pick: bool) -> SafeString:
    """The rows of a ``<tbody>``. The first cell of each leads to its page."""
    heads = [(column, _attributes(column)) for column in columns]
    return mark_safe("".join(_row(row, heads, listing, may_pick=may_pick) for row in rows))  # noqa: S308  escaped below


def _attributes(column: Column) -> str:
    css = " ".join(filter(None, (CSS.get(column.look, ""), "wide" if column.wide else "")))
    return f'{f" class={chr(34)}{css}{chr(34)}" if css else ""} data-label="{escape(column.label)}"'


def _row(row: Any, heads: Sequence[tuple[Column, str]], listing: Listing, *, may_pick: bool) -> str:
    address = escape(listing.address(row))
    panel = f' data-panel-url="{escape(listing.panel(row))}"' if listing.panel is not None else ""
    parts = [f'<tr data-url="{address}"{panel}>']
    if listing.picked and may_pick:
        label = escape(_("选中%(name)s") % {"name": listing.pick(row)})
        parts.append(
            f'<td class="pick"><input class="form-check-input" type="checkbox" name="{listing.picked}" '
            f'value="{escape(listing.key(row))}" form="bulk-form" data-pick aria-label="{label}"></td>'
        )
    (lead, _css), *rest = heads
    parts.append(f'<th scope="row"><a href="{address}">{shown(lead, row)}</a>{_note(lead, row)}</th>')
    for column, attributes in rest:
        parts.append(f"<td{attributes}>{_linked(column, row)}{_note(column, row)}</td>")
    parts.append("</tr>")
    return "".join(parts)


def _note(column: Column, row: Any) -> str:
    note = column.note(row) if column.note is not None else ""
    return f'<br><small class="quiet">{escape(note)}</small>' if note else ""


def _linked(column: Column, row: Any) -> str:
    address = column.address(row) if column.address is not None else None
    cell = shown(column, row)
    return f'<a href="{escape(address)}">{cell}</a>' if address else cell


def shown(column: Column, row: Any) -> str:
    """The cell as markup; nothing is a dash."""
    value = column.value(row)
    return _SHOWN.get(column.look, _text)(value)


def _text(value: Any) -> str:
    return marks.NOTHING if value in (None, "") else str(escape(value))


def _number(value: Any) -> str:
    return marks.NOTHING if value is None else f"{value:,}"


def _money(value: Any) -> str:
    return marks.money(*value) if isinstance(value, tuple) else marks.money(value)


def _moment(value: datetime | None) -> str:
    if not value:
        return marks.NOTHING
    told = timezone.localtime(value)
    return format_html('<time class="day" datetime="{}">{}</time>', told.isoformat(timespec="minutes"), _minutes(told))


def _minutes(told: datetime) -> str:
    return f"{told:%Y-%m-%d %H:%M}"


def _chips(value: Mark | Sequence[Mark] | None) -> str:
    several = (value,) if isinstance(value, Mark) else value or ()
    told = "".join(marks.chip(one.word, one.tone) for one in several)
    return f'<span class="chips">{told}</span>' if told else marks.NOTHING


_SHOWN: dict[str, Callable[[Any], str]] = {
    "number": _number,
    "money": _money,
    "day": marks.day,
    "moment": _moment,
    "chips": _chips,
}


def head(columns: Sequence[Column]) -> list[str]:
    """The titles of an export; a sum of money has its currency beside it."""
    titles = []
    for column in columns:
        titles.append(str(column.label))
        if column.look == "money":
            titles.append(_("币种"))
    return titles


def cells(rows: Iterable[Any], columns: Sequence[Column]) -> Iterator[list[Any]]:
    """The cells of an export."""
    for row in rows:
        line: list[Any] = []
        for column in columns:
            line.extend(_cells(column, column.value(row)))
        yield line


def _cells(column: Column, value: Any) -> tuple[Any, ...]:
    match column.look:
        case "money":
            return _sum(value)
        case "moment":
            return (_minutes(timezone.localtime(value)) if value else "",)
        case "chips":
            several = (value,) if isinstance(value, Mark) else value or ()
            return (_("、").join(str(one.word) for one in several),)
        case "day":
            return (timezone.localtime(value).date() if isinstance(value, datetime) else value,)
        case "number":
            return (value,)
    return ("" if value is None else str(value),)


def _sum(value: Any) -> tuple[Any, ...]:
    match value:
        case None:
            return (None, "")
        case Money():
            return (value.amount, value.currency)
        case (amount, currency):
            return (None if amount is None else Decimal(amount), str(currency))
    return (Decimal(value), "CNY")
