"""The texts: a file for each template, version and language, with what it needs on top.

``texts/CODE.VERSION.LANGUAGE.md``::

    ---
    title: 登录验证码
    urgent: true          goes out in quiet hours too
    lives: 300            seconds; later it is of no use and is not sent
    values:
      code: secret        text, number, money, date, link, secret (never shown to staff, and not kept when sent)
    ---
    您的验证码是 {code}。

The newest version is sent. Old files stay: a message names the version that it was written with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from keyuan.kernel.money import Money

FOLDER: Final = Path(__file__).with_name("texts")
LANGUAGES: Final = ("zh", "en")
KINDS: Final = frozenset({"text", "number", "money", "date", "link", "secret"})
HIDDEN: Final = "••••••"
LONGEST: Final = 200
_NAME = re.compile(r"(?P<code>[a-z_]+)\.(?P<version>[1-9][0-9]*)\.(?P<language>zh|en)\.md")
_GAP = re.compile(r"\{(\w+)\}")


class TemplateFault(ValueError):
    """A text that cannot be right, or values that do not fit it: a fault of the program or the file, not of a person."""


@dataclass(frozen=True, slots=True)
class Template:
    """One version of a text in one language; ``values`` says what each gap takes, ``lives`` is in seconds or None."""

    code: str
    version: int
    language: str
    title: str
    body: str
    urgent: bool
    lives: int | None
    values: Mapping[str, str]

    @property
    def has_secret(self) -> bool:
        return "secret" in self.values.values()


@dataclass(frozen=True, slots=True)
class Written:
    """A text with its gaps filled: for the receiver, and for the eyes of staff."""

    text: str
    shown: str


def template(code: str, language: str) -> Template:
    """The newest version of a text; raises TemplateFault for one that is not there."""
    versions = _templates().get((code, "en" if language.startswith("en") else "zh"))
    if not versions:
        raise TemplateFault(f"there is no message text {code!r}")
    return versions[max(versions)]


def codes() -> dict[str, str]:
    """Every template's code with its title in Chinese."""
    return {
        code: texts[max(texts)].title for (code, language), texts in sorted(_templates().items()) if language == "zh"
    }


def write(found: Template, values: Mapping[str, Any]) -> Written:
    """Fill the gaps; raises TemplateFault unless exactly the values that it names are given, each of its kind."""
    if values.keys() != found.values.keys():
        raise TemplateFault(f"{found.code} takes {sorted(found.values)}, not {sorted(values)}")
    said = {name: _said(found, name, value) for name, value in values.items()}
    seen = {name: HIDDEN if found.values[name] == "secret" else text for name, text in said.items()}
    return Written(_filled(found.body, said), _filled(found.body, seen))


def _filled(body: str, said: Mapping[str, str]) -> str:
    return _GAP.sub(lambda gap: said[gap[1]], body)


def _said(found: Template, name: str, value: Any) -> str:
    kind, english = found.values[name], found.language == "en"
    if kind in ("text", "secret", "link") and isinstance(value, str):
        if len(value) > LONGEST or (kind == "link" and not value.startswith(("https://", "http://", "/"))):
            raise TemplateFault(f"{found.code}: {name} is no {kind}")
        return value
    if kind == "number" and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"{value:,}"
    if kind == "money" and isinstance(value, Money):
        return f"{'¥' if value.currency == 'CNY' else value.currency + ' '}{value.amount:,.2f}"
    if kind == "date" and type(value) is date:
        return f"{value.day} {value:%B %Y}" if english else f"{value.year}年{value.month}月{value.day}日"
    raise TemplateFault(f"{found.code}: {name} is a {kind}, not {type(value).__name__}")


@cache
def _templates() -> dict[tuple[str, str], dict[int, Template]]:
    found: dict[tuple[str, str], dict[int, Template]] = {}
    for path in sorted(FOLDER.glob("*.md")):
        one = _read(path)
        found.setdefault((one.code, one.language), {})[one.version] = one
    for (code, _language), versions in found.items():
        for version, one in versions.items():
            for language in LANGUAGES:
                twin = found.get((code, language), {}).get(version)
                if twin is None or (twin.values, twin.urgent, twin.lives) != (one.values, one.urgent, one.lives):
                    raise TemplateFault(f"{code} {version} is not the same in {language}")
    return found


def _read(path: Path) -> Template:
    name = _NAME.fullmatch(path.name)
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    told = yaml.safe_load(head)
    values = told.get("values") or {}
    if name is None or set(_GAP.findall(body)) != set(values) or not set(values.values()) <= KINDS:
        raise TemplateFault(f"{path.name}: its gaps and its values do not fit")
    return Template(
        code=name["code"],
        version=int(name["version"]),
        language=name["language"],
        title=told["title"],
        body=body.strip(),
        urgent=bool(told.get("urgent", False)),
        lives=told.get("lives"),
        values=values,
    )
