"""YAML text to plain values, with the line of each. Only what a definition needs, and nothing that surprises.

Keys once only; no anchors, aliases, tags or several documents. A plain word is a word: ``no`` and ``on`` are not truth
values, ``010`` is refused, ``12:30`` is a text. Numbers are int or Decimal, never float; ``15%`` is the Decimal 0.15.
Lists become tuples. The text is read event by event, so that no depth of nesting can exhaust the stack.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from keyuan.products.definition.faults import BadDefinition, Fault, Path, said

LONGEST = 200_000  # characters of one definition
DEEPEST = 12  # levels of nesting
MOST_DIGITS = 20
_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
_FRACTION = re.compile(r"(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)(%?)")
_LEADING_ZERO = re.compile(r"-?0[0-9]+(\.[0-9]+)?%?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "": None, "null": None, "~": None}


@dataclass(slots=True)
class Tree:
    """The plain values of a text, and on which line each stands."""

    file: str
    root: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of the value at ``path``, or of the nearest thing around it that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path, message: Any, **gaps: Any) -> Fault:
        """A fault at ``path``."""
        return Fault(self.file, self.line(path), said(path), message, gaps)


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read. ``key`` is the key whose value comes next."""

    path: Path
    value: list[Any] | dict[Any, Any]
    key: Any = None
    waits_for_value: bool = False


def read(text: str | bytes, *, file: str) -> Tree:
    """The values of a YAML text. Raises BadDefinition with the line of the first thing that cannot be read."""
    tree = Tree(file)
    decoded = _decoded(text, file)
    builder = _Builder(tree)
    try:
        for event in yaml.parse(decoded, Loader=yaml.SafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as wrong:
        raise _unreadable(wrong, file) from None
    except yaml.reader.ReaderError as wrong:
        line = decoded.count("\n", 0, wrong.position) + 1
        raise BadDefinition(
            [
                Fault(
                    file,
                    line,
                    "",
                    _("这里有一个不可见的控制字符（U+%(code)04X），请删去。"),
                    {"code": ord(decoded[wrong.position])},
                )
            ]
        ) from None
    if builder.faults:
        raise BadDefinition(builder.faults)
    return tree


def _decoded(text: str | bytes, file: str) -> str:
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as wrong:
            line = wrong.object.count(b"\n", 0, wrong.start) + 1
            raise BadDefinition([Fault(file, line, "", _("文字不是 UTF-8 编码，请另存为 UTF-8。"))]) from None
    if len(text) > LONGEST:
        raise BadDefinition([Fault(file, 1, "", _("定义超过%(most)s个字符。"), {"most": LONGEST})])
    return text.removeprefix("\ufeff")


def _unreadable(wrong: yaml.MarkedYAMLError, file: str) -> BadDefinition:
    mark = wrong.problem_mark or wrong.context_mark
    line = mark.line + 1 if mark else 1
    if "'\\t'" in (wrong.problem or ""):
        return BadDefinition([Fault(file, line, "", _("行首或值前用了制表符（Tab），请改用空格。"))])
    return BadDefinition(
        [Fault(file, line, "", _("这里不是可读的 YAML：%(problem)s。"), {"problem": wrong.problem or wrong.context})]
    )


class _Builder:
    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.faults: list[Fault] = []
        self.open: list[_Open] = []
        self.documents = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._stop(line, _("一个文件只写一个定义，这里开始了第二个。"))
        elif isinstance(event, yaml.AliasEvent):
            self._stop(line, _("定义里不用锚点和引用（& 和 *），请把内容写全。"))
        elif isinstance(event, yaml.CollectionStartEvent):
            self._checked(event, line)
            self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.ScalarEvent):
            self._checked(event, line)
            self._scalar(event, line)

    def _checked(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor:
            self._stop(line, _("定义里不用锚点和引用（& 和 *），请把内容写全。"))
        if getattr(event, "tag", None):
            self._stop(line, _("定义里不用标签（!），请删去。"))

    def _stop(self, line: int, message: Any) -> None:
        raise BadDefinition([Fault(self.tree.file, line, "", message)])

    def _begin(self, value: list[Any] | dict[Any, Any], line: int) -> None:
        if len(self.open) >= DEEPEST:
            self._stop(line, _("嵌套太深。"))
        if self.open and isinstance(self.open[-1].value, dict) and not self.open[-1].waits_for_value:
            self._stop(line, _("键必须是一个词。"))
        path = self._place(line)
        self.open.append(_Open(path, value))

    def _end(self) -> None:
        done = self.open.pop()
        self._put(tuple(done.value) if isinstance(done.value, list) else done.value)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        top = self.open[-1] if self.open else None
        is_key = top is not None and isinstance(top.value, dict) and not top.waits_for_value
        path = () if top is None else (*top.path, event.value) if is_key else self._place(line)
        value = _plain(event.value) if event.implicit[0] else event.value
        if isinstance(value, _Bad):
            self.faults.append(Fault(self.tree.file, line, said(path), value.message))
            value = event.value
        if not is_key or top is None or not isinstance(top.value, dict):
            self._put(value)
            return
        key = value if isinstance(value, int) and not isinstance(value, bool) else event.value
        if key in top.value:
            self.faults.append(Fault(self.tree.file, line, said((*top.path, key)), _("这个键写了两次。")))
        top.key, top.waits_for_value = key, True
        self.tree.lines[(*top.path, key)] = line

    def _place(self, line: int) -> Path:
        """Where the value that begins now will stand; notes its line."""
        if not self.open:
            self.tree.lines[()] = line
            return ()
        top = self.open[-1]
        path = (*top.path, top.key if isinstance(top.value, dict) else len(top.value))
        self.tree.lines.setdefault(path, line)
        return path

    def _put(self, value: Any) -> None:
        if not self.open:
            self.tree.root = value
            return
        top = self.open[-1]
        if isinstance(top.value, dict):
            top.value[top.key] = value
            top.waits_for_value = False
        else:
            top.value.append(value)


@dataclass(frozen=True, slots=True)
class _Bad:
    message: Any


def _plain(word: str) -> Any:
    """What an unquoted word means."""
    if word in _WORDS:
        return _WORDS[word]
    if _DAY.fullmatch(word):
        try:
            return date.fromisoformat(word)
        except ValueError:
            return _Bad(_("日历上没有这一天。"))
    if _LEADING_ZERO.fullmatch(word):
        return _Bad(_("数字不以 0 开头；若是代码，请加引号。"))
    return _number(word)


def _number(word: str) -> Any:
    if not (found := _FRACTION.fullmatch(word)):
        return word
    if sum(character.isdigit() for character in word) > MOST_DIGITS:
        return _Bad(_("数字太长。"))
    if _WHOLE.fullmatch(word):
        return int(word)
    return Decimal(found[1]).scaleb(-2) if found[2] else Decimal(found[1])
