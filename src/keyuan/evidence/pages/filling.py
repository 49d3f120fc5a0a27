"""A page as it was shown, made safe to look at; and as it stood after what the person had done on it by then. Pure.

The markup is taken as it is: only tags that must be different are written anew, each in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

#: Marks the element of the last operation; the style sheet of the replay draws a frame around it.
MARK = "data-replayed"
Edit = tuple[int, int, str]


@dataclass(frozen=True)
class State:
    """How a page stood: folds opened (by number on the page), fields and their values, and what was touched last."""

    opened: Mapping[int, bool] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    touched_fold: int | None = None
    touched_field: str = ""
    touched_text: str = ""


def as_shown(page: bytes, files: Mapping[str, str], address_of: Callable[[str], str], *, static: str) -> bytes:
    """The page with the addresses of its files led to those of then (``files``: address → digest), scripts taken off.

    Nothing else is another byte. A script would not run here anyway; without this the browser complains of each.
    """

    def led(found: re.Match[bytes]) -> bytes:
        address = found[2].decode()
        digest = files.get(address)
        return found[0] if digest is None else found[1] + address_of(digest).encode()

    pattern = re.compile(rb"([\"'])(" + re.escape(static.encode()) + rb"[^\"'#?\s<>]+)")
    page = pattern.sub(led, page)
    return re.sub(rb"(<script\b[^>]*?)\ssrc=", rb"\1 data-src=", page)


def as_it_stood(page: bytes, state: State, *, style: str) -> bytes:
    """The page with its folds and fields as they were, and a mark on what was touched last. ``style``: the mark's sheet."""
    text = page.decode()
    reader = _Reader(text, state)
    reader.feed(text)
    reader.close()
    for start, end, tag in reversed(reader.edits):
        text = text[:start] + tag + text[end:]
    sheet = f'<link rel="stylesheet" href="{escape(style)}"></head>'
    return text.replace("</head>", sheet, 1).encode()


class _Reader(HTMLParser):
    """Walks over the tags of a page and notes which are to be written anew."""

    def __init__(self, text: str, state: State) -> None:
        super().__init__(convert_charrefs=True)
        self.edits: list[Edit] = []
        self._state = state
        self._lines = [0]
        for line in text.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._fold = -1
        self._select = ""
        self._press: tuple[int, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        change = _CHANGES.get(tag)
        if change is not None:
            change(self, told)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        # A button is known by what it says.
        if self._press is not None and data.strip():
            start, tag = self._press
            self._press = None
            if self._state.touched_text and data.strip()[:80] == self._state.touched_text[:80]:
                self._edit_at(start, tag, f"{tag[:-1]} {MARK}>")

    def _edit(self, made: str) -> None:
        self._edit_at(self._offset(), self.get_starttag_text() or "", made)

    def _edit_at(self, start: int, old: str, made: str) -> None:
        if made != old:
            self.edits.append((start, start + len(old), made))

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _tag(self, *gone: str) -> str:
        """The start tag without the attributes named, and without its end."""
        tag = (self.get_starttag_text() or "").rstrip("/>").rstrip()
        for name in gone:
            tag = re.sub(rf"\s{name}(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]*))?(?=[\s>]|$)", "", tag)
        return tag

    def details(self, _told: Mapping[str, str]) -> None:
        self._fold += 1
        mark = f" {MARK}" if self._state.touched_fold == self._fold else ""
        if self._fold in self._state.opened or mark:
            is_open = " open" if self._state.opened.get(self._fold) else ""
            self._edit(f"{self._tag('open')}{is_open}{mark}>")

    def input(self, told: Mapping[str, str]) -> None:
        name, kind = told.get("name", ""), told.get("type", "text")
        if kind in ("hidden", "password", "submit", "button", "file"):
            return
        values = self._state.values.get(name)
        ticked = kind in ("checkbox", "radio")
        touched = bool(name) and name == self._state.touched_field
        if ticked and touched:
            touched = kind == "checkbox" or told.get("value", "on") in (values or ())
        mark = f" {MARK}" if touched else ""
        if values is None:
            if mark:
                self._edit(f"{self._tag()}{mark}>")
        elif ticked:
            checked = " checked" if told.get("value", "on") in values else ""
            self._edit(f"{self._tag('checked')}{checked}{mark}>")
        else:
            self._edit(f'{self._tag("value")} value="{escape(values[0] if values else "")}"{mark}>')

    def select(self, told: Mapping[str, str]) -> None:
        self._select = told.get("name", "")
        if self._select and self._select == self._state.touched_field:
            self._edit(f"{self._tag()} {MARK}>")

    def option(self, told: Mapping[str, str]) -> None:
        values = self._state.values.get(self._select)
        if values is not None:
            chosen = " selected" if told.get("value", "") in values else ""
            self._edit(f"{self._tag('selected')}{chosen}>")

    def press(self, _told: Mapping[str, str]) -> None:
        self._press = (self._offset(), self.get_starttag_text() or "")


_CHANGES: dict[str, Callable[[_Reader, Mapping[str, str]], None]] = {
    "details": _Reader.details,
    "input": _Reader.input,
    "select": _Reader.select,
    "option": _Reader.option,
    "button": _Reader.press,
    "a": _Reader.press,
}
