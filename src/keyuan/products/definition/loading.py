"""``load``: a YAML text to a Definition, or every fault of it with file, line, path and reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from keyuan.products.definition.checks import findings
from keyuan.products.definition.faults import BadDefinition, Fault, Path
from keyuan.products.definition.schema import Definition
from keyuan.products.definition.text import Tree, read

# What pydantic says, by its own names, in sentences of ours. Gaps are pydantic's context.
SENTENCES: Mapping[str, Any] = {
    "missing": _("缺少 %(name)s。"),
    "extra_forbidden": _("没有 %(name)s 这一项，请核对拼写。"),
    "int_type": _("这里要填整数，现在是“%(input)s”。"),
    "not_a_number": _("这里要填数字，现在是“%(input)s”。"),
    "string_type": _("这里要填文字，现在是“%(input)s”；若是代码，请加引号。"),
    "bool_type": _("这里要填 true 或 false，现在是“%(input)s”。"),
    "date_type": _("这里要填日期（如 2026-01-01），现在是“%(input)s”。"),
    "tuple_type": _("这里要填列表。"),
    "dict_type": _("这里要填若干“键: 值”。"),
    "model_type": _("这里要填若干“键: 值”。"),
    "literal_error": _("“%(input)s”不在可选值之内：%(expected)s。"),
    "greater_than_equal": _("%(input)s 太小，至少是 %(ge)s。"),
    "greater_than": _("%(input)s 太小，必须大于 %(gt)s。"),
    "less_than_equal": _("%(input)s 太大，最多是 %(le)s。"),
    "less_than": _("%(input)s 太大，必须小于 %(lt)s。"),
    "decimal_max_places": _("%(input)s 的小数超过%(decimal_places)s位。"),
    "string_pattern_mismatch": _("“%(input)s”不是合格的代码：字母开头，只含字母、数字和下划线，大小写按格式要求。"),
    "string_too_short": _("这里不能空着。"),
    "string_too_long": _("文字超过%(max_length)s个字。"),
    "too_short": _("这里至少要有%(min_length)s项。"),
    "too_long": _("这里最多有%(max_length)s项。"),
    "not_an_age": _("“%(input)s”不是年龄：写周岁（18）或出生天数（28 days）。"),
    "not_a_span": _("“%(input)s”不是期限：写 20 years、to age 70、whole life、1-183 days 或 single。"),
}
OTHERWISE = _("“%(input)s”不对（%(problem)s）。")
_CHOICES = re.compile(r"'([^']*)'(?:, | or )?")
_DECIMAL = re.compile(r"Decimal\('([^']*)'\)")
EMPTY = _("定义是空的，或者不是若干“键: 值”。")


def load(text: str | bytes, *, file: str) -> Definition:
    """The definition that a YAML text holds. ``file`` names it in faults. Raises BadDefinition with every fault found.

    What stands in other files (shared tables, other versions) is checked by ``book``.
    """
    return load_tree(read(text, file=file))


def load_tree(tree: Tree) -> Definition:
    """The definition of a text that was read."""
    if not isinstance(tree.root, dict):
        raise BadDefinition([tree.fault((), EMPTY)])
    try:
        definition = Definition.model_validate(tree.root)
    except ValidationError as wrong:
        raise BadDefinition(_faults(tree, wrong)) from None
    if found := [tree.fault(finding.path, finding.message, **finding.gaps) for finding in findings(definition)]:
        raise BadDefinition(found)
    return definition


def _faults(tree: Tree, wrong: ValidationError) -> Iterator[Fault]:
    seen = set()
    for error in wrong.errors(include_url=False):
        path = _path(tree.root, error["loc"])
        if (path, error["type"]) not in seen:
            seen.add((path, error["type"]))
            message, gaps = _said(error)
            yield tree.fault(path, message, **gaps)


def _path(root: Any, places: tuple[int | str, ...]) -> Path:
    """The path in the text; names that pydantic puts in between (which branch of a choice it tried) are left out."""
    path: list[int | str] = []
    value = root
    for place in places:
        within = range(len(value)) if isinstance(value, tuple) else value if isinstance(value, dict) else ()
        if place in within:
            value = value[place]
            path.append(place)
    if places and places[-1] != (path[-1] if path else None) and isinstance(value, dict) and places[-1] != "[key]":
        path.append(places[-1])
    return tuple(path)


def _said(error: ErrorDetails) -> tuple[Any, dict[str, Any]]:
    place = error["loc"][-1] if error["loc"] else ""
    context = {name: _plain(value) for name, value in error.get("ctx", {}).items()}
    if "expected" in context:  # 'a', 'b' or 'c': the codes alone read well in any language
        context["expected"] = ", ".join(_CHOICES.findall(context["expected"])) or context["expected"]
    gaps = {**context, "name": place, "input": _short(error["input"]), "problem": error["msg"]}
    return SENTENCES.get(error["type"], OTHERWISE), gaps


def _plain(value: Any) -> Any:
    """A bound as people write it."""
    return _DECIMAL.sub(r"\1", str(value))


def _short(value: Any) -> str:
    """What stands in the text, shortened; a list or mapping as a sign of itself."""
    if isinstance(value, dict | tuple):
        return "{…}" if isinstance(value, dict) else "[…]"
    text = "true" if value is True else "false" if value is False else "" if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
