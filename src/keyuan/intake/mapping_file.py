"""Reading a mapping from YAML: every mistake is told with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.intake.mapping import Condition, Mapping, Record, Source, Value, pieces
from keyuan.intake.vocabulary import FIELDS, NATURAL_KEYS, RecordKind, Type, fields_of
from keyuan.kernel.refusals import Refusal


class BadMapping(Refusal):
    """The mapping cannot be used; ``problems`` are (line, sentence)."""

    code = "bad_mapping"
    message = _("映射文件有误：%(first)s")
    remedy = _("请按 docs/import.md 修改映射文件后重试。")

    def __init__(self, problems: list[tuple[int, str]]) -> None:
        self.problems = sorted(problems)
        super().__init__(first="；".join(str(sentence) for _line, sentence in self.problems))

    def as_dict(self) -> dict[str, Any]:
        return {**super().as_dict(), "problems": [{"line": line, "message": text} for line, text in self.problems]}


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML value with the line that it stands on."""

    value: Any
    line: int

    def get(self, name: str) -> Node | None:
        return self.value.get(name) if isinstance(self.value, dict) else None


class _Reader:
    """Collects problems while it turns nodes into the mapping."""

    def __init__(self) -> None:
        self.problems: list[tuple[int, str]] = []

    def wrong(self, node: Node, sentence: str | Promise, **gaps: object) -> None:
        text = str(_("第%(line)s行：")) % {"line": node.line} + str(sentence) % gaps
        self.problems.append((node.line, text))

    def keys(self, node: Node, allowed: Iterable[str]) -> None:
        names = list(allowed)
        for name, child in node.value.items():
            if name not in names:
                near = get_close_matches(str(name), names, 1)
                if near:
                    self.wrong(child, _("不认识“%(name)s”，是不是“%(near)s”？"), name=name, near=near[0])
                else:
                    self.wrong(child, _("不认识“%(name)s”。"), name=name)

    def mapping(self, node: Node | None, parent: Node, name: str) -> dict[str, Node]:
        if node is None:
            self.wrong(parent, _("缺少“%(name)s”。"), name=name)
            return {}
        if not isinstance(node.value, dict):
            self.wrong(node, _("“%(name)s”应是一组“名称: 值”。"), name=name)
            return {}
        return node.value

    def items(self, node: Node | None, parent: Node, name: str) -> list[Node]:
        if node is None:
            self.wrong(parent, _("缺少“%(name)s”。"), name=name)
            return []
        if not isinstance(node.value, list):
            self.wrong(node, _("“%(name)s”应是一个列表。"), name=name)
            return []
        return node.value

    def text(self, node: Node | None, default: str = "") -> str:
        if node is None or node.value is None:
            return default
        if isinstance(node.value, (dict, list)):
            self.wrong(node, _("这里应是一个文本。"))
            return default
        return str(node.value)

    def texts(self, node: Node | None, default: tuple[str, ...]) -> tuple[str, ...]:
        if node is None:
            return default
        if not isinstance(node.value, list):
            return (self.text(node),)
        return tuple(self.text(item) for item in node.value)

    def number(self, node: Node | None) -> int:
        if node is None:
            return 0
        if not isinstance(node.value, int) or isinstance(node.value, bool):
            self.wrong(node, _("这里应是一个整数。"))
            return 0
        return node.value


TOP = ("book", "title", "source", "currency", "branch", "create", "synthetic", "files", "notes")
CREATABLE = frozenset({"branches", "agents", "products"})
SOURCE = (
    "match",
    "sheet",
    "encoding",
    "delimiter",
    "dates",
    "times",
    "decimal",
    "empty",
    "records",
    "optional",
    "may_lack_columns",
)
RECORD = ("record", "key", "when", "fields", "details")
VALUE = ("column", "constant", "template", "values", "default", "days", "months", "round", "otherwise")
CONDITION = ("column", "is", "is_not", "present")


def read_mapping(text: str) -> Mapping:
    """The mapping that the YAML text describes; raises BadMapping with every mistake and its line."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 1
        raise BadMapping(
            [
                (
                    line,
                    str(_("第%(line)s行：不是有效的 YAML（%(problem)s）。")) % {"line": line, "problem": error.problem},
                )
            ]
        ) from error
    except yaml.YAMLError as error:
        raise BadMapping(
            [(1, str(_("第%(line)s行：不是有效的 YAML（%(problem)s）。")) % {"line": 1, "problem": error})]
        ) from error
    reader = _Reader()
    if not isinstance(root, yaml.MappingNode):
        raise BadMapping([(1, str(_("第1行：映射文件应以 book、title、files 开头。")))])
    node = _node(root, reader)
    result = _mapping(reader, node)
    if reader.problems:
        raise BadMapping(reader.problems)
    return replace(result, text=text)


def _node(raw: yaml.Node, reader: _Reader) -> Node:
    line = raw.start_mark.line + 1
    if isinstance(raw, yaml.MappingNode):
        pairs: dict[str, Node] = {}
        for key, value in raw.value:
            name, child = str(key.value), _node(value, reader)
            if name in pairs:
                reader.wrong(Node(None, key.start_mark.line + 1), _("“%(name)s”写了两次。"), name=name)
            pairs[name] = Node(child.value, key.start_mark.line + 1)
        return Node(pairs, line)
    if isinstance(raw, yaml.SequenceNode):
        return Node([_node(item, reader) for item in raw.value], line)
    return Node(_scalar(raw), line)


def _scalar(raw: yaml.Node) -> Any:
    """Texts stay as they are written (``0`` of a value map is the text "0"); only null, true, false and plain integers."""
    plain = getattr(raw, "style", None) is None
    if plain and raw.tag == "tag:yaml.org,2002:null":
        return None
    if plain and raw.tag == "tag:yaml.org,2002:bool" and raw.value.lower() in ("true", "false"):
        return raw.value.lower() == "true"
    if (
        plain
        and raw.tag == "tag:yaml.org,2002:int"
        and raw.value.lstrip("-").isdigit()
        and str(int(raw.value)) == raw.value
    ):
        return int(raw.value)
    return str(raw.value)


def _mapping(reader: _Reader, node: Node) -> Mapping:
    reader.keys(node, TOP)
    book = reader.text(node.get("book"))
    if not book:
        reader.wrong(node, _("缺少“%(name)s”。"), name="book")
    created = node.get("create")
    create = frozenset(reader.texts(created, ()))
    for name in create - CREATABLE:
        reader.wrong(created or node, _("不认识“%(name)s”。"), name=name)
    sources = tuple(_source(reader, item) for item in reader.items(node.get("files"), node, "files"))
    return Mapping(
        book=book,
        title=reader.text(node.get("title"), book),
        sources=sources,
        currency=reader.text(node.get("currency"), "CNY"),
        branch=reader.text(node.get("branch")),
        create=create,
        synthetic=bool(node.get("synthetic") and node.value["synthetic"].value),
    )


def _source(reader: _Reader, node: Node) -> Source:
    parts = reader.mapping(node, node, "files")
    if not parts:
        return Source("", ())
    reader.keys(node, SOURCE)
    plain = Source(match=reader.text(parts.get("match"), "*"), records=())
    decimal = reader.text(parts.get("decimal"), plain.decimal)
    if decimal not in (".", ","):
        reader.wrong(parts["decimal"], _("小数点只能是“.”或“,”。"))
    return Source(
        match=plain.match,
        records=tuple(_record(reader, item) for item in reader.items(parts.get("records"), node, "records")),
        sheet=reader.text(parts.get("sheet")),
        encoding=reader.text(parts.get("encoding"), plain.encoding),
        delimiter=reader.text(parts.get("delimiter"), plain.delimiter),
        dates=reader.texts(parts.get("dates"), plain.dates),
        times=reader.texts(parts.get("times"), plain.times),
        decimal=decimal,
        empty=reader.texts(parts.get("empty"), plain.empty),
        optional=bool(parts.get("optional") and parts["optional"].value),
        may_lack_columns=bool(parts.get("may_lack_columns") and parts["may_lack_columns"].value),
    )


def _record(reader: _Reader, node: Node) -> Record:
    parts = reader.mapping(node, node, "records")
    if parts:
        reader.keys(node, RECORD)
    name = reader.text(parts.get("record"))
    if name not in RecordKind.values:
        reader.wrong(parts.get("record", node), _("record 应是 %(kinds)s 之一。"), kinds=" / ".join(RecordKind.values))
        return Record(RecordKind.CUSTOMER, {})
    kind = RecordKind(name)
    fields = _fields(reader, node, kind)
    key = _value(reader, parts["key"]) if "key" in parts else None
    if key is None and kind not in NATURAL_KEYS:
        reader.wrong(node, _("%(kind)s 需要 key：同一记录再次导入时凭它认出。"), kind=name)
    details = {}
    if "details" in parts:
        if "details" not in FIELDS[kind]:
            reader.wrong(parts["details"], _("不认识“%(name)s”。"), name="details")
        details = {k: _value(reader, v) for k, v in reader.mapping(parts["details"], node, "details").items()}
    conditions = parts.get("when")
    listed = [] if conditions is None else conditions.value if isinstance(conditions.value, list) else [conditions]
    return Record(kind, fields, key, details, tuple(_condition(reader, item) for item in listed))


def _fields(reader: _Reader, node: Node, kind: RecordKind) -> dict[str, Value]:
    parts = reader.mapping(node.get("fields"), node, "fields")
    known = {name: field for name, field in fields_of(kind, parts).items() if field.type != Type.DETAILS}
    if parts:
        reader.keys(Node(parts, node.line), known)
    result = {name: _value(reader, child) for name, child in parts.items() if name in known}
    for name, field in known.items():
        if field.required and name not in parts:
            reader.wrong(node.get("fields") or node, _("%(kind)s 缺少必填字段“%(name)s”。"), kind=kind.value, name=name)
    return result


def _value(reader: _Reader, node: Node) -> Value:
    if isinstance(node.value, list):
        reader.wrong(node, _("这里应是列名，或 column / constant / template 之一。"))
        return Value()
    if not isinstance(node.value, dict):
        return _from_text(reader, node)
    reader.keys(node, VALUE)
    given = [name for name in ("column", "constant", "template") if name in node.value]
    if len(given) != 1:
        reader.wrong(node, _("这里应是列名，或 column / constant / template 之一。"))
        return Value()
    values = node.get("values")
    table: dict[str, str | None] | None = None
    if values is not None:
        table = {
            k: None if v.value is None else _scalar_text(v.value)
            for k, v in reader.mapping(values, node, "values").items()
        }
    default = node.get("default")
    constant = node.get("constant")
    return Value(
        column=reader.text(node.get("column")),
        constant=None if constant is None else _scalar_text(constant.value),
        template=_pieces(reader, node.get("template")),
        values=table,
        default=None if default is None else _scalar_text(default.value),
        days=reader.number(node.get("days")),
        months=reader.number(node.get("months")),
        round=bool(node.get("round") and node.value["round"].value),
        otherwise=_value(reader, node.value["otherwise"]) if "otherwise" in node.value else None,
    )


def _from_text(reader: _Reader, node: Node) -> Value:
    """A bare text is a column's name; with braces it is a template."""
    text = reader.text(node)
    if not text:
        reader.wrong(node, _("这里应是列名，或 column / constant / template 之一。"))
    return Value(template=_pieces(reader, node)) if "{" in text else Value(column=text)


def _pieces(reader: _Reader, node: Node | None) -> Any:
    if node is None:
        return ()
    try:
        return pieces(reader.text(node))
    except ValueError as error:
        reader.wrong(node, _("模板有误：%(problem)s"), problem=error)
        return ()


def _scalar_text(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _condition(reader: _Reader, node: Node) -> Condition:
    parts = reader.mapping(node, node, "when")
    if parts:
        reader.keys(node, CONDITION)
    column = reader.text(parts.get("column"))
    tests: dict[str, Callable[[Node], tuple[tuple[str | None, ...], bool]]] = {
        "is": lambda child: (reader.texts(child, ()), False),
        "is_not": lambda child: (reader.texts(child, ()), True),
        "present": lambda child: ((None,), child.value is not False),
    }
    given = [name for name in tests if name in parts]
    if not column or len(given) != 1:
        reader.wrong(node, _("条件应写成 column 加上 is、is_not 或 present 之一。"))
        return Condition("", (), negative=False)
    texts, negative = tests[given[0]](parts[given[0]])
    return Condition(column, texts, negative)
